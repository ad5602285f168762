-- answer: quarantine_totals
-- answers: how many rows were rejected, in how many runs
-- parameters: run_id text, feed text
-- order: the only row
-- column rows: rejected rows
-- column runs: runs that rejected them
select count(*) as rows, count(distinct run_id) as runs
from quarantine
where (cast($1 as text) is null or run_id = cast($1 as text))
  and (cast($2 as text) is null or feed = cast($2 as text));
