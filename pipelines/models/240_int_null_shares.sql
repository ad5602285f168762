-- fills: int_null_shares
-- grain: a run, table and nullable column
-- reads: new_null_counts, int_null_shares
-- decides: runs are counted by table, in order of what they staged
insert into int_null_shares (run_id, table_name, column_name, rows, nulls, ordinal)
select
    n.run_id,
    n.table_name,
    n.column_name,
    n.rows,
    n.rows - n.filled as nulls,
    coalesce(
        (select max(s.ordinal) from int_null_shares s where s.table_name = n.table_name), 0
    ) + dense_rank() over (partition by n.table_name order by n.ingested_at) as ordinal
from new_null_counts n;
