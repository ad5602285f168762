# Dimensions and facts as the pages on rules and the warehouse define them, from the staged rows.
# Every table is a list of dictionaries in the order of its key. Money is Decimal and stays exact:
# an operation that would have to round raises, apart from `prorated`, which rounds by itself.
# Instants are datetimes in UTC, days are dates in the reporting time zone.

import collections
import datetime
import decimal
import fractions
import os
import sys
import zoneinfo

import contracts

decimal.getcontext().traps[decimal.Inexact] = True

ZERO = contracts.ZERO
DAY = datetime.timedelta(days=1)
RETURN_WINDOW = datetime.timedelta(hours=30 * 24)
INFERRED_FROM = datetime.datetime(1970, 1, 1, tzinfo=contracts.UTC)
WINDOWS = (7, 30, 90)


def prorated(amount, part, whole):
    """amount x part / whole, rounded once to 2 decimals, half away from zero."""
    numerator = amount.scaleb(2) * part
    numerator, whole = numerator.as_integer_ratio(), decimal.Decimal(whole).as_integer_ratio()
    top, bottom = numerator[0] * whole[1], numerator[1] * whole[0]
    quotient, rest = divmod(abs(top), abs(bottom))
    if 2 * rest >= abs(bottom):
        quotient += 1
    if (top < 0) != (bottom < 0):
        quotient = -quotient
    return decimal.Decimal(quotient).scaleb(-2)


def ratio(part, whole):
    """A double, the exact quotient rounded once; None where the divisor is 0."""
    return None if whole == 0 else float(fractions.Fraction(part) / fractions.Fraction(whole))


def days(first, last):
    """Every day from first through last."""
    day = first
    while day <= last:
        yield day
        day += DAY


def total(amounts):
    return sum(amounts, ZERO)


class Calendar:
    """The reporting time zone: which day an instant belongs to."""

    def __init__(self, timezone):
        # The machine's tzdata, as the rules say, and never one that Python brings.
        zoneinfo.reset_tzpath([os.environ.get("TZDIR") or "/usr/share/zoneinfo"])
        sys.modules["tzdata"] = None
        self.zone = zoneinfo.ZoneInfo.no_cache(timezone)

    def date(self, instant):
        return None if instant is None else instant.astimezone(self.zone).date()


def latest_rows(deliveries, feed_name):
    """Of the staged rows with one key the latest, in order of the key."""
    feed = contracts.FEEDS[feed_name]
    latest = {}
    for delivery in sorted(deliveries, key=lambda delivery: delivery.sequence):
        if delivery.feed != feed_name:
            continue
        for row in sorted(delivery.staged, key=lambda row: row["source_line"]):
            latest[tuple(row[column] for column in feed.key)] = row
    return dict(sorted(latest.items()))


def product_versions(products, used_skus):
    """dim_product: {sku: [version, ...]}, inferred members included."""
    rows_of = collections.defaultdict(list)
    for (sku, _), row in products.items():
        rows_of[sku].append(row)
    versions = {}
    for sku, rows in rows_of.items():
        newest = rows[-1]
        versions[sku] = []
        for before, row in zip([None] + rows, rows):
            if before is not None and before["list_price"] == row["list_price"]:
                continue
            if versions[sku]:
                versions[sku][-1]["valid_to"] = row["updated_at"]
                versions[sku][-1]["is_current"] = False
            versions[sku].append({
                "sku": sku,
                "product_name": newest["product_name"],
                "category": newest["category"],
                "list_price": row["list_price"],
                "reorder_point": newest["reorder_point"],
                "valid_from": row["updated_at"],
                "valid_to": None,
                "is_current": True,
                "is_inferred": False,
            })
    for sku in used_skus - set(versions):
        versions[sku] = [{
            "sku": sku,
            "product_name": "(unknown)",
            "category": None,
            "list_price": None,
            "reorder_point": 0,
            "valid_from": INFERRED_FROM,
            "valid_to": None,
            "is_current": True,
            "is_inferred": True,
        }]
    return dict(sorted(versions.items()))


