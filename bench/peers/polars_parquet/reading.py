"""Reads landing files into frames of trimmed text: file_number, row_number, the feed's columns, and
`fault` where a line can't be read. Lines are split at commas, since the library's CSV reader stops
at a row with too many fields or drops the surplus; lines with quotes go through Python's csv.
"""

import collections
import csv
import json
import pathlib
import sys

import polars as pl

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import landing

# Quotes only around whole fields, doubled within.
QUOTED = r'^(?:"(?:[^"]|"")*"|[^",]*)(?:,(?:"(?:[^"]|"")*"|[^",]*))*$'
SPACES = " \t\u00a0\u202f\u200b\ufeff"
PLACE = ["file_number", "row_number"]


def lines_of(files):
    """The lines of CSV files that share a header, without it and without blank ones."""
    texts = [file.path.read_bytes().decode("utf-8-sig", errors="replace")
             for file in files.values()]
    return (
        pl.DataFrame({"file_number": list(files), "line": texts})
        .with_columns(pl.col("line").str.split("\n"))
        .with_columns(row_number=pl.int_ranges(1, pl.col("line").list.len() + 1))
        .explode("line", "row_number")
        .with_columns(pl.col("line").str.strip_suffix("\r"))
        .filter(pl.col("row_number") > 1, pl.col("line").str.strip_chars(" \t") != "")
    )


def split(lines, header):
    """The fields of lines, as text; `fault` says which could not be read."""
    lines = lines.with_columns(has_quote=pl.col("line").str.contains('"', literal=True))
    plain = lines.filter(~pl.col("has_quote")).with_columns(
        pl.col("line").str.count_matches(",", literal=True).alias("count") + 1,
        pl.col("line").str.split_exact(",", len(header) - 1).struct.rename_fields(header)
        .alias("fields")).unnest("fields")
    quoted = lines.filter(pl.col("has_quote"))
    rows = list(csv.reader(quoted.filter(pl.col("line").str.contains(QUOTED))["line"]))
    faulty = quoted.filter(~pl.col("line").str.contains(QUOTED))
    read = quoted.filter(pl.col("line").str.contains(QUOTED)).with_columns(
        pl.Series("count", [len(row) for row in rows], pl.UInt32),
        *(pl.Series(name, [row[index] if index < len(row) else None for row in rows], pl.String)
          for index, name in enumerate(header)))
    whole = pl.concat([plain, read]).with_columns(
        pl.when(pl.col("line").str.contains("\ufffd", literal=True)).then(pl.lit("row: not UTF-8"))
        .when(pl.col("count") != len(header))
        .then(pl.format(f"row: {{}} fields, expected {len(header)}", "count")).alias("fault"))
    return pl.concat([whole, faulty.with_columns(fault=pl.lit("row: misplaced quote"))],
                     how="diagonal")


def json_frame(number, file):
    """The objects of a JSON or JSONL file."""
    text = file.path.read_text(encoding="utf-8-sig", errors="replace")
    if file.format == "json":
        found = list(enumerate((json.dumps(row) for row in json.loads(text, parse_float=str)), 1))
    else:
        found = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    rows = []
    for row_number, line in found:
        try:
            value = json.loads(line, parse_float=str)
        except ValueError:
            value = None
        is_row = isinstance(value, dict)
        rows.append({"file_number": number, "row_number": row_number, "line": line,
                     "fault": None if is_row else "row: not a JSON object"}
                    | {name: str(value[name]) for name in landing.COLUMNS[file.feed]
                       if is_row and value.get(name) is not None})
    return rows_frame(rows, file.feed)


def rows_frame(rows, feed):
    columns = [*PLACE, "line", "fault", *landing.COLUMNS[feed]]
    return pl.DataFrame(rows, {name: pl.Int64 if name in PLACE else pl.String for name in columns})


def read(feed, files):
    """All rows of a feed's files ({number: file}), in order."""
    groups = collections.defaultdict(dict)
    frames = []
    for number, file in files.items():
        if file.format != "csv":
            frames.append(json_frame(number, file))
            continue
        with open(file.path, encoding="utf-8-sig", errors="replace") as text:
            groups[tuple(landing.header(text.readline(), file))][number] = file
    frames += [split(lines_of(group), header) for header, group in groups.items()]
    wanted = landing.COLUMNS[feed]
    whole = pl.concat([rows_frame([], feed), *frames], how="diagonal")
    return whole.select(
        *PLACE, "line", "fault",
        *(pl.col(name).str.strip_chars(SPACES).replace("", None) for name in wanted)).sort(PLACE)

