-- answer: rejected_texts
-- answers: rejected rows as they were, to be mended
-- parameters: run_id text, feed text
-- order: in which they were delivered: of two rows with one key the later has to count again
-- column source_file: path below the landing folder
-- column checksum: of the file's bytes; empty where the file is not on record
-- column line: on which the row starts
-- column reasons: everything that is wrong with it
-- column raw_row: its text; empty where the whole file was rejected
select
    q.source_file,
    coalesce(f.checksum, '') as checksum,
    q.source_line as line,
    q.reasons,
    coalesce(q.raw_row, '') as raw_row
from quarantine q
left join loaded_files f on f.source_file = q.source_file and f.ingested_at = q.ingested_at
where (cast($1 as text) is null or q.run_id = cast($1 as text))
  and q.feed = cast($2 as text)
order by q.ingested_at, q.source_line;
