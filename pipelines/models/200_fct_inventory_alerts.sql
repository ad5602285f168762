-- fills: fct_inventory_alerts
-- grain: an episode: a longest run of days at risk of one SKU
-- reads: changed_alerts, new_stock_series, fct_inventory_daily
-- decides: episodes from the first changed day on are found anew, one that reached it goes on
delete from fct_inventory_alerts
where exists (
    select 1
    from changed_alerts c
    where c.sku = fct_inventory_alerts.sku
      and coalesce(c.opened_on, c.from_date) <= fct_inventory_alerts.opened_on
);

insert into fct_inventory_alerts (
    sku, opened_on, resolved_on, is_open, days_at_risk, on_hand, allocated, available,
    reorder_point, shortfall
)
with at_risk as (
    select
        f.sku,
        f.date,
        c.from_date,
        c.opened_on,
        -- The same for all days of one run: both sides go up by one a day.
        f.date - cast(row_number() over (partition by f.sku order by f.date) as integer)
            as episode
    from fct_inventory_daily f
    join changed_alerts c
        on c.sku = f.sku
        and f.date >= case when c.opened_on is null then c.from_date else c.from_date - 1 end
    where f.is_at_risk
      and f.date >= (select min(from_date) - 1 from changed_alerts)
),
episodes as (
    select
        sku,
        case when min(date) < from_date then opened_on else min(date) end as opened_on,
        max(date) as last_date
    from at_risk
    group by sku, from_date, opened_on, episode
)
select
    e.sku,
    e.opened_on,
    case when e.last_date < s.new_date then e.last_date + 1 end as resolved_on,
    e.last_date = s.new_date as is_open,
    e.last_date - e.opened_on + 1 as days_at_risk,
    f.on_hand,
    f.allocated,
    f.available,
    f.reorder_point,
    f.reorder_point - f.available as shortfall
from episodes e
join fct_inventory_daily f on f.sku = e.sku and f.date = e.last_date
cross join new_stock_series s;
