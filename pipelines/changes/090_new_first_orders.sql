-- makes: new_first_orders, changed_customers
-- grain: a changed customer with a sale; a customer, added to those before
-- reads: changed_orders, changed_customers, new_orders, fct_orders
-- decides: a customer's first order is the earliest sale by (sold_at, order_id)
insert into changed_customers (customer_id)
select distinct n.customer_id
from new_orders n
left join changed_customers c on c.customer_id = n.customer_id
where n.customer_id is not null
  and c.customer_id is null;
analyze changed_customers;

insert into new_first_orders (customer_id, order_id, sold_date)
with sales as (
    select o.customer_id, o.order_id, o.sold_at, o.sold_date
    from fct_orders o
    join changed_customers c on c.customer_id = o.customer_id
    left join changed_orders n on n.order_id = o.order_id
    where o.is_sale
      and n.order_id is null
    union all
    select customer_id, order_id, sold_at, sold_date
    from new_orders
    where sold_at is not null
      and customer_id is not null
),
ranked as (
    select
        customer_id, order_id, sold_date,
        row_number() over (partition by customer_id order by sold_at, order_id) as place
    from sales
)
select customer_id, order_id, sold_date
from ranked
where place = 1;
analyze new_first_orders;
