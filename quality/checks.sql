-- The quality checks. Each is a SELECT of offending rows and passes when there is none; an error
-- keeps the run from being published, a warning does not. Its head names the check, the table, the
-- severity, the scope (changed: what this run touched, so everything in a rebuild; or all) and
-- what is expected.

-- check: file_rows_accounted
-- table: loaded_files
-- severity: error
-- scope: changed
-- expects: In every file rows read = rows staged + rows quarantined, and so many are there.
with rejected as (
    select ingested_at, count(*) as rows from quarantine
    where ingested_at > (select ingested_after from run_scope) group by ingested_at
)
select
    f.source_file as failing_key,
    concat('read ', f.rows_read, ', staged ', f.rows_staged, ', quarantined ', f.rows_quarantined,
        '; found ', coalesce(s.rows, 0), ' and ', coalesce(q.rows, 0)) as observed
from loaded_files f
left join staged_counts s on s.ingested_at = f.ingested_at and s.column_name is null
left join rejected q on q.ingested_at = f.ingested_at
where f.ingested_at > (select ingested_after from run_scope)
  and (f.rows_read is distinct from f.rows_staged + f.rows_quarantined
       or f.rows_staged is distinct from coalesce(s.rows, 0)
       or f.rows_quarantined is distinct from coalesce(q.rows, 0));

-- check: reject_rate
-- table: loaded_files
-- severity: error
-- scope: changed
-- expects: Of the rows of each file of the run at most the share quality.max_reject_rate is rejected, or at most quality.tolerated_rejects rows and half of them.
select
    f.source_file as failing_key,
    case when w.is_rejected_whole then 'rejected whole'
         else concat(f.rows_quarantined, ' of ', f.rows_read, ' rows, limit ', s.max_reject_rate,
                     ' of them, or ', s.tolerated_rejects, ' rows')
    end as observed
from loaded_files f
join run_scope r on r.run_id = f.run_id
left join read_files w on w.source_file = f.source_file
cross join run_settings s
where cast(f.rows_quarantined as double precision) / nullif(f.rows_read, 0) > s.max_reject_rate
  and (f.rows_quarantined > s.tolerated_rejects or f.rows_quarantined * 2 > f.rows_read);

-- check: unique_dim_date
-- table: dim_date
-- severity: error
-- scope: all
-- expects: date is unique.
select cast(date as text) as failing_key, concat(count(*), ' rows') as observed
from dim_date
group by date
having count(*) > 1;

-- check: unique_dim_customer
-- table: dim_customer
-- severity: error
-- scope: changed
-- expects: customer_id is unique.
select d.customer_id as failing_key, concat(count(*), ' rows') as observed
from dim_customer d
join changed_customers c on c.customer_id = d.customer_id
group by d.customer_id
having count(*) > 1;

-- check: unique_dim_product
-- table: dim_product
-- severity: error
-- scope: all
-- expects: product_key is unique.
select product_key as failing_key, concat(count(*), ' rows') as observed
from dim_product
group by product_key
having count(*) > 1;

-- check: unique_fct_orders
-- table: fct_orders
-- severity: error
-- scope: changed
-- expects: order_id is unique.
select o.order_id as failing_key, concat(count(*), ' rows') as observed
from changed_order_rows o
group by o.order_id
having count(*) > 1;

-- check: unique_fct_order_items
-- table: fct_order_items
-- severity: error
-- scope: changed
-- expects: order_id and line_number are unique.
select
    concat(i.order_id, ' line ', i.line_number) as failing_key,
    concat(count(*), ' rows') as observed
from changed_lines i
group by i.order_id, i.line_number
having count(*) > 1;

-- check: unique_fct_returns
-- table: fct_returns
-- severity: error
-- scope: changed
-- expects: order_id, line_number and piece_number are unique.
select
    concat(r.order_id, ' line ', r.line_number, ' piece ', r.piece_number) as failing_key,
    concat(count(*), ' rows') as observed
from changed_pieces r
group by r.order_id, r.line_number, r.piece_number
having count(*) > 1;

-- check: unique_fct_revenue_daily
-- table: fct_revenue_daily
-- severity: error
-- scope: all
-- expects: date is unique.
select cast(date as text) as failing_key, concat(count(*), ' rows') as observed
from fct_revenue_daily
group by date
having count(*) > 1;

-- check: unique_fct_cohort_ltv
-- table: fct_cohort_ltv
-- severity: error
-- scope: all
-- expects: cohort_month and window_days are unique.
select
    concat(cohort_month, ' window ', window_days) as failing_key,
    concat(count(*), ' rows') as observed
from fct_cohort_ltv
group by cohort_month, window_days
having count(*) > 1;

-- check: unique_fct_inventory_daily
-- table: fct_inventory_daily
-- severity: error
-- scope: changed
-- expects: sku and date are unique.
select concat(f.sku, ' ', f.date) as failing_key, concat(count(*), ' rows') as observed
from fct_inventory_daily f
join changed_stock c on c.sku = f.sku and c.from_date <= f.date
group by f.sku, f.date
having count(*) > 1;

-- check: unique_fct_inventory_alerts
-- table: fct_inventory_alerts
-- severity: error
-- scope: all
-- expects: sku and opened_on are unique.
select concat(sku, ' ', opened_on) as failing_key, concat(count(*), ' rows') as observed
from fct_inventory_alerts
group by sku, opened_on
having count(*) > 1;

-- check: unique_fct_revenue_recognition_daily
-- table: fct_revenue_recognition_daily
-- severity: error
-- scope: all
-- expects: date is unique.
select cast(date as text) as failing_key, concat(count(*), ' rows') as observed
from fct_revenue_recognition_daily
group by date
having count(*) > 1;

-- check: one_current_version
-- table: dim_product
-- severity: error
-- scope: all
-- expects: Every SKU has exactly one current version.
select sku as failing_key, concat(count(*) filter (where is_current), ' current') as observed
from dim_product
group by sku
having count(*) filter (where is_current) <> 1;

