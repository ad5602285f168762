"""The real program, run as a user would, for tests that cross rooms.

A test file is called `NAME_test.py PROGRAM [options of unittest]`; PROGRAM is build/cartograph
where it is left out. main() of this module takes it off the command line.
"""

import collections
import contextlib
import csv
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import engine

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
REFERENCE = HERE / "reference"
PROGRAM = HERE.parent / "build" / "cartograph"
TIME_LIMIT_SECONDS = 120
MESSAGE_BYTES_MAX = 100_000

sys.path.insert(0, str(REFERENCE))
csv.field_size_limit(64 << 20)

Result = collections.namedtuple("Result", "status out err seconds")

# What two runs of the same deliveries may differ in.
LINEAGE = ("run_id", "ingested_at")


def environment(changes=None):
    """This process's environment without the program's own variables, then the changes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARTOGRAPH_")}
    return kept | (changes or {})


def run(*arguments, env=None, cwd=None, limit=TIME_LIMIT_SECONDS, before=None):
    """Runs the program to its end; `before` is called in the new process before it starts."""
    start = time.monotonic()
    done = subprocess.run([PROGRAM, *map(str, arguments)], env=environment(env), cwd=cwd,
                          timeout=limit, preexec_fn=before, capture_output=True, check=False)
    return Result(done.returncode, done.stdout.decode(errors="replace"),
                  done.stderr.decode(errors="replace"), time.monotonic() - start)


def start(*arguments, env=None, cwd=None, **options):
    """Starts the program; the caller waits for it."""
    return subprocess.Popen([PROGRAM, *map(str, arguments)], env=environment(env), cwd=cwd,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


class TestCase(unittest.TestCase):
    """Has a folder of its own, and stores in it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cartograph-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def store(self, name="store", *options, env=None, data=None):
        return Store(self.folder / name, *options, env=env, data=data)

    def assert_status(self, result, expected):
        self.assertEqual(result.status, expected, f"standard error:\n{result.err[-4000:]}")

    def assert_message(self, result, status, *words):
        """The program ended with `status` and said each of these, in words that can be read."""
        self.assert_status(result, status)
        for word in words:
            self.assertTrue(str(word) in result.err,
                            f"'{word}' is not in the message:\n{result.err[-4000:]}")
        self.assertLess(len(result.err), MESSAGE_BYTES_MAX, "the message is too long to be read")

    def assert_published(self, result):
        self.assert_status(result, 0)
        self.assertIn(": published in ", result.out)

    def assert_nothing_new(self, result):
        self.assert_status(result, 0)
        self.assertIn(": nothing new", result.out)

    def assert_same(self, expected, actual, tables=None):
        """Two answers of Store.tables() are the same, in these tables or in all."""
        names = sorted(tables or set(expected) | set(actual))
        self.assertTrue(names)
        for name in names:
            left, right = expected.get(name), actual.get(name)
            if left == right:
                continue
            self.assertIsNotNone(left, f"{name} was not there before")
            self.assertIsNotNone(right, f"{name} is not there any more")
            lost = list((collections.Counter(left) - collections.Counter(right)).elements())
            new = list((collections.Counter(right) - collections.Counter(left)).elements())
            self.fail(f"{name}: {len(left)} rows expected, {len(right)} found\n"
                      f"  only expected: {lost[:5]}\n  only found: {new[:5]}")

    def assert_settled(self, store):
        """Nothing that a run works with lies about, the lake holds what staging holds, and run_log
        has each run once and none that is running. Returns {run_id: status}."""
        known = {store.warehouse.name, store.warehouse.name + ".lock", "fingerprints", "jobs",
                 "journal", "lake", "rejects", "reports", "tmp"}
        self.assertLessEqual({path.name for path in store.data.iterdir()}, known)
        self.assertEqual(list(store.data.glob("tmp/**/*")), [])
        self.assertEqual(list(store.data.glob("lake/.pending/*")), [])
        self.assertEqual(store.journal(), [], "the journal has runs that the log should have")
        self.assertEqual(store.unlike_lake(), [])
        runs = [(row["run_id"], row["status"])
                for row in store.query("select run_id, status from run_log order by started_at")]
        self.assertEqual(len(runs), len(dict(runs)), f"a run is in run_log twice: {runs}")
        self.assertLessEqual({status for _, status in runs}, {"published", "nothing_new", "failed"})
        return dict(runs)


