#!/usr/bin/env python3
# Compares two folders of tables cell by cell: compare.py EXPECTED ACTUAL. Ratios may differ by
# 1e-12 relative, everything else must be the same text in the same order. Prints the first
# differences of each table; exit status 1 on any.

import argparse
import collections
import csv
import os
import sys

DOUBLE_COLUMNS = {"aov", "return_rate", "retention_rate", "ltv", "expected_return_rate"}
RELATIVE_TOLERANCE = 1e-12


def read_table(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return (rows[0], rows[1:]) if rows else ([], [])


def is_same(column, expected, actual):
    if expected == actual:
        return True
    if column not in DOUBLE_COLUMNS or not expected or not actual:
        return False
    try:
        left, right = float(expected), float(actual)
    except ValueError:
        return False
    return abs(left - right) <= RELATIVE_TOLERANCE * max(abs(left), abs(right))


def table_differences(expected_path, actual_path):
    """Yields one line of text a difference."""
    if not os.path.exists(actual_path):
        yield "the table is missing"
        return
    if not os.path.exists(expected_path):
        yield "the table is not expected"
        return
    columns, expected = read_table(expected_path)
    actual_columns, actual = read_table(actual_path)
    if columns != actual_columns:
        yield f"columns: expected {','.join(columns)}, actual {','.join(actual_columns)}"
        return
    if len(expected) != len(actual):
        yield f"rows: expected {len(expected)}, actual {len(actual)}"
    left, right = (collections.Counter(map(tuple, rows)) for rows in (expected, actual))
    if left == right:
        if expected != actual:
            yield "the same rows in another order"
        return
    if len(expected) != len(actual):
        for row in (left - right).elements():
            yield "only expected: " + ",".join(row)
        for row in (right - left).elements():
            yield "only actual: " + ",".join(row)
        return
    for number, (expected_row, actual_row) in enumerate(zip(expected, actual), 1):
        if len(expected_row) != len(actual_row):
            yield f"row {number}: expected {len(expected_row)} cells, actual {len(actual_row)}"
            continue
        for column, expected_cell, actual_cell in zip(columns, expected_row, actual_row):
            if not is_same(column, expected_cell, actual_cell):
                yield (f"row {number} ({','.join(expected_row[:3])}) {column}:"
                       f" expected {expected_cell!r}, actual {actual_cell!r}")


def compare_folders(expected, actual, shown=10, only=None):
    """Prints what differs; true where nothing does."""
    tables = sorted({name for folder in (expected, actual) for name in os.listdir(folder)
                     if name.endswith(".csv")})
    same = True
    for name in tables:
        if only and name[:-len(".csv")] not in only:
            continue
        differences = list(table_differences(os.path.join(expected, name),
                                             os.path.join(actual, name)))
        if not differences:
            continue
        same = False
        print(f"{name}: {len(differences)} differences")
        for difference in differences[:shown]:
            print(f"  {difference}")
        if len(differences) > shown:
            print("  ...")
    return same


def main():
    parser = argparse.ArgumentParser(description="Compares two folders of tables.")
    parser.add_argument("expected")
    parser.add_argument("actual")
    parser.add_argument("--show", type=int, default=10, help="differences shown a table")
    parser.add_argument("--only", action="append", metavar="TABLE", help="repeatable")
    arguments = parser.parse_args()
    same = compare_folders(arguments.expected, arguments.actual, arguments.show, arguments.only)
    print("identical" if same else "different")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
