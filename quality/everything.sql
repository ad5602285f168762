-- Scope of the checks when no run has just set it: every order, day, customer, SKU and cohort.
delete from changed_orders;
insert into changed_orders (order_id)
select order_id
from fct_orders
union
select order_id
from fct_order_items
union
select order_id
from fct_returns;
analyze changed_orders;

delete from changed_days;
insert into changed_days (date)
with bounds as (
    select min(sold_date) as first_date, max(sold_date) as last_date
    from fct_orders
    union all
    select local_date(min(delivered_at)), local_date(max(delivered_at))
    from fct_orders
    union all
    select min(returned_date), max(returned_date)
    from fct_returns
    union all
    select min(date), max(date)
    from fct_revenue_daily
    union all
    select min(date), max(date)
    from fct_revenue_recognition_daily
)
-- A day more, since clocks that are set back at midnight give the end of a day twice.
select date
from calendar
where date >= (select min(first_date) - 1 from bounds)
  and date <= (select max(last_date) + 1 from bounds);
analyze changed_days;

-- Of orders only what checks read.
delete from new_orders;
insert into new_orders (order_id, status, status_before)
with versions as (
    select
        order_id, status,
        row_number() over newest_first as recency,
        lead(status) over newest_first as status_before
    from stg_orders
    window newest_first as (
        partition by order_id
        order by ingested_at desc, source_line desc
    )
)
select order_id, status, status_before
from versions
where recency = 1;
analyze new_orders (order_id);

delete from touched_customers;
insert into touched_customers (customer_id)
select customer_id
from fct_orders
where customer_id is not null;

delete from changed_customers;
insert into changed_customers (customer_id)
select customer_id
from dim_customer
union
select customer_id
from touched_customers;
analyze changed_customers;

delete from changed_stock;
insert into changed_stock (sku, from_date)
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

delete from changed_cohorts;
insert into changed_cohorts (cohort_month)
select cohort_month
from dim_customer
where cohort_month is not null
union
select cohort_month
from fct_cohort_ltv;
analyze changed_cohorts;

-- All orders are marked: no price marks more.
delete from changed_prices;
insert into changed_prices (sku, from_date)
select sku, current_date as from_date
from dim_product
where false;
