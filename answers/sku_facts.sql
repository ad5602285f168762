-- answer: sku_facts
-- answers: a SKU's product, and the latest row of it
-- parameters: sku text
-- order: the only row
-- column sku: the SKU
-- column product_name: as its latest row says
-- column category: as its latest row says
-- column reorder_point: as its latest row says; 0 where the product was never sent
-- column is_inferred: whether the product was never sent
-- column updated_at: of the latest row
-- column source: file and line of the latest row
-- column last_day: the last day with stock; null without movements
with sent as (
    select updated_at, source_file, source_line
    from stg_products
    where sku = cast($1 as text)
    order by updated_at desc, ingested_at desc, source_line desc
    limit 1
)
select
    d.sku, d.product_name, d.category,
    cast(coalesce(d.reorder_point, 0) as bigint) as reorder_point,
    d.is_inferred, s.updated_at,
    case when s.source_file is not null then concat(s.source_file, ':', s.source_line) end
        as source,
    (select max(date) from fct_inventory_daily where sku = cast($1 as text)) as last_day
from dim_product d
left join sent s on not d.is_inferred
where d.sku = cast($1 as text)
  and d.is_current;
