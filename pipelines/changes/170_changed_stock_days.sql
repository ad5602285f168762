-- makes: changed_stock_days
-- grain: a SKU and day whose sums change, and what they are now
-- reads: run_scope, recurring_keys, loaded_files, stg_inventory_movements, int_stock_movements
-- decides: the latest row of a movement counts: what its older rows had added, at their SKU and day, is taken off
insert into changed_stock_days (
    sku, date, movements, received, shipped, returned, adjusted, allocated_change
)
with recurring as (
    select distinct id
    from recurring_keys
    where feed = 'inventory_movements'
),
-- Few movements come twice in one run, so that only these are put in order.
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
-- Nothing is older than a first run or a rebuild.
older_versions as (
    select
        m.sku, m.movement_type, m.quantity, m.occurred_at,
        row_number() over (
            partition by m.movement_id
            order by m.ingested_at desc, m.source_line desc
        ) as recency
    from stg_inventory_movements m
    where m.ingested_at <= (select ingested_after from run_scope)
      and m.movement_id in (
          select n.movement_id
          from stg_inventory_movements n
          where n.ingested_at > (select ingested_after from run_scope)
            and (select min(ingested_at) from loaded_files)
                <= (select ingested_after from run_scope)
      )
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
),
sums as (
    select
        sku,
        date,
        cast(sum(movements) as bigint) as movements,
        cast(sum(case movement_type when 'receipt' then quantity else 0 end) as bigint)
            as received,
        cast(sum(case movement_type when 'shipment' then quantity else 0 end) as bigint)
            as shipped,
        cast(sum(case movement_type when 'return' then quantity else 0 end) as bigint)
            as returned,
        cast(sum(case movement_type when 'adjustment' then quantity else 0 end) as bigint)
            as adjusted,
        cast(sum(case movement_type when 'allocation' then quantity
                                    when 'deallocation' then -quantity else 0 end) as bigint)
            as allocated_change
    from effects
    group by sku, date
),
sums_before as (
    select
        i.sku, i.date, i.movements, i.received, i.shipped, i.returned, i.adjusted,
        i.allocated_change
    from int_stock_movements i
    join sums s on s.sku = i.sku and s.date = i.date
)
-- Without an effect there is nothing to compute anew, as when a movement is sent again unchanged.
select
    s.sku,
    s.date,
    s.movements + coalesce(b.movements, 0) as movements,
    s.received + coalesce(b.received, 0) as received,
    s.shipped + coalesce(b.shipped, 0) as shipped,
    s.returned + coalesce(b.returned, 0) as returned,
    s.adjusted + coalesce(b.adjusted, 0) as adjusted,
    s.allocated_change + coalesce(b.allocated_change, 0) as allocated_change
from sums s
left join sums_before b on b.sku = s.sku and b.date = s.date
where s.movements <> 0 or s.received <> 0 or s.shipped <> 0 or s.returned <> 0
   or s.adjusted <> 0 or s.allocated_change <> 0;
analyze changed_stock_days (sku, date);
