-- Latest row of every return whose line was never staged, or was not sold. Whether its line was is
-- found by the order, before the latest row is by the return: where tables are spread over several
-- machines, those of one order lie together.
create or replace view orphan_returns as
with placed as (
    select
        r.return_id, r.order_id, r.line_number, r.quantity, r.returned_at, r.reason,
        r.ingested_at, r.source_file, r.source_line, r.row_hash, r.run_id,
        i.sold_date is not null as is_sold
    from stg_returns r
    left join fct_order_items i on i.order_id = r.order_id and i.line_number = r.line_number
),
versions as (
    select
        return_id, order_id, line_number, quantity, returned_at, reason, ingested_at,
        source_file, source_line, row_hash, run_id, is_sold,
        row_number() over (
            partition by return_id
            order by ingested_at desc, source_line desc
        ) as recency
    from placed
)
select
    return_id, order_id, line_number, quantity, returned_at, reason, ingested_at, source_file,
    source_line, row_hash, run_id
from versions
where recency = 1
  and not is_sold;
