-- answer: returns_by_sku
-- answers: of how many orders that sold a SKU in a range a piece of it came back since
-- parameters: from date, to date, limit bigint, offset bigint
-- order: by SKU
-- column sku: the SKU
-- column product_name: its name; null of a product that was never sent
-- column category: its category; null where it has none
-- column orders: sales of the range with the SKU
-- column orders_returned: of these, those of which a piece of the SKU came back
with products as (
    select sku, max(product_name) as product_name, max(category) as category
    from dim_product
    where is_current and not is_inferred
    group by sku
),
sold as (
    select distinct order_id, sku
    from fct_order_items
    where sold_date between cast($1 as date) and cast($2 as date)
),
came_back as (
    select distinct order_id, sku
    from fct_returns
)
select
    s.sku,
    p.product_name,
    p.category,
    count(*) as orders,
    count(r.order_id) as orders_returned
from sold s
left join came_back r on r.order_id = s.order_id and r.sku = s.sku
left join products p on p.sku = s.sku
group by s.sku, p.product_name, p.category
order by s.sku
limit cast($3 as bigint) offset cast($4 as bigint);
