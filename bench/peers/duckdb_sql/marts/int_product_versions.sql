-- A version of a product's list price: a new one begins where the price differs from the row
-- before. Name, category and reorder point are the newest on all versions.
with ranked as (
    select
        *,
        row_number() over (
            partition by sku, updated_at order by file_number desc, row_number desc
        ) as newest
    from stg_products
),
prices as (
    select
        *,
        lag(list_price) over (partition by sku order by updated_at) as price_before,
        row_number() over (partition by sku order by updated_at desc) as age
    from ranked
    where newest = 1
),
versions as (
    select
        sku, list_price, updated_at as valid_from,
        lead(updated_at) over (partition by sku order by updated_at) as valid_to
    from prices
    where price_before is null
       or price_before <> list_price
)
select
    md5(v.sku || '|' || cast(v.valid_from as text)) as product_key, v.sku, p.product_name,
    p.category, v.list_price, p.reorder_point, v.valid_from, v.valid_to,
    v.valid_to is null as is_current,
    row_number() over (partition by v.sku order by v.valid_from) = 1 as is_first
from versions v
join prices p on p.sku = v.sku and p.age = 1
