-- makes: sent_movements, stock_effects, changed_stock_days
-- grain: a movement that was sent and may have older rows; a SKU and day, and what this run adds to its sums; one whose sums change, and what they are now
-- reads: run_scope, recurring_keys, loaded_files, stg_inventory_movements, int_stock_movements
-- decides: the latest row of a movement counts: what its older rows had added, at their SKU and day, is taken off
insert into sent_movements (movement_id)
select distinct m.movement_id
from stg_inventory_movements m
where m.ingested_at > (select ingested_after from run_scope)
  -- Nothing is older than a first run or a rebuild.
  and (select min(ingested_at) from loaded_files) <= (select ingested_after from run_scope);
analyze sent_movements;

insert into stock_effects (
    sku, date, movements, received, shipped, returned, adjusted, allocated_change
)
with recurring as (
    select distinct id
    from recurring_keys
    where feed = 'inventory_movements'
),
-- Most often few movements come twice in one run: only these are put in order.
recurring_versions as (
    select
        m.sku, m.movement_type, m.quantity, m.occurred_at,
        row_number() over (
            partition by m.movement_id
            order by m.ingested_at desc, m.source_line desc
        ) as recency
    from stg_inventory_movements m
    join recurring r on r.id = m.movement_id
    where m.ingested_at > (select ingested_after from run_scope)
),
older_versions as (
    select
        m.sku, m.movement_type, m.quantity, m.occurred_at,
        row_number() over (
            partition by m.movement_id
            order by m.ingested_at desc, m.source_line desc
        ) as recency
    from stg_inventory_movements m
    join sent_movements s on s.movement_id = m.movement_id
    where m.ingested_at <= (select ingested_after from run_scope)
),
effects as (
    select sku, local_date(occurred_at) as date, movement_type, 1 as movements, quantity
    from stg_inventory_movements
    where ingested_at > (select ingested_after from run_scope)
    union all
    select sku, local_date(occurred_at), movement_type, -1, -quantity
    from recurring_versions
    where recency > 1
    union all
    select sku, local_date(occurred_at), movement_type, -1, -quantity
    from older_versions
    where recency = 1
)
-- Sums are handed on, not the movements, of which there are five times as many.
select
    sku,
    date,
    cast(sum(movements) as bigint) as movements,
    cast(sum(case movement_type when 'receipt' then quantity else 0 end) as bigint) as received,
    cast(sum(case movement_type when 'shipment' then quantity else 0 end) as bigint) as shipped,
    cast(sum(case movement_type when 'return' then quantity else 0 end) as bigint) as returned,
    cast(sum(case movement_type when 'adjustment' then quantity else 0 end) as bigint)
        as adjusted,
    cast(sum(case movement_type when 'allocation' then quantity
                                when 'deallocation' then -quantity else 0 end) as bigint)
        as allocated_change
from effects
group by sku, date;
analyze stock_effects (sku, date);

insert into changed_stock_days (
    sku, date, movements, received, shipped, returned, adjusted, allocated_change
)
with before as (
    select
        i.sku, i.date, i.movements, i.received, i.shipped, i.returned, i.adjusted,
        i.allocated_change
    from int_stock_movements i
    join stock_effects e on e.sku = i.sku and e.date = i.date
)
-- Without an effect there is nothing to compute anew, as when a movement is sent again unchanged.
select
    e.sku,
    e.date,
    e.movements + coalesce(b.movements, 0) as movements,
    e.received + coalesce(b.received, 0) as received,
    e.shipped + coalesce(b.shipped, 0) as shipped,
    e.returned + coalesce(b.returned, 0) as returned,
    e.adjusted + coalesce(b.adjusted, 0) as adjusted,
    e.allocated_change + coalesce(b.allocated_change, 0) as allocated_change
from stock_effects e
left join before b on b.sku = e.sku and b.date = e.date
where e.movements <> 0 or e.received <> 0 or e.shipped <> 0 or e.returned <> 0
   or e.adjusted <> 0 or e.allocated_change <> 0;
analyze changed_stock_days (sku, date);
