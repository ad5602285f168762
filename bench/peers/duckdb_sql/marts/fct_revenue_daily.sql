-- A day: sales on the day of the sale, refunds on the day of the return.
with sales as (
    select
        sold_date as date, count(*) as orders, sum(units) as units,
        sum(gross_revenue) as gross_revenue, sum(discounts) as discounts, sum(taxes) as taxes,
        count(distinct customer_id) as customers,
        count(*) - count(customer_id) as guest_orders
    from fct_orders
    where is_sale
    group by sold_date
),
returns as (
    select
        returned_date as date, sum(refund_amount) as refunds,
        count(distinct order_id) as orders_returned
    from fct_returns
    group by returned_date
),
deliveries as (
    select
        cast(o.delivered_at as date) as date, count(*) as orders_delivered,
        count(r.order_id) as returned_of_delivered
    from fct_orders o
    left join (select distinct order_id from fct_returns) r on r.order_id = o.order_id
    where o.is_sale
      and o.delivered_at is not null
    group by cast(o.delivered_at as date)
),
newcomers as (
    select first_sale_date as date, count(*) as new_customers
    from dim_customer
    where first_sale_date is not null
    group by first_sale_date
)
select
    c.date,
    coalesce(s.orders, 0) as orders,
    cast(coalesce(s.units, 0) as bigint) as units,
    cast(coalesce(s.gross_revenue, 0) as numeric(18, 2)) as gross_revenue,
    cast(coalesce(s.discounts, 0) as numeric(18, 2)) as discounts,
    cast(coalesce(s.taxes, 0) as numeric(18, 2)) as taxes,
    cast(coalesce(r.refunds, 0) as numeric(18, 2)) as refunds,
    cast(coalesce(s.gross_revenue - s.discounts - s.taxes, 0) - coalesce(r.refunds, 0)
        as numeric(18, 2)) as net_revenue,
    cast(s.gross_revenue - s.discounts - s.taxes as double precision) / s.orders as aov,
    coalesce(d.orders_delivered, 0) as orders_delivered,
    coalesce(r.orders_returned, 0) as orders_returned,
    coalesce(d.returned_of_delivered, 0) as returned_of_delivered,
    cast(d.returned_of_delivered as double precision) / d.orders_delivered as return_rate,
    coalesce(n.new_customers, 0) as new_customers,
    coalesce(s.customers, 0) - coalesce(n.new_customers, 0) as repeat_customers,
    coalesce(s.guest_orders, 0) as guest_orders
from int_calendar c
join int_revenue_span span on c.date between span.first_date and span.last_date
left join sales s on s.date = c.date
left join returns r on r.date = c.date
left join deliveries d on d.date = c.date
left join newcomers n on n.date = c.date
