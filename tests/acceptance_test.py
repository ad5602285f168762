"""What the product's owner accepts it by, on a fabricated store with bad rows: the figures are those
that a few lines of Python make of the landing files, by the words of the business rules.

Only the reading of files is shared with tests/reference; the formulas are written out here once
more. ACCEPTANCE_SEED=N takes a store and samples of one's own; the seed is printed.
"""

import collections
import datetime
import decimal
import os
import random
import sys
import unittest

import program
from api_test import Served

sys.path.insert(0, str(program.REFERENCE))
import landing  # noqa: E402
import rules  # noqa: E402

SEED = int(os.environ.get("ACCEPTANCE_SEED") or random.SystemRandom().randrange(1_000_000))
CENT = decimal.Decimal("0.01")
REFUNDED_WITHIN = datetime.timedelta(days=30)
ORDERS_TRIED = 10
COHORTS_AT_LEAST = 3
SKUS_AT_LEAST = 5

STOCK_MOVES = {"receipt": (1, 0), "return": (1, 0), "shipment": (-1, 0), "adjustment": (1, 0),
               "allocation": (0, 1), "deallocation": (0, -1)}


def sold_at(order):
    return order["paid_at"] or order["fulfilled_at"] or order["delivered_at"]


def refund_of(line, order, returns):
    """The share of the line's net amount that came back in time, piece by piece while any is left,
    to the nearest cent."""
    net = line["quantity"] * line["unit_price"] - line["discount_amount"]
    pieces = [(row["returned_at"], row["quantity"]) for row in sorted(
        returns, key=lambda row: (row["returned_at"], row["return_id"]))]
    if order["status"] == "returned":
        pieces.append((order["returned_at"], line["quantity"]))
    left, refunded = line["quantity"], 0
    for returned_at, quantity in pieces:
        taken, left = min(quantity, left), max(left - quantity, 0)
        delivered_at = order["delivered_at"]
        if delivered_at is None or returned_at <= delivered_at + REFUNDED_WITHIN:
            refunded += taken
    cents, quantity = int(net / CENT), line["quantity"]
    return (2 * cents * refunded + quantity) // (2 * quantity) * CENT


class Figures:
    """Worked from the valid rows of a landing folder, of each key the last."""

    def __init__(self, folder):
        deliveries = landing.read_landings([folder], landing.Settings())
        self.rows_rejected = sum(len(delivery.quarantined) for delivery in deliveries)
        latest = {feed: rules.latest_rows(deliveries, feed).values()
                  for feed in ("orders", "order_items", "returns", "products",
                               "inventory_movements")}
        self.orders = {row["order_id"]: row for row in latest["orders"]}
        self.lines = collections.defaultdict(list)
        for row in latest["order_items"]:
            if row["quantity"] > 0:
                self.lines[row["order_id"]].append(row)
        self.returns = collections.defaultdict(list)
        for row in latest["returns"]:
            self.returns[row["order_id"], row["line_number"]].append(row)
        self.sales = {name: order for name, order in self.orders.items() if sold_at(order)}
        self.products, self.movements = latest["products"], latest["inventory_movements"]

    def net_revenue(self, name):
        """gross_revenue - discounts - refunds - taxes."""
        order, net = self.sales[name], decimal.Decimal(0)
        for line in self.lines[name]:
            gross = line["quantity"] * line["unit_price"] + line["tax_amount"]
            refund = refund_of(line, order, self.returns[name, line["line_number"]])
            net += gross - line["discount_amount"] - refund - line["tax_amount"]
        return net

    def cohorts(self, window, as_of):
        """{month: (customers, eligible, retained, revenue)}; windows that have closed by then."""
        sales = collections.defaultdict(list)
        for name, order in self.sales.items():
            if order["customer_id"]:
                sales[order["customer_id"]].append((sold_at(order).date(), name, sold_at(order)))
        made = collections.defaultdict(lambda: [0, 0, 0, decimal.Decimal(0)])
        for bought in sales.values():
            first = min(day for day, _, _ in bought)
            last = first + datetime.timedelta(days=window)
            cohort = made[first.replace(day=1).isoformat()]
            cohort[0] += 1
            if last > as_of:
                continue
            cohort[1] += 1
            cohort[2] += any(first < day <= last for day, _, _ in bought)
            cohort[3] += sum(self.net_revenue(name) for day, name, _ in bought if day <= last)
        return {month: tuple(cohort) for month, cohort in made.items()}

    def alerts(self):
        """{sku: [(opened_on, days at risk, is_open, available, reorder_point)]}: the longest runs of
        days at whose end on_hand - allocated < reorder_point."""
        points = {row["sku"]: row["reorder_point"]
                  for row in sorted(self.products, key=lambda row: row["updated_at"])}
        changes = collections.defaultdict(lambda: collections.defaultdict(int))
        for row in self.movements:
            on_hand, allocated = STOCK_MOVES[row["movement_type"]]
            changes[row["sku"]][row["occurred_at"].date()] += (on_hand - allocated) * row["quantity"]
        last = max(day for days in changes.values() for day in days)
        found = collections.defaultdict(list)
        for sku, days in changes.items():
            day, available, opened = min(days), 0, None
            while day <= last:
                before, available = available, available + days.get(day, 0)
                if available < points.get(sku, 0):
                    opened = opened or day
                elif opened:
                    found[sku].append((opened, (day - opened).days, False, before,
                                       points.get(sku, 0)))
                    opened = None
                day += datetime.timedelta(days=1)
            if opened:
                found[sku].append((opened, (day - opened).days, True, available,
                                   points.get(sku, 0)))
        return found


