"""Every output column of every answer and of every model is held against the golden store.

tests/golden/answered has a file for each file of answers/, asked about everything in the store, and
for each intermediate table; tests/golden/expected has the tables that are published. A column counts
only where some row has a value in it. TEST_UPDATE_ANSWERED=1 writes answered/ anew: review it as a
difference, against the rules.
"""

import csv
import io
import itertools
import os
import re

import program

SOURCES = program.HERE.parent
ANSWERED = program.GOLDEN / "answered"
EXPECTED = program.GOLDEN / "expected"

# What is asked for a parameter of this name: all these, each with all of the others.
ASKED = {
    "after": [None], "as_of": ["2025-05-18"], "before": [None], "by": None,
    "channels": [None], "cohort_from": ["2025-01-01"], "cohort_to": ["2025-12-01"],
    "countries": [None], "day": None, "from": ["2025-03-01"], "grain": ["week", "month", "year"],
    "limit": [1000], "offset": [0], "only_failed": [False], "order_id": None, "run_id": None,
    "sku": None, "status": ["open", "resolved"], "to": ["2025-05-31"], "top": [2], "week": [0],
    "window_days": [7, 30, 90], "year": [1]}
BY = {"breakdown_by_order": ["country", "channel", "payment_method", "customer_type"],
      "breakdown_by_line": ["sku", "category"]}
# Parameters that name one thing: read from the store.
NAMED = {"day": "select cast(date as text) from fct_revenue_daily",
         "order_id": "select order_id from stg_orders union select order_id from stg_order_items",
         "run_id": "select run_id from run_log",
         "sku": "select sku from stg_products union select sku from stg_inventory_movements"}

# A label belongs to SKUs, which the other file breaks down by. The key of a version is a number
# without meaning: the expected tables have what it leads to, product_valid_from.
WITHOUT_VALUE = {("breakdown_by_order", "label")}
SURROGATE_KEYS = {"product_key"}

# Another run has another name, and takes another time.
RUN = re.compile(r"\b\d{8}T\d{12}Z-[0-9a-f]{6}\b")
OF_A_RUN = re.compile(r"(started|finished|ingested)_at|last_end|duration_ms|(median_)?seconds")


def literal(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


class Answered(program.TestCase):
    def setUp(self):
        super().setUp()
        self.golden = self.store()
        for day in sorted(os.listdir(program.GOLDEN / "landing")):
            self.golden.land(program.GOLDEN / "landing", day)
            self.assert_published(self.golden.run())
        # A run that fails changes none of what is asked, and is in the log.
        self.golden.write("2025-05-21/orders.csv", "order_id,status,created_at\n1,?,?\n2,?,?\n")
        self.assert_status(self.golden.run(), 1)
        self.named = {name: sorted({next(iter(row.values())) for row in self.golden.query(sql)})
                      for name, sql in NAMED.items()}

    def values_of(self, parameter, answer):
        if parameter == "by":
            return BY[answer]
        return self.named[parameter] if parameter in NAMED else ASKED[parameter]

    def asked(self, path):
        """All that is asked of an answer, as one statement."""
        text = path.read_text()
        head = re.search(r"(?m)^-- parameters: (.*)$", text)[1]
        names = [] if head == "none" else [entry.split()[0] for entry in head.split(", ")]
        body = "\n".join(line for line in text.split("\n") if not line.startswith("--"))
        questions = []
        for values in itertools.product(*(self.values_of(name, path.stem) for name in names)):
            sql = re.sub(r"\$(\d+)", lambda at: literal(values[int(at[1]) - 1]), body)
            varied = [f"{name}={value}" for name, value in zip(names, values)
                      if name != "run_id" and len(self.values_of(name, path.stem)) > 1]
            questions.append(f"select {literal(' '.join(varied))} as asked, answer.* "
                             f"from ({sql.rstrip().rstrip(';')}) answer")
        return "\nunion all ".join(questions)

    def rows(self, sql, without=()):
        """Columns, and rows sorted, as a file has them."""
        result = self.golden.command("query", sql, "--format", "csv")
        self.assert_status(result, 0)
        table = list(csv.reader(io.StringIO(RUN.sub("RUN", result.out), newline="")))
        kept = [i for i, name in enumerate(table[0]) if name not in without]
        columns = [table[0][i] for i in kept]
        rows = [["*" if OF_A_RUN.fullmatch(name) and row[i] else row[i]
                 for i, name in zip(kept, columns)] for row in table[1:]]
        return columns, sorted(rows)

    def expect(self, name, columns, rows):
        path = ANSWERED / f"{name}.csv"
        if os.environ.get("TEST_UPDATE_ANSWERED"):
            ANSWERED.mkdir(exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([columns, *rows])
        self.assertTrue(path.exists(), f"{path} is not there: TEST_UPDATE_ANSWERED=1, and review")
        with open(path, encoding="utf-8", newline="") as file:
            expected = list(csv.reader(file))
        self.assertEqual(expected[0], columns)
        self.assertEqual(expected[1:], rows)
        self.expect_values(path)

    def expect_values(self, path, needed=None):
        with open(path, encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        for column in needed or header:
            self.assertIn(column, header, path.name)
            at = header.index(column)
            if column != "asked" and (path.stem, column) not in WITHOUT_VALUE:
                self.assertTrue(any(row[at] for row in rows),
                                f"{path.name}: no row has a value of {column}: nothing checks it")

    def test_every_column_of_every_answer(self):
        paths = sorted((SOURCES / "answers").glob("*.sql"))
        self.assertGreater(len(paths), 30)
        for path in paths:
            with self.subTest(answer=path.stem):
                self.expect(path.stem, *self.rows(self.asked(path)))

    def test_every_column_of_every_model(self):
        columns = self.golden.columns()
        filled = {re.match(r"-- fills: (\w+)", path.read_text())[1]
                  for path in (SOURCES / "pipelines" / "models").glob("*.sql")}
        self.assertGreater(len(filled), 10)
        for table in sorted(filled):
            with self.subTest(table=table):
                if table.startswith("int_"):
                    self.expect(table, *self.rows(f"select * from {table}", program.LINEAGE))
                else:
                    self.expect_values(EXPECTED / f"{table}.csv",
                                       [name for name in columns[table] if name not in
                                        SURROGATE_KEYS.union(program.LINEAGE)])


if __name__ == "__main__":
    program.main()
