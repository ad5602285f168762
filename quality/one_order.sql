-- Scope of the checks on one order, $1: the order and its customer. Goes before the SELECT of a
-- check on one of these tables.
-- tables: fct_orders, fct_order_items, fct_returns, dim_customer
with marked as (
    select cast($1 as text) as key
),
changed_orders as (
    select key as order_id
    from marked
),
changed_order_rows as (
    select *
    from fct_orders
    where order_id = (select key from marked)
),
changed_lines as (
    select *
    from fct_order_items
    where order_id = (select key from marked)
),
changed_pieces as (
    select *
    from fct_returns
    where order_id = (select key from marked)
),
changed_customers as (
    select customer_id
    from fct_orders
    where order_id = (select key from marked)
      and customer_id is not null
),
changed_prices as (
    select key as sku, current_date as from_date
    from marked
    where false
)
