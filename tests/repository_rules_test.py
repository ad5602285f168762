#!/usr/bin/env python3
# Proves that the repository keeps its rules, and of each rule that it bites: plants violations, one
# at a time, in a temporary copy of the repository and expects the program to name file, line and
# rule. A rule without a planted violation fails too.

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import repository_rules

PROGRAM = os.path.abspath(repository_rules.__file__)
ROOT = os.path.dirname(os.path.dirname(PROGRAM))
HEAD = "// A planted file.\n"
CHANGES = "pipelines/changes/900_planted.sql"
CHANGES_HEAD = "-- makes: new_days\n-- grain: a row\n-- reads: dim_date\n-- decides: nothing\n"
CHANGES_BODY = "insert into new_days (date)\nselect date\nfrom dim_date;\n"
MODEL = "pipelines/models/901_planted.sql"
MODEL_HEAD = "-- fills: fct_planted\n-- grain: a row\n-- reads: dim_date\n-- decides: nothing\n"
MODEL_BODY = "insert into fct_planted (date)\nselect date\nfrom dim_date;\n"
CHECK = ("\n-- check: planted\n-- table: dim_date\n-- severity: error\n-- scope: all\n"
         "-- expects: Nothing.\nselect 'a' as failing_key, 'b' as observed from dim_date\n"
         "where false;\n")
SPLIT = "TO", "DO"  # apart, because this file keeps the rules too


class Planted:
    """What is done to the copy, and the line at which the program has to object."""

    def __init__(self, path, text, line, append=False):
        self.path = path
        self.text = text
        self.line = line
        self.append = append


def source(path, text, line):
    return Planted(path, HEAD + text, line)


def end_of(path, text):
    """Adds `text` at the end of a file; the objection is expected at its first line."""
    return Planted(path, text, None, append=True)


