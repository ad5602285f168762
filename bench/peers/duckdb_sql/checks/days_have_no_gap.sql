-- The days follow each other, each once.
with followed as (
    select date, lead(date) over (order by date) as next_date
    from fct_revenue_daily
)
select date
from followed
where next_date <> date + 1
