-- answer: table_names
-- answers: which tables hold what was staged, rejected and published
-- parameters: none
-- order: by name
-- column table_name: a table
select table_name
from information_schema.tables
where table_schema = current_schema()
  and table_type in ('BASE TABLE', 'VIEW')
  and (strpos(table_name, 'stg_') = 1
       or strpos(table_name, 'dim_') = 1
       or strpos(table_name, 'fct_') = 1
       or table_name = 'quarantine')
order by table_name;
