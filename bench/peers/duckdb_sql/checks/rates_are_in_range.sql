-- A rate lies between 0 and 1.
select 'return_rate' as what
from fct_revenue_daily
where return_rate not between 0 and 1
union all
select 'retention_rate'
from fct_cohort_ltv
where retention_rate not between 0 and 1
