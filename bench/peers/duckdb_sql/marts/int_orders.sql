-- An order in its latest state; sold_at is null where it is not a sale.
with ranked as (
    select
        *,
        row_number() over (
            partition by order_id order by file_number desc, row_number desc
        ) as newest
    from stg_orders
),
latest as (
    select *, coalesce(paid_at, fulfilled_at, delivered_at) as sold_at
    from ranked
    where newest = 1
)
select
    order_id, customer_id, status, created_at, paid_at, fulfilled_at, delivered_at, returned_at,
    sold_at, cast(sold_at as date) as sold_date, payment_method, channel, country
from latest
