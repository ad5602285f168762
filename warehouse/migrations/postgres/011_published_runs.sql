-- Which run is published is asked for again and again, by every reader and watch.

create index on run_log (started_at desc, run_id desc) where status = 'published';
