-- answer: closed_pools
-- answers: which pools of deliveries closed the day before, and what was left of them
-- parameters: day date
-- order: by day of delivery
-- column pool: the day of delivery
-- column delivered: amounts of the pool less refunds before delivery
-- column expected: what was expected to come back
-- column refunds: what did
-- column released: what was left of the liability
with sums as (
    select
        p.date as pool,
        p.delivered,
        cast(f.delivered_amount - f.revenue_recognised as numeric(18, 2)) as expected,
        cast(coalesce(sum(r.refund), 0) as numeric(18, 2)) as refunds
    from int_recognition_pools p
    join fct_revenue_recognition_daily f on f.date = p.date
    left join int_recognition_refunds r on r.date = p.date
    where p.last_window_date + 1 = cast($1 as date)
    group by p.date, p.delivered, f.delivered_amount, f.revenue_recognised
)
select
    pool, delivered, expected, refunds,
    cast(expected - least(refunds, expected) as numeric(18, 2)) as released
from sums
order by pool;
