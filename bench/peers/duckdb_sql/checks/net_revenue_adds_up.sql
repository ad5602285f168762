-- net_revenue = gross_revenue - discounts - refunds - taxes, of lines, orders and days.
select 'line' as what
from fct_order_items
where net_revenue <> gross_amount - discount_amount - refund_amount - tax_amount
union all
select 'order'
from fct_orders
where net_revenue <> gross_revenue - discounts - refunds - taxes
union all
select 'day'
from fct_revenue_daily
where net_revenue <> gross_revenue - discounts - refunds - taxes
