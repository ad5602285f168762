"""Loads the files of a landing folder that are new into the staged tables and the quarantine of a
PostgreSQL database: validated by two processes, loaded by COPY.
"""

import concurrent.futures
import os
import pathlib

import pandas
import sqlalchemy

import reading
from landing import COLUMNS, files

SQL = pathlib.Path(__file__).resolve().parents[1] / "duckdb_sql"
PROCESSES = 2


def database_url():
    return sqlalchemy.make_url(os.environ["CARTOGRAPH_WAREHOUSE"]).set(
        drivername="postgresql+psycopg")


def copy(connection, table, frame):
    """Loads a frame by COPY; `to_sql` takes twenty times as long."""
    columns = ", ".join(frame.columns)
    with connection.connection.cursor() as cursor:
        with cursor.copy(f"copy {table} ({columns}) from stdin (format csv)") as stream:
            stream.write(frame.to_csv(index=False, header=False))


def stage(connection, landing):
    # Ids sort by their bytes, whatever the database's language.
    connection.exec_driver_sql((SQL / "tables.sql").read_text().replace(
        " text", ' text collate "C"'))
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
