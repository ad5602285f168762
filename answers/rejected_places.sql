-- answer: rejected_places
-- answers: which rows were rejected and why, by the place where each stands
-- parameters: limit bigint, offset bigint
-- order: by feed and reasons, then by file and line
-- column feed: the feed
-- column reasons: everything that is wrong with the row
-- column rows_alike: rows of the feed with the same reasons
-- column source_file: path below the landing folder
-- column source_line: the line on which the row starts
-- column run_id: the run that read it
-- column ingested_at: when the file was picked up
-- column state: what became of it: waiting, mended (its key was staged since) or delivered again
with alike as (
    select feed, reasons, count(*) as rows_alike
    from quarantine
    group by feed, reasons
),
latest as (
    select source_file, max(ingested_at) as ingested_at
    from loaded_files
    group by source_file
)
select
    q.feed, q.reasons, a.rows_alike, q.source_file, q.source_line, q.run_id, q.ingested_at,
    case when l.ingested_at > q.ingested_at then 'delivered again' else 'waiting' end as state
from quarantine q
join alike a on a.feed = q.feed and a.reasons = q.reasons
left join latest l on l.source_file = q.source_file
order by q.feed, q.reasons, q.source_file, q.source_line, q.ingested_at
limit cast($1 as bigint)
offset cast($2 as bigint);
