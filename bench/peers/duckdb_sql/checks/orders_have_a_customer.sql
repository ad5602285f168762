-- An order's customer is in dim_customer.
select o.order_id
from fct_orders o
where o.customer_id is not null
  and not exists (select 1 from dim_customer c where c.customer_id = o.customer_id)
