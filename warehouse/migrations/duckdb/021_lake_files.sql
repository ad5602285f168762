-- Staging lies in the lake: which of its files, each staged row in one of them.
create table lake_files (
    table_name text,           -- the staging table that consists of it
    path text,                 -- below the lake's folder
    rows bigint,
    bytes bigint,
    columns text,              -- by name, a comma before and after each
    run_id text                -- the run that wrote it
);
