-- model: fct_revenue_daily, changed_as_of
-- grain: a day; one row with the last day before and after this run
-- reads: changed_as_of, calendar, fct_revenue_daily
-- decides: the series begins with the first sale and ends with the last activity, whichever way they moved
drop table if exists new_series;
create temp table new_series as
select
    min(date) filter (where orders > 0) as first_date,
    max(date) filter (where orders > 0 or orders_delivered > 0 or orders_returned > 0)
        as last_date
from fct_revenue_daily;

update changed_as_of set new_date = (select last_date from new_series);

delete from fct_revenue_daily
where date < (select first_date from new_series)
   or date > (select last_date from new_series)
   or not exists (select 1 from new_series where first_date is not null);

insert into fct_revenue_daily (
    date, orders, units, gross_revenue, discounts, taxes, refunds, net_revenue, aov,
    orders_delivered, orders_returned, return_rate, new_customers, repeat_customers, guest_orders
)
select
    c.date,
    0 as orders,
    0 as units,
    0 as gross_revenue,
    0 as discounts,
    0 as taxes,
    0 as refunds,
    0 as net_revenue,
    cast(null as double precision) as aov,
    0 as orders_delivered,
    0 as orders_returned,
    cast(null as double precision) as return_rate,
    0 as new_customers,
    0 as repeat_customers,
    0 as guest_orders
from calendar c
join new_series s on c.date >= s.first_date and c.date <= s.last_date
where not exists (select 1 from fct_revenue_daily d where d.date = c.date);