-- check: versions_without_gaps
-- table: dim_product
-- severity: error
-- scope: all
-- expects: A version ends after it begins and where the next one of its SKU begins; the current one has no end.
with versions as (
    select
        product_key, valid_from, valid_to, is_current,
        lead(valid_from) over (partition by sku order by valid_from) as next_from
    from dim_product
)
select
    product_key as failing_key,
    concat('valid to ', valid_to, ', next from ', next_from) as observed
from versions
where valid_to is distinct from next_from
   or valid_to <= valid_from
   or is_current is distinct from (valid_to is null);

-- check: lines_have_product_versions
-- table: fct_order_items
-- severity: error
-- scope: changed
-- expects: Every sold line points at the version of its SKU that held when it was sold, and has its price.
with sent_lines as (
    select i.order_id, i.line_number, i.sku, i.product_key, i.list_price
    from changed_lines i
    join fct_orders o on o.order_id = i.order_id
    left join product_spans s on s.product_key = i.product_key and s.sku = i.sku
    where i.sold_date is not null
      and (s.product_key is null or o.sold_at < s.holds_from or o.sold_at >= s.holds_to
           or i.list_price is distinct from s.list_price)
),
repriced_lines as (
    select i.order_id, i.line_number, i.sku, i.product_key, i.list_price
    from fct_order_items i
    join changed_prices p on p.sku = i.sku and p.from_date <= i.sold_date
    join fct_orders o on o.order_id = i.order_id
    left join changed_orders c on c.order_id = i.order_id
    left join product_spans s on s.product_key = i.product_key and s.sku = i.sku
    where c.order_id is null
      and (s.product_key is null or o.sold_at < s.holds_from or o.sold_at >= s.holds_to
           or i.list_price is distinct from s.list_price)
),
lines as (
    select order_id, line_number, sku, product_key, list_price
    from sent_lines
    union all
    select order_id, line_number, sku, product_key, list_price
    from repriced_lines
)
select
    concat(order_id, ' line ', line_number) as failing_key,
    concat('sku ', sku, ', product_key ', product_key, ', list_price ', list_price) as observed
from lines;

-- check: orders_have_customers
-- table: fct_orders
-- severity: error
-- scope: changed
-- expects: Every order with a customer points at a row of dim_customer.
with named as (
    select distinct o.customer_id
    from changed_order_rows o
    where o.customer_id is not null
),
known as (
    select d.customer_id
    from dim_customer d
    join named n on n.customer_id = d.customer_id
),
unknown as (
    select n.customer_id
    from named n
    left join known k on k.customer_id = n.customer_id
    where k.customer_id is null
)
select o.order_id as failing_key, concat('customer ', o.customer_id) as observed
from changed_order_rows o
join unknown u on u.customer_id = o.customer_id;

-- check: line_net_revenue
-- table: fct_order_items
-- severity: error
-- scope: changed
-- expects: On every line net_line_amount = gross - discount - tax, and net_revenue is that less the refund.
select
    concat(i.order_id, ' line ', i.line_number) as failing_key,
    concat('gross ', i.gross_amount, ', discount ', i.discount_amount, ', tax ', i.tax_amount,
           ', net line ', i.net_line_amount, ', refund ', i.refund_amount, ', net ',
           i.net_revenue) as observed
from changed_lines i
where i.net_line_amount is distinct from i.gross_amount - i.discount_amount - i.tax_amount
   or i.net_revenue
      is distinct from i.gross_amount - i.discount_amount - i.refund_amount - i.tax_amount;

-- check: order_net_revenue
-- table: fct_orders
-- severity: error
-- scope: changed
-- expects: On every order net_revenue = gross_revenue - discounts - refunds - taxes.
select
    o.order_id as failing_key,
    concat('gross ', o.gross_revenue, ', discounts ', o.discounts, ', refunds ', o.refunds,
           ', taxes ', o.taxes, ', net ', o.net_revenue) as observed
from changed_order_rows o
where o.net_revenue is distinct from o.gross_revenue - o.discounts - o.refunds - o.taxes;

-- check: day_net_revenue
-- table: fct_revenue_daily
-- severity: error
-- scope: all
-- expects: On every day net_revenue = gross_revenue - discounts - refunds - taxes.
select
    cast(date as text) as failing_key,
    concat('gross ', gross_revenue, ', discounts ', discounts, ', refunds ', refunds,
           ', taxes ', taxes, ', net ', net_revenue) as observed
from fct_revenue_daily
where net_revenue is distinct from gross_revenue - discounts - refunds - taxes;

-- check: lines_add_up_to_orders
-- table: fct_orders
-- severity: error
-- scope: changed
-- expects: The sums of an order's lines are the order's gross_revenue, discounts, refunds, taxes, units and line_count.
with sums as (
    select
        i.order_id,
        sum(i.gross_amount) as gross,
        sum(i.discount_amount) as discounts,
        sum(i.refund_amount) as refunds,
        sum(i.tax_amount) as taxes,
        sum(i.quantity) as units,
        count(*) as line_count
    from changed_lines i
    group by i.order_id
),
orders as (
    select
        o.order_id, o.gross_revenue, o.discounts, o.refunds, o.taxes, o.units, o.line_count
    from changed_order_rows o
)
select
    coalesce(o.order_id, s.order_id) as failing_key,
    concat('lines: gross ', s.gross, ', discounts ', s.discounts, ', refunds ', s.refunds,
           ', taxes ', s.taxes, '; order: ', o.gross_revenue, ', ', o.discounts, ', ',
           o.refunds, ', ', o.taxes) as observed
from orders o
full join sums s on s.order_id = o.order_id
where o.order_id is null
   or o.gross_revenue is distinct from coalesce(s.gross, 0)
   or o.discounts is distinct from coalesce(s.discounts, 0)
   or o.refunds is distinct from coalesce(s.refunds, 0)
   or o.taxes is distinct from coalesce(s.taxes, 0)
   or o.units is distinct from coalesce(s.units, 0)
   or o.line_count is distinct from coalesce(s.line_count, 0);

