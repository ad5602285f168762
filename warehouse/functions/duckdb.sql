-- Functions that the models need and DuckDB does not have under these names.

-- Calendar day of an instant in the reporting time zone, whose table of changes is put into the
-- place of the word with the dollar.
create or replace macro local_date(instant) as
    cast(make_timestamp(epoch_us(instant) + cast(1000000 as bigint) * $seconds_east) as date);

-- amount * part / whole, rounded once to cents, half away from zero. DuckDB divides decimals as
-- floating point and a product of decimals overflows at 38 digits: integers of hundredths do not.
create or replace macro prorate_hundredths(quantity) as
    cast(cast(quantity as decimal(38, 2)) * 100 as hugeint);

create or replace macro prorate(amount, part, whole) as
    cast(cast(
        sign(amount) * ((abs(prorate_hundredths(amount)) * prorate_hundredths(part) * 2
                         + prorate_hundredths(whole)) // (prorate_hundredths(whole) * 2))
        as decimal(18, 0)) * 0.01 as decimal(18, 2));

-- Whole 24 hours from one instant to another, rounded down, also below 0. The difference of
-- two instants is an interval of DuckDB's calendar, which is slow; // cuts towards zero, so that
-- 100,000 days are added for the division.
create or replace macro whole_days(earlier, later) as
    (epoch_us(later) - epoch_us(earlier) + 8640000000000000) // 86400000000 - 100000;

-- Key of a product's version: the same text on every engine and in every run.
create or replace macro product_key(sku, valid_from) as
    sku || '@' || strftime(make_timestamp(epoch_us(valid_from)), '%Y-%m-%dT%H:%M:%S.%fZ');

-- A sum as an amount: NUMERIC(18, 2) has room for it, or the run fails and says of what it is the
-- sum.
create or replace macro amount_of(value, what) as
    case when value is null or abs(value) < 10000000000000000
         then cast(value as decimal(18, 2))
         else cast(error(what || ' come to ' || value || ', but an amount is at most '
                         || '9999999999999999.99: mend the files that bring this much, and land '
                         || 'them again') as decimal(18, 2))
    end;
