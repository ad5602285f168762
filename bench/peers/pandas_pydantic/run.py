#!/usr/bin/env python3
"""run.py LANDING OUT: brings the PostgreSQL database of CARTOGRAPH_WAREHOUSE up to date with a
landing folder. New files are validated by two processes and loaded by COPY; marts and checks are
the SQL of ../duckdb_sql, made anew. One transaction.
"""

import concurrent.futures
import os
import pathlib
import sys

import pandas
import sqlalchemy

import reading
from landing import COLUMNS, files, write_result

SQL = pathlib.Path(__file__).resolve().parents[1] / "duckdb_sql"
sys.path.append(str(SQL))
from order import MARTS

PROCESSES = 2


def copy(connection, table, frame):
    """Loads a frame by COPY; `to_sql` takes twenty times as long."""
    columns = ", ".join(frame.columns)
    with connection.connection.cursor() as cursor:
        with cursor.copy(f"copy {table} ({columns}) from stdin (format csv)") as stream:
            stream.write(frame.to_csv(index=False, header=False))


def stage(connection, landing):
    known = {name for (name,) in connection.exec_driver_sql("select source_file from loaded_files")}
    new = [file for file in files(landing) if file.name not in known]
    numbers = range(len(known) + 1, len(known) + len(new) + 1)
    with concurrent.futures.ProcessPoolExecutor(PROCESSES) as pool:
        read = list(pool.map(reading.read, numbers, new, chunksize=8))
    for feed in COLUMNS:
        frames = [good for of, good, _ in read if of == feed]
        if frames:
            copy(connection, f"stg_{feed}", pandas.concat(frames))
    if read:
        copy(connection, "quarantine", pandas.concat(bad for _, _, bad in read))
        copy(connection, "loaded_files", pandas.DataFrame(
            {"file_number": numbers, "source_file": [file.name for file in new]}))


def check(connection):
    for path in sorted((SQL / "checks").glob("*.sql")):
        failing = connection.exec_driver_sql(path.read_text()).fetchall()
        if failing:
            raise SystemExit(f"{path.stem}: {len(failing)} rows, of them {failing[:5]}; "
                             "nothing is published")


def main(landing, out):
    out.mkdir(parents=True, exist_ok=True)
    url = sqlalchemy.make_url(os.environ["CARTOGRAPH_WAREHOUSE"]).set(
        drivername="postgresql+psycopg")
    with sqlalchemy.create_engine(url).begin() as connection:
        # Ids sort by their bytes, whatever the database's language.
        connection.exec_driver_sql((SQL / "tables.sql").read_text().replace(
            " text", ' text collate "C"'))
        stage(connection, landing)
        for name in MARTS:
            connection.exec_driver_sql(f"drop table if exists {name}")
            select = (SQL / "marts" / f"{name}.sql").read_text()
            connection.exec_driver_sql(f"create table {name} as {select}")
            connection.exec_driver_sql(f"analyze {name}")
        check(connection)
        write_result(out, connection.exec_driver_sql(
            "select date, net_revenue from fct_revenue_daily order by date").fetchall(),
            connection.exec_driver_sql("select count(*) from quarantine").scalar())


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
