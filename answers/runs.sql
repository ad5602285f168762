-- answer: runs
-- answers: which runs there were, what they moved and how long they took beside the runs before
-- parameters: run_id text, before text, limit bigint
-- order: newest first
-- column run_id: the run; ids sort by time
-- column command: run or rebuild
-- column status: running, published, nothing_new or failed
-- column started_at: when it began
-- column finished_at: when it ended; null while it is running
-- column seconds: how long it took; null while it is running
-- column median_seconds: median of up to 30 runs before it with this command and status
-- column files: deliveries picked up
-- column rows_read: rows of these files
-- column rows_staged: rows that are valid
-- column rows_quarantined: rows that were rejected
-- column error: why it failed; null where it did not
with numbered as (
    select
        run_id, command, status, started_at, finished_at, files, rows_read, rows_staged,
        rows_quarantined, error,
        cast(extract(epoch from (finished_at - started_at)) as double precision) as seconds,
        row_number() over (partition by command, status order by started_at, run_id) as ordinal
    from run_log
),
chosen as (
    select *
    from numbered
    where (cast($1 as text) is null or run_id = cast($1 as text))
      and (cast($2 as text) is null or run_id < cast($2 as text))
    order by started_at desc, run_id desc
    limit cast($3 as bigint)
),
medians as (
    select c.run_id, percentile_cont(0.5) within group (order by n.seconds) as median_seconds
    from chosen c
    join numbered n
        on n.command = c.command
        and n.status = c.status
        and n.ordinal < c.ordinal
        and n.ordinal >= c.ordinal - 30
    group by c.run_id
)
select
    c.run_id, c.command, c.status, c.started_at, c.finished_at, c.seconds, m.median_seconds,
    c.files, c.rows_read, c.rows_staged, c.rows_quarantined, c.error
from chosen c
left join medians m on m.run_id = c.run_id
order by c.started_at desc, c.run_id desc;
