-- fills: fct_revenue_recognition_daily
-- grain: a day from the first sale to the last sale, delivery or return
-- reads: changed_days, recognition_rates, fct_revenue_daily, int_recognition_pools, int_recognition_refunds
-- decides: a refund takes from what is left of its pool's liability, and the rest from revenue
delete from fct_revenue_recognition_daily where exists (select 1 from changed_days);

insert into fct_revenue_recognition_daily (
    date, billed, delivered_amount, expected_return_rate, revenue_recognised, revenue_released,
    revenue_reversed, net_revenue_recognised, refunds_paid, deferred_revenue, refund_liability
)
with estimates as (
    select
        p.date, p.delivered, p.last_window_date,
        cast(case when r.delivered = 0 then 0
                  else prorate(p.delivered, r.refund, r.delivered) end
            as numeric(18, 2)) as expected
    from int_recognition_pools p
    join recognition_rates r on r.date = p.date
),
bookings as (
    select
        r.date as pool_date, r.returned_date, r.refund, e.expected,
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
pool_refunds as (
    select pool_date, sum(refund) as refund
    from bookings
    group by pool_date
),
release_days as (
    select
        e.last_window_date + 1 as date,
        sum(e.expected - least(coalesce(r.refund, 0), e.expected)) as released
    from estimates e
    left join pool_refunds r on r.pool_date = e.date
    group by e.last_window_date + 1
),
movements as (
    select
        d.date,
        cast(d.gross_revenue - d.discounts - d.taxes as numeric(18, 2)) as billed,
        d.refunds,
        case when r.delivered = 0 then 0
             else cast(r.refund * 100 as double precision)
                  / cast(r.delivered * 100 as double precision) end as rate,
        coalesce(e.delivered, 0) as delivered,
        coalesce(e.expected, 0) as expected,
        coalesce(x.released, 0) as released,
        coalesce(b.refund, 0) as pool_refunds,
        coalesce(b.from_liability, 0) as from_liability
    from fct_revenue_daily d
    join recognition_rates r on r.date = d.date
    left join estimates e on e.date = d.date
    left join refund_days b on b.date = d.date
    left join release_days x on x.date = d.date
)
select
    date,
    billed,
    cast(delivered as numeric(18, 2)) as delivered_amount,
    rate as expected_return_rate,
    cast(delivered - expected as numeric(18, 2)) as revenue_recognised,
    amount_of(released, 'the releases of ' || date) as revenue_released,
    amount_of(from_liability - pool_refunds, 'the reversals of ' || date) as revenue_reversed,
    amount_of(delivered - expected + released + from_liability - pool_refunds,
        'the bookings of ' || date) as net_revenue_recognised,
    refunds as refunds_paid,
    amount_of(sum(billed - delivered - (refunds - pool_refunds)) over (order by date),
        'the deferred revenues of ' || date) as deferred_revenue,
    amount_of(sum(expected - from_liability - released) over (order by date),
        'the refund liabilities of ' || date) as refund_liability
from movements;