-- check: pieces_add_up_to_lines
-- table: fct_returns
-- severity: error
-- scope: changed
-- expects: A line's refund is the sum of its pieces, and its pieces are no more than was sold.
with pieces as (
    select
        r.order_id,
        r.line_number,
        sum(r.refund_amount) as refund,
        sum(r.quantity) as quantity
    from changed_pieces r
    group by r.order_id, r.line_number
),
lines as (
    select i.order_id, i.line_number, i.quantity, i.refund_amount
    from changed_lines i
)
select
    concat(coalesce(l.order_id, p.order_id), ' line ', coalesce(l.line_number, p.line_number))
        as failing_key,
    concat('pieces: ', p.quantity, ' units, refund ', p.refund, '; line: ', l.quantity,
           ' units, refund ', l.refund_amount) as observed
from lines l
full join pieces p on p.order_id = l.order_id and p.line_number = l.line_number
where l.order_id is null
   or l.refund_amount is distinct from coalesce(p.refund, 0)
   or l.quantity < coalesce(p.quantity, 0);

-- check: orders_add_up_to_days
-- table: fct_revenue_daily
-- severity: error
-- scope: changed
-- expects: The sums of a day's sales are the day's orders, units, gross_revenue, discounts and taxes.
with sums as (
    select
        o.sold_date as date,
        count(*) as orders,
        sum(o.units) as units,
        sum(o.gross_revenue) as gross,
        sum(o.discounts) as discounts,
        sum(o.taxes) as taxes
    from fct_orders o
    join changed_days c on c.date = o.sold_date
    group by o.sold_date
),
days as (
    select d.date, d.orders, d.units, d.gross_revenue, d.discounts, d.taxes
    from fct_revenue_daily d
    join changed_days c on c.date = d.date
)
select
    cast(coalesce(d.date, s.date) as text) as failing_key,
    concat('orders: gross ', s.gross, ', discounts ', s.discounts, ', taxes ', s.taxes,
           '; day: ', d.gross_revenue, ', ', d.discounts, ', ', d.taxes) as observed
from days d
full join sums s on s.date = d.date
where d.date is null
   or d.orders is distinct from coalesce(s.orders, 0)
   or d.units is distinct from coalesce(s.units, 0)
   or d.gross_revenue is distinct from coalesce(s.gross, 0)
   or d.discounts is distinct from coalesce(s.discounts, 0)
   or d.taxes is distinct from coalesce(s.taxes, 0);

-- check: returns_add_up_to_days
-- table: fct_revenue_daily
-- severity: error
-- scope: changed
-- expects: The refunds of the pieces returned on a day are the day's refunds.
with sums as (
    select r.returned_date as date, sum(r.refund_amount) as refunds
    from fct_returns r
    join changed_days c on c.date = r.returned_date
    group by r.returned_date
),
days as (
    select d.date, d.refunds
    from fct_revenue_daily d
    join changed_days c on c.date = d.date
)
select
    cast(coalesce(d.date, s.date) as text) as failing_key,
    concat('pieces ', s.refunds, ', day ', d.refunds) as observed
from days d
full join sums s on s.date = d.date
where d.date is null
   or d.refunds is distinct from coalesce(s.refunds, 0);

-- check: day_ratios
-- table: fct_revenue_daily
-- severity: error
-- scope: all
-- expects: aov is what the day's sales brought by their number, return_rate returned_of_delivered by orders_delivered, and both are empty where there is nothing to divide by.
with ratios as (
    select
        date, aov, return_rate,
        -- Cents are whole numbers: the ratio is rounded once.
        cast(cast(gross_revenue - discounts - taxes as numeric(38, 2)) * 100 as double precision)
            / nullif(orders * 100, 0) as expected_aov,
        cast(returned_of_delivered as double precision) / nullif(orders_delivered, 0)
            as expected_rate
    from fct_revenue_daily
)
select
    cast(date as text) as failing_key,
    concat('aov ', aov, ', should be ', expected_aov, '; return_rate ', return_rate,
           ', should be ', expected_rate) as observed
from ratios
where aov is distinct from expected_aov
   or return_rate is distinct from expected_rate;

-- check: deliveries_add_up_to_days
-- table: fct_revenue_daily
-- severity: error
-- scope: changed
-- expects: A day's orders_delivered are the sales delivered on it, returned_of_delivered those of them with a returned piece, and orders_returned the sales with a piece returned on it.
with deliveries as (
    select
        local_date(o.delivered_at) as date,
        exists (select 1 from fct_returns r where r.order_id = o.order_id) as came_back
    from fct_orders o
    where o.delivered_at is not null
      and local_date(o.delivered_at) in (select date from changed_days)
),
delivered as (
    select date, count(*) as orders, count(*) filter (where came_back) as came_back
    from deliveries
    group by date
),
returned as (
    select r.returned_date as date, count(distinct r.order_id) as orders
    from fct_returns r
    join changed_days c on c.date = r.returned_date
    group by r.returned_date
)
select
    cast(c.date as text) as failing_key,
    concat('orders: delivered ', d.orders, ', of them came back ', d.came_back, ', returned ',
           r.orders, '; day: ', f.orders_delivered, ', ', f.returned_of_delivered, ', ',
           f.orders_returned) as observed
from changed_days c
join fct_revenue_daily f on f.date = c.date
left join delivered d on d.date = c.date
left join returned r on r.date = c.date
where f.orders_delivered is distinct from coalesce(d.orders, 0)
   or f.returned_of_delivered is distinct from coalesce(d.came_back, 0)
   or f.orders_returned is distinct from coalesce(r.orders, 0);

