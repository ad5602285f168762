#!/usr/bin/env python3
"""small_files.py [PROGRAM]: small files that go wrong, and what DuckDB's, Polars' and pandas'
readers and Pydantic make of them, as far as this Python has them; PROGRAM is Cartograph, which is
asked as well. docs/peers.md shows the answers.
"""

import contextlib
import datetime
import decimal
import importlib
import os
import pathlib
import subprocess
import sys
import tempfile

COLUMNS = ("order_id", "line_number", "sku", "quantity", "unit_price", "discount_amount",
           "tax_amount")
HEADER = ",".join(COLUMNS) + "\n"
GOOD = "O1,1,A,1,5.00,0.00,0.50\n"
FILES = {
    "an unterminated quote at the end": HEADER + GOOD + '"O2,1,A,1,5.00,0.00,0.50',
    "a quote inside a field": HEADER + GOOD + 'O"2,1,A,1,5.00,0.00,0.50\n',
    "a field too many": HEADER + GOOD + "O2,1,A,1,5.00,0.00,0.50,9\n",
    "a field too few": HEADER + GOOD + "O2,1,A,1,5.00,0.50\n",
    "line ends that differ": HEADER.replace("\n", "\r\n") + GOOD + "\n" + GOOD.replace("1", "2"),
    "a column more": HEADER.replace("\n", ",exported_by\n") + GOOD.replace("\n", ",nightly\n"),
}
INSTANTS = ("2025-03-01T23:30:00+02:00", "2025-03-01T24:00:00", "2025-03-01T10:00:60Z",
            "1700000000")
NUMBERS = ("1.5", "1_000", "9.995", "1e3")
OTHERS = 6  # good files that are read together with the bad one


def attempt(name, read):
    try:
        print(f"  {name}: {read()}")
    except Exception as error:  # whatever a reader says is the answer
        first = str(error).strip().split("\n")
        print(f"  {name}: stops, {type(error).__name__}: {' '.join(first[:3])[:110]}")


def duckdb_answers(duckdb, paths):
    connection = duckdb.connect()
    types = ", ".join(f"{name!r}: 'varchar'" for name in COLUMNS)

    def read(files, options):
        rows = connection.execute(f"select order_id, tax_amount from read_csv({files}, {options})")
        found = rows.fetchall()
        with contextlib.suppress(duckdb.CatalogException):
            rejects = connection.execute("select distinct line, error_type from reject_errors")
            found += [("rejected", *reject) for reject in rejects.fetchall()]
            connection.execute("drop table reject_errors; drop table reject_scans")
        return found

    strict = (f"columns={{{types}}}, header=true, auto_detect=false, delim=',', quote='\"', "
              "escape='\"', store_rejects=true")
    good = [str(paths["good"])] * OTHERS
    for name, path in paths.items():
        print(name)
        attempt("read_csv", lambda: read([str(path)], "auto_detect=true"))
        attempt("ignore_errors", lambda: read([str(path)], "ignore_errors=true"))
        attempt("columns, store_rejects", lambda: read([str(path)], strict))
        attempt("strict_mode=false", lambda: read([str(path)], strict + ", strict_mode=false"))
        attempt(f"with {OTHERS} good files, columns, store_rejects",
                lambda: read([str(path), *good], strict))
        attempt(f"with {OTHERS} good files, union_by_name, store_rejects",
                lambda: read([str(path), *good], "union_by_name=true, store_rejects=true"))
    print("values")
    connection.execute("set timezone = 'UTC'")
    casts = [(value, kind) for value in INSTANTS for kind in ("timestamp", "timestamptz")]
    casts += [(value, kind) for value in NUMBERS for kind in ("integer", "decimal(18, 2)")]
    for value, kind in casts:
        attempt(f"try_cast('{value}' as {kind})", lambda: connection.execute(
            f"select cast(try_cast('{value}' as {kind}) as text)").fetchall()[0][0])


