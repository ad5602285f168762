-- answer: retention_days
-- answers: after how many days the customers of a cohort bought again, or how long one has waited
-- parameters: cohort_from date, cohort_to date, as_of date
-- order: by cohort and number of days
-- column cohort_month: the first day of the month of the customers' first sales
-- column last_first_sale: the day of the cohort's latest first sale
-- column days: since the first sale; 91 stands for more
-- column bought_again: customers whose next sale was so many days after the first
-- column still_open: customers without another sale, whose first one is so many days past
with cohorts as (
    select
        customer_id, cohort_month, first_sale_date,
        max(first_sale_date) over (partition by cohort_month) as last_first_sale
    from dim_customer
    where cohort_month between cast($1 as date) and cast($2 as date)
),
next_sales as (
    select c.customer_id, min(o.sold_date) as next_date
    from cohorts c
    join fct_orders o on o.customer_id = c.customer_id and o.sold_date > c.first_sale_date
    group by c.customer_id
),
waits as (
    select
        c.cohort_month,
        c.last_first_sale,
        least(coalesce(n.next_date, cast($3 as date)) - c.first_sale_date, 91) as days,
        n.next_date is not null as is_over
    from cohorts c
    left join next_sales n on n.customer_id = c.customer_id
)
select
    cohort_month,
    last_first_sale,
    cast(days as bigint) as days,
    count(*) filter (where is_over) as bought_again,
    count(*) filter (where not is_over) as still_open
from waits
group by cohort_month, last_first_sale, days
order by cohort_month, days;
