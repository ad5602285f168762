-- fills: fct_inventory_daily
-- grain: a SKU and day from its first movement to the last of any
-- reads: changed_stock, new_stock, new_stock_days, int_stock_movements
-- decides: a day's balances are the opening ones and all movements up to it
delete from fct_inventory_daily
using changed_stock c
where c.sku = fct_inventory_daily.sku
  and c.from_date <= fct_inventory_daily.date
  and fct_inventory_daily.date >= (select min(from_date) from changed_stock);

insert into fct_inventory_daily (
    sku, date, received, shipped, returned, adjusted, allocated_change, on_hand, allocated,
    available, reorder_point, is_at_risk
)
with movements as (
    select m.sku, m.date, m.received, m.shipped, m.returned, m.adjusted, m.allocated_change
    from int_stock_movements m
    join new_stock n on n.sku = m.sku and n.from_date <= m.date
),
days as (
    select
        n.sku, n.date, n.reorder_point,
        n.on_hand as opening_on_hand,
        n.allocated as opening_allocated,
        coalesce(m.received, 0) as received,
        coalesce(m.shipped, 0) as shipped,
        coalesce(m.returned, 0) as returned,
        coalesce(m.adjusted, 0) as adjusted,
        coalesce(m.allocated_change, 0) as allocated_change
    from new_stock_days n
    left join movements m on m.sku = n.sku and m.date = n.date
),
balances as (
    select
        sku, date, received, shipped, returned, adjusted, allocated_change, reorder_point,
        cast(opening_on_hand + sum(received - shipped + returned + adjusted) over so_far
            as bigint) as on_hand,
        cast(opening_allocated + sum(allocated_change) over so_far as bigint) as allocated
    from days
    window so_far as (
        partition by sku order by date rows between unbounded preceding and current row
    )
)
select
    sku, date, received, shipped, returned, adjusted, allocated_change, on_hand, allocated,
    on_hand - allocated as available,
    reorder_point,
    on_hand - allocated < reorder_point as is_at_risk
from balances;