-- check: customers_add_up_to_days
-- table: fct_revenue_daily
-- severity: error
-- scope: changed
-- expects: The customers of a day's sales are its new_customers, as many as first orders, and its repeat_customers; sales without one are its guest_orders.
with sums as (
    select
        o.sold_date as date,
        count(*) filter (where o.is_first_order) as first_orders,
        count(distinct o.customer_id) as customers,
        count(*) - count(o.customer_id) as guest_orders
    from fct_orders o
    join changed_days c on c.date = o.sold_date
    group by o.sold_date
)
select
    cast(c.date as text) as failing_key,
    concat('orders: first ', s.first_orders, ', customers ', s.customers, ', guests ',
           s.guest_orders, '; day: new ', f.new_customers, ', repeat ', f.repeat_customers,
           ', guests ', f.guest_orders) as observed
from changed_days c
join fct_revenue_daily f on f.date = c.date
left join sums s on s.date = c.date
where f.new_customers is distinct from coalesce(s.first_orders, 0)
   or f.new_customers + f.repeat_customers is distinct from coalesce(s.customers, 0)
   or f.guest_orders is distinct from coalesce(s.guest_orders, 0);

-- check: new_customers_add_up_to_cohorts
-- table: fct_revenue_daily
-- severity: error
-- scope: all
-- expects: The new customers of a month's days are the size of its cohort.
with months as (
    select
        cast(date_trunc('month', cast(date as timestamp)) as date) as cohort_month,
        sum(new_customers) as customers
    from fct_revenue_daily
    where new_customers > 0
    group by cast(date_trunc('month', cast(date as timestamp)) as date)
),
cohorts as (
    select cohort_month, cohort_size
    from fct_cohort_ltv
    where window_days = 7
)
select
    cast(coalesce(m.cohort_month, c.cohort_month) as text) as failing_key,
    concat('new customers ', m.customers, ', cohort ', c.cohort_size) as observed
from months m
full join cohorts c on c.cohort_month = m.cohort_month
where m.customers is distinct from c.cohort_size;

-- check: days_without_gaps
-- table: fct_revenue_daily
-- severity: error
-- scope: all
-- expects: The days begin with a sale and follow each other without a gap or a duplicate.
with days as (
    select date, orders, lag(date) over (order by date) as previous_date
    from fct_revenue_daily
)
select
    cast(date as text) as failing_key,
    concat('day before ', previous_date, ', orders ', orders) as observed
from days
where date <> previous_date + 1
   or (previous_date is null and orders = 0);

-- check: line_value_ranges
-- table: fct_order_items
-- severity: error
-- scope: changed
-- expects: Quantities are 1 or more, amounts 0 or more, and a refund is at most the net line amount.
select
    concat(i.order_id, ' line ', i.line_number) as failing_key,
    concat('quantity ', i.quantity, ', gross ', i.gross_amount, ', discount ',
           i.discount_amount, ', tax ', i.tax_amount, ', net line ', i.net_line_amount,
           ', refund ', i.refund_amount) as observed
from changed_lines i
where i.quantity < 1
   or i.gross_amount < 0
   or i.discount_amount < 0
   or i.tax_amount < 0
   or i.net_line_amount < 0
   or i.refund_amount < 0
   or i.refund_amount > i.net_line_amount;

-- check: order_value_ranges
-- table: fct_orders
-- severity: error
-- scope: changed
-- expects: Amounts are 0 or more, and refunds are at most what was paid without tax.
select
    o.order_id as failing_key,
    concat('gross ', o.gross_revenue, ', discounts ', o.discounts, ', refunds ', o.refunds,
           ', taxes ', o.taxes) as observed
from changed_order_rows o
where o.gross_revenue < 0
   or o.discounts < 0
   or o.refunds < 0
   or o.taxes < 0
   or o.refunds > o.gross_revenue - o.discounts - o.taxes;

-- check: piece_value_ranges
-- table: fct_returns
-- severity: error
-- scope: changed
-- expects: The quantity of a piece is 1 or more, its refund 0 or more.
select
    concat(r.order_id, ' line ', r.line_number, ' piece ', r.piece_number) as failing_key,
    concat('quantity ', r.quantity, ', refund ', r.refund_amount) as observed
from changed_pieces r
where r.quantity < 1
   or r.refund_amount < 0;

-- check: rates_between_0_and_1
-- table: fct_revenue_daily
-- severity: error
-- scope: all
-- expects: return_rate, retention_rate and expected_return_rate are between 0 and 1, or empty.
with rates as (
    select concat('return_rate of ', date) as name, return_rate as rate
    from fct_revenue_daily
    union all
    select concat('retention_rate of ', cohort_month, ' window ', window_days), retention_rate
    from fct_cohort_ltv
    union all
    select concat('expected_return_rate of ', date), expected_return_rate
    from fct_revenue_recognition_daily
)
select name as failing_key, cast(rate as text) as observed
from rates
where rate < 0
   or rate > 1;

-- check: cohort_counts
-- table: fct_cohort_ltv
-- severity: error
-- scope: all
-- expects: Retained customers are at most the eligible ones, and these at most the cohort's size.
select
    concat(cohort_month, ' window ', window_days) as failing_key,
    concat('size ', cohort_size, ', eligible ', eligible_customers, ', retained ',
           retained_customers) as observed
from fct_cohort_ltv
where eligible_customers > cohort_size
   or retained_customers > eligible_customers;

-- check: cohorts_add_up
-- table: fct_cohort_ltv
-- severity: error
-- scope: changed
-- expects: Each cohort's size is the number of its customers, in each of the windows of 7, 30 and 90 days.
with windows(window_days) as (
    values (7), (30), (90)
),
customers as (
    select d.cohort_month, count(*) as customers
    from dim_customer d
    join changed_cohorts c on c.cohort_month = d.cohort_month
    group by d.cohort_month
),
cohorts as (
    select l.cohort_month, l.window_days, l.cohort_size
    from fct_cohort_ltv l
    join changed_cohorts c on c.cohort_month = l.cohort_month
)
select
    concat(c.cohort_month, ' window ', w.window_days) as failing_key,
    concat('cohort ', l.cohort_size, ', customers ', s.customers) as observed
