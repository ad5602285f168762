-- fills: int_orphan_orders
-- grain: an order that items or returns name and that was never staged
-- reads: changed_orders, new_orders, int_orphan_orders
-- decides: a changed order without a staged row waits here until one arrives
delete from int_orphan_orders where order_id in (select order_id from changed_orders);

insert into int_orphan_orders (order_id)
select c.order_id
from changed_orders c
where not exists (select 1 from new_orders n where n.order_id = c.order_id);
