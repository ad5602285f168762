-- Dimensions. Uniqueness of the keys is held by quality checks, and by keys where they are cheap.

-- One row a day of the whole years that the daily facts touch.
create table dim_date (
    date date,
    date_key integer,              -- yyyymmdd
    year integer,
    quarter integer,
    month integer,
    month_name text,               -- in English
    iso_week integer,
    day_of_month integer,
    day_of_week integer,           -- 1 Monday to 7 Sunday
    is_weekend boolean
);

-- One row a customer that was sent, or that an order names.
create table dim_customer (
    customer_id text,
    email text,
    full_name text,
    country text,
    signup_at timestamptz,
    is_inferred boolean,           -- named by an order, not sent yet
    first_sale_date date,          -- day of the earliest sale, null before it
    cohort_month date              -- first day of the month of first_sale_date
);

-- One row a version of a product's list price.
create table dim_product (
    product_key text,              -- sku and valid_from
    sku text,
    product_name text,             -- latest, on every version
    category text,                 -- latest, on every version
    list_price numeric(18, 2),     -- without tax; null for an inferred member
    reorder_point integer,         -- latest, on every version
    valid_from timestamptz,        -- inclusive
    valid_to timestamptz,          -- exclusive; null for the current version
    is_current boolean,
    is_inferred boolean            -- named by an item or a movement, not sent yet
);
