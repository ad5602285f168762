-- answer: stock_alerts
-- answers: which SKUs are, or were, at risk of running out, an episode each
-- parameters: status text, sku text, limit bigint, offset bigint
-- order: largest shortfall first
-- column sku: the SKU
-- column product_name: its name
-- column opened_on: the first day at risk
-- column resolved_on: the first day not at risk again; null while it is open
-- column is_open: whether it is still at risk
-- column days_at_risk: days of the episode
-- column on_hand: pieces there on the episode's last day
-- column allocated: of these, promised to orders
-- column available: on_hand - allocated
-- column reorder_point: below it the SKU is at risk
-- column shortfall: reorder_point - available
with names as (
    select sku, max(product_name) as product_name
    from dim_product
    where is_current
    group by sku
)
select
    a.sku, n.product_name, a.opened_on, a.resolved_on, a.is_open, a.days_at_risk, a.on_hand,
    a.allocated, a.available, cast(a.reorder_point as bigint) as reorder_point, a.shortfall
from fct_inventory_alerts a
left join names n on n.sku = a.sku
where (cast($1 as text) = 'all' or a.is_open = (cast($1 as text) = 'open'))
  and (cast($2 as text) is null or a.sku = cast($2 as text))
order by a.shortfall desc, a.sku, a.opened_on
limit cast($3 as bigint)
offset cast($4 as bigint);