PLANTED = {
    "include-direction": [
        source("base/planted.cpp", '#include "contracts/feed.hpp"\n', 2),
        source("contracts/planted.cpp", '#include "warehouse/warehouse.hpp"\n', 2),
        source("quality/planted.cpp", '#include "pipelines/models.hpp"\n', 2),
        source("cli/planted.cpp", '#include "commands.hpp"\n', 2),
        source("attic/planted.cpp", "", 1),
    ],
    "engine-behind-its-door": [
        source("ingestion/planted.cpp", '#include "warehouse/duckdb/session.hpp"\n', 2),
    ],
    "own-header-first": [
        Planted("base/log.cpp", '// Log.\n#include <string>\n#include "base/log.hpp"\n', 2),
    ],
    "pragma-once": [source("base/planted.hpp", "\n#include <string>\n", 3)],
    "head-comment": [
        Planted("base/planted.cpp", "int planted;\n", 1),
        Planted("base/planted.hpp", HEAD * 7 + "#pragma once\n", 1),
        Planted("quality/everything.sql", "select 1;\n", 1),
        Planted("tests/planted.py", "import sys\n", 1),
    ],
    "no-sql-in-cli": [
        source("cli/planted.cpp", 'const char* kPlanted = "select 1 from dim_date";\n', 2),
        source("cli/planted.cpp", 'const char* kPlanted =\n    "delete from dim_date";\n', 3),
    ],
    "forbidden-name": [
        source("base/string_utils.cpp", "", 1),
        source("common/planted.cpp", "", 1),
        source("base/planted.cpp", "class SessionManager {};\n", 2),
        source("base/planted.cpp", "enum class MiscKind { one };\n", 2),
        Planted("docs/misc.md", "# A\n", 1),
    ],
    "dead-source": [
        source("base/planted.hpp", "#pragma once\n", 1),
        source("docs/planted.cpp", "", 1),
        Planted("warehouse/planted.sql", "-- A planted file.\n", 1),
        Planted("quality/planted.sql", "-- A planted file.\n", 1),
    ],
    "dead-script": [Planted("tests/planted_" + "script.py", "# A planted file.\n", 1)],
    "dead-page": [
        Planted("docs/planted.md", "# A page\n", 1),
        Planted("docs/planted.sql", "-- A planted file.\n", 1),
    ],
    "broken-link": [
        end_of("README.md", "[a](docs/no-such-page.md)\n"),
        end_of("README.md", "[a](HACKING.md#no-such-heading)\n"),
    ],
    "stale-drawing": [
        Planted("docs/system-design.dot", "digraph system {}\n", 1),
        Planted("docs/planted.dot", "digraph planted {}\n", 1),
    ],
    "undocumented": [
        Planted("warehouse/migrations/all/900_planted.sql",
                "-- A planted file.\n\ncreate table fct_planted (\n    date date,\n"
                "    planets bigint\n);\n", 4),
        Planted("warehouse/migrations/all/900_planted.sql",
                "-- A planted file.\n\nalter table dim_date add column planets bigint;\n", 3),
        source("cli/planted.cpp", 'auto* c = app.add_subcommand(\n    "plant", "Plants");\n', 3),
        source("cli/config.cpp", 'Key k{"store.planet", "a planet"};\n', 2),
    ],
    "model-header": [
        Planted(CHANGES, CHANGES_HEAD.replace("-- grain: a row\n", "") + CHANGES_BODY, 2),
        Planted(CHANGES, CHANGES_HEAD.replace("makes", "fills") + CHANGES_BODY, 1),
        Planted(MODEL, MODEL_HEAD.replace("fills", "makes") + MODEL_BODY, 1),
        Planted("pipelines/models/planted.sql", MODEL_HEAD + MODEL_BODY, 1),
    ],
    "model-reads": [
        Planted(CHANGES, CHANGES_HEAD.replace("dim_date", "dim_date, dim_planet") + CHANGES_BODY, 3),
        Planted(MODEL, MODEL_HEAD.replace("dim_date", "dim_date, fct_orders") + MODEL_BODY, 3),
        Planted(MODEL, MODEL_HEAD + MODEL_BODY.replace(";", "\njoin fct_orders on true;"), 8),
    ],
    "model-writes": [
        Planted(CHANGES, CHANGES_HEAD.replace("new_", "old_") + CHANGES_BODY, 1),
        Planted(CHANGES, CHANGES_HEAD + CHANGES_BODY + "delete from dim_date;\n", 8),
        Planted(MODEL, MODEL_HEAD.replace("planted", "planned") + MODEL_BODY, 1),
        Planted(MODEL, MODEL_HEAD + MODEL_BODY + "update dim_date set year = 1;\n", 8),
        Planted(MODEL, MODEL_HEAD + MODEL_BODY + "delete from fct_orders;\n", 8),
        Planted(MODEL, MODEL_HEAD.replace("planted", "planted, new_days") + MODEL_BODY
                + CHANGES_BODY, 8),
        Planted(CHANGES, CHANGES_HEAD + "create temp table new_days as\nselect date\n"
                "from dim_date;\n", 5),
        Planted(MODEL, MODEL_HEAD.replace("planted", "planted, dim_date") + MODEL_BODY
                + "delete from dim_date;\n", 1),
        Planted(MODEL, MODEL_HEAD.replace("fct_planted", "dim_date")
                + MODEL_BODY.replace("fct_planted", "dim_date"), 1),
        Planted("pipelines/models/100_planted.sql", MODEL_HEAD + MODEL_BODY, 1),
    ],
    "changes-are-temporary": [
        Planted(CHANGES, CHANGES_HEAD.replace("new_days", "new_days, dim_customer")
                + CHANGES_BODY + "delete from dim_customer;\n", 1),
        end_of("pipelines/work_tables.sql", "create temp table new_planted (date date);\n"),
    ],
    "border-of-nodes": [
        Planted(CHANGES, CHANGES_HEAD + CHANGES_BODY + "select date\nfrom changed_days c\n"
                "left join fct_orders o on o.sold_date = c.date;\n", 10),
        Planted(CHANGES, CHANGES_HEAD + CHANGES_BODY + "select date\nfrom changed_days\n"
                "where exists (select 1 from fct_orders o);\n", 10),
        Planted(MODEL, MODEL_HEAD + "delete from fct_orders\nwhere not exists (\n    select 1\n"
                "    from changed_days c\n    where c.date = fct_orders.sold_date\n);\n", 6),
        Planted(MODEL, MODEL_HEAD + "with a as (\n    select date\n    from dim_date\n)\n"
                "select 1\nfrom a\nfull join fct_returns r on r.returned_date = a.date;\n", 11),
        Planted(MODEL, MODEL_HEAD + "select 1\nfrom (select 1 as sku) s\n"
                "left join fct_inventory_daily f on f.sku = s.sku;\n", 7),
        end_of("quality/checks.sql", "select 1 from fct_orders o left join dim_customer c on true;"
               "\n"),
        end_of("warehouse/migrations/all/008_orphan_views.sql",
               "create view planted as select 1 from fct_orders right join dim_date on true;\n"),
    ],
    "sql-lower-case": [
        Planted(MODEL, MODEL_HEAD + MODEL_BODY.replace("select", "SELECT"), 6),
        source("cli/planted.cpp", 'auto sql = "SELECT 1";\n', 2),
    ],
    "check-fields": [
        Planted("quality/checks.sql", CHECK.replace("-- scope: all\n", ""), 5),
        Planted("quality/checks.sql", CHECK.replace("severity: error", "severity: fatal"), 4),
        Planted("quality/checks.sql", CHECK.replace("table: dim_date", "table: dim_planet"), 3),
        Planted("quality/checks.sql", CHECK.replace("failing_key", "failing"), 2),
        Planted("quality/checks.sql", CHECK + CHECK, 10),
    ],
    "line-length": [
        source("base/planted.cpp", "// " + "a" * 98 + "\n", 2),
        Planted(MODEL, MODEL_HEAD + "-- " + "a" * 98 + "\n" + MODEL_BODY, 5),
    ],
    "banner": [
        source("base/planted.cpp", "// " + "=" * 40 + "\n", 2),
        Planted("tests/planted.py", "# A file.\n#" + "-" * 40 + "\n", 2),
    ],
    "unfinished": [
        source("base/planted.cpp", "// " + "".join(SPLIT) + ": the rest\n", 2),
        end_of("README.md", "FIX" + "ME\n"),
        end_of("Makefile", "# X" + "XX\n"),
    ],
    "machine-path": [
        source("base/planted.cpp", 'auto path = "/' + 'tmp/x";\n', 2),
        end_of("README.md", "See /" + "work/notes.\n"),
    ],
    "lock-address": [end_of("package-lock.json", '"resolved": "here"\n')],
    "sql-in-commands": [
        source("cli/planted.cpp", 'auto sql = "select 1";\n', 2),
        source("cli/planted.cpp", 'auto sql =\n    "with a as (select 1) select 2";\n', 3),
        source("cli/planted.cpp", 'auto sql = "drop table fct_orders";\n', 2),
    ],
    "test-place": [source("base/planted_test.cpp", "", 1)],
    "trailing-space": [
        source("base/planted.cpp", "int planted; \n", 2),
        source("base/planted.cpp", "int planted;", 2),
    ],
    "file-size": [Planted("tests/golden/planted.csv", "1\n" * 1_000_000, 1)],
}


