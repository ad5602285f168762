-- fills: fct_orders
-- grain: a staged order
-- reads: new_orders, new_items, turned_orders, changed_orders, fct_returns
-- decides: an order's amounts are the sums of its lines; lines are counted whether it is a sale or not
delete from fct_orders where order_id in (select order_id from changed_orders);

-- Orders that were not sent again gain or lose the flag when an earlier one comes or goes.
update fct_orders
set is_first_order = not is_first_order
where order_id in (select order_id from turned_orders);

insert into fct_orders (
    order_id, customer_id, status, created_at, paid_at, fulfilled_at, delivered_at, returned_at,
    sold_at, sold_date, is_sale, is_first_order, payment_method, channel, country, line_count,
    units, gross_revenue, discounts, refunds, taxes, net_revenue
)
with sums as (
    select
        i.order_id,
        count(*) as line_count,
        cast(sum(i.quantity) as bigint) as units,
        cast(sum(i.discount_amount) as numeric(18, 2)) as discounts,
        cast(sum(i.tax_amount) as numeric(18, 2)) as taxes,
        cast(sum(i.net_line_amount) as numeric(18, 2)) as net_amount
    from new_items i
    group by i.order_id
),
refunds as (
    select r.order_id, cast(sum(r.refund_amount) as numeric(18, 2)) as amount
    from fct_returns r
    join changed_orders c on c.order_id = r.order_id
    group by r.order_id
)
select
    o.order_id,
    o.customer_id,
    o.status,
    o.created_at,
    o.paid_at,
    o.fulfilled_at,
    o.delivered_at,
    o.returned_at,
    o.sold_at,
    o.sold_date,
    o.sold_at is not null as is_sale,
    t.order_id is not null as is_first_order,
    o.payment_method,
    o.channel,
    o.country,
    cast(coalesce(s.line_count, 0) as bigint) as line_count,
    cast(coalesce(s.units, 0) as bigint) as units,
    cast(coalesce(s.net_amount + s.discounts + s.taxes, 0) as numeric(18, 2)) as gross_revenue,
    cast(coalesce(s.discounts, 0) as numeric(18, 2)) as discounts,
    cast(coalesce(r.amount, 0) as numeric(18, 2)) as refunds,
    cast(coalesce(s.taxes, 0) as numeric(18, 2)) as taxes,
    cast(coalesce(s.net_amount, 0) - coalesce(r.amount, 0) as numeric(18, 2)) as net_revenue
from new_orders o
left join sums s on s.order_id = o.order_id
left join refunds r on r.order_id = o.order_id
left join turned_orders t on t.order_id = o.order_id;
