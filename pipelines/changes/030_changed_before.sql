-- makes: order_states, changed_days, touched_customers, changed_skus
-- grain: a changed order as it stood before this run; a day; a customer and day of a sale; a SKU
-- reads: run_scope, changed_orders, fct_orders, fct_order_items, fct_returns, stg_customers
-- decides: what the old rows of changed orders touch must be computed anew, even if no new row touches it
insert into order_states (order_id, customer_id, sold_date, delivered_date)
select
    o.order_id,
    o.customer_id,
    o.sold_date,
    local_date(o.delivered_at) as delivered_date
from fct_orders o
join changed_orders c on c.order_id = o.order_id;

insert into changed_days (date)
select distinct sold_date as date
from order_states
where sold_date is not null
union
select distinct delivered_date
from order_states
where delivered_date is not null
union
select distinct r.returned_date
from fct_returns r
join changed_orders c on c.order_id = r.order_id;

insert into touched_customers (customer_id, sold_date)
select customer_id, sold_date
from order_states
where customer_id is not null;

insert into touched_customers (customer_id)
select s.customer_id
from stg_customers s
where s.ingested_at > (select ingested_after from run_scope);

insert into changed_skus (sku)
select distinct i.sku
from fct_order_items i
join changed_orders c on c.order_id = i.order_id;
