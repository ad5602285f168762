-- A line of a staged order. A sold one points at the version that held, or at the first.
with refunds as (
    select order_id, line_number, sum(refund_amount) as amount
    from fct_returns
    group by order_id, line_number
),
spans as (
    select
        sku, product_key, list_price,
        case when is_first then cast('1900-01-01' as timestamp) else valid_from end as holds_from,
        coalesce(valid_to, cast('9999-01-01' as timestamp)) as holds_to
    from int_product_versions
)
select
    l.order_id, l.line_number, l.sku,
    case
        when l.sold_at is not null
            then coalesce(s.product_key, md5(l.sku || '|1970-01-01 00:00:00'))
    end as product_key,
    l.sold_date, l.quantity, l.unit_price, s.list_price,
    cast(l.net_line_amount + l.discount_amount + l.tax_amount as numeric(18, 2)) as gross_amount,
    l.discount_amount, l.tax_amount, l.net_line_amount,
    cast(coalesce(r.amount, 0) as numeric(18, 2)) as refund_amount,
    cast(l.net_line_amount - coalesce(r.amount, 0) as numeric(18, 2)) as net_revenue
from int_sold_lines l
left join spans s on s.sku = l.sku and l.sold_at >= s.holds_from and l.sold_at < s.holds_to
left join refunds r on r.order_id = l.order_id and r.line_number = l.line_number
