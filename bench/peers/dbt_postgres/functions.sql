-- What a valid value is: fault_of_TYPE gives the reason against a trimmed value, or null.
-- PostgreSQL has no cast that gives null, so what a cast would stop at is kept from it by
-- expressions.
create or replace function clean(value text) returns text language sql immutable as $$
    select nullif(btrim(value, e' \t\u00a0\u202f\u200b\ufeff'), '') $$;

create or replace function try_integer(value text) returns integer language sql immutable as $$
    select case
        when value ~ '^-?[0-9]{1,40}$'
            then case when cast(value as numeric) between -2147483648 and 2147483647
                then cast(value as integer) end
    end $$;

create or replace function try_money(value text) returns numeric(18, 2) language sql immutable as $$
    select case
        when value ~ '^-?[0-9]{1,40}(\.[0-9]{1,40})?$'
            then case when abs(cast(value as numeric)) < 1e15
                then cast(value as numeric(18, 2)) end
    end $$;

create or replace function fault_of_text(name text, value text, length_max integer,
        required boolean) returns text language sql immutable as $$
    select case
        when value is null then case when required then name || ': required' end
        when length(value) > length_max then name || ': too long'
        when value ~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]'
            then name || ': control character'
    end $$;

create or replace function fault_of_id(name text, value text, required boolean)
        returns text language sql immutable as $$
    select case
        when value is null then case when required then name || ': required' end
        when length(value) > 64 then name || ': too long'
        when value ~ '[\u0001-\u001f\u007f-\u009f]' then name || ': control character'
        when strpos(value, '"') > 0 then name || ': misplaced quote'
    end $$;

create or replace function fault_of_integer(name text, value text, low integer, high integer,
        required boolean) returns text language sql immutable as $$
    select case
        when value is null then case when required then name || ': required' end
        when value !~ '^-?[0-9]+$' then name || ': not an integer'
        when coalesce(try_integer(value) not between low and high, true)
            then name || ': out of range'
    end $$;

create or replace function fault_of_money(name text, value text, high integer, required boolean)
        returns text language sql immutable as $$
    select case
        when value is null then case when required then name || ': required' end
        when value !~ '^-?[0-9]+(\.[0-9]+)?$' then name || ': not a decimal'
        when value ~ '\.[0-9][0-9][0-9]*[1-9]' then name || ': more than 2 decimal places'
        when coalesce(try_money(value) not between 0 and high, true)
            then name || ': out of range'
    end $$;

-- In UTC; null where it is no timestamp, or its month has no such day. Expressions that capture
-- take ten times as long as those that only match.
create or replace function instant(value text) returns timestamp language plpgsql immutable as $$
declare
    month date;
    local_time timestamp;
    rest text := replace(rtrim(upper(substr(value, 12)), ' ZUTCGM'), ':', '');
    sign_at integer := greatest(strpos(rest, '+'), strpos(rest, '-'));
    clock text := case when sign_at = 0 then rest else left(rest, sign_at - 1) end;
    shift interval;
begin
    if value is null or value !~ ('^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])'
            || '(?:[Tt ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?'
            || '(?: ?(?:[Zz]|[Uu][Tt][Cc]|[Gg][Mm][Tt]|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?))?)?$')
            or value like '0000%' then
        return null;
    end if;
    month := make_date(cast(left(value, 4) as integer), cast(substr(value, 6, 2) as integer), 1);
    local_time := month + cast(substr(value, 9, 2) as integer) - 1;
    if date_trunc('month', local_time) > month then
        return null;
    end if;
    if clock = '' then
        return local_time;
    end if;
    -- Microseconds: the digits after them are dropped.
    local_time := local_time + make_interval(hours => cast(left(clock, 2) as integer),
        mins => cast(substr(clock, 3, 2) as integer),
        secs => coalesce(cast(nullif(rtrim(substr(clock, 5, 9)), '') as double precision), 0));
    if sign_at = 0 then
        return local_time;
    end if;
    shift := make_interval(hours => cast(substr(rest, sign_at + 1, 2) as integer),
        mins => coalesce(cast(nullif(substr(rest, sign_at + 3, 2), '') as integer), 0));
    return case when substr(rest, sign_at, 1) = '-' then local_time + shift
        else local_time - shift end;
end $$;

create or replace function fault_of_instant(name text, value text, required boolean)
        returns text language plpgsql immutable as $$
begin
    return case
        when value is null then case when required then name || ': required' end
        when instant(value) is null then name || ': not a timestamp'
        when substr(value, 1, 4) not between '1970' and '2100' then name || ': out of range'
    end;
end $$;

create or replace function fault_of_word(name text, value text, words text[], required boolean)
        returns text language sql immutable as $$
    select case
        when value is null then case when required then name || ': required' end
        when lower(value) <> all (words)
            then name || ': not one of ' || array_to_string(words, ', ')
    end $$;

create or replace function fault_of_country(name text, value text)
        returns text language sql immutable as $$
    select case when value !~ '^[A-Za-z]{2}$' then name || ': not a country' end $$;

create or replace function fault_of_currency(name text, value text, expected text)
        returns text language sql immutable as $$
    select case
        when value is null then name || ': required'
        when value !~ '^[A-Za-z]{3}$' then name || ': not a currency'
        when upper(value) <> expected then name || ': expected ' || expected
    end $$;

create or replace function fault_of_email(name text, value text)
        returns text language sql immutable as $$
    select case
        when value !~ '^[^@ \u0001-\u001f\u007f-\u009f]+@[^@ \u0001-\u001f\u007f-\u009f]+$'
            then name || ': not an email'
        when length(value) not between 3 and 254 then name || ': too long'
    end $$;
