#!/usr/bin/env python3
"""Every number of the memo is in an answer of the API, or follows from answers by the formulas of
docs/reports.md, which are worked here anew, with fractions. Called as tests/program.py says."""

import collections
import csv
import datetime
import itertools
import re
import statistics
from fractions import Fraction

import program
from api_test import Served

MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DATE = re.compile(rf"\d{{1,2}} {MONTH}(?: \d{{4}})?|{MONTH} \d{{4}}")
NUMBER = re.compile(r"([+−]?)(\$?)(\d[\d,]*(?:\.\d+)?)( %| points)?")
ONE_DAY = datetime.timedelta(days=1)


def amount(row):
    return row["gross_revenue"] - row["discounts"] - row["taxes"]


def usual(values, events=None, is_count=False):
    """Low, median and high of the usual range; nothing where it is not known."""
    if len(values) < 6:
        return []
    middle = statistics.median(values)
    if middle <= 0:
        return []
    noise = middle ** 0.5 if is_count else middle / events ** 0.5 if events else 0
    spread = max(1.4826 * statistics.median(abs(value - middle) for value in values), noise,
                 0.03 * middle)
    return [max(0, middle - 3.5 * spread), middle, middle + 3.5 * spread]


def shapley(before, after):
    """What each factor has in the change of a product."""
    parts = [Fraction(0)] * len(before)
    orders = list(itertools.permutations(range(len(before))))
    for order in orders:
        now = list(before)
        for place in order:
            earlier = product(now)
            now[place] = after[place]
            parts[place] += product(now) - earlier
    return [part / len(orders) for part in parts]


def product(factors):
    result = Fraction(1)
    for factor in factors:
        result *= factor
    return result


class Numbers:
    """The numbers that a memo may have."""

    def __init__(self):
        self.amounts = set()   # cents
        self.counts = set()
        self.rates = []        # 0.5 is 50 %

    def add_rows(self, rows):
        for row in rows:
            for value in row.values():
                if isinstance(value, bool) or value is None or isinstance(value, str):
                    continue
                if isinstance(value, int):
                    self.counts.add(abs(value))
                else:
                    self.add_amount(value)
                    self.rates.append(abs(float(value)))

    def add_amount(self, value):
        """An amount in units, to the cent; what is not whole cents may be rounded either way."""
        cents = Fraction(value) * 100
        self.amounts |= {abs(int(cents)), abs(int(cents)) + 1} if cents.denominator > 1 \
            else {abs(int(cents))}

    def holds(self, sign, money, digits, percent):
        del sign  # a minus is told by words or by the sign of a change
        number = digits.replace(",", "")
        if money:
            return int(number.replace(".", "")) in self.amounts
        if percent:
            return any(abs(rate * 100 - float(number)) <= 0.06 for rate in self.rates)
        if "." in number:
            return any(abs(rate - float(number)) <= 0.051 for rate in self.rates)
        return int(number) in self.counts


def totals(rows):
    orders = sum(row["orders"] for row in rows)
    return {"orders": orders, "net": sum(row["net_revenue"] for row in rows),
            "value": Fraction(sum(map(amount, rows))) / orders if orders else None}


