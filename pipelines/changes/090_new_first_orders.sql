-- makes: touched_customers, changed_customers, customer_orders, new_first_orders, turned_orders
-- grain: a customer and day of a sale, added to those before; a customer; an order of one; its first; an order whose is_first_order turns
-- reads: touched_customers, changed_customers, changed_orders, new_orders, fct_orders, customer_orders, new_first_orders
-- decides: a customer's first order is the earliest sale by (sold_at, order_id); a changed order was none before
insert into touched_customers (customer_id, sold_date)
select customer_id, sold_date
from new_orders
where customer_id is not null;

insert into changed_customers (customer_id)
select distinct customer_id
from touched_customers;
analyze changed_customers;

insert into customer_orders (customer_id, order_id, sold_at, sold_date, is_first_order)
with changed as (
    select customer_id
    from changed_customers
)
select o.customer_id, o.order_id, o.sold_at, o.sold_date, o.is_first_order
from fct_orders o
join changed c on c.customer_id = o.customer_id
left join changed_orders n on n.order_id = o.order_id
where n.order_id is null;

insert into customer_orders (customer_id, order_id, sold_at, sold_date, is_first_order)
select customer_id, order_id, sold_at, sold_date, false as is_first_order
from new_orders
where customer_id is not null;

insert into new_first_orders (customer_id, order_id, sold_date)
with ranked as (
    select
        customer_id, order_id, sold_date,
        row_number() over (partition by customer_id order by sold_at, order_id) as place
    from customer_orders
    where sold_at is not null
)
select customer_id, order_id, sold_date
from ranked
where place = 1;
analyze new_first_orders;

insert into turned_orders (order_id)
select o.order_id
from customer_orders o
left join new_first_orders f on f.customer_id = o.customer_id and f.order_id = o.order_id
where o.is_first_order <> (f.order_id is not null);
analyze turned_orders;
