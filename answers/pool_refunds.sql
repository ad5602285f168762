-- answer: pool_refunds
-- answers: from which pools of deliveries the refunds of a day are taken
-- parameters: day date
-- order: by day of delivery
-- column pool: the day of delivery
-- column expected: what was expected to come back of it
-- column refunded_before: refunds of the pool before the day
-- column refund: refunds of the pool on the day
-- column from_liability: what of them was expected; the rest is reversed from revenue
with sums as (
    select
        r.date as pool,
        cast(f.delivered_amount - f.revenue_recognised as numeric(18, 2)) as expected,
        cast(sum(case when r.returned_date < cast($1 as date) then r.refund else 0 end)
            as numeric(18, 2)) as refunded_before,
        cast(sum(case when r.returned_date = cast($1 as date) then r.refund else 0 end)
            as numeric(18, 2)) as refund
    from int_recognition_refunds r
    join fct_revenue_recognition_daily f on f.date = r.date
    where r.returned_date <= cast($1 as date)
      and r.date in (
          select b.date from int_recognition_refunds b where b.returned_date = cast($1 as date)
      )
    group by r.date, f.delivered_amount, f.revenue_recognised
)
select
    pool, expected, refunded_before, refund,
    cast(least(refunded_before + refund, expected) - least(refunded_before, expected)
        as numeric(18, 2)) as from_liability
from sums
order by pool;
