-- makes: new_date_range
-- grain: one row with the first and the last year of the daily facts, or none
-- reads: fct_revenue_daily, fct_inventory_daily
-- decides: the years of the first and the last day of either
insert into new_date_range (first_year, last_year)
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
