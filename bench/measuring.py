"""What a command costs: seconds of the processor of its process tree and of a PostgreSQL server,
wall time, and the memory of its largest process.
"""

import collections
import contextlib
import os
import pathlib
import subprocess
import tempfile
import time

Figures = collections.namedtuple("Figures", "cpu_s wall_s peak_mb")


def server_cpu(server):
    """Seconds of CPU of a PostgreSQL server, its living processes and those that have ended."""
    postmaster = (server.data / "postmaster.pid").read_text().split()[0]
    while True:
        own, ended = server_ticks(postmaster)
        living = 0
        for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat_fields(path)
                living += sum(map(int, fields[11:13])) if fields[1] == postmaster else 0
        # A process that ended meanwhile was counted twice or not at all.
        if server_ticks(postmaster)[1] == ended:
            return (own + ended + living) / os.sysconf("SC_CLK_TCK")


def server_ticks(postmaster):
    """Of the server's first process itself, and of its processes that have ended."""
    fields = stat_fields(pathlib.Path("/proc") / postmaster / "stat")
    return sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))


def stat_fields(path):
    """What follows the process's name: its state first."""
    return path.read_text().rsplit(")", 1)[1].split()


def measured(command, server=None, url=None):
    """Runs a command that works in the database `url` of `server`. Memory is without the server's.
    Throws RuntimeError with the end of what it printed where it fails."""
    before = server_cpu(server) if server else 0
    begin = time.monotonic()
    environment = os.environ | ({"CARTOGRAPH_WAREHOUSE": url or server.url()} if server else {})
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(list(map(str, command)), stdout=output,
                                   stderr=subprocess.STDOUT, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - begin
        if process.returncode != 0:
            output.seek(0)
            raise RuntimeError(output.read().decode(errors="replace")[-2000:])
    cpu = usage.ru_utime + usage.ru_stime + (server_cpu(server) - before if server else 0)
    return Figures(cpu, wall, usage.ru_maxrss / 1024)
