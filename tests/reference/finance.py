# fct_revenue_recognition_daily: deferred revenue, refund liability and recognised revenue, booked
# day by day as the page on finance lists the events. A pool is the deliveries of one day.

import collections
import dataclasses
import datetime
import decimal

import rules
from rules import DAY, ZERO

LOOK_BACK = datetime.timedelta(days=180)


@dataclasses.dataclass
class Pool:
    delivered: decimal.Decimal = ZERO
    last_window_day: datetime.date = datetime.date.min
    liability: decimal.Decimal = ZERO
    refunds: decimal.Decimal = ZERO


def amount(order):
    return order["gross_revenue"] - order["discounts"] - order["taxes"]


def estimate(pools, day):
    """(R, B) of the pools whose window closed before the day."""
    past = [pool for pool_day, pool in pools.items()
            if day - LOOK_BACK <= pool_day < day and pool.last_window_day < day]
    return (rules.total(pool.refunds for pool in past),
            rules.total(pool.delivered for pool in past))


def fct_revenue_recognition_daily(facts):
    if facts.first_day is None:
        return []
    date = facts.calendar.date
    sold, delivered, returned = (collections.defaultdict(list) for _ in range(3))
    refunds_before_delivery = collections.defaultdict(lambda: ZERO)
    for sale in facts.sales:
        sold[sale["sold_date"]].append(sale)
        if sale["delivered_at"] is not None:
            delivered[date(sale["delivered_at"])].append(sale)
    for piece in facts.pieces:
        returned[piece["returned_date"]].append(piece)
        delivery_day = date(piece["delivered_at"])
        if delivery_day is not None and piece["returned_date"] < delivery_day:
            refunds_before_delivery[piece["order_id"]] += piece["refund_amount"]

    rows = []
    pools = {}
    deferred_revenue = ZERO
    for day in rules.days(facts.first_day, facts.as_of):
        billed = rules.total(amount(sale) for sale in sold[day])
        deferred_revenue += billed

        refunds_paid = ZERO
        for piece in returned[day]:
            delivery_day = date(piece["delivered_at"])
            if delivery_day is None or day < delivery_day:
                refunds_paid += piece["refund_amount"]
                deferred_revenue -= piece["refund_amount"]

        refunded, of_delivered = estimate(pools, day)
        delivered_amount, recognised = ZERO, ZERO
        if delivered[day]:
            pool = pools[day] = Pool()
            pool.delivered = rules.total(
                amount(sale) - refunds_before_delivery[sale["order_id"]]
                for sale in delivered[day])
            pool.last_window_day = max(
                date(sale["delivered_at"] + rules.RETURN_WINDOW) for sale in delivered[day])
            if of_delivered != 0:
                pool.liability = rules.prorated(pool.delivered, refunded, of_delivered)
            delivered_amount = pool.delivered
            recognised = pool.delivered - pool.liability
            deferred_revenue -= pool.delivered

        reversed_revenue = ZERO
        for piece in returned[day]:
            delivery_day = date(piece["delivered_at"])
            if delivery_day is not None and day >= delivery_day:
                pool = pools[delivery_day]
                refund = piece["refund_amount"]
                from_liability = min(refund, pool.liability)
                refunds_paid += refund
                pool.refunds += refund
                pool.liability -= from_liability
                reversed_revenue -= refund - from_liability

        released = ZERO
        for pool in pools.values():
            if day == pool.last_window_day + DAY:
                released += pool.liability
                pool.liability = ZERO

        rows.append({
            "date": day,
            "billed": billed,
            "delivered_amount": delivered_amount,
            "expected_return_rate": rules.ratio(refunded, of_delivered) or 0.0,
            "revenue_recognised": recognised,
            "revenue_released": released,
            "revenue_reversed": reversed_revenue,
            "net_revenue_recognised": recognised + released + reversed_revenue,
            "refunds_paid": refunds_paid,
            "deferred_revenue": deferred_revenue,
            "refund_liability": rules.total(pool.liability for pool in pools.values()),
        })
    return rows
