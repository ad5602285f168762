-- makes: new_orders
-- grain: a changed order that was staged
-- reads: changed_orders, stg_orders
-- decides: the latest row counts; sold_at is the first of paid, fulfilled, delivered that is set
insert into new_orders (
    order_id, customer_id, status, created_at, paid_at, fulfilled_at, delivered_at, returned_at,
    payment_method, channel, country, sold_at, sold_date, status_before
)
with versions as (
    select
        o.order_id, o.customer_id, o.status, o.created_at, o.paid_at, o.fulfilled_at,
        o.delivered_at, o.returned_at, o.payment_method, o.channel, o.country,
        row_number() over newest_first as recency,
        lead(o.status) over newest_first as status_before
    from stg_orders o
    join changed_orders c on c.order_id = o.order_id
    window newest_first as (
        partition by o.order_id
        order by o.ingested_at desc, o.source_line desc
    )
)
select
    order_id, customer_id, status, created_at, paid_at, fulfilled_at, delivered_at, returned_at,
    payment_method, channel, country,
    coalesce(paid_at, fulfilled_at, delivered_at) as sold_at,
    local_date(coalesce(paid_at, fulfilled_at, delivered_at)) as sold_date,
    status_before
from versions
where recency = 1;
analyze new_orders (order_id);
