-- fills: fct_order_items
-- grain: a line of a staged order
-- reads: changed_orders, changed_products, new_product_versions, new_items, fct_returns, product_spans
-- decides: a sold line points at the version that held at sold_at, or at the first; refunds are the sum of its pieces
delete from fct_order_items where order_id in (select order_id from changed_orders);

insert into fct_order_items (
    order_id, line_number, sku, product_key, sold_date, quantity, unit_price, list_price,
    gross_amount, discount_amount, tax_amount, net_line_amount, refund_amount, net_revenue
)
with refunds as (
    select r.order_id, r.line_number, cast(sum(r.refund_amount) as numeric(18, 2)) as amount
    from fct_returns r
    join changed_orders c on c.order_id = r.order_id
    group by r.order_id, r.line_number
),
-- The versions as they are after this run.
spans as (
    select sku, product_key, list_price, holds_from, holds_to
    from new_product_versions
    union all
    select s.sku, s.product_key, s.list_price, s.holds_from, s.holds_to
    from product_spans s
    where s.sku not in (select sku from changed_products)
)
select
    i.order_id,
    i.line_number,
    i.sku,
    case
        when i.sold_at is null then null
        else coalesce(s.product_key, product_key(i.sku, timestamptz '1970-01-01 00:00:00+00'))
    end as product_key,
    i.sold_date,
    i.quantity,
    i.unit_price,
    s.list_price,
    cast(i.net_line_amount + i.discount_amount + i.tax_amount as numeric(18, 2)) as gross_amount,
    i.discount_amount,
    i.tax_amount,
    i.net_line_amount,
    cast(coalesce(r.amount, 0) as numeric(18, 2)) as refund_amount,
    cast(i.net_line_amount - coalesce(r.amount, 0) as numeric(18, 2)) as net_revenue
from new_items i
left join spans s
    on s.sku = i.sku
    and i.sold_at >= s.holds_from
    and i.sold_at < s.holds_to
left join refunds r on r.order_id = i.order_id and r.line_number = i.line_number;
