-- answer: order_rows
-- answers: which staged rows there are of an order
-- parameters: order_id text
-- order: newest first, so that the first one counts
-- column source: file and line
-- column status: as the row says
select
    concat(source_file, ':', source_line) as source,
    status
from stg_orders
where order_id = cast($1 as text)
order by ingested_at desc, source_line desc;
