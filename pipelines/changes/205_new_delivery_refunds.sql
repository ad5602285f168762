-- makes: new_delivery_refunds
-- grain: an order that was delivered on a changed day and day of its refunds
-- reads: new_deliveries, fct_returns
-- decides: pieces that are not refundable are no refunds
insert into new_delivery_refunds (order_id, date, returned_date, refund)
select
    n.order_id,
    n.date,
    r.returned_date,
    cast(sum(r.refund_amount) as numeric(18, 2)) as refund
from new_deliveries n
join fct_returns r on r.order_id = n.order_id
where r.is_refundable
group by n.order_id, n.date, r.returned_date;
