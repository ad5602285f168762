-- answer: order_waiting
-- answers: rows that name an order and are in no figure: lines without it, returns without a piece
-- parameters: order_id text
-- order: lines first, then returns by id
-- column kind: line or return
-- column name: the line's number or the return's id
-- column line_number: the line
-- column sku: of a line
-- column quantity: units
-- column unit_price: of a line
-- column returned_at: of a return
-- column reason: what it waits for, or why it is no piece
-- column source: file and line of its latest row
with returns as (
    select
        return_id, order_id, line_number, quantity, returned_at, source_file, source_line,
        row_number() over (
            partition by return_id order by ingested_at desc, source_line desc
        ) as recency
    from stg_returns
    where return_id in (select return_id from stg_returns where order_id = cast($1 as text))
),
waiting as (
    select
        'line' as kind,
        cast(line_number as text) as name,
        cast(line_number as bigint) as line_number,
        sku,
        cast(quantity as bigint) as quantity,
        unit_price,
        cast(null as timestamp with time zone) as returned_at,
        'until the order arrives' as reason,
        concat(source_file, ':', source_line) as source
    from orphan_order_items
    where order_id = cast($1 as text)
    union all
    select
        'return',
        r.return_id,
        cast(r.line_number as bigint),
        null,
        cast(r.quantity as bigint),
        null,
        r.returned_at,
        case
            when o.order_id is null then 'until the order arrives'
            when not o.is_sale then 'until the order is a sale'
            when i.order_id is null then 'until the line arrives'
            else 'since the line has nothing left'
        end,
        concat(r.source_file, ':', r.source_line)
    from returns r
    left join fct_orders o on o.order_id = r.order_id
    left join fct_order_items i on i.order_id = r.order_id and i.line_number = r.line_number
    where r.recency = 1
      and r.order_id = cast($1 as text)
      and not exists (
          select 1
          from fct_returns p
          where p.order_id = r.order_id
            and p.line_number = r.line_number
            and p.return_id = r.return_id
      )
)
select kind, name, line_number, sku, quantity, unit_price, returned_at, reason, source
from waiting
order by kind, line_number, name;
