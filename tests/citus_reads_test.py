"""Readers of a Citus cluster beside nightly runs whose commits reach one worker later than the
other: what the program reads is of one run each, through the API and by query. Plain SQL sees two
runs at once meanwhile, which proves that there was something to see. Where a worker is lost in the
middle of a commit, what lies on the coordinator is served, and the rest when the worker has it.

Needs a cluster of its own, as citus_cluster.py makes it. NIGHTS says how many runs there are.
"""

import collections
import csv
import io
import os
import random
import subprocess
import threading
import unittest

import citus_cluster
import postgres_server
import postgres_store
import program
from api_test import Served, wait_until

NIGHTS = int(os.environ.get("NIGHTS", "10"))
DAYS = 30
ORDERS = 1500
# Sales and refunds of orders, which lie on the workers, and of days, which do not.
TALLY = ("select (select count(*) from fct_orders where is_sale) as sales, "
         "(select sum(orders) from fct_revenue_daily) as sales_of_days, "
         "(select sum(refund_amount) from fct_returns) as refunds, "
         "(select sum(refunds) from fct_revenue_daily) as refunds_of_days")
# The same net revenue in three ways: of days, and of what lies on the workers.
TARGETS = ("/metrics/daily?from={}", "/metrics/breakdown?by=country&from={}",
           "/metrics/breakdown?by=sku&from={}")
LATEST = ("select run_id from run_log where status = 'published' "
          "order by started_at desc, run_id desc limit 1")
# How often a worker is tried to be lost at the right moment.
ATTEMPTS = 5
# Otherwise the coordinator might do it at any moment.
LEFT_TO_THE_TEST = {"citus.recover_2pc_interval": "-1"}
# Longer than all else that a commit waits for.
SLOW_COMMITS = {"fsync": "on", "commit_delay": "100000", "commit_siblings": "0"}


def setUpModule():
    if not citus_cluster.is_installed():
        raise unittest.SkipTest("no PostgreSQL server here has the extension citus")


class Polling:
    """Reads on a thread of its own until the end; read() returns whether two things that are the
    same in each run were."""

    def __init__(self, read):
        self.counts = collections.Counter()
        self.error = None
        self._read = read
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._poll)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _poll(self):
        try:
            while not self._stop.is_set():
                self.counts["one run" if self._read() else "torn"] += 1
        except Exception as error:
            self.error = error


def is_balanced(row):
    sales, sales_of_days, refunds, refunds_of_days = row
    return (sales, refunds) == (sales_of_days, refunds_of_days)


class Query:
    """`cartograph query`, a process each time."""

    def __init__(self, store):
        self.store = store
        self.read_again = 0

    def __call__(self):
        result = program.run("query", TALLY, "--format", "csv", "--data", self.store.data,
                             env=self.store.env)
        if result.status != 0:
            raise AssertionError(result.err)
        self.read_again += result.err.count("published meanwhile")
        return is_balanced(list(csv.reader(io.StringIO(result.out)))[1])


class Api:
    """Answers of all ranges that begin before the store have the same sum in each run, and most
    are asked for the first time."""

    def __init__(self, served, seed):
        self.served = served
        self.random = random.Random(seed)
        self.totals = collections.defaultdict(set)  # by run

    def __call__(self):
        day = f"19{self.random.randrange(50, 99)}-0{self.random.randrange(1, 9)}-01"
        body = self.served.json(self.random.choice(TARGETS).format(day))
        totals = self.totals[body["meta"]["run_id"]]
        totals.add(sum(row["net_revenue"] for row in body["data"]))
        return len(totals) == 1


