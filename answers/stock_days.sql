-- answer: stock_days
-- answers: a SKU's stock at the ends of days
-- parameters: sku text, from date, to date
-- order: by day
-- column date: the day
-- column received: units that came in
-- column shipped: units that went out
-- column returned: units that came back
-- column adjusted: counted more or less, signed
-- column allocated_change: allocations less deallocations
-- column on_hand: at the end of the day
-- column allocated: at the end of the day
-- column available: on_hand - allocated
-- column reorder_point: the product's
-- column is_at_risk: available < reorder_point
select
    date, received, shipped, returned, adjusted, allocated_change, on_hand, allocated, available,
    cast(reorder_point as bigint) as reorder_point, is_at_risk
from fct_inventory_daily
where sku = cast($1 as text)
  and date >= cast($2 as date)
  and date <= cast($3 as date)
order by date;
