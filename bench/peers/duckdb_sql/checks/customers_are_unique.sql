-- A customer is in dim_customer once.
select customer_id
from dim_customer
group by customer_id
having count(*) > 1
