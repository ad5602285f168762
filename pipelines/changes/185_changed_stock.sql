-- makes: new_stock_series, changed_stock, new_stock, new_stock_days
-- grain: the last day before and after this run; a SKU and the first day that changes; its balance before that; its days from there on
-- reads: changed_stock_days, changed_reorder_points, int_stock_movements, dim_product, calendar, fct_inventory_daily
-- decides: days are computed from the first that changed on, with the balance of the day before; every SKU reaches the last day
insert into new_stock_series (old_date, new_date)
select
    (select max(date) from fct_inventory_daily) as old_date,
    (select max(date) from int_stock_movements) as new_date;

insert into changed_stock (sku, from_date)
with starts as (
    select sku, min(date) as from_date
    from changed_stock_days
    group by sku
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

insert into new_stock (sku, from_date, on_hand, allocated, reorder_point)
with balances as (
    select f.sku, f.on_hand, f.allocated
    from fct_inventory_daily f
    join changed_stock c on c.sku = f.sku and c.from_date - 1 = f.date
),
openings as (
    select c.sku, c.from_date, b.on_hand, b.allocated
    from changed_stock c
    left join balances b on b.sku = c.sku
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

insert into new_stock_days (sku, date, on_hand, allocated, reorder_point)
with days as (
    select date
    from calendar
    where date >= (select min(from_date) from new_stock)
      and date <= (select new_date from new_stock_series)
)
select n.sku, d.date, n.on_hand, n.allocated, n.reorder_point
from new_stock n
join days d on d.date >= n.from_date;
analyze new_stock_days (sku, date);
