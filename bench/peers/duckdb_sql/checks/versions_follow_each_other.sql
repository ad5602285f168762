-- The versions of a SKU neither overlap nor leave gaps.
with followed as (
    select
        sku, valid_to,
        lead(valid_from) over (partition by sku order by valid_from) as next_from
    from dim_product
)
select sku
from followed
where valid_to <> next_from
   or (valid_to is null) <> (next_from is null)
