"""Fabricated and imported stores: equal arguments give equal bytes, on every machine; what is
fabricated or imported is a landing folder that runs take.

ONLINE_RETAIL_CSV=FILE (the ledger of UCI Online Retail, plain or .gz) adds the test on a real
store: one run a landing date ends as one run over all of them (slow).
"""

import csv
import gzip
import hashlib
import os
import unittest

import program

ARGUMENTS = ("--days", 7, "--orders", 300, "--seed", 5, "--noise", 0.03, "--start", "2024-02-26")
# Of the files that ARGUMENTS make. It changes only where the fabricated store is meant to change.
CHECKSUM = "2c26d4d5b95103329f22e5860b283ef1ffb95cb8cd11ca0994ef8c2584e3b030"

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
LEDGER = HEADER + """\
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536365,71053,WHITE METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850,United Kingdom
536366,85123a,WHITE HANGING HEART,2,2010-12-02 09:00:00,2.55,,EIRE
C536367,85123A,WHITE HANGING HEART,-4,2010-12-03 10:00:00,2.55,17850,United Kingdom
C536368,71053,WHITE METAL LANTERN,-9,2010-12-03 11:00:00,3.39,17850,United Kingdom
536369,22633,,-5,2010-12-03 12:00:00,0.00,,United Kingdom
536370,22633,"HAND WARMER, UNION JACK",3,2010-12-03 13:00:00,1.855,17851,Germany
A536371,B,Adjust bad debt,1,2010-12-03 14:00:00,11062.06,,United Kingdom
"""


def checksum(folder):
    """Of all paths and bytes below a folder."""
    digest = hashlib.sha256()
    for name in program.pickup_order(folder):
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0")
    return digest.hexdigest()


class Generator(program.TestCase):
    def generate(self, name, *arguments):
        out = self.folder / name
        self.assert_status(program.run("generate", "--out", out, *(arguments or ARGUMENTS)), 0)
        return out

    def test_equal_arguments_give_equal_bytes(self):
        first = self.generate("first")
        self.assertEqual(checksum(first), checksum(self.generate("second")))
        threads = self.generate("threads", *ARGUMENTS, "--threads", 1)
        self.assertEqual(checksum(first), checksum(threads))
        self.assertEqual(checksum(first), CHECKSUM)

    def test_the_zone_and_language_of_the_machine_do_not_matter(self):
        here = self.folder / "here"
        there = self.folder / "there"
        self.assert_status(program.run("generate", "--out", here, *ARGUMENTS), 0)
        self.assert_status(program.run("generate", "--out", there, *ARGUMENTS,
                                       env={"TZ": "Pacific/Auckland", "LC_ALL": "de_DE.UTF-8"}), 0)
        self.assertEqual(checksum(here), checksum(there))

    def test_each_argument_makes_another_store(self):
        seen = {checksum(self.generate("as it is"))}
        for option, value in (("--seed", 6), ("--orders", 301), ("--days", 8), ("--noise", 0.04),
                              ("--start", "2024-02-27")):
            arguments = list(ARGUMENTS)
            arguments[arguments.index(option) + 1] = value
            seen.add(checksum(self.generate(option.strip("-"), *arguments)))
        self.assertEqual(len(seen), 6)

    def test_a_folder_with_something_in_it_is_left_alone(self):
        made = self.generate("made")
        before = checksum(made)
        again = program.run("generate", "--out", made, *ARGUMENTS)
        self.assertIn(again.status, (1, 2))
        self.assertIn(str(made), again.err)
        self.assertEqual(checksum(made), before)

    def test_a_fabricated_store_runs_clean_and_noise_is_quarantined(self):
        for noise in (0, 0.03):
            with self.subTest(noise=noise):
                arguments = list(ARGUMENTS)
                arguments[arguments.index("--noise") + 1] = noise
                store = self.store(f"noise-{noise}")
                store.land(self.generate(f"made-{noise}", *arguments))
                self.assert_published(store.run("--accept-rejects"))
                rejected = int(store.value("select count(*) from quarantine"))
                self.assertEqual(rejected > 0, noise > 0)
                sales = store.value("select count(*) from fct_orders where is_sale")
                self.assertGreater(int(sales), 100)
                self.assert_settled(store)
                if not noise:
                    self.assert_status(store.command("check"), 0)
                    self.assertEqual(store.query(
                        "select check_name from quality_results where not passed "
                        "and check_name in ('older_landing_dates', 'orders_gone_back', "
                        "'lines_perhaps_removed', 'keys_repeated_in_file', 'ids_rewritten', "
                        "'last_line_unended')"), [])


