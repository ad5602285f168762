-- answer: run_files
-- answers: which files a run loaded
-- parameters: run_id text
-- order: in the order in which they were picked up
-- column source_file: path below the landing folder
-- column feed: the feed that it is of
-- column landing_date: the day on which it landed
-- column bytes: its size
-- column rows_read: rows in it
-- column rows_staged: rows that are valid
-- column rows_quarantined: rows that were rejected
select source_file, feed, landing_date, bytes, rows_read, rows_staged, rows_quarantined
from loaded_files
where run_id = cast($1 as text)
order by ingested_at;
