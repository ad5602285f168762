-- answer: period_figures
-- answers: the measures over weeks, months, quarters or years, customers counted anew
-- parameters: grain text, from date, to date, week integer, year integer, after date, limit bigint
-- order: oldest first
-- column period_start: the first day of the period
-- column period_end: its last day
-- column is_complete: whether all of its days are over and within the range
-- column orders: sales
-- column units: pieces sold
-- column gross_revenue: merchandise and tax, before discounts
-- column discounts: taken off by discounts
-- column taxes: tax collected for others
-- column refunds: paid back for what was returned in this time, whenever it was sold
-- column net_revenue: gross_revenue - discounts - refunds - taxes
-- column aov: (gross_revenue - discounts - taxes) / orders; null without orders
-- column orders_delivered: sales delivered in this time
-- column orders_returned: sales of which a piece came back, counted each day on which one did
-- column returned_of_delivered: of the orders delivered, those of which a piece came back since
-- column return_rate: returned_of_delivered / orders_delivered; null without deliveries
-- column new_customers: customers whose first sale is in the period
-- column repeat_customers: customers of the period whose first sale is before it
-- column guest_orders: sales without a customer
with days as (
    select
        f.*,
        -- A week that begins so many days before Monday, a year so many months after January.
        case cast($1 as text)
            when 'week' then cast(date_trunc('week', cast(f.date + cast($4 as integer)
                as timestamp)) as date) - cast($4 as integer)
            when 'month' then cast(date_trunc('month', cast(f.date as timestamp)) as date)
            when 'quarter' then cast(date_trunc('quarter', cast(f.date as timestamp)
                - cast($5 as integer) * interval '1 month')
                + cast($5 as integer) * interval '1 month' as date)
            else cast(date_trunc('year', cast(f.date as timestamp)
                - cast($5 as integer) * interval '1 month')
                + cast($5 as integer) * interval '1 month' as date)
        end as period_start
    from fct_revenue_daily f
    where f.date between cast($2 as date) and cast($3 as date)
),
sums as (
    select
        period_start,
        min(date) as first_date,
        max(date) as last_date,
        cast(sum(orders) as bigint) as orders,
        cast(sum(units) as bigint) as units,
        cast(sum(gross_revenue) as numeric(18, 2)) as gross_revenue,
        cast(sum(discounts) as numeric(18, 2)) as discounts,
        cast(sum(taxes) as numeric(18, 2)) as taxes,
        cast(sum(refunds) as numeric(18, 2)) as refunds,
        cast(sum(net_revenue) as numeric(18, 2)) as net_revenue,
        cast(sum(orders_delivered) as bigint) as orders_delivered,
        cast(sum(orders_returned) as bigint) as orders_returned,
        cast(sum(returned_of_delivered) as bigint) as returned_of_delivered,
        cast(sum(new_customers) as bigint) as new_customers,
        cast(sum(guest_orders) as bigint) as guest_orders
    from days
    where cast($6 as date) is null or period_start > cast($6 as date)
    group by period_start
    order by period_start
    limit cast($7 as bigint)
),
buyers as (
    select s.period_start, count(distinct o.customer_id) as customers
    from sums s
    join fct_orders o on o.sold_date between s.first_date and s.last_date
    group by s.period_start
),
periods as (
    select
        s.*,
        case cast($1 as text)
            when 'week' then s.period_start + 6
            when 'month' then cast(s.period_start + interval '1 month' as date) - 1
            when 'quarter' then cast(s.period_start + interval '3 month' as date) - 1
            else cast(s.period_start + interval '12 month' as date) - 1
        end as period_end
    from sums s
)
select
    p.period_start, p.period_end,
    p.period_start >= cast($2 as date)
        and p.period_end <= cast($3 as date)
        and p.period_end <= (select max(date) from fct_revenue_daily) as is_complete,
    p.orders, p.units, p.gross_revenue, p.discounts, p.taxes, p.refunds, p.net_revenue,
    cast(cast(p.gross_revenue - p.discounts - p.taxes as numeric(38, 2)) * 100
        as double precision) / nullif(p.orders * 100, 0) as aov,
    p.orders_delivered, p.orders_returned, p.returned_of_delivered,
    cast(p.returned_of_delivered as double precision)
        / nullif(p.orders_delivered, 0) as return_rate,
    p.new_customers,
    cast(coalesce(b.customers, 0) - p.new_customers as bigint) as repeat_customers,
    p.guest_orders
from periods p
left join buyers b on b.period_start = p.period_start
order by p.period_start;
