-- fills: fct_revenue_daily
-- grain: a day from the first sale to the last sale, delivery or return
-- reads: changed_days, new_deliveries, revenue_series, calendar, customer_sales, fct_orders, fct_returns, dim_customer, fct_revenue_daily
-- decides: sales count on the day of the sale, refunds on the day of the return; days without activity are rows of zeros
delete from fct_revenue_daily
where date in (select date from changed_days)
   or date < (select first_date from revenue_series)
   or date > (select last_date from revenue_series)
   or not exists (select 1 from revenue_series where first_date is not null);

insert into fct_revenue_daily (
    date, orders, units, gross_revenue, discounts, taxes, refunds, net_revenue, aov,
    orders_delivered, orders_returned, returned_of_delivered, return_rate, new_customers,
    repeat_customers, guest_orders
)
with sales as (
    select
        o.sold_date as date,
        count(*) as orders,
        cast(sum(o.units) as bigint) as units,
        amount_of(sum(o.gross_revenue), 'the sales of ' || o.sold_date) as gross_revenue,
        cast(sum(o.discounts) as numeric(38, 2)) as discounts,
        cast(sum(o.taxes) as numeric(38, 2)) as taxes,
        count(*) - count(o.customer_id) as guest_orders
    from fct_orders o
    join changed_days c on c.date = o.sold_date
    group by o.sold_date
),
buyers as (
    select sold_date as date, count(distinct customer_id) as customers
    from customer_sales
    where sold_date in (select date from changed_days)
    group by sold_date
),
returns as (
    select
        r.returned_date as date,
        amount_of(sum(r.refund_amount), 'the refunds of ' || r.returned_date) as refunds,
        count(distinct r.order_id) as orders_returned
    from fct_returns r
    join changed_days c on c.date = r.returned_date
    group by r.returned_date
),
deliveries as (
    select
        date,
        count(*) as orders_delivered,
        count(*) filter (where came_back) as returned_of_delivered
    from new_deliveries
    group by date
),
first_sales as (
    select d.first_sale_date as date, count(*) as new_customers
    from dim_customer d
    join changed_days c on c.date = d.first_sale_date
    group by d.first_sale_date
)
select
    c.date,
    cast(coalesce(s.orders, 0) as bigint) as orders,
    cast(coalesce(s.units, 0) as bigint) as units,
    cast(coalesce(s.gross_revenue, 0) as numeric(18, 2)) as gross_revenue,
    cast(coalesce(s.discounts, 0) as numeric(18, 2)) as discounts,
    cast(coalesce(s.taxes, 0) as numeric(18, 2)) as taxes,
    cast(coalesce(r.refunds, 0) as numeric(18, 2)) as refunds,
    cast(coalesce(s.gross_revenue - s.discounts - s.taxes, 0) - coalesce(r.refunds, 0)
        as numeric(18, 2)) as net_revenue,
    -- Cents are whole numbers, which a double holds exactly: the ratio is rounded once.
    cast(cast(s.gross_revenue - s.discounts - s.taxes as numeric(38, 2)) * 100
        as double precision)
        / (s.orders * 100) as aov,
    cast(coalesce(d.orders_delivered, 0) as bigint) as orders_delivered,
    cast(coalesce(r.orders_returned, 0) as bigint) as orders_returned,
    cast(coalesce(d.returned_of_delivered, 0) as bigint) as returned_of_delivered,
    cast(d.returned_of_delivered as double precision) / d.orders_delivered as return_rate,
    cast(coalesce(f.new_customers, 0) as bigint) as new_customers,
    -- Whoever bought on the day and not for the first time: first sales are sales of the day.
    cast(coalesce(b.customers, 0) - coalesce(f.new_customers, 0) as bigint) as repeat_customers,
    cast(coalesce(s.guest_orders, 0) as bigint) as guest_orders
from calendar c
join revenue_series x on x.first_date <= c.date and x.last_date >= c.date
left join sales s on s.date = c.date
left join buyers b on b.date = c.date
left join returns r on r.date = c.date
left join deliveries d on d.date = c.date
left join first_sales f on f.date = c.date
where not exists (select 1 from fct_revenue_daily old where old.date = c.date);
