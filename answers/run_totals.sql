-- answer: run_totals
-- answers: how many runs there were of each command and status, and what they moved in all
-- parameters: none
-- order: by command and status
-- column command: run, rebuild or check
-- column status: running, published, nothing_new or failed
-- column runs: how many
-- column last_end: when the last one ended; null while it is running
-- column rows_read: rows of their files
-- column rows_staged: rows that were valid
-- column rows_quarantined: rows that were rejected
select
    command,
    status,
    count(*) as runs,
    max(finished_at) as last_end,
    cast(coalesce(sum(rows_read), 0) as bigint) as rows_read,
    cast(coalesce(sum(rows_staged), 0) as bigint) as rows_staged,
    cast(coalesce(sum(rows_quarantined), 0) as bigint) as rows_quarantined
from run_log
group by command, status
order by command, status;
