-- The movements of a SKU on a day, latest row of each movement.
with ranked as (
    select
        *,
        row_number() over (
            partition by movement_id order by file_number desc, row_number desc
        ) as newest
    from stg_inventory_movements
)
select
    sku, cast(occurred_at as date) as date,
    coalesce(sum(quantity) filter (where movement_type = 'receipt'), 0) as received,
    coalesce(sum(quantity) filter (where movement_type = 'shipment'), 0) as shipped,
    coalesce(sum(quantity) filter (where movement_type = 'return'), 0) as returned,
    coalesce(sum(quantity) filter (where movement_type = 'adjustment'), 0) as adjusted,
    coalesce(sum(quantity) filter (where movement_type = 'allocation'), 0)
        - coalesce(sum(quantity) filter (where movement_type = 'deallocation'), 0)
        as allocated_change
from ranked
where newest = 1
group by sku, cast(occurred_at as date)
