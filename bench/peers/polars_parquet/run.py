#!/usr/bin/env python3
"""run.py LANDING OUT: brings the Parquet files below OUT up to date with a landing folder. What was
read before is left out; marts and checks are made anew. OUT/published.json names the files that
count, and is replaced at the end.
"""

import json
import pathlib
import sys

import polars as pl

import checks
import contracts
import marts
import reading
from landing import COLUMNS, files, write_result

KEPT = ["file_number", "row_number"]


def staged(feed, found, folder, parts):
    """Writes a feed's new rows and returns all its rows, those of runs before included."""
    frame = contracts.checked(feed, reading.read(feed, found))
    good = frame.filter(pl.col("reasons") == "").select(*KEPT, *COLUMNS[feed])
    bad = frame.filter(pl.col("reasons") != "").select(*KEPT, "reasons", "line",
                                                       feed=pl.lit(feed))
    if good.height:
        good.write_parquet(folder / f"stg_{feed}.parquet")
        parts[feed].append(str(folder / f"stg_{feed}.parquet"))
    before = [part for part in parts[feed] if pathlib.Path(part).parent != folder]
    return pl.concat([*(pl.read_parquet(part) for part in before), good]), bad


def main(landing, out):
    published = out / "published.json"
    state = json.loads(published.read_text()) if published.exists() else {
        "files": [], "parts": {feed: [] for feed in COLUMNS}, "quarantined": 0}
    folder = out / f"run_{len(state['files']):09}"
    folder.mkdir(parents=True, exist_ok=True)
    new = [file for file in files(landing) if file.name not in set(state["files"])]
    numbered = list(enumerate(new, len(state["files"]) + 1))
    frames, refused = {}, []
    for feed in COLUMNS:
        found = {number: file for number, file in numbered if file.feed == feed}
        frames[feed], bad = staged(feed, found, folder, state["parts"])
        refused.append(bad)
    quarantine = pl.concat(refused)
    quarantine.write_parquet(folder / "quarantine.parquet")
    made = marts.all_marts(frames)
    for name, rows in checks.offending(made).items():
        if rows.height:
            raise SystemExit(f"{name}: {rows.height} rows, of them {rows.head(5).rows()}; "
                             "nothing is published")
    for name, frame in made.items():
        frame.write_parquet(folder / f"{name}.parquet")
    state["files"] += [file.name for file in new]
    state["quarantined"] += quarantine.height
    state["marts"] = str(folder)
    (out / "published.new").write_text(json.dumps(state))
    (out / "published.new").rename(published)
    write_result(out, ((date, cents / 100) for date, cents in made["fct_revenue_daily"].select(
        "date", "net_revenue").rows()), state["quarantined"])


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve())
