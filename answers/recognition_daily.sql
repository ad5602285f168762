-- answer: recognition_daily
-- answers: what revenue was recognised, released and reversed, day by day, and what is owed
-- parameters: from date, to date, after date, limit bigint
-- order: oldest first
-- column date: the day, in the reporting time zone
-- column billed: amounts of the day's sales, without tax
-- column delivered_amount: of the orders delivered on the day, less what was refunded before
-- column expected_return_rate: share of what is delivered that is expected to come back
-- column revenue_recognised: delivered_amount less what is expected to come back
-- column revenue_released: left of the liability of pools whose window closed
-- column revenue_reversed: refunds above their pool's liability, 0 or less
-- column net_revenue_recognised: recognised + released + reversed
-- column refunds_paid: of the pieces that came back on the day
-- column deferred_revenue: billed and not yet delivered, at the end of the day
-- column refund_liability: expected to be refunded yet, at the end of the day
select
    date, billed, delivered_amount, expected_return_rate, revenue_recognised, revenue_released,
    revenue_reversed, net_revenue_recognised, refunds_paid, deferred_revenue, refund_liability
from fct_revenue_recognition_daily
where (cast($1 as date) is null or date >= cast($1 as date))
  and (cast($2 as date) is null or date <= cast($2 as date))
  and (cast($3 as date) is null or date > cast($3 as date))
order by date
limit cast($4 as bigint);
