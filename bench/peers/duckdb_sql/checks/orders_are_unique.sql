-- An order is in fct_orders once.
select order_id
from fct_orders
group by order_id
having count(*) > 1