class OnlineRetail(program.TestCase):
    def imported(self, ledger):
        store = self.store()
        result = program.run("import", "online-retail", ledger, "--out", store.landing)
        self.assert_status(result, 0)
        return store, result

    def test_a_small_ledger_end_to_end(self):
        path = self.folder / "ledger.csv.gz"
        path.write_bytes(gzip.compress(LEDGER.encode("latin-1")))
        store, _ = self.imported(path)
        self.assertEqual(sorted(folder.name for folder in store.landing.iterdir()),
                         ["2010-12-01", "2010-12-02", "2010-12-03", "_unmatched.csv"])
        with open(store.landing / "_unmatched.csv", encoding="utf-8", newline="") as file:
            unmatched = [(row["line"], row["reason"], row["quantity"])
                         for row in csv.DictReader(file)]
        self.assertEqual(unmatched, [("6", "more than was bought", "-3"),
                                     ("7", "stock write-off", "-5"), ("9", "adjustment", "1")])
        store.env = {"CARTOGRAPH_STORE_REPORTING_CURRENCY": "GBP"}
        self.assert_published(store.run("--accept-rejects"))
        self.assertEqual(store.query(
            "select date, orders, gross_revenue, refunds, net_revenue from fct_revenue_daily "
            "where orders > 0 or refunds > 0 order by date"), [
                {"date": "2010-12-01", "orders": "1", "gross_revenue": "35.64", "refunds": "0.00",
                 "net_revenue": "35.64"},
                {"date": "2010-12-02", "orders": "1", "gross_revenue": "5.10", "refunds": "0.00",
                 "net_revenue": "5.10"},
                {"date": "2010-12-03", "orders": "1", "gross_revenue": "0.00", "refunds": "30.54",
                 "net_revenue": "-30.54"}])
        # A price with three decimals is not the contract's.
        self.assertEqual(store.query("select feed, reasons from quarantine order by feed"), [
            {"feed": "order_items", "reasons": "unit_price: more than 2 decimal places"},
            {"feed": "products", "reasons": "list_price: more than 2 decimal places"}])
        self.assert_settled(store)

    def test_a_wrong_currency_rejects_all_orders_and_publishes_nothing(self):
        path = self.folder / "ledger.csv"
        path.write_text(LEDGER)
        store, _ = self.imported(path)
        failed = store.run()
        self.assert_message(failed, 1, "orders.csv", "reject_rate")
        self.assertEqual(store.value("select count(*) from stg_orders"), "0")

    @unittest.skipUnless(os.environ.get("ONLINE_RETAIL_CSV"),
                         "the real ledger is not here: ONLINE_RETAIL_CSV=FILE names it")
    def test_a_real_store_by_landing_date_ends_as_all_at_once(self):
        whole, _ = self.imported(os.path.abspath(os.environ["ONLINE_RETAIL_CSV"]))
        currency = {"CARTOGRAPH_STORE_REPORTING_CURRENCY": "GBP"}
        whole.env = currency
        self.assert_published(whole.run("--accept-rejects"))
        expected = whole.fingerprints(program.LINEAGE)
        daily = self.store("daily", env=currency)
        dates = sorted(path.name for path in whole.landing.iterdir() if path.is_dir())
        self.assertGreater(len(dates), 300)
        for date in dates:
            daily.land(whole.landing, date)
            self.assert_published(daily.run("--accept-rejects"))
        self.assert_same(expected, daily.fingerprints(program.LINEAGE), program.delivered(expected))
        self.assert_settled(daily)


if __name__ == "__main__":
    program.main()
