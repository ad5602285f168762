-- A line whose latest row has quantity 0 is taken back: it waits for nothing.
create or replace view orphan_order_items as
with versions as (
    select
        i.order_id, i.line_number, i.sku, i.quantity, i.unit_price, i.discount_amount,
        i.tax_amount, i.ingested_at, i.source_file, i.source_line, i.row_hash, i.run_id,
        row_number() over (
            partition by i.order_id, i.line_number
            order by i.ingested_at desc, i.source_line desc
        ) as recency
    from stg_order_items i
    join int_orphan_orders o on o.order_id = i.order_id
)
select
    order_id, line_number, sku, quantity, unit_price, discount_amount, tax_amount,
    ingested_at, source_file, source_line, row_hash, run_id
from versions
where recency = 1
  and quantity > 0;
