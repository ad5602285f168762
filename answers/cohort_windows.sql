-- answer: cohort_windows
-- answers: what the customers of each month of first sales did within a number of days
-- parameters: window_days integer
-- order: oldest first
-- column cohort_month: the first day of the month of the customers' first sales
-- column cohort_size: how many customers they are
-- column eligible_customers: those whose window has closed
-- column retained_customers: of these, those with another sale within the window
-- column retention_rate: retained_customers / eligible_customers; null while no window has closed
-- column revenue: net revenue of the eligible customers within the window
-- column ltv: revenue / eligible_customers; null while no window has closed
-- column is_mature: whether the window has closed for all of them
select
    cohort_month, cohort_size, eligible_customers, retained_customers, retention_rate, revenue,
    ltv, is_mature
from fct_cohort_ltv
where window_days = cast($1 as integer)
order by cohort_month;