def add_usual(numbers, days, first, last):
    """Of weeks of the range, and of each of its days by the same weekdays before."""
    by_date = {row["date"]: row for row in days}

    def span(day, length):
        found = [by_date.get(str(day + ONE_DAY * i)) for i in range(length)]
        return None if None in found else totals(found)

    def ranges(now, earlier, weeks=1):
        for name in ("orders", "net", "value"):
            known = [one for one in earlier if name != "value" or one["orders"] >= 30]
            values = [float(one[name]) for one in known]
            events = statistics.median(one["orders"] for one in known) if known else None
            if events and name == "net":
                events /= 2
            value = now[name] if name == "value" else Fraction(now[name]) / weeks
            for figure in [value, *usual(values, events, name == "orders")]:
                if figure is None:
                    continue
                if name == "orders":
                    numbers.counts |= {int(figure), int(figure) + 1}
                else:
                    numbers.add_amount(Fraction(figure))

    length = (last - first).days + 1
    weeks = length // 7
    begin = last - ONE_DAY * (7 * weeks - 1)
    earlier = [span(begin - ONE_DAY * 7 * k, 7) for k in range(1, 14)]
    ranges(span(begin, 7 * weeks), [one for one in earlier if one], weeks)
    medians = collections.defaultdict(list)
    for i in range(length):
        day = first + ONE_DAY * i
        earlier = [span(day - ONE_DAY * 7 * k, 1) for k in range(1, 14)]
        earlier = [one for one in earlier if one]
        ranges(span(day, 1), earlier)
        for name in ("orders", "net", "value"):
            known = [one for one in earlier if name != "value" or one["orders"] >= 30]
            if known:
                medians[name].append(statistics.median(float(one[name]) for one in known))
    for since in range(length):  # levels: a mean from some day on, beside the mean of medians
        now = span(first + ONE_DAY * since, length - since)
        for name, of_days in medians.items():
            value = now[name] if name == "value" else Fraction(now[name]) / (length - since)
            for figure in (value, statistics.mean(of_days[since:])):
                if name == "orders":
                    numbers.counts |= {int(figure), int(figure) + 1}
                else:
                    numbers.add_amount(Fraction(figure))


def add_parts(numbers, now, before, types):
    """The change of net revenue: by orders and value, by customers, and refunds."""
    numbers.add_amount(now["net_revenue"] - before["net_revenue"])
    numbers.add_amount(now["refunds"] - before["refunds"])

    def money(row):
        return Fraction(amount(row))

    for part in shapley([Fraction(before["orders"]), money(before) / before["orders"]],
                        [Fraction(now["orders"]), money(now) / now["orders"]]):
        numbers.add_amount(part)

    def factors(figures, rows):
        guests = sum(money(row) for row in rows if row["member"] == "guest")
        customers = figures["new_customers"] + figures["repeat_customers"]
        orders = figures["orders"] - figures["guest_orders"]
        numbers.counts.add(customers)
        numbers.rates.append(float(Fraction(orders, customers)))
        numbers.add_amount((money(figures) - guests) / orders)
        return [Fraction(customers), Fraction(orders, customers),
                (money(figures) - guests) / orders], guests

    (first, guests_before), (second, guests_now) = factors(before, types[1]), factors(now, types[0])
    numbers.add_amount(guests_now - guests_before)
    for part in shapley(first, second):
        numbers.add_amount(part)


def add_members(numbers, now, before, whole_now, whole_before):
    """Each member's change, with other, its points, its part of the orders; mix and rate."""
    members = {row["member"]: (row, None) for row in now}
    for row in before:
        members[row["member"]] = (members.get(row["member"], (None, None))[0], row)
    nothing = {"net_revenue": 0, "orders": 0, "gross_revenue": 0, "discounts": 0, "taxes": 0}
    changes = []
    mix = inside = Fraction(0)
    for first, second in members.values():
        first, second = first or nothing, second or nothing
        changes.append(first["net_revenue"] - second["net_revenue"])
        share = [Fraction(row["orders"], whole["orders"])
                 for row, whole in ((first, whole_now), (second, whole_before))]
        numbers.rates += [float(one) for one in share]
        numbers.counts |= {first["orders"], second["orders"]}
        value = [Fraction(amount(row)) / row["orders"] if row["orders"] else None
                 for row in (first, second)]
        value = [value[0] if value[0] is not None else value[1],
                 value[1] if value[1] is not None else value[0]]
        if value[0] is not None:
            mix += (share[0] - share[1]) * (value[0] + value[1]) / 2
            inside += (value[0] - value[1]) * (share[0] + share[1]) / 2
    for figure in (mix, inside, mix + inside):
        numbers.add_amount(figure)
    changes.sort(key=abs, reverse=True)
    for change in [*changes, sum(changes[3:])]:
        numbers.add_amount(change)
        numbers.rates.append(float(abs(change) / whole_before["net_revenue"]))


