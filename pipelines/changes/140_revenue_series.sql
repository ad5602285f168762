-- makes: revenue_series
-- grain: one row: the last day before this run, and the first and the last day after it
-- reads: changed_days, new_deliveries, fct_orders, fct_returns, fct_revenue_daily
-- decides: the series begins with the first sale and ends with the last activity, whichever way they moved
insert into revenue_series (old_date, first_date, last_date)
with active_days as (
    select date, orders > 0 as has_sales
    from fct_revenue_daily
    where (orders > 0 or orders_delivered > 0 or orders_returned > 0)
      and date not in (select date from changed_days)
    union all
    select distinct o.sold_date, true
    from fct_orders o
    join changed_days c on c.date = o.sold_date
    union all
    select distinct date, false
    from new_deliveries
    union all
    select distinct r.returned_date, false
    from fct_returns r
    join changed_days c on c.date = r.returned_date
)
select
    (select max(date) from fct_revenue_daily) as old_date,
    min(date) filter (where has_sales) as first_date,
    max(date) as last_date
from active_days;
