-- What checks read of the facts about orders where every order is a changed one: all rows, as they
-- are. Goes before the SELECT of each check.
with changed_order_rows as not materialized (
    select *
    from fct_orders
),
changed_lines as not materialized (
    select *
    from fct_order_items
),
changed_pieces as not materialized (
    select *
    from fct_returns
),
-- No price marks more than that.
changed_prices as (
    select sku, current_date as from_date
    from dim_product
    where false
)
