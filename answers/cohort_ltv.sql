-- answer: cohort_ltv
-- answers: what customers of a month's first sales bought again, and were worth, within a window
-- parameters: window_days bigint
-- order: by month and window
-- column cohort_month: the first day of the month of the first sale
-- column window_days: 7, 30 or 90
-- column cohort_size: customers
-- column eligible_customers: those whose window has closed
-- column retained_customers: eligible customers with another sale within it
-- column retention_rate: retained_customers / eligible_customers
-- column revenue: net revenue of the eligible customers within it
-- column ltv: revenue / eligible_customers
-- column is_mature: whether the window has closed for all
select
    cohort_month,
    cast(window_days as bigint) as window_days,
    cohort_size, eligible_customers, retained_customers, retention_rate, revenue, ltv, is_mature
from fct_cohort_ltv
where cast($1 as bigint) is null
   or window_days = cast($1 as bigint)
order by cohort_month, window_days;
