# The reference itself on trial: the golden example to the byte, the worked examples of the pages on
# rules and finance, single rules at their edges, and identities on random stores.

import contextlib
import datetime
import decimal
import filecmp
import io
import os
import random
import shutil
import tempfile
import unittest
import unittest.mock

import compare
import contracts
import inventory
import landing
import random_files
import random_store
import reference
import rules

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "..", "golden")
ZONES = ("UTC", "America/New_York", "Pacific/Auckland", "Asia/Kolkata")


def money(text):
    return decimal.Decimal(text)


def day(text):
    return datetime.date.fromisoformat(text)


def delivery(feed_name, rows, sequence=0):
    """A delivery of rows given as texts by column."""
    result = landing.Delivery(f"2025-01-01/{feed_name}_{sequence}.csv", feed_name,
                              day("2025-01-01"), sequence)
    for line, values in enumerate(rows, 2):
        row, reasons = contracts.decode_row(contracts.FEEDS[feed_name], values, "USD")
        assert not reasons, reasons
        row.update(source_file=result.source_file, source_line=line, sequence=sequence)
        result.staged.append(row)
    result.rows_read = len(rows)
    return result


def order(order_id, status, created_at, **values):
    return {"order_id": order_id, "status": status, "created_at": created_at, "currency": "USD",
            "payment_method": "card"} | values


def item(order_id, line_number, quantity, unit_price, discount="", tax="", sku="A"):
    return {"order_id": order_id, "line_number": str(line_number), "sku": sku,
            "quantity": str(quantity), "unit_price": unit_price, "discount_amount": discount,
            "tax_amount": tax}


def returned(return_id, order_id, line_number, quantity, returned_at):
    return {"return_id": return_id, "order_id": order_id, "line_number": str(line_number),
            "quantity": str(quantity), "returned_at": returned_at}


def tables(timezone="UTC", **rows_of_feed):
    return reference.tables_of(
        [delivery(feed, rows, number) for number, (feed, rows) in enumerate(rows_of_feed.items())],
        timezone)


def by_day(rows):
    return {row["date"]: row for row in rows}


class Golden(unittest.TestCase):
    def assert_reproduced(self, landings, names):
        deliveries = landing.read_landings(landings, landing.Settings())
        with tempfile.TemporaryDirectory() as out:
            reference.write_tables(reference.tables_of(deliveries), out)
            expected = os.path.join(GOLDEN, "expected")
            _, different, missing = filecmp.cmpfiles(expected, out, names, shallow=False)
        self.assertEqual((different, missing), ([], []))

    def test_every_table_is_reproduced_to_the_byte(self):
        names = os.listdir(os.path.join(GOLDEN, "expected"))
        self.assertEqual(sorted(names), sorted(name + ".csv" for name in reference.COLUMNS))
        self.assert_reproduced([os.path.join(GOLDEN, "landing")], names)

    def test_one_run_a_landing_date_gives_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            for date in os.listdir(os.path.join(GOLDEN, "landing")):
                shutil.copytree(os.path.join(GOLDEN, "landing", date),
                                os.path.join(folder, date, date))
            landings = [os.path.join(folder, date) for date in sorted(os.listdir(folder))]
            self.assert_reproduced(landings, os.listdir(os.path.join(GOLDEN, "expected")))


