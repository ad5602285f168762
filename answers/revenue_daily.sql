-- answer: revenue_daily
-- answers: what was sold, refunded and returned, day by day
-- parameters: from date, to date, after date, limit bigint
-- order: oldest first
-- column date: the day, in the reporting time zone
-- column orders: sales of the day
-- column units: of the sales
-- column gross_revenue: of the sales, with tax, before discounts
-- column discounts: of the sales
-- column taxes: of the sales
-- column refunds: of the pieces that came back on the day
-- column net_revenue: gross_revenue - discounts - refunds - taxes
-- column aov: (gross_revenue - discounts - taxes) / orders; null without orders
-- column orders_delivered: sales that were delivered on the day
-- column orders_returned: sales of which a piece came back on the day
-- column return_rate: share of the orders delivered on the day of which a piece came back
-- column new_customers: customers whose first sale is on the day
-- column repeat_customers: customers with a sale on the day and an earlier first one
-- column guest_orders: sales without a customer
select
    date, orders, units, gross_revenue, discounts, taxes, refunds, net_revenue, aov,
    orders_delivered, orders_returned, return_rate, new_customers, repeat_customers, guest_orders
from fct_revenue_daily
where (cast($1 as date) is null or date >= cast($1 as date))
  and (cast($2 as date) is null or date <= cast($2 as date))
  and (cast($3 as date) is null or date > cast($3 as date))
order by date
limit cast($4 as bigint);
