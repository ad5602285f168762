-- answer: rejected_rows
-- answers: which rows were rejected and why
-- parameters: run_id text, feed text, limit bigint
-- order: newest run first, within it in the order of delivery
-- column run_id: the run
-- column source_file: path below the landing folder
-- column line: on which the row starts
-- column feed: the feed
-- column reasons: everything that is wrong with it
-- column raw_row: the beginning of its text; null where the whole file was rejected
with chosen as (
    select
        run_id, source_file, source_line, feed, reasons, substr(raw_row, 1, 61) as raw_row,
        ingested_at, max(ingested_at) over (partition by run_id) as run_at
    from quarantine
    where (cast($1 as text) is null or run_id = cast($1 as text))
      and (cast($2 as text) is null or feed = cast($2 as text))
)
select run_id, source_file, source_line as line, feed, reasons, raw_row
from chosen
order by run_at desc, run_id, ingested_at, source_line
limit cast($3 as bigint);
