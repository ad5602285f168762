"""A night's delivery into PostgreSQL reads what it changed: no statement of a run reads one of the big
tables from end to end. What docs/postgresql.md calls small by nature is left out.

The server has no autovacuum, so that the statistics are those that the runs themselves leave.
"""

import csv
import time

import postgres_server
import postgres_store
import program

# More rows than is_small() of quality/checks.cpp takes for small.
STORE = ("--days", "120", "--orders", "45000")
BIG = ("stg_orders", "stg_order_items", "stg_customers", "stg_inventory_movements", "fct_orders",
       "fct_order_items", "fct_inventory_daily", "int_stock_movements", "dim_customer")
DELIVERED = {"orders.csv": 60, "returns.csv": 3, "customers.csv": 20, "products.csv": 3,
             "inventory_movements.csv": 60, "order_items.csv": None}
SHARE_READ_MAX = 0.1
WAIT_SECONDS = 20


class Delta(program.TestCase):
    def setUp(self):
        super().setUp()
        self.server = postgres_server.Server()
        self.addCleanup(self.server.remove)
        self.server.stop()
        self.server.start(autovacuum="off")
        self.shop = postgres_store.PostgresStore(self.folder / "shop", self.server.url(), "shop")

    def test_two_small_deliveries_read_no_big_table_whole(self):
        made = self.folder / "made"
        self.assert_status(program.run("generate", "--out", made, *STORE), 0)
        # Now and then a day lacks a feed.
        last = max(path.name for path in made.iterdir()
                   if set(DELIVERED) <= {file.name for file in path.iterdir()})
        self.shop.land(made, *(path.name for path in made.iterdir() if path.name < last))
        self.assert_published(self.shop.run())
        rows = self.counts("n_live_tup")
        self.assertGreater(min(rows.values()), 20_000)
        for part in range(2):
            with self.subTest(part=part):
                self.land_part(made / last, part)
                before = self.counts("seq_tup_read")
                self.assert_published(self.shop.run())
                after = self.counts("seq_tup_read")
                shares = {name: round((after[name] - before[name]) / rows[name], 2) for name in BIG}
                self.assertLess(max(shares.values()), SHARE_READ_MAX, shares)

    def land_part(self, day, part):
        """Some of the day's rows of each feed, as a delivery of their own."""
        orders = set()
        for name, count in DELIVERED.items():
            with open(day / name, newline="", encoding="utf-8") as file:
                header, *rows = csv.reader(file)
            if name == "order_items.csv":
                rows = [row for row in rows if row[0] in orders]
            else:
                rows = rows[part * count:(part + 1) * count]
            if name == "orders.csv":
                orders = {row[0] for row in rows}
            path = self.shop.landing / day.name / name.replace(".", f"_{part}.")
            path.parent.mkdir(exist_ok=True)
            with open(path, "w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([header, *rows])

    def counts(self, column):
        """{big table: the number in this column of the server's statistics}, when all is counted."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline and self.server.sql(
                "select 1 from pg_stat_activity where application_name = 'cartograph'"):
            time.sleep(0.1)
        return {name: int(count) for name, count in self.server.sql(
            f"select relname, {column} from pg_stat_user_tables where schemaname = 'shop'")
            if name in BIG}


if __name__ == "__main__":
    program.main()