class PlainSql:
    """One session of psql, as a tool would have it."""

    def __init__(self, store):
        self.process = subprocess.Popen(
            [postgres_server.installed() / "psql", "-XqAt", "-F", ",", "-d", store.url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self._say(f"set search_path = {store.schema}")

    def _say(self, sql):
        self.process.stdin.write(sql + ";\n")
        self.process.stdin.flush()

    def __call__(self):
        self._say(TALLY)
        return is_balanced(self.process.stdout.readline().strip().split(","))

    def close(self):
        self.process.communicate()


class Readers(program.TestCase):
    def setUp(self):
        super().setUp()
        self.cluster = self.enterContext(citus_cluster.Cluster(**LEFT_TO_THE_TEST))
        self.slow = self.cluster.workers[1]
        self.slow.stop()
        self.slow.start(**SLOW_COMMITS)
        self.store = postgres_store.PostgresStore(self.folder / "store", self.cluster.url())
        self.made = self.folder / "made"
        self.assert_status(program.run("generate", "--out", self.made, "--days", DAYS,
                                       "--orders", ORDERS, "--seed", "7"), 0)
        self.days = sorted(path.name for path in self.made.iterdir())

    def publish(self, *days):
        self.store.land(self.made, *days)
        self.assert_published(self.store.run("--accept-rejects"))

    def plain_sql(self):
        plain = PlainSql(self.store)
        self.addCleanup(plain.close)
        return plain

    def test_the_program_sees_one_run_each_time_and_plain_sql_does_not(self):
        self.publish(*self.days[:-NIGHTS])
        query, plain = Query(self.store), self.plain_sql()
        with Served(self.store) as served:
            api = Api(served, 7)
            with Polling(query) as queries, Polling(api) as answers, Polling(plain) as statements:
                for day in self.days[-NIGHTS:]:
                    self.publish(day)
                latest = self.store.value(LATEST)
                wait_until(lambda: latest in api.totals or answers.error)
        for name, polling in {"query": queries, "API": answers, "SQL": statements}.items():
            print(f"{name}: {dict(polling.counts)}")
            self.assertIsNone(polling.error, name)
        print(f"{query.read_again} times query read again; the API answered of {len(api.totals)} runs")
        self.assertEqual((queries.counts["torn"], answers.counts["torn"]), (0, 0))
        self.assertGreater(min(queries.counts["one run"], answers.counts["one run"]), NIGHTS)
        self.assertGreater(statements.counts["torn"], 0)

    def test_what_a_worker_lacks_is_read_when_it_has_it_and_all_else_meanwhile(self):
        self.publish(*self.days[:-ATTEMPTS])
        with Served(self.store) as served:
            for day in self.days[-ATTEMPTS:]:
                if self.lose_worker_while_committing(day):
                    break
            else:
                self.fail("the worker was never lost between the commits")
            latest = self.store.sql(LATEST)[0][0]
            wait_until(lambda: served.json("/metrics/daily")["meta"]["run_id"] == latest)
            fails = self.store.command("query", TALLY)
            self.assert_message(fails, 1, latest, self.slow.folder)
            self.assertEqual(served.ask("/metrics/breakdown?by=country&from=1990-01-01").status, 503)
            self.assertEqual(served.json("/metrics/daily?from=1990-01-01")["meta"]["run_id"], latest)
            self.assertFalse(self.plain_sql()())
            self.cluster.sql("select recover_prepared_transactions()")
            self.assertTrue(Query(self.store)())
            self.assertEqual(served.ask("/metrics/breakdown?by=country&from=1990-01-01").status, 200)

    def lose_worker_while_committing(self, day):
        """Whether the run of the day is published, and the slow worker left without it."""
        before = self.store.sql(LATEST)
        self.store.land(self.made, day)
        run = self.store.start("run", "--accept-rejects")
        while run.poll() is None and self.store.sql(LATEST) == before:
            pass
        self.slow.kill()
        _, errors = run.communicate()
        self.slow.start(**SLOW_COMMITS)
        self.assertEqual(run.returncode, 0, errors)
        return self.slow.sql("select 1 from pg_prepared_xacts") != []


if __name__ == "__main__":
    program.main()
