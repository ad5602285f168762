-- Tables that only the models read: small sums which let a run cost what changed.

-- One row a SKU and day with movements: sums of the latest row of each movement.
create table int_stock_movements (
    sku text,
    date date,
    movements bigint,              -- never 0: the row goes with the last movement
    received bigint,
    shipped bigint,
    returned bigint,
    adjusted bigint,
    allocated_change bigint
);

-- One row an order that items or returns name and that was never staged.
create table int_orphan_orders (
    order_id text
);

-- One row a day with deliveries: the pool that its returns are estimated for.
create table int_recognition_pools (
    date date,                     -- day of delivery
    delivered numeric(18, 2),      -- amounts less refunds before the day of delivery
    last_window_date date          -- last day on which a return of the pool is refunded
);

-- One row a pool and day of refunds on or after the day of delivery.
create table int_recognition_refunds (
    date date,                     -- day of delivery of the pool
    returned_date date,
    refund numeric(18, 2)
);

-- One row a run, table and nullable column: how many of the staged rows were null.
create table int_null_shares (
    run_id text,
    table_name text,
    column_name text,
    rows bigint,
    nulls bigint,
    ordinal bigint                 -- counts the runs that staged rows of the table, from 1
);
