-- answer: day_sales
-- answers: the sales of a day
-- parameters: day date
-- order: by time of sale
-- column order_id: the order
-- column sold_at: when it was sold
-- column customer_id: null for a guest
-- column is_first_order: whether it is the customer's first
-- column units: of its lines
-- column gross: gross revenue
-- column discounts: of its lines
-- column taxes: of its lines
-- column amount: gross - discounts - taxes
-- column source: file and line of the order's latest row
with sales as (
    select order_id, sold_at, customer_id, is_first_order, units, gross_revenue, discounts, taxes
    from fct_orders
    where sold_date = cast($1 as date)
),
sent as (
    select
        r.order_id,
        concat(r.source_file, ':', r.source_line) as source,
        row_number() over (
            partition by r.order_id order by r.ingested_at desc, r.source_line desc
        ) as recency
    from stg_orders r
    join sales s on s.order_id = r.order_id
)
select
    s.order_id, s.sold_at, s.customer_id, s.is_first_order, s.units, s.gross_revenue as gross,
    s.discounts, s.taxes,
    cast(s.gross_revenue - s.discounts - s.taxes as numeric(18, 2)) as amount,
    r.source
from sales s
left join sent r on r.order_id = s.order_id and r.recency = 1
order by s.sold_at, s.order_id;
