#!/usr/bin/env python3
# Makes up a small store whose history is as awkward as the specification allows, and writes its
# landing folder: every rule about orders, returns, prices, stock and late arrivals is met at its
# edges. Rows are valid here; random_files.py gives them their formats and, with --adversarial, adds
# the bad ones. Same arguments, same bytes.

import argparse
import os
import random
import sys

import contracts
import random_files

MICROS = 1_000_000
HOUR = 3600 * MICROS
DAY = 24 * HOUR
RETURN_WINDOW = 30 * DAY
# Minutes east of UTC of zones that tests use, in winter and summer: their midnights are the edges.
MIDNIGHT_OFFSETS = (0, 0, 0, -300, -240, 60, 120, 720, 780, 330, 630, 660, -210, -150)
# Days since 1970 shortly before clocks change somewhere: in October, February, September, January.
FIRST_DAYS = (19650, 19773, 19981, 20089)
SIZES = {"small": (40, 5), "medium": (500, 12)}


class Store:
    """What is sent: rows by (landing number, feed), as typed values."""

    def __init__(self, rng, orders, dates):
        self.rng = rng
        self.landing_days = self.make_landing_days(dates)
        self.first_instant = (self.landing_days[0] - 20) * DAY
        self.last_instant = self.landing_days[-1] * DAY
        self.rows = [{feed: [] for feed in contracts.FEEDS} for _ in range(dates)]
        count = max(3, orders // 6)
        self.skus = self.make_ids("SKU", count)
        self.customers = self.make_ids("C", max(3, orders // 4))
        self.orders = self.make_ids("", orders)
        self.prices = {sku: self.price() for sku in self.skus}
        self.lines = []
        self.sold_instants = []

        for order_id in self.orders:
            self.add_order(order_id)
        for customer_id in self.customers:
            self.add_customer(customer_id)
        for sku in self.skus:
            self.add_product(sku)
        self.movement_count = 0
        for sku in self.skus:
            self.add_movements(sku)
        self.send_again()

    def chance(self, probability):
        return self.rng.random() < probability

    def make_landing_days(self, dates):
        day = self.rng.choice(FIRST_DAYS) + self.rng.randrange(20)
        days = []
        for _ in range(dates):
            days.append(day)
            day += self.rng.choice((1, 1, 2, 7, 14, 31, 40, 70))
        return days

    def make_ids(self, prefix, count):
        """Identifiers whose order by bytes differs from other orders, some hard to quote."""
        awkward = ["a", "B", "\u00c9t\u00e9", "\uffee", "\U0001f4e6", "x,y", 'say "hi"', "a b",
                   "Z" * 61, "\u00e4" * 61, "007", "null", "true", "1e3", "-1", "'", "\u00a0n", "#",
                   "\\n"]
        ids = []
        for number in range(count):
            name = f"{prefix}{number + 1}"
            if self.chance(0.15):
                name = (name[:3] + self.rng.choice(awkward))[:64]
            while name in ids:
                name = f"{prefix}{number + 1}.{self.rng.randrange(10**6)}"
            ids.append(name)
        return ids

    def price(self):
        if self.chance(0.03):
            return self.rng.choice((0, 1, 100_000_000, 99_999_999))
        return self.rng.choice((self.rng.randrange(1, 30_000),
                                self.rng.randrange(1, 300) * 100 - 1))

    def edge(self, instant):
        """Moves an instant to, or one microsecond beside, a midnight of some zone."""
        offset = self.rng.choice(MIDNIGHT_OFFSETS) * 60 * MICROS
        midnight = (instant + offset) // DAY * DAY - offset
        return midnight + self.rng.choice((0, 0, -1, 1, -MICROS, 30 * 60 * MICROS))

    def instant(self, low, high):
        instant = self.rng.randrange(low, high)
        if self.chance(0.4):
            return self.edge(instant)
        unit = self.rng.choice((1, 1000, MICROS, 60 * MICROS))
        return instant // unit * unit

    def later(self, instant, longest):
        """An instant not before the given one."""
        if self.chance(0.08):
            return instant
        moved = instant + self.rng.randrange(longest)
        if self.chance(0.35):
            moved = max(self.edge(moved), instant)
        return moved

    def landing_at(self, instant):
        """The number of the first landing after the instant; past the last where there is none."""
        for number, day in enumerate(self.landing_days):
            if instant < day * DAY:
                return number
        return len(self.landing_days)

    def send(self, landing, feed, row):
        if landing < len(self.rows):
            self.rows[max(landing, 0)][feed].append(row)

    def lag(self):
        """Landings by which a row comes late (or early)."""
        return self.rng.choice((0, 0, 0, 0, 0, 0, 0, 1, 1, 2, -1))

    def add_order(self, order_id):
        rng = self.rng
        created = self.instant(self.first_instant, self.last_instant)
        if self.chance(0.01):
            created = rng.choice((0, 5 * HOUR))
            paid = self.instant(self.first_instant, self.last_instant)
        else:
            paid = self.later(created, rng.choice((HOUR, DAY, 4 * DAY)))
        times = {"created": created, "paid": paid}
        reached = rng.choices(contracts.STATES, (10, 15, 10, 40, 25))[0]
        times["fulfilled"] = self.later(paid, 4 * DAY)
        times["delivered"] = self.later(times["fulfilled"], rng.choice((DAY, 5 * DAY, 25 * DAY)))
        returned = self.later(times["delivered"], rng.choice((5, 29, 29, 60)) * DAY)
        if self.chance(0.25):
            returned = times["delivered"] + RETURN_WINDOW + rng.choice((0, 0, 1, -1))
        times["returned"] = returned
        states = list(contracts.STATES[:contracts.STATES.index(reached) + 1])
        for skipped in ("paid", "fulfilled", "delivered"):
            if skipped in states[:-1] and self.chance(0.2):
                if not (skipped == "delivered" and reached == "returned"):
                    states.remove(skipped)
        order = {
            "order_id": order_id,
            "customer_id": None if self.chance(0.2) else rng.choice(self.customers),
            "payment_method": rng.choice(contracts.PAYMENT_METHODS + (None,)),
            "channel": rng.choice(("web", "app", "store", None, "caf\u00e9, \u201cpop-up\u201d",
                                   "w" * 32)),
            "country": rng.choice(("US", "DE", "FR", "NZ", None)),
        }
        lag = self.lag()
        sent_state = None
        for landing, day in enumerate(self.landing_days):
            seen = [state for state in states if times[state] < day * DAY]
            if not seen or (seen == sent_state and not self.chance(0.1)):
                continue
            if sent_state is not None and self.chance(0.15):
                continue
            sent_state = seen
            row = dict(order, status=seen[-1], currency="USD", created_at=created)
            for state in contracts.STATES[1:]:
                row[state + "_at"] = times[state] if state in seen else None
            self.send(landing + lag, "orders", row)
        sold = [times[state] for state in states if state in ("paid", "fulfilled", "delivered")]
        self.sold_instants += sold[:1]
        self.add_lines(order_id, created, times["delivered"], sold[:1])

    def add_lines(self, order_id, created, delivered, sold):
        rng = self.rng
        landing = self.landing_at(created)
        for number in rng.sample((1, 2, 3, 4, 7, 9999), rng.choice((0, 1, 1, 1, 2, 2, 3, 5))):
            row = {"order_id": order_id, "line_number": number, "sku": rng.choice(self.skus)}
            row.update(self.amounts(row["sku"]))
            self.send(landing + self.lag(), "order_items", row)
            self.lines.append((order_id, number))
            if self.chance(0.35):
                self.add_returns(order_id, number, row["quantity"], delivered, sold)

    def amounts(self, sku):
        rng = self.rng
        quantity = rng.choice((1, 1, 2, 3, 3, 5, 7, 12))
        if self.chance(0.02):
            quantity = rng.choice((100_000, 99_999))
        price = self.prices[sku] if self.chance(0.7) else self.price()
        merchandise = quantity * price
        most = min(merchandise, 100_000_000_000)
        discount = rng.choice((None, 0, most, most // 10, rng.randint(0, most)))
        tax = rng.choice((None, 0, 1, min(merchandise * 19 // 100, 100_000_000_000)))
        return {"quantity": quantity, "unit_price": price, "discount_amount": discount,
                "tax_amount": tax}

    def add_returns(self, order_id, line_number, quantity, delivered, sold):
        rng = self.rng
        same_instant = self.chance(0.2)
        at = None
        for piece in range(rng.choice((1, 1, 2, 3))):
            if at is None or not same_instant:
                at = rng.choice((
                    self.later(delivered, 29 * DAY),
                    delivered + RETURN_WINDOW,
                    delivered + RETURN_WINDOW + 1,
                    delivered + rng.randrange(60 * DAY),
                    delivered - rng.randrange(1, 10 * DAY),
                    delivered,
                    (sold or [delivered])[0] - rng.randrange(20 * DAY),
                ))
            taken = max(1, rng.choice((1, 1, quantity // 2, quantity, quantity + 3, 100_000)))
            prefix = rng.choice(("R", "r", "\u00c9", ""))
            self.send(self.landing_at(at) + self.lag(), "returns", {
                "return_id": f"{prefix}{order_id[:30]}/{line_number}/{piece}",
                "order_id": order_id,
                "line_number": line_number,
                "quantity": min(taken, 100_000),
                "returned_at": max(at, 0),
                "reason": self.text(60) if self.chance(0.5) else None,
            })

    def text(self, longest):
        """Words with what CSV and JSON must escape."""
        parts = ("too small", "wrong, colour", 'the "blue" one', "two\nlines", "cr\r\nlf",
                 "tab\there", "na\u00efve \u2014 \U0001f600", "back\\slash", "\u2028", "'", ";",
                 "cr\ralone", "/", "NULL", "a\u00a0b")
        text = self.rng.choice(parts)
        while self.chance(0.3) and len(text) < longest - 20:
            text += " " + self.rng.choice(parts)
        return "e" * longest if self.chance(0.05) else text[:longest].strip(" \t")

    def customer(self, customer_id, signup):
        rng = self.rng
        return {
            "customer_id": customer_id,
            "email": rng.choice((None, f"c{rng.randrange(99)}@example.com", "\u00fc@\u00e4",
                                 "x@" + "y" * 252)),
            "full_name": rng.choice((None, "Ann Ode", self.text(200))),
            "country": rng.choice((None, "US", "DE", "ZZ")),
            "signup_at": signup,
        }

    def add_customer(self, customer_id):
        if self.chance(0.15):
            return
        rng = self.rng
        landing = rng.choice((0, 0, 0, rng.randrange(len(self.rows))))
        signup = rng.choice((0, self.instant(self.first_instant, self.last_instant)))
        self.send(landing, "customers", self.customer(customer_id, signup))

    def add_product(self, sku):
        """Prices that go A, B, A; late versions that split history; no product."""
        rng = self.rng
        if self.chance(0.15):
            return
        a, b = self.prices[sku], self.price()
        updated = rng.choice((0, self.first_instant, self.first_instant + 15 * DAY))
        for price in rng.choice(((a,), (a, a), (a, b), (a, b, a), (a, b, a, b), (a, a, b, b, a))):
            late = rng.randrange(4) if self.chance(0.3) else 0
            self.send(self.landing_at(updated) + late, "products", {
                "sku": sku,
                "product_name": rng.choice((f"Product {sku[:40]}", self.text(300))),
                "category": rng.choice((None, "Kitchen", "D\u00e9cor, small")),
                "list_price": price,
                "reorder_point": rng.choice((None, 0, 2, 5, 10, 30)),
                "updated_at": updated,
            })
            updated += rng.randrange(1, 60 * DAY)
            if self.sold_instants and self.chance(0.6):
                sold = rng.choice(self.sold_instants) + rng.choice((0, 0, 1, -1))
                updated = max(sold, updated - 59 * DAY)

    def add_movements(self, sku):
        rng = self.rng
        for _ in range(rng.choice((0, 1, 4, 12, 25))):
            occurred = self.instant(self.first_instant, self.last_instant)
            movement_type = rng.choices(contracts.MOVEMENT_TYPES, (3, 6, 2, 2, 3, 3))[0]
            quantity = rng.randrange(1, 15)
            if self.chance(0.02):
                quantity = 1_000_000
            if movement_type == "adjustment" and self.chance(0.5):
                quantity = -quantity
            self.movement_count += 1
            self.send(self.landing_at(occurred) + self.lag(), "inventory_movements", {
                "movement_id": rng.choice(("M", "m", "")) + str(self.movement_count),
                "sku": sku,
                "movement_type": movement_type,
                "quantity": quantity,
                "occurred_at": occurred,
                "reference": rng.choice((None, "PO-7", "count, \u201cyearly\u201d")),
            })

    def send_again(self):
        """Sends some rows again, as they were or changed, so that old states also come back."""
        for landing in range(len(self.rows)):
            for feed in contracts.FEEDS:
                for row in list(self.rows[landing][feed]):
                    if not self.chance(0.12):
                        continue
                    changed = self.changed(feed, row)
                    at = landing + self.rng.choice((0, 0, 1, 1, 2))
                    self.send(at, feed, changed)
                    if self.chance(0.5):
                        self.send(at + self.rng.choice((0, 1)), feed, row)

    def changed(self, feed, row):
        """The row with something else in it, under the same key."""
        rng = self.rng
        row = dict(row)
        if feed == "orders":
            match rng.randrange(5):
                case 0:
                    row["customer_id"] = rng.choice(self.customers + [None])
                case 1:
                    row.update(status="created", paid_at=None, fulfilled_at=None,
                               delivered_at=None, returned_at=None)
                case 2:
                    row["payment_method"] = rng.choice(contracts.PAYMENT_METHODS)
                    row["country"] = rng.choice(("US", None))
                case 3:
                    moved = rng.choice((1, -1, DAY, -DAY, 9 * DAY, -9 * DAY, 40 * DAY))
                    for state in contracts.STATES:
                        if row[state + "_at"] is not None:
                            row[state + "_at"] = max(0, row[state + "_at"] + moved)
                case 4:
                    if row["delivered_at"] is not None and row["status"] == "delivered":
                        row.update(status="returned",
                                   returned_at=row["delivered_at"] + rng.choice((0, DAY, 31 * DAY)))
        elif feed == "order_items":
            row["sku"] = rng.choice((row["sku"], rng.choice(self.skus), "SKU-never-sent"))
            row.update(self.amounts(row["sku"]) if row["sku"] in self.prices else {})
            if self.chance(0.2):
                row["quantity"] = 0
        elif feed == "returns":
            match rng.randrange(5):
                case 0 if self.lines:
                    row["order_id"], row["line_number"] = rng.choice(self.lines)
                case 1:
                    row["line_number"] = rng.choice((1, 2, 3, 50))
                case 2:
                    row["quantity"] = rng.choice((1, 2, 3, 100_000))
                case 3:
                    row["returned_at"] = max(0, row["returned_at"]
                                             + rng.choice((-40, -3, -1, 1, 3, 40)) * DAY)
                case 4:
                    row["order_id"] = rng.choice(self.orders + ["never sent"])
        elif feed == "customers":
            row = self.customer(row["customer_id"], row["signup_at"])
        elif feed == "products":
            if self.chance(0.5):
                row["list_price"] = self.price()
            else:
                row.update(reorder_point=rng.choice((None, 1, 4, 40)), product_name="renamed",
                           category=None)
        else:
            match rng.randrange(3):
                case 0:
                    row["sku"] = rng.choice(self.skus + ["SKU-only-moved"])
                case 1:
                    row["occurred_at"] += rng.choice((-9, -1, 1, 9)) * DAY
                case 2:
                    row["movement_type"] = rng.choice(contracts.MOVEMENT_TYPES)
                    row["quantity"] = rng.randrange(1, 30)
        return row


def write_landing(rng, store, out, adversarial):
    """Writes the folders; returns {(folder, name): (feed, rows, bytes)} of the feeds' files."""
    written = {}
    for landing, day in enumerate(store.landing_days):
        folder = random_files.date_text(day)
        for feed, rows in store.rows[landing].items():
            rng.shuffle(rows)
            parts = random_files.divided(rng, rows)
            for name, part in zip(random_files.file_names(rng, feed, len(parts)), parts):
                data = random_files.file_bytes(rng, feed, name, part, adversarial)
                written[folder, name] = (feed, part, data)
        if adversarial:
            for feed, name, data in random_files.rejected_files(rng):
                written[folder, name] = (feed, [], data)
    for (folder, name), (_, _, data) in sorted(written.items()):
        random_files.write_file(os.path.join(out, folder, name), data)
    random_files.write_ignored(rng, out, sorted({folder for folder, _ in written}))
    return written


def write_redelivery(rng, store, written, out, adversarial):
    """A second tree to lay over the first: other content, the same content, a new path."""
    for (folder, name), (feed, rows, data) in sorted(written.items()):
        path = os.path.join(out, folder, name)
        match rng.randrange(6):
            case 0 | 1 if rows:
                rows = [store.changed(feed, row) if rng.random() < 0.5 else row for row in rows
                        if rng.random() < 0.8]
                random_files.write_file(
                    path, random_files.file_bytes(rng, feed, name, rows, adversarial))
            case 2:
                random_files.write_file(path, data)
            case 3:
                copy = feed + "_again" + name[len(feed):]
                random_files.write_file(os.path.join(out, folder, copy), data)


def main():
    parser = argparse.ArgumentParser(description="Writes a random landing folder full of edges.")
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--orders", type=int, help="default: by size")
    parser.add_argument("--dates", type=int, help="landing dates; default: by size")
    parser.add_argument("--adversarial", action="store_true",
                        help="adds bad rows and files; a run needs --accept-rejects=whole for them")
    parser.add_argument("--redeliver", action="store_true",
                        help="writes OUT.2 too, to be laid over OUT for a second run")
    arguments = parser.parse_args()
    orders, dates = SIZES[arguments.size]
    rng = random.Random(arguments.seed)
    store = Store(rng, max(1, arguments.orders or orders), max(1, arguments.dates or dates))
    written = write_landing(rng, store, arguments.out, arguments.adversarial)
    if arguments.redeliver:
        write_redelivery(rng, store, written, arguments.out + ".2", arguments.adversarial)
    return 0


if __name__ == "__main__":
    sys.exit(main())