class Acceptance(program.TestCase):
    @classmethod
    def setUpClass(cls):
        print(f"ACCEPTANCE_SEED={SEED}", file=sys.stderr)

    def setUp(self):
        super().setUp()
        self.shop = self.store("shop")
        generated = program.run("generate", "--out", self.shop.landing, "--days", 150, "--orders",
                                4000, "--noise", "0.02", "--seed", SEED)
        self.assert_status(generated, 0)
        self.assert_published(self.shop.run())
        self.figures = Figures(self.shop.landing)

    def test_acceptance(self):
        self.expect_net_revenue()
        with Served(self.shop) as served:
            self.expect_cohorts(served)
            self.expect_alerts(served)
        self.expect_repeated_runs_change_nothing()

    def expect_net_revenue(self):
        with self.subTest("bad rows are in no figure"):
            self.assertGreater(self.figures.rows_rejected, 100)
            self.assertEqual(int(self.shop.value("select count(*) from quarantine")),
                             self.figures.rows_rejected)
        refunded = [name for name in sorted(self.figures.sales)
                    if any(self.figures.returns[name, line["line_number"]]
                           for line in self.figures.lines[name])]
        sample = random.Random(SEED).sample(sorted(self.figures.sales), ORDERS_TRIED)
        published = {row["order_id"]: row["net_revenue"] for row in self.shop.query(
            "select order_id, net_revenue from fct_orders where is_sale")}
        self.assertEqual(set(published), set(self.figures.sales))
        for name in sample + refunded[:ORDERS_TRIED]:
            with self.subTest(order=name):
                self.assertEqual(decimal.Decimal(published[name]), self.figures.net_revenue(name))
        self.assertTrue(refunded, "the store has no return")
        self.assertEqual(sum(map(decimal.Decimal, published.values())),
                         sum(map(self.figures.net_revenue, self.figures.sales)))

    def expect_cohorts(self, served):
        as_of = datetime.date.fromisoformat(
            self.shop.value("select max(date) from fct_revenue_daily"))
        for window in (7, 30, 90):
            answered = {row["cohort_month"]: row for row in served.rows(f"/ltv/{window}")}
            worked = self.figures.cohorts(window, as_of)
            self.assertEqual(set(answered), set(worked))
            closed = [month for month, cohort in worked.items() if cohort[1]]
            self.assertGreaterEqual(len(closed), COHORTS_AT_LEAST if window < 90 else 2)
            for month in closed:
                with self.subTest(window=window, cohort=month):
                    self.expect_cohort(answered[month], *worked[month])
        self.expect_retention(served, self.figures.cohorts(30, as_of))

    def expect_cohort(self, answered, customers, eligible, retained, revenue):
        self.assertEqual((answered["cohort_size"], answered["eligible_customers"],
                          answered["retained_customers"]), (customers, eligible, retained))
        self.assertEqual(decimal.Decimal(str(answered["revenue"])).quantize(CENT), revenue)
        self.assertAlmostEqual(float(answered["retention_rate"]), retained / eligible, delta=5.1e-5)
        self.assertAlmostEqual(float(answered["ltv"]), float(revenue) / eligible, delta=5.1e-3)
        self.assertEqual(answered["is_mature"], eligible == customers)

    def expect_retention(self, served, worked):
        """The curve at day 30 is the share that bought again, where every window has closed."""
        compared = 0
        for row in served.rows("/retention"):
            customers, eligible, retained, _ = worked[row["cohort_month"]]
            if eligible < customers:
                continue
            self.assertEqual(row["cohort_size"], customers)
            share = next(point["share"] for point in row["curve"] if point["day"] == 30)
            self.assertAlmostEqual(float(share), retained / customers, delta=5.1e-5)
            compared += 1
        self.assertGreaterEqual(compared, COHORTS_AT_LEAST)

    def expect_alerts(self, served):
        answered = collections.defaultdict(list)
        for row in served.rows("/inventory/alerts?status=all&limit=1000"):
            answered[row["sku"]].append((
                datetime.date.fromisoformat(row["opened_on"]), row["days_at_risk"],
                row["is_open"], row["available"], row["reorder_point"]))
        worked = self.figures.alerts()
        self.assertGreaterEqual(len(worked), SKUS_AT_LEAST)
        self.assertEqual(set(answered), set(worked))
        for sku, episodes in worked.items():
            with self.subTest(sku=sku):
                self.assertEqual(sorted(answered[sku]), episodes)

    def expect_repeated_runs_change_nothing(self):
        before = self.shop.fingerprints()
        self.assert_nothing_new(self.shop.run())
        after = self.shop.fingerprints()
        self.assertEqual({name for name in before if before[name] != after[name]}, {"run_log"})
        # The last day's rows in files of other names are a delivery of their own, which moves no
        # figure.
        figures = self.shop.fingerprints(program.LINEAGE)
        for path in sorted(max(self.shop.landing.iterdir()).glob("*.csv")):
            path.with_name(path.stem + "_again.csv").write_bytes(path.read_bytes())
        self.assert_published(self.shop.run())
        again = self.shop.fingerprints(program.LINEAGE)
        self.assertNotEqual(again["loaded_files"], figures["loaded_files"])
        self.assertEqual({name for name in program.derived(figures)
                          if figures[name] != again[name]}, set())


if __name__ == "__main__":
    program.main()
