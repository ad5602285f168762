"""Deliveries as shops have really written them, after public reports: tests/deliveries/README.md says
what each is. What can be read is read; what cannot is said to be what it is, with the way out; rows
that were rejected are shown, mended, and never come back when they were."""

import csv
import json

import program

DELIVERIES = program.HERE / "deliveries"
WARNINGS = ("older_landing_dates", "orders_gone_back", "lines_perhaps_removed",
            "keys_repeated_in_file", "ids_rewritten", "last_line_unended")


class Deliveries(program.TestCase):
    def land(self, name, *folders, **options):
        store = self.store(name, **options)
        for folder in folders or ["landing"]:
            store.land(DELIVERIES / name / folder)
        return store

    def warnings(self, store):
        """{check: detail} of the newest run's warnings about deliveries."""
        return {row["check_name"]: row["detail"] for row in store.query(
            "select check_name, detail from quality_results where not passed "
            "and run_id = (select max(run_id) from quality_results)")
            if row["check_name"] in WARNINGS}

    def expect_all_read(self, store):
        self.assert_published(store.run())
        self.assertEqual(store.query("select source_file, reasons from quarantine"), [])
        self.assertEqual(self.warnings(store), {})

    def test_semicolons_utf_16_and_offsets_are_read(self):
        for name in ("01-semicolon-excel", "02-utf16-unicode-text", "05-offsets"):
            with self.subTest(name):
                self.expect_all_read(self.land(name))

    def test_line_ends_of_carriage_returns_alone_are_named(self):
        store = self.land("04-cr-only")
        failed = store.run()
        self.assert_message(failed, 1, "2025-03-03/orders.csv", "row: control character",
                            "lines end in CR alone")
        self.assertNotIn("--accept-rejects", failed.err)

    def test_ids_that_a_spreadsheet_rewrote(self):
        store = self.land("06-excel-ids")
        published = store.run()
        self.assert_published(published)
        found = self.warnings(store)
        self.assertIn("4.50E+12 (2025-03-03/orders.csv:2 to 5)", found["keys_repeated_in_file"])
        self.assertIn("4.50E+12 (2025-03-03/order_items.csv:2)", found["ids_rewritten"])
        self.assertIn("4 rows of orders, of them 4 different", published.out)

    def test_keys_that_several_feeds_repeat(self):
        store = self.store("repeated")
        store.write("2025-03-03/orders.csv",
                    "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,"
                    "returned_at,currency,payment_method\n"
                    + "".join(f"1,C1,paid,2025-03-03T01:00:00Z,2025-03-03T0{n}:00:00Z,,,,USD,"
                              "card\n" for n in range(1, 5)))
        store.write("2025-03-03/customers.csv",
                    "customer_id,email,full_name,country,signup_at\n"
                    + "".join(f"C{n},c{n}{m}@example.com,,DE,2025-03-01T00:00:00Z\n"
                              for n in range(1, 40) for m in (1, 2)))
        self.assert_published(store.run())
        for key in ("1 (2025-03-03/orders.csv:2 to 5)", "C1 (2025-03-03/customers.csv:2 and 3)"):
            self.assertIn(key, self.warnings(store)["keys_repeated_in_file"])

    def test_a_header_in_the_middle_and_a_row_of_totals(self):
        store = self.land("07-repeated-header-total-row")
        published = store.run()
        self.assert_published(published)
        shown = ("3 of 27 rows rejected", "line 10: the header again", "line 19: the header again",
                 "line 28: line_number: required; sku: required")
        for words in shown:
            self.assertIn(words, published.out)
        strict = self.land("07-repeated-header-total-row",
                           env={"CARTOGRAPH_QUALITY_TOLERATED_REJECTS": "0"})
        strict.data = self.folder / "strict"
        strict.options = ["--landing", strict.landing, "--data", strict.data]
        self.assert_message(strict.run(), 1, *shown, "--accept-rejects")

    def test_an_order_that_goes_back(self):
        store = self.land("14-ties-and-older-state")
        self.assert_published(store.run())
        found = self.warnings(store)
        self.assertEqual(found["orders_gone_back"], "6002 (2025-03-04/orders.csv:2)")
        self.assertNotIn("orders.jsonl", found.get("keys_repeated_in_file", ""))

    def test_an_archive_named_as_gzip(self):
        failed = self.land("18b-zip-named-gz").run()
        self.assert_message(failed, 1, "2025-03-03/orders.csv.gz", "a ZIP archive",
                            "unpack it and land what is in it")

    def test_names_that_are_nearly_right(self):
        store = self.land("19-file-names")
        published = store.run()
        self.assert_published(published)
        taken = {row["source_file"] for row in store.query("select source_file from loaded_files")}
        self.assertLessEqual({"2025-03-03/Orders_b.csv", "2025-03-03/orders_c.CSV"}, taken)
        status = store.command("status").out
        for name, nearest in {
                "2025-3-4": "2025-03-04", "20250305": "2025-03-05", "2025-02-30": "YYYY-MM-DD",
                "orders.csv": "YYYY-MM-DD/orders.csv",
                "2025-03-03/order-items.csv": "2025-03-03/order_items.csv",
                "2025-03-03/order_item.csv": "2025-03-03/order_items.csv",
                "2025-03-03/orders (1).csv": "2025-03-03/orders_(1).csv",
                "2025-03-03/orders.csv.zip": "2025-03-03/orders.csv",
                "2025-03-03/orders.xlsx": "2025-03-03/orders.csv"}.items():
            for said in (published.out, status):
                lines = [line.strip() for line in said.splitlines()
                         if line.strip().startswith(name + ": ")]
                self.assertEqual(len(lines), 1, f"{name} in:\n{said}")
                self.assertTrue(lines[0].endswith(" " + nearest), lines[0])

    def test_mended_rows_do_not_come_back(self):
        name = "22-quarantine-exported-twice"
        store = self.store(name)
        for date in sorted(path.name for path in (DELIVERIES / name / "landing").iterdir()):
            store.land(DELIVERIES / name / "landing", date)
            self.assert_status(store.run(), 0)
        exported = store.command("quarantine", "export", "--feed", "orders", "--out", "-")
        self.assert_status(exported, 0)
        rows = list(csv.DictReader(exported.out.splitlines()))
        self.assertEqual([row["order_id"] for row in rows], ["7002"])
        self.assertEqual(rows[0]["rejected_because"],
                         "created_at: not a timestamp")
        everything = store.command("quarantine", "list", "--all").out
        self.assertIn("2 rejected rows of 2 runs", everything)

        with open(DELIVERIES / name / "expected_fct_orders.csv", encoding="utf-8") as file:
            expected = list(csv.DictReader(file))
        mended = exported.out.replace("+0000", "Z").replace("+000", "Z")
        for date in ("2025-03-07", "2025-03-08"):
            store.write(f"{date}/orders_mended.csv", mended)
            self.assert_published(store.run())
            self.assertEqual(store.query(
                f"select {', '.join(expected[0])} from fct_orders "
                "where order_id in ('7001', '7002') order by order_id"), expected)
            self.assertIn("no rejected rows to mend",
                          store.command("quarantine", "export").out)

    def test_half_an_upload(self):
        store = self.land("23-half-an-upload", "landing", "half")
        self.assert_status(store.run("--accept-rejects"), 0)
        self.assertIn("2025-03-03/order_items.csv:", self.warnings(store)["last_line_unended"])
        store.land(DELIVERIES / "23-half-an-upload" / "landing")
        self.assert_published(store.run())
        self.assertNotIn("last_line_unended", self.warnings(store))

    def test_an_older_day_delivered_late(self):
        store = self.land("26-backfill-of-an-older-day")
        self.assert_published(store.run())
        self.assertEqual(self.warnings(store), {})
        store.land(DELIVERIES / "26-backfill-of-an-older-day" / "later")
        self.assert_published(store.run())
        found = self.warnings(store)
        self.assertEqual(found["older_landing_dates"], "2025-03-03/orders.csv")
        self.assertIn("1001 (2025-03-03/orders.csv:2)", found["orders_gone_back"])
        self.assertIn("1002 (2025-03-03/orders.csv:3)", found["orders_gone_back"])


