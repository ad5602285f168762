"""Reads one landing file into a frame of accepted rows and one of refused ones. Rows are split by
../rows.py: the reader of pandas stops at a file with a surplus field or an unterminated quote, and
fills up rows that are too short.
"""

import json
import pathlib
import sys

import pandas
from pydantic import ValidationError

from models import MODELS

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from rows import rows

SPACES = " \t\u00a0\u202f\u200b\ufeff"
PLACE = ["file_number", "row_number"]


def reasons(error):
    """As `field: message`, joined."""
    found = []
    for fault in error.errors(include_url=False, include_context=False):
        message = fault["msg"].removeprefix("Value error, ")
        found.append(f"{fault['loc'][0]}: {message}" if fault["loc"] else message)
    return "; ".join(found)


def read(number, file):
    """The accepted rows of a file and its refused ones."""
    model = MODELS[file.feed]
    good, bad = [], []
    for line, values, fault in rows(file):
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
