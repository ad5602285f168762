-- A balance is that of the day before and the day's movements.
with followed as (
    select
        *,
        lag(on_hand) over (partition by sku order by date) as on_hand_before,
        lag(allocated) over (partition by sku order by date) as allocated_before
    from fct_inventory_daily
)
select sku, date
from followed
where on_hand <> coalesce(on_hand_before, 0) + received - shipped + returned + adjusted
   or allocated <> coalesce(allocated_before, 0) + allocated_change
