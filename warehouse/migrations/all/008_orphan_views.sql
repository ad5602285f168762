-- Staged rows that found no place: they take it by themselves when what they refer to arrives.

-- Latest row of every line whose order was never staged.
create view orphan_order_items as
with versions as (
    select
        i.order_id, i.line_number, i.sku, i.quantity, i.unit_price, i.discount_amount,
        i.tax_amount, i.ingested_at, i.source_file, i.source_line, i.row_hash, i.run_id,
        row_number() over (
            partition by i.order_id, i.line_number
            order by i.ingested_at desc, i.source_line desc
        ) as recency
    from stg_order_items i
    join int_orphan_orders o on o.order_id = i.order_id
)
select
    order_id, line_number, sku, quantity, unit_price, discount_amount, tax_amount,
    ingested_at, source_file, source_line, row_hash, run_id
from versions
where recency = 1;

-- Latest row of every return whose line was never staged, or was not sold.
create view orphan_returns as
with unplaced as (
    select distinct r.return_id
    from stg_returns r
    where not exists (
        select 1
        from fct_order_items i
        where i.order_id = r.order_id
          and i.line_number = r.line_number
          and i.sold_date is not null
    )
),
versions as (
    select
        r.return_id, r.order_id, r.line_number, r.quantity, r.returned_at, r.reason,
        r.ingested_at, r.source_file, r.source_line, r.row_hash, r.run_id,
        row_number() over (
            partition by r.return_id
            order by r.ingested_at desc, r.source_line desc
        ) as recency
    from stg_returns r
    where r.return_id in (select return_id from unplaced)
)
select
    v.return_id, v.order_id, v.line_number, v.quantity, v.returned_at, v.reason,
    v.ingested_at, v.source_file, v.source_line, v.row_hash, v.run_id
from versions v
where v.recency = 1
  and not exists (
      select 1
      from fct_order_items i
      where i.order_id = v.order_id
        and i.line_number = v.line_number
        and i.sold_date is not null
  );