def polars_answers(polars, paths):
    def pairs(frame):
        return frame.select("order_id", "tax_amount").rows()
    for name, path in paths.items():
        print(name)
        attempt("read_csv", lambda: pairs(polars.read_csv(path)))
        attempt("ignore_errors", lambda: pairs(polars.read_csv(path, ignore_errors=True)))
        attempt("truncate_ragged_lines", lambda: pairs(polars.read_csv(
            path, infer_schema=False, truncate_ragged_lines=True)))
        attempt("with a good file", lambda: pairs(polars.scan_csv([path, paths["good"]]).collect()))
    print("values")
    for value in INSTANTS:
        attempt(f"to_datetime {value}", lambda: polars.Series([value]).str.to_datetime(
            "%Y-%m-%dT%H:%M:%S" + value[19:].replace("+02:00", "%z"), strict=False)[0])
    for value in NUMBERS:
        attempt(f"cast {value} to Int64", lambda: polars.Series([value]).cast(
            polars.Int64, strict=False)[0])
        attempt(f"cast {value} to Decimal", lambda: polars.Series([value]).cast(
            polars.Decimal(18, 2), strict=False)[0])


def pandas_answers(pandas, paths):
    def pairs(path, **options):
        return pandas.read_csv(path, **options)[["order_id", "tax_amount"]].values.tolist()
    for name, path in paths.items():
        print(name)
        attempt("read_csv", lambda: pairs(path))
        attempt("on_bad_lines='skip'", lambda: pairs(path, on_bad_lines="skip"))
        attempt("on_bad_lines='skip', engine='python'",
                lambda: pairs(path, on_bad_lines="skip", engine="python"))
    print("values")
    for value in INSTANTS:
        attempt(f"to_datetime {value}", lambda: pandas.to_datetime(value))
    named = pathlib.Path(next(iter(paths.values()))).parent / "countries.csv"
    named.write_text("order_id,country\nNULL,NA\n")
    attempt("read_csv of order NULL to NA (Namibia)",
            lambda: pandas.read_csv(named).values.tolist())


def pydantic_answers(pydantic, _):
    print("values")
    for kind, values in ((datetime.datetime, INSTANTS), (int, NUMBERS), (decimal.Decimal, NUMBERS)):
        for value in values:
            attempt(f"{value} as {kind.__name__}",
                    lambda: pydantic.TypeAdapter(kind).validate_python(value))


def our_answers(program, folder, paths):
    place = folder / "landing" / "2025-03-02"
    place.mkdir(parents=True)
    for number, path in enumerate(paths.values()):
        (place / f"order_items_{number}.csv").write_bytes(path.read_bytes())
    values = [f"V{number},{moment}" for number, moment in enumerate(INSTANTS)]
    (place / "customers.csv").write_text(
        "customer_id,signup_at,email,full_name,country\n" + "".join(f"{v},,,\n" for v in values))
    numbers = "".join(f"N{n},1,A,{v},{v},,\n" for n, v in enumerate(NUMBERS))
    (place / "order_items_numbers.csv").write_text(HEADER + numbers)
    options = ["--data", folder / "data"]
    subprocess.run([program, "run", "--landing", folder / "landing", "--accept-rejects",
                    "--no-report", "--quiet", *options], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    for query in ("select source_file, source_line, reasons, raw_row from quarantine"
                  " order by source_file, source_line",
                  "select customer_id, signup_at from stg_customers",
                  "select source_file, source_line, order_id, tax_amount from stg_order_items"
                  " order by source_file, source_line"):
        print(subprocess.run([program, "query", query, *options], check=True, text=True,
                             capture_output=True).stdout)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        paths = {}
        for text in ("good", *FILES):
            paths[text] = folder / (text.replace(" ", "_") + ".csv")
            paths[text].write_bytes(FILES.get(text, HEADER + GOOD).encode())
        if len(sys.argv) > 1:
            print("# Cartograph")
            our_answers(os.path.abspath(sys.argv[1]), folder, paths)
        for library, answers in (("duckdb", duckdb_answers), ("polars", polars_answers),
                                 ("pandas", pandas_answers), ("pydantic", pydantic_answers)):
            with contextlib.suppress(ModuleNotFoundError):
                module = importlib.import_module(library)
                print(f"# {library} {module.__version__}")
                answers(module, paths)


if __name__ == "__main__":
    main()
