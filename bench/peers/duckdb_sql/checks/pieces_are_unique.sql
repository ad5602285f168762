-- A piece is in fct_returns once.
select order_id, line_number, piece_number
from fct_returns
group by order_id, line_number, piece_number
having count(*) > 1
