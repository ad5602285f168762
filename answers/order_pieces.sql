-- answer: order_pieces
-- answers: what of an order came back, and how each refund comes about
-- parameters: order_id text
-- order: by line and piece
-- column line_number: the line
-- column piece_number: in order of return
-- column return_id: null for the rest of an order that was returned whole
-- column quantity: units of the piece
-- column sent_quantity: units that the return's row says; more where the line had no more left
-- column line_quantity: units of the line
-- column net_line_amount: of the line
-- column returned_at: when it came back
-- column returned_date: the day on which its refund counts
-- column is_moved: whether it came back before the day of the sale, and counts on that
-- column delivered_at: when the order was delivered
-- column is_refundable: at most 30 * 24 hours after delivery, or never delivered
-- column refunded_quantity: refundable units of the line up to and with it
-- column refunded_before: refunds of the line's pieces before it
-- column refund_amount: round(net_line_amount * refunded_quantity / line_quantity) less that
-- column source: file and line of the return, or of the order where it was returned whole
-- column earlier_rows: rows of the return that the latest supersedes
with sent as (
    select
        return_id, quantity, source_file, source_line,
        row_number() over (
            partition by return_id order by ingested_at desc, source_line desc
        ) as recency,
        count(*) over (partition by return_id) - 1 as earlier_rows
    from stg_returns
    where return_id in (select return_id from fct_returns where order_id = cast($1 as text))
),
order_row as (
    select source_file, source_line
    from stg_orders
    where order_id = cast($1 as text)
    order by ingested_at desc, source_line desc
    limit 1
)
select
    cast(r.line_number as bigint) as line_number,
    cast(r.piece_number as bigint) as piece_number,
    r.return_id,
    cast(r.quantity as bigint) as quantity,
    cast(coalesce(s.quantity, r.quantity) as bigint) as sent_quantity,
    cast(i.quantity as bigint) as line_quantity,
    i.net_line_amount,
    r.returned_at,
    r.returned_date,
    local_date(r.returned_at) < r.returned_date as is_moved,
    r.delivered_at,
    r.is_refundable,
    cast(sum(case when r.is_refundable then r.quantity else 0 end) over so_far as bigint)
        as refunded_quantity,
    cast(sum(r.refund_amount) over so_far - r.refund_amount as numeric(18, 2))
        as refunded_before,
    r.refund_amount,
    concat(coalesce(s.source_file, o.source_file), ':', coalesce(s.source_line, o.source_line))
        as source,
    coalesce(s.earlier_rows, 0) as earlier_rows
from fct_returns r
join fct_order_items i on i.order_id = r.order_id and i.line_number = r.line_number
left join sent s on s.return_id = r.return_id and s.recency = 1
left join order_row o on r.return_id is null
where r.order_id = cast($1 as text)
window so_far as (partition by r.line_number order by r.piece_number)
order by r.line_number, r.piece_number;
