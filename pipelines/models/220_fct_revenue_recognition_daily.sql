-- fills: fct_revenue_recognition_daily
-- grain: a day from the first sale to the last sale, delivery or return
-- reads: changed_days, fct_revenue_daily, int_recognition_pools, int_recognition_refunds
-- decides: the rate is refunds by deliveries of the pools of the 180 days before whose window has closed
delete from fct_revenue_recognition_daily where exists (select 1 from changed_days);

insert into fct_revenue_recognition_daily (
    date, billed, delivered_amount, expected_return_rate, revenue_recognised, revenue_released,
    revenue_reversed, net_revenue_recognised, refunds_paid, deferred_revenue, refund_liability
)
with refunded as (
    select date, cast(sum(refund) as numeric(18, 2)) as refund
    from int_recognition_refunds
    group by date
),
pools as (
    select p.date, p.delivered, p.last_window_date, coalesce(r.refund, 0) as refund
    from int_recognition_pools p
    left join refunded r on r.date = p.date
),
-- A pool counts for the rate from the day after its window to 180 days after its deliveries.
rate_events as (
    select last_window_date + 1 as date, refund, delivered
    from pools
    union all
    select date + 181, -refund, -delivered
    from pools
),
rate_changes as (
    select date, sum(refund) as refund, sum(delivered) as delivered
    from rate_events
    group by date
),
rates as (
    select
        d.date,
        cast(d.gross_revenue - d.discounts - d.taxes as numeric(18, 2)) as billed,
        d.refunds,
        cast(sum(coalesce(c.refund, 0)) over (order by d.date) as numeric(38, 2)) as refunded,
        cast(sum(coalesce(c.delivered, 0)) over (order by d.date) as numeric(38, 2)) as delivered
    from fct_revenue_daily d
    left join rate_changes c on c.date = d.date
    where exists (select 1 from changed_days)
),
estimates as (
    select
        p.date, p.delivered, p.last_window_date, p.refund,
        cast(case when r.delivered = 0 then 0
                  else prorate(p.delivered, r.refunded, r.delivered) end
            as numeric(18, 2)) as expected
    from pools p
    join rates r on r.date = p.date
),
bookings as (
    select
        r.returned_date,
        r.refund,
        e.expected,
        sum(r.refund) over (partition by r.date order by r.returned_date) as refunded
    from int_recognition_refunds r
    join estimates e on e.date = r.date
),
refund_days as (
    select
        returned_date as date,
        sum(refund) as refund,
        sum(least(refunded, expected) - least(refunded - refund, expected)) as from_liability
    from bookings
    group by returned_date
),
release_days as (
    select last_window_date + 1 as date, sum(expected - least(refund, expected)) as released
    from estimates
    group by last_window_date + 1
),
movements as (
    select
        d.date, d.billed, d.refunds, d.refunded, d.delivered as closed,
        coalesce(e.delivered, 0) as delivered,
        coalesce(e.expected, 0) as expected,
        coalesce(x.released, 0) as released,
        coalesce(b.refund, 0) as pool_refunds,
        coalesce(b.from_liability, 0) as from_liability
    from rates d
    left join estimates e on e.date = d.date
    left join refund_days b on b.date = d.date
    left join release_days x on x.date = d.date
)
select
    date,
    billed,
    cast(delivered as numeric(18, 2)) as delivered_amount,
    case when closed = 0 then 0
         else cast(cast(refunded as numeric(38, 2)) * 100 as double precision)
              / cast(cast(closed as numeric(38, 2)) * 100 as double precision) end
        as expected_return_rate,
    cast(delivered - expected as numeric(18, 2)) as revenue_recognised,
    amount_of(released, 'the releases of ' || date) as revenue_released,
    amount_of(from_liability - pool_refunds, 'the reversals of ' || date)
        as revenue_reversed,
    amount_of(delivered - expected + released + from_liability - pool_refunds,
        'the bookings of ' || date) as net_revenue_recognised,
    refunds as refunds_paid,
    amount_of(sum(billed - delivered - (refunds - pool_refunds)) over (order by date),
        'the deferred revenues of ' || date) as deferred_revenue,
    amount_of(sum(expected - from_liability - released) over (order by date),
        'the refund liabilities of ' || date) as refund_liability
from movements;
