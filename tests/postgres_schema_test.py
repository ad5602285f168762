"""The schema of a PostgreSQL warehouse: migrations are applied once, in order, under the lock, each
whole or not at all; what was applied is never changed; the outcome is tests/postgres_schema.txt;
nothing outside of the schema is touched.

TEST_POSTGRES_URL names an existing server. TEST_UPDATE_SCHEMA=1 writes tests/postgres_schema.txt.
"""

import os
import re
import subprocess
import unittest

import postgres_server
import postgres_store
import program

LANDING = program.GOLDEN / "landing"
FIRST_DATE = "2025-03-10"
SCHEMA_DUMP = program.HERE / "postgres_schema.txt"
DUMPED_BY = 15


def setUpModule():
    global URL
    URL = unittest.enterModuleContext(postgres_store.any_server())


class Schema(program.TestCase):
    def setUp(self):
        super().setUp()
        self.shop = self.store_in()

    def store_in(self, schema=None):
        store = postgres_store.PostgresStore(self.folder / (schema or "shop").replace("/", "_"),
                                             URL, schema)
        self.addCleanup(store.drop)
        return store

    def published(self, schema=None):
        store = self.store_in(schema) if schema else self.shop
        store.land(LANDING, FIRST_DATE)
        self.assert_published(store.run())
        return store

    def migrate(self, *options):
        result = self.shop.command("migrate", *options)
        self.assert_status(result, 0)
        return result.out.splitlines()

    def tables(self):
        return [row[0] for row in self.shop.sql(
            "select relname from pg_class where relnamespace = "
            "(select oid from pg_namespace where nspname = current_schema()) order by 1")]


