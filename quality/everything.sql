-- Scope of the checks when no run has just set it: every order, day, customer, SKU and cohort.
drop table if exists changed_orders;
create temp table changed_orders as
select order_id
from fct_orders
union
select order_id
from fct_order_items
union
select order_id
from fct_returns;
analyze changed_orders;

drop table if exists changed_days;
create temp table changed_days as
select date
from calendar;
analyze changed_days;

drop table if exists changed_customers;
create temp table changed_customers as
select customer_id
from dim_customer
union
select customer_id
from fct_orders
where customer_id is not null;
analyze changed_customers;

drop table if exists changed_stock;
create temp table changed_stock as
with days as (
    select sku, min(date) as date
    from fct_inventory_daily
    group by sku
    union all
    select sku, opened_on
    from fct_inventory_alerts
)
select sku, min(date) as from_date
from days
group by sku;
analyze changed_stock;

drop table if exists changed_cohorts;
create temp table changed_cohorts as
select cohort_month
from dim_customer
where cohort_month is not null
union
select cohort_month
from fct_cohort_ltv;
analyze changed_cohorts;

-- All orders are marked: no price marks more.
drop table if exists changed_prices;
create temp table changed_prices as
select sku, current_date as from_date
from dim_product
where false;
