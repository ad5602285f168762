-- customers: typed values, and why a row is refused ('' where it is not).
select
    file_number, row_number, customer_id, email, full_name, upper(country) as country,
    instant(signup_at) as signup_at,
    concat_ws('; ',
        fault_of_id('customer_id', customer_id, true),
        fault_of_email('email', email),
        fault_of_text('full_name', full_name, 200, false),
        fault_of_country('country', country),
        fault_of_instant('signup_at', signup_at, true)) as reasons,
    raw_row
from raw_customers
