"""Writes what a warehouse holds in the form of tests/golden/expected.

usage: export.py PROGRAM OUT [options of the program, such as --data DIR]

Every table is read through `PROGRAM query`, as a user would.
"""

import pathlib
import subprocess
import sys

# Table: its columns, and the columns that order its rows.
TABLES = {
    "dim_customer": (
        "customer_id,email,full_name,country,signup_at,is_inferred,first_sale_date,cohort_month",
        "customer_id"),
    "dim_date": (
        "date,date_key,year,quarter,month,month_name,iso_week,day_of_month,day_of_week,is_weekend",
        "date"),
    "dim_product": (
        "sku,product_name,category,list_price,reorder_point,valid_from,valid_to,is_current,"
        "is_inferred", "sku,valid_from"),
    "fct_cohort_ltv": (
        "cohort_month,window_days,cohort_size,eligible_customers,retained_customers,"
        "retention_rate,revenue,ltv,is_mature", "cohort_month,window_days"),
    "fct_inventory_alerts": (
        "sku,opened_on,resolved_on,is_open,days_at_risk,on_hand,allocated,available,"
        "reorder_point,shortfall", "sku,opened_on"),
    "fct_inventory_daily": (
        "sku,date,received,shipped,returned,adjusted,allocated_change,on_hand,allocated,"
        "available,reorder_point,is_at_risk", "sku,date"),
    "fct_orders": (
        "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,"
        "sold_at,sold_date,is_sale,is_first_order,payment_method,channel,country,line_count,"
        "units,gross_revenue,discounts,refunds,taxes,net_revenue", "order_id"),
    "fct_returns": (
        "order_id,line_number,piece_number,return_id,customer_id,sku,quantity,delivered_at,"
        "returned_at,returned_date,days_since_delivery,is_refundable,refund_amount,"
        "refund_method,reason", "order_id,line_number,piece_number"),
    "fct_revenue_daily": (
        "date,orders,units,gross_revenue,discounts,taxes,refunds,net_revenue,aov,"
        "orders_delivered,orders_returned,returned_of_delivered,return_rate,new_customers,"
        "repeat_customers,guest_orders", "date"),
    "fct_revenue_recognition_daily": (
        "date,billed,delivered_amount,expected_return_rate,revenue_recognised,"
        "revenue_released,revenue_reversed,net_revenue_recognised,refunds_paid,"
        "deferred_revenue,refund_liability", "date"),
    "loaded_files": (
        "source_file,feed,landing_date,rows_read,rows_staged,rows_quarantined",
        "source_file,ingested_at"),
    "orphan_order_items": (
        "order_id,line_number,sku,quantity,unit_price,discount_amount,tax_amount,source_file,"
        "source_line", "order_id,line_number"),
    "orphan_returns": (
        "return_id,order_id,line_number,quantity,returned_at,reason,source_file,source_line",
        "return_id"),
    "quarantine": ("source_file,source_line,feed,reasons", "source_file,ingested_at,source_line"),
    "stg_customers": ("source_file,source_line,customer_id,email,full_name,country,signup_at",
                      "source_file,ingested_at,source_line"),
    "stg_inventory_movements": (
        "source_file,source_line,movement_id,sku,movement_type,quantity,occurred_at,reference",
        "source_file,ingested_at,source_line"),
    "stg_order_items": (
        "source_file,source_line,order_id,line_number,sku,quantity,unit_price,discount_amount,"
        "tax_amount", "source_file,ingested_at,source_line"),
    "stg_orders": (
        "source_file,source_line,order_id,customer_id,status,created_at,paid_at,fulfilled_at,"
        "delivered_at,returned_at,currency,payment_method,channel,country",
        "source_file,ingested_at,source_line"),
    "stg_products": (
        "source_file,source_line,sku,product_name,category,list_price,reorder_point,updated_at",
        "source_file,ingested_at,source_line"),
    "stg_returns": (
        "source_file,source_line,return_id,order_id,line_number,quantity,returned_at,reason",
        "source_file,ingested_at,source_line"),
}

# A line is held against the version of the product that it points at, not against its key.
ORDER_ITEMS = """
select i.order_id, i.line_number, i.sku, p.valid_from as product_valid_from, i.sold_date,
  i.quantity, i.unit_price, i.list_price, i.gross_amount, i.discount_amount, i.tax_amount,
  i.net_line_amount, i.refund_amount, i.net_revenue
from fct_order_items i left join dim_product p on p.product_key = i.product_key
order by i.order_id, i.line_number"""


def main():
    program, out, options = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    out.mkdir(parents=True, exist_ok=True)
    queries = {table: f"select {columns} from {table} order by {order}"
               for table, (columns, order) in TABLES.items()}
    queries["fct_order_items"] = ORDER_ITEMS
    for table, sql in queries.items():
        with open(out / f"{table}.csv", "wb") as file:
            subprocess.run([program, "query", sql, "--format", "csv", *options], stdout=file,
                           check=True)


if __name__ == "__main__":
    main()
