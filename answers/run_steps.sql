-- answer: run_steps
-- answers: what a run did, step by step
-- parameters: run_id text
-- order: in the order in which they ran
-- column step: a model, or a phase such as ingestion
-- column started_at: when it began
-- column duration_ms: how long it took, in milliseconds
-- column rows: rows that it wrote
-- column status: done or failed
-- column detail: warnings, or why it failed
select step, started_at, duration_ms, rows, status, detail
from run_steps
where run_id = cast($1 as text)
order by started_at, step;
