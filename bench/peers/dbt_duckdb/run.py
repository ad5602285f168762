#!/usr/bin/env python3
"""run.py LANDING OUT: brings OUT/warehouse.duckdb up to date by `dbt build`. The rows of new files
are read by the readers of ../duckdb_sql; its SQL becomes the project's models and tests, each name
of a model in it a ref().
"""

import os
import pathlib
import sys
import tempfile

import duckdb

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "dbt_project"), str(HERE.parent / "duckdb_sql")]
import project
import reading
from landing import COLUMNS, write_result

BASE = """
select * replace (case when reasons <> '' then to_json(raw_row) end as raw_row)
from (
{select})
"""


def base(_, select):
    return BASE.format(select=select)


def load(connection, landing):
    """Fills raw_FEED with the rows of new files; what can't be read goes to quarantine."""
    connection.execute((project.SQL / "macros.sql").read_text())
    connection.execute("create table if not exists loaded_files"
                       " (file_number integer, source_file text)")
    connection.execute("create table if not exists quarantine (file_number integer,"
                       " row_number bigint, feed text, reasons text, raw_row text)")
    connection.execute("delete from quarantine"
                       " where file_number > (select count(*) from loaded_files)")
    for feed, columns in COLUMNS.items():
        texts = ", ".join(f"{name} text" for name in columns)
        connection.execute(f"create or replace table raw_{feed} (file_number integer, row_number"
                           f" bigint, {texts}, raw_row struct({texts}))")
    with tempfile.TemporaryDirectory() as folder:
        for feed, select in reading.selects(connection, landing, folder):
            connection.execute(f"insert into raw_{feed} {select}")
            reading.keep_rejects(connection, feed)


def main(landing, out):
    out.mkdir(parents=True, exist_ok=True)
    project.make(out / "project", HERE / "profiles.yml", base)
    os.environ["PEER_WAREHOUSE"] = str(out / "warehouse.duckdb")
    with duckdb.connect(out / "warehouse.duckdb") as connection:
        load(connection, landing)
        connection.execute("create or replace table files_of_run as"
                           " select file_number, source_file from new_files")
    project.build(out / "project")
    with duckdb.connect(out / "warehouse.duckdb") as connection:
        connection.execute("insert into loaded_files select * from files_of_run")
        for feed in COLUMNS:
            connection.execute(f"drop table raw_{feed}")
        write_result(out, connection.execute(
            "select date, net_revenue from fct_revenue_daily order by date").fetchall(),
            connection.execute(project.refused_rows_sql()).fetchall()[0][0])


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve())