class Store:
    """A landing folder, a data folder, and the program on them."""

    def __init__(self, folder, *options, env=None, data=None):
        self.landing = folder / "landing"
        self.data = data or folder / "data"
        self.warehouse = self.data / "warehouse.duckdb"
        self.options = ["--landing", self.landing, "--data", self.data, "--quiet", *options]
        self.env = env
        self.reports = False
        self._columns = None
        self.landing.mkdir(parents=True, exist_ok=True)

    def command(self, *arguments, **options):
        options["env"] = (self.env or {}) | (options.get("env") or {})
        return run(*self._command(arguments), **options)

    def _command(self, arguments):
        """With the options of the store. A run writes its report only where a test is about it."""
        words = [*arguments, *self.options]
        return words + ["--no-report"] if "run" in arguments[:1] and not self.reports else words

    def run(self, *arguments, **options):
        return self.command("run", *arguments, **options)

    def start(self, *arguments, env=None, **options):
        return start(*self._command(arguments), env=(self.env or {}) | (env or {}), **options)

    def land(self, source, *names):
        """Copies these paths below the folder `source`, or all of it, in."""
        for name in names or sorted(os.listdir(source)):
            path = pathlib.Path(source) / name
            if path.is_dir():
                shutil.copytree(path, self.landing / name, symlinks=True, dirs_exist_ok=True)
            else:
                target = self.landing / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target, follow_symlinks=False)

    def write(self, name, content):
        """Lands a file of text or bytes."""
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    @contextlib.contextmanager
    def landed(self, name, content):
        """Lands a file, and takes it away again."""
        path = self.write(name, content)
        try:
            yield path
        finally:
            path.unlink()

    def keep(self, name):
        """A copy of the data folder as it is now; back() takes it back."""
        copy = self.data.parent / f"kept-{name}"
        shutil.rmtree(copy, ignore_errors=True)
        if self.data.exists():
            shutil.copytree(self.data, copy)

    def back(self, name):
        shutil.rmtree(self.data, ignore_errors=True)
        copy = self.data.parent / f"kept-{name}"
        if copy.exists():
            shutil.copytree(copy, self.data)

    def split_lake(self, parts):
        """Has the warehouse built again from a lake of `parts` files a feed, as of so many runs."""
        for file in sorted(self.data.glob("lake/stg_*/*.parquet")):
            engine.query(*(f"copy (from '{file}' where source_line % {parts} = {part}) to "
                           f"'{file.parent}/{file.stem}-{part:02}.parquet'"
                           for part in range(parts)))
            file.unlink()
        result = self.command("rebuild", "--from", "lake")
        if result.status != 0:
            raise AssertionError(result.err)

    def holder(self):
        """The run that is at work, or was when it was killed."""
        last = self.journal()[-1:]
        return last[0]["run"] if last and "begins_micros" in last[0] else ""

    def journal(self):
        """The records that the journal of runs has, oldest first."""
        return [json.loads(line) for path in sorted(self.data.glob("journal/*.jsonl"))
                for line in path.read_text().splitlines() if line.endswith("}")]

    def query(self, sql):
        """Rows as dictionaries of text; null is the empty text."""
        result = self.command("query", sql, "--format", "csv")
        if result.status != 0:
            raise AssertionError(f"query: {result.err}")
        return list(csv.DictReader(io.StringIO(result.out, newline="")))

    def value(self, sql):
        return next(iter(self.query(sql)[0].values()))

    def columns(self):
        """{table: its columns} of the published state, views included."""
        if self._columns is None:
            self._columns = collections.defaultdict(list)
            for row in self.query(
                    "select table_name, column_name from information_schema.columns "
                    "where table_schema = current_schema() order by ordinal_position"):
                self._columns[row["table_name"]].append(row["column_name"])
        return self._columns

    def tables(self, without=()):
        """{table: its rows, each as one text, sorted}, leaving these columns out. What is large and
        never changes stands as its fingerprint."""
        sources = self._sources(without)
        calendar = {"calendar": sources.pop("calendar")} if "calendar" in sources else {}
        rows = {name: [] for name in sources}
        for row in self.query(" union all ".join(
                f"select '{name}' as name, content from {content}"
                for name, content in sources.items())):
            rows[row["name"]].append(row["content"])
        return ({name: sorted(content) for name, content in rows.items()}
                | (self._fingerprints(calendar) if calendar else {}))

    def fingerprints(self, without=()):
        """Like tables(), but of each table only how many rows it has and a hash of them."""
        return self._fingerprints(self._sources(without))

    def unlike_lake(self):
        """The tables whose rows are not those that the lake holds."""
        pairs = []
        for name, columns in self.columns().items():
            if not (name.startswith("stg_") or name in ("loaded_files", "quarantine")):
                continue
            pairs.append((name, self._content(f"published.{name}", columns)))
            if any(self.data.glob(f"lake/{name}/**/*.parquet")):
                files = f"{self.data}/lake/{name}/**/*.parquet"
                lake = self._content(f"read_parquet('{files}', hive_partitioning = false)", columns)
            else:
                lake = "(select '' as content where false) t"
            pairs.append((name, lake))
        found = [tuple(row) for row in engine.query(
            f"attach '{self.warehouse}' as published (read_only)",
            f"set variable lake = '{self.data}/lake/'",
            " union all ".join(self._fingerprint(name, content) for name, content in pairs))]
        return sorted({row[0] for row in found if found.count(row) != 2})

    def _sources(self, without=()):
        """{table: SQL that gives its rows as one column, content}."""
        kept = {name: [column for column in columns if column not in without]
                for name, columns in self.columns().items()}
        return {name: self._content(name, columns) for name, columns in kept.items() if columns}

    @staticmethod
    def _content(source, columns):
        return (f"(select cast(r as text) as content "
                f"from (select {', '.join(columns)} from {source}) r) t")

    @staticmethod
    def _fingerprint(name, content):
        return (f"select '{name}' as name, count(*) as rows, "
                "md5(coalesce(string_agg(content, chr(10) order by content), '')) as hash "
                f"from {content}")

    def _fingerprints(self, sources):
        return {row["name"]: [row["rows"], row["hash"]] for row in self.query(" union all ".join(
            self._fingerprint(name, content) for name, content in sources.items()))}

    def runs(self):
        """[(command, status)] of run_log, oldest first."""
        return [(row["command"], row["status"]) for row in self.query(
            "select command, status from run_log order by started_at, run_id")]


