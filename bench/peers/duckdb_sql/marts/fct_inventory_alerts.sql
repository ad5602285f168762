-- An episode: a longest run of days at risk of one SKU.
with at_risk as (
    select
        *,
        -- The same for all days of one run: both sides go up by one a day.
        date - cast(row_number() over (partition by sku order by date) as integer) as episode
    from fct_inventory_daily
    where is_at_risk
),
episodes as (
    select sku, min(date) as opened_on, max(date) as last_date
    from at_risk
    group by sku, episode
),
ends as (
    select max(date) as last_date
    from fct_inventory_daily
)
select
    e.sku, e.opened_on,
    case when e.last_date < ends.last_date then e.last_date + 1 end as resolved_on,
    e.last_date = ends.last_date as is_open, e.last_date - e.opened_on + 1 as days_at_risk,
    d.on_hand, d.allocated, d.available, d.reorder_point,
    d.reorder_point - d.available as shortfall
from episodes e
cross join ends
join fct_inventory_daily d on d.sku = e.sku and d.date = e.last_date