def add_returns(numbers, served, as_of):
    """Products that came back, and the others of their category: sales of 90 days that ended 40
    days ago."""
    last = as_of - ONE_DAY * 40
    rows = served.rows(f"/returns/skus?from={last - ONE_DAY * 89}&to={last}&limit=1000")
    numbers.add_rows(rows)
    whole = collections.Counter()
    for row in rows:
        whole[row["category"], "orders"] += row["orders"]
        whole[row["category"], "returned"] += row["orders_returned"]
    for row in rows:
        others = [whole[row["category"], "returned"] - row["orders_returned"],
                  whole[row["category"], "orders"] - row["orders"]]
        numbers.counts |= set(others)
        for part, all_of_them in ((row["orders_returned"], row["orders"]), others):
            if all_of_them:
                numbers.rates.append(part / all_of_them)


class EveryNumber(program.TestCase):
    def store_with(self, keeps):
        """A fabricated store of 150 days without the orders that `keeps` refuses."""
        made = self.store()
        self.assert_status(program.run("generate", "--out", made.landing, "--days", "150",
                                       "--orders", "9000", "--seed", "11", "--quiet"), 0)
        for path in made.landing.glob("*/orders.csv"):
            with path.open(newline="") as file:
                header, *rows = csv.reader(file)
            place = header.index("order_id")
            country = header.index("country")
            rows = [row for row in rows if keeps(path.parent.name, row[place], row[country])]
            with path.open("w", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([header, *rows])
        made.reports = True
        self.assert_published(made.run("--accept-rejects"))
        return made

    def allowed(self, store, first, last):
        numbers = Numbers()
        length = (last - first).days + 1
        before = (first - ONE_DAY * length, first - ONE_DAY)
        in_range = f"from={first}&to={last}"
        in_before = f"from={before[0]}&to={before[1]}"
        with Served(store) as served:
            def summary(where):
                rows = served.rows(f"/metrics/summary?compare=none&{where}")
                return {row["measure"]: int(row["value"]) if row["unit"] == "count"
                        else row["value"] for row in rows}
            now, earlier = summary(in_range), summary(in_before)
            numbers.add_rows([now, earlier])
            for measure in ("net_revenue", "orders", "aov"):
                numbers.rates.append(abs(float(now[measure] / earlier[measure]) - 1))
            numbers.add_amount(Fraction(amount(now)) / now["orders"])
            numbers.add_amount(Fraction(amount(earlier)) / earlier["orders"])
            days = served.rows(f"/metrics/daily?from={first - ONE_DAY * 119}&to={last}&limit=1000")
            numbers.add_rows(days)
            add_usual(numbers, days, first, last)
            parts = {by: [served.rows(f"/metrics/breakdown?by={by}&top=1000&{where}")
                          for where in (in_range, in_before)]
                     for by in ("country", "channel", "category", "sku", "customer_type")}
            for both in parts.values():
                for rows in both:
                    numbers.add_rows(rows)
                add_members(numbers, *both, now, earlier)
            add_parts(numbers, now, earlier, parts["customer_type"])
            for target in ("/ltv/30", "/inventory/alerts", "/quality/latest"):
                numbers.add_rows(served.rows(target))
            closed = [row for row in served.rows("/ltv/30") if row["is_mature"]]
            numbers.rates.append(float(statistics.median(
                [row["retention_rate"] for row in closed[:-1]] or [0])))
            units = {row["member"]: row["units"] for row in parts["sku"][0]}
            for alert in served.rows("/inventory/alerts"):
                a_day = Fraction(units.get(alert["sku"], 0), length)
                numbers.rates.append(float(a_day))
                if a_day:
                    numbers.counts.add(int(alert["available"] / a_day))
            balances = [served.rows(f"/revenue/recognition?from={day}&to={day}")[0]
                        for day in (last, before[1])]
            numbers.add_rows(balances)
            for name in ("deferred_revenue", "refund_liability"):
                numbers.add_amount(balances[0][name] - balances[1][name])
            add_returns(numbers, served, last + ONE_DAY)
            checks = served.rows("/quality/latest")
        # Lengths and constants: the range, a year's and a window's days, weeks, cohorts, checks.
        numbers.counts |= {length, 30, 3, 6, 13, len(closed) - 1,
                           sum(not row["passed"] for row in checks)}
        numbers.counts |= set(range(6, 14))
        return numbers

    def expect_only_known_numbers(self, store):
        text = (store.data / "reports" / "latest" / "insights.md").read_text()
        title = re.search(rf"^# .*, (\d+ {MONTH}) – (\d+ {MONTH} \d{{4}})$", text, re.MULTILINE)
        last = datetime.datetime.strptime(title[2], "%d %b %Y").date()
        first = last - ONE_DAY * 27
        numbers = self.allowed(store, first, last)
        statements = re.findall(r"(?m)^- (.*)$", text.split("<details>")[0])
        self.assertGreater(len(statements), 8)
        checked = 0
        for statement in statements:
            bare = re.sub(r"\([A-Z][^)]*\)|[A-Z]{3}-\d+", "", DATE.sub("", statement))
            if "rejected" in bare:
                continue
            for found in NUMBER.finditer(bare):
                self.assertTrue(numbers.holds(*found.groups()),
                                f"{found[0]} of: {statement}")
                checked += 1
        self.assertGreater(checked, 20)
        # A figure that is a cent off is noticed.
        net = re.search(r"Net revenue was \$([\d,]+\.\d\d)", text)[1]
        cents = int(re.sub(r"\D", "", net))
        self.assertFalse({cents + 7, cents + 13} <= numbers.amounts)
        return text

    def test_of_a_store_as_it_comes(self):
        self.expect_only_known_numbers(self.store_with(lambda *_: True))

    def test_of_a_store_that_lost_most_of_its_orders(self):
        text = self.expect_only_known_numbers(self.store_with(
            lambda day, order, _: day < "2025-05-12" or hash_of(order) % 3 == 0))
        for words in ("new level since", "came with", "By country:", "other"):
            self.assertIn(words, text)

    def test_of_a_store_that_lost_a_country(self):
        text = self.expect_only_known_numbers(self.store_with(
            lambda day, _, country: day < "2025-04-30" or country != "US"))
        self.assertIn("- US: ", text)


class RejectedRows(program.TestCase):
    def test_order_items_are_named_with_what_their_own_texts_say(self):
        store = self.store()
        self.assert_status(program.run("generate", "--out", store.landing, "--days", "60",
                                       "--orders", "6000", "--noise", "0.03", "--quiet"), 0)
        store.reports = True
        self.assert_published(store.run("--accept-rejects=whole"))
        text = (store.data / "reports" / "latest" / "insights.md").read_text()
        rows = store.query(
            "select q.reasons, q.raw_row from quarantine q join loaded_files f "
            "on f.source_file = q.source_file and f.ingested_at = q.ingested_at "
            "where q.feed = 'order_items' and f.landing_date between date '2025-02-01' "
            "and date '2025-02-28'")
        self.assertIn("2025-02-28", store.value("select max(date) - 1 from fct_revenue_daily"))
        cents = readable = 0
        for row in rows:
            fields = row["raw_row"].split(",")
            if (len(fields) == 7 and '"' not in row["raw_row"]
                    and not re.search(r"(quantity|unit_price): ", row["reasons"])):
                readable += 1
                cents += int(fields[3]) * int(Fraction(fields[4]) * 100)
        self.assertGreater(readable, 10)
        self.assertLess(readable, len(rows))
        self.assertIn(f"; {len(rows)} of order items among them, of which {readable} can be read, "
                      f"for about ${cents / 100:,.2f} before discounts and taxes.", text)


def hash_of(text):
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(text))


if __name__ == "__main__":
    program.main()
