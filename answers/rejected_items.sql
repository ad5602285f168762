-- answer: rejected_items
-- answers: the rejected order items of a range of landing dates, of each latest delivery
-- parameters: from date, to date
-- order: by file and line
-- column reasons: what is wrong with the row
-- column raw_row: the row as it stood
with latest as (
    select
        source_file, ingested_at,
        row_number() over (partition by source_file order by ingested_at desc) as recency
    from loaded_files
    where feed = 'order_items' and landing_date between cast($1 as date) and cast($2 as date)
)
select q.reasons, q.raw_row
from latest f
join quarantine q on q.source_file = f.source_file and q.ingested_at = f.ingested_at
where f.recency = 1
order by q.source_file, q.source_line;
