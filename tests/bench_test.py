"""`make bench` at a tiny size: everything is measured, written, and drawn."""

import json
import subprocess
import sys
import unittest
import xml.etree.ElementTree

import program

BENCH = program.HERE.parent / "bench" / "bench.py"
TINY = ("--orders", 100, "--days", 4, "--histories", 1, "--rounds", 1, "--seconds", 0.001)
SVG = "{http://www.w3.org/2000/svg}"


class Bench(program.TestCase):
    def test_everything_is_measured_and_drawn(self):
        result = self.folder / "bench.json"
        done = subprocess.run(
            [sys.executable, BENCH, program.PROGRAM, *map(str, TINY), "--json", result],
            capture_output=True, text=True, check=False, env=program.environment())
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(result.read_text())
        measured = {(row["what"], row["engine"]): row for row in found["processes"]}
        works = {(what, engine) for what in ("full load", "rebuild", "night")
                 for engine in ("DuckDB", "PostgreSQL")}
        self.assertEqual(measured.keys(), {("generate", "")} | works)
        for row in measured.values():
            self.assertGreater(min(row[name] for name in ("cpu_s", "wall_s", "peak_mb", "rows")),
                               0, row)
        # Both engines did the same work.
        for what in ("full load", "night"):
            self.assertEqual(measured[what, "DuckDB"]["rows"], measured[what, "PostgreSQL"]["rows"])
        self.assertGreater(measured["full load", "DuckDB"]["rows"],
                           measured["night", "DuckDB"]["rows"])
        inside = {(row["what"], row["of"]): row for row in found["inside"]}
        for key in (("floor", "orders csv"), ("decode", "orders csv"), ("into_parquet", ""),
                    ("into_duckdb", ""), ("into_postgres", "")):
            self.assertGreater(inside[key]["mb_per_cpu_s"], 0, key)
        self.assertIn("| night | PostgreSQL |", done.stdout)
        drawn = xml.etree.ElementTree.parse(result.with_suffix(".svg")).getroot()
        texts = [element.text for element in drawn.iter(SVG + "text")]
        for text in ("Full load", "Night", "DuckDB", "PostgreSQL"):
            self.assertIn(text, texts)


if __name__ == "__main__":
    program.main()