ORDERS = ("order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,"
          "currency,payment_method\n")


class FailedRuns(program.TestCase):
    def setUp(self):
        super().setUp()
        self.shop = self.store()
        self.shop.land(program.GOLDEN / "landing", "2025-03-10")
        self.assert_published(self.shop.run())
        self.shop.write("2025-03-11/orders.csv", ORDERS + "".join(
            f"X{number},,paid,2025-03-11,{'soon' if number < 7 else '2025-03-11'},,,,USD,\n"
            for number in range(10)))

    def test_it_says_which_rows_and_why_on_the_screen_and_later(self):
        failed = self.shop.run()
        self.assert_message(failed, 1, "2025-03-11/orders.csv: 7 of 10 rows rejected",
                            "line 2: paid_at 'soon': not a timestamp", "line 6: paid_at",
                            "commonest reasons: 7 × paid_at: not a timestamp", "--accept-rejects")
        self.assertNotIn("line 7: ", failed.err)
        error = self.shop.value("select error from run_log where status = 'failed'")
        self.assertNotIn("soon", error, "values may be of customers: they are for the screen")
        run_id = self.shop.value("select run_id from run_log where status = 'failed'")
        for command in (["status"], ["status", "--run", run_id], ["quarantine", "list"],
                        ["quarantine", "list", "--run", run_id]):
            self.assertIn("paid_at: not a timestamp", self.shop.command(*command).out, command)
        status = json.loads(self.shop.command("status", "--format", "json").out)
        self.assertEqual(status["failed_rejected"],
                         [{"feed": "orders", "reasons": "paid_at: not a timestamp", "rows": 7}])
        exported = self.shop.command("quarantine", "export", "--feed", "orders", "--out", "-").out
        self.assertEqual(len(exported.splitlines()), 8)

        self.shop.write("2025-03-11/orders.csv", ORDERS + "X0,,created,2025-03-11,,,,,USD,\n")
        self.assert_published(self.shop.run())
        self.assertNotIn("X1", self.shop.command("quarantine", "list").out)

    def test_a_dry_run_tells_what_would_change_and_leaves_nothing_behind(self):
        before = self.shop.tables()
        files = sorted(self.shop.data.rglob("*"))
        rehearsed = self.shop.run("--dry-run")
        self.assert_message(rehearsed, 1, "a run would fail", "paid_at 'soon'")
        accepted = self.shop.run("--dry-run", "--accept-rejects")
        self.assert_status(accepted, 0)
        for words in ("dry run: nothing was published", "rows read 10, would be staged 3, rejected 7",
                      "orders: 3 new, 0 changed, "):
            self.assertIn(words, accepted.out)
        self.assert_same(before, self.shop.tables())
        self.assertEqual(sorted(self.shop.data.rglob("*")), files)
        other = self.store("other")
        other.land(program.GOLDEN / "landing")
        first = other.run("--dry-run")
        self.assert_status(first, 0)
        self.assertIn("orders: 14 new, 0 changed, 14 in all", first.out)
        self.assertFalse(other.data.exists())
        self.assert_published(other.run())
        net = other.value("select sum(net_revenue) from fct_revenue_daily")
        self.assertIn(f"net revenue: {net}, before 0.00", first.out)


if __name__ == "__main__":
    program.main()
