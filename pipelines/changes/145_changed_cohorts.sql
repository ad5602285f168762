-- makes: changed_cohorts, cohort_customers, customer_sales
-- grain: a month of first sales whose figures may change; a customer of it; a sale to a customer that its figures may count, or those of a changed day
-- reads: changed_days, changed_first_sales, touched_customers, revenue_series, dim_customer, fct_orders, fct_cohort_ltv
-- decides: a first sale or a sale within 90 days of it, before or after this run; an open window when the last day moves
insert into changed_cohorts (cohort_month)
select old_cohort_month as cohort_month
from changed_first_sales
where old_cohort_month is not null
union
select new_cohort_month
from changed_first_sales
where new_cohort_month is not null
union
select distinct d.cohort_month
from dim_customer d
join touched_customers t on t.customer_id = d.customer_id
where t.sold_date >= d.first_sale_date
  and t.sold_date <= d.first_sale_date + 90
union
-- A month of 31 days and the longest window after it: older cohorts have closed on both days.
select l.cohort_month
from fct_cohort_ltv l
join revenue_series a on a.old_date <> a.last_date
where l.cohort_month + 121 > least(a.old_date, a.last_date);
analyze changed_cohorts;

insert into cohort_customers (customer_id, cohort_month, first_sale_date)
with cohorts as (
    select cohort_month
    from changed_cohorts
)
select d.customer_id, d.cohort_month, d.first_sale_date
from dim_customer d
join cohorts c on c.cohort_month = d.cohort_month;
analyze cohort_customers;

insert into customer_sales (customer_id, sold_date, net_revenue)
select o.customer_id, o.sold_date, o.net_revenue
from fct_orders o
where o.customer_id is not null
  and o.sold_date >= (select min(cohort_month) from changed_cohorts)
  and o.sold_date <= (select max(cohort_month) from changed_cohorts) + 121;

insert into customer_sales (customer_id, sold_date, net_revenue)
with span as (
    select min(cohort_month) as first_date, max(cohort_month) + 121 as last_date
    from changed_cohorts
),
days as (
    select c.date
    from changed_days c
    left join span s on c.date >= s.first_date and c.date <= s.last_date
    where s.first_date is null
)
select o.customer_id, o.sold_date, o.net_revenue
from fct_orders o
join days d on d.date = o.sold_date
where o.customer_id is not null;
analyze customer_sales;
