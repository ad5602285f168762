-- makes: order_states, new_days, changed_days, changed_skus
-- grain: a changed order as it stands now, added to those before; a day that it touches; a day; a SKU
-- reads: changed_orders, new_orders, new_items, fct_returns, changed_first_sales, order_states, changed_days, changed_skus
-- decides: a day is computed anew if a sale, a delivery, a return or a first sale came to it or left it
insert into order_states (order_id, customer_id, sold_date, delivered_date)
select order_id, customer_id, sold_date, local_date(delivered_at) as delivered_date
from new_orders;

insert into new_days (date)
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
join changed_orders c on c.order_id = r.order_id
union
select old_date
from changed_first_sales
where old_date is not null
union
select new_date
from changed_first_sales
where new_date is not null;

insert into changed_days (date)
select date
from new_days
where date not in (select date from changed_days);
analyze changed_days;

insert into changed_skus (sku)
select distinct i.sku
from new_items i
where i.sku not in (select sku from changed_skus);
