#!/usr/bin/env python3
"""The pages that cartograph docs writes are the committed ones, and a warehouse has their sentences
as comments. Called as tests/program.py says."""

import pathlib
import re

import program

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = ("data-dictionary.md", "api-reference.md")


def described():
    """(table, column, sentence) of the committed data dictionary."""
    text = (ROOT / "docs/data-dictionary.md").read_text(encoding="utf-8")
    for table, body in re.findall(r"(?ms)^### (\w+)$(.*?)(?=^##|\Z)", text):
        for column, sentence in re.findall(r"(?m)^\| `(\w+)` \|.* \| (.*) \|$", body):
            yield table, column, sentence.replace("\\|", "|")


class WrittenPages(program.TestCase):
    def test_are_the_committed_ones(self):
        written = program.run("docs", "--out", self.folder / "new" / "pages")
        self.assert_status(written, 0)
        for name in PAGES:
            with self.subTest(page=name):
                self.assertEqual((self.folder / "new" / "pages" / name).read_text(encoding="utf-8"),
                                 (ROOT / "docs" / name).read_text(encoding="utf-8"),
                                 f"docs/{name} is stale; renew it with: build/cartograph docs")

    def test_that_cannot_be_written_are_an_error_with_a_way_out(self):
        (self.folder / "file").write_text("in the way")
        result = program.run("docs", "--out", self.folder / "file")
        self.assert_message(result, 1, "cannot make the folder", "choose another --out")
        (self.folder / "pages" / PAGES[0]).mkdir(parents=True)
        result = program.run("docs", "--out", self.folder / "pages")
        self.assert_message(result, 1, f"cannot write {self.folder}/pages/{PAGES[0]}")

    def test_need_no_warehouse_and_touch_none(self):
        result = program.run("docs", "--out", self.folder / "pages",
                             "--data", self.folder / "data", cwd=self.folder)
        self.assert_status(result, 0)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["pages"])


class Comments(program.TestCase):
    def test_of_a_published_warehouse_are_the_dictionary(self):
        shop = self.store()
        shop.land(program.GOLDEN / "landing")
        self.assert_published(shop.run())
        stored = {(row["table_name"], row["column_name"]): row["comment"] for row in shop.query(
            "select table_name, column_name, comment from duckdb_columns() "
            "where not internal and comment is not null")}
        expected = {(table, column): sentence for table, column, sentence in described()}
        self.assertGreater(len(expected), 200)
        self.assertEqual(stored, expected)


if __name__ == "__main__":
    program.main()
