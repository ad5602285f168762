-- makes: new_inferred_products
-- grain: a changed SKU that was never sent, and whether anything names it
-- reads: changed_skus, changed_stock_days, new_product_versions, dim_product, fct_order_items, int_stock_movements
-- decides: an item of a staged order or a movement names a SKU
insert into new_inferred_products (sku, is_named)
with touched as (
    select sku
    from changed_skus
    union
    select sku
    from changed_stock_days
),
unknown as (
    select t.sku
    from touched t
    where not exists (select 1 from dim_product d where d.sku = t.sku and not d.is_inferred)
      and not exists (select 1 from new_product_versions v where v.sku = t.sku)
),
named as (
    select distinct i.sku
    from fct_order_items i
    join unknown u on u.sku = i.sku
    union
    select distinct m.sku
    from int_stock_movements m
    join unknown u on u.sku = m.sku
)
select u.sku, n.sku is not null as is_named
from unknown u
left join named n on n.sku = u.sku;
