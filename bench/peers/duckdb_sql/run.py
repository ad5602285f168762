#!/usr/bin/env python3
"""run.py LANDING OUT: brings OUT/warehouse.duckdb up to date with a landing folder. What was read
before is left out; marts and checks are made anew, and everything is published in one transaction.
"""

import pathlib
import sys
import tempfile

import duckdb
import reading
from landing import write_result
from order import MARTS

HERE = pathlib.Path(__file__).parent


def stage(connection, landing):
    with tempfile.TemporaryDirectory() as folder:
        for feed, select in reading.selects(connection, landing, folder):
            connection.execute(f"create or replace temp view raw_{feed} as {select}")
            staged = (HERE / "staging" / f"{feed}.sql").read_text()
            connection.execute("create or replace temp table checked as select * replace ("
                               "case when reasons <> '' then to_json(raw_row) end as raw_row)"
                               f" from ({staged})")
            connection.execute(f"insert into stg_{feed} select * exclude (reasons, raw_row)"
                               " from checked where reasons = ''")
            connection.execute("insert into quarantine select file_number, row_number, ?, reasons,"
                               " raw_row from checked where reasons <> ''", [feed])
            reading.keep_rejects(connection, feed)
    connection.execute("insert into loaded_files select file_number, source_file from new_files")


def check(connection):
    for path in sorted((HERE / "checks").glob("*.sql")):
        failing = connection.execute(path.read_text()).fetchall()
        if failing:
            raise SystemExit(f"{path.stem}: {len(failing)} rows, of them {failing[:5]}; "
                             "nothing is published")


def main(landing, out):
    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(out / "warehouse.duckdb") as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute((HERE / "macros.sql").read_text())
        connection.execute((HERE / "tables.sql").read_text())
        connection.execute("begin")
        stage(connection, landing)
        for name in MARTS:
            select = (HERE / "marts" / f"{name}.sql").read_text()
            connection.execute(f"create or replace table {name} as {select}")
        check(connection)
        connection.execute("commit")
        write_result(out, connection.execute(
            "select date, net_revenue from fct_revenue_daily order by date").fetchall(),
            connection.execute("select count(*) from quarantine").fetchall()[0][0])


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
