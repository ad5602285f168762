-- What tells this warehouse from others: a lake belongs to one.
insert into settings
select 'warehouse_id' as name, cast(gen_random_uuid() as text) as value;
