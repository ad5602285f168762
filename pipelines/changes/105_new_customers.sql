-- makes: new_customers, changed_first_sales
-- grain: a changed customer that was sent, or that an order names; a first sale that came, went or moved
-- reads: changed_customers, customer_orders, new_first_orders, new_customers, stg_customers, dim_customer
-- decides: the latest row counts; a customer who was not sent is inferred for as long as an order names it
insert into new_customers (
    customer_id, email, full_name, country, signup_at, is_inferred, first_sale_date, cohort_month
)
with versions as (
    select
        s.customer_id, s.email, s.full_name, s.country, s.signup_at,
        row_number() over (
            partition by s.customer_id
            order by s.ingested_at desc, s.source_line desc
        ) as recency
    from stg_customers s
    join changed_customers c on c.customer_id = s.customer_id
),
named as (
    select distinct customer_id
    from customer_orders
)
select
    c.customer_id,
    v.email,
    v.full_name,
    v.country,
    v.signup_at,
    v.customer_id is null as is_inferred,
    f.sold_date as first_sale_date,
    cast(date_trunc('month', cast(f.sold_date as timestamp)) as date) as cohort_month
from changed_customers c
left join versions v on v.customer_id = c.customer_id and v.recency = 1
left join named n on n.customer_id = c.customer_id
left join new_first_orders f on f.customer_id = c.customer_id
where v.customer_id is not null
   or n.customer_id is not null;
analyze new_customers (customer_id);

insert into changed_first_sales (old_date, old_cohort_month, new_date, new_cohort_month)
with old_customers as (
    select d.customer_id, d.first_sale_date, d.cohort_month
    from dim_customer d
    join changed_customers c on c.customer_id = d.customer_id
),
customers as (
    select customer_id, first_sale_date, cohort_month
    from new_customers
)
select distinct
    o.first_sale_date as old_date,
    o.cohort_month as old_cohort_month,
    n.first_sale_date as new_date,
    n.cohort_month as new_cohort_month
from old_customers o
full join customers n on n.customer_id = o.customer_id
where o.first_sale_date is distinct from n.first_sale_date;
