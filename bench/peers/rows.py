"""Splits landing files into rows of text, for peers whose database or library does not: CSV by
Python's csv, held strictly, and JSON.
"""

import csv
import io
import json

import landing


def csv_rows(text, file):
    header = landing.header(text, file)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    next(lines)
    while True:
        line = lines.line_num + 1
        try:
            values = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, {}, f"row: {error}"
            continue
        if not values or not "".join(values).strip(" \t") and len(values) == 1:
            continue
        fault = None
        if len(values) != len(header):
            fault = f"row: {len(values)} fields, expected {len(header)}"
        elif "\ufffd" in "".join(values):
            fault = "row: not UTF-8"
        elif '"' in values[0]:
            fault = "row: misplaced quote"
        yield line, dict(zip(header, values)), fault


def json_rows(text, file):
    if file.format == "json":
        texts = enumerate((json.dumps(row) for row in json.loads(text, parse_float=str)), 1)
    else:
        texts = ((n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip())
    for number, line in texts:
        try:
            row = json.loads(line, parse_float=str)
        except ValueError:
            row = None
        if isinstance(row, dict):
            yield number, {key: str(value) for key, value in row.items() if value is not None}, None
        else:
            yield number, {"row": line}, "row: not a JSON object"


def rows(file):
    """Of each row its line, its values by name, and what is wrong where it can't be read."""
    text = file.path.read_bytes().decode("utf-8-sig", errors="replace")
    return (csv_rows if file.format == "csv" else json_rows)(text, file)
