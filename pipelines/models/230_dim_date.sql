-- fills: dim_date
-- grain: a day of the whole years that the daily facts touch
-- reads: new_date_range, calendar, dim_date
-- decides: from 1 January of the first day's year to 31 December of the last day's, whichever way they moved
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
