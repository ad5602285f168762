"""Completion scripts are loaded by the shells themselves, and complete what --help tells of.

zsh completes only on a terminal: it gets one. A shell that is not installed is passed over.
"""

import os
import pty
import re
import select
import shutil
import subprocess
import time
import unittest

import program

SHELL_SECONDS_MAX = 20


def script(shell):
    return program.run("completion", shell).out


def help_of(*command):
    return program.run(*command, "--help").out


def commands_of(*command):
    """Names below "Subcommands:" of what --help prints."""
    listed = help_of(*command).split("Subcommands:\n", 1)[1].split("\n\n")[0]
    return re.findall(r"(?m)^  ([a-z-]+)", listed)


def options_of(*command):
    return re.findall(r"(?m)^  (?:-\w,)?(--[a-z-]+)", help_of(*command))


class Completions:
    """What all three shells have to offer; `complete(line)` is the shell's own doing."""

    def complete(self, line):
        raise NotImplementedError

    def test_offers_every_command_that_help_lists(self):
        self.assertEqual(set(self.complete("cartograph ")), set(commands_of()))
        self.assertIn("completion", commands_of())
        self.assertEqual(set(self.complete("cartograph quarantine ")), {"list", "export"})
        self.assertEqual(set(self.complete("cartograph key ")), {"add", "list", "revoke"})

    def test_completes_the_beginning_of_a_command(self):
        self.assertEqual(self.complete("cartograph quar"), ["quarantine"])

    def test_offers_the_options_of_each_command_and_those_of_all(self):
        of_all = {name for name in options_of() if name != "--version"}
        for command in commands_of():
            for below in [[]] if "Subcommands:" not in help_of(command) else [
                    [name] for name in commands_of(command)]:
                path = [command, *below]
                with self.subTest(command=path):
                    self.assertEqual(set(self.complete(f"cartograph {' '.join(path)} --")),
                                     of_all | set(options_of(*path)))

    def test_offers_the_values_of_an_option_with_a_fixed_choice(self):
        choices = {"table", "csv", "json"}
        self.assertEqual(set(self.complete("cartograph query --format ")), choices)
        self.assertEqual(self.complete("cartograph query --format cs"), ["csv"])
        self.assertEqual(set(self.complete("cartograph explain day --format ")), {"text", "json"})
        self.assertEqual(set(self.complete("cartograph rebuild --from ")), {"staging", "lake"})
        self.assertIn("order_items", self.complete("cartograph quarantine list --feed "))
        self.assertEqual(set(self.complete("cartograph completion ")), {"bash", "zsh", "fish"})

    def test_looks_for_the_command_behind_options_and_their_values(self):
        line = "cartograph --landing run --log-format=json --quiet quarantine "
        self.assertEqual(set(self.complete(line)), {"list", "export"})
        self.assertEqual(set(self.complete("cartograph run --log-format ")), {"text", "json"})

    def test_offers_folders_and_files_where_they_are_asked_for(self):
        (self.folder / "a folder").mkdir()
        (self.folder / "aaa.toml").write_text("")
        folders = self.complete("cartograph --landing a")
        self.assertEqual({name.rstrip("/").replace("\\", "") for name in folders}, {"a folder"})
        self.assertIn("aaa.toml", self.complete("cartograph --config aa"))

    def test_does_not_offer_what_is_hidden(self):
        self.assertEqual(self.complete("cartograph manual"), [])


