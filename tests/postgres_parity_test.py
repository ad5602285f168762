"""PostgreSQL and the embedded engine agree: the golden example and random stores give the same tables,
cell by cell, however they are delivered and after every rebuild; days are those of the reporting time
zone; a query gives the same cells and changes nothing.

RANDOM_STORES=N tries N stores (default 3), RANDOM_SEED=S starts at seed S (default a new one).
TEST_POSTGRES_URL names an existing server. RETAIL=FILE tries the ledger Online Retail, too, as
`import online-retail` takes it (slow: half a million lines on both engines).
"""

import json
import os
import random
import subprocess
import sys
import unittest

import postgres_store
import program

LANDING = program.GOLDEN / "landing"
STORES = int(os.environ.get("RANDOM_STORES", "3"))
RETAIL = os.environ.get("RETAIL")
RETAIL_SECONDS_MAX = 600
ZONES = ("UTC", "America/New_York", "Pacific/Auckland", "Europe/Berlin", "CET", "EET")
# Zones with summer time that PostgreSQL takes for abbreviations without it.
MISREAD_ZONES = ("CET", "EET")
# What is of a run, and not of what was delivered.
# lake_files is where the embedded warehouse has staging, of which the other has tables.
OF_RUNS = ("run_log", "run_steps", "quality_results", "schema_migrations", "int_null_shares",
           "lake_files")
# Settings that tell warehouses and engines apart.
OF_ENGINES = ("warehouse_id", "functions", "settled_run")

# One row of cells of every type, at their edges.
CELLS = """
    select cast(1 as smallint) as a, 2147483647 as b, cast(-9223372036854775807 as bigint) as c,
      cast(0.1 as double precision) as d, cast(2 as double precision) as e,
      cast(1e-7 as double precision) as f, cast(12345678901234567 as double precision) as g,
      cast('-0.07' as numeric(18, 2)) as h, cast(0 as numeric(18, 2)) as i,
      cast('2025-03-01' as date) as j, true as k, false as l, cast(null as text) as m,
      cast('' as text) as n, 'a "quoted", text' as o,
      cast('2025-03-01 10:00:00+02' as timestamp with time zone) as p,
      cast('1969-12-31 23:59:59.000001+00' as timestamp with time zone) as q,
      cast('2025-03-01 10:00:00.12' as timestamp) as r,
      cast('00112233-4455-6677-8899-aabbccddeeff' as uuid) as s"""


def setUpModule():
    global URL
    URL = unittest.enterModuleContext(postgres_store.any_server())


class Parity(program.TestCase):
    def postgres(self, name, **options):
        store = postgres_store.PostgresStore(self.folder / name, URL, **options)
        self.addCleanup(store.drop)
        return store

    def expect_tables_of(self, expected, store):
        """The tables that the folder `expected` has, read as a user would."""
        actual = self.folder / "exported"
        subprocess.run([sys.executable, program.REFERENCE / "export.py", program.PROGRAM, actual,
                        *store.options], env=program.environment(store.env), check=True)
        compared = subprocess.run([sys.executable, program.REFERENCE / "compare.py", expected,
                                   actual], capture_output=True, text=True, check=False)
        self.assertEqual(compared.returncode, 0, compared.stdout)

    def expect_same_cells(self, embedded, store):
        """Every column of every table, apart from what tells one run from another."""
        left, right = (
            {name: [row for row in rows if row[0] not in OF_ENGINES]
             for name, rows in postgres_store.cells(of, program.LINEAGE).items()
             if name not in OF_RUNS}
            for of in (embedded, store))
        self.assert_same(left, right)

    def expect_rebuilds_the_same(self, store):
        built = store.tables()
        by_deliveries = program.delivered(built)
        for source in ("staging", "lake"):
            self.assert_published(store.command("rebuild", "--from", source))
            self.assert_same(built, store.tables(), by_deliveries)
        store.drop()
        self.assert_published(store.command("rebuild", "--from", "lake"))
        self.assert_same(built, store.tables(), by_deliveries)
        self.assert_nothing_new(store.run())


