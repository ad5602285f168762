-- model: fct_inventory_alerts
-- grain: an episode: a longest run of days at risk of one SKU
-- reads: changed_stock, new_stock_series, fct_inventory_daily, fct_inventory_alerts
-- decides: episodes are found anew from the start of the one that touches the day before the first changed day
drop table if exists changed_alerts;
create temp table changed_alerts as
select c.sku, coalesce(min(a.opened_on), c.from_date) as from_date
from changed_stock c
left join fct_inventory_alerts a
    on a.sku = c.sku
    and a.opened_on < c.from_date
    and coalesce(a.resolved_on, date '2200-01-01') >= c.from_date
group by c.sku, c.from_date;
analyze changed_alerts;

delete from fct_inventory_alerts
where exists (
    select 1
    from changed_alerts c
    where c.sku = fct_inventory_alerts.sku
      and c.from_date <= fct_inventory_alerts.opened_on
);

insert into fct_inventory_alerts (
    sku, opened_on, resolved_on, is_open, days_at_risk, on_hand, allocated, available,
    reorder_point, shortfall
)
with at_risk as (
    select
        f.sku,
        f.date,
        -- The same for all days of one run: both sides go up by one a day.
        f.date - cast(row_number() over (partition by f.sku order by f.date) as integer)
            as episode
    from fct_inventory_daily f
    join changed_alerts c on c.sku = f.sku and c.from_date <= f.date
    where f.is_at_risk
),
episodes as (
    select sku, min(date) as opened_on, max(date) as last_date, count(*) as days_at_risk
    from at_risk
    group by sku, episode
)
select
    e.sku,
    e.opened_on,
    case when e.last_date < s.new_date then e.last_date + 1 end as resolved_on,
    e.last_date = s.new_date as is_open,
    e.days_at_risk,
    f.on_hand,
    f.allocated,
    f.available,
    f.reorder_point,
    f.reorder_point - f.available as shortfall
from episodes e
join fct_inventory_daily f on f.sku = e.sku and f.date = e.last_date
cross join new_stock_series s;
