-- makes: new_deliveries
-- grain: a sale that was delivered on a changed day
-- reads: changed_days, fct_orders, fct_returns
-- decides: the day of delivery, the last day on which a return is refunded, and whether anything came back so far
insert into new_deliveries (order_id, date, last_window_date, amount, came_back)
select
    o.order_id,
    local_date(o.delivered_at) as date,
    local_date(o.delivered_at + interval '720 hours') as last_window_date,
    cast(o.gross_revenue - o.discounts - o.taxes as numeric(18, 2)) as amount,
    exists (select 1 from fct_returns r where r.order_id = o.order_id) as came_back
from fct_orders o
where o.delivered_at is not null
  and local_date(o.delivered_at) in (select date from changed_days);
analyze new_deliveries (order_id);
