-- answer: rejected_reasons
-- answers: how many rows were rejected for each reason; a row counts under each of its reasons
-- parameters: run_id text, feed text, limit bigint
-- order: the commonest first
-- column feed: the feed of the rows
-- column reason: field: message
-- column rows: how many there are
with faults as (
    select feed, unnest(string_to_array(reasons, '; ')) as reason
    from quarantine
    where (cast($1 as text) is null or run_id = cast($1 as text))
      and (cast($2 as text) is null or feed = cast($2 as text))
)
select feed, reason, count(*) as rows
from faults
group by feed, reason
order by count(*) desc, feed, reason
limit cast($3 as bigint);
