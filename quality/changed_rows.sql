-- What checks read of the facts about orders: the rows of changed orders. Goes before the SELECT of
-- each check.
with changed_order_rows as not materialized (
    select o.*
    from fct_orders o
    join changed_orders c on c.order_id = o.order_id
),
changed_lines as not materialized (
    select i.*
    from fct_order_items i
    join changed_orders c on c.order_id = i.order_id
),
changed_pieces as not materialized (
    select r.*
    from fct_returns r
    join changed_orders c on c.order_id = r.order_id
)
