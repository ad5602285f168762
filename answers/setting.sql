-- answer: setting
-- answers: what is fixed with a warehouse, such as reporting_timezone
-- parameters: name text
-- order: the only row
-- column value: as it was given
select value
from settings
where name = cast($1 as text);