from changed_cohorts c
cross join windows w
left join customers s on s.cohort_month = c.cohort_month
left join cohorts l on l.cohort_month = c.cohort_month and l.window_days = w.window_days
where l.cohort_size is distinct from s.customers;

-- check: cohorts_match_orders
-- table: fct_cohort_ltv
-- severity: error
-- scope: changed
-- expects: A cohort's eligible and retained customers and their revenue are those of its customers' orders within the window, for whom it has closed; the ratios follow.
with windows(window_days) as (
    values (7), (30), (90)
),
members as (
    select d.cohort_month, d.customer_id, d.first_sale_date
    from dim_customer d
    join changed_cohorts c on c.cohort_month = d.cohort_month
),
sales as (
    select
        m.cohort_month, m.customer_id, m.first_sale_date, o.sold_date, o.net_revenue
    from members m
    join fct_orders o on o.customer_id = m.customer_id
    where o.sold_date <= m.first_sale_date + 90
      and o.sold_date >= (select min(cohort_month) from changed_cohorts)
      and o.sold_date <= (select max(cohort_month) from changed_cohorts) + 121
),
customers as (
    select
        s.cohort_month, w.window_days, s.customer_id,
        sum(s.net_revenue) as revenue,
        max(s.sold_date) > min(s.first_sale_date) as is_retained
    from sales s
    join windows w on s.sold_date <= s.first_sale_date + w.window_days
    where s.first_sale_date + w.window_days <= (select max(date) from fct_revenue_daily)
    group by s.cohort_month, w.window_days, s.customer_id
),
sums as (
    select
        cohort_month, window_days,
        count(*) as eligible,
        count(*) filter (where is_retained) as retained,
        sum(revenue) as revenue
    from customers
    group by cohort_month, window_days
)
select
    concat(l.cohort_month, ' window ', l.window_days) as failing_key,
    concat('orders: eligible ', s.eligible, ', retained ', s.retained, ', revenue ', s.revenue,
           '; cohort: ', l.eligible_customers, ', ', l.retained_customers, ', ', l.revenue)
        as observed
from fct_cohort_ltv l
join changed_cohorts c on c.cohort_month = l.cohort_month
left join sums s on s.cohort_month = l.cohort_month and s.window_days = l.window_days
where l.eligible_customers is distinct from coalesce(s.eligible, 0)
   or l.retained_customers is distinct from coalesce(s.retained, 0)
   or l.revenue is distinct from coalesce(s.revenue, 0)
   or l.is_mature is distinct from (l.eligible_customers = l.cohort_size)
   or l.retention_rate is distinct from
      cast(l.retained_customers as double precision) / nullif(l.eligible_customers, 0)
   or l.ltv is distinct from
      cast(cast(l.revenue as numeric(38, 2)) * 100 as double precision)
      / nullif(l.eligible_customers * 100, 0);

-- check: customers_have_first_sales
-- table: dim_customer
-- severity: error
-- scope: changed
-- expects: first_sale_date is the day of the customer's earliest sale, and exactly one order is flagged as the first.
with changed as (
    select customer_id
    from changed_customers
),
sales as (
    select
        o.customer_id,
        min(o.sold_date) as first_date,
        count(*) filter (where o.is_first_order) as first_orders
    from fct_orders o
    join changed c on c.customer_id = o.customer_id
    where o.is_sale
    group by o.customer_id
),
customers as (
    select d.customer_id, d.first_sale_date
    from dim_customer d
    join changed_customers c on c.customer_id = d.customer_id
)
select
    coalesce(d.customer_id, s.customer_id) as failing_key,
    concat('first_sale_date ', d.first_sale_date, ', first sale ', s.first_date, ', flagged ',
           s.first_orders) as observed
from customers d
full join sales s on s.customer_id = d.customer_id
where d.first_sale_date is distinct from s.first_date
   or s.first_orders <> 1;

-- check: inventory_balances
-- table: fct_inventory_daily
-- severity: error
-- scope: changed
-- expects: Each day follows the day before, and its balances are those of the day before plus the day's movements.
with days as (
    select
        f.sku, f.date, f.received, f.shipped, f.returned, f.adjusted, f.allocated_change,
        f.on_hand, f.allocated, f.available, f.reorder_point, f.is_at_risk, c.from_date,
        lag(f.date) over sku_days as previous_date,
        coalesce(lag(f.on_hand) over sku_days, 0) as opening_on_hand,
        coalesce(lag(f.allocated) over sku_days, 0) as opening_allocated
    from fct_inventory_daily f
    join changed_stock c on c.sku = f.sku and c.from_date - 1 <= f.date
    window sku_days as (partition by f.sku order by f.date)
)
select
    concat(sku, ' ', date) as failing_key,
    concat('day before ', previous_date, ', opening ', opening_on_hand, ' and ',
           opening_allocated, ', on hand ', on_hand, ', allocated ', allocated) as observed
from days
where date >= from_date
  and (date <> previous_date + 1
       or on_hand <> opening_on_hand + received - shipped + returned + adjusted
       or allocated <> opening_allocated + allocated_change
       or available is distinct from on_hand - allocated
       or is_at_risk is distinct from (available < reorder_point));

-- check: alerts_add_up
-- table: fct_inventory_alerts
-- severity: error
-- scope: changed
-- expects: The days at risk of a SKU's alerts are its days at risk in fct_inventory_daily, and one alert is open if the SKU is at risk on the last day.
with alerts as (
    select
        c.sku,
        least(c.from_date, min(a.opened_on)) as from_date,
        coalesce(sum(a.days_at_risk), 0) as days_at_risk,
        count(*) filter (where a.is_open) as open_alerts
    from changed_stock c
    left join fct_inventory_alerts a
        on a.sku = c.sku
        and coalesce(a.resolved_on, date '2200-01-01') > c.from_date
    group by c.sku, c.from_date
),
days as (
    select
        f.sku,
        count(*) as days_at_risk,
        count(*) filter (where f.date = (select max(date) from fct_inventory_daily)) as open_alerts
    from fct_inventory_daily f
    join alerts a on a.sku = f.sku and a.from_date <= f.date
    where f.is_at_risk
      and f.date >= (select min(from_date) from alerts)
    group by f.sku
)
select
    a.sku as failing_key,
    concat('alerts from ', a.from_date, ' on: days at risk ', a.days_at_risk, ', open ',
           a.open_alerts, '; days: ', d.days_at_risk, ', ', d.open_alerts) as observed
