-- fills: int_recognition_refunds
-- grain: a day of deliveries and day of refunds
-- reads: changed_days, new_delivery_refunds
-- decides: refunds on or after the day of delivery are booked against its pool
delete from int_recognition_refunds where date in (select date from changed_days);

insert into int_recognition_refunds (date, returned_date, refund)
select date, returned_date, cast(sum(refund) as numeric(18, 2)) as refund
from new_delivery_refunds
where returned_date >= date
group by date, returned_date;
