"""A Citus cluster as the warehouse gives the tables of the embedded engine, cell by cell: the golden
example, random stores, nights, rebuilds, both roles. Its tables lie on the workers as they should,
also those of a warehouse that was there before its workers; and a node that is lost in any step,
the coordinator too, loses nothing and doubles nothing.

Runs where TEST_CITUS_URL names a cluster's coordinator, or where a PostgreSQL server with the
extension is installed; what breaks nodes, or adds them, only in the latter case.
RANDOM_STORES, RANDOM_SEED and RETAIL are those of postgres_parity_test.py.
"""

import json
import os
import signal
import threading
import unittest

import citus_cluster
import postgres_parity_test as parity
import postgres_proxy
import postgres_server
import postgres_store
import program
from postgres_faults_test import Once

LANDING = program.GOLDEN / "landing"
EXPECTED = program.GOLDEN / "expected"
FIRST_DATE = "2025-03-10"
ROLES = program.HERE.parent / "docs" / "postgresql-roles.sql"
BY = {"order_id": {"stg_orders", "stg_order_items", "stg_returns", "int_orphan_orders", "fct_orders",
                   "fct_order_items", "fct_returns"},
      "customer_id": {"stg_customers", "dim_customer"},
      "movement_id": {"stg_inventory_movements"},
      "sku": {"int_stock_movements", "fct_inventory_daily"}}
NIGHTS = 20
GENERATED_DAYS = 60
GENERATED_ORDERS = 3000
STAGING = 'copy "stg_returns"'  # rows of others are on the workers
MODEL = "-- fills: fct_orders\n"
CHECK = "-- What checks read"  # as quality/*_rows.sql begin, which go before it
COMMIT = "commit"


def setUpModule():
    global CLUSTER, URL
    named = os.environ.get("TEST_CITUS_URL")
    if not named and not citus_cluster.is_installed():
        raise unittest.SkipTest("no PostgreSQL server here has the extension citus, and "
                                "TEST_CITUS_URL names no cluster")
    CLUSTER = None if named else unittest.enterModuleContext(citus_cluster.Cluster())
    URL = parity.URL = named or CLUSTER.url()


def of_ones_own(test):
    return unittest.skipIf(os.environ.get("TEST_CITUS_URL"), "needs a cluster of its own")(test)


def distributed(url, schema):
    """{column: its tables}, and how many shards each table has."""
    rows = postgres_server.sql(
        url, "select column_to_column_name(p.logicalrelid, p.partkey), c.relname, p.colocationid, "
             "(select count(*) from pg_dist_shard s where s.logicalrelid = p.logicalrelid) "
             "from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid "
             f"where c.relnamespace = to_regnamespace('{schema}') and p.partmethod = 'h' "
             "and c.relpersistence = 'p'")
    by, groups, shards = {}, {}, {int(count) for *_, count in rows}
    for column, table, group, _ in rows:
        by.setdefault(column, set()).add(table)
        groups.setdefault(column, set()).add(group)
    return by, groups, shards


class Golden(parity.Golden):
    test_one_file_at_a_time = None  # a run has a floor of seconds here

    def expect_index_of_its_zone(self, store):
        """Each worker has an index of its own, which no single plan shows."""


class Explanations(parity.Explanations):
    pass


class RandomStores(parity.RandomStores):
    test_zones_that_an_engine_reads_in_its_own_way = None


class OnlineRetail(parity.OnlineRetail):
    pass


class Nights(parity.Parity):
    def test_twenty_nights_one_by_one(self):
        made = self.folder / "made"
        self.assert_status(program.run("generate", "--out", made, "--days", GENERATED_DAYS,
                                       "--orders", GENERATED_ORDERS), 0)
        stores = (self.store("embedded"), self.postgres("cluster"))
        dates = sorted(os.listdir(made))
        for store in stores:
            store.land(made, *dates[:-NIGHTS])
            self.assert_published(store.run("--accept-rejects=whole"))
            for date in dates[-NIGHTS:]:
                store.land(made, date)
                self.assert_published(store.run("--accept-rejects=whole"))
        self.expect_same_cells(*stores)
        self.assert_status(stores[1].command("check"), 0)
        self.assert_published(stores[1].command("rebuild"))
        self.expect_same_cells(*stores)


