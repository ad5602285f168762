-- Facts. Days are calendar days in the reporting time zone, money is in the reporting currency.

-- One row an order, whether it is a sale or not; amounts are zero where it is not.
create table fct_orders (
    order_id text,
    customer_id text,              -- null for a guest
    status text,
    created_at timestamptz,
    paid_at timestamptz,
    fulfilled_at timestamptz,
    delivered_at timestamptz,
    returned_at timestamptz,
    sold_at timestamptz,           -- first of paid, fulfilled, delivered that is set
    sold_date date,
    is_sale boolean,               -- sold_at is set
    is_first_order boolean,        -- the customer's earliest sale by (sold_at, order_id)
    payment_method text,
    channel text,
    country text,                  -- where it ships to
    line_count bigint,
    units bigint,
    gross_revenue numeric(18, 2),  -- merchandise + tax, before discounts
    discounts numeric(18, 2),
    refunds numeric(18, 2),        -- known so far, whenever they were paid
    taxes numeric(18, 2),
    net_revenue numeric(18, 2)     -- gross_revenue - discounts - refunds - taxes
);

-- One row a line of a staged order.
create table fct_order_items (
    order_id text,
    line_number integer,
    sku text,
    product_key text,              -- version that held at sold_at; null where not sold
    sold_date date,
    quantity integer,
    unit_price numeric(18, 2),     -- before discount, without tax
    list_price numeric(18, 2),     -- of the product's version
    gross_amount numeric(18, 2),   -- quantity * unit_price + tax
    discount_amount numeric(18, 2),
    tax_amount numeric(18, 2),
    net_line_amount numeric(18, 2),-- gross - discount - tax
    refund_amount numeric(18, 2),  -- sum over the line's returned pieces
    net_revenue numeric(18, 2)     -- net_line_amount - refund_amount
);

-- One row a returned piece of a sold line.
create table fct_returns (
    order_id text,
    line_number integer,
    piece_number integer,          -- from 1, in order of return
    return_id text,                -- null for the rest of an order returned whole
    customer_id text,
    sku text,
    quantity integer,              -- cut to what the line had left
    delivered_at timestamptz,
    returned_at timestamptz,
    returned_date date,            -- never before the day of the sale
    days_since_delivery bigint,    -- whole 24 hours, rounded down; below 0 before delivery
    is_refundable boolean,         -- at most 30 * 24 hours after delivery, or never delivered
    refund_amount numeric(18, 2),
    refund_method text,            -- the order's payment method
    reason text
);

-- One row a day from the first sale to the last sale, delivery or return.
create table fct_revenue_daily (
    date date,
    orders bigint,                 -- sales of the day
    units bigint,
    gross_revenue numeric(18, 2),
    discounts numeric(18, 2),
    taxes numeric(18, 2),
    refunds numeric(18, 2),        -- of the pieces returned on the day
    net_revenue numeric(18, 2),    -- gross_revenue - discounts - refunds - taxes
    aov double precision,          -- (gross_revenue - discounts - taxes) / orders
    orders_delivered bigint,
    orders_returned bigint,        -- sales of which a piece came back on the day
    return_rate double precision,  -- share of the orders delivered on the day that came back
    new_customers bigint,
    repeat_customers bigint,
    guest_orders bigint
);

-- One row a month of first sales and window of 7, 30 or 90 days.
create table fct_cohort_ltv (
    cohort_month date,
    window_days integer,
    cohort_size bigint,
    eligible_customers bigint,     -- whose window has closed
    retained_customers bigint,     -- eligible, with another sale within the window
    retention_rate double precision,
    revenue numeric(18, 2),        -- of the eligible customers within the window
    ltv double precision,          -- revenue / eligible_customers
    is_mature boolean              -- the window has closed for all of the cohort's customers
);

-- One row a SKU and day, from its first movement to the last of any.
create table fct_inventory_daily (
    sku text,
    date date,
    received bigint,
    shipped bigint,
    returned bigint,
    adjusted bigint,               -- signed
    allocated_change bigint,       -- allocations less deallocations
    on_hand bigint,                -- at the end of the day
    allocated bigint,              -- at the end of the day
    available bigint,              -- on_hand - allocated
    reorder_point integer,
    is_at_risk boolean             -- available < reorder_point
);

-- One row an episode: a longest run of days at risk of one SKU.
create table fct_inventory_alerts (
    sku text,
    opened_on date,
    resolved_on date,              -- first day not at risk again; null while open
    is_open boolean,
    days_at_risk bigint,
    on_hand bigint,                -- this and the next three: on the episode's last day
    allocated bigint,
    available bigint,
    reorder_point integer,
    shortfall bigint               -- reorder_point - available
);

-- One row a day: revenue by delivery with an estimate of returns.
create table fct_revenue_recognition_daily (
    date date,
    billed numeric(18, 2),                 -- amount of the day's sales, without tax
    delivered_amount numeric(18, 2),       -- of the day's pool of deliveries
    expected_return_rate double precision, -- for show: amounts use the exact ratio
    revenue_recognised numeric(18, 2),
    revenue_released numeric(18, 2),       -- from pools whose window closed, 0 or more
    revenue_reversed numeric(18, 2),       -- refunds above the pool's liability, 0 or less
    net_revenue_recognised numeric(18, 2),
    refunds_paid numeric(18, 2),
    deferred_revenue numeric(18, 2),       -- balance at the end of the day
    refund_liability numeric(18, 2)        -- balance at the end of the day
);
