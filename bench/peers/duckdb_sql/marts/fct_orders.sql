-- A staged order; its amounts are the sums of its lines.
with sums as (
    select
        order_id, count(*) as line_count, sum(quantity) as units,
        sum(gross_amount) as gross_revenue, sum(discount_amount) as discounts,
        sum(refund_amount) as refunds, sum(tax_amount) as taxes, sum(net_revenue) as net_revenue
    from fct_order_items
    group by order_id
),
firsts as (
    select
        order_id,
        row_number() over (partition by customer_id order by sold_at, order_id) as number
    from int_orders
    where customer_id is not null
      and sold_at is not null
)
select
    o.order_id, o.customer_id, o.status, o.created_at, o.paid_at, o.fulfilled_at, o.delivered_at,
    o.returned_at, o.sold_at, o.sold_date, o.sold_at is not null as is_sale,
    coalesce(f.number = 1, false) as is_first_order, o.payment_method, o.channel, o.country,
    coalesce(s.line_count, 0) as line_count,
    cast(coalesce(s.units, 0) as bigint) as units,
    cast(coalesce(s.gross_revenue, 0) as numeric(18, 2)) as gross_revenue,
    cast(coalesce(s.discounts, 0) as numeric(18, 2)) as discounts,
    cast(coalesce(s.refunds, 0) as numeric(18, 2)) as refunds,
    cast(coalesce(s.taxes, 0) as numeric(18, 2)) as taxes,
    cast(coalesce(s.net_revenue, 0) as numeric(18, 2)) as net_revenue
from int_orders o
left join sums s on s.order_id = o.order_id
left join firsts f on f.order_id = o.order_id