def version_at(versions, instant):
    """The version that held at the instant; before the first, the first."""
    held = [version for version in versions if version["valid_from"] <= instant]
    return held[-1] if held else versions[0]


def sold_at(order):
    return order["paid_at"] or order["fulfilled_at"] or order["delivered_at"]


def line_fact(item, order, order_fact, versions):
    fact = {
        "order_id": item["order_id"],
        "line_number": item["line_number"],
        "sku": item["sku"],
        "product_valid_from": None,
        "sold_date": order_fact["sold_date"],
        "quantity": item["quantity"],
        "unit_price": item["unit_price"],
        "list_price": None,
        "gross_amount": ZERO,
        "discount_amount": ZERO,
        "tax_amount": ZERO,
        "net_line_amount": ZERO,
        "refund_amount": ZERO,
        "net_revenue": ZERO,
    }
    if order_fact["is_sale"]:
        version = version_at(versions[item["sku"]], sold_at(order))
        fact["product_valid_from"] = version["valid_from"]
        fact["list_price"] = version["list_price"]
        merchandise = item["quantity"] * item["unit_price"]
        fact["gross_amount"] = merchandise + item["tax_amount"]
        fact["discount_amount"] = item["discount_amount"]
        fact["tax_amount"] = item["tax_amount"]
        fact["net_line_amount"] = (
            fact["gross_amount"] - fact["discount_amount"] - fact["tax_amount"])
    return fact


def pieces_of(line, order, order_fact, returns, calendar):
    """fct_returns of one sold line, in order of piece_number."""
    left = line["quantity"]
    taken = []
    for row in sorted(returns, key=lambda row: (row["returned_at"], row["return_id"])):
        quantity = min(row["quantity"], left)
        if quantity > 0:
            taken.append((quantity, row["returned_at"], row["return_id"], row["reason"]))
            left -= quantity
    if order["status"] == "returned" and left > 0:
        taken.append((left, order["returned_at"], None, None))

    pieces = []
    refunded_quantity = 0
    delivered_at = order["delivered_at"]
    for number, (quantity, returned_at, return_id, reason) in enumerate(taken, 1):
        is_refundable = delivered_at is None or returned_at <= delivered_at + RETURN_WINDOW
        refund = ZERO
        if is_refundable:
            refund = (
                prorated(line["net_line_amount"], refunded_quantity + quantity, line["quantity"])
                - prorated(line["net_line_amount"], refunded_quantity, line["quantity"]))
            refunded_quantity += quantity
        pieces.append({
            "order_id": line["order_id"],
            "line_number": line["line_number"],
            "piece_number": number,
            "return_id": return_id,
            "customer_id": order["customer_id"],
            "sku": line["sku"],
            "quantity": quantity,
            "delivered_at": delivered_at,
            "returned_at": returned_at,
            "returned_date": max(calendar.date(returned_at), order_fact["sold_date"]),
            "days_since_delivery":
                None if delivered_at is None else (returned_at - delivered_at) // DAY,
            "is_refundable": is_refundable,
            "refund_amount": refund,
            "refund_method": order["payment_method"],
            "reason": reason,
        })
    return pieces


