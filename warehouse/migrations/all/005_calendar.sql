-- Every day that a fact can name: series of days are expanded from here on every engine.
create table calendar (
    date date,
    date_key integer,
    year integer,
    quarter integer,
    month integer,
    month_name text,
    iso_week integer,
    day_of_month integer,
    day_of_week integer,
    is_weekend boolean
);

insert into calendar
with digits(digit) as (
    values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
),
month_names(month, month_name) as (
    values (1, 'January'), (2, 'February'), (3, 'March'), (4, 'April'), (5, 'May'), (6, 'June'),
           (7, 'July'), (8, 'August'), (9, 'September'), (10, 'October'), (11, 'November'),
           (12, 'December')
),
numbers as (
    select a.digit + 10 * b.digit + 100 * c.digit + 1000 * d.digit + 10000 * e.digit as number
    from digits a
    cross join digits b
    cross join digits c
    cross join digits d
    cross join digits e
),
days as (
    select date '1969-01-01' + cast(number as integer) as date
    from numbers
    where number <= date '2102-12-31' - date '1969-01-01'
),
parts as (
    select
        date,
        cast(extract(year from date) as integer) as year,
        cast(extract(quarter from date) as integer) as quarter,
        cast(extract(month from date) as integer) as month,
        cast(extract(week from date) as integer) as iso_week,
        cast(extract(day from date) as integer) as day_of_month,
        cast(extract(isodow from date) as integer) as day_of_week
    from days
)
select
    p.date,
    p.year * 10000 + p.month * 100 + p.day_of_month as date_key,
    p.year,
    p.quarter,
    p.month,
    m.month_name,
    p.iso_week,
    p.day_of_month,
    p.day_of_week,
    p.day_of_week >= 6 as is_weekend
from parts p
join month_names m on m.month = p.month
order by p.date;
