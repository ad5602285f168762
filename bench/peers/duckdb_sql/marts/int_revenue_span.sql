-- One row: the first sale's day, and the last day of any sale, delivery or return.
select
    min(o.sold_date) as first_date,
    greatest(max(o.sold_date), max(cast(o.delivered_at as date)),
        (select max(returned_date) from fct_returns)) as last_date
from int_orders o
where o.sold_at is not null
