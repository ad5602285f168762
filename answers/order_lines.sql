-- answer: order_lines
-- answers: the lines of an order, the rows and product versions that they come from
-- parameters: order_id text
-- order: by line
-- column line_number: the line
-- column sku: the product
-- column quantity: units
-- column unit_price: before discount, without tax
-- column merchandise: quantity * unit_price
-- column tax_amount: tax
-- column gross_amount: merchandise + tax; 0 where not sold
-- column discount_amount: discount
-- column net_line_amount: gross - discount - tax
-- column refund_amount: of all pieces that came back
-- column net_revenue: net_line_amount - refund_amount
-- column is_sold: whether the order is a sale
-- column list_price: of the product's version that held; null where the product was never sent
-- column is_inferred: whether the product was never sent
-- column version_from: when that version began
-- column is_before_first: whether it was sold before the first version, which counts then
-- column version_source: file and line of the version
-- column source: file and line of the line's latest row
-- column earlier_rows: rows of the line that the latest supersedes
with sent as (
    select
        line_number, source_file, source_line,
        row_number() over (
            partition by line_number order by ingested_at desc, source_line desc
        ) as recency,
        count(*) over (partition by line_number) - 1 as earlier_rows
    from stg_order_items
    where order_id = cast($1 as text)
),
products as (
    select
        sku, updated_at, source_file, source_line,
        row_number() over (
            partition by sku, updated_at order by ingested_at desc, source_line desc
        ) as recency
    from stg_products
    where sku in (select sku from fct_order_items where order_id = cast($1 as text))
)
select
    cast(i.line_number as bigint) as line_number,
    i.sku,
    cast(i.quantity as bigint) as quantity,
    i.unit_price,
    cast(i.quantity * i.unit_price as numeric(18, 2)) as merchandise,
    i.tax_amount, i.gross_amount, i.discount_amount, i.net_line_amount, i.refund_amount,
    i.net_revenue,
    i.sold_date is not null as is_sold,
    i.list_price,
    coalesce(d.is_inferred, false) as is_inferred,
    d.valid_from as version_from,
    coalesce(o.sold_at < d.valid_from, false) as is_before_first,
    case when p.source_file is not null then concat(p.source_file, ':', p.source_line) end
        as version_source,
    concat(s.source_file, ':', s.source_line) as source,
    coalesce(s.earlier_rows, 0) as earlier_rows
from fct_order_items i
join fct_orders o on o.order_id = i.order_id
left join sent s on s.line_number = i.line_number and s.recency = 1
left join dim_product d on d.product_key = i.product_key and d.sku = i.sku
left join products p on p.sku = d.sku and p.updated_at = d.valid_from and p.recency = 1
where i.order_id = cast($1 as text)
order by i.line_number;
