-- makes: changed_cohorts, new_cohort_customers
-- grain: a month of first sales whose figures may change; a customer of it
-- reads: changed_first_sales, order_states, revenue_series, dim_customer, fct_cohort_ltv
-- decides: a first sale or a sale within 90 days of it, before or after this run; an open window when the last day moves
insert into changed_cohorts (cohort_month)
with buyers as (
    select distinct customer_id, sold_date
    from order_states
    where customer_id is not null
      and sold_date is not null
)
select old_cohort_month as cohort_month
from changed_first_sales
where old_cohort_month is not null
union
select new_cohort_month
from changed_first_sales
where new_cohort_month is not null
union
select d.cohort_month
from dim_customer d
join buyers b on b.customer_id = d.customer_id
where b.sold_date >= d.first_sale_date
  and b.sold_date <= d.first_sale_date + 90
union
-- A month of 31 days and the longest window after it: older cohorts have closed on both days.
select l.cohort_month
from fct_cohort_ltv l
join revenue_series a on a.old_date <> a.last_date
where l.cohort_month + 121 > least(a.old_date, a.last_date);
analyze changed_cohorts;

insert into new_cohort_customers (customer_id, cohort_month, first_sale_date)
select d.customer_id, d.cohort_month, d.first_sale_date
from dim_customer d
join changed_cohorts c on c.cohort_month = d.cohort_month;
analyze new_cohort_customers;
