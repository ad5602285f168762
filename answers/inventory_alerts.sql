-- answer: inventory_alerts
-- answers: runs of days on which a SKU had less available than its reorder point
-- parameters: status text, sku text, limit bigint
-- order: largest shortfall first
-- column sku: the product
-- column opened_on: the first day at risk
-- column resolved_on: the first day not at risk again; null while open
-- column is_open: whether it is at risk on the last day
-- column days_at_risk: how long
-- column on_hand: on the episode's last day, like the next four
-- column allocated: kept for orders
-- column available: on_hand - allocated
-- column reorder_point: below which it is at risk
-- column shortfall: reorder_point - available
select
    sku, opened_on, resolved_on, is_open, days_at_risk, on_hand, allocated, available,
    cast(reorder_point as bigint) as reorder_point, shortfall
from fct_inventory_alerts
where (cast($1 as text) is null or is_open = (cast($1 as text) = 'open'))
  and (cast($2 as text) is null or sku = cast($2 as text))
order by shortfall desc, sku, opened_on
limit cast($3 as bigint);
