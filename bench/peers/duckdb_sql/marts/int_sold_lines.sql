-- A line of a staged order; amounts are 0 where the order is not a sale.
select
    l.order_id, l.line_number, l.sku, l.quantity, l.unit_price, o.sold_at, o.sold_date,
    o.status, o.delivered_at, o.returned_at, o.customer_id, o.payment_method,
    cast(case when o.sold_at is null then 0 else l.discount_amount end as numeric(18, 2))
        as discount_amount,
    cast(case when o.sold_at is null then 0 else l.tax_amount end as numeric(18, 2))
        as tax_amount,
    cast(case when o.sold_at is null then 0 else l.quantity * l.unit_price - l.discount_amount end
        as numeric(18, 2)) as net_line_amount
from int_lines l
join int_orders o on o.order_id = l.order_id
