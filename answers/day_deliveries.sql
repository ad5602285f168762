-- answer: day_deliveries
-- answers: the orders that were delivered on a day
-- parameters: day date
-- order: by time of delivery
-- column order_id: the order
-- column delivered_at: when it was delivered
-- column sold_date: when it was sold
-- column first_return: the first day on which a piece came back; null where none did
-- column amount: gross - discounts - taxes
-- column refunded_before: refunds before the day of delivery
-- column delivered: amount - refunded_before
-- column last_window_day: the last day on which a return of it is refunded
-- column source: file and line of the order's latest row
with deliveries as (
    select
        order_id, delivered_at, sold_date,
        cast(gross_revenue - discounts - taxes as numeric(18, 2)) as amount,
        local_date(delivered_at + interval '720 hours') as last_window_day
    from fct_orders
    where local_date(delivered_at) = cast($1 as date)
),
came_back as (
    select
        r.order_id,
        min(r.returned_date) as first_return,
        cast(sum(case when r.returned_date < cast($1 as date) then r.refund_amount else 0 end)
            as numeric(18, 2)) as refunded_before
    from fct_returns r
    join deliveries d on d.order_id = r.order_id
    group by r.order_id
),
sent as (
    select
        r.order_id,
        concat(r.source_file, ':', r.source_line) as source,
        row_number() over (
            partition by r.order_id order by r.ingested_at desc, r.source_line desc
        ) as recency
    from stg_orders r
    join deliveries d on d.order_id = r.order_id
)
select
    d.order_id, d.delivered_at, d.sold_date, c.first_return, d.amount,
    cast(coalesce(c.refunded_before, 0) as numeric(18, 2)) as refunded_before,
    cast(d.amount - coalesce(c.refunded_before, 0) as numeric(18, 2)) as delivered,
    d.last_window_day, r.source
from deliveries d
left join came_back c on c.order_id = d.order_id
left join sent r on r.order_id = d.order_id and r.recency = 1
order by d.delivered_at, d.order_id;