class Distribution(parity.Parity):
    def test_tables_lie_on_all_workers_beside_what_they_are_joined_with(self):
        store = self.postgres("cluster")
        would = store.command("migrate", "--dry-run").out.splitlines()
        self.assertIn("would apply distribution of fct_orders by order_id", would)
        done = store.command("migrate").out.splitlines()
        self.assertEqual(done, [line.replace("would apply", "applied") for line in would])
        self.assertEqual(store.command("migrate", "--dry-run").out, "the schema is up to date\n")
        store.land(LANDING)
        self.assert_published(store.run())
        by, groups, shards = distributed(URL, store.name)
        self.assertEqual(by, BY)
        for column, found in groups.items():
            self.assertEqual(len(found), 1, column)
        workers = int(postgres_server.sql(
            URL, "select count(*) from pg_dist_node where groupid > 0")[0][0])
        self.assertEqual(len(shards), 1)
        self.assertEqual(shards.pop() % workers, 0)

    def test_a_column_that_comes_later_reaches_all_shards(self):
        store = self.postgres("cluster")
        store.land(LANDING, FIRST_DATE)
        self.assert_published(store.run())
        store.sql("alter table stg_orders drop column payment_method")
        store.land(LANDING)
        self.assert_published(store.run())
        lacking = store.sql("select count(*) from run_command_on_shards('stg_orders', "
                            "$$select count(payment_method) from %s$$) where not success")
        self.assertEqual(lacking, [["0"]])
        self.assertNotEqual(store.value("select count(payment_method) from stg_orders"), "0")

    def test_statistics_of_shards_are_there_after_the_first_load(self):
        store = self.postgres("cluster")
        store.land(LANDING)
        self.assert_published(store.run())
        without = store.sql(
            "select sum(cast(result as integer)) from run_command_on_workers($$select count(*) "
            f"from pg_class c where c.relnamespace = to_regnamespace('{store.name}') "
            "and relkind = 'r' and relname like 'fct_order_items%' "
            "and pg_relation_size(oid) > 0 and reltuples <= 0$$)")
        self.assertEqual(without, [["0"]])


@of_ones_own
class Becoming(parity.Parity):
    """A warehouse that is there before its workers."""

    def test_a_database_that_merely_has_the_extension_is_like_any_other(self):
        node = CLUSTER.coordinator
        CLUSTER.create("alone")
        store = postgres_store.PostgresStore(self.folder / "alone", node.url("alone"), "shop")
        store.land(LANDING, FIRST_DATE)
        self.assert_published(store.run())
        self.assertEqual(distributed(store.url, "shop")[0], {})
        CLUSTER.join("alone")
        before = store.tables(program.LINEAGE)
        self.assertIn("applied distribution of fct_orders by order_id",
                      store.command("migrate").out.splitlines())
        self.assertEqual(distributed(store.url, "shop")[0], BY)
        self.assert_same(before, store.tables(program.LINEAGE), program.delivered(before))
        self.assertEqual(store.sql("select pg_relation_size('fct_orders')"), [["0"]])
        store.land(LANDING)
        self.assert_published(store.run())
        self.expect_tables_of(EXPECTED, store)

    def test_shards_move_to_a_worker_that_is_added(self):
        """The commands of docs/citus.md."""
        with citus_cluster.Cluster(workers=1) as cluster:
            store = postgres_store.PostgresStore(self.folder / "grown", cluster.url(), "shop")
            store.land(LANDING, FIRST_DATE)
            self.assert_published(store.run())
            added = cluster.add_worker()
            cluster.sql("select citus_rebalance_start(shard_transfer_mode => 'block_writes');"
                        "select citus_rebalance_wait()")
            self.assertEqual({worker for worker, in store.sql(
                "select nodename from citus_shards where citus_table_type = 'distributed'")},
                {str(worker.folder) for worker in (*cluster.workers, added)})
            store.land(LANDING)
            self.assert_published(store.run())
            self.expect_tables_of(EXPECTED, store)

    def test_a_url_that_leads_to_a_worker_is_refused(self):
        store = postgres_store.PostgresStore(self.folder / "store",
                                             CLUSTER.workers[0].url(citus_cluster.DATABASE), "shop")
        store.land(LANDING)
        self.assert_message(store.run(), 1, "leads to a worker of a Citus cluster",
                            "name its coordinator")


