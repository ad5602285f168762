"""Stands between a PostgreSQL client and its server, reads what the client asks for, and does
something at a chosen statement: lets a test act, or cuts the connection before or after it.
"""

import pathlib
import shutil
import socket
import struct
import tempfile
import threading

PORT = 5432
RECEIVE_BYTES = 1 << 16
STATEMENT_MESSAGES = b"QP"  # simple query; parse


class Proxy:
    """`at(statement)` is called with each statement's text, and returns None, "cut before" (the
    server never gets it) or "cut after" (the server does it, the client hears nothing of that)."""

    def __init__(self, server, at, port=PORT):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pgproxy-"))
        self.server_path = str(server.folder / f".s.PGSQL.{port}")
        self.at = at
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.folder / f".s.PGSQL.{port}"))
        self.listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        server = socket.socket(socket.AF_UNIX)
        answers = _Answers(server, client)
        try:
            server.connect(self.server_path)
            answers.start()
            self._questions(client, server, answers)
        except OSError:
            pass
        finally:
            for end in (client, server):
                _shut(end)
                end.close()

    def _questions(self, client, server, answers):
        waiting = b""
        is_started = False
        while data := client.recv(RECEIVE_BYTES):
            waiting += data
            while True:
                # The first message has no type before its length.
                head = 1 if is_started else 0
                if len(waiting) < head + 4:
                    break
                length = head + struct.unpack(">I", waiting[head:head + 4])[0]
                if len(waiting) < length:
                    break
                message, waiting = waiting[:length], waiting[length:]
                if not self._pass_on(message if is_started else b"", message, server, answers):
                    return
                is_started = True

    def _pass_on(self, typed, message, server, answers):
        """Whether the connection goes on."""
        action = None
        if typed and typed[:1] in STATEMENT_MESSAGES:
            text = message[5:].split(b"\0")[0 if typed[:1] == b"Q" else 1]
            action = self.at(text.decode())
        if action == "cut before":
            return False
        if action == "cut after":
            answers.is_held_back = True
        server.sendall(message)
        if action == "cut after":
            answers.heard.wait()
            return False
        return True


class _Answers(threading.Thread):
    """Passes on what the server says."""

    def __init__(self, server, client):
        super().__init__(daemon=True)
        self.server = server
        self.client = client
        self.is_held_back = False
        self.heard = threading.Event()

    def run(self):
        try:
            while data := self.server.recv(RECEIVE_BYTES):
                if self.is_held_back:
                    self.heard.set()
                else:
                    self.client.sendall(data)
        except OSError:
            pass
        self.heard.set()
        _shut(self.client)


def _shut(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
