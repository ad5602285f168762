-- fills: dim_product
-- grain: a version of a product's list price; a SKU that is named and was never sent
-- reads: changed_products, new_product_versions, new_inferred_products
-- decides: the inferred member comes with the first reference, and goes with the last one or when the product arrives
delete from dim_product where sku in (select sku from changed_products);

delete from dim_product
where is_inferred
  and sku in (select sku from new_inferred_products);

insert into dim_product (
    product_key, sku, product_name, category, list_price, reorder_point, valid_from, valid_to,
    is_current, is_inferred
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
from new_inferred_products
where is_named;
