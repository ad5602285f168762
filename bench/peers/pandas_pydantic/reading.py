"""Reads one landing file into a frame of accepted rows and one of refused ones. Rows are split by
Python's csv: the reader of pandas stops at a file with a surplus field or an unterminated quote,
and fills up rows that are too short.
"""

import csv
import io
import json
import pathlib
import sys

import pandas
from pydantic import ValidationError

from models import MODELS

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import landing

SPACES = " \t\u00a0\u202f\u200b\ufeff"
PLACE = ["file_number", "row_number"]


def csv_rows(text, file):
    """Of each row its line, its values by name, and what is wrong where it can't be read."""
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


def reasons(error):
    """As `field: message`, joined."""
    found = []
    for fault in error.errors(include_url=False, include_context=False):
        message = fault["msg"].removeprefix("Value error, ")
        found.append(f"{fault['loc'][0]}: {message}" if fault["loc"] else message)
    return "; ".join(found)


def read(number, file):
    """The accepted rows of a file and its refused ones."""
    text = file.path.read_bytes().decode("utf-8-sig", errors="replace")
    model = MODELS[file.feed]
    good, bad = [], []
    for line, values, fault in (csv_rows if file.format == "csv" else json_rows)(text, file):
        if fault is None:
            trimmed = {name: value for name, written in values.items()
                       if (value := written.strip(SPACES))}
            try:
                good.append((number, line, *model.model_validate(trimmed).model_dump().values()))
                continue
            except ValidationError as error:
                fault = reasons(error)
        bad.append((number, line, file.feed, fault, json.dumps(values, ensure_ascii=False)))
    columns = [name for name in model.model_fields if name != "currency"]
    return (file.feed, pandas.DataFrame(good, columns=[*PLACE, *columns], dtype=object),
            pandas.DataFrame(bad, columns=[*PLACE, "feed", "reasons", "raw_row"]))
