"""Stores whose warehouse is a schema of a PostgreSQL database, for the tests of that engine.

TEST_POSTGRES_URL names an existing server for the tests that need no server of their own; each
store has a schema there, which goes with the test.
"""

import contextlib
import itertools
import os
import time

import postgres_server
import program

BUSY = 3
LET_GO_SECONDS = 10  # the server looks after its clients once a second

_numbers = itertools.count(1)


@contextlib.contextmanager
def any_server():
    """The URL of the server that is named, or of one that goes afterwards."""
    named = os.environ.get("TEST_POSTGRES_URL")
    if named:
        yield named
        return
    with postgres_server.Server() as server:
        yield server.url()


class PostgresStore(program.Store):
    def __init__(self, folder, url, schema=None, env=None):
        self.url = url
        self.name = schema = schema or f"test_{os.getpid()}_{next(_numbers)}"
        self.schema = '"' + schema.replace('"', '""') + '"'  # as SQL has it
        super().__init__(folder, env={"CARTOGRAPH_WAREHOUSE": url,
                                      "CARTOGRAPH_WAREHOUSE_SCHEMA": schema} | (env or {}))

    def keep(self, name):
        """Also the database, as a template; for servers of one's own."""
        super().keep(name)
        self._copy_database(self._database(), f"kept_{name}")

    def back(self, name):
        super().back(name)
        self._copy_database(f"kept_{name}", self._database())

    def _database(self):
        return self.url.split("?")[0].rsplit("/", 1)[1]

    def _copy_database(self, source, target):
        url = self.url.replace(f"/{self._database()}?", "/postgres?")
        postgres_server.sql(url, f"drop database if exists {target} with (force);\n"
                                 f"create database {target} template {source};\n")

    def columns(self):
        self._columns = None  # a run that was killed may have made some of the tables
        return super().columns()

    def drop(self):
        postgres_server.sql(self.url, "set client_min_messages = warning; "
                                      f"drop schema if exists {self.schema} cascade")

    def sql(self, statements):
        """Like postgres_server.sql(), in the store's schema, without the program."""
        return postgres_server.sql(self.url, f"set search_path = {self.schema}; {statements}")

    def command_once_free(self, *arguments, **options):
        """The command, as soon as the server has let go of a client that was killed."""
        deadline = time.monotonic() + LET_GO_SECONDS
        while True:
            result = self.command(*arguments, **options)
            if result.status != BUSY or time.monotonic() > deadline:
                return result
            time.sleep(0.2)


def cells(store, without=()):
    """{table: its rows, each as a tuple of texts, sorted}, leaving these columns out: the same on
    every engine where the tables are the same."""
    tables = {}
    for name, columns in store.columns().items():
        kept = [column for column in columns if column not in without]
        if kept:
            rows = store.query(f"select {', '.join(kept)} from {name}")
            tables[name] = sorted(tuple(row.values()) for row in rows)
    return tables
