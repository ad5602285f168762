-- answer: landed_rows
-- answers: which feeds were delivered for which days, and how much of them was rejected
-- parameters: from date, to date
-- order: by feed and landing date
-- column feed: which of the six
-- column landing_date: the day whose folder the files lie in
-- column rows_read: rows of its files, of each path's latest delivery
-- column rows_quarantined: of these, rejected
with latest as (
    select
        feed, landing_date, rows_read, rows_quarantined,
        row_number() over (partition by source_file order by ingested_at desc) as recency
    from loaded_files
    where landing_date between cast($1 as date) and cast($2 as date)
)
select
    feed,
    landing_date,
    cast(sum(rows_read) as bigint) as rows_read,
    cast(sum(rows_quarantined) as bigint) as rows_quarantined
from latest
where recency = 1
group by feed, landing_date
order by feed, landing_date;
