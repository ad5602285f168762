#!/usr/bin/env python3
"""http_benchmark.py PROGRAM DATA: the API of `PROGRAM serve --data DATA` beside nginx, which serves
the same bytes from a file, and FastAPI with uvicorn, which makes them of constant rows through a
response model (fastapi_answer.py), where these are installed. All on loopback, one server at a time, with wrk and 64
connections. Prints a table, then the memory of 10,000 idle connections, and how long breakdowns of
all days take that nobody asked before.

CARTOGRAPH_WAREHOUSE names another warehouse than the embedded one of DATA, as ever.
"""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

CONNECTIONS = 64
IDLE = 10_000
BODY_BYTES = 4096
PYTHON = "/usr/bin/python3"  # Debian's, for which it has FastAPI

NGINX = """daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; open_file_cache max=10; keepalive_requests 1000000000;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  server {{ listen 127.0.0.1:{port}; root {folder}; default_type application/json; }}
}}
"""


def free_port():
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]


@contextlib.contextmanager
def running(command, port=None, **options):
    """A server, as soon as it listens; its port is what it prints where it is not given."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)
    try:
        if port is None:
            port = int(re.search(rb":(\d+)/", process.stdout.readline())[1])
        while process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield process, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def get(port, target):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as client:
        client.request("GET", target)
        answer = client.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{target}: {answer.status} {body.decode()}")
        return body


def memory_mb(process):
    """Of the process and those that it started."""
    total = 0
    for status in pathlib.Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            text = status.read_text()
            if re.search(rf"^(Pid|PPid):\s+{process.pid}$", text, re.M):
                total += int(re.search(r"VmRSS:\s+(\d+)", text)[1])
    return total / 1024


def wrk(port, target, seconds):
    out = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency",
                          f"http://127.0.0.1:{port}{target}"], capture_output=True, text=True,
                         check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(out)
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", out).groups()
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]),
            float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit])


def target_of_size(port):
    """A list of days whose answer is about as large as the bytes that are measured."""
    rows = 1
    while len(get(port, f"/metrics/daily?from=1990-01-01&limit={rows}")) < BODY_BYTES and rows < 99:
        rows += 1
    return f"/metrics/daily?from=1990-01-01&limit={rows}"


def cached(options, table):
    ours = [options.program, "serve", "--data", options.data, "--port", "0", "--quiet"]
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        process, port = stack.enter_context(running(ours))
        target = target_of_size(port)
        body = get(port, target)
        (folder / "answer.json").write_bytes(body)
        print(f"{len(body)} bytes, {CONNECTIONS} connections, {options.rounds} rounds of "
              f"{options.seconds} s each, medians")
        servers = {"cartograph": (process, port, target)}
        if shutil.which("nginx"):
            web_port = free_port()
            (folder / "conf").write_text(NGINX.format(folder=folder, port=web_port))
            os.chmod(folder, 0o755)
            web, _ = stack.enter_context(running(
                ["nginx", "-c", folder / "conf", "-p", folder], web_port))
            servers["nginx, a file"] = (web, web_port, "/answer.json")
        if subprocess.run([PYTHON, "-c", "import fastapi, uvicorn"], check=False,
                          capture_output=True).returncode == 0:
            app_port = free_port()
            app, _ = stack.enter_context(running(
                [PYTHON, "-m", "uvicorn", "fastapi_answer:app", "--port", str(app_port),
                 "--log-level", "critical", "--no-access-log"], app_port,
                cwd=pathlib.Path(__file__).parent,
                env=os.environ | {"ANSWER": str(folder / "answer.json")}))
            servers["FastAPI, uvicorn, response model"] = (app, app_port, "/answer")
        figures = {name: [] for name in servers}
        for _ in range(options.rounds):
            for name, (_, at, what) in servers.items():
                figures[name].append(wrk(at, what, options.seconds))
        for name, (server, _, _) in servers.items():
            rates, slowest = zip(*figures[name])
            table.append((name, statistics.median(rates), statistics.median(slowest),
                          memory_mb(server)))


def idle(options):
    ours = [options.program, "serve", "--data", options.data, "--port", "0", "--quiet"]
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    with running(ours) as (process, port):
        get(port, "/metrics/daily")
        before = memory_mb(process)
        request = b"GET /metrics/daily HTTP/1.1\r\nHost: a\r\n\r\n"
        connections = []
        for _ in range(min(IDLE, limit - 100)):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(request)
            connection.recv(65536)
            connections.append(connection)
        time.sleep(1)
        after = memory_mb(process)
        print(f"{len(connections)} idle connections, each of which has asked once: "
              f"{after - before:.1f} MB more than the {before:.1f} MB without")
        for connection in connections:
            connection.close()


def uncached(options):
    ours = [options.program, "serve", "--data", options.data, "--port", "0", "--quiet"]
    with running(ours) as (_, port):
        first = get(port, "/metrics/daily?from=1990-01-01&limit=1")
        day = json.loads(first)["data"][0]["date"]
        for by in ("country", "channel", "payment_method", "customer_type", "category", "sku"):
            seconds = []
            for top in range(20, 20 + 5):
                begin = time.monotonic()
                get(port, f"/metrics/breakdown?by={by}&from={day}&top={top}")
                seconds.append(time.monotonic() - begin)
            print(f"breakdown of all days by {by}: {statistics.median(seconds):.3f} s "
                  f"(first {seconds[0]:.3f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("data")
    parser.add_argument("--only", choices=("cached", "idle", "uncached"))
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    options.program = str(pathlib.Path(options.program).resolve())
    if options.only in (None, "cached"):
        if not shutil.which("wrk"):
            sys.exit("wrk is not installed: apt-get install wrk nginx-light python3-fastapi "
                     "python3-uvicorn")
        table = []
        cached(options, table)
        print("| server | requests/s | p99 ms | MB |\n| --- | --- | --- | --- |")
        for name, rate, slowest, memory in table:
            print(f"| {name} | {rate:,.0f} | {slowest:.1f} | {memory:.0f} |")
    if options.only in (None, "idle"):
        idle(options)
    if options.only in (None, "uncached"):
        uncached(options)


if __name__ == "__main__":
    main()
