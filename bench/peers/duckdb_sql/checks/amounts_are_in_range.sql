-- No amount is below zero, no refund above its line, no quantity below one.
select order_id, line_number
from fct_order_items
where quantity < 1
   or gross_amount < 0
   or discount_amount < 0
   or tax_amount < 0
   or net_line_amount < 0
   or refund_amount < 0
   or refund_amount > net_line_amount
