-- Functions that the models need and PostgreSQL does not have under these names.

-- Calendar day of an instant in the reporting time zone, whose table of changes is put into the
-- place of the word with the dollar. The table is fixed for a warehouse, so the function may stand
-- in an index. It is not strict, since then its body could not take its place in a query; null
-- gives null all the same.
create or replace function local_date(instant timestamptz) returns date
    language sql immutable parallel safe
    as $$ select cast(timezone(make_interval(secs => $seconds_east), instant) as date) $$;

-- A session that has looked at an index keeps the body that the function had then, and would store
-- days by it. Renamed, the index is looked at anew; readers do not wait for that.
alter index if exists fct_orders_local_date_idx rename to fct_orders_local_date_anew;
alter index if exists fct_orders_local_date_anew rename to fct_orders_local_date_idx;

-- amount * part / whole, rounded once to cents, half away from zero. numeric division stops at
-- some digit, so that rounding its result would round twice: div() of hundredths is exact.
create or replace function prorate(amount numeric, part numeric, whole numeric) returns numeric
    language sql immutable strict parallel safe
    as $$ select cast(sign(amount) * div(abs(amount) * 200 * part + whole, whole * 2) * 0.01
                      as numeric(18, 2)) $$;

-- Whole 24 hours from one instant to another, rounded down, also below 0.
create or replace function whole_days(earlier timestamptz, later timestamptz) returns bigint
    language sql immutable strict parallel safe
    as $$ select cast(floor((extract(epoch from later) - extract(epoch from earlier)) / 86400)
                      as bigint) $$;

-- Key of a product's version: the same text on every engine and in every run.
create or replace function product_key(sku text, valid_from timestamptz) returns text
    language sql immutable strict parallel safe
    as $$ select sku || '@' || to_char(timezone('UTC', valid_from),
                                       'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;

-- A sum as an amount: NUMERIC(18, 2) has room for it, or the run fails and says of what it is the
-- sum.
create or replace function refuse_amount(text) returns numeric
    language plpgsql immutable strict parallel safe
    as $$ begin
        raise exception using errcode = 'numeric_value_out_of_range', message = $1;
    end $$;
create or replace function amount_of(value numeric, what text) returns numeric
    language sql immutable parallel safe
    as $$ select case when value is null or abs(value) < 10000000000000000
                      then cast(value as numeric(18, 2))
                      else refuse_amount(
                          what || ' come to ' || value || ', but an amount is at most '
                          || '9999999999999999.99: mend the files that bring this much, and land '
                          || 'them again')
                 end $$;
