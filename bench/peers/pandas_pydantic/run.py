#!/usr/bin/env python3
"""run.py LANDING OUT: brings the PostgreSQL database of CARTOGRAPH_WAREHOUSE up to date with a
landing folder. New files are validated by two processes and loaded by COPY; marts and checks are
the SQL of ../duckdb_sql, made anew. One transaction.
"""

import pathlib
import sys

import sqlalchemy

import loading
from landing import write_result

sys.path.append(str(loading.SQL))
from order import MARTS


def check(connection):
    for path in sorted((loading.SQL / "checks").glob("*.sql")):
        failing = connection.exec_driver_sql(path.read_text()).fetchall()
        if failing:
            raise SystemExit(f"{path.stem}: {len(failing)} rows, of them {failing[:5]}; "
                             "nothing is published")


def main(landing, out):
    out.mkdir(parents=True, exist_ok=True)
    with sqlalchemy.create_engine(loading.database_url()).begin() as connection:
        loading.stage(connection, landing)
        for name in MARTS:
            connection.exec_driver_sql(f"drop table if exists {name}")
            select = (loading.SQL / "marts" / f"{name}.sql").read_text()
            connection.exec_driver_sql(f"create table {name} as {select}")
            connection.exec_driver_sql(f"analyze {name}")
        check(connection)
        write_result(out, connection.exec_driver_sql(
            "select date, net_revenue from fct_revenue_daily order by date").fetchall(),
            connection.exec_driver_sql("select count(*) from quarantine").scalar())


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
