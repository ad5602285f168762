-- fills: fct_cohort_ltv
-- grain: a month of first sales and window of 7, 30 or 90 days
-- reads: changed_cohorts, cohort_customers, customer_sales, revenue_series
-- decides: only customers whose window has closed count as retained or bring revenue; sales after 90 days change nothing
delete from fct_cohort_ltv where cohort_month in (select cohort_month from changed_cohorts);

insert into fct_cohort_ltv (
    cohort_month, window_days, cohort_size, eligible_customers, retained_customers,
    retention_rate, revenue, ltv, is_mature
)
with spans as (
    select
        c.customer_id,
        c.cohort_month,
        c.first_sale_date,
        s.sold_date - c.first_sale_date as days_after_first,
        s.net_revenue
    from cohort_customers c
    join customer_sales s on s.customer_id = c.customer_id
    where s.sold_date <= c.first_sale_date + 90
),
customers as (
    select
        customer_id,
        cohort_month,
        first_sale_date,
        min(days_after_first) filter (where days_after_first > 0) as days_to_second,
        sum(net_revenue) filter (where days_after_first <= 7) as revenue_7,
        sum(net_revenue) filter (where days_after_first <= 30) as revenue_30,
        sum(net_revenue) as revenue_90
    from spans
    group by customer_id, cohort_month, first_sale_date
),
windows(window_days) as (
    values (7), (30), (90)
),
sums as (
    select
        c.cohort_month,
        w.window_days,
        count(*) as cohort_size,
        count(*) filter (where c.first_sale_date + w.window_days <= a.last_date) as eligible,
        count(*) filter (
            where c.first_sale_date + w.window_days <= a.last_date
              and c.days_to_second <= w.window_days
        ) as retained,
        amount_of(coalesce(sum(
            case w.window_days when 7 then revenue_7 when 30 then revenue_30 else revenue_90 end
        ) filter (where c.first_sale_date + w.window_days <= a.last_date), 0),
            'the sales of the cohort of ' || c.cohort_month) as revenue
    from customers c
    cross join windows w
    cross join revenue_series a
    group by c.cohort_month, w.window_days
)
select
    cohort_month,
    window_days,
    cohort_size,
    eligible as eligible_customers,
    retained as retained_customers,
    cast(retained as double precision) / nullif(eligible, 0) as retention_rate,
    revenue,
    cast(cast(revenue as numeric(38, 2)) * 100 as double precision)
        / nullif(eligible * 100, 0) as ltv,
    eligible = cohort_size as is_mature
from sums;
