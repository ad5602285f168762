-- A line of an order in its latest state, without lines that were taken back (quantity 0).
with ranked as (
    select
        *,
        row_number() over (
            partition by order_id, line_number order by file_number desc, row_number desc
        ) as newest
    from stg_order_items
)
select order_id, line_number, sku, quantity, unit_price, discount_amount, tax_amount
from ranked
where newest = 1
  and quantity > 0
