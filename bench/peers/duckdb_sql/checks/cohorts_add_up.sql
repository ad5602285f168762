-- Retained are eligible, eligible are in the cohort, cohorts are all customers with a sale.
select 'cohort' as what
from fct_cohort_ltv
where eligible_customers > cohort_size
   or retained_customers > eligible_customers
union all
select 'sum'
from (
    select sum(cohort_size) as customers
    from fct_cohort_ltv
    where window_days = 7
) c
where customers <> (select count(*) from dim_customer where first_sale_date is not null)
