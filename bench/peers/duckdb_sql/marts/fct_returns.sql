-- A returned piece of a sold line: first those of the feed, cut to what is left of the line, then
-- what is left where the order came back whole. Refunds are shared out in whole cents.
with sent as (
    select
        l.order_id, l.line_number, r.return_id, r.returned_at, r.reason,
        l.quantity as line_quantity, r.quantity,
        sum(r.quantity) over (
            partition by l.order_id, l.line_number order by r.returned_at, r.return_id
            rows between unbounded preceding and current row
        ) as quantity_to_here
    from int_returns r
    join int_sold_lines l on l.order_id = r.order_id and l.line_number = r.line_number
    where l.sold_at is not null
),
cut as (
    select
        order_id, line_number, return_id, returned_at, reason,
        least(quantity, line_quantity - (quantity_to_here - quantity)) as quantity
    from sent
    where quantity_to_here - quantity < line_quantity
),
cut_sums as (
    select order_id, line_number, sum(quantity) as quantity
    from cut
    group by order_id, line_number
),
pieces as (
    select order_id, line_number, return_id, returned_at, reason, quantity, 0 as is_rest
    from cut
    union all
    select
        l.order_id, l.line_number, null, l.returned_at, null,
        l.quantity - coalesce(c.quantity, 0), 1
    from int_sold_lines l
    left join cut_sums c on c.order_id = l.order_id and c.line_number = l.line_number
    where l.status = 'returned'
      and l.quantity > coalesce(c.quantity, 0)
),
numbered as (
    select
        p.order_id, p.line_number, p.return_id, p.returned_at, p.reason, p.quantity,
        l.sku, l.customer_id, l.delivered_at, l.sold_date, l.payment_method,
        l.quantity as line_quantity,
        cast(l.net_line_amount * 100 as bigint) as net_cents,
        row_number() over line as piece_number,
        l.delivered_at is null or p.returned_at <= l.delivered_at + interval '720 hours'
            as is_refundable
    from pieces p
    join int_sold_lines l on l.order_id = p.order_id and l.line_number = p.line_number
    window line as (
        partition by p.order_id, p.line_number order by p.is_rest, p.returned_at, p.return_id
    )
),
refunds as (
    select
        *,
        cast(sum(case when is_refundable then quantity else 0 end) over (
            partition by order_id, line_number order by piece_number
            rows between unbounded preceding and current row
        ) as bigint) as refunded_after,
        case when is_refundable then quantity else 0 end as refunded
    from numbered
)
select
    order_id, line_number, piece_number, return_id, customer_id, sku,
    cast(quantity as bigint) as quantity,
    delivered_at, returned_at, greatest(cast(returned_at as date), sold_date) as returned_date,
    is_refundable,
    cast(0.01 * cast(
        div(2 * net_cents * refunded_after + line_quantity, 2 * line_quantity)
        - div(2 * net_cents * (refunded_after - refunded) + line_quantity, 2 * line_quantity)
        as bigint) as numeric(18, 2)) as refund_amount,
    payment_method as refund_method, reason
from refunds
