"""docs/add-a-feed.md is all that a new feed takes: its own blocks are put where it says in a copy of
the repository, which is built, and the file that it shows is landed: the first run publishes it,
and what counts all staging tables counts it.

Needs what building needs; ccache keeps it short.
"""

import pathlib
import re
import shutil
import subprocess
import sys

import program
import repository_rules

ROOT = pathlib.Path(__file__).resolve().parent.parent


def blocks(page, language):
    """The code blocks of a page in this language, without the indentation of their list."""
    found = re.findall(rf"(?ms)^( *)```{language}\n(.*?)^ *```", page)
    return [re.sub(rf"(?m)^{indent}", "", text) for indent, text in found]


class AddAFeed(program.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.page = (ROOT / "docs/add-a-feed.md").read_text(encoding="utf-8")

    def copy_of_the_repository(self):
        copy = self.folder / "copy"
        for path in repository_rules.Tree(str(ROOT)).paths:
            target = copy / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, target)
        if (ROOT / "node_modules").exists():
            (copy / "node_modules").symlink_to(ROOT / "node_modules")
        return copy

    def add_contract(self, copy):
        struct, all_feeds = blocks(self.page, "cpp")
        feeds = copy / "contracts/feeds.hpp"
        text = feeds.read_text(encoding="utf-8")
        text, replaced = re.subn(r"(?s)/// All row types.*?using AllFeeds =.*?;\n",
                                 lambda old: struct + "\n" + all_feeds, text)
        self.assertEqual(replaced, 1)
        feeds.write_text(text, encoding="utf-8")

    def build(self, copy):
        for command in (["cmake", "--preset", "release"],
                        ["cmake", "--build", "--preset", "release", "--target", "cartograph"]):
            built = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
            self.assertEqual(built.returncode, 0, (built.stdout + built.stderr)[-5000:])

    def test_by_its_page_alone(self):
        copy = self.copy_of_the_repository()
        self.add_contract(copy)
        self.build(copy)
        place = re.search(r"`(try/landing/\S+)`", self.page)[1]
        (copy / place).parent.mkdir(parents=True)
        (copy / place).write_text(blocks(self.page, "csv")[0], encoding="utf-8")
        first, *commands = blocks(self.page, "sh")[0].splitlines()
        self.assertEqual(first, "make build")
        said = [subprocess.run(command, shell=True, cwd=copy, capture_output=True, text=True,
                               check=True, env=program.environment()).stdout
                for command in commands]
        run, staged, rejected, null_shares = said
        self.assertIn("published", run)
        self.assertIn("G-1", staged)
        self.assertNotIn("G-3", staged)
        self.assertIn("amount: ", rejected)
        self.assertRegex(null_shares, r"stg_gift_cards\W+order_id\W+2\W+1\W+1")

        for arguments in (["check"], ["rebuild"], ["rebuild", "--from", "lake"]):
            subprocess.run([copy / "build/cartograph", *arguments, "--data", "try/data"], cwd=copy,
                           capture_output=True, check=True, env=program.environment())
        accounted = subprocess.run(
            [copy / "build/cartograph", "query", "--data", "try/data", "--format", "csv",
             "select f.rows_staged, q.passed from loaded_files f join quality_results q "
             "on q.run_id = f.run_id where q.check_name = 'file_rows_accounted'"],
            cwd=copy, capture_output=True, text=True, check=True, env=program.environment())
        self.assertEqual(accounted.stdout.split(), ["rows_staged,passed", "2,true"])


if __name__ == "__main__":
    program.main()
