-- The tables as the migrations make them on PostgreSQL; written and held against reality by
-- tests/postgres_parity_test.py.
CREATE FUNCTION local_date(instant timestamp with time zone) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ select cast(timezone('UTC', instant) as date) $$;
CREATE FUNCTION product_key(sku text, valid_from timestamp with time zone) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ select sku || '@' || to_char(timezone('UTC', valid_from),
                                       'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;
CREATE FUNCTION prorate(amount numeric, part numeric, whole numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ select cast(sign(amount) * div(abs(amount) * 200 * part + whole, whole * 2) * 0.01
                      as numeric(18, 2)) $$;
CREATE FUNCTION whole_days(earlier timestamp with time zone, later timestamp with time zone) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ select cast(floor((extract(epoch from later) - extract(epoch from earlier)) / 86400)
                      as bigint) $$;
CREATE TABLE calendar (
    date date NOT NULL,
    date_key integer,
    year integer,
    quarter integer,
    month integer,
    month_name text COLLATE pg_catalog."C",
    iso_week integer,
    day_of_month integer,
    day_of_week integer,
    is_weekend boolean
);
CREATE TABLE dim_customer (
    customer_id text NOT NULL COLLATE pg_catalog."C",
    email text COLLATE pg_catalog."C",
    full_name text COLLATE pg_catalog."C",
    country text COLLATE pg_catalog."C",
    signup_at timestamp with time zone,
    is_inferred boolean,
    first_sale_date date,
    cohort_month date
);
CREATE TABLE dim_date (
    date date NOT NULL,
    date_key integer,
    year integer,
    quarter integer,
    month integer,
    month_name text COLLATE pg_catalog."C",
    iso_week integer,
    day_of_month integer,
    day_of_week integer,
    is_weekend boolean
);
CREATE TABLE dim_product (
    product_key text NOT NULL COLLATE pg_catalog."C",
    sku text COLLATE pg_catalog."C",
    product_name text COLLATE pg_catalog."C",
    category text COLLATE pg_catalog."C",
    list_price numeric(18,2),
    reorder_point integer,
    valid_from timestamp with time zone,
    valid_to timestamp with time zone,
    is_current boolean,
    is_inferred boolean
);
CREATE TABLE fct_cohort_ltv (
    cohort_month date NOT NULL,
    window_days integer NOT NULL,
    cohort_size bigint,
    eligible_customers bigint,
    retained_customers bigint,
    retention_rate double precision,
    revenue numeric(18,2),
    ltv double precision,
    is_mature boolean
);
CREATE TABLE fct_inventory_alerts (
    sku text NOT NULL COLLATE pg_catalog."C",
    opened_on date NOT NULL,
    resolved_on date,
    is_open boolean,
    days_at_risk bigint,
    on_hand bigint,
    allocated bigint,
    available bigint,
    reorder_point integer,
    shortfall bigint
);
CREATE TABLE fct_inventory_daily (
    sku text NOT NULL COLLATE pg_catalog."C",
    date date NOT NULL,
    received bigint,
    shipped bigint,
    returned bigint,
    adjusted bigint,
    allocated_change bigint,
    on_hand bigint,
    allocated bigint,
    available bigint,
    reorder_point integer,
    is_at_risk boolean
);
CREATE TABLE fct_order_items (
    order_id text NOT NULL COLLATE pg_catalog."C",
    line_number integer NOT NULL,
    sku text COLLATE pg_catalog."C",
    product_key text COLLATE pg_catalog."C",
    sold_date date,
    quantity integer,
    unit_price numeric(18,2),
    list_price numeric(18,2),
    gross_amount numeric(18,2),
    discount_amount numeric(18,2),
    tax_amount numeric(18,2),
    net_line_amount numeric(18,2),
    refund_amount numeric(18,2),
    net_revenue numeric(18,2)
);
CREATE TABLE fct_orders (
    order_id text NOT NULL COLLATE pg_catalog."C",
    customer_id text COLLATE pg_catalog."C",
    status text COLLATE pg_catalog."C",
    created_at timestamp with time zone,
    paid_at timestamp with time zone,
    fulfilled_at timestamp with time zone,
    delivered_at timestamp with time zone,
    returned_at timestamp with time zone,
    sold_at timestamp with time zone,
    sold_date date,
    is_sale boolean,
    is_first_order boolean,
    payment_method text COLLATE pg_catalog."C",
    channel text COLLATE pg_catalog."C",
    country text COLLATE pg_catalog."C",
    line_count bigint,
    units bigint,
    gross_revenue numeric(18,2),
    discounts numeric(18,2),
    refunds numeric(18,2),
    taxes numeric(18,2),
    net_revenue numeric(18,2)
);
CREATE TABLE fct_returns (
    order_id text NOT NULL COLLATE pg_catalog."C",
    line_number integer NOT NULL,
    piece_number integer NOT NULL,
    return_id text COLLATE pg_catalog."C",
    customer_id text COLLATE pg_catalog."C",
    sku text COLLATE pg_catalog."C",
    quantity integer,
    delivered_at timestamp with time zone,
    returned_at timestamp with time zone,
    returned_date date,
    days_since_delivery bigint,
    is_refundable boolean,
    refund_amount numeric(18,2),
    refund_method text COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C"
);
CREATE TABLE fct_revenue_daily (
    date date NOT NULL,
    orders bigint,
    units bigint,
    gross_revenue numeric(18,2),
    discounts numeric(18,2),
    taxes numeric(18,2),
    refunds numeric(18,2),
    net_revenue numeric(18,2),
    aov double precision,
    orders_delivered bigint,
    orders_returned bigint,
    return_rate double precision,
    new_customers bigint,
    repeat_customers bigint,
    guest_orders bigint
);
CREATE TABLE fct_revenue_recognition_daily (
    date date NOT NULL,
    billed numeric(18,2),
    delivered_amount numeric(18,2),
    expected_return_rate double precision,
    revenue_recognised numeric(18,2),
    revenue_released numeric(18,2),
    revenue_reversed numeric(18,2),
    net_revenue_recognised numeric(18,2),
    refunds_paid numeric(18,2),
    deferred_revenue numeric(18,2),
    refund_liability numeric(18,2)
);
CREATE TABLE int_null_shares (
    run_id text NOT NULL COLLATE pg_catalog."C",
    table_name text NOT NULL COLLATE pg_catalog."C",
    column_name text NOT NULL COLLATE pg_catalog."C",
    rows bigint,
    nulls bigint,
    ordinal bigint
);
CREATE TABLE int_orphan_orders (
    order_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE int_recognition_pools (
    date date NOT NULL,
    delivered numeric(18,2),
    last_window_date date
);
CREATE TABLE int_recognition_refunds (
    date date NOT NULL,
    returned_date date NOT NULL,
    refund numeric(18,2)
);
CREATE TABLE int_stock_movements (
    sku text NOT NULL COLLATE pg_catalog."C",
    date date NOT NULL,
    movements bigint,
    received bigint,
    shipped bigint,
    returned bigint,
    adjusted bigint,
    allocated_change bigint
);
CREATE TABLE loaded_files (
    source_file text NOT NULL COLLATE pg_catalog."C",
    ingested_at timestamp with time zone NOT NULL,
    checksum text COLLATE pg_catalog."C",
    feed text COLLATE pg_catalog."C",
    landing_date date,
    bytes bigint,
    rows_read bigint,
    rows_staged bigint,
    rows_quarantined bigint,
    run_id text COLLATE pg_catalog."C"
);
CREATE TABLE stg_order_items (
    order_id text NOT NULL COLLATE pg_catalog."C",
    line_number integer NOT NULL,
    sku text NOT NULL COLLATE pg_catalog."C",
    quantity integer NOT NULL,
    unit_price numeric(18,2) NOT NULL,
    discount_amount numeric(18,2) NOT NULL,
    tax_amount numeric(18,2) NOT NULL,
    ingested_at timestamp with time zone NOT NULL,
    source_file text NOT NULL COLLATE pg_catalog."C",
    source_line bigint NOT NULL,
    row_hash uuid NOT NULL,
    run_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE VIEW orphan_order_items AS
 WITH versions AS (
         SELECT i.order_id,
            i.line_number,
            i.sku,
            i.quantity,
            i.unit_price,
            i.discount_amount,
            i.tax_amount,
            i.ingested_at,
            i.source_file,
            i.source_line,
            i.row_hash,
            i.run_id,
            row_number() OVER (PARTITION BY i.order_id, i.line_number ORDER BY i.ingested_at DESC, i.source_line DESC) AS recency
           FROM (stg_order_items i
             JOIN int_orphan_orders o ON ((o.order_id = i.order_id)))
        )
 SELECT versions.order_id,
    versions.line_number,
    versions.sku,
    versions.quantity,
    versions.unit_price,
    versions.discount_amount,
    versions.tax_amount,
    versions.ingested_at,
    versions.source_file,
    versions.source_line,
    versions.row_hash,
    versions.run_id
   FROM versions
  WHERE (versions.recency = 1);
CREATE TABLE stg_returns (
    return_id text NOT NULL COLLATE pg_catalog."C",
    order_id text NOT NULL COLLATE pg_catalog."C",
    line_number integer NOT NULL,
    quantity integer NOT NULL,
    returned_at timestamp with time zone NOT NULL,
    reason text COLLATE pg_catalog."C",
    ingested_at timestamp with time zone NOT NULL,
    source_file text NOT NULL COLLATE pg_catalog."C",
    source_line bigint NOT NULL,
    row_hash uuid NOT NULL,
    run_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE VIEW orphan_returns AS
 WITH unplaced AS (
         SELECT DISTINCT r.return_id
           FROM stg_returns r
          WHERE (NOT (EXISTS ( SELECT 1
                   FROM fct_order_items i
                  WHERE ((i.order_id = r.order_id) AND (i.line_number = r.line_number) AND (i.sold_date IS NOT NULL)))))
        ), versions AS (
         SELECT r.return_id,
            r.order_id,
            r.line_number,
            r.quantity,
            r.returned_at,
            r.reason,
            r.ingested_at,
            r.source_file,
            r.source_line,
            r.row_hash,
            r.run_id,
            row_number() OVER (PARTITION BY r.return_id ORDER BY r.ingested_at DESC, r.source_line DESC) AS recency
           FROM stg_returns r
          WHERE (r.return_id IN ( SELECT unplaced.return_id
                   FROM unplaced))
        )
 SELECT v.return_id,
    v.order_id,
    v.line_number,
    v.quantity,
    v.returned_at,
    v.reason,
    v.ingested_at,
    v.source_file,
    v.source_line,
    v.row_hash,
    v.run_id
   FROM versions v
  WHERE ((v.recency = 1) AND (NOT (EXISTS ( SELECT 1
           FROM fct_order_items i
          WHERE ((i.order_id = v.order_id) AND (i.line_number = v.line_number) AND (i.sold_date IS NOT NULL))))));
CREATE TABLE quality_results (
    run_id text NOT NULL COLLATE pg_catalog."C",
    check_name text NOT NULL COLLATE pg_catalog."C",
    table_name text COLLATE pg_catalog."C",
    severity text COLLATE pg_catalog."C",
    passed boolean,
    observed text COLLATE pg_catalog."C",
    expected text COLLATE pg_catalog."C",
    failing_rows bigint,
    detail text COLLATE pg_catalog."C"
);
CREATE TABLE quarantine (
    run_id text NOT NULL COLLATE pg_catalog."C",
    source_file text NOT NULL COLLATE pg_catalog."C",
    source_line bigint NOT NULL,
    feed text COLLATE pg_catalog."C",
    reasons text COLLATE pg_catalog."C",
    raw_row text COLLATE pg_catalog."C",
    ingested_at timestamp with time zone
);
CREATE TABLE run_log (
    run_id text NOT NULL COLLATE pg_catalog."C",
    command text COLLATE pg_catalog."C",
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    status text COLLATE pg_catalog."C",
    files bigint,
    rows_read bigint,
    rows_staged bigint,
    rows_quarantined bigint,
    error text COLLATE pg_catalog."C"
);
CREATE TABLE run_steps (
    run_id text NOT NULL COLLATE pg_catalog."C",
    step text NOT NULL COLLATE pg_catalog."C",
    started_at timestamp with time zone,
    duration_ms bigint,
    rows bigint,
    status text COLLATE pg_catalog."C",
    detail text COLLATE pg_catalog."C"
);
CREATE TABLE schema_migrations (
    version text NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone NOT NULL
);
CREATE TABLE settings (
    name text NOT NULL COLLATE pg_catalog."C",
    value text COLLATE pg_catalog."C"
);
CREATE TABLE stg_customers (
    customer_id text NOT NULL COLLATE pg_catalog."C",
    email text COLLATE pg_catalog."C",
    full_name text COLLATE pg_catalog."C",
    country text COLLATE pg_catalog."C",
    signup_at timestamp with time zone NOT NULL,
    ingested_at timestamp with time zone NOT NULL,
    source_file text NOT NULL COLLATE pg_catalog."C",
    source_line bigint NOT NULL,
    row_hash uuid NOT NULL,
    run_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE stg_inventory_movements (
    movement_id text NOT NULL COLLATE pg_catalog."C",
    sku text NOT NULL COLLATE pg_catalog."C",
    movement_type text NOT NULL COLLATE pg_catalog."C",
    quantity integer NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    reference text COLLATE pg_catalog."C",
    ingested_at timestamp with time zone NOT NULL,
    source_file text NOT NULL COLLATE pg_catalog."C",
    source_line bigint NOT NULL,
    row_hash uuid NOT NULL,
    run_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE stg_orders (
    order_id text NOT NULL COLLATE pg_catalog."C",
    customer_id text COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    paid_at timestamp with time zone,
    fulfilled_at timestamp with time zone,
    delivered_at timestamp with time zone,
    returned_at timestamp with time zone,
    currency text NOT NULL COLLATE pg_catalog."C",
    payment_method text COLLATE pg_catalog."C",
    channel text COLLATE pg_catalog."C",
    country text COLLATE pg_catalog."C",
    ingested_at timestamp with time zone NOT NULL,
    source_file text NOT NULL COLLATE pg_catalog."C",
    source_line bigint NOT NULL,
    row_hash uuid NOT NULL,
    run_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE stg_products (
    sku text NOT NULL COLLATE pg_catalog."C",
    product_name text NOT NULL COLLATE pg_catalog."C",
    category text COLLATE pg_catalog."C",
    list_price numeric(18,2) NOT NULL,
    reorder_point integer NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    ingested_at timestamp with time zone NOT NULL,
    source_file text NOT NULL COLLATE pg_catalog."C",
    source_line bigint NOT NULL,
    row_hash uuid NOT NULL,
    run_id text NOT NULL COLLATE pg_catalog."C"
);
ALTER TABLE ONLY calendar
    ADD CONSTRAINT calendar_pkey PRIMARY KEY (date);
ALTER TABLE ONLY dim_customer
    ADD CONSTRAINT dim_customer_pkey PRIMARY KEY (customer_id);
ALTER TABLE ONLY dim_date
    ADD CONSTRAINT dim_date_pkey PRIMARY KEY (date);
ALTER TABLE ONLY dim_product
    ADD CONSTRAINT dim_product_pkey PRIMARY KEY (product_key);
ALTER TABLE ONLY fct_cohort_ltv
    ADD CONSTRAINT fct_cohort_ltv_pkey PRIMARY KEY (cohort_month, window_days);
ALTER TABLE ONLY fct_inventory_alerts
    ADD CONSTRAINT fct_inventory_alerts_pkey PRIMARY KEY (sku, opened_on);
ALTER TABLE ONLY fct_inventory_daily
    ADD CONSTRAINT fct_inventory_daily_pkey PRIMARY KEY (sku, date);
ALTER TABLE ONLY fct_order_items
    ADD CONSTRAINT fct_order_items_pkey PRIMARY KEY (order_id, line_number);
ALTER TABLE ONLY fct_orders
    ADD CONSTRAINT fct_orders_pkey PRIMARY KEY (order_id);
ALTER TABLE ONLY fct_returns
    ADD CONSTRAINT fct_returns_pkey PRIMARY KEY (order_id, line_number, piece_number);
ALTER TABLE ONLY fct_revenue_daily
    ADD CONSTRAINT fct_revenue_daily_pkey PRIMARY KEY (date);
ALTER TABLE ONLY fct_revenue_recognition_daily
    ADD CONSTRAINT fct_revenue_recognition_daily_pkey PRIMARY KEY (date);
ALTER TABLE ONLY int_null_shares
    ADD CONSTRAINT int_null_shares_pkey PRIMARY KEY (run_id, table_name, column_name);
ALTER TABLE ONLY int_orphan_orders
    ADD CONSTRAINT int_orphan_orders_pkey PRIMARY KEY (order_id);
ALTER TABLE ONLY int_recognition_pools
    ADD CONSTRAINT int_recognition_pools_pkey PRIMARY KEY (date);
ALTER TABLE ONLY int_recognition_refunds
    ADD CONSTRAINT int_recognition_refunds_pkey PRIMARY KEY (date, returned_date);
ALTER TABLE ONLY int_stock_movements
    ADD CONSTRAINT int_stock_movements_pkey PRIMARY KEY (sku, date);
ALTER TABLE ONLY loaded_files
    ADD CONSTRAINT loaded_files_pkey PRIMARY KEY (source_file, ingested_at);
ALTER TABLE ONLY quality_results
    ADD CONSTRAINT quality_results_pkey PRIMARY KEY (run_id, check_name);
ALTER TABLE ONLY quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (run_id, source_file, source_line);
ALTER TABLE ONLY run_log
    ADD CONSTRAINT run_log_pkey PRIMARY KEY (run_id);
ALTER TABLE ONLY run_steps
    ADD CONSTRAINT run_steps_pkey PRIMARY KEY (run_id, step);
ALTER TABLE ONLY settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (name);
CREATE INDEX dim_customer_cohort_month_idx ON dim_customer USING btree (cohort_month);
CREATE INDEX dim_customer_customer_id_idx ON dim_customer USING btree (customer_id) WHERE is_inferred;
CREATE INDEX dim_customer_first_sale_date_idx ON dim_customer USING btree (first_sale_date);
CREATE INDEX dim_product_sku_idx ON dim_product USING btree (sku);
CREATE INDEX fct_inventory_daily_date_idx ON fct_inventory_daily USING btree (date);
CREATE INDEX fct_order_items_sku_idx ON fct_order_items USING btree (sku);
CREATE INDEX fct_orders_customer_id_idx ON fct_orders USING btree (customer_id);
CREATE INDEX fct_orders_local_date_idx ON fct_orders USING btree (local_date(delivered_at));
CREATE INDEX fct_orders_order_id_idx ON fct_orders USING btree (order_id) WHERE (is_sale AND (line_count = 0));
CREATE INDEX fct_orders_sold_date_idx ON fct_orders USING btree (sold_date);
CREATE INDEX fct_returns_returned_date_idx ON fct_returns USING btree (returned_date);
CREATE INDEX int_stock_movements_date_idx ON int_stock_movements USING btree (date);
CREATE INDEX stg_customers_customer_id_idx ON stg_customers USING btree (customer_id);
CREATE INDEX stg_customers_ingested_at_idx ON stg_customers USING btree (ingested_at);
CREATE INDEX stg_inventory_movements_ingested_at_idx ON stg_inventory_movements USING btree (ingested_at);
CREATE INDEX stg_inventory_movements_movement_id_idx ON stg_inventory_movements USING btree (movement_id);
CREATE INDEX stg_order_items_ingested_at_idx ON stg_order_items USING btree (ingested_at);
CREATE INDEX stg_order_items_order_id_line_number_idx ON stg_order_items USING btree (order_id, line_number);
CREATE INDEX stg_orders_ingested_at_idx ON stg_orders USING btree (ingested_at);
CREATE INDEX stg_orders_order_id_idx ON stg_orders USING btree (order_id);
CREATE INDEX stg_products_ingested_at_idx ON stg_products USING btree (ingested_at);
CREATE INDEX stg_products_sku_idx ON stg_products USING btree (sku);
CREATE INDEX stg_returns_ingested_at_idx ON stg_returns USING btree (ingested_at);
CREATE INDEX stg_returns_order_id_idx ON stg_returns USING btree (order_id);
CREATE INDEX stg_returns_return_id_idx ON stg_returns USING btree (return_id);
