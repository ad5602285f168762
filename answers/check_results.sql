-- answer: check_results
-- answers: what the quality checks of a run found
-- parameters: run_id text, only_failed boolean
-- order: failed errors first, then failed warnings, then what passed, by name
-- column check_name: the check
-- column table_name: the table that it looks at
-- column severity: error, which keeps a run from being published, or warning
-- column passed: whether it found nothing
-- column expected: what it expects, in words
-- column observed: what it found
-- column failing_rows: how many rows offend
-- column detail: the first failing keys
select
    check_name, table_name, severity, passed, expected, observed, failing_rows, detail
from quality_results
where run_id = cast($1 as text)
  and not (passed and coalesce(cast($2 as boolean), false))
order by passed, severity, check_name;
