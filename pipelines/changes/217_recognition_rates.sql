-- makes: recognition_rates
-- grain: a day of fct_revenue_daily, where any day has changed
-- reads: changed_days, fct_revenue_daily, int_recognition_pools, int_recognition_refunds
-- decides: the rate is refunds by deliveries of the pools of the 180 days before whose window has closed
insert into recognition_rates (date, refund, delivered)
with pool_refunds as (
    select date, cast(sum(refund) as numeric(18, 2)) as refund
    from int_recognition_refunds
    group by date
),
-- A pool counts for the rate from the day after its window to 180 days after its deliveries.
rate_events as (
    select p.last_window_date + 1 as date, coalesce(r.refund, 0) as refund, p.delivered
    from int_recognition_pools p
    left join pool_refunds r on r.date = p.date
    union all
    select p.date + 181, -coalesce(r.refund, 0), -p.delivered
    from int_recognition_pools p
    left join pool_refunds r on r.date = p.date
),
rate_changes as (
    select date, sum(refund) as refund, sum(delivered) as delivered
    from rate_events
    group by date
)
select
    d.date,
    cast(sum(coalesce(c.refund, 0)) over (order by d.date) as numeric(38, 2)) as refund,
    cast(sum(coalesce(c.delivered, 0)) over (order by d.date) as numeric(38, 2)) as delivered
from fct_revenue_daily d
left join rate_changes c on c.date = d.date
where exists (select 1 from changed_days);
analyze recognition_rates (date);
