"""Properties of random stores (tests/reference/random_store.py): the program's tables are the
reference's cell by cell, however the deliveries are split over runs, and after every rebuild; and
the sums agree from lines to days.

RANDOM_STORES=N tries N stores (default 4), RANDOM_SEED=S starts at seed S (default a new one);
RANDOM_SIZE=medium makes larger ones. The seed stands in what fails.
"""

import os
import pathlib
import random
import shutil
import subprocess
import sys

import program

STORES = int(os.environ.get("RANDOM_STORES", "4"))
SIZE = os.environ.get("RANDOM_SIZE", "small")
ZONES = ("UTC", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "America/St_Johns",
         "Australia/Lord_Howe", "Europe/Berlin")

# Each gives the rows on which two levels disagree.
IDENTITIES = {
    "lines and orders": """
        select o.order_id from fct_orders o left join (
          select order_id, count(*) as lines, sum(quantity) as units, sum(gross_amount) as gross,
            sum(discount_amount) as discounts, sum(refund_amount) as refunds,
            sum(tax_amount) as taxes, sum(net_revenue) as net
          from fct_order_items group by order_id) i on i.order_id = o.order_id
        where o.is_sale and (o.line_count, o.units, o.gross_revenue, o.discounts, o.refunds,
            o.taxes, o.net_revenue)
          is distinct from (coalesce(i.lines, 0), coalesce(i.units, 0), coalesce(i.gross, 0),
            coalesce(i.discounts, 0), coalesce(i.refunds, 0), coalesce(i.taxes, 0),
            coalesce(i.net, 0))""",
    "orders and days": """
        select d.date from fct_revenue_daily d left join (
          select sold_date, count(*) as orders, sum(units) as units, sum(gross_revenue) as gross,
            sum(discounts) as discounts, sum(taxes) as taxes
          from fct_orders where is_sale group by sold_date) o on o.sold_date = d.date
        where (d.orders, d.units, d.gross_revenue, d.discounts, d.taxes)
          is distinct from (coalesce(o.orders, 0), coalesce(o.units, 0), coalesce(o.gross, 0),
            coalesce(o.discounts, 0), coalesce(o.taxes, 0))""",
    "returns and days": """
        select d.date from fct_revenue_daily d left join (
          select returned_date, sum(refund_amount) as refunds
          from fct_returns group by returned_date) r on r.returned_date = d.date
        where d.refunds <> coalesce(r.refunds, 0)""",
    "returns and lines": """
        select i.order_id from fct_order_items i left join (
          select order_id, line_number, sum(refund_amount) as refunds
          from fct_returns group by order_id, line_number) r
          on r.order_id = i.order_id and r.line_number = i.line_number
        where i.refund_amount <> coalesce(r.refunds, 0)""",
    "the sums of all levels": """
        select 1 where (select coalesce(sum(net_revenue), 0) from fct_order_items)
            <> (select coalesce(sum(net_revenue), 0) from fct_orders)
          or (select coalesce(sum(net_revenue), 0) from fct_orders)
            <> (select coalesce(sum(net_revenue), 0) from fct_revenue_daily)""",
    "net revenue and its parts": """
        select cast(date as text) from fct_revenue_daily
        where net_revenue <> gross_revenue - discounts - refunds - taxes
        union all select order_id from fct_orders
        where net_revenue <> gross_revenue - discounts - refunds - taxes""",
}


class Stores(program.TestCase):
    def make(self, seed, rng):
        """(landing folder, the folder to lay over it or None, the options for its runs)."""
        landing = self.folder / "made"
        adversarial = rng.random() < 0.5
        redelivers = rng.random() < 0.5
        options = [*(["--adversarial"] if adversarial else []),
                   *(["--redeliver"] if redelivers else [])]
        subprocess.run([sys.executable, program.REFERENCE / "random_store.py", landing,
                        "--seed", str(seed), "--size", SIZE, *options], check=True)
        again = pathlib.Path(f"{landing}.2") if redelivers else None
        return landing, again, ["--accept-rejects=whole"] if adversarial else []

    def splits(self, landing, rng):
        """Ways to split the deliveries over runs, each a list of lists of paths."""
        names = program.pickup_order(landing)
        dates = sorted({name.split("/")[0] for name in names if "/" in name})
        yield "one date at a time", [[name for name in names if name.startswith(date + "/")]
                                     for date in dates]
        cuts = sorted(rng.sample(range(1, len(names)), min(len(names) - 1, 3)))
        yield "at random places", [names[low:high] for low, high in
                                   zip([0, *cuts], [*cuts, len(names)])]

    def expect_reference(self, store, landing, again, zone):
        expected, actual = self.folder / "expected", self.folder / "actual"
        then = ["--then", again] if again else []
        subprocess.run([sys.executable, program.REFERENCE / "reference.py", landing, expected,
                        "--timezone", zone, *then], check=True)
        subprocess.run([sys.executable, program.REFERENCE / "export.py", program.PROGRAM, actual,
                        *store.options], env=program.environment(), check=True)
        compared = subprocess.run([sys.executable, program.REFERENCE / "compare.py", expected,
                                   actual], capture_output=True, text=True, check=False)
        self.assertEqual(compared.returncode, 0, compared.stdout)

    def check(self, seed):
        rng = random.Random(seed)
        zone = rng.choice(ZONES)
        landing, again, accept = self.make(seed, rng)
        env = {"CARTOGRAPH_STORE_REPORTING_TIMEZONE": zone}

        store = self.store("at-once", env=env)
        store.land(landing)
        self.assert_status(store.run(*accept), 0)
        if again:
            store.land(again)
            self.assert_status(store.run(*accept), 0)
        self.expect_reference(store, landing, again, zone)
        for name, sql in IDENTITIES.items():
            self.assertEqual(store.query(sql), [], name)
        whole = store.tables(program.LINEAGE)
        compared = program.delivered(whole)
        for source in ("staging", "lake"):
            self.assert_published(store.command("rebuild", "--from", source))
            self.assert_same(whole, store.tables(program.LINEAGE), compared)

        for name, parts in self.splits(landing, rng):
            with self.subTest(split=name):
                other = self.store(name, env=env)
                for part in parts:
                    other.land(landing, *part)
                    self.assert_status(other.run(*accept), 0)
                if again:
                    other.land(again)
                    self.assert_status(other.run(*accept), 0)
                self.assert_same(whole, other.tables(program.LINEAGE), compared)

    def test_random_stores(self):
        first = int(os.environ.get("RANDOM_SEED", random.randrange(10**6)))
        for seed in range(first, first + STORES):
            with self.subTest(RANDOM_SEED=seed, RANDOM_SIZE=SIZE):
                self.check(seed)
            for path in self.folder.iterdir():
                shutil.rmtree(path)

    def test_another_time_zone_builds_everything_anew(self):
        seed = random.randrange(10**6)
        with self.subTest(RANDOM_SEED=seed):
            landing, _, accept = self.make(seed, random.Random(seed))
            there = self.store("there", env={"CARTOGRAPH_STORE_REPORTING_TIMEZONE": ZONES[2]})
            there.land(landing)
            self.assert_status(there.run(*accept), 0)
            moved = self.store("moved")
            moved.land(landing)
            self.assert_status(moved.run(*accept), 0)
            moved.env = there.env
            self.assert_published(moved.run(*accept))
            expected = there.tables(program.LINEAGE)
            self.assert_same(expected, moved.tables(program.LINEAGE), program.delivered(expected))


if __name__ == "__main__":
    program.main()