from alerts a
left join days d on d.sku = a.sku
where a.days_at_risk <> coalesce(d.days_at_risk, 0)
   or a.open_alerts <> coalesce(d.open_alerts, 0);

-- check: alerts_match_inventory
-- table: fct_inventory_alerts
-- severity: error
-- scope: changed
-- expects: An alert lasts from its first day at risk to the day before it is resolved, has the balances of its last day, and is open as long as it is not resolved.
with alerts as (
    select
        a.sku, a.opened_on, a.resolved_on, a.is_open, a.days_at_risk, a.on_hand, a.allocated,
        a.available, a.reorder_point, a.shortfall,
        coalesce(a.resolved_on - 1, (select max(date) from fct_inventory_daily)) as last_date
    from fct_inventory_alerts a
    join changed_stock c on c.sku = a.sku
    where coalesce(a.resolved_on, date '2200-01-01') > c.from_date
),
last_days as (
    select f.sku, f.date, f.on_hand, f.allocated, f.available, f.reorder_point
    from fct_inventory_daily f
    where f.is_at_risk
      and (f.sku, f.date) in (select sku, last_date from alerts)
)
select
    concat(a.sku, ' ', a.opened_on) as failing_key,
    concat('resolved on ', a.resolved_on, ', days at risk ', a.days_at_risk, ', available ',
           a.available, ', shortfall ', a.shortfall, '; last day ', a.last_date, ': available ',
           f.available) as observed
from alerts a
left join last_days f on f.sku = a.sku and f.date = a.last_date
where f.sku is null
   or a.is_open is distinct from (a.resolved_on is null)
   or a.days_at_risk is distinct from a.last_date - a.opened_on + 1
   or a.on_hand is distinct from f.on_hand
   or a.allocated is distinct from f.allocated
   or a.available is distinct from f.available
   or a.reorder_point is distinct from f.reorder_point
   or a.shortfall is distinct from f.reorder_point - f.available;

-- check: recognition_matches_revenue
-- table: fct_revenue_recognition_daily
-- severity: error
-- scope: all
-- expects: The same days as fct_revenue_daily, with its sales as billed and its refunds as refunds_paid; the net is the sum of the three.
select
    cast(coalesce(r.date, d.date) as text) as failing_key,
    concat('billed ', r.billed, ', sales ', d.gross_revenue - d.discounts - d.taxes,
           ', refunds paid ', r.refunds_paid, ', refunds ', d.refunds, ', released ',
           r.revenue_released, ', reversed ', r.revenue_reversed) as observed
from fct_revenue_recognition_daily r
full join fct_revenue_daily d on d.date = r.date
where r.date is null
   or d.date is null
   or r.billed is distinct from d.gross_revenue - d.discounts - d.taxes
   or r.refunds_paid is distinct from d.refunds
   or r.net_revenue_recognised
      is distinct from r.revenue_recognised + r.revenue_released + r.revenue_reversed
   or r.revenue_released < 0
   or r.revenue_reversed > 0;

-- check: recognition_delivered
-- table: fct_revenue_recognition_daily
-- severity: error
-- scope: changed
-- expects: delivered_amount is what the orders delivered on the day were sold for, less what was refunded before.
with deliveries as (
    select o.date, sum(o.amount) as amount
    from (
        select
            local_date(delivered_at) as date,
            gross_revenue - discounts - taxes as amount
        from fct_orders
        where delivered_at is not null
    ) o
    where o.date in (select date from changed_days)
    group by o.date
),
early_refunds as (
    select r.date, sum(r.refund_amount) as refund
    from (
        select local_date(delivered_at) as date, returned_date, refund_amount
        from fct_returns
        where delivered_at is not null
    ) r
    where r.returned_date < r.date
      and r.date in (select date from changed_days)
    group by r.date
),
days as (
    select r.date, r.delivered_amount
    from fct_revenue_recognition_daily r
    join changed_days c on c.date = r.date
)
select
    cast(coalesce(d.date, s.date) as text) as failing_key,
    concat('day ', d.delivered_amount, ', orders ', s.amount, ', refunded before ', e.refund)
        as observed
from days d
full join deliveries s on s.date = d.date
left join early_refunds e on e.date = s.date
where d.date is null
   or d.delivered_amount is distinct from coalesce(s.amount, 0) - coalesce(e.refund, 0);

-- check: recognition_deferred_revenue
-- table: fct_revenue_recognition_daily
-- severity: error
-- scope: all
-- expects: deferred_revenue is what was billed for sales not yet delivered, less what was refunded of them so far.
with early_refunds as (
    select returned_date as date, sum(refund_amount) as refund
    from fct_returns
    where delivered_at is null
       or returned_date < local_date(delivered_at)
    group by returned_date
),
balances as (
    select
        r.date,
        r.deferred_revenue,
        sum(d.gross_revenue - d.discounts - d.taxes - r.delivered_amount
            - coalesce(e.refund, 0)) over (order by r.date) as undelivered
    from fct_revenue_recognition_daily r
    join fct_revenue_daily d on d.date = r.date
    left join early_refunds e on e.date = r.date
)
select
    cast(date as text) as failing_key,
    concat('deferred ', deferred_revenue, ', not yet delivered ', undelivered) as observed
from balances
where deferred_revenue is distinct from undelivered;