class Warnings(Parity):
    def test_keys_and_ids_that_look_wrong_are_found_in_what_is_landed_and_in_what_is_staged(self):
        stores = self.postgres("postgres"), self.store("embedded")
        for store in stores:
            store.land(program.HERE / "deliveries" / "06-excel-ids" / "landing")
            self.assert_published(store.run())
        landed, embedded = map(self.warnings, stores)
        self.assertEqual(landed, embedded)
        self.assertIn("4.50E+12 (2025-03-03/orders.csv:2 to 5)",
                      landed["keys_repeated_in_file"]["detail"])
        self.assertIn("4.50E+12 (2025-03-03/order_items.csv:2)", landed["ids_rewritten"]["detail"])
        self.assert_published(stores[0].command("rebuild", "--from", "staging"))
        self.assertEqual(self.warnings(stores[0]), landed)

    def warnings(self, store):
        """{check: what the newest run's rows say of it, where it did not pass}."""
        return {row["check_name"]: row for row in store.query(
            "select check_name, observed, failing_rows, detail from quality_results "
            "where not passed and run_id = (select max(run_id) from quality_results)")}


class Golden(Parity):
    def test_all_at_once(self):
        store = self.postgres("postgres")
        store.land(LANDING)
        self.assert_published(store.run())
        self.expect_tables_of(program.GOLDEN / "expected", store)
        self.expect_rebuilds_the_same(store)

        embedded = self.store("embedded")
        embedded.land(LANDING)
        self.assert_published(embedded.run())
        self.expect_same_cells(embedded, store)

    def test_one_landing_date_at_a_time(self):
        store = self.postgres("postgres")
        for date in sorted(path.name for path in LANDING.iterdir()):
            store.land(LANDING, date)
            self.assert_published(store.run())
        self.expect_tables_of(program.GOLDEN / "expected", store)
        self.expect_rebuilds_the_same(store)

    def test_one_file_at_a_time(self):
        store = self.postgres("postgres")
        for name in program.pickup_order(LANDING):
            store.land(LANDING, name)
            self.assert_status(store.run(), 0)
        self.expect_tables_of(program.GOLDEN / "expected", store)

    def test_a_second_run_changes_nothing_but_the_run_log(self):
        store = self.postgres("postgres")
        store.land(LANDING)
        self.assert_published(store.run())
        before = store.tables()
        self.assert_nothing_new(store.run())
        after = store.tables()
        self.assert_same(before, after, set(before) - {"run_log"})
        self.assertEqual(store.runs(), [("run", "published"), ("run", "nothing_new")])

    def test_another_time_zone_builds_everything_anew(self):
        """The index on the day of delivery, too, is of the new zone."""
        env = {"CARTOGRAPH_STORE_REPORTING_TIMEZONE": "Pacific/Auckland"}
        store, embedded = self.postgres("postgres"), self.store("embedded")
        for of in (store, embedded):
            of.land(LANDING)
            self.assert_published(of.run())
            self.assert_published(of.run(env=env))
        self.expect_same_cells(embedded, store)
        self.expect_index_of_its_zone(store)

    def expect_index_of_its_zone(self, store):
        by_index = store.sql(
            "set enable_seqscan = off; select sum(n) from "
            "(select distinct local_date(delivered_at) as day from fct_orders) d "
            "cross join lateral (select count(*) as n from fct_orders o "
            "where local_date(o.delivered_at) = d.day) c")
        self.assertEqual(by_index, store.sql("select count(delivered_at) from fct_orders"))


class Explanations(Parity):
    """Of every order, day and SKU the same on both engines, as data."""

    def test_are_the_same(self):
        stores = (self.store("embedded"), self.postgres("postgres"))
        for store in stores:
            store.land(LANDING)
            self.assert_published(store.run())
        subjects = [(kind, row["key"]) for kind, keys in (
            ("order", "select distinct order_id as key from stg_order_items "
                      "union select order_id from fct_orders order by 1"),
            ("day", "select date as key from fct_revenue_daily order by 1"),
            ("sku", "select distinct sku as key from dim_product order by 1"))
            for row in stores[0].query(keys)]
        self.assertGreater(len(subjects), 90)
        for kind, key in subjects:
            with self.subTest(kind, key=key):
                options = ["--recognition"] if kind == "day" else []
                embedded, postgres = (json.loads(store.command(
                    "explain", kind, key, *options, "--format", "json").out) for store in stores)
                self.assertEqual(embedded, postgres)
                self.assertTrue(embedded["adds_up"])


