-- Scope of the checks on one SKU, $1: all of its days. Goes before the SELECT of a check
-- on one of these tables.
-- tables: fct_inventory_daily, fct_inventory_alerts, dim_product
with marked as (
    select cast($1 as text) as key
),
changed_stock as (
    select sku, min(date) as from_date
    from fct_inventory_daily
    where sku = (select key from marked)
    group by sku
)
