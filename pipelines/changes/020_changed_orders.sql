-- makes: changed_orders
-- grain: an order whose rows in the facts may have to change
-- reads: run_scope, stg_orders, stg_order_items, stg_returns, fct_order_items, fct_orders, new_product_versions, changed_prices
-- decides: named by a new order, item or return; named by an older row of a return sent again; sold at a price that moved
insert into changed_orders (order_id)
with repriced as (
    select i.order_id
    from fct_order_items i
    join changed_prices c on c.sku = i.sku and c.from_date <= i.sold_date
    join fct_orders o on o.order_id = i.order_id
    join new_product_versions v
        on v.sku = i.sku
        and o.sold_at >= v.holds_from
        and o.sold_at < v.holds_to
    where i.sold_date is not null
      and (i.product_key <> v.product_key or i.list_price is distinct from v.list_price)
)
select o.order_id
from stg_orders o
where o.ingested_at > (select ingested_after from run_scope)
union
select i.order_id
from stg_order_items i
where i.ingested_at > (select ingested_after from run_scope)
union
select r.order_id
from stg_returns r
where r.return_id in (
    select m.return_id
    from stg_returns m
    where m.ingested_at > (select ingested_after from run_scope)
)
union
select order_id
from repriced;
analyze changed_orders;
