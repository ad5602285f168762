-- A customer that was sent, or that an order names (inferred).
with ranked as (
    select
        *,
        row_number() over (
            partition by customer_id order by file_number desc, row_number desc
        ) as newest
    from stg_customers
),
buyers as (
    select customer_id, min(sold_date) as first_sale_date
    from int_orders
    where customer_id is not null
    group by customer_id
)
select
    coalesce(c.customer_id, b.customer_id) as customer_id, c.email, c.full_name, c.country,
    c.signup_at, c.customer_id is null as is_inferred, b.first_sale_date,
    cast(date_trunc('month', b.first_sale_date) as date) as cohort_month
from (select * from ranked where newest = 1) c
full join buyers b on b.customer_id = c.customer_id
