-- Scope of the checks on one day, $1. Goes before the SELECT of a check
-- on one of these tables.
-- tables: fct_revenue_daily, fct_revenue_recognition_daily
with marked as (
    select cast($1 as text) as key
),
changed_days as (
    select cast(key as date) as date
    from marked
)