def run(root):
    """The program's exit status and its lines as (path, line, rule)."""
    done = subprocess.run([sys.executable, PROGRAM, root], capture_output=True, text=True,
                          check=False)
    found = set()
    for text in done.stdout.splitlines():
        path, line, rule, _ = text.split(":", 3)
        found.add((path, int(line), rule.strip()))
    return done.returncode, found


class RepositoryRules(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.copy = os.path.join(cls.folder.name, "copy")
        tree = repository_rules.Tree(ROOT)
        for path in tree.paths + [".gitignore"]:
            target = os.path.join(cls.copy, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy(os.path.join(ROOT, path), target)
        cls.found_before = cls.found(*repository_rules.RULES)

    @classmethod
    def found(cls, *rules):
        tree = repository_rules.Tree(cls.copy)
        return {(path, line, name) for name in rules
                for path, line, _ in repository_rules.RULES[name](tree)}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def plant(self, planted):
        """Writes the violation; gives the line at which it stands."""
        path = os.path.join(self.copy, planted.path)
        before = None
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                before = file.read()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a" if planted.append else "w", encoding="utf-8") as file:
            file.write(planted.text)
        self.addCleanup(self.restore, path, before)
        return before.count("\n") + 1 if planted.append else planted.line

    def restore(self, path, before):
        if before is None:
            os.remove(path)
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(before)

    def test_the_repository_keeps_its_rules(self):
        found = [f"{v.path}:{v.line}: {v.rule}: {v.message}"
                 for v in repository_rules.violations(ROOT)]
        self.assertEqual("\n".join(found), "")

    def test_every_rule_has_a_planted_violation(self):
        self.assertEqual(set(PLANTED), set(repository_rules.RULES))

    def test_every_planted_violation_is_found(self):
        for name, plants in PLANTED.items():
            for planted in plants:
                with self.subTest(rule=name, path=planted.path, text=planted.text[:200]):
                    line = self.plant(planted)
                    found = self.found(name)
                    self.doCleanups()
                    self.assertIn((planted.path, line, name), found - self.found_before)

    def test_the_program_prints_what_it_finds_and_fails(self):
        self.plant(source("base/planted.cpp", "int planted; \n", 2))
        status, found = run(self.copy)
        self.assertEqual(status, 1)
        self.assertIn(("base/planted.cpp", 2, "trailing-space"), found)

    def test_a_clean_model_and_check_are_accepted(self):
        self.plant(Planted(CHANGES, CHANGES_HEAD + CHANGES_BODY, None))
        self.plant(Planted(MODEL, MODEL_HEAD + MODEL_BODY, None))
        self.plant(end_of("quality/checks.sql", CHECK))
        self.assertEqual(self.found(*repository_rules.RULES) - self.found_before, set())

    def test_a_folder_that_is_not_there_is_wrong_usage(self):
        self.assertEqual(run(os.path.join(self.copy, "no-such-folder"))[0], 2)


if __name__ == "__main__":
    unittest.main()
