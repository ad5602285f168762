-- Operations: what ran, what it loaded, what it rejected and what the checks said.

-- One row a run of the pipeline.
create table run_log (
    run_id text,               -- sorts by time
    command text,              -- run, rebuild, check
    started_at timestamptz,
    finished_at timestamptz,   -- null while the run is running
    status text,               -- running, published, nothing_new, failed
    files bigint,              -- deliveries picked up
    rows_read bigint,
    rows_staged bigint,
    rows_quarantined bigint,
    error text                 -- why the run failed, null if it did not
);

-- One row a step of a run.
create table run_steps (
    run_id text,
    step text,                 -- a model, or a phase such as ingestion
    started_at timestamptz,
    duration_ms bigint,        -- milliseconds
    rows bigint,               -- rows written by the step
    status text,
    detail text
);

-- One row a delivery: a file with content that its path did not have before.
create table loaded_files (
    source_file text,          -- path below the landing folder
    ingested_at timestamptz,   -- strictly increasing in order of pickup
    checksum text,             -- of the file's bytes as they lie
    feed text,
    landing_date date,
    bytes bigint,
    rows_read bigint,
    rows_staged bigint,
    rows_quarantined bigint,
    run_id text
);

-- One row a rejected row of a file, with everything that is wrong with it.
create table quarantine (
    run_id text,
    source_file text,
    source_line bigint,        -- line on which the row starts, from 1
    feed text,
    reasons text,              -- field: message, joined by "; "
    raw_row text,
    ingested_at timestamptz
);

-- One row a check in a run, passed or not.
create table quality_results (
    run_id text,
    check_name text,
    table_name text,
    severity text,             -- error, warning
    passed boolean,
    observed text,
    expected text,
    failing_rows bigint,
    detail text                -- up to 20 failing keys
);

-- What is fixed when a warehouse is made, such as the reporting time zone.
create table settings (
    name text,
    value text
);
