-- fills: dim_customer
-- grain: a customer that was sent, or that an order names
-- reads: changed_customers, new_customers
-- decides: the row is the new one, or none
delete from dim_customer where customer_id in (select customer_id from changed_customers);

insert into dim_customer (
    customer_id, email, full_name, country, signup_at, is_inferred, first_sale_date, cohort_month
)
select
    customer_id, email, full_name, country, signup_at, is_inferred, first_sale_date, cohort_month
from new_customers;
