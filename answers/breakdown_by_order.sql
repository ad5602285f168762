-- answer: breakdown_by_order
-- answers: the measures of a range by something that an order has one of
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
with first_sales as materialized (  -- on a cluster they lie by customer, not by order
    select customer_id, first_sale_date from dim_customer where cast($1 as text) = 'customer_type'
),
chosen as not materialized (  -- each use reads its own days, by their index
    select
        o.order_id, o.sold_date, o.units, o.gross_revenue, o.discounts, o.taxes,
        case
            when cast($1 as text) = 'country' then o.country
            when cast($1 as text) = 'channel' then o.channel
            when cast($1 as text) = 'payment_method' then o.payment_method
            when o.customer_id is null then 'guest'
            when o.sold_date = f.first_sale_date then 'new'
            else 'repeat'
        end as member
    from fct_orders o
    left join first_sales f on f.customer_id = o.customer_id
    where o.is_sale
      and (cast($4 as text) is null
          or position(chr(31) || coalesce(o.country, 'unknown') || chr(31) in cast($4 as text)) > 0)
      and (cast($5 as text) is null
          or position(chr(31) || coalesce(o.channel, 'unknown') || chr(31) in cast($5 as text)) > 0)
),
flows as (
    select member, 1 as orders, units, gross_revenue, discounts, taxes, 0.00 as refunds
    from chosen
    where sold_date between cast($2 as date) and cast($3 as date)
    union all
    select c.member, 0, 0, 0.00, 0.00, 0.00, r.refund_amount
    from fct_returns r
    join chosen c on c.order_id = r.order_id
    where r.returned_date between cast($2 as date) and cast($3 as date)
),
members as (
    select
        member, sum(orders) as orders, sum(units) as units, sum(gross_revenue) as gross_revenue,
        sum(discounts) as discounts, sum(taxes) as taxes, sum(refunds) as refunds
    from flows
    group by member
),
ranked as (
    select
        m.*,
        row_number() over (
            partition by member is null
            order by gross_revenue - discounts - refunds - taxes desc, member
        ) as place
    from members m
),
grouped as (
    select
        case when member is null then 3 when place > cast($6 as bigint) then 2 else 1 end as rank,
        case when place <= cast($6 as bigint) then member end as shown,
        r.*
    from ranked r
)
select
    case rank when 1 then 'member' when 2 then 'other' else 'unknown' end as kind,
    case rank when 1 then shown when 2 then 'other' else 'unknown' end as member,
    cast(null as text) as label,
    cast(sum(orders) as bigint) as orders,
    cast(sum(units) as bigint) as units,
    cast(sum(gross_revenue) as numeric(18, 2)) as gross_revenue,
    cast(sum(discounts) as numeric(18, 2)) as discounts,
    cast(sum(taxes) as numeric(18, 2)) as taxes,
    cast(sum(refunds) as numeric(18, 2)) as refunds,
    cast(sum(gross_revenue) - sum(discounts) - sum(refunds) - sum(taxes)
        as numeric(18, 2)) as net_revenue
from grouped
group by rank, shown
order by rank, net_revenue desc, shown;
