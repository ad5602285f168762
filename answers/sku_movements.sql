-- answer: sku_movements
-- answers: the movements of a SKU up to a day, and what each adds to its counters
-- parameters: sku text, to date
-- order: newest first
-- column movement_id: the movement
-- column occurred_at: when it happened
-- column movement_type: receipt, shipment, return, adjustment, allocation or deallocation
-- column quantity: units, signed for an adjustment
-- column reference: what the shop says it was for
-- column on_hand: what it adds
-- column allocated: what it adds
-- column source: file and line of its latest row
with versions as (
    select
        movement_id, sku, movement_type, cast(quantity as bigint) as quantity, occurred_at,
        reference, source_file, source_line,
        row_number() over (
            partition by movement_id order by ingested_at desc, source_line desc
        ) as recency
    from stg_inventory_movements
    -- The latest row of a movement may name another SKU than its earlier ones did.
    where movement_id in (
        select movement_id from stg_inventory_movements where sku = cast($1 as text)
    )
)
select
    movement_id, occurred_at, movement_type, quantity, reference,
    case
        when movement_type in ('receipt', 'return', 'adjustment') then quantity
        when movement_type = 'shipment' then -quantity
        else 0
    end as on_hand,
    case
        when movement_type = 'allocation' then quantity
        when movement_type = 'deallocation' then -quantity
        else 0
    end as allocated,
    concat(source_file, ':', source_line) as source
from versions
where recency = 1
  and sku = cast($1 as text)
  and local_date(occurred_at) <= cast($2 as date)
order by occurred_at desc, movement_id desc;
