# fct_inventory_daily and fct_inventory_alerts: stock balances a SKU and day, and the episodes in
# which a SKU was at risk, as the page on rules defines them.

import collections

from rules import days

COUNTERS = ("received", "shipped", "returned", "adjusted", "allocated_change")


def fct_inventory_daily(facts):
    if not facts.movements:
        return []
    moved = collections.defaultdict(lambda: collections.defaultdict(list))
    for movement in facts.movements.values():
        moved[movement["sku"]][facts.calendar.date(movement["occurred_at"])].append(movement)
    last = max(day for days_of_sku in moved.values() for day in days_of_sku)

    rows = []
    for sku, days_of_sku in sorted(moved.items()):
        on_hand, allocated = 0, 0
        reorder_point = facts.versions[sku][-1]["reorder_point"]
        for day in days(min(days_of_sku), last):
            sums = dict.fromkeys(COUNTERS, 0)
            for movement in days_of_sku.get(day, ()):
                quantity = movement["quantity"]
                match movement["movement_type"]:
                    case "receipt":
                        sums["received"] += quantity
                    case "shipment":
                        sums["shipped"] += quantity
                    case "return":
                        sums["returned"] += quantity
                    case "adjustment":
                        sums["adjusted"] += quantity
                    case "allocation":
                        sums["allocated_change"] += quantity
                    case "deallocation":
                        sums["allocated_change"] -= quantity
            on_hand += sums["received"] + sums["returned"] + sums["adjusted"] - sums["shipped"]
            allocated += sums["allocated_change"]
            rows.append({
                "sku": sku,
                "date": day,
                **sums,
                "on_hand": on_hand,
                "allocated": allocated,
                "available": on_hand - allocated,
                "reorder_point": reorder_point,
                "is_at_risk": on_hand - allocated < reorder_point,
            })
    return rows


def fct_inventory_alerts(inventory_daily):
    rows = []
    episode = None
    for day in inventory_daily:
        if episode is not None and episode["sku"] != day["sku"]:
            episode = None
        if not day["is_at_risk"]:
            if episode is not None:
                episode["resolved_on"] = day["date"]
                episode["is_open"] = False
                episode = None
            continue
        if episode is None:
            episode = {"sku": day["sku"], "opened_on": day["date"], "resolved_on": None,
                       "is_open": True, "days_at_risk": 0}
            rows.append(episode)
        episode["days_at_risk"] += 1
        for column in ("on_hand", "allocated", "available", "reorder_point"):
            episode[column] = day[column]
        episode["shortfall"] = day["reorder_point"] - day["available"]
    return rows
