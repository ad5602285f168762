-- A month of first sales and a window of 7, 30 or 90 days; only closed windows count.
with windows(window_days) as (
    values (7), (30), (90)
),
purchases as (
    select
        c.customer_id, o.sold_date - c.first_sale_date as days_after_first,
        o.net_revenue
    from dim_customer c
    join fct_orders o on o.customer_id = c.customer_id and o.is_sale
    where o.sold_date <= c.first_sale_date + 90
),
customers as (
    select
        c.customer_id, c.cohort_month, w.window_days,
        c.first_sale_date + w.window_days <= span.last_date as is_eligible
    from dim_customer c
    cross join windows w
    cross join int_revenue_span span
    where c.first_sale_date is not null
),
values_of_customers as (
    select
        c.customer_id, c.window_days,
        bool_or(p.days_after_first > 0) as is_retained,
        sum(p.net_revenue) as revenue
    from customers c
    join purchases p on p.customer_id = c.customer_id and p.days_after_first <= c.window_days
    where c.is_eligible
    group by c.customer_id, c.window_days
),
sums as (
    select
        c.cohort_month, c.window_days, count(*) as cohort_size,
        count(*) filter (where c.is_eligible) as eligible_customers,
        count(*) filter (where v.is_retained) as retained_customers,
        cast(coalesce(sum(v.revenue), 0) as numeric(18, 2)) as revenue
    from customers c
    left join values_of_customers v
        on v.customer_id = c.customer_id and v.window_days = c.window_days
    group by c.cohort_month, c.window_days
)
select
    cohort_month, window_days, cohort_size, eligible_customers, retained_customers,
    cast(retained_customers as double precision) / nullif(eligible_customers, 0)
        as retention_rate,
    revenue,
    cast(revenue as double precision) / nullif(eligible_customers, 0) as ltv,
    eligible_customers = cohort_size as is_mature
from sums
