"""The marts in the order in which they are made: each after those that it reads."""

MARTS = ("int_orders", "int_lines", "int_returns", "int_sold_lines", "fct_returns",
         "int_product_versions", "int_stock_days", "dim_product", "fct_order_items", "fct_orders",
         "dim_customer", "int_calendar", "int_revenue_span", "fct_revenue_daily", "fct_cohort_ltv",
         "fct_inventory_daily", "fct_inventory_alerts", "orphan_order_items", "orphan_returns")