class Rules(unittest.TestCase):
    def test_worked_example(self):
        result = tables(
            orders=[order("1", "returned", "2025-03-01", paid_at="2025-03-01T10:00:00Z",
                          delivered_at="2025-03-03", returned_at="2025-03-20")],
            order_items=[item("1", 1, 2, "10.00", "2.00", "1.80"),
                         item("1", 2, 1, "5.00", "", "0.50")])
        fact, = result["fct_orders"]
        self.assertEqual([fact[name] for name in ("gross_revenue", "discounts", "taxes", "refunds",
                                                  "net_revenue")],
                         [money("27.30"), money("2.00"), money("2.30"), money("23.00"),
                          money("0.00")])
        self.assertEqual([piece["refund_amount"] for piece in result["fct_returns"]],
                         [money("18.00"), money("5.00")])
        self.assertTrue(all(piece["is_refundable"] for piece in result["fct_returns"]))
        daily = by_day(result["fct_revenue_daily"])
        sold, back = daily[day("2025-03-01")], daily[day("2025-03-20")]
        self.assertEqual((sold["gross_revenue"], sold["refunds"], sold["net_revenue"], sold["aov"]),
                         (money("27.30"), money("0.00"), money("23.00"), 23.0))
        self.assertEqual((back["refunds"], back["net_revenue"], back["orders_returned"]),
                         (money("23.00"), money("-23.00"), 1))
        self.assertEqual(len(daily), 20)

    def test_thirty_days_to_the_microsecond(self):
        for returned_at, refund in (("2025-04-02T09:00:00Z", "1.00"),
                                    ("2025-04-02T09:00:00.000001Z", "0.00")):
            result = tables(
                timezone="America/New_York",
                orders=[order("1", "returned", "2025-03-01", delivered_at="2025-03-03T09:00:00Z",
                              returned_at=returned_at)],
                order_items=[item("1", 1, 1, "1.00")])
            self.assertEqual(result["fct_returns"][0]["refund_amount"], money(refund))
            self.assertEqual(result["fct_returns"][0]["days_since_delivery"], 30)

    def test_pieces_take_what_is_left_in_order_and_add_up_to_the_line(self):
        result = tables(
            orders=[order("1", "returned", "2025-03-01", delivered_at="2025-03-03",
                          returned_at="2025-03-04")],
            order_items=[item("1", 1, 7, "0.01", "0.04")],
            returns=[returned("b", "1", 1, 2, "2025-03-05"), returned("B", "1", 1, 2, "2025-03-05"),
                     returned("late", "1", 1, 1, "2025-05-01"),
                     returned("gone", "1", 1, 9, "2025-06-01"),
                     returned("none", "1", 1, 9, "2025-06-02"),
                     returned("early", "1", 1, 1, "2025-01-01")])
        self.assertEqual(
            [(piece["return_id"], piece["quantity"], piece["refund_amount"], piece["returned_date"])
             for piece in result["fct_returns"]],
            [("early", 1, money("0.00"), day("2025-03-03")),
             ("B", 2, money("0.01"), day("2025-03-05")),
             ("b", 2, money("0.01"), day("2025-03-05")),
             ("late", 1, money("0.00"), day("2025-05-01")),
             ("gone", 1, money("0.00"), day("2025-06-01"))])
        self.assertEqual(result["orphan_returns"], [])

    def test_the_latest_delivery_of_a_key_counts_even_if_it_equals_an_older_one(self):
        sent = [order("1", "paid", "2025-03-01", paid_at="2025-03-01", customer_id=customer)
                for customer in ("A", "B", "A")]
        deliveries = [delivery("orders", [row], number) for number, row in enumerate(sent)]
        fact, = reference.tables_of(deliveries)["fct_orders"]
        self.assertEqual(fact["customer_id"], "A")
        fact, = tables(orders=[sent[0], sent[1]])["fct_orders"]
        self.assertEqual(fact["customer_id"], "B")

    def test_prices_that_come_back_and_late_versions_split_history(self):
        def product(price, updated_at, name="Name"):
            return {"sku": "A", "product_name": name, "list_price": price, "updated_at": updated_at}
        result = tables(
            orders=[order(str(number), "paid", "2025-01-01", paid_at=f"2025-0{number}-01")
                    for number in range(1, 6)],
            order_items=[item(str(number), 1, 1, "1") for number in range(1, 6)],
            products=[product("1", "2025-02-01"), product("1", "2025-04-01", "New"),
                      product("2", "2025-03-01")])
        self.assertEqual([(row["list_price"], row["valid_from"].month, row["product_name"])
                          for row in result["dim_product"]],
                         [(money("1"), 2, "New"), (money("2"), 3, "New"), (money("1"), 4, "New")])
        self.assertEqual([row["product_valid_from"].month for row in result["fct_order_items"]],
                         [2, 2, 3, 4, 4])

    def test_days_are_those_of_the_reporting_time_zone(self):
        for zone, expected in (("UTC", "2025-03-09"), ("America/New_York", "2025-03-08"),
                               ("Pacific/Auckland", "2025-03-09")):
            sale = order("1", "paid", "2025-03-01", paid_at="2025-03-09T04:59:59Z")
            result = tables(zone, orders=[sale])
            self.assertEqual(result["fct_orders"][0]["sold_date"], day(expected))

    def test_an_order_that_is_no_sale_has_zero_amounts_and_is_in_no_metric(self):
        result = tables(orders=[order("1", "created", "2025-03-01", customer_id="C")],
                        order_items=[item("1", 1, 2, "10.00", "2.00", "1.80")],
                        returns=[returned("R", "1", 1, 1, "2025-03-05")])
        for name in ("fct_revenue_daily", "fct_cohort_ltv", "fct_revenue_recognition_daily",
                     "fct_returns", "dim_date"):
            self.assertEqual(result[name], [], name)
        fact, = result["fct_orders"]
        self.assertEqual((fact["line_count"], fact["units"], fact["gross_revenue"]), (1, 2, 0))
        self.assertEqual(len(result["orphan_returns"]), 1)
        self.assertTrue(result["dim_product"][0]["is_inferred"])
        self.assertTrue(result["dim_customer"][0]["is_inferred"])

    def test_an_episode_ends_on_the_first_day_without_risk(self):
        days = [{"sku": sku, "date": day(f"2025-01-0{number}"), "on_hand": number, "allocated": 0,
                 "available": number, "reorder_point": 9, "is_at_risk": at_risk}
                for sku, risks in (("A", (True, True, False, True)), ("B", (True, False, True)))
                for number, at_risk in enumerate(risks, 1)]
        self.assertEqual(
            [(row["sku"], row["opened_on"].day, row["resolved_on"] and row["resolved_on"].day,
              row["days_at_risk"],
              row["shortfall"]) for row in inventory.fct_inventory_alerts(days)],
            [("A", 1, 3, 2, 7), ("A", 4, None, 1, 5), ("B", 1, 2, 1, 8), ("B", 3, None, 1, 6)])

    def test_rounding_is_half_away_from_zero(self):
        for amount, part, whole, expected in (("0.01", 1, 2, "0.01"), ("0.05", 1, 10, "0.01"),
                                              ("0.04", 1, 10, "0.00"), ("37.00", 1, 3, "12.33"),
                                              ("37.00", 2, 3, "24.67"), ("-0.01", 1, 2, "-0.01")):
            self.assertEqual(rules.prorated(money(amount), part, whole), money(expected))


