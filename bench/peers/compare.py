#!/usr/bin/env python3
"""compare.py PROGRAM: Cartograph and its peers on one fabricated landing folder, in turn. A peer
counts only if its net revenue equals ours to the cent on every day. Measures seconds of CPU of the
process tree and of a server, wall time and the largest process; prints a table and writes JSON.
"""

import argparse
import collections
import contextlib
import csv
import io
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "bench")]
import postgres_server
from measuring import measured

# `where` its tables are: in a "file", or in "postgres". Cartograph beside it has them there too.
Peer = collections.namedtuple("Peer", "name folder requirements where")
PEERS = (
    Peer("duckdb_sql", "duckdb_sql", "requirements.txt", "file"),
    Peer("duckdb_sql_2.0", "duckdb_sql", "requirements-2.0.txt", "file"),
    Peer("dbt_duckdb", "dbt_duckdb", "requirements.txt", "file"),
    Peer("polars_parquet", "polars_parquet", "requirements.txt", "file"),
    Peer("dbt_postgres", "dbt_postgres", "requirements.txt", "postgres"),
    Peer("pandas_pydantic", "pandas_pydantic", "requirements.txt", "postgres"),
)
OURS = {"file": "cartograph", "postgres": "cartograph_postgres"}
# The words before the landing folder, those between it and the folder for the output.
Command = collections.namedtuple("Command", "words between where")


def environment(peer):
    """The Python of the peer's own environment, made where it is missing; None if that fails."""
    folder = ROOT / "build" / f"peers-{peer.name}"
    wanted = (HERE / peer.folder / peer.requirements).read_text()
    installed = folder / "installed.txt"
    if not installed.exists() or installed.read_text() != wanted:
        print(f"{peer.name}: installing {', '.join(wanted.split())}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        done = subprocess.run(
            [folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r",
             HERE / peer.folder / peer.requirements], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"{peer.name}: left out, pip could not install {', '.join(wanted.split())}: "
                  f"{(done.stderr.strip() or 'no reason given').splitlines()[-1]}",
                  file=sys.stderr)
            return None
        installed.write_text(wanted)
    return folder / "bin/python"


def our_result(program, out, server):
    """The net revenue of each day, and how many rows were refused, as a peer writes them."""
    def ask(query):
        done = subprocess.run(
            [program, "query", "--data", out, "--format", "csv", query], capture_output=True,
            text=True, check=True,
            env=os.environ | ({"CARTOGRAPH_WAREHOUSE": server.url()} if server else {}))
        return list(csv.reader(io.StringIO(done.stdout)))[1:]
    return {"daily": dict(ask("select date, net_revenue from fct_revenue_daily")),
            "quarantined": int(ask("select count(*) as rows from quarantine")[0][0])}


def run_once(name, command, place, night):
    """A full load into an empty place, then the night. Returns figures and results of both."""
    out = place / "out"
    shutil.rmtree(out, ignore_errors=True)
    with contextlib.ExitStack() as stack:
        server = (stack.enter_context(postgres_server.Server())
                  if command.where == "postgres" else None)
        found = {}
        for phase in ("full load", "night"):
            if phase == "night":
                night.rename(place / "landing" / night.name)
                stack.callback(lambda: (place / "landing" / night.name).rename(night))
            figures = measured([*command.words, place / "landing", *command.between, out], server)
            found[phase] = (figures, our_result(command.words[0], out, server)
                            if name in OURS.values()
                            else json.loads((out / "result.json").read_text()))
    return found


def contestants(options):
    """Those that take part, ours first: name and command."""
    words = [options.program, "run", "--no-report", "--quiet", "--landing"]
    found = {OURS["file"]: Command(words, ["--data"], "file")}
    peers = [peer for peer in PEERS if not options.peers or peer.name in options.peers]
    if any(peer.where == "postgres" for peer in peers):
        found[OURS["postgres"]] = Command(words, ["--data"], "postgres")
    for peer in peers:
        if python := environment(peer):
            found[peer.name] = Command([python, HERE / peer.folder / "run.py"], [], peer.where)
    return found


def differing_days(ours, theirs):
    days = ours["daily"].keys() | theirs["daily"].keys()
    return sorted(day for day in days if ours["daily"].get(day) != theirs["daily"].get(day))


def rounds(options, place, night):
    """All rounds: figures by phase and name, and what is wrong by name."""
    taking_part = contestants(options)
    figures = collections.defaultdict(lambda: collections.defaultdict(list))
    wrong, quarantined = {}, {}
    for number in range(options.rounds):
        results = {}
        for name, command in taking_part.items():
            if name in wrong:
                continue
            print(f"round {number + 1}: {name}", file=sys.stderr)
            try:
                results[name] = run_once(name, command, place, night)
            except RuntimeError as error:
                if name in OURS.values():
                    raise
                wrong[name] = f"failed: {error}"
                continue
            for phase, (_, result) in results[name].items():
                days = differing_days(results[OURS[command.where]][phase][1], result)
                if days:
                    wrong[name] = (f"{phase}: net revenue differs on {len(days)} days, "
                                   f"first {days[0]}")
            quarantined[name] = results[name]["night"][1]["quarantined"]
        for name in results.keys() - wrong.keys():
            ours = results[OURS[taking_part[name].where]]
            for phase, (measurement, _) in results[name].items():
                ratio = measurement.cpu_s / ours[phase][0].cpu_s
                figures[phase][name].append((*measurement, ratio))
    table = [{"phase": phase, "name": name, "rounds": len(figures[phase][name]),
              "rows_quarantined": quarantined[name],
              **dict(zip(("cpu_s", "wall_s", "peak_mb", "cpu_ratio"),
                         map(statistics.median, zip(*figures[phase][name]))))}
             for phase in figures for name in taking_part
             if name in figures[phase] and name not in wrong]
    return table, wrong


def show(table, wrong):
    for phase in dict.fromkeys(row["phase"] for row in table):
        print(f"\n| {phase} | CPU s | wall s | peak MB | CPU, ratio to Cartograph "
              "| rows quarantined |\n| --- | --- | --- | --- | --- | --- |")
        for row in table:
            if row["phase"] == phase:
                print("| {name} | {cpu_s:.1f} | {wall_s:.1f} | {peak_mb:,.0f} | {cpu_ratio:.2f} "
                      "| {rows_quarantined:,} |".format(**row))
    for name, why in wrong.items():
        print(f"\n{name} is WRONG and in no table: {why}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--days", type=int, default=60, help="landing dates before the night")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--noise", default="0.01")
    parser.add_argument("--seed", default="5")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", nargs="*", choices=[peer.name for peer in PEERS])
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "build" / "peers.json")
    options = parser.parse_args()
    options.program = options.program.resolve()
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        subprocess.run([options.program, "generate", "--out", place / "landing", "--days",
                        str(options.days + 1), "--orders", str(options.orders), "--noise",
                        options.noise, "--seed", options.seed], check=True, stdout=sys.stderr)
        night = place / "night" / max(path.name for path in (place / "landing").iterdir())
        night.parent.mkdir()
        (place / "landing" / night.name).rename(night)
        table, wrong = rounds(options, place, night)
    show(table, wrong)
    options.json.parent.mkdir(exist_ok=True)
    options.json.write_text(json.dumps(
        {"days": options.days, "orders": options.orders, "noise": options.noise,
         "seed": options.seed, "rounds": options.rounds, "figures": table, "wrong": wrong},
        indent=1))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
