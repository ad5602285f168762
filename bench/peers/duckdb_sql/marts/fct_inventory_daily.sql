-- A SKU and day, from the SKU's first movement to the last of any.
with spans as (
    select sku, min(date) as first_date
    from int_stock_days
    group by sku
),
ends as (
    select max(date) as last_date
    from int_stock_days
),
reorder_points as (
    select sku, reorder_point
    from int_product_versions
    where is_current
),
balances as (
    select
        s.sku, c.date,
        cast(coalesce(d.received, 0) as bigint) as received,
        cast(coalesce(d.shipped, 0) as bigint) as shipped,
        cast(coalesce(d.returned, 0) as bigint) as returned,
        cast(coalesce(d.adjusted, 0) as bigint) as adjusted,
        cast(coalesce(d.allocated_change, 0) as bigint) as allocated_change,
        cast(sum(coalesce(d.received - d.shipped + d.returned + d.adjusted, 0)) over so_far
            as bigint) as on_hand,
        cast(sum(coalesce(d.allocated_change, 0)) over so_far as bigint) as allocated
    from spans s
    cross join ends e
    join int_calendar c on c.date between s.first_date and e.last_date
    left join int_stock_days d on d.sku = s.sku and d.date = c.date
    window so_far as (
        partition by s.sku order by c.date rows between unbounded preceding and current row
    )
)
select
    b.sku, b.date, b.received, b.shipped, b.returned, b.adjusted, b.allocated_change, b.on_hand,
    b.allocated, b.on_hand - b.allocated as available,
    coalesce(r.reorder_point, 0) as reorder_point,
    b.on_hand - b.allocated < coalesce(r.reorder_point, 0) as is_at_risk
from balances b
left join reorder_points r on r.sku = b.sku
