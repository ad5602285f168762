-- model: dim_product
-- grain: a SKU that an item of a staged order or a movement names, and that was never sent
-- reads: changed_skus, changed_stock_days, dim_product, fct_order_items, int_stock_movements
-- decides: the inferred member comes with the first reference, and goes with the last one or when the product arrives
drop table if exists new_inferred_products;
create temp table new_inferred_products as
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
)
select
    u.sku,
    exists (select 1 from fct_order_items i where i.sku = u.sku)
        or exists (select 1 from int_stock_movements m where m.sku = u.sku) as is_named
from unknown u;

delete from dim_product
where is_inferred
  and sku in (select sku from new_inferred_products);

insert into dim_product (
    product_key, sku, product_name, category, list_price, reorder_point, valid_from, valid_to,
    is_current, is_inferred
)
select
    product_key(sku, timestamptz '1970-01-01 00:00:00+00') as product_key,
    sku,
    '(unknown)' as product_name,
    cast(null as text) as category,
    cast(null as numeric(18, 2)) as list_price,
    0 as reorder_point,
    timestamptz '1970-01-01 00:00:00+00' as valid_from,
    cast(null as timestamptz) as valid_to,
    true as is_current,
    true as is_inferred
from new_inferred_products
where is_named;
