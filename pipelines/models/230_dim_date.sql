-- model: dim_date
-- grain: a day of the whole years that the daily facts touch
-- reads: fct_revenue_daily, fct_inventory_daily, calendar, dim_date
-- decides: from 1 January of the first day's year to 31 December of the last day's, whichever way they moved
drop table if exists new_date_range;
create temp table new_date_range as
with bounds as (
    select
        (select min(date) from fct_revenue_daily) as first_revenue,
        (select min(date) from fct_inventory_daily) as first_stock,
        (select max(date) from fct_revenue_daily) as last_revenue,
        (select max(date) from fct_inventory_daily) as last_stock
)
select
    cast(extract(year from least(first_revenue, first_stock)) as integer) as first_year,
    cast(extract(year from greatest(last_revenue, last_stock)) as integer) as last_year
from bounds
where first_revenue is not null
   or first_stock is not null;

delete from dim_date
where not exists (
    select 1
    from new_date_range r
    where r.first_year <= dim_date.year
      and r.last_year >= dim_date.year
);

insert into dim_date (
    date, date_key, year, quarter, month, month_name, iso_week, day_of_month, day_of_week,
    is_weekend
)
select
    c.date, c.date_key, c.year, c.quarter, c.month, c.month_name, c.iso_week, c.day_of_month,
    c.day_of_week, c.is_weekend
from calendar c
join new_date_range r on r.first_year <= c.year and r.last_year >= c.year
where not exists (select 1 from dim_date d where d.date = c.date);
