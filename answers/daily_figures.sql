-- answer: daily_figures
-- answers: what was sold, delivered and returned on each day
-- parameters: from date, to date, limit bigint
-- order: oldest first
-- column date: the day, in the reporting time zone
-- column orders: sales
-- column units: pieces sold
-- column gross_revenue: merchandise and tax, before discounts
-- column discounts: taken off by discounts
-- column taxes: tax collected for others
-- column refunds: paid back for what was returned in this time, whenever it was sold
-- column net_revenue: gross_revenue - discounts - refunds - taxes
-- column aov: (gross_revenue - discounts - taxes) / orders; null without orders
-- column orders_delivered: sales delivered in this time
-- column orders_returned: sales of which a piece came back, counted each day on which one did
-- column returned_of_delivered: of the orders delivered, those of which a piece came back since
-- column return_rate: returned_of_delivered / orders_delivered; null without deliveries
-- column new_customers: customers whose first sale is on this day
-- column repeat_customers: customers of the day whose first sale is on an earlier day
-- column guest_orders: sales without a customer
select
    date, orders, units, gross_revenue, discounts, taxes, refunds, net_revenue, aov,
    orders_delivered, orders_returned, returned_of_delivered, return_rate, new_customers,
    repeat_customers, guest_orders
from fct_revenue_daily
where date between cast($1 as date) and cast($2 as date)
order by date
limit cast($3 as bigint);
