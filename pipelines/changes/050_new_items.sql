-- makes: new_items
-- grain: a line of a changed order
-- reads: new_orders, stg_order_items
-- decides: the latest row counts, and takes the line back where its quantity is 0; a line of an order that is not a sale has no amounts
insert into new_items (
    order_id, line_number, sku, sold_at, sold_date, quantity, unit_price, discount_amount,
    tax_amount, net_line_amount
)
with versions as (
    select
        i.order_id, i.line_number, i.sku, i.quantity, i.unit_price, i.discount_amount,
        i.tax_amount, o.sold_at, o.sold_date,
        row_number() over (
            partition by i.order_id, i.line_number
            order by i.ingested_at desc, i.source_line desc
        ) as recency
    from stg_order_items i
    join new_orders o on o.order_id = i.order_id
)
select
    order_id,
    line_number,
    sku,
    sold_at,
    sold_date,
    quantity,
    unit_price,
    cast(case when sold_at is null then 0 else discount_amount end as numeric(18, 2))
        as discount_amount,
    cast(case when sold_at is null then 0 else tax_amount end as numeric(18, 2)) as tax_amount,
    cast(case when sold_at is null then 0 else quantity * unit_price - discount_amount end
        as numeric(18, 2)) as net_line_amount
from versions
where recency = 1
  and quantity > 0;
analyze new_items (order_id, line_number);
