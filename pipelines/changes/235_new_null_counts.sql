-- makes: new_null_counts
-- grain: a run, table and nullable column
-- reads: run_scope, stg_orders, stg_returns, stg_customers, stg_products, stg_inventory_movements
-- decides: only columns that a contract lets be empty are counted, over the rows that a run staged
drop table if exists new_null_counts;
create temp table new_null_counts as
with orders as (
    select
        run_id, min(ingested_at) as ingested_at, count(*) as rows,
        count(customer_id) as customer_id, count(paid_at) as paid_at,
        count(fulfilled_at) as fulfilled_at, count(delivered_at) as delivered_at,
        count(returned_at) as returned_at, count(payment_method) as payment_method,
        count(channel) as channel, count(country) as country
    from stg_orders
    where ingested_at > (select ingested_after from run_scope)
    group by run_id
),
customers as (
    select
        run_id, min(ingested_at) as ingested_at, count(*) as rows,
        count(email) as email, count(full_name) as full_name, count(country) as country
    from stg_customers
    where ingested_at > (select ingested_after from run_scope)
    group by run_id
),
others as (
    select 'stg_returns' as table_name, 'reason' as column_name, run_id,
           min(ingested_at) as ingested_at, count(*) as rows, count(reason) as filled
    from stg_returns
    where ingested_at > (select ingested_after from run_scope)
    group by run_id
    union all
    select 'stg_products', 'category', run_id, min(ingested_at), count(*), count(category)
    from stg_products
    where ingested_at > (select ingested_after from run_scope)
    group by run_id
    union all
    select 'stg_inventory_movements', 'reference', run_id, min(ingested_at), count(*),
           count(reference)
    from stg_inventory_movements
    where ingested_at > (select ingested_after from run_scope)
    group by run_id
)
select 'stg_orders' as table_name, c.column_name, o.run_id, o.ingested_at, o.rows, c.filled
from orders o
cross join lateral (
    values ('customer_id', o.customer_id), ('paid_at', o.paid_at),
           ('fulfilled_at', o.fulfilled_at), ('delivered_at', o.delivered_at),
           ('returned_at', o.returned_at), ('payment_method', o.payment_method),
           ('channel', o.channel), ('country', o.country)
) as c(column_name, filled)
union all
select 'stg_customers', c.column_name, o.run_id, o.ingested_at, o.rows, c.filled
from customers o
cross join lateral (
    values ('email', o.email), ('full_name', o.full_name), ('country', o.country)
) as c(column_name, filled)
union all
select table_name, column_name, run_id, ingested_at, rows, filled
from others;
