-- answer: order_facts
-- answers: an order as it is published, the row that it comes from and its customer's first sale
-- parameters: order_id text
-- order: the only row
-- column order_id: the order
-- column status: as its latest row says
-- column customer_id: null for a guest
-- column created_at: as its latest row says, like the next five
-- column paid_at: when it was paid
-- column fulfilled_at: when it was fulfilled
-- column delivered_at: when it was delivered
-- column returned_at: when all of it was returned
-- column payment_method: how it was paid, which is how refunds are paid
-- column sold_at: the first of paid_at, fulfilled_at and delivered_at that is set
-- column sold_from: which of these it is; null where the order is not a sale
-- column sold_date: the day of the sale
-- column is_first_order: whether it is the customer's first sale
-- column first_order_id: the customer's first sale
-- column first_sold_at: when that was
-- column line_count: lines that were sent
-- column units: of all lines
-- column gross_revenue: of all lines, with tax
-- column discounts: of all lines
-- column refunds: of all lines, paid so far
-- column taxes: of all lines
-- column net_revenue: gross_revenue - discounts - refunds - taxes
with first_sales as (
    select f.order_id, f.sold_at
    from fct_orders o
    join fct_orders f on f.customer_id = o.customer_id and f.is_sale and f.is_first_order
    where o.order_id = cast($1 as text)
)
select
    o.order_id, o.status, o.customer_id, o.created_at, o.paid_at, o.fulfilled_at,
    o.delivered_at, o.returned_at, o.payment_method, o.sold_at,
    case
        when o.paid_at is not null then 'paid_at'
        when o.fulfilled_at is not null then 'fulfilled_at'
        when o.delivered_at is not null then 'delivered_at'
    end as sold_from,
    o.sold_date, o.is_first_order,
    (select min(order_id) from first_sales) as first_order_id,
    (select min(sold_at) from first_sales) as first_sold_at,
    o.line_count, o.units, o.gross_revenue, o.discounts, o.refunds, o.taxes, o.net_revenue
from fct_orders o
where o.order_id = cast($1 as text);
