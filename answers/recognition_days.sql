-- answer: recognition_days
-- answers: revenue by delivery, with what is expected to come back held as a liability
-- parameters: from date, to date, limit bigint
-- order: oldest first
-- column date: the day, in the reporting time zone
-- column billed: amounts of the day's sales, without tax
-- column delivered_amount: of the orders delivered on the day, less what was refunded before
-- column expected_return_rate: share of what is delivered that is expected to come back
-- column revenue_recognised: delivered_amount less what is expected to come back
-- column revenue_released: of deliveries whose time for returns is over, 0 or more
-- column revenue_reversed: refunds above what was expected, 0 or less
-- column net_revenue_recognised: the sum of these three
-- column refunds_paid: of the pieces that came back on the day
-- column deferred_revenue: billed and not delivered, at the end of the day
-- column refund_liability: expected to be refunded yet, at the end of the day
select
    date, billed, delivered_amount, expected_return_rate, revenue_recognised, revenue_released,
    revenue_reversed, net_revenue_recognised, refunds_paid, deferred_revenue, refund_liability
from fct_revenue_recognition_daily
where date between cast($1 as date) and cast($2 as date)
order by date
limit cast($3 as bigint);