class Migrations(Schema):
    def test_a_dry_run_says_what_would_be_done_and_does_nothing(self):
        would = self.migrate("--dry-run")
        self.assertEqual(would[0], "would apply 001_operations")
        self.assertIn("would apply 007_keys", would)
        self.assertEqual(postgres_server.sql(
            URL, f"select count(*) from pg_namespace where nspname = '{self.shop.name}'"), [["0"]])
        self.assertFalse(self.shop.data.exists(), "a folder was made")
        self.assertEqual(self.migrate(), [line.replace("would apply", "applied") for line in would])
        self.assertEqual(self.migrate("--dry-run"), ["the schema is up to date"])
        self.assertEqual(self.migrate(), ["the schema is up to date"])

    def test_a_dry_run_on_an_older_schema_names_what_is_missing(self):
        self.published()
        self.shop.sql("drop view orphan_order_items, orphan_returns; "
                      "delete from schema_migrations where name = 'orphan_views'")
        before = self.tables()
        self.assertEqual(self.migrate("--dry-run"), ["would apply 008_orphan_views"])
        self.assertEqual(self.tables(), before)
        self.assertEqual(self.migrate(), ["applied 008_orphan_views"])
        self.assertEqual(self.tables(), sorted([*before, "orphan_order_items", "orphan_returns"]))

    def test_a_failing_migration_is_undone_whole_and_those_before_it_stay(self):
        """Somebody's table has the name of the last one that the migration makes."""
        self.shop.sql(f"create schema {self.shop.schema}; create table fct_inventory_alerts (n int)")
        for command in ("migrate", "run"):
            result = self.shop.command(command)
            self.assert_message(result, 1, "migration 003_facts failed and was undone",
                                'relation "fct_inventory_alerts" already exists')
            found = self.tables()
            self.assertIn("dim_product", found)
            self.assertNotIn("fct_orders", found)
            self.assertEqual(self.shop.sql("select max(version) from schema_migrations"), [["002"]])
        self.shop.sql("drop table fct_inventory_alerts")
        self.published()

    def test_a_changed_or_missing_migration_is_named_and_nothing_but_the_log_changes(self):
        self.published()
        before = self.shop.tables()
        self.shop.land(LANDING)
        for change, back, *words in (
                ("update schema_migrations set checksum = 'x' where version = '003'",
                 "update schema_migrations set checksum = (select checksum from kept) "
                 "where version = '003'",
                 "migration 003_facts was applied to this warehouse and has been changed since"),
                ("insert into schema_migrations values ('900', 'of_tomorrow', 'x', now())",
                 "delete from schema_migrations where version = '900'",
                 "migration 900_of_tomorrow was applied to this warehouse but is unknown")):
            with self.subTest(change=change):
                self.shop.sql("create table kept as "
                              "select checksum from schema_migrations where version = '003'")
                self.shop.sql(change)
                for command in (["run"], ["rebuild"], ["migrate"], ["migrate", "--dry-run"]):
                    self.assert_message(self.shop.command(*command), 1, *words)
                self.shop.sql(f"{back}; drop table kept")
                self.assert_same(before, self.shop.tables(), set(before) - {"run_log"})
        self.assert_published(self.shop.run())

    def test_all_that_migrate_does_is_done_under_the_lock(self):
        self.migrate()
        self.shop.sql("drop view orphan_order_items, orphan_returns; "
                      "delete from schema_migrations where name = 'orphan_views'")
        before = self.tables()
        holder = subprocess.Popen(
            [postgres_server.installed() / "psql", "-XqAt", URL], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        try:
            holder.stdin.write("select pg_advisory_lock(hashtextextended("
                               f"'cartograph run on {self.shop.name}', 0));select 1;\n")
            holder.stdin.flush()
            holder.stdout.readline()
            self.assert_message(self.shop.command("migrate"), 3, "another run holds the warehouse")
            self.assertEqual(self.migrate("--dry-run"), ["would apply 008_orphan_views"])
        finally:
            holder.communicate()
        self.assertEqual(self.tables(), before)


class Outcome(Schema):
    def test_the_schema_is_the_committed_dump(self):
        pg_dump = postgres_server.installed() / "pg_dump"
        version = postgres_server.sql(URL, "show server_version")[0][0]
        if not version.startswith(f"{DUMPED_BY}."):
            self.skipTest(f"the dump was written by PostgreSQL {DUMPED_BY}")
        schema = f"dumped_{os.getpid()}"
        self.published(schema=schema)
        dumped = subprocess.run(
            [pg_dump, "--schema-only", "--no-owner",
             "--no-privileges", f"--schema={schema}", f"--dbname={URL}"],
            capture_output=True, text=True, check=True).stdout
        lines = [line for line in dumped.replace(f"{schema}.", "").splitlines()
                 if line and not re.match(r"--|SET |SELECT |CREATE SCHEMA|\\", line)]
        written = ("-- The tables as the migrations make them on PostgreSQL; written and held "
                  "against reality by\n-- tests/postgres_schema_test.py.\n"
                  + "\n".join(lines) + "\n")
        if os.environ.get("TEST_UPDATE_SCHEMA"):
            SCHEMA_DUMP.write_text(written)
        self.assertEqual(SCHEMA_DUMP.read_text().splitlines(), written.splitlines())

    def test_all_columns_have_comments_that_are_written_only_where_they_differ(self):
        """A comment that somebody has changed is put back; all others stay as they were written."""
        store = self.published()
        written = ("select c.relname, coalesce(a.attname, ''), d.description, d.xmin "
                   "from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 "
                   "and not a.attisdropped left join pg_description d on d.objoid = c.oid "
                   "and d.classoid = cast('pg_class' as regclass) and d.objsubid = a.attnum "
                   "where c.relnamespace = cast(current_schema() as regnamespace) "
                   "and c.relkind in ('r', 'v') order by 1, 2")
        before = store.sql(written)
        self.assertGreater(len(before), 200)
        self.assertEqual([row[:2] for row in before if not row[2]], [])
        store.sql("comment on column fct_orders.units is 'of us'")
        self.assert_nothing_new(store.run())
        self.assertEqual([(old[:3], old[3] == new[3]) for old, new
                          in zip(before, store.sql(written), strict=True)],
                         [(row[:3], row[:2] != ["fct_orders", "units"]) for row in before])

    def test_keys_are_those_of_the_data_dictionary(self):
        store = self.published()
        page = (program.HERE.parent / "docs/data-dictionary.md").read_text(encoding="utf-8")
        said = {table: re.findall(r"`(\w+)`", key) for table, key in re.findall(
            r"(?m)^### (\w+)\n\nOne row is .*? Key: (`[^.]*`)\.", page)}
        keys = store.sql(
            "select c.relname, a.attname from pg_index i join pg_class c on c.oid = i.indrelid "
            "join lateral unnest(i.indkey) with ordinality k(number, place) on true "
            "join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number "
            "where i.indisprimary and c.relnamespace = cast(current_schema() as regnamespace) "
            "order by 1, k.place")
        found = {}
        for table, column in keys:
            found.setdefault(table, []).append(column)
        self.assertGreater(len(found), 20)
        self.assertEqual({table: said.get(table) for table in found}, found)

    def test_all_text_sorts_by_bytes_also_in_columns_that_contracts_gain(self):
        store = self.published()
        store.sql("alter table stg_returns drop column reason cascade")
        self.assert_nothing_new(store.run())
        self.assertEqual(store.sql(
            "select c.relname, a.attname from pg_attribute a "
            "join pg_class c on c.oid = a.attrelid "
            "join pg_collation l on l.oid = a.attcollation "
            "where c.relnamespace = cast(current_schema() as regnamespace) and c.relkind = 'r' "
            "and a.attnum > 0 and c.relname not in ('schema_migrations') and l.collname <> 'C'"), [])

    def test_a_schema_of_any_name(self):
        store = self.published(schema='Le "magasin" d\'Été')
        self.assertEqual(store.value("select count(*) from fct_orders"),
                         store.sql("select count(*) from fct_orders")[0][0])

    def test_nothing_outside_of_the_schema_is_touched(self):
        name = f"fct_orders_of_{os.getpid()}"
        postgres_server.sql(URL, f"create table public.{name} (order_id text)")
        self.addCleanup(postgres_server.sql, URL, f"drop table public.{name}")
        tables = ("select schemaname, relname, n_tup_ins, n_tup_del from pg_stat_user_tables "
                  "where schemaname = 'public' order by 2")
        before = postgres_server.sql(URL, tables)
        self.published()
        self.assertEqual(postgres_server.sql(URL, tables), before)


if __name__ == "__main__":
    program.main()
