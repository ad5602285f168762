-- answer: rate_pools
-- answers: which pools of deliveries a day's expected return rate rests on
-- parameters: day date
-- order: by day of delivery
-- column pool: the day of delivery
-- column last_window_day: the last day on which a return of it is refunded
-- column delivered: amounts of the pool less refunds before delivery
-- column refunds: refunds of the pool
select
    p.date as pool,
    p.last_window_date as last_window_day,
    p.delivered,
    cast(coalesce(sum(r.refund), 0) as numeric(18, 2)) as refunds
from int_recognition_pools p
left join int_recognition_refunds r on r.date = p.date
where p.date >= cast($1 as date) - 180
  and p.date < cast($1 as date)
  and p.last_window_date < cast($1 as date)
group by p.date, p.last_window_date, p.delivered
order by p.date;
