"""Reads the files of a landing folder into raw rows of text with DuckDB's own readers: CSV files of
one header together, since a rejected line is only kept where the columns are given, and JSON.
"""

import collections
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import landing

CSV = """
select {columns}, filename
from read_csv([{paths}], columns={{{types}}}, header=true, auto_detect=false, delim=',',
              quote='"', escape='"', filename=true, store_rejects=true, rejects_limit=0,
              max_line_size=33554432)
"""
JSON = """
select {columns}, filename
from read_json_objects([{paths}], format='{format}', filename=true, ignore_errors={ignore})
"""
RAW = """
select
    n.file_number, row_number() over () as row_number, {cleaned},
    {{{members}}} as raw_row
from ({read}) r
join new_files n on n.path = r.filename
"""


def quoted(texts):
    return ", ".join("'" + str(text).replace("'", "''") + "'" for text in texts)


def readable(file, folder):
    """The path of a file that DuckDB's readers take, and its header. The strict one of CSV stops at
    files whose line ends differ, and that of JSON does not take a byte order mark."""
    content = file.path.read_bytes()
    path = file.path
    if b"\r" in content or content.startswith(b"\xef\xbb\xbf"):
        content = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
        path = pathlib.Path(folder) / file.name.replace("/", "_")
        path.write_bytes(content)
    if file.format != "csv":
        return path, ()
    return path, tuple(landing.header(content[:10_000].decode(errors="replace"), file))


def selects(connection, landing_folder, folder):
    """Fills new_files with what is not in loaded_files. Yields for each group of files its feed and
    the query that reads it; a file whose line ends are mixed is rewritten into `folder`."""
    known = dict(connection.execute("select source_file, file_number from loaded_files").fetchall())
    groups = collections.defaultdict(list)
    rows = []
    for file in landing.files(landing_folder):
        if file.name not in known:
            path, header = readable(file, folder)
            groups[file.feed, file.format, header].append(path)
            rows.append((len(known) + len(rows) + 1, file.name, str(path)))
    connection.execute("create or replace temp table new_files"
                       " (file_number integer, source_file text, path text)")
    if rows:
        connection.executemany("insert into new_files values (?, ?, ?)", rows)
    for (feed, file_format, header), paths in groups.items():
        yield feed, select(feed, file_format, header, paths)


def select(feed, file_format, header, paths):
    columns = landing.COLUMNS[feed]
    if file_format == "csv":
        read = CSV.format(
            columns=", ".join(name if name in header else f"cast(null as text) as {name}"
                              for name in columns),
            types=", ".join(f"{name!r}: 'varchar'" for name in header), paths=quoted(paths))
    else:
        read = JSON.format(
            columns=", ".join(f"json ->> '{name}' as {name}" for name in columns),
            paths=quoted(paths), format="array" if file_format == "json" else "newline_delimited",
            ignore=str(file_format == "jsonl").lower())
    return RAW.format(cleaned=", ".join(f"clean({name}) as {name}" for name in columns),
                      members=", ".join(f"'{name}': {name}" for name in columns), read=read)


REJECTS = """
select distinct on (n.file_number, e.line)
    n.file_number, e.line as row_number, '{feed}' as feed,
    'row: ' || lower(e.error_type) as reasons, e.csv_line as raw_row
from reject_errors e
join reject_scans s on s.scan_id = e.scan_id and s.file_id = e.file_id
join new_files n on n.path = s.file_path
where trim(e.csv_line, e' \\t') <> ''
"""


def keep_rejects(connection, feed):
    """Puts the lines that the last reading could not read into quarantine."""
    tables = {name for (name,) in connection.execute(
        "select table_name from duckdb_tables() where temporary").fetchall()}
    if "reject_errors" in tables:
        connection.execute("insert into quarantine " + REJECTS.format(feed=feed))
        connection.execute("drop table reject_errors")
        connection.execute("drop table reject_scans")
