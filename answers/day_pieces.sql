-- answer: day_pieces
-- answers: the pieces that came back on a day
-- parameters: day date
-- order: by time of return
-- column order_id: the order
-- column line: its line
-- column piece: of the line
-- column return_id: null for the rest of an order that was returned whole
-- column quantity: units
-- column returned_at: when it came back
-- column sold_date: when the order was sold
-- column days: whole days since delivery; null where it was never delivered
-- column is_refundable: whether it is paid back
-- column refund: what is paid back
-- column source: file and line of the return, or of the order where it was returned whole
with pieces as (
    select
        order_id, line_number, piece_number, return_id, quantity, returned_at,
        days_since_delivery, is_refundable, refund_amount
    from fct_returns
    where returned_date = cast($1 as date)
),
orders_sent as (
    select
        order_id,
        concat(source_file, ':', source_line) as source,
        row_number() over (
            partition by order_id order by ingested_at desc, source_line desc
        ) as recency
    from stg_orders
    where order_id in (select order_id from pieces)
),
returns_sent as (
    select
        return_id,
        concat(source_file, ':', source_line) as source,
        row_number() over (
            partition by return_id order by ingested_at desc, source_line desc
        ) as recency
    from stg_returns
    where return_id in (select return_id from pieces)
)
select
    p.order_id,
    cast(p.line_number as bigint) as line,
    cast(p.piece_number as bigint) as piece,
    p.return_id,
    cast(p.quantity as bigint) as quantity,
    p.returned_at, o.sold_date,
    p.days_since_delivery as days,
    p.is_refundable,
    p.refund_amount as refund,
    coalesce(s.source, r.source) as source
from pieces p
join fct_orders o on o.order_id = p.order_id
left join orders_sent r on r.order_id = p.order_id and r.recency = 1
left join returns_sent s on s.return_id = p.return_id and s.recency = 1
order by p.returned_at, p.order_id, p.line_number, p.piece_number;
