-- A version of a product's price; one inferred member for each SKU that was never sent.
with named as (
    select l.sku from int_sold_lines l
    union
    select s.sku from int_stock_days s
)
select
    product_key, sku, product_name, category, list_price, reorder_point, valid_from, valid_to,
    is_current, false as is_inferred
from int_product_versions
union all
select
    md5(sku || '|1970-01-01 00:00:00'), sku, '(unknown)', null, null, 0,
    cast('1970-01-01' as timestamp), null, true, true
from named n
where not exists (select 1 from int_product_versions v where v.sku = n.sku)