-- check: recognition_refund_liability
-- table: fct_revenue_recognition_daily
-- severity: error
-- scope: all
-- expects: refund_liability is what is left, over all pools whose window is open, of what was expected to come back.
with pool_refunds as (
    select r.pool_date, r.returned_date, sum(r.refund_amount) as refund
    from (
        select local_date(delivered_at) as pool_date, returned_date, refund_amount
        from fct_returns
        where delivered_at is not null
    ) r
    where r.returned_date >= r.pool_date
    group by r.pool_date, r.returned_date
),
pool_days as (
    select
        d.date,
        p.date as pool_date,
        r.delivered_amount - r.revenue_recognised as expected
    from int_recognition_pools p
    join fct_revenue_recognition_daily r on r.date = p.date
    join calendar d on d.date >= p.date and d.date <= p.last_window_date
),
balances as (
    select
        d.date,
        d.expected - sum(coalesce(r.refund, 0)) over (
            partition by d.pool_date order by d.date
        ) as balance
    from pool_days d
    left join pool_refunds r on r.pool_date = d.pool_date and r.returned_date = d.date
),
open_pools as (
    select date, sum(greatest(balance, 0)) as balance
    from balances
    group by date
)
select
    cast(r.date as text) as failing_key,
    concat('liability ', r.refund_liability, ', left in open pools ', coalesce(o.balance, 0))
        as observed
from fct_revenue_recognition_daily r
left join open_pools o on o.date = r.date
where r.refund_liability is distinct from coalesce(o.balance, 0);

-- check: recognition_totals
-- table: fct_revenue_recognition_daily
-- severity: error
-- scope: all
-- expects: All that was billed so far is recognised, deferred, kept as a liability or refunded.
with totals as (
    select
        date,
        deferred_revenue + refund_liability as balances,
        sum(billed) over (order by date) as billed,
        sum(net_revenue_recognised + refunds_paid) over (order by date) as settled
    from fct_revenue_recognition_daily
)
select
    cast(date as text) as failing_key,
    concat('billed ', billed, ', settled ', settled, ', balances ', balances) as observed
from totals
where billed is distinct from settled + balances;

-- check: orphan_order_items
-- table: stg_order_items
-- severity: warning
-- scope: all
-- expects: Every order item has an order.
select
    concat(order_id, ' line ', line_number) as failing_key,
    concat(source_file, ' line ', source_line) as observed
from orphan_order_items;

-- check: orphan_returns
-- table: stg_returns
-- severity: warning
-- scope: all
-- expects: Every return has a line of an order that was sold.
select
    return_id as failing_key,
    concat('order ', order_id, ' line ', line_number, ', ', source_file, ' line ', source_line)
        as observed
from orphan_returns;

-- check: returns_above_sold
-- table: stg_returns
-- severity: warning
-- scope: all
-- expects: No more of a line comes back than was sold; what is above that is cut or dropped.
with sent as (
    select
        s.return_id, s.order_id, s.line_number, s.quantity, s.ingested_at, s.source_line,
        i.sold_date is not null as is_sold,
        coalesce(r.quantity, 0) as taken
    from stg_returns s
    left join fct_order_items i on i.order_id = s.order_id and i.line_number = s.line_number
    left join fct_returns r
        on r.order_id = s.order_id
        and r.line_number = s.line_number
        and r.return_id = s.return_id
),
versions as (
    select
        return_id, order_id, line_number, quantity, is_sold, taken,
        row_number() over (
            partition by return_id
            order by ingested_at desc, source_line desc
        ) as recency
    from sent
)
select
    return_id as failing_key,
    concat('order ', order_id, ' line ', line_number, ': ', quantity, ' sent, ', taken, ' taken')
        as observed
from versions
where recency = 1
  and is_sold
  and quantity > taken;

-- check: sales_without_lines
-- table: fct_orders
-- severity: warning
-- scope: all
-- expects: Every sale has a line.
select order_id as failing_key, concat('sold on ', sold_date) as observed
from fct_orders
where is_sale
  and line_count = 0;

-- check: inferred_products
-- table: dim_product
-- severity: warning
-- scope: all
-- expects: Every SKU that an item or a movement names was sent as a product.
select sku as failing_key, 'named, not sent' as observed
from dim_product
where is_inferred;

-- check: inferred_customers
-- table: dim_customer
-- severity: warning
-- scope: all
-- expects: Every customer that an order names was sent as a customer.
select customer_id as failing_key, 'named, not sent' as observed
from dim_customer
where is_inferred;

-- check: null_shares
-- table: int_null_shares
-- severity: warning
-- scope: all
-- expects: The null share of each nullable column in the latest run that staged 20 rows or more differs from the median of up to 30 runs before (at least 5) by at most 0.10.
with shares as (
    select
        table_name, column_name, rows, ordinal,
        cast(nulls as double precision) / rows as share,
        max(ordinal) over (partition by table_name, column_name) as latest
    from int_null_shares
),
medians as (
    select
        table_name,
        column_name,
        count(*) as runs,
        percentile_cont(0.5) within group (order by share) as median
    from shares
    where ordinal < latest
      and ordinal >= latest - 30
    group by table_name, column_name
)
select
    concat(s.table_name, '.', s.column_name) as failing_key,
    concat('null share ', cast(s.share as numeric(18, 4)), ', median ',
           cast(m.median as numeric(18, 4)), ' of ', m.runs, ' runs') as observed
from shares s
join medians m on m.table_name = s.table_name and m.column_name = s.column_name
where s.ordinal = s.latest
  and s.rows >= 20
  and m.runs >= 5
  and abs(s.share - m.median) > 0.10;

-- check: delivered_rows
-- table: loaded_files
-- severity: warning
-- scope: all
-- expects: The rows of each feed's latest landing date are between half and double the median of up to 28 landing dates before (at least 3).
with deliveries as (
    select
        feed, landing_date, rows_read,
        row_number() over (partition by source_file order by ingested_at desc) as recency
    from loaded_files
),
days as (
    select
        feed,
        landing_date,
        sum(rows_read) as rows,
        row_number() over (partition by feed order by landing_date desc) as age
    from deliveries
    where recency = 1
    group by feed, landing_date
),
medians as (
    select
        feed,
        count(*) as days,
        percentile_cont(0.5) within group (order by cast(rows as double precision)) as median
    from days
    where age between 2 and 29
    group by feed
)
select
    d.feed as failing_key,
    concat(d.rows, ' rows on ', d.landing_date, ', median ', cast(m.median as numeric(18, 1)),
           ' of ', m.days, ' landing dates') as observed
