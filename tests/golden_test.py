"""The golden example end to end: however its files are delivered, rebuilt or run again, every table
is as tests/golden/expected has it."""

import subprocess
import sys

import program

LANDING = program.GOLDEN / "landing"


class Golden(program.TestCase):
    def expect_golden(self, store):
        """Every table, read as a user would, is the expected one."""
        actual = self.folder / "exported"
        subprocess.run([sys.executable, program.REFERENCE / "export.py", program.PROGRAM, actual,
                        *store.options], env=program.environment(), check=True)
        compared = subprocess.run([sys.executable, program.REFERENCE / "compare.py",
                                   program.GOLDEN / "expected", actual],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(compared.returncode, 0, compared.stdout)

    def expect_rebuilds_the_same(self, store):
        built = store.tables()
        by_deliveries = program.delivered(built)
        for source in ("staging", "lake"):
            self.assert_published(store.command("rebuild", "--from", source))
            self.assert_same(built, store.tables(), by_deliveries)
        store.warehouse.unlink()
        self.assert_published(store.command("rebuild", "--from", "lake"))
        self.assert_same(built, store.tables(), by_deliveries)
        self.expect_golden(store)
        self.assert_nothing_new(store.run())

    def test_all_at_once(self):
        store = self.store()
        store.land(LANDING)
        self.assert_published(store.run())
        self.expect_golden(store)
        self.assert_settled(store)
        self.expect_rebuilds_the_same(store)

    def test_one_landing_date_at_a_time(self):
        store = self.store()
        for date in sorted(path.name for path in LANDING.iterdir()):
            store.land(LANDING, date)
            self.assert_published(store.run())
        self.expect_golden(store)
        self.assert_settled(store)
        self.expect_rebuilds_the_same(store)

    def test_one_file_at_a_time(self):
        store = self.store()
        for name in program.pickup_order(LANDING):
            store.land(LANDING, name)
            self.assert_status(store.run(), 0)
        self.expect_golden(store)
        self.assert_settled(store)
        self.expect_rebuilds_the_same(store)

    def test_deliveries_are_stamped_in_order_of_pickup_also_across_runs(self):
        store = self.store()
        for date in sorted(path.name for path in LANDING.iterdir()):
            store.land(LANDING, date)
            self.assert_published(store.run())
        stamped = store.query("select source_file from loaded_files order by ingested_at")
        picked_up = [name for name in program.pickup_order(LANDING)
                     if name.endswith((".csv", ".json", ".jsonl"))]
        self.assertEqual([row["source_file"] for row in stamped], picked_up)
        self.assertEqual(store.value("select count(distinct ingested_at) from loaded_files"),
                         str(len(picked_up)))

    def test_a_second_run_changes_nothing_but_the_run_log(self):
        store = self.store()
        store.land(LANDING)
        self.assert_published(store.run())
        before = store.tables()
        self.assertTrue(before["quality_results"])
        self.assert_nothing_new(store.run())
        after = store.tables()
        self.assert_same(before, after, set(before) - {"run_log"})
        self.assertEqual(store.runs(), [("run", "published"), ("run", "nothing_new")])
        self.assert_settled(store)

    def test_the_same_content_written_again_is_nothing_new_and_at_a_new_path_a_delivery(self):
        store = self.store()
        store.land(LANDING)
        self.assert_published(store.run())
        before = store.tables(program.LINEAGE)
        orders = (LANDING / "2025-03-10" / "orders.csv").read_bytes()
        store.write("2025-03-10/orders.csv", orders)
        self.assert_nothing_new(store.run())
        store.write("2025-03-10/orders_again.csv", orders)
        self.assert_published(store.run())
        after = store.tables(program.LINEAGE)
        self.assertEqual(len(after["loaded_files"]), len(before["loaded_files"]) + 1)
        self.assertGreater(len(after["stg_orders"]), len(before["stg_orders"]))

    def test_any_number_of_threads_gives_the_same(self):
        stores = {}
        for threads in (1, 2, 7):
            store = self.store(f"threads-{threads}", "--threads", threads)
            store.land(LANDING)
            self.assert_published(store.run())
            stores[threads] = store.tables(program.LINEAGE)
        for threads in (2, 7):
            self.assert_same(stores[1], stores[threads], program.delivered(stores[1]))


if __name__ == "__main__":
    program.main()