class Finance(unittest.TestCase):
    """IFRS 15 Example 22, with a closed pool before it from which 3 of 100 came back."""

    def recognition(self, return_days):
        orders, items, returns = [], [], []
        for prefix, delivered, days_back in (("past", "2025-01-02", ["2025-01-10"] * 3),
                                             ("now", "2025-03-03", return_days)):
            for number in range(100):
                order_id = f"{prefix}-{number}"
                orders.append(order(order_id, "delivered", delivered, paid_at=delivered,
                                    delivered_at=delivered))
                items.append(item(order_id, 1, 1, "100.00"))
                if number < len(days_back):
                    returns.append(returned(order_id, order_id, 1, 1, days_back[number]))
        orders.append(order("end", "paid", "2025-09-10", paid_at="2025-09-10"))
        result = tables(orders=orders, order_items=items, returns=returns)
        return by_day(result["fct_revenue_recognition_daily"])

    def test_two_come_back(self):
        days = self.recognition(["2025-03-10"] * 2)
        delivered, back, released = (days[day(text)]
                                     for text in ("2025-03-03", "2025-03-10", "2025-04-03"))
        self.assertEqual((delivered["revenue_recognised"], delivered["refund_liability"],
                          delivered["expected_return_rate"]), (money("9700"), money("300"), 0.03))
        self.assertEqual((back["refunds_paid"], back["refund_liability"],
                          back["net_revenue_recognised"]), (money("200"), money("100"), 0))
        self.assertEqual((days[day("2025-04-02")]["revenue_released"], released["revenue_released"],
                          released["refund_liability"]), (0, money("100"), 0))
        march_on = [row for date, row in days.items() if date >= day("2025-03-01")]
        self.assertEqual(sum(row["net_revenue_recognised"] for row in march_on), money("9800"))

    def test_five_come_back(self):
        days = self.recognition([f"2025-03-1{number}" for number in range(5)])
        self.assertEqual([days[day(f"2025-03-1{number}")]["revenue_reversed"]
                          for number in range(5)],
                         [0, 0, 0, money("-100"), money("-100")])
        self.assertEqual(days[day("2025-04-03")]["revenue_released"], 0)

    def test_a_pool_counts_once_its_window_has_closed_and_for_180_days_in_all(self):
        days = self.recognition(["2025-03-10"] * 2)
        self.assertEqual([days[day(text)]["expected_return_rate"]
                          for text in ("2025-02-01", "2025-02-02", "2025-04-02", "2025-04-03",
                                       "2025-07-01", "2025-07-02", "2025-08-30", "2025-08-31")],
                         [0.0, 0.03, 0.03, 0.025, 0.025, 0.02, 0.02, 0.0])


