-- answer: retention_months
-- answers: how many customers of a cohort bought in each month
-- parameters: cohort_from date, cohort_to date
-- order: by cohort and month
-- column cohort_month: the first day of the month of the customers' first sales
-- column month: the first day of a month, the cohort's own included
-- column customers: customers of the cohort with a sale in it
select
    d.cohort_month,
    cast(date_trunc('month', cast(o.sold_date as timestamp)) as date) as month,
    count(distinct o.customer_id) as customers
from dim_customer d
join fct_orders o on o.customer_id = d.customer_id
where d.cohort_month between cast($1 as date) and cast($2 as date)
  and o.is_sale
group by d.cohort_month, cast(date_trunc('month', cast(o.sold_date as timestamp)) as date)
order by d.cohort_month, month;
