-- fills: int_null_shares
-- grain: a run, table and column that a contract lets be null
-- reads: staged_counts, int_null_shares
-- decides: runs are counted by table, in order of what they staged
insert into int_null_shares (run_id, table_name, column_name, rows, nulls, ordinal)
with counts as (
    select
        run_id, table_name, column_name,
        min(ingested_at) as ingested_at,
        cast(sum(rows) as bigint) as rows,
        cast(sum(nulls) as bigint) as nulls
    from staged_counts
    where column_name is not null
    group by run_id, table_name, column_name
)
select
    n.run_id,
    n.table_name,
    n.column_name,
    n.rows,
    n.nulls,
    coalesce(
        (select max(s.ordinal) from int_null_shares s where s.table_name = n.table_name), 0
    ) + dense_rank() over (partition by n.table_name order by n.ingested_at) as ordinal
from counts n;
