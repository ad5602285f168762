-- makes: return_versions, new_returns, new_pieces
-- grain: a row of a return that was ever of a changed order; a return; a returned piece of a line of a changed order
-- reads: changed_orders, new_orders, new_items, stg_returns
-- decides: the latest row of a return counts; pieces are cut to what the line has left; status returned takes the rest
insert into return_versions (
    return_id, order_id, line_number, quantity, returned_at, reason, ingested_at, source_line
)
with candidates as (
    select distinct r.return_id
    from stg_returns r
    join changed_orders c on c.order_id = r.order_id
)
select
    r.return_id, r.order_id, r.line_number, r.quantity, r.returned_at, r.reason, r.ingested_at,
    r.source_line
from stg_returns r
join candidates c on c.return_id = r.return_id;

insert into new_returns (return_id, order_id, line_number, quantity, returned_at, reason)
with versions as (
    select
        return_id, order_id, line_number, quantity, returned_at, reason,
        row_number() over (
            partition by return_id
            order by ingested_at desc, source_line desc
        ) as recency
    from return_versions
)
select return_id, order_id, line_number, quantity, returned_at, reason
from versions
where recency = 1;

insert into new_pieces (
    order_id, line_number, sku, net_line_amount, line_quantity, return_id, returned_at, reason,
    piece_number, quantity
)
with claims as (
    select
        i.order_id, i.line_number, i.sku, i.net_line_amount, i.quantity as line_quantity,
        r.return_id, r.quantity, r.returned_at, r.reason,
        row_number() over line_so_far as piece_number,
        cast(sum(r.quantity) over line_so_far as bigint) as claimed
    from new_returns r
    join new_items i on i.order_id = r.order_id and i.line_number = r.line_number
    where i.sold_at is not null
    window line_so_far as (
        partition by i.order_id, i.line_number
        order by r.returned_at, r.return_id
        rows between unbounded preceding and current row
    )
),
sent as (
    select
        order_id, line_number, sku, net_line_amount, line_quantity, piece_number, return_id,
        returned_at, reason,
        least(claimed, line_quantity) - least(claimed - quantity, line_quantity) as quantity
    from claims
    where claimed - quantity < line_quantity
),
taken as (
    select
        order_id, line_number, max(piece_number) as pieces,
        cast(sum(quantity) as bigint) as quantity
    from sent
    group by order_id, line_number
),
rest as (
    select
        i.order_id, i.line_number, i.sku, i.net_line_amount, i.quantity as line_quantity,
        coalesce(t.pieces, 0) + 1 as piece_number,
        cast(null as text) as return_id,
        o.returned_at,
        cast(null as text) as reason,
        i.quantity - coalesce(t.quantity, 0) as quantity
    from new_items i
    join new_orders o on o.order_id = i.order_id and o.status = 'returned'
    left join taken t on t.order_id = i.order_id and t.line_number = i.line_number
    where i.quantity > coalesce(t.quantity, 0)
)
select
    order_id, line_number, sku, net_line_amount, line_quantity, return_id, returned_at, reason,
    cast(piece_number as integer) as piece_number,
    cast(quantity as integer) as quantity
from sent
union all
select
    order_id, line_number, sku, net_line_amount, line_quantity, return_id, returned_at, reason,
    cast(piece_number as integer) as piece_number,
    cast(quantity as integer) as quantity
from rest;
analyze new_pieces (order_id, line_number);
