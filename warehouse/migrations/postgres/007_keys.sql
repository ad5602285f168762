-- Primary keys, and the indexes that let a run read only what changed. Staging tables get theirs
-- from the contracts.

alter table run_log add primary key (run_id);
alter table run_steps add primary key (run_id, step);
alter table loaded_files add primary key (source_file, ingested_at);
alter table quarantine add primary key (run_id, source_file, source_line);
alter table quality_results add primary key (run_id, check_name);
alter table settings add primary key (name);

alter table dim_date add primary key (date);
alter table dim_customer add primary key (customer_id);
alter table dim_product add primary key (product_key);
alter table fct_orders add primary key (order_id);
alter table fct_order_items add primary key (order_id, line_number);
alter table fct_returns add primary key (order_id, line_number, piece_number);
alter table fct_revenue_daily add primary key (date);
alter table fct_cohort_ltv add primary key (cohort_month, window_days);
alter table fct_inventory_daily add primary key (sku, date);
alter table fct_inventory_alerts add primary key (sku, opened_on);
alter table fct_revenue_recognition_daily add primary key (date);

alter table int_stock_movements add primary key (sku, date);
alter table int_orphan_orders add primary key (order_id);
alter table int_recognition_pools add primary key (date);
alter table int_recognition_refunds add primary key (date, returned_date);
alter table int_null_shares add primary key (run_id, table_name, column_name);
alter table calendar add primary key (date);

create index on dim_customer (first_sale_date);
create index on dim_customer (cohort_month);
create index on dim_product (sku);
create index on fct_orders (customer_id);
create index on fct_orders (sold_date);
create index on fct_orders (local_date(delivered_at));
create index on fct_orders (order_id) where is_sale and line_count = 0;
create index on dim_customer (customer_id) where is_inferred;
create index on fct_order_items (sku, sold_date);
create index on fct_returns (returned_date);
create index on fct_inventory_daily (date);
create index on int_stock_movements (date);
