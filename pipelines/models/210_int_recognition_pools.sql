-- fills: int_recognition_pools
-- grain: a day of deliveries
-- reads: changed_days, new_deliveries, new_delivery_refunds
-- decides: refunds before the day of delivery make the pool smaller
delete from int_recognition_pools where date in (select date from changed_days);

insert into int_recognition_pools (date, delivered, last_window_date)
with early_refunds as (
    select date, cast(sum(refund) as numeric(38, 2)) as refund
    from new_delivery_refunds
    where returned_date < date
    group by date
),
deliveries as (
    select
        date,
        amount_of(sum(amount), 'the deliveries of ' || date) as amount,
        max(last_window_date) as last_window_date
    from new_deliveries
    group by date
)
select
    d.date,
    cast(d.amount - coalesce(e.refund, 0) as numeric(18, 2)) as delivered,
    d.last_window_date
from deliveries d
left join early_refunds e on e.date = d.date;
