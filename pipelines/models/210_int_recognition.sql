-- model: int_recognition_pools, int_recognition_refunds
-- grain: a day of deliveries; a day of deliveries and day of refunds
-- reads: changed_days, new_deliveries, fct_returns
-- decides: refunds before the day of delivery make the pool smaller, those on or after it are booked against the pool
drop table if exists new_delivery_refunds;
create temp table new_delivery_refunds as
select
    n.order_id,
    n.date,
    r.returned_date,
    cast(sum(r.refund_amount) as numeric(18, 2)) as refund
from new_deliveries n
join fct_returns r on r.order_id = n.order_id
where r.is_refundable
group by n.order_id, n.date, r.returned_date;

delete from int_recognition_pools where date in (select date from changed_days);

insert into int_recognition_pools (date, delivered, last_window_date)
with early_refunds as (
    select date, cast(sum(refund) as numeric(18, 2)) as refund
    from new_delivery_refunds
    where returned_date < date
    group by date
),
deliveries as (
    select
        date,
        cast(sum(amount) as numeric(18, 2)) as amount,
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

delete from int_recognition_refunds where date in (select date from changed_days);

insert into int_recognition_refunds (date, returned_date, refund)
select date, returned_date, cast(sum(refund) as numeric(18, 2)) as refund
from new_delivery_refunds
where returned_date >= date
group by date, returned_date;
