-- Text compares by its bytes on every engine: in PostgreSQL a column has to say so.
-- Before the views, because a view fixes the type of the columns that it reads. Staging tables are
-- made with it.

alter table run_log
    alter column run_id type text collate "C",
    alter column command type text collate "C",
    alter column status type text collate "C",
    alter column error type text collate "C";
alter table run_steps
    alter column run_id type text collate "C",
    alter column step type text collate "C",
    alter column status type text collate "C",
    alter column detail type text collate "C";
alter table loaded_files
    alter column source_file type text collate "C",
    alter column checksum type text collate "C",
    alter column feed type text collate "C",
    alter column run_id type text collate "C";
alter table quarantine
    alter column run_id type text collate "C",
    alter column source_file type text collate "C",
    alter column feed type text collate "C",
    alter column reasons type text collate "C",
    alter column raw_row type text collate "C";
alter table quality_results
    alter column run_id type text collate "C",
    alter column check_name type text collate "C",
    alter column table_name type text collate "C",
    alter column severity type text collate "C",
    alter column observed type text collate "C",
    alter column expected type text collate "C",
    alter column detail type text collate "C";
alter table settings
    alter column name type text collate "C",
    alter column value type text collate "C";
alter table dim_date
    alter column month_name type text collate "C";
alter table dim_customer
    alter column customer_id type text collate "C",
    alter column email type text collate "C",
    alter column full_name type text collate "C",
    alter column country type text collate "C";
alter table dim_product
    alter column product_key type text collate "C",
    alter column sku type text collate "C",
    alter column product_name type text collate "C",
    alter column category type text collate "C";
alter table fct_orders
    alter column order_id type text collate "C",
    alter column customer_id type text collate "C",
    alter column status type text collate "C",
    alter column payment_method type text collate "C",
    alter column channel type text collate "C",
    alter column country type text collate "C";
alter table fct_order_items
    alter column order_id type text collate "C",
    alter column sku type text collate "C",
    alter column product_key type text collate "C";
alter table fct_returns
    alter column order_id type text collate "C",
    alter column return_id type text collate "C",
    alter column customer_id type text collate "C",
    alter column sku type text collate "C",
    alter column refund_method type text collate "C",
    alter column reason type text collate "C";
alter table fct_inventory_daily
    alter column sku type text collate "C";
alter table fct_inventory_alerts
    alter column sku type text collate "C";
alter table int_stock_movements
    alter column sku type text collate "C";
alter table int_orphan_orders
    alter column order_id type text collate "C";
alter table int_null_shares
    alter column run_id type text collate "C",
    alter column table_name type text collate "C",
    alter column column_name type text collate "C";
alter table calendar
    alter column month_name type text collate "C";
