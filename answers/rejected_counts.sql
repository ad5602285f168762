-- answer: rejected_counts
-- answers: how many rows a run rejected for which reasons
-- parameters: run_id text, limit bigint
-- order: the commonest first
-- column feed: the feed of the rows
-- column reasons: everything that is wrong with such a row, as field: message
-- column rows: how many there are
select feed, reasons, count(*) as rows
from quarantine
where run_id = cast($1 as text)
group by feed, reasons
order by count(*) desc, feed, reasons
limit cast($2 as bigint);
