-- answer: rejected_naming
-- answers: which rejected rows contain an order's id
-- parameters: order_id text
-- order: in the order of delivery
-- column source: file and line
-- column reasons: everything that is wrong with the row
-- column raw_row: the row's text
select
    concat(source_file, ':', source_line) as source,
    reasons,
    raw_row
from quarantine
where feed in ('orders', 'order_items', 'returns')
  and strpos(raw_row, cast($1 as text)) > 0
order by ingested_at, source_line;