@unittest.skipUnless(shutil.which("bash"), "bash is not installed")
class Bash(Completions, program.TestCase):
    def complete(self, line):
        # As readline hands it over: words cut at equals signs too.
        words = [word for word in re.split(r"(=)| +", line) if word]
        if line.endswith(" "):
            words.append("")
        program_text = (script("bash") + 'COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))\n'
                        '_cartograph; printf "%s\\n" "${COMPREPLY[@]}"\n')
        done = subprocess.run(["bash", "--norc", "-c", program_text, "bash", *words],
                              cwd=self.folder, capture_output=True, text=True, check=True,
                              timeout=SHELL_SECONDS_MAX)
        self.assertEqual(done.stderr, "")
        return [name for name in done.stdout.split("\n") if name]

    def test_offers_values_behind_an_equals_sign(self):
        self.assertEqual(self.complete("cartograph query --format=j"), ["json"])
        self.assertEqual(self.complete("cartograph query --format="), ["table", "csv", "json"])
        self.assertEqual(self.complete("cartograph run --accept-rejects="), ["rows", "whole"])


@unittest.skipUnless(shutil.which("fish"), "fish is not installed")
class Fish(Completions, program.TestCase):
    def complete(self, line):
        done = subprocess.run(
            ["fish", "--no-config", "-c",
             "source; complete --do-complete " + "'" + line + "'"],
            input=script("fish"), cwd=self.folder, capture_output=True, text=True, check=True,
            timeout=SHELL_SECONDS_MAX, env=program.environment({"HOME": str(self.folder)}))
        self.assertEqual(done.stderr, "")
        names = [row.split("\t")[0] for row in done.stdout.split("\n") if row]
        # A flag that may have a value is offered a second time, with its equals sign.
        return [name for name in names if not name.endswith("=")]

    def test_offers_values_behind_an_equals_sign(self):
        self.assertEqual(self.complete("cartograph query --format=j"), ["--format=json"])
        self.assertEqual(set(self.complete("cartograph run --accept-rejects=")),
                         {"--accept-rejects=rows", "--accept-rejects=whole"})

    def test_says_what_each_command_does(self):
        done = subprocess.run(
            ["fish", "--no-config", "-c", "source; complete --do-complete 'cartograph que'"],
            input=script("fish"), capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "query\tRead-only SQL on the warehouse\n")


@unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
class Zsh(Completions, program.TestCase):
    # What completion has found is written to a file, between two marks, by a function that takes
    # the place of the one that shows it.
    SETUP = r"""
PROMPT='ready> '; unsetopt zle_bracketed_paste; bindkey -e
autoload -Uz compinit && compinit -u -d %(dump)s
source %(script)s
compadd() {
  local -a found; local -i at=${argv[(i)(-|--)]}
  builtin compadd -O found "$@"; print -rl -- $found >> %(found)s
  builtin compadd "$@"
}
print loaded > %(loaded)s
"""

    def complete(self, line):
        files = {name: self.folder / f".zsh-{name}"
                 for name in ("dump", "script", "found", "loaded", "setup")}
        for name in ("found", "loaded"):
            files[name].unlink(missing_ok=True)
        files["script"].write_text(script("zsh"))
        files["setup"].write_text(self.SETUP % files)
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execvpe("zsh", ["zsh", "-f", "-i"], program.environment({"TERM": "dumb"}))
        try:
            self._type(terminal, f"source {files['setup']}\n")
            self._wait(terminal, files["loaded"].exists)
            self._type(terminal, line + "\t")
            self._quiet(terminal)
        finally:
            os.close(terminal)
            os.waitpid(child, 0)
        found = files["found"].read_text() if files["found"].exists() else ""
        return sorted({name for name in found.split("\n") if name})

    @staticmethod
    def _type(terminal, text):
        os.write(terminal, text.encode())

    @staticmethod
    def _drain(terminal, seconds):
        ready, _, _ = select.select([terminal], [], [], seconds)
        return os.read(terminal, 65536) if ready else b""

    def _wait(self, terminal, is_there):
        until = time.monotonic() + SHELL_SECONDS_MAX
        while not is_there():
            self.assertLess(time.monotonic(), until, "zsh did not load the script")
            self._drain(terminal, 0.05)

    def _quiet(self, terminal):
        while self._drain(terminal, 0.3):
            pass


if __name__ == "__main__":
    program.main()
