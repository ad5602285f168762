-- A line whose order was never sent.
select l.order_id, l.line_number
from int_lines l
where not exists (select 1 from int_orders o where o.order_id = l.order_id)
