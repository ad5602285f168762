-- fills: dim_product
-- grain: a version of a product's list price; a SKU that an item of a staged order or a movement names, and that was never sent
-- reads: changed_products, new_product_versions, changed_skus, changed_stock_days, dim_product, fct_order_items, int_stock_movements
-- decides: the inferred member comes with the first reference, and goes with the last one or when the product arrives
delete from dim_product where sku in (select sku from changed_products);

delete from dim_product
where is_inferred
  and sku in (select sku from changed_skus union select sku from changed_stock_days);

insert into dim_product (
    product_key, sku, product_name, category, list_price, reorder_point, valid_from, valid_to,
    is_current, is_inferred
)
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
    where not exists (select 1 from new_product_versions v where v.sku = t.sku)
      and not exists (select 1 from dim_product d where d.sku = t.sku)
      and (exists (select 1 from fct_order_items i where i.sku = t.sku)
           or exists (select 1 from int_stock_movements m where m.sku = t.sku))
)
select
    product_key, sku, product_name, category, list_price, reorder_point, valid_from, valid_to,
    valid_to is null as is_current,
    false as is_inferred
from new_product_versions
union all
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
from unknown;
