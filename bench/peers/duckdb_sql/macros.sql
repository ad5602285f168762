-- What a valid value is: fault_of_TYPE gives the reason against a trimmed value, or null. DuckDB's
-- casts take more than the contracts do (24:00:00, 1.5 as an integer), hence the expressions.
create or replace macro clean(value) as
    nullif(trim(value, e' \t' || chr(160) || chr(8239) || chr(8203) || chr(65279)), '');

create or replace macro fault_of_text(name, value, length_max, required) as
    case
        when value is null then case when required then name || ': required' end
        when length(value) > length_max then name || ': too long'
        when regexp_matches(value, '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}]')
            then name || ': control character'
    end;

-- A quote inside a field that does not begin with one is text to DuckDB's reader.
create or replace macro fault_of_id(name, value, required) as
    case
        when value is null then case when required then name || ': required' end
        when length(value) > 64 then name || ': too long'
        when regexp_matches(value, '[\x00-\x1f\x7f-\x{9f}]') then name || ': control character'
        when contains(value, '"') then name || ': misplaced quote'
    end;

create or replace macro fault_of_integer(name, value, low, high, required) as
    case
        when value is null then case when required then name || ': required' end
        when not regexp_full_match(value, '-?[0-9]+') then name || ': not an integer'
        when coalesce(try_cast(value as integer) not between low and high, true)
            then name || ': out of range'
    end;

create or replace macro fault_of_money(name, value, high, required) as
    case
        when value is null then case when required then name || ': required' end
        when not regexp_full_match(value, '-?[0-9]+(\.[0-9]+)?') then name || ': not a decimal'
        when regexp_matches(value, '\.[0-9][0-9][0-9]*[1-9]')
            then name || ': more than 2 decimal places'
        when coalesce(try_cast(value as decimal(18, 2)) not between 0 and high, true)
            then name || ': out of range'
    end;

-- A cast to timestamp drops an offset; one to timestamptz reads it.
create or replace macro instant(value) as
    cast(try_cast(regexp_replace(value, ' ?(utc|gmt|z)$', 'Z', 'i') as timestamptz) as timestamp);

create or replace macro fault_of_instant(name, value, required) as
    case
        when value is null then case when required then name || ': required' end
        when not regexp_full_match(value, '[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3])'
                || ':[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?'
                || '( ?((?i:z|utc|gmt)|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?))?)?')
            or instant(value) is null
            then name || ': not a timestamp'
        when substr(value, 1, 4) not between '1970' and '2100' then name || ': out of range'
    end;

create or replace macro fault_of_word(name, value, words, required) as
    case
        when value is null then case when required then name || ': required' end
        when not list_contains(words, lower(value))
            then name || ': not one of ' || array_to_string(words, ', ')
    end;

create or replace macro fault_of_country(name, value) as
    case when not regexp_full_match(value, '[A-Za-z]{2}') then name || ': not a country' end;

create or replace macro fault_of_currency(name, value, expected) as
    case
        when value is null then name || ': required'
        when not regexp_full_match(value, '[A-Za-z]{3}') then name || ': not a currency'
        when upper(value) <> expected then name || ': expected ' || expected
    end;

create or replace macro fault_of_email(name, value) as
    case
        when not regexp_full_match(value, '[^@ \x00-\x1f\x7f-\x{9f}]+@[^@ \x00-\x1f\x7f-\x{9f}]+')
            then name || ': not an email'
        when length(value) not between 3 and 254 then name || ': too long'
    end;

-- The whole part of a quotient; PostgreSQL has it by this name.
create or replace macro div(dividend, divisor) as dividend // divisor;