class Facts:
    """Orders, lines and pieces, and what the daily tables are made of."""

    def __init__(self, deliveries, calendar):
        self.calendar = calendar
        self.orders = latest_rows(deliveries, "orders")
        # A line whose latest row has quantity 0 is taken back: as if it had never been sent.
        self.items = {key: row for key, row in latest_rows(deliveries, "order_items").items()
                      if row["quantity"] > 0}
        self.returns = latest_rows(deliveries, "returns")
        self.customers = latest_rows(deliveries, "customers")
        self.movements = latest_rows(deliveries, "inventory_movements")

        used_skus = {row["sku"] for row in self.movements.values()}
        used_skus |= {row["sku"] for row in self.items.values()
                      if (row["order_id"],) in self.orders}
        self.versions = product_versions(latest_rows(deliveries, "products"), used_skus)

        self.order_facts = {}
        self.line_facts = []
        self.pieces = []
        self.orphan_items = [row for row in self.items.values()
                             if (row["order_id"],) not in self.orders]
        self.orphan_returns = [row for row in self.returns.values()
                               if not self.has_sold_line(row)]
        self.build_orders()

        self.sales = [fact for fact in self.order_facts.values() if fact["is_sale"]]
        self.sales_of_customer = collections.defaultdict(list)
        for sale in sorted(self.sales, key=lambda sale: (sale["sold_at"], sale["order_id"])):
            if sale["customer_id"] is not None:
                self.sales_of_customer[sale["customer_id"]].append(sale)
        for sales in self.sales_of_customer.values():
            sales[0]["is_first_order"] = True

        self.first_day = min((sale["sold_date"] for sale in self.sales), default=None)
        self.as_of = max(
            [sale["sold_date"] for sale in self.sales]
            + [calendar.date(sale["delivered_at"]) for sale in self.sales
               if sale["delivered_at"] is not None]
            + [piece["returned_date"] for piece in self.pieces],
            default=None)

    def has_sold_line(self, row):
        order = self.orders.get((row["order_id"],))
        line_key = (row["order_id"], row["line_number"])
        return order is not None and sold_at(order) is not None and line_key in self.items

    def build_orders(self):
        items_of = collections.defaultdict(list)
        for item in self.items.values():
            items_of[item["order_id"]].append(item)
        returns_of = collections.defaultdict(list)
        for row in self.returns.values():
            returns_of[row["order_id"], row["line_number"]].append(row)

        for (order_id,), order in self.orders.items():
            instant = sold_at(order)
            fact = {
                "order_id": order_id,
                "customer_id": order["customer_id"],
                "status": order["status"],
                "created_at": order["created_at"],
                "paid_at": order["paid_at"],
                "fulfilled_at": order["fulfilled_at"],
                "delivered_at": order["delivered_at"],
                "returned_at": order["returned_at"],
                "sold_at": instant,
                "sold_date": self.calendar.date(instant),
                "is_sale": instant is not None,
                "is_first_order": False,
                "payment_method": order["payment_method"],
                "channel": order["channel"],
                "country": order["country"],
            }
            lines = []
            for item in items_of[order_id]:
                line = line_fact(item, order, fact, self.versions)
                if fact["is_sale"]:
                    pieces = pieces_of(line, order, fact,
                                       returns_of[order_id, line["line_number"]], self.calendar)
                    line["refund_amount"] = total(piece["refund_amount"] for piece in pieces)
                    self.pieces += pieces
                line["net_revenue"] = (line["gross_amount"] - line["discount_amount"]
                                       - line["refund_amount"] - line["tax_amount"])
                lines.append(line)
            self.line_facts += lines
            fact["line_count"] = len(lines)
            fact["units"] = sum(line["quantity"] for line in lines)
            fact["gross_revenue"] = total(line["gross_amount"] for line in lines)
            fact["discounts"] = total(line["discount_amount"] for line in lines)
            fact["refunds"] = total(line["refund_amount"] for line in lines)
            fact["taxes"] = total(line["tax_amount"] for line in lines)
            fact["net_revenue"] = (fact["gross_revenue"] - fact["discounts"]
                                   - fact["refunds"] - fact["taxes"])
            self.order_facts[order_id] = fact


def dim_customer(facts):
    rows = []
    known = {customer_id for (customer_id,) in facts.customers}
    ordering = {order["customer_id"] for order in facts.orders.values()} - {None}
    for customer_id in sorted(known | ordering):
        sales = facts.sales_of_customer.get(customer_id)
        first = sales[0]["sold_date"] if sales else None
        customer = facts.customers.get((customer_id,), {})
        rows.append({
            "customer_id": customer_id,
            "email": customer.get("email"),
            "full_name": customer.get("full_name"),
            "country": customer.get("country"),
            "signup_at": customer.get("signup_at"),
            "is_inferred": customer_id not in known,
            "first_sale_date": first,
            "cohort_month": first.replace(day=1) if first else None,
        })
    return rows


