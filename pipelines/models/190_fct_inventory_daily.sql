-- model: fct_inventory_daily, changed_stock
-- grain: a SKU and day from its first movement to the last of any; a SKU and the first day that changes
-- reads: changed_stock_days, changed_reorder_points, int_stock_movements, dim_product, calendar, fct_inventory_daily
-- decides: days are computed from the first that changed on, with the balance of the day before; every SKU reaches the last day
drop table if exists new_stock_series;
create temp table new_stock_series as
select
    (select max(date) from fct_inventory_daily) as old_date,
    (select max(date) from int_stock_movements) as new_date;

drop table if exists changed_stock;
create temp table changed_stock as
with starts as (
    select sku, date as from_date
    from changed_stock_days
    union all
    select sku, date '1900-01-01'
    from changed_reorder_points
    union all
    select f.sku, least(s.old_date, s.new_date) + 1
    from fct_inventory_daily f
    cross join new_stock_series s
    where f.date = (select old_date from new_stock_series)
      and s.new_date is distinct from s.old_date
)
select sku, min(from_date) as from_date
from starts
group by sku;
analyze changed_stock;

drop table if exists new_stock;
create temp table new_stock as
with openings as (
    select c.sku, c.from_date, f.on_hand, f.allocated
    from changed_stock c
    left join fct_inventory_daily f on f.sku = c.sku and f.date = c.from_date - 1
),
-- A SKU without a balance on the day before begins with its first movement.
first_days as (
    select i.sku, min(i.date) as date
    from int_stock_movements i
    join openings o on o.sku = i.sku and o.on_hand is null
    group by i.sku
)
select
    o.sku,
    case when o.on_hand is null then d.date else o.from_date end as from_date,
    coalesce(o.on_hand, 0) as on_hand,
    coalesce(o.allocated, 0) as allocated,
    p.reorder_point
from openings o
join dim_product p on p.sku = o.sku and p.is_current
left join first_days d on d.sku = o.sku;
analyze new_stock;

drop table if exists new_stock_days;
create temp table new_stock_days as
select n.sku, c.date, n.on_hand, n.allocated, n.reorder_point
from new_stock n
join calendar c
    on c.date >= n.from_date
    and c.date <= (select new_date from new_stock_series);
analyze new_stock_days (sku, date);

delete from fct_inventory_daily
where date >= (select min(from_date) from changed_stock)
  and exists (
      select 1
      from changed_stock c
      where c.sku = fct_inventory_daily.sku
        and c.from_date <= fct_inventory_daily.date
  );

insert into fct_inventory_daily (
    sku, date, received, shipped, returned, adjusted, allocated_change, on_hand, allocated,
    available, reorder_point, is_at_risk
)
with days as (
    select
        n.sku, n.date, n.reorder_point,
        n.on_hand as opening_on_hand,
        n.allocated as opening_allocated,
        coalesce(m.received, 0) as received,
        coalesce(m.shipped, 0) as shipped,
        coalesce(m.returned, 0) as returned,
        coalesce(m.adjusted, 0) as adjusted,
        coalesce(m.allocated_change, 0) as allocated_change
    from new_stock_days n
    left join int_stock_movements m on m.sku = n.sku and m.date = n.date
),
balances as (
    select
        sku, date, received, shipped, returned, adjusted, allocated_change, reorder_point,
        cast(opening_on_hand + sum(received - shipped + returned + adjusted) over so_far
            as bigint) as on_hand,
        cast(opening_allocated + sum(allocated_change) over so_far as bigint) as allocated
    from days
    window so_far as (
        partition by sku order by date rows between unbounded preceding and current row
    )
)
select
    sku, date, received, shipped, returned, adjusted, allocated_change, on_hand, allocated,
    on_hand - allocated as available,
    reorder_point,
    on_hand - allocated < reorder_point as is_at_risk
from balances;
