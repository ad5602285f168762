-- fills: fct_returns
-- grain: a returned piece of a sold line
-- reads: changed_orders, new_orders, new_pieces
-- decides: refundable within 30 * 24 hours of delivery or never delivered; the pieces of a line share its net amount exactly
delete from fct_returns where order_id in (select order_id from changed_orders);

insert into fct_returns (
    order_id, line_number, piece_number, return_id, customer_id, sku, quantity, delivered_at,
    returned_at, returned_date, days_since_delivery, is_refundable, refund_amount,
    refund_method, reason
)
with pieces as (
    select
        p.order_id, p.line_number, p.piece_number, p.return_id, o.customer_id, p.sku,
        p.quantity, o.delivered_at, p.returned_at, o.sold_date, o.payment_method, p.reason,
        p.net_line_amount, p.line_quantity,
        o.delivered_at is null
            or p.returned_at <= o.delivered_at + interval '720 hours' as is_refundable
    from new_pieces p
    join new_orders o on o.order_id = p.order_id
),
refunds as (
    select
        *,
        cast(case when is_refundable then quantity else 0 end as bigint) as refundable_quantity,
        cast(sum(case when is_refundable then quantity else 0 end) over (
            partition by order_id, line_number
            order by piece_number
            rows between unbounded preceding and current row
        ) as bigint) as refunded_quantity
    from pieces
)
select
    order_id,
    line_number,
    piece_number,
    return_id,
    customer_id,
    sku,
    quantity,
    delivered_at,
    returned_at,
    greatest(local_date(returned_at), sold_date) as returned_date,
    cast(whole_days(delivered_at, returned_at) as bigint) as days_since_delivery,
    is_refundable,
    cast(prorate(net_line_amount, refunded_quantity, line_quantity)
        - prorate(net_line_amount, refunded_quantity - refundable_quantity, line_quantity)
        as numeric(18, 2)) as refund_amount,
    payment_method as refund_method,
    reason
from refunds;
