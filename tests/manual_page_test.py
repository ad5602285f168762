"""The manual page: what groff and man say of it, and that it has all that --help has."""

import re
import shutil
import subprocess
import unittest

import program


def page():
    return program.run("manual-page").out


@unittest.skipUnless(shutil.which("groff"), "groff is not installed")
class ManualPage(program.TestCase):
    def read(self):
        """As a reader sees it, in one line: words and hyphens only."""
        shown = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou", "-rLL=200n"], input=page(),
                               capture_output=True, text=True, check=True)
        return " ".join(shown.stdout.split())

    def test_has_no_warnings(self):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z"], input=page(),
                              capture_output=True, text=True, check=True)
        self.assertEqual(done.stderr, "")

    @unittest.skipUnless(shutil.which("man"), "man is not installed")
    def test_is_a_page_to_man(self):
        file = self.folder / "cartograph.1"
        file.write_text(page())
        done = subprocess.run(["man", "--warnings", "--local-file", file], capture_output=True,
                              text=True, check=True, env=program.environment({"LC_ALL": "C.UTF-8"}))
        self.assertEqual(done.stderr, "")
        self.assertIn("EXIT", done.stdout.upper())
        if shutil.which("lexgrog"):  # what apropos finds it by
            named = subprocess.run(["lexgrog", file], capture_output=True, text=True, check=True)
            self.assertIn('"cartograph - turns ', named.stdout)

    def expect_command(self, text, *command):
        helped = program.run(*command, "--help").out
        if "Subcommands:" in helped:
            listed = helped.split("Subcommands:")[1]
            for below in re.findall(r"(?m)^  ([a-z-]+)  ", listed):
                self.expect_command(text, *command, below)
            return
        with self.subTest(command=command):
            own = text.split(f" cartograph {' '.join(command)} ")[1]
            description = " ".join(helped.split("\nUsage:")[0].split())
            self.assertIn(description, own)
            for option in re.findall(r"(?m)^  (?:-\w,)?(--[a-z-]+)", helped):
                self.assertIn(option, text if option == "--help" else own)

    def test_has_every_command_and_option_with_the_text_of_help(self):
        self.expect_command(self.read())


if __name__ == "__main__":
    program.main()
