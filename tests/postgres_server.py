"""A PostgreSQL server of one's own: in a folder that goes away with it, on a socket only, as an
unprivileged user where this is root.

postgres_server.py COMMAND… runs a command with CARTOGRAPH_WAREHOUSE naming such a server.
postgres_server.py (without one) prints the server's URL and keeps it until standard input ends, so
that it goes when whoever started it goes.
TEST_POSTGRES_PROGRAMS names the folder of another server's programs (initdb, pg_ctl, postgres) than
the newest that is installed; psql is the installed one.
"""

import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse

USER = "cartograph"
UNPRIVILEGED = ("postgres", "nobody")
SETTINGS = {"listen_addresses": "", "fsync": "off", "shared_buffers": "64MB",
            "max_connections": "20", "log_min_messages": "fatal"}


def programs():
    """The folder of the server's programs."""
    named = os.environ.get("TEST_POSTGRES_PROGRAMS")
    return pathlib.Path(named).resolve() if named else installed()


def installed():
    """The folder of the newest installed server's programs, clients among them."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if found:
        return pathlib.Path(max(found, key=lambda path: int(path.split("/")[-3]))).parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("PostgreSQL's server is not installed: run `make setup`")
    return pathlib.Path(on_path).resolve().parent


class Server:
    """Databases sort text by English rules, so that what must sort by bytes has to say so."""

    def __init__(self, **settings):
        self.settings = SETTINGS | settings
        self.programs = programs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pg-"))
        self.user = None
        if os.geteuid() == 0:
            names = {entry.pw_name: entry for entry in pwd.getpwall()}
            self.user = next(names[name] for name in UNPRIVILEGED if name in names)
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.data = self.folder / "data"
        self._call("initdb", "-D", self.data, "-U", USER, "-E", "UTF8", "--locale=C.UTF-8",
                   "--locale-provider=icu", "--icu-locale=en-US", "--auth=trust", "--no-sync",
                   "--no-instructions")
        self.start()

    def _call(self, name, *arguments, check=True):
        drop = {} if self.user is None else {
            "user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        # Output goes to a file: a server that is started keeps a pipe open for as long as it runs.
        with open(self.folder / "output", "ab") as output:
            done = subprocess.run([self.programs / name, *map(str, arguments)], cwd=self.folder,
                                  stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                  check=False, **drop)
        if check and done.returncode != 0:
            raise RuntimeError(f"{name}: {(self.folder / 'output').read_text()[-2000:]}")

    def start(self, **changed):
        settings = " ".join(f"-c {name}='{value}'" for name, value in (self.settings | changed).items())
        self._call("pg_ctl", "-D", self.data, "-w", "-o", f"{settings} -k {self.folder}",
                   "-l", self.folder / "log", "start")

    def stop(self, mode="fast"):
        self._call("pg_ctl", "-D", self.data, "-w", "-m", mode, "stop", check=False)

    def kill(self):
        """At once, as `pg_ctl stop -m immediate` does when it has got round to it."""
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)

    def remove(self):
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def url(self, database="postgres", folder=None):
        host = urllib.parse.quote(str(folder or self.folder), safe="")
        return f"postgresql://{USER}@/{database}?host={host}"

    def sql(self, statements, database="postgres"):
        """Runs statements as the owner of everything; returns the rows as lists of texts."""
        return sql(self.url(database), statements)


def sql(url, statements):
    """Runs statements at `url`; returns the rows as lists of texts."""
    done = subprocess.run([installed() / "psql", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1",
                           "-d", url], input=statements, capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return [line.split("\t") for line in done.stdout.splitlines()]


def main():
    with Server() as server:
        if len(sys.argv) == 1:
            print(server.url(), flush=True)
            sys.stdin.read()
            return 0
        return subprocess.run(sys.argv[1:], check=False,
                              env=os.environ | {"CARTOGRAPH_WAREHOUSE": server.url()}).returncode


if __name__ == "__main__":
    sys.exit(main())