class RandomStores(unittest.TestCase):
    def written(self, folder, *arguments):
        with unittest.mock.patch("sys.argv", ["random_store.py", folder, *arguments]):
            random_store.main()

    def test_the_same_arguments_give_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            trees = [os.path.join(folder, name) for name in ("first", "second")]
            contents = []
            for tree in trees:
                self.written(tree, "--seed", "7", "--adversarial", "--redeliver")
                found = {}
                for root in (tree, tree + ".2"):
                    for path, _, names in os.walk(root):
                        for name in names:
                            file = os.path.join(path, name)
                            with open(file, "rb") as content:
                                found[file.removeprefix(tree)] = content.read()
                contents.append(found)
            self.assertEqual(contents[0], contents[1])

    def test_rows_come_back_from_every_format_as_they_were_written(self):
        names = ("{}.csv", "{}.json.gz", "{}.jsonl", "{}.ndjson.gz")
        for seed in range(40):
            rng = random.Random(seed)
            store = random_store.Store(rng, 20, 2)
            for feed_name, rows in store.rows[0].items():
                feed = contracts.FEEDS[feed_name]
                name = names[seed % len(names)].format(feed_name)
                data = random_files.file_bytes(rng, feed_name, name, rows, adversarial=False)
                data = landing.unpacked(data, name) if name.endswith(".gz") else data
                form = name.removesuffix(".gz").rpartition(".")[2]
                records = list(landing.RECORDS[form](feed, data, landing.Settings()))
                self.assertEqual(len(records), len(rows))
                for row, (_, values, fault, *dialect) in zip(rows, records):
                    self.assertIsNone(fault)
                    decoded, reasons = contracts.decode_row(feed, values, "USD",
                                                            decimal_comma=True in dialect)
                    self.assertEqual(reasons, [])
                    for column in feed.columns:
                        if not (column.may_be_missing and decoded[column.name] is None):
                            self.assertEqual(decoded[column.name],
                                             self.typed(column, row[column.name]), (seed, name))

    def typed(self, column, value):
        if value is None:
            return column.null_as
        if column.type == "money":
            return decimal.Decimal(value) / 100
        if column.type == "timestamp":
            return rules.INFERRED_FROM + datetime.timedelta(microseconds=value)
        return value

    def test_identities_hold(self):
        for seed in range(12):
            adversarial = seed % 2 == 1
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as folder:
                store = os.path.join(folder, "store")
                self.written(store, "--seed", str(seed), "--redeliver",
                             *(["--adversarial"] if adversarial else []))
                deliveries = landing.read_landings([store, store + ".2"], landing.Settings())
                result = reference.tables_of(deliveries, ZONES[seed % len(ZONES)])
                self.assertEqual(bool(result["quarantine"]), adversarial)
                self.check_identities(result)

    def check_identities(self, result):
        for row in result["fct_order_items"]:
            self.assertTrue(0 <= row["refund_amount"] <= row["net_line_amount"], row)
        sales = [row for row in result["fct_orders"] if row["is_sale"]]
        for name in ("gross_revenue", "discounts", "taxes", "refunds", "net_revenue"):
            self.assertEqual(sum(row[name] for row in sales),
                             sum(row[name] for row in result["fct_revenue_daily"]), name)
        self.assertEqual(
            sum(row["cohort_size"] for row in result["fct_cohort_ltv"] if row["window_days"] == 7),
            len({row["customer_id"] for row in sales} - {None}))
        recognition = result["fct_revenue_recognition_daily"]
        for row in recognition:
            self.assertTrue(row["revenue_released"] >= 0 >= row["revenue_reversed"], row)
            self.assertTrue(row["deferred_revenue"] >= 0 <= row["refund_liability"], row)
        last = recognition[-1]
        self.assertEqual(last["deferred_revenue"],
                         sum(row["net_revenue"] for row in sales if row["delivered_at"] is None))
        self.assertEqual(sum(row["billed"] for row in recognition),
                         sum(row["net_revenue_recognised"] for row in recognition)
                         + sum(row["refunds_paid"] for row in recognition)
                         + last["deferred_revenue"] + last["refund_liability"])


class Comparison(unittest.TestCase):
    def compared(self, expected, actual, name="fct_revenue_daily.csv"):
        with tempfile.TemporaryDirectory() as folder:
            for side, text in (("expected", expected), ("actual", actual)):
                os.mkdir(os.path.join(folder, side))
                if text is not None:
                    with open(os.path.join(folder, side, name), "w", encoding="utf-8") as file:
                        file.write(text)
            with contextlib.redirect_stdout(io.StringIO()):
                return compare.compare_folders(os.path.join(folder, "expected"),
                                               os.path.join(folder, "actual"))

    def test_ratios_may_differ_in_their_last_bits_and_nothing_else_may(self):
        table = "date,orders,aov\n2025-01-01,1,{}\n"
        self.assertTrue(self.compared(table.format("0.1"), table.format("0.10000000000000002")))
        self.assertFalse(self.compared(table.format("0.1"), table.format("0.1000000001")))
        self.assertFalse(self.compared(table.format("0.1"), table.format("")))
        self.assertFalse(self.compared("date,orders\nx,1\n", "date,orders\nx,1.0\n"))

    def test_order_columns_and_missing_tables_count(self):
        self.assertTrue(self.compared("a,b\n1,2\n", 'a,b\n"1","2"\n'))
        self.assertFalse(self.compared("a\n1\n2\n", "a\n2\n1\n"))
        self.assertFalse(self.compared("a\n1\n", "b\n1\n"))
        self.assertFalse(self.compared("a\n1\n", "a\n1\n1\n"))
        self.assertFalse(self.compared("a\n1\n", None))
        self.assertFalse(self.compared(None, "a\n1\n"))


if __name__ == "__main__":
    unittest.main()