from days d
join medians m on m.feed = d.feed
where d.age = 1
  and m.days >= 3
  and (d.rows < m.median / 2 or d.rows > m.median * 2);

-- check: feed_freshness
-- table: loaded_files
-- severity: warning
-- scope: all
-- expects: No feed is longer behind the newest landing date than the longest gap between its last 28 landing dates (at least 3).
with days as (
    select distinct feed, landing_date
    from loaded_files
),
gaps as (
    select
        feed,
        landing_date,
        landing_date - lag(landing_date) over (partition by feed order by landing_date)
            as gap_days,
        row_number() over (partition by feed order by landing_date desc) as age
    from days
),
feeds as (
    select
        feed,
        max(landing_date) as newest,
        count(*) as days,
        -- The oldest of them has its gap before the dates that are looked at.
        max(case when age < 28 then gap_days end) as longest_gap_days
    from gaps
    where age <= 28
    group by feed
)
select
    f.feed as failing_key,
    concat('last on ', f.newest, ', newest of any feed ', n.newest, ', longest gap ',
           f.longest_gap_days, ' days') as observed
from feeds f
cross join (select max(landing_date) as newest from loaded_files) n
where f.days >= 3
  and n.newest - f.newest > f.longest_gap_days;

-- check: negative_stock
-- table: fct_inventory_daily
-- severity: warning
-- scope: all
-- expects: On the last day no SKU's on_hand or allocated is below 0.
select sku as failing_key, concat('on hand ', on_hand, ', allocated ', allocated) as observed
from fct_inventory_daily
where date = (select max(date) from fct_inventory_daily)
  and (on_hand < 0 or allocated < 0);

-- check: older_landing_dates
-- table: loaded_files
-- severity: warning
-- scope: changed
-- expects: No file of the run lies in an older landing date than one of its feed that was loaded before: its rows count as the latest all the same.
with files as (
    select
        source_file, feed, landing_date, ingested_at,
        max(landing_date) over (
            partition by feed
            order by ingested_at
            rows between unbounded preceding and 1 preceding
        ) as newest_before
    from loaded_files
)
select
    source_file as failing_key,
    concat(feed, ' of ', newest_before, ' were loaded before') as observed
from files
where ingested_at > (select ingested_after from run_scope)
  and landing_date < newest_before;

-- check: orders_gone_back
-- table: stg_orders
-- severity: warning
-- scope: changed
-- expects: No order's latest row has an earlier state than the row before it.
with states(status, place) as (
    values ('created', 1), ('paid', 2), ('fulfilled', 3), ('delivered', 4), ('returned', 5)
),
gone_back as (
    select n.order_id, n.status, n.status_before
    from new_orders n
    join states s on s.status = n.status
    join states b on b.status = n.status_before
    where s.place < b.place
),
latest as (
    select
        o.order_id, o.source_file, o.source_line, o.ingested_at, g.status, g.status_before,
        row_number() over (
            partition by o.order_id
            order by o.ingested_at desc, o.source_line desc
        ) as recency
    from stg_orders o
    join gone_back g on g.order_id = o.order_id
)
select
    concat(order_id, ' (', source_file, ':', source_line, ')') as failing_key,
    concat('from ', status_before, ' to ', status) as observed
from latest
where recency = 1
  and ingested_at > (select ingested_after from run_scope);

-- check: lines_perhaps_removed
-- table: stg_order_items
-- severity: warning
-- scope: changed
-- expects: What sends lines of an order anew sends all of them; a line that was removed from it is taken back by quantity 0.
with deliveries as (
    select i.order_id, max(i.ingested_at) as latest
    from stg_order_items i
    join changed_orders c on c.order_id = i.order_id
    group by i.order_id
    having max(i.ingested_at) > min(i.ingested_at)
       and max(i.ingested_at) > (select ingested_after from run_scope)
),
versions as (
    select
        i.order_id, i.line_number, i.quantity, i.ingested_at, i.source_file, i.source_line,
        d.latest,
        row_number() over (
            partition by i.order_id, i.line_number
            order by i.ingested_at desc, i.source_line desc
        ) as recency
    from stg_order_items i
    join deliveries d on d.order_id = i.order_id
)
select
    concat(v.order_id, ' line ', v.line_number, ' (', v.source_file, ':', v.source_line, ')')
        as failing_key,
    concat('not in ', f.source_file, ', which has other lines of the order') as observed
from versions v
join loaded_files f on f.ingested_at = v.latest
where v.recency = 1
  and v.quantity > 0
  and v.ingested_at < v.latest;

-- check: keys_repeated_in_file
-- table: loaded_files
-- severity: warning
-- scope: changed
-- expects: A file has each key once, or with the same values each time: of different ones the last counts.
select
    concat(key, ' (', source_file, ':', first_line, case when rows = 2 then ' and ' else ' to ' end,
           last_line, ')') as failing_key,
    concat(rows, ' rows of ', feed, ', of them ', variants, ' different') as observed
from repeated_keys;

-- check: ids_rewritten
-- table: loaded_files
-- severity: warning
-- scope: changed
-- expects: No id looks as if a spreadsheet had rewritten it, such as 4.50E+12.
select
    concat(id, ' (', source_file, ':', source_line, ')') as failing_key,
    concat(column_name, ' of ', feed) as observed
from rewritten_ids;

-- check: last_line_unended
-- table: loaded_files
-- severity: warning
-- scope: changed
-- expects: The last row of each CSV file of the run ends in a line end; one that does not may have been cut short.
select
    concat(source_file, ':', unended_line) as failing_key,
    'the last line, without a line end' as observed
from read_files
where unended_line > 0;
