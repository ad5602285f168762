#!/usr/bin/env python3
"""bench.py PROGRAM: what the generator, reading, staging, full loads, rebuilds and nights cost, on
both engines and after histories of several sizes. Prints tables, writes JSON and a chart; README.md
beside it says what each line is.
"""

import argparse
import collections
import contextlib
import csv
import datetime
import io
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

from measuring import measured

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tests"))
import postgres_server

LAST_DAY = datetime.date(2025, 12, 31)
NIGHT_DATES = 30    # landing dates whose orders a night sends again
NIGHT_SHARE = 0.1   # of the orders of the smallest history
ENGINES = ("DuckDB", "PostgreSQL")
PHASES = ("discover", "decode", "stage", "models", "check")  # of a run, one after another
LAST_RUN = "(select max(run_id) from run_log)"

# A landing folder that is `times` the smallest one, and the night after it.
Store = collections.namedtuple("Store", "times landing night bytes night_rows")


def bytes_below(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def machine(program):
    """Where it was measured."""
    text = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", text)
    memory = re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return {"processor": model[1] if model else platform.machine(),
            "cores": len(os.sched_getaffinity(0)), "memory_gb": round(int(memory[1]) / 2**20),
            "load": os.getloadavg()[0], "version": version.stdout.split("\n")[0]}


def rows_of(landing, date, feed):
    """The rows of a feed's CSV files of a landing date that have as many fields as their header."""
    for path in sorted((landing / date).glob(f"{feed}*.csv")):
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
        lines = csv.reader(io.StringIO(text))
        header = next(lines)
        yield from (dict(zip(header, line)) for line in lines if len(line) == len(header))


def write_night(landing, night, orders_max):
    """Orders of the last dates are sent again, each line with a unit more, and with a shipment for
    each line. The same number of orders after every history. Returns the number of rows."""
    orders, items = {}, {}
    for date in sorted(path.name for path in landing.iterdir())[-NIGHT_DATES:]:
        orders |= {row["order_id"]: row for row in rows_of(landing, date, "orders")}
        items |= {(row["order_id"], row["line_number"]): row
                  for row in rows_of(landing, date, "order_items") if row["quantity"].isdigit()}
    with_lines = sorted(orders.keys() & {order_id for order_id, _ in items})
    step = max(1, len(with_lines) // orders_max)
    chosen = set(with_lines[::step][:orders_max])
    lines = [row | {"quantity": int(row["quantity"]) + 1}
             for (order_id, _), row in items.items() if order_id in chosen]
    movements = [{"movement_id": f"night-{row['order_id']}-{row['line_number']}", "sku": row["sku"],
                  "movement_type": "shipment", "quantity": 1, "occurred_at": LAST_DAY.isoformat(),
                  "reference": row["order_id"]} for row in lines]
    night.mkdir(parents=True)
    feeds = {"orders": [orders[order_id] for order_id in sorted(chosen)], "order_items": lines,
             "inventory_movements": movements}
    for feed, rows in feeds.items():
        with open(night / f"{feed}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0], extrasaction="ignore", restval="")
            writer.writeheader()
            writer.writerows(rows)
    return sum(map(len, feeds.values()))


def fabricate(options, place, times):
    """The store of `times` the days and orders, ending on the same day, and what it cost."""
    landing = place / f"landing-{times}"
    days = options.days * times
    command = [options.program, "generate", "--quiet", "--out", landing, "--days", days, "--orders",
               options.orders * times, "--noise", options.noise, "--start",
               LAST_DAY - datetime.timedelta(days - 1)]
    figures = measured(command)
    lines = sum(path.read_bytes().count(b"\n") for path in landing.rglob("*") if path.is_file())
    night = place / f"night-{times}" / (LAST_DAY + datetime.timedelta(1)).isoformat()
    night_rows = write_night(landing, night, max(1, int(options.orders * NIGHT_SHARE)))
    return figures, lines, Store(times, landing, night, bytes_below(landing), night_rows)


@contextlib.contextmanager
def landed(store):
    """The night lies in the landing folder meanwhile."""
    place = store.landing / store.night.name
    store.night.rename(place)
    try:
        yield
    finally:
        place.rename(store.night)


class Engine:
    """Warehouses of one engine, by name: made, copied, and run against."""

    def __init__(self, name, program, place, server):
        self.name, self.program, self.place = name, program, place / name
        self.server = server if name == "PostgreSQL" else None

    def url(self, warehouse):
        return self.server.url(warehouse) if self.server else None

    def empty(self, warehouse):
        shutil.rmtree(self.place / warehouse, ignore_errors=True)
        if self.server:
            self.server.sql(f'drop database if exists "{warehouse}"')
            self.server.sql(f'create database "{warehouse}"')

    def copy(self, warehouse, to):
        shutil.rmtree(self.place / to, ignore_errors=True)
        shutil.copytree(self.place / warehouse, self.place / to)
        if self.server:
            self.server.sql(f'drop database if exists "{to}"')
            self.server.sql(f'create database "{to}" template "{warehouse}"')

    def run(self, words, warehouse, landing):
        if self.server:
            self.server.sql("checkpoint")
        options = ["--quiet", "--landing", landing, "--data", self.place / warehouse]
        return measured([self.program, *words, *options], self.server, self.url(warehouse))

    def query(self, warehouse, sql):
        environment = {"CARTOGRAPH_WAREHOUSE": self.url(warehouse)} if self.server else {}
        done = subprocess.run(
            [self.program, "query", "--format", "csv", "--data", self.place / warehouse, sql],
            capture_output=True, text=True, check=True, env=os.environ | environment)
        return list(csv.reader(io.StringIO(done.stdout)))[1:]

    def disk_mb(self, warehouse):
        """Of the warehouse, and of the lake beside it."""
        lake = sum(map(bytes_below, (self.place / warehouse).glob("lake*")))
        whole = bytes_below(self.place / warehouse) - lake
        if self.server:
            whole = int(self.server.sql(f"select pg_database_size('{warehouse}')")[0][0])
        return whole / 1e6, lake / 1e6

    def rows_read(self, warehouse):
        """By the last run."""
        return int(self.query(warehouse, "select sum(rows_read) from loaded_files where run_id = "
                              + LAST_RUN)[0][0])

    def phases(self, warehouse):
        """Wall seconds of the last run by phase."""
        seconds = dict.fromkeys(PHASES, 0.0)
        for step, duration_ms in self.query(
                warehouse, "select step, duration_ms from run_steps where run_id = " + LAST_RUN):
            seconds[step if step in PHASES else "models"] += int(duration_ms) / 1000
        return seconds


class Results:
    """Measurements by what was measured, on which engine, after how much history."""

    def __init__(self):
        self.found = collections.defaultdict(list)
        self.work = {}

    def add(self, what, engine, times, figures, rows, size=None, **more):
        key = (what, engine, times)
        print(" ".join(map(str, key)), f"{figures.cpu_s:.2f} s", file=sys.stderr)
        self.found[key].append({**figures._asdict(), **more})
        self.work[key] = (rows, size)

    def rows(self, *key):
        return self.work[key][0]

    def table(self):
        """Medians, in the order in which they were measured first."""
        rows = []
        for key, measurements in self.found.items():
            row = dict(zip(("what", "engine", "history"), key)) | {"rounds": len(measurements)}
            row |= {name: statistics.median(one[name] for one in measurements)
                    for name in measurements[0]}
            row["rows"], size = self.work[key]
            row["cpu_s_per_million_rows"] = row["cpu_s"] / row["rows"] * 1e6
            if size is not None:
                row["mb_per_cpu_s"] = size / 1e6 / row["cpu_s"]
            rows.append(row)
        return rows


def full_load(results, engine, store, warehouse):
    engine.empty(warehouse)
    figures = engine.run(["run", "--no-report"], warehouse, store.landing)
    warehouse_mb, lake_mb = engine.disk_mb(warehouse)
    results.add("full load", engine.name, store.times, figures, engine.rows_read(warehouse),
                store.bytes, warehouse_mb=warehouse_mb, lake_mb=lake_mb,
                **engine.phases(warehouse))


def rebuild(results, engine, store, warehouse):
    figures = engine.run(["rebuild"], warehouse, store.landing)
    results.add("rebuild", engine.name, store.times, figures,
                results.rows("full load", engine.name, store.times))


def night(results, engine, store):
    engine.copy(f"history-{store.times}", "night")
    with landed(store):
        figures = engine.run(["run", "--no-report"], "night", store.landing)
    if engine.rows_read("night") != store.night_rows:
        raise RuntimeError(f"{engine.name}: the night's run read {engine.rows_read('night')} rows "
                           f"of {store.night_rows}")
    results.add("night", engine.name, store.times, figures, store.night_rows)


def run_rounds(options, stores, engines, results):
    for store in stores:
        for engine in engines:
            full_load(results, engine, store, f"history-{store.times}")
    for _ in range(options.rounds):
        for engine in engines:
            full_load(results, engine, stores[0], "again")
            rebuild(results, engine, stores[0], "again")
        for store in stores:
            for engine in engines:
                night(results, engine, store)


def inside(options, landing, server):
    """What ingestion_benchmark measures, medians; rates are of the processor's seconds."""
    program = options.program.parent / "ingestion_benchmark"
    if not program.exists():
        raise SystemExit(f"{program} is not built: run `make build`")
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        measured([program, landing, f"--benchmark_repetitions={options.rounds}",
                  f"--benchmark_min_time={options.seconds}", f"--benchmark_out={file.name}",
                  "--benchmark_out_format=json", "--benchmark_report_aggregates_only=true"], server)
        found = json.load(file)["benchmarks"]
    rows = []
    for one in found:
        if one.get("aggregate_name", "median") != "median":
            continue
        what, *of = one["run_name"].removesuffix("/process_time").removesuffix(
            "/iterations:1").split("/")
        rows.append({"what": what, "of": " ".join(of), "cpu_ms": one["cpu_time"],
                     "wall_ms": one["real_time"], "mb_per_cpu_s": one["bytes_per_second"] / 1e6,
                     "rows_per_cpu_s": one["items_per_second"]})
    return rows


def show(title, head, rows):
    print(f"\n{title}\n\n| {' | '.join(head)} |\n|{' --- |' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def show_inside(rows):
    floors = {row["of"]: row["mb_per_cpu_s"] for row in rows if row["what"] == "floor"}
    show("One thread",
         ("step", "of", "CPU ms", "wall ms", "MB/CPU s", "rows/CPU s", "the floor is"),
         [(row["what"], row["of"] or "all", f"{row['cpu_ms']:.1f}", f"{row['wall_ms']:.1f}",
           f"{row['mb_per_cpu_s']:,.0f}", f"{row['rows_per_cpu_s']:,.0f}",
           f"{floors[row['of']] / row['mb_per_cpu_s']:.1f} ×" if row["of"] in floors else "")
          for row in rows])


def show_processes(table):
    first = {}
    for row in table:
        first.setdefault((row["what"], row["engine"]), row["cpu_s_per_million_rows"])
    show("Whole processes; CPU with PostgreSQL's server",
         ("what", "engine", "history", "rows", "CPU s", "wall s", "peak MB", "CPU s / 10⁶ rows",
          "to the smallest", "MB/CPU s"),
         [(row["what"], row["engine"], f"{row['history']} ×", f"{row['rows']:,}",
           f"{row['cpu_s']:.2f}", f"{row['wall_s']:.2f}", f"{row['peak_mb']:,.0f}",
           f"{row['cpu_s_per_million_rows']:.2f}",
           f"{row['cpu_s_per_million_rows'] / first[row['what'], row['engine']]:.2f}",
           f"{row['mb_per_cpu_s']:.1f}" if "mb_per_cpu_s" in row else "") for row in table])
    show("Full loads: wall seconds by phase, and what lies on the disk",
         ("engine", "history", *PHASES, "the rest", "warehouse MB", "lake MB"),
         [(row["engine"], f"{row['history']} ×", *(f"{row[phase]:.2f}" for phase in PHASES),
           f"{row['wall_s'] - sum(row[phase] for phase in PHASES):.2f}",
           f"{row['warehouse_mb']:,.0f}", f"{row['lake_mb']:,.0f}")
          for row in table if row["what"] == "full load"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--orders", type=int, default=50_000, help="of the smallest history")
    parser.add_argument("--days", type=int, default=30, help="landing dates of it")
    parser.add_argument("--histories", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", default="0.3", help="least CPU seconds of what is repeated")
    parser.add_argument("--noise", default="0.01")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "build" / "bench.json")
    options = parser.parse_args()
    options.program = options.program.resolve()
    results = Results()
    with contextlib.ExitStack() as stack:
        place = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres_server.Server())
        stores = []
        for times in options.histories:
            figures, lines, store = fabricate(options, place, times)
            stores.append(store)
            results.add("generate", "", times, figures, lines, store.bytes)
        inner = inside(options, stores[0].landing, server)
        engines = [Engine(name, options.program, place, server) for name in ENGINES]
        run_rounds(options, stores, engines, results)
    table = results.table()
    show_inside(inner)
    show_processes(table)
    options.json.write_text(json.dumps(
        {"machine": machine(options.program), "orders": options.orders, "days": options.days,
         "rounds": options.rounds, "noise": options.noise, "inside": inner, "processes": table},
        indent=1))
    chart = options.json.with_suffix(".svg")
    subprocess.run(["node", HERE / "chart.mjs", options.json, chart], check=True)
    print(f"\n{options.json}, {chart}")


if __name__ == "__main__":
    main()
