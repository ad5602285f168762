-- A day, from the first sale or movement to the last sale, delivery, return or movement.
with digits(digit) as (
    values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
),
ends as (
    select min(date) as first_date, max(date) as last_date
    from (
        select sold_date as date from int_orders where sold_at is not null
        union all
        select cast(delivered_at as date) from int_orders where sold_at is not null
        union all
        select returned_date from fct_returns
        union all
        select date from int_stock_days
    ) days
)
select cast(first_date + (a.digit + 10 * b.digit + 100 * c.digit + 1000 * d.digit) as date) as date
from ends
cross join digits a
cross join digits b
cross join digits c
cross join digits d
where first_date + (a.digit + 10 * b.digit + 100 * c.digit + 1000 * d.digit) <= last_date
