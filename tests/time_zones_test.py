#!/usr/bin/env python3
"""The reporting time zone is tzdata's on both engines: other rules for the days of a warehouse build
everything anew, another version with the same rules changes nothing, and only a run needs tzdata.

TEST_POSTGRES_URL names an existing server, as a superuser of it.
"""

import contextlib
import pathlib
import shutil

import engine
import postgres_store
import program

LANDING = program.GOLDEN / "landing"
TZDATA = pathlib.Path("/usr/share/zoneinfo")
ANEW = ": everything is built anew"

_resources = contextlib.ExitStack()


def setUpModule():
    global URL
    URL = _resources.enter_context(postgres_store.any_server())


def tearDownModule():
    _resources.close()


def zone(name):
    return {"CARTOGRAPH_STORE_REPORTING_TIMEZONE": name}


class EmbeddedStore(program.Store):
    def sql(self, statement):
        """Changes the file without the program."""
        engine.query(f"attach '{self.warehouse}' as w", "use w", statement)


class TimeZones(program.TestCase):
    def stores(self, name):
        """One on each engine, loud, with the golden example landed."""
        postgres = postgres_store.PostgresStore(self.folder / "postgres", URL, env=zone(name))
        self.addCleanup(postgres.drop)
        for store in (EmbeddedStore(self.folder / "embedded", env=zone(name)), postgres):
            store.options.remove("--quiet")
            store.land(LANDING)
            with self.subTest(store=type(store).__name__):
                yield store

    def tzdata(self, name, version, **files):
        """A TZDIR of these zones; each is the machine's zone that it names."""
        folder = self.folder / name
        folder.mkdir()
        lines = [f"# version {version}"]
        for own, other in files.items():
            own = own.replace("__", "/")
            (folder / own).parent.mkdir(exist_ok=True)
            shutil.copy(TZDATA / other, folder / own)
            lines.append(f"Z {own} 0 - -")
        (folder / "tzdata.zi").write_text("\n".join(lines) + "\n")
        return {"TZDIR": str(folder)}

    def facts(self, store):
        tables = store.tables(program.LINEAGE)
        return {name: rows for name, rows in tables.items() if name in program.derived(tables)}

    def expect_sound_index(self, store):
        """Each delivered order is found in the index by the day that the function gives it now."""
        if isinstance(store, EmbeddedStore):
            return
        store.sql("create extension if not exists amcheck schema public; "
                  "select public.bt_index_check('fct_orders_local_date_idx', true)")
        plan = str(store.sql("set enable_seqscan = off; explain select 1 from fct_orders "
                             "where local_date(delivered_at) = date '2025-03-04'"))
        self.assertIn("fct_orders_local_date_idx", plan)

    def test_other_rules_for_its_days_build_everything_anew(self):
        other = self.tzdata("other", "2031a", Europe__Berlin="Asia/Tokyo")
        for store in self.stores("Europe/Berlin"):
            self.assert_published(store.run())
            berlin = self.facts(store)
            changed = store.run(env=other)
            self.assert_published(changed)
            self.assertIn("the rules of the reporting time zone Europe/Berlin have changed "
                          "(tzdata 2031a, before 20", changed.err)
            self.assertIn(ANEW, changed.err)
            self.expect_sound_index(store)
            self.assert_nothing_new(store.run(env=other))
            tokyo = self.facts(store)
            self.assertNotEqual(berlin["fct_revenue_daily"], tokyo["fct_revenue_daily"])
            # The same rules under a name of their own.
            self.assert_nothing_new(store.run(env=zone("Asia/Tokyo")))
            self.assert_published(store.command("rebuild", env=zone("Asia/Tokyo")))
            self.assert_same(tokyo, self.facts(store))
            back = store.run()
            self.assertIn("has changed from Asia/Tokyo to Europe/Berlin" + ANEW, back.err)
            self.assert_same(berlin, self.facts(store))
            self.expect_sound_index(store)

    def test_a_version_with_the_same_rules_changes_nothing(self):
        newer = self.tzdata("newer", "2099z", Europe__Berlin="Europe/Berlin")
        for store in self.stores("Europe/Berlin"):
            self.assert_published(store.run())
            self.assert_nothing_new(store.run(env=newer))

    def test_days_by_unknown_rules_are_made_anew_but_for_utc(self):
        """As a warehouse has them that an earlier version of the program has made."""
        for store in self.stores("Europe/Berlin"):
            self.assert_published(store.run())
            store.sql("delete from settings where name like 'reporting_timezone_%'")
            anew = store.run()
            self.assert_published(anew)
            self.assertIn("it is not known by which rules of Europe/Berlin" , anew.err)
            self.assert_nothing_new(store.run())
            store.sql("update settings set value = 'x' where name = 'reporting_timezone_rules'")
            self.assertIn(ANEW, store.run().err)
            self.assert_nothing_new(store.run())
            self.assert_published(store.run(env=zone("UTC")))
            store.sql("delete from settings where name like 'reporting_timezone_%'")
            self.assert_nothing_new(store.run(env=zone("UTC")))

    def test_only_a_run_in_another_zone_than_utc_needs_tzdata(self):
        none = {"TZDIR": str(self.folder)}
        for store in self.stores("Europe/Berlin"):
            refused = store.run(env=none)
            self.assert_message(refused, 1, self.folder / "tzdata.zi", "install the package tzdata")
            self.assertFalse(store.warehouse.exists())
            self.assert_published(store.run(env=none | zone("UTC")))
            self.assert_published(store.run())
            for command in (["status"], ["explain", "day", "2025-03-04"], ["check"],
                            ["explain", "order", "1001"], ["query", "select 1"]):
                self.assert_status(store.command(*command, env=none), 0)

    def test_an_unknown_name_makes_no_warehouse(self):
        for store in self.stores("europe/berlin"):
            self.assert_message(store.run(), 2, "store.reporting_timezone", "Europe/Berlin", "IANA")
            self.assertFalse(store.warehouse.exists())


if __name__ == "__main__":
    program.main()
