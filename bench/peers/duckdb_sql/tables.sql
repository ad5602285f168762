-- What stays from run to run: the files, the accepted rows as they were sent, and the refused ones.
-- The latest row of a key is the one of the greatest file_number, then row_number.
create table if not exists loaded_files (file_number integer, source_file text);
create table if not exists quarantine (
    file_number integer, row_number bigint, feed text, reasons text, raw_row text
);
create table if not exists stg_orders (
    file_number integer, row_number bigint, order_id text, customer_id text, status text,
    created_at timestamp, paid_at timestamp, fulfilled_at timestamp, delivered_at timestamp,
    returned_at timestamp, payment_method text, channel text, country text
);
create table if not exists stg_order_items (
    file_number integer, row_number bigint, order_id text, line_number integer, sku text,
    quantity integer, unit_price decimal(18, 2), discount_amount decimal(18, 2),
    tax_amount decimal(18, 2)
);
create table if not exists stg_returns (
    file_number integer, row_number bigint, return_id text, order_id text, line_number integer,
    quantity integer, returned_at timestamp, reason text
);
create table if not exists stg_customers (
    file_number integer, row_number bigint, customer_id text, email text, full_name text,
    country text, signup_at timestamp
);
create table if not exists stg_products (
    file_number integer, row_number bigint, sku text, product_name text, category text,
    list_price decimal(18, 2), reorder_point integer, updated_at timestamp
);
create table if not exists stg_inventory_movements (
    file_number integer, row_number bigint, movement_id text, sku text, movement_type text,
    quantity integer, occurred_at timestamp, reference text
);
