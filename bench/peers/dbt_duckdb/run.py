#!/usr/bin/env python3
"""run.py LANDING OUT: brings OUT/warehouse.duckdb up to date by `dbt build`. The rows of new files
are read by the readers of ../duckdb_sql; its SQL becomes the project's models and tests, each name
of a model in it a ref().
"""

import os
import pathlib
import re
import shutil
import sys
import tempfile

import duckdb
from dbt.cli.main import dbtRunner

HERE = pathlib.Path(__file__).resolve().parent
SQL = HERE.parent / "duckdb_sql"
sys.path.insert(0, str(SQL))
import reading
from landing import COLUMNS, write_result

BASE = """
select * replace (case when reasons <> '' then to_json(raw_row) end as raw_row)
from (
{select})
"""
STAGING = """
select * exclude (reasons, raw_row)
from {{{{ ref('base_{feed}') }}}}
where reasons = ''
"""


def with_refs(sql, models):
    """Plain SQL with the names of models and sources as dbt wants them."""
    def named(match):
        word, name = match.groups()
        if name.startswith("raw_"):
            return f"{word} {{{{ source('landing', '{name}') }}}}"
        return f"{word} {{{{ ref('{name}') }}}}" if name in models else match[0]
    return re.sub(r"\b(from|join) (\w+)", named, sql)


def make_project(folder):
    for name in ("base", "staging", "marts"):
        (folder / "models" / name).mkdir(parents=True)
    (folder / "tests").mkdir()
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(HERE / name, folder)
    shutil.copy(HERE / "sources.yml", folder / "models")
    marts = {path.stem: path.read_text() for path in (SQL / "marts").glob("*.sql")}
    models = marts.keys() | {f"stg_{feed}" for feed in COLUMNS}
    for feed in COLUMNS:
        select = (SQL / "staging" / f"{feed}.sql").read_text()
        (folder / f"models/base/base_{feed}.sql").write_text(
            with_refs(BASE.format(select=select), models))
        (folder / f"models/staging/stg_{feed}.sql").write_text(STAGING.format(feed=feed))
    for name, select in marts.items():
        (folder / f"models/marts/{name}.sql").write_text(with_refs(select, models))
    for path in (SQL / "checks").glob("*.sql"):
        (folder / "tests" / path.name).write_text(with_refs(path.read_text(), models))


def load(connection, landing):
    """Fills raw_FEED with the rows of new files; what can't be read goes to quarantine."""
    connection.execute((SQL / "macros.sql").read_text())
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
    project = out / "project"
    out.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(project, ignore_errors=True)
    make_project(project)
    os.environ["PEER_WAREHOUSE"] = str(out / "warehouse.duckdb")
    with duckdb.connect(out / "warehouse.duckdb") as connection:
        load(connection, landing)
        connection.execute("create or replace table files_of_run as"
                           " select file_number, source_file from new_files")
    if not dbtRunner().invoke(["build", "--project-dir", str(project), "--profiles-dir",
                               str(project), "--quiet"]).success:
        raise SystemExit("dbt build failed; its log is in " + str(project / "logs"))
    with duckdb.connect(out / "warehouse.duckdb") as connection:
        connection.execute("insert into loaded_files select * from files_of_run")
        for feed in COLUMNS:
            connection.execute(f"drop table raw_{feed}")
        bad = " + ".join(f"(select count(*) from base_{feed} where reasons <> '')"
                         for feed in COLUMNS)
        write_result(out, connection.execute(
            "select date, net_revenue from fct_revenue_daily order by date").fetchall(),
            connection.execute(f"select count(*) + {bad} from quarantine").fetchall()[0][0])


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve())