@of_ones_own
class Roles(parity.Parity):
    """Neither role is a superuser's."""

    def test_the_writer_runs_and_the_reader_reads(self):
        CLUSTER.sql(f"\\set schema cartograph\n{ROLES.read_text()}")
        coordinator = CLUSTER.coordinator

        def shop(role):
            url = coordinator.url(citus_cluster.DATABASE).replace(postgres_server.USER, role)
            return postgres_store.PostgresStore(self.folder / "store", url, "cartograph")

        writer, reader = shop("cartograph_writer"), shop("cartograph_reader")
        writer.land(LANDING)
        result = writer.run()
        self.assert_published(result)
        self.assertNotIn("time zone", result.err, "the roles' settings have reached the workers")
        self.expect_tables_of(EXPECTED, reader)
        order = reader.value("select min(order_id) from fct_orders where is_sale")
        day = reader.value("select min(date) from fct_revenue_daily")
        for command in (["status"], ["check"], ["explain", "order", order], ["explain", "day", day]):
            self.assert_status(reader.command(*command), 0)
        self.assert_message(reader.run(), 1, "read-only")


@of_ones_own
class Faults(parity.Parity):
    """The first landing date is published, the others are the run at fault. The second worker is
    reached through a proxy, which sees what the coordinator asks of it."""

    @classmethod
    def setUpClass(cls):
        cls.at_worker = lambda statement: None
        cls.proxy = postgres_proxy.Proxy(CLUSTER.workers[1], lambda text: cls.at_worker(text))
        cls.addClassCleanup(cls.proxy.__exit__)
        for path in (cls.proxy.folder, *cls.proxy.folder.iterdir()):
            path.chmod(0o777)  # the coordinator may be another user's
        CLUSTER.create("faults")
        CLUSTER.join("faults", [CLUSTER.workers[0].folder, cls.proxy.folder])
        CLUSTER.sql("alter system set citus.recover_2pc_interval = '-1'")
        CLUSTER.sql("select pg_reload_conf()")

    def setUp(self):
        super().setUp()
        type(self).at_worker = staticmethod(lambda statement: None)

    def shop(self, name="store"):
        store = postgres_store.PostgresStore(self.folder / name, CLUSTER.url("faults"))
        self.addCleanup(store.drop)
        store.land(LANDING, FIRST_DATE)
        self.assert_published(store.run())
        store.land(LANDING)
        return store

    def run_through(self, store, at, *command):
        proxy = postgres_proxy.Proxy(CLUSTER.coordinator, at)
        self.addCleanup(proxy.__exit__)
        return store.command(*(command or ["run"]), env={
            "CARTOGRAPH_WAREHOUSE": CLUSTER.coordinator.url("faults", proxy.folder)})

    def expect_whole(self, store):
        """Nothing is lost or there twice, in the lake neither."""
        self.expect_tables_of(EXPECTED, store)
        self.assertNotIn("running", [status for _, status in store.runs()])
        self.assert_published(store.command("rebuild", "--from", "lake"))
        self.expect_tables_of(EXPECTED, store)

    def expect_retried(self, result, store):
        self.assert_published(result)
        self.assertIn("Trying again in 2 s, attempt 2 of 3", result.err)
        self.expect_whole(store)

    def run_with_commit_lost(self, store, action):
        """The second worker does not get the commit that the coordinator has decided on."""
        def arm():
            type(self).at_worker = staticmethod(Once("COMMIT PREPARED", action))
        return self.run_through(store, Once(COMMIT, arm))

    @staticmethod
    def crash(node):
        def act():
            node.stop("immediate")
            node.start()
        return act

    def waits(self):
        return f"waits until {self.proxy.folder}:{citus_cluster.PORT} has done its part"

    @staticmethod
    def prepared():
        return [row for worker in CLUSTER.workers
                for row in worker.sql("select gid from pg_prepared_xacts", "faults")]

    def test_a_worker_that_crashes_in_staging_in_a_model_in_a_check_and_before_the_commit(self):
        for number, place in enumerate((STAGING, MODEL, CHECK, COMMIT)):
            with self.subTest(place=place):
                store = self.shop(f"store-{number}")
                result = self.run_through(store, Once(place, self.crash(CLUSTER.workers[0])))
                self.assertIn(str(CLUSTER.workers[0].folder), result.err, "names the worker")
                self.expect_retried(result, store)

    def test_a_worker_that_is_lost_before_it_has_prepared_its_commit(self):
        store = self.shop()
        type(self).at_worker = staticmethod(Once("PREPARE TRANSACTION", "cut before"))
        self.expect_retried(store.run(), store)

    def test_a_worker_that_is_lost_between_the_commits_of_the_nodes(self):
        """The run is published; the next one waits until the worker has done its part."""
        store = self.shop()
        self.assert_published(self.run_with_commit_lost(store, "cut before"))
        self.assertEqual(len(self.prepared()), 1)
        result = store.command("rebuild")
        self.assert_published(result)
        self.assertIn(self.waits(), result.err)
        self.assertEqual(self.prepared(), [])
        self.expect_whole(store)

    def test_a_worker_that_is_lost_while_work_tables_are_emptied(self):
        """What it has prepared keeps the tables locked: the run waits for that, too."""
        store = self.shop()
        type(self).at_worker = staticmethod(Once("COMMIT PREPARED", "cut before"))
        result = store.run()
        self.assert_published(result)
        self.assertIn(self.waits(), result.err)
        self.expect_whole(store)

    def test_a_coordinator_that_crashes_in_staging_in_a_model_and_in_the_commit(self):
        for number, place in enumerate((STAGING, MODEL, COMMIT)):
            with self.subTest(place=place):
                store = self.shop(f"store-{number}")
                result = self.run_through(store, Once(place, self.crash(CLUSTER.coordinator)))
                self.expect_retried(result, store)

    def test_a_coordinator_that_crashes_between_the_commits_of_the_nodes(self):
        """It has decided: the next attempt finds the run published, or not, on all nodes."""
        store = self.shop()
        is_up = threading.Event()

        def crash():
            CLUSTER.coordinator.kill()
            CLUSTER.coordinator.stop("immediate")
            CLUSTER.coordinator.start()
            is_up.set()

        def cut():
            threading.Thread(target=crash).start()
            return "cut before"

        result = self.run_with_commit_lost(store, cut)
        is_up.wait(program.TIME_LIMIT_SECONDS)
        self.assert_published(result)
        self.assert_status(store.run(), 0)
        self.assertEqual(self.prepared(), [])
        self.expect_whole(store)

    def test_a_worker_that_stays_away_is_named(self):
        store = self.shop()
        before = store.tables(program.LINEAGE)
        worker = CLUSTER.workers[0]
        try:
            result = self.run_through(store, Once(MODEL, lambda: worker.stop("immediate")))
            self.assert_message(result, 1, "attempt 3 of 3", "Tried 3 times",
                                f"the worker {worker.folder}:{citus_cluster.PORT} of the cluster",
                                "Nothing was published; the warehouse is as it was")
            status = store.command("status", "--format", "json")
            self.assert_status(status, 0)
            seen = json.loads(status.out)
            self.assertEqual((len(seen["runs"]), seen["tables"]), (2, []))
            self.assertIn(str(worker.folder), seen["uncounted"])
        finally:
            worker.start()
        self.assert_same(before, store.tables(program.LINEAGE), program.delivered(before))
        self.assert_published(store.run())
        self.expect_whole(store)

    def test_a_run_that_is_stopped_changes_nothing_on_any_node(self):
        store = self.shop()
        before = store.tables(program.LINEAGE)
        proxy = postgres_proxy.Proxy(CLUSTER.coordinator,
                                     Once(MODEL, lambda: process.send_signal(signal.SIGTERM)))
        self.addCleanup(proxy.__exit__)
        process = store.start("run", env={
            "CARTOGRAPH_WAREHOUSE": CLUSTER.coordinator.url("faults", proxy.folder)})
        _, error = process.communicate()
        self.assertEqual(process.returncode, 1)
        self.assertIn(b"stopped", error)
        self.assert_same(before, store.tables(program.LINEAGE), program.delivered(before))
        self.assert_published(store.run())
        self.expect_whole(store)


if __name__ == "__main__":
    program.main()
