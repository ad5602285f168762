-- answer: largest_sales
-- answers: which sales of a range brought most, what was refunded so far taken off
-- parameters: from date, to date, limit bigint
-- order: largest net revenue first
-- column order_id: the order
-- column sold_date: its day
-- column net_revenue: gross_revenue - discounts - refunds - taxes of the order
select order_id, sold_date, net_revenue
from fct_orders
where is_sale
  and sold_date between cast($1 as date) and cast($2 as date)
order by net_revenue desc, order_id
limit cast($3 as bigint);