def derived(tables):
    """The names of dimensions and facts."""
    return [name for name in tables if name.startswith(("dim_", "fct_"))]


def delivered(tables):
    """The names of all that follows from the deliveries alone, apart from LINEAGE."""
    return [name for name in tables
            if name.startswith(("dim_", "fct_", "stg_", "orphan_"))
            or name in ("loaded_files", "quarantine")]


def pickup_order(landing):
    """Paths below `landing`, in the order in which a run picks files up."""
    landing = pathlib.Path(landing)
    files = [path for path in landing.rglob("*") if path.is_file() or path.is_symlink()]
    return sorted((str(path.relative_to(landing)) for path in files),
                  key=lambda name: os.fsencode(name).split(b"/"))


def faulty(call, kind):
    """The environment in which the program meets a fault at its Nth call that changes a file."""
    return {"LD_PRELOAD": str(fault_library()), "FAULT_CALL": str(call), "FAULT_KIND": kind,
            "ASAN_OPTIONS": "verify_asan_link_order=0"}


def calls_of(store, log, *command):
    """(name, path or "") of each call that changes a file, while the program does the command."""
    log.unlink(missing_ok=True)
    result = store.command(*command, env=faulty(0, "") | {"FAULT_LOG": str(log)})
    if result.status != 0:
        raise AssertionError(f"{command}: {result.err}")
    return [tuple(line.split(" ", 1)) if " " in line else (line, "")
            for line in log.read_text().splitlines()]


def publication(store, calls):
    """The number, from 1, of the call that publishes: the copy takes the warehouse's name."""
    return calls.index(("rename", str(store.warehouse))) + 1


def fault_library():
    """tests/faults as it was built beside the program."""
    return PROGRAM.parent / "libfault_at_call.so"


def main():
    """Runs the tests of the file that was called."""
    global PROGRAM
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and os.access(sys.argv[1], os.X_OK):
        PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
    engine.load_as_of(PROGRAM)
    unittest.main(verbosity=2)
