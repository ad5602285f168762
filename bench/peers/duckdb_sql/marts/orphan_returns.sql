-- A return whose line was never sent, or whose order is not a sale.
select r.return_id
from int_returns r
where not exists (
    select 1
    from int_sold_lines l
    where l.order_id = r.order_id
      and l.line_number = r.line_number
      and l.sold_at is not null
)