class RandomStores(Parity):
    def expect_reference(self, landing, zone, store):
        expected = self.folder / "reference"
        subprocess.run([sys.executable, program.REFERENCE / "reference.py", landing, expected,
                        "--timezone", zone], check=True, stdout=subprocess.DEVNULL)
        self.expect_tables_of(expected, store)

    def test_engines_and_reference_agree(self):
        first = int(os.environ.get("RANDOM_SEED", random.randrange(10**6)))
        for seed in range(first, first + STORES):
            rng = random.Random(seed)
            zone = rng.choice(ZONES)
            with self.subTest(seed=seed, zone=zone):
                self.expect_agreement(seed, zone, rng.random() < 0.5)

    def test_zones_that_an_engine_reads_in_its_own_way(self):
        seed = int(os.environ.get("RANDOM_SEED", random.randrange(10**6)))
        for offset, zone in enumerate(MISREAD_ZONES):
            with self.subTest(seed=seed + offset, zone=zone):
                self.expect_agreement(seed + offset, zone, True)

    def expect_agreement(self, seed, zone, is_adversarial):
        made = self.folder / f"made-{seed}"
        subprocess.run([sys.executable, program.REFERENCE / "random_store.py", made, "--seed",
                        str(seed), *(["--adversarial"] if is_adversarial else [])], check=True)
        env = {"CARTOGRAPH_STORE_REPORTING_TIMEZONE": zone}
        at_once = self.postgres(f"once-{seed}", env=env)
        by_date = self.postgres(f"date-{seed}", env=env)
        embedded = self.store(f"embedded-{seed}", env=env)
        for store in (at_once, embedded):
            store.land(made)
            self.assert_status(store.run("--accept-rejects=whole"), 0)
        for date in sorted(os.listdir(made)):
            by_date.land(made, date)
            self.assert_status(by_date.run("--accept-rejects=whole"), 0)
        self.expect_same_cells(embedded, at_once)
        self.expect_reference(made, zone, by_date)
        self.assert_same(at_once.tables(program.LINEAGE), by_date.tables(program.LINEAGE),
                         program.delivered(at_once.columns()))
        self.assert_published(by_date.command("rebuild", "--from", "lake"))
        self.expect_reference(made, zone, by_date)


class OnlineRetail(Parity):
    """A real store: half a million lines of a ledger."""

    @unittest.skipUnless(RETAIL, "RETAIL names no file")
    def test_the_tables_are_the_same(self):
        env = {"CARTOGRAPH_STORE_REPORTING_CURRENCY": "GBP"}
        store, embedded = self.postgres("postgres", env=env), self.store("embedded", env=env)
        self.assert_status(program.run("import", "online-retail", RETAIL, "--out",
                                       self.folder / "made"), 0)
        for of in (store, embedded):
            of.land(self.folder / "made")
            self.assert_published(of.run(limit=RETAIL_SECONDS_MAX))
        compared = sorted(program.delivered(store.columns()))
        self.assertEqual(compared, sorted(program.delivered(embedded.columns())))
        for name in compared:
            columns = ", ".join(c for c in store.columns()[name] if c not in program.LINEAGE)
            left, right = (of.command("query", f"select {columns} from {name} order by {columns}",
                                      "--format", "csv").out for of in (embedded, store))
            if left != right:
                self.assert_same({name: left.splitlines()}, {name: right.splitlines()})


class Adapter(Parity):
    def published(self, **options):
        store = self.postgres("postgres", **options)
        store.land(LANDING)
        self.assert_published(store.run())
        return store

    def test_cells_have_the_same_text(self):
        embedded = self.store("embedded")
        embedded.land(LANDING)
        self.assert_published(embedded.run())
        self.assertEqual(embedded.query(CELLS), self.published().query(CELLS))

    def test_a_query_changes_nothing(self):
        store = self.published()
        for sql in ("delete from fct_orders", "drop table fct_orders",
                    "create table mine as select 1", "set transaction read write",
                    "select nextval(pg_get_serial_sequence('x', 'y'))",
                    "select 1; delete from fct_orders", "commit", "rollback"):
            with self.subTest(sql=sql):
                before = store.tables()
                store.command("query", sql)
                self.assert_same(before, store.tables())
        self.assert_message(store.command("query", "delete from fct_orders"), 1, "read-only")

    def test_a_copy_to_or_from_the_client_is_refused(self):
        store = self.published()
        for sql in ("copy (select 1) to stdout", "copy fct_orders to stdout (format binary)",
                    "copy fct_orders from stdin"):
            with self.subTest(sql=sql):
                self.assertEqual(store.command("query", sql).status, 1)
        self.assert_message(store.command("query", "copy (select 1) to stdout"), 1,
                            "COPY from or to the client", "SELECT gives the rows")


if __name__ == "__main__":
    program.main()
