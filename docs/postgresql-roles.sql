-- The roles of a database: a writer for runs, a reader for the API and BI tools. To be run once, by
-- the database's owner: psql -v schema=cartograph -f docs/postgresql-roles.sql DATABASE
-- Passwords are set afterwards: \password cartograph_writer

create role cartograph_writer login;
create role cartograph_reader login;

create schema if not exists :schema authorization cartograph_writer;

-- On a cluster, the tables in which a run works lie in a schema beside it.
select count(*) > 0 as is_cluster from pg_extension where extname = 'citus' \gset
\if :is_cluster
\set work_schema :schema _work
create schema if not exists :work_schema authorization cartograph_writer;
\endif

-- A reader sees what there is, and what later migrations bring.
grant usage on schema :schema to cartograph_reader;
grant select on all tables in schema :schema to cartograph_reader;
alter default privileges for role cartograph_writer in schema :schema
    grant select on tables to cartograph_reader;

-- Whatever a tool sends, it changes nothing and finds the tables without naming the schema.
alter role cartograph_reader set default_transaction_read_only = on;
alter role cartograph_reader set search_path = :schema;

-- Alike on all nodes of a cluster, to which a role's settings go with it: what one of them writes
-- for a dump, the others read.
alter role cartograph_reader set timezone = 'UTC';
alter role cartograph_reader set datestyle = 'ISO, YMD';
alter role cartograph_writer set timezone = 'UTC';
alter role cartograph_writer set datestyle = 'ISO, YMD';
