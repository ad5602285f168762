-- answer: breakdown_by_line
-- answers: the measures of a range by what its lines sell: SKU or category
-- parameters: by text, from date, to date, countries text, channels text, top bigint
-- order: largest net revenue first, then other, then unknown
-- column kind: member; other for all smaller ones together; unknown for what has none
-- column member: the member, or the kind of what is none
-- column label: the name of a product; else null
-- column orders: sales; of sku and category those that have the member, so one can count in several
-- column units: pieces sold
-- column gross_revenue: merchandise and tax, before discounts
-- column discounts: taken off by discounts
-- column taxes: tax collected for others
-- column refunds: paid back for what was returned in this time, whenever it was sold
-- column net_revenue: gross_revenue - discounts - refunds - taxes
with products as (
    select sku, max(product_name) as product_name, max(category) as category
    from dim_product
    where is_current and not is_inferred
    group by sku
),
filtered as (
    select order_id
    from fct_orders
    where (cast($4 as text) is not null or cast($5 as text) is not null)
      and is_sale
      and (cast($4 as text) is null
          or position(chr(31) || coalesce(country, 'unknown') || chr(31) in cast($4 as text)) > 0)
      and (cast($5 as text) is null
          or position(chr(31) || coalesce(channel, 'unknown') || chr(31) in cast($5 as text)) > 0)
),
sold as not materialized (
    select order_id, sku, quantity, gross_amount, discount_amount, tax_amount
    from fct_order_items
    where sold_date between cast($2 as date) and cast($3 as date)
      and ((cast($4 as text) is null and cast($5 as text) is null)
          or order_id in (select order_id from filtered))
),
flows as (
    select
        sku, sum(quantity) as units, sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount, sum(tax_amount) as tax_amount,
        0.00 as refund_amount
    from sold
    group by sku
    union all
    select sku, 0, 0.00, 0.00, 0.00, sum(refund_amount)
    from fct_returns
    where returned_date between cast($2 as date) and cast($3 as date)
      and ((cast($4 as text) is null and cast($5 as text) is null)
          or order_id in (select order_id from filtered))
    group by sku
),
labelled as (
    select
        case when cast($1 as text) = 'sku' then f.sku else p.category end as member,
        case when cast($1 as text) = 'sku' then p.product_name end as label,
        f.*
    from flows f
    left join products p on p.sku = f.sku
),
ranked as (
    select
        member,
        row_number() over (
            partition by member is null
            order by sum(gross_amount) - sum(discount_amount) - sum(refund_amount)
                - sum(tax_amount) desc, member
        ) as place
    from labelled
    group by member
),
placed as (
    select
        case when l.member is null then 3 when r.place > cast($6 as bigint) then 2 else 1
        end as rank,
        case when r.place <= cast($6 as bigint) then l.member end as shown,
        case when l.member is null then -1 when r.place > cast($6 as bigint) then 0 else r.place
        end as place,
        l.*
    from labelled l
    left join ranked r on r.member = l.member
),
places as (
    select sku, max(place) as place
    from placed
    group by sku
),
orders as (
    select p.place, count(distinct s.order_id) as orders
    from sold s join places p on p.sku = s.sku
    group by p.place
)
select
    case rank when 1 then 'member' when 2 then 'other' else 'unknown' end as kind,
    case rank when 1 then shown when 2 then 'other' else 'unknown' end as member,
    case when rank = 1 then max(label) end as label,
    coalesce(max(o.orders), 0) as orders,
    cast(sum(units) as bigint) as units,
    cast(sum(gross_amount) as numeric(18, 2)) as gross_revenue,
    cast(sum(discount_amount) as numeric(18, 2)) as discounts,
    cast(sum(tax_amount) as numeric(18, 2)) as taxes,
    cast(sum(refund_amount) as numeric(18, 2)) as refunds,
    cast(sum(gross_amount) - sum(discount_amount) - sum(refund_amount) - sum(tax_amount)
        as numeric(18, 2)) as net_revenue
from placed g
left join orders o on o.place = g.place
group by rank, shown
order by rank, net_revenue desc, shown;
