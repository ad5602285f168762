-- A line is in fct_order_items once.
select order_id, line_number
from fct_order_items
group by order_id, line_number
having count(*) > 1
