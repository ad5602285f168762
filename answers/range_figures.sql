-- answer: range_figures
-- answers: the measures over a range of days as a whole: customers counted anew, ratios from sums
-- parameters: from date, to date
-- order: one row
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
-- column new_customers: customers whose first sale is in the range
-- column repeat_customers: customers of the range whose first sale is before it
-- column guest_orders: sales without a customer
with days as (
    select *
    from fct_revenue_daily
    where date between cast($1 as date) and cast($2 as date)
),
sums as (
    select
        cast(coalesce(sum(orders), 0) as bigint) as orders,
        cast(coalesce(sum(units), 0) as bigint) as units,
        cast(coalesce(sum(gross_revenue), 0) as numeric(18, 2)) as gross_revenue,
        cast(coalesce(sum(discounts), 0) as numeric(18, 2)) as discounts,
        cast(coalesce(sum(taxes), 0) as numeric(18, 2)) as taxes,
        cast(coalesce(sum(refunds), 0) as numeric(18, 2)) as refunds,
        cast(coalesce(sum(net_revenue), 0) as numeric(18, 2)) as net_revenue,
        cast(coalesce(sum(orders_delivered), 0) as bigint) as orders_delivered,
        cast(coalesce(sum(orders_returned), 0) as bigint) as orders_returned,
        cast(coalesce(sum(returned_of_delivered), 0) as bigint) as returned_of_delivered,
        cast(coalesce(sum(new_customers), 0) as bigint) as new_customers,
        cast(coalesce(sum(guest_orders), 0) as bigint) as guest_orders
    from days
),
buyers as (
    select count(distinct customer_id) as customers
    from fct_orders
    where sold_date between cast($1 as date) and cast($2 as date)
)
select
    s.orders, s.units, s.gross_revenue, s.discounts, s.taxes, s.refunds, s.net_revenue,
    -- Cents are whole numbers, which a double holds exactly: the ratio is rounded once.
    cast(cast(s.gross_revenue - s.discounts - s.taxes as numeric(38, 2)) * 100
        as double precision) / nullif(s.orders * 100, 0) as aov,
    s.orders_delivered, s.orders_returned, s.returned_of_delivered,
    cast(s.returned_of_delivered as double precision)
        / nullif(s.orders_delivered, 0) as return_rate,
    s.new_customers,
    -- Whoever bought in the range and not for the first time: first sales are sales of the range.
    cast(b.customers - s.new_customers as bigint) as repeat_customers,
    s.guest_orders
from sums s
cross join buyers b;
