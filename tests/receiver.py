"""A small HTTP server that takes events and answers as it is told: with a status, or not at all."""

import http.server
import json
import threading
import time


class Receiver:
    """Keeps what was posted; `answers` are statuses, or "hang", for the next posts; then 200."""

    def __init__(self):
        self.answers = []
        self.posts = []
        self.ended = threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer = receiver.answers.pop(0) if receiver.answers else 200
                receiver.posts.append((answer, self.path, dict(self.headers), body))
                if answer == "hang":
                    receiver.ended.wait(60)
                    return
                self.send_response(answer)
                if answer == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def taken(self):
        """The events that were answered with 2xx, in order."""
        return [json.loads(body) for answer, _, _, body in self.posts
                if answer != "hang" and 200 <= answer < 300]

    def wait_for(self, number, seconds=30):
        """Waits until so many events were taken; returns them."""
        until = time.monotonic() + seconds
        while len(self.taken()) < number and time.monotonic() < until:
            time.sleep(0.05)
        return self.taken()

    def close(self):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()
