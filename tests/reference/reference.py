#!/usr/bin/env python3
# The independent reference: reads a landing folder and writes the tables that the program must
# arrive at, in the form of tests/golden/expected. It shares nothing with the program but the
# specification, and is the judge where the two differ.

import argparse
import datetime
import decimal
import os
import sys

import contracts
import finance
import inventory
import landing
import rules


def cell(value):
    """A value as the expected files write it; null is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, decimal.Decimal):
        return f"{value + 0:.2f}"
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    text = str(value)
    if any(c in text for c in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def write_table(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(",".join(columns) + "\n")
        for row in rows:
            file.write(",".join(cell(row[column]) for column in columns) + "\n")


def names(text):
    return text.split()


RULES_COLUMNS = {
    "dim_customer": names(
        "customer_id email full_name country signup_at is_inferred first_sale_date cohort_month"),
    "dim_date": names(
        "date date_key year quarter month month_name iso_week day_of_month day_of_week is_weekend"),
    "dim_product": names(
        "sku product_name category list_price reorder_point valid_from valid_to is_current"
        " is_inferred"),
    "fct_cohort_ltv": names(
        "cohort_month window_days cohort_size eligible_customers retained_customers"
        " retention_rate revenue ltv is_mature"),
    "fct_inventory_alerts": names(
        "sku opened_on resolved_on is_open days_at_risk on_hand allocated available"
        " reorder_point shortfall"),
    "fct_inventory_daily": names(
        "sku date received shipped returned adjusted allocated_change on_hand allocated"
        " available reorder_point is_at_risk"),
    "fct_order_items": names(
        "order_id line_number sku product_valid_from sold_date quantity unit_price list_price"
        " gross_amount discount_amount tax_amount net_line_amount refund_amount net_revenue"),
    "fct_orders": names(
        "order_id customer_id status created_at paid_at fulfilled_at delivered_at returned_at"
        " sold_at sold_date is_sale is_first_order payment_method channel country line_count"
        " units gross_revenue discounts refunds taxes net_revenue"),
    "fct_returns": names(
        "order_id line_number piece_number return_id customer_id sku quantity delivered_at"
        " returned_at returned_date days_since_delivery is_refundable refund_amount"
        " refund_method reason"),
    "fct_revenue_daily": names(
        "date orders units gross_revenue discounts taxes refunds net_revenue aov"
        " orders_delivered orders_returned returned_of_delivered return_rate new_customers"
        " repeat_customers guest_orders"),
    "fct_revenue_recognition_daily": names(
        "date billed delivered_amount expected_return_rate revenue_recognised revenue_released"
        " revenue_reversed net_revenue_recognised refunds_paid deferred_revenue"
        " refund_liability"),
    "loaded_files": names(
        "source_file feed landing_date rows_read rows_staged rows_quarantined"),
    "orphan_order_items": names(
        "order_id line_number sku quantity unit_price discount_amount tax_amount source_file"
        " source_line"),
    "orphan_returns": names(
        "return_id order_id line_number quantity returned_at reason source_file source_line"),
    "quarantine": names("source_file source_line feed reasons"),
}
STAGING_COLUMNS = {
    "stg_" + feed.name: ["source_file", "source_line"] + [column.name for column in feed.columns]
    for feed in contracts.FEEDS.values()
}
COLUMNS = RULES_COLUMNS | STAGING_COLUMNS


def tables_of(deliveries, timezone="UTC"):
    """All expected tables: {name: rows in the order in which they are written}."""
    facts = rules.Facts(deliveries, rules.Calendar(timezone))
    by_file = sorted(deliveries, key=lambda delivery: (delivery.source_file, delivery.sequence))
    tables = {
        "stg_" + name: [row for delivery in by_file if delivery.feed == name
                        for row in delivery.staged]
        for name in contracts.FEEDS
    }
    tables["loaded_files"] = [{
        "source_file": delivery.source_file,
        "feed": delivery.feed,
        "landing_date": delivery.landing_date,
        "rows_read": delivery.rows_read,
        "rows_staged": len(delivery.staged),
        "rows_quarantined": len(delivery.quarantined),
    } for delivery in by_file]
    tables["quarantine"] = [{
        "source_file": delivery.source_file,
        "source_line": line,
        "feed": delivery.feed,
        "reasons": reasons,
    } for delivery in by_file for line, reasons in delivery.quarantined]
    tables["orphan_order_items"] = facts.orphan_items
    tables["orphan_returns"] = facts.orphan_returns
    tables["dim_customer"] = rules.dim_customer(facts)
    tables["dim_product"] = [version for versions in facts.versions.values()
                             for version in versions]
    tables["fct_orders"] = list(facts.order_facts.values())
    tables["fct_order_items"] = facts.line_facts
    tables["fct_returns"] = facts.pieces
    tables["fct_revenue_daily"] = rules.fct_revenue_daily(facts)
    tables["fct_cohort_ltv"] = rules.fct_cohort_ltv(facts)
    tables["fct_inventory_daily"] = inventory.fct_inventory_daily(facts)
    tables["fct_inventory_alerts"] = inventory.fct_inventory_alerts(tables["fct_inventory_daily"])
    tables["fct_revenue_recognition_daily"] = finance.fct_revenue_recognition_daily(facts)
    tables["dim_date"] = rules.dim_date(tables)
    return tables


def write_tables(tables, out):
    os.makedirs(out, exist_ok=True)
    for name, columns in COLUMNS.items():
        write_table(os.path.join(out, name + ".csv"), columns, tables[name])


def main():
    parser = argparse.ArgumentParser(description="Writes the tables that a landing folder means.")
    parser.add_argument("landing")
    parser.add_argument("out")
    parser.add_argument("--then", action="append", default=[], metavar="FOLDER",
                        help="laid over the landing folder before one more run; repeatable")
    parser.add_argument("--timezone", default="UTC")
    parser.add_argument("--currency", default="USD")
    parser.add_argument("--max-reject-rate", type=float, default=None, metavar="RATE",
                        help="fail where a file's reject rate is above it (default: accept all)")
    parser.add_argument("--tolerated-rejects", type=int, default=4, metavar="ROWS")
    arguments = parser.parse_args()
    try:
        deliveries = landing.read_landings([arguments.landing] + arguments.then,
                                             landing.Settings(arguments.currency))
    except landing.RunFailed as failure:
        print(f"the run fails: {failure}", file=sys.stderr)
        return 1
    if arguments.max_reject_rate is not None:
        above = [delivery.source_file for delivery in deliveries
                 if delivery.reject_rate() > arguments.max_reject_rate
                 and not delivery.is_tolerated(arguments.tolerated_rejects)]
        if above:
            print("the run fails: reject rate of " + ", ".join(above), file=sys.stderr)
            return 1
    write_tables(tables_of(deliveries, arguments.timezone), arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
