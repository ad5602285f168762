-- A row of the returns feed in its latest state.
with ranked as (
    select
        *,
        row_number() over (
            partition by return_id order by file_number desc, row_number desc
        ) as newest
    from stg_returns
)
select return_id, order_id, line_number, quantity, returned_at, reason
from ranked
where newest = 1
