#!/usr/bin/env python3
"""run.py LANDING OUT: brings the PostgreSQL database of CARTOGRAPH_WAREHOUSE up to date by
`dbt build`. Rows of new files are loaded as text by COPY; the SQL of ../duckdb_sql becomes the
project's models and tests, with functions in the place of DuckDB's macros.
"""

import csv
import json
import os
import pathlib
import re
import sys
import tempfile
import urllib.parse

import psycopg2

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "dbt_project"))
import project
from landing import COLUMNS, files, write_result
from rows import rows

# Ids sort by their bytes, whatever the database's language.
TEXT = 'text collate "C"'
TABLES = f"""
create table if not exists loaded_files (file_number integer, source_file text);
create table if not exists quarantine (file_number integer, row_number bigint, feed text,
    reasons text, raw_row text);
delete from quarantine where file_number > (select count(*) from loaded_files);
"""
RAW = """
drop table if exists texts_of_{feed} cascade;
create unlogged table texts_of_{feed} (file_number integer, row_number bigint, {texts});
create view raw_{feed} as select file_number, row_number, {cleaned}, t as raw_row
from texts_of_{feed} t;
"""
BASE = """
select {columns}, reasons,
    case when reasons <> '' then cast(row_to_json(raw_row) as text) end as raw_row
from (
{select}) s
"""


def base(feed, select):
    """The staging SQL in PostgreSQL's words."""
    select = re.sub(r"try_cast\((\w+) as (integer|decimal)(\(18, 2\))?\)",
                    lambda match: f"try_{'integer' if match[2] == 'integer' else 'money'}"
                                  f"({match[1]})", select)
    select = re.sub(r"\[('[^]]*)\]", r"array[\1]", select)
    return BASE.format(columns=project.staged_columns(feed), select=select)


class Copies:
    """Rows on their way into tables, a file of CSV each."""

    def __init__(self, folder):
        self.folder = folder
        self.open = {}

    def add(self, table, row):
        if table not in self.open:
            file = open(self.folder / table, "w+", newline="", encoding="utf-8")
            self.open[table] = (file, csv.writer(file))
        self.open[table][1].writerow(row)

    def load(self, cursor):
        for table, (file, _) in self.open.items():
            file.seek(0)
            cursor.copy_expert(f"copy {table} from stdin (format csv)", file)
            file.close()


def load(cursor, landing):
    """Fills raw_FEED with the rows of new files; what can't be split goes to quarantine. Returns
    the new files."""
    cursor.execute(TABLES + (HERE / "functions.sql").read_text())
    for feed, columns in COLUMNS.items():
        cursor.execute(RAW.format(feed=feed, texts=", ".join(f"{name} {TEXT}" for name in columns),
                                  cleaned=", ".join(f"clean({name}) as {name}"
                                                    for name in columns)))
    cursor.execute("select source_file from loaded_files")
    known = {name for (name,) in cursor.fetchall()}
    new = [file for file in files(landing) if file.name not in known]
    numbered = list(enumerate(new, len(known) + 1))
    with tempfile.TemporaryDirectory() as folder:
        copies = Copies(pathlib.Path(folder))
        for number, file in numbered:
            for line, values, fault in rows(file):
                if fault is None:
                    # The database refuses the character 0; what takes its place is refused below.
                    texts = (values.get(name, "").replace("\0", "\1")
                             for name in COLUMNS[file.feed])
                    copies.add(f"texts_of_{file.feed}", (number, line, *texts))
                else:
                    copies.add("quarantine", (number, line, file.feed, fault, json.dumps(values)))
        copies.load(cursor)
    for feed in COLUMNS:
        cursor.execute(f"analyze texts_of_{feed}")
    return [(number, file.name) for number, file in numbered]


def database():
    """The parts of the URL, for psycopg2 and for profiles.yml."""
    url = urllib.parse.urlsplit(os.environ["CARTOGRAPH_WAREHOUSE"])
    query = dict(urllib.parse.parse_qsl(url.query))
    return {"PEER_HOST": query.get("host", url.hostname or ""), "PEER_USER": url.username or "",
            "PEER_PASSWORD": url.password or "", "PEER_DATABASE": url.path.lstrip("/")}


def main(landing, out):
    out.mkdir(parents=True, exist_ok=True)
    project.make(out / "project", HERE / "profiles.yml", base)
    os.environ.update(database())
    with psycopg2.connect(os.environ["CARTOGRAPH_WAREHOUSE"]) as connection:
        with connection.cursor() as cursor:
            new = load(cursor, landing)
        connection.commit()
        project.build(out / "project")
        with connection.cursor() as cursor:
            cursor.executemany("insert into loaded_files values (%s, %s)", new)
            for feed in COLUMNS:
                cursor.execute(f"drop table texts_of_{feed} cascade")
            cursor.execute("select date, net_revenue from fct_revenue_daily order by date")
            days = cursor.fetchall()
            cursor.execute(project.refused_rows_sql())
            write_result(out, days, cursor.fetchone()[0])


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve())
