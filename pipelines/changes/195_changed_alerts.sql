-- makes: changed_alerts
-- grain: a changed SKU and the episode that its first changed day may go on with
-- reads: changed_stock, fct_inventory_alerts
-- decides: an episode that reaches the day before the first changed day goes on from there
insert into changed_alerts (sku, from_date, opened_on)
select c.sku, c.from_date, min(a.opened_on) as opened_on
from changed_stock c
left join fct_inventory_alerts a
    on a.sku = c.sku
    and a.opened_on < c.from_date
    and coalesce(a.resolved_on, date '2200-01-01') >= c.from_date
group by c.sku, c.from_date;
analyze changed_alerts;