def fct_revenue_daily(facts):
    if facts.first_day is None:
        return []
    sold, delivered, returned = (collections.defaultdict(list) for _ in range(3))
    for sale in facts.sales:
        sold[sale["sold_date"]].append(sale)
        if sale["delivered_at"] is not None:
            delivered[facts.calendar.date(sale["delivered_at"])].append(sale)
    for piece in facts.pieces:
        returned[piece["returned_date"]].append(piece)
    orders_with_pieces = {piece["order_id"] for piece in facts.pieces}

    rows = []
    for day in days(facts.first_day, facts.as_of):
        gross = total(sale["gross_revenue"] for sale in sold[day])
        discounts = total(sale["discounts"] for sale in sold[day])
        taxes = total(sale["taxes"] for sale in sold[day])
        refunds = total(piece["refund_amount"] for piece in returned[day])
        came_back = [sale for sale in delivered[day] if sale["order_id"] in orders_with_pieces]
        customers = {sale["customer_id"] for sale in sold[day]} - {None}
        new = {customer for customer in customers
               if facts.sales_of_customer[customer][0]["sold_date"] == day}
        rows.append({
            "date": day,
            "orders": len(sold[day]),
            "units": sum(sale["units"] for sale in sold[day]),
            "gross_revenue": gross,
            "discounts": discounts,
            "taxes": taxes,
            "refunds": refunds,
            "net_revenue": gross - discounts - refunds - taxes,
            "aov": ratio(gross - discounts - taxes, len(sold[day])),
            "orders_delivered": len(delivered[day]),
            "orders_returned": len({piece["order_id"] for piece in returned[day]}),
            "returned_of_delivered": len(came_back),
            "return_rate": ratio(len(came_back), len(delivered[day])),
            "new_customers": len(new),
            "repeat_customers": len(customers - new),
            "guest_orders": sum(sale["customer_id"] is None for sale in sold[day]),
        })
    return rows


def fct_cohort_ltv(facts):
    cohorts = collections.defaultdict(list)
    for sales in facts.sales_of_customer.values():
        cohorts[sales[0]["sold_date"].replace(day=1)].append(sales)

    rows = []
    for month, customers in sorted(cohorts.items()):
        for window_days in WINDOWS:
            window = datetime.timedelta(days=window_days)
            eligible, retained, revenue = 0, 0, ZERO
            for sales in customers:
                first = sales[0]["sold_date"]
                if first + window > facts.as_of:
                    continue
                eligible += 1
                retained += any(first < sale["sold_date"] <= first + window for sale in sales)
                revenue += total(sale["net_revenue"] for sale in sales
                                 if first <= sale["sold_date"] <= first + window)
            rows.append({
                "cohort_month": month,
                "window_days": window_days,
                "cohort_size": len(customers),
                "eligible_customers": eligible,
                "retained_customers": retained,
                "retention_rate": ratio(retained, eligible),
                "revenue": revenue,
                "ltv": ratio(revenue, eligible),
                "is_mature": eligible == len(customers),
            })
    return rows


def dim_date(tables):
    shown = [row["date"] for name in ("fct_revenue_daily", "fct_inventory_daily")
             for row in tables[name]]
    if not shown:
        return []
    month_names = ("January", "February", "March", "April", "May", "June", "July", "August",
                   "September", "October", "November", "December")
    return [{
        "date": day,
        "date_key": day.year * 10_000 + day.month * 100 + day.day,
        "year": day.year,
        "quarter": (day.month + 2) // 3,
        "month": day.month,
        "month_name": month_names[day.month - 1],
        "iso_week": day.isocalendar().week,
        "day_of_month": day.day,
        "day_of_week": day.isoweekday(),
        "is_weekend": day.isoweekday() >= 6,
    } for day in days(datetime.date(min(shown).year, 1, 1), datetime.date(max(shown).year, 12, 31))]
