-- The tables in which the files of pipelines/ hand rows on. A run finds them empty, and nobody else
-- sees what is in them. They are temporary; of a cluster those are not that say by which column
-- they are spread over its nodes, beside the tables of the same column.

create temp table changed_products (
    sku text collate "C"
);

create temp table new_product_versions (
    product_key text collate "C",
    sku text collate "C",
    product_name text collate "C",
    category text collate "C",
    list_price numeric(18, 2),
    reorder_point integer,
    valid_from timestamptz,
    valid_to timestamptz,
    holds_from timestamptz,
    holds_to timestamptz
);

create temp table changed_prices (
    sku text collate "C",
    from_date date
);

create temp table changed_reorder_points (
    sku text collate "C"
);

-- spread by order_id
create temp table changed_orders (
    order_id text collate "C"
);

-- spread by order_id
create temp table order_states (
    order_id text collate "C",
    customer_id text collate "C",
    sold_date date,
    delivered_date date
);

create temp table changed_days (
    date date
);

-- spread by customer_id
create temp table touched_customers (
    customer_id text collate "C",
    sold_date date
);

-- spread by customer_id
create temp table changed_customers (
    customer_id text collate "C"
);

create temp table changed_skus (
    sku text collate "C"
);

-- spread by order_id
create temp table new_orders (
    order_id text collate "C",
    customer_id text collate "C",
    status text collate "C",
    created_at timestamptz,
    paid_at timestamptz,
    fulfilled_at timestamptz,
    delivered_at timestamptz,
    returned_at timestamptz,
    payment_method text collate "C",
    channel text collate "C",
    country text collate "C",
    sold_at timestamptz,
    sold_date date,
    status_before text collate "C"
);

-- spread by order_id
create temp table new_items (
    order_id text collate "C",
    line_number integer,
    sku text collate "C",
    sold_at timestamptz,
    sold_date date,
    quantity integer,
    unit_price numeric(18, 2),
    discount_amount numeric(18, 2),
    tax_amount numeric(18, 2),
    net_line_amount numeric(18, 2)
);

-- spread by return_id
create temp table return_versions (
    return_id text collate "C",
    order_id text collate "C",
    line_number integer,
    quantity integer,
    returned_at timestamptz,
    reason text collate "C",
    ingested_at timestamptz,
    source_line bigint
);

-- spread by order_id
create temp table new_returns (
    return_id text collate "C",
    order_id text collate "C",
    line_number integer,
    quantity integer,
    returned_at timestamptz,
    reason text collate "C"
);

-- spread by order_id
create temp table new_pieces (
    order_id text collate "C",
    line_number integer,
    sku text collate "C",
    net_line_amount numeric(18, 2),
    line_quantity integer,
    return_id text collate "C",
    returned_at timestamptz,
    reason text collate "C",
    piece_number integer,
    quantity integer
);

-- spread by customer_id
create temp table customer_orders (
    customer_id text collate "C",
    order_id text collate "C",
    sold_at timestamptz,
    sold_date date,
    is_first_order boolean
);

-- spread by customer_id
create temp table new_first_orders (
    customer_id text collate "C",
    order_id text collate "C",
    sold_date date
);

-- spread by order_id
create temp table turned_orders (
    order_id text collate "C"
);

-- spread by customer_id
create temp table new_customers (
    customer_id text collate "C",
    email text collate "C",
    full_name text collate "C",
    country text collate "C",
    signup_at timestamptz,
    is_inferred boolean,
    first_sale_date date,
    cohort_month date
);

create temp table changed_first_sales (
    old_date date,
    old_cohort_month date,
    new_date date,
    new_cohort_month date
);

create temp table new_days (
    date date
);

-- spread by order_id
create temp table new_deliveries (
    order_id text collate "C",
    date date,
    last_window_date date,
    amount numeric(18, 2),
    came_back boolean
);

create temp table revenue_series (
    old_date date,
    first_date date,
    last_date date
);

create temp table changed_cohorts (
    cohort_month date
);

-- spread by customer_id
create temp table cohort_customers (
    customer_id text collate "C",
    cohort_month date,
    first_sale_date date
);

-- spread by customer_id
create temp table customer_sales (
    customer_id text collate "C",
    sold_date date,
    net_revenue numeric(18, 2)
);

-- spread by movement_id
create temp table sent_movements (
    movement_id text collate "C"
);

-- spread by sku
create temp table stock_effects (
    sku text collate "C",
    date date,
    movements bigint,
    received bigint,
    shipped bigint,
    returned bigint,
    adjusted bigint,
    allocated_change bigint
);

-- spread by sku
create temp table changed_stock_days (
    sku text collate "C",
    date date,
    movements bigint,
    received bigint,
    shipped bigint,
    returned bigint,
    adjusted bigint,
    allocated_change bigint
);

create temp table new_inferred_products (
    sku text collate "C",
    is_named boolean
);

create temp table new_stock_series (
    old_date date,
    new_date date
);

create temp table changed_stock (
    sku text collate "C",
    from_date date
);

-- spread by sku
create temp table new_stock (
    sku text collate "C",
    from_date date,
    on_hand bigint,
    allocated bigint,
    reorder_point integer
);

-- spread by sku
create temp table new_stock_days (
    sku text collate "C",
    date date,
    on_hand bigint,
    allocated bigint,
    reorder_point integer
);

create temp table changed_alerts (
    sku text collate "C",
    from_date date,
    opened_on date
);

-- spread by order_id
create temp table new_delivery_refunds (
    order_id text collate "C",
    date date,
    returned_date date,
    refund numeric(18, 2)
);

create temp table recognition_rates (
    date date,
    refund numeric(38, 2),
    delivered numeric(38, 2)
);

create temp table new_date_range (
    first_year integer,
    last_year integer
);
