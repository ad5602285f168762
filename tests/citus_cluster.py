"""A Citus cluster of one's own: a coordinator and workers, each a server as postgres_server.py makes
them, which reach each other through their sockets. It needs a PostgreSQL server that has the
extension installed.

citus_cluster.py [--workers N] [COMMAND…] runs a command with CARTOGRAPH_WAREHOUSE naming the
coordinator; without one it prints the coordinator's URL and the workers' folders, and keeps the
cluster until standard input ends.
"""

import argparse
import contextlib
import os
import subprocess
import sys

import postgres_server

SETTINGS = {"shared_preload_libraries": "citus", "max_connections": "100",
            "max_prepared_transactions": "200", "max_worker_processes": "32", "wal_level": "logical",
            "citus.enable_statistics_collection": "off"}
DATABASE = "shop"
PORT = 5432


def is_installed():
    """Whether the server that a cluster would be made of has the extension."""
    config = postgres_server.programs() / "pg_config"
    if not config.exists():
        return False
    share = subprocess.run([config, "--sharedir"], capture_output=True, text=True, check=True).stdout
    return os.path.exists(f"{share.strip()}/extension/citus.control")


class Cluster:
    """Workers have other defaults than the coordinator: of what a run makes nothing depends on them."""

    def __init__(self, workers=2, **settings):
        self._stack = contextlib.ExitStack()
        with self._stack:
            self.coordinator = self._node(**settings)
            self.workers = [self._node(timezone="America/New_York", **settings)
                            for _ in range(workers)]
            self.create(DATABASE)
            self.join(DATABASE)
            self._stack = self._stack.pop_all()

    def _node(self, **settings):
        node = self._stack.enter_context(postgres_server.Server(**SETTINGS | settings))
        node.sql(f"alter system set citus.local_hostname = '{node.folder}'")  # how it reaches itself
        node.sql("select pg_reload_conf()")
        return node

    def create(self, database):
        """Makes the database on every node, with the extension."""
        for node in (self.coordinator, *self.workers):
            self._create_on(node, database)

    @staticmethod
    def _create_on(node, database):
        node.sql(f"create database {database}")
        node.sql("create extension citus", database)

    def join(self, database, folders=None):
        """Makes a cluster of the database; its workers are reached through these folders."""
        self.coordinator.sql(f"select citus_set_coordinator_host('{self.coordinator.folder}', {PORT})",
                             database)
        for folder in folders or [worker.folder for worker in self.workers]:
            self.coordinator.sql(f"select citus_add_node('{folder}', {PORT})", database)

    def add_worker(self):
        """One more worker of DATABASE, which has no shards yet."""
        worker = self._node()
        self._create_on(worker, DATABASE)
        self.sql(f"select citus_add_node('{worker.folder}', {PORT})")
        return worker

    def url(self, database=DATABASE):
        return self.coordinator.url(database)

    def sql(self, statements, database=DATABASE):
        return self.coordinator.sql(statements, database)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with Cluster(options.workers) as cluster:
        if not options.command:
            print(cluster.url(), *(worker.folder for worker in cluster.workers), sep="\n", flush=True)
            sys.stdin.read()
            return 0
        return subprocess.run(options.command, check=False,
                              env=os.environ | {"CARTOGRAPH_WAREHOUSE": cluster.url()}).returncode


if __name__ == "__main__":
    sys.exit(main())
