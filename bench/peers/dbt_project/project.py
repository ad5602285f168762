"""Makes a dbt project of the SQL of ../duckdb_sql, each name of a model or source in it a ref() or
source(), and builds it. What an engine says in other words is given by the peer.
"""

import pathlib
import re
import shutil
import sys

from dbt.cli.main import dbtRunner

HERE = pathlib.Path(__file__).resolve().parent
SQL = HERE.parent / "duckdb_sql"
sys.path.insert(0, str(HERE.parent))
from landing import COLUMNS

STAGING = """
select {columns}
from {{{{ ref('base_{feed}') }}}}
where reasons = ''
"""


def staged_columns(feed):
    """What is kept of an accepted row. The currency is the same in all."""
    return ", ".join(("file_number", "row_number", *(
        name for name in COLUMNS[feed] if name != "currency")))


def with_refs(sql, models):
    """Plain SQL with the names of models and sources as dbt wants them."""
    def named(match):
        word, name = match.groups()
        if name.startswith("raw_"):
            return f"{word} {{{{ source('landing', '{name}') }}}}"
        return f"{word} {{{{ ref('{name}') }}}}" if name in models else match[0]
    return re.sub(r"\b(from|join) (\w+)", named, sql)


def make(folder, profiles, base):
    """`base` makes the select of a base model of a feed and its staging SQL."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("base", "staging", "marts"):
        (folder / "models" / name).mkdir(parents=True)
    (folder / "tests").mkdir()
    shutil.copy(profiles, folder)
    shutil.copy(HERE / "dbt_project.yml", folder)
    shutil.copy(HERE / "sources.yml", folder / "models")
    marts = {path.stem: path.read_text() for path in (SQL / "marts").glob("*.sql")}
    models = marts.keys() | {f"stg_{feed}" for feed in COLUMNS}
    for feed in COLUMNS:
        select = (SQL / "staging" / f"{feed}.sql").read_text()
        (folder / f"models/base/base_{feed}.sql").write_text(with_refs(base(feed, select), models))
        (folder / f"models/staging/stg_{feed}.sql").write_text(
            STAGING.format(feed=feed, columns=staged_columns(feed)))
    for name, select in marts.items():
        (folder / f"models/marts/{name}.sql").write_text(with_refs(select, models))
    for path in (SQL / "checks").glob("*.sql"):
        (folder / "tests" / path.name).write_text(with_refs(path.read_text(), models))


def build(folder):
    if not dbtRunner().invoke(["build", "--project-dir", str(folder), "--profiles-dir",
                               str(folder), "--quiet"]).success:
        raise SystemExit(f"dbt build failed; its log is in {folder / 'logs'}")


def refused_rows_sql():
    """How many rows the quarantine and the base models hold back."""
    bad = " + ".join(f"(select count(*) from base_{feed} where reasons <> '')" for feed in COLUMNS)
    return f"select count(*) + {bad} from quarantine"
