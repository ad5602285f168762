#!/usr/bin/env python3
"""Every error message of the program says its way out, or docs/troubleshooting.md does. The messages
are found in the sources: the text of each thrown error. A new message is one of these, or this test
fails:

- it has a clause that tells what to do: an imperative of WAYS_OUT behind a colon, a semicolon, a
  full stop, a bracket or "or", or it names the nearest thing that there is;
- its fixed text stands in the page, in back quotes, with … for what varies.

A throw whose text is made elsewhere is named in ELSEWHERE, with the text.
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROOMS = ("base", "contracts", "warehouse", "ingestion", "pipelines", "quality", "runs", "answers",
         "reports", "api", "orchestration", "datagen", "importers", "cli")
PAGE = "docs/troubleshooting.md"

WAYS_OUT = (
    "accept", "add", "ask", "begin", "bring", "build", "check", "choose", "close", "create",
    "fetch", "give", "import", "install", "land", "leave", "let", "listen", "make", "mend",
    "mount", "move", "name", "open", "publish", "raise", "rebuild", "remove", "rename", "restore",
    "revoke", "run", "say", "see", "send", "set", "stop", "take", "use", "wait", "write")
TELLS = re.compile(
    r"(?:[:;.,(] |\bor )(?:or |first |then )?(?:" + "|".join(WAYS_OUT) + r")\b"
    r"|\bthe nearest\b|; it takes\b", re.IGNORECASE)

PART_LENGTH_MIN = 12

# (source, the throw): the texts that the source makes for it. Of one that passes on the words of
# another error, or of an engine, there are none, or those that are put before them.
DISK = "cannot … …: …; make the data folder writable and make room in it"
RUN_FAILED = "run … failed:"
ELSEWHERE = {
    ("answers/answer_file.cpp", 'throw Error(fmt::format("{}: {}", path, error.what()))'): (),
    ("answers/explain_order.cpp", "throw NotFound(text)"):
        ("there is no order …: no staged row names it",),
    ("api/endpoint.cpp", "throw no_cursor()"):
        ("it is none of this path's",),
    ("api/keys.cpp", 'throw Error(failed("lock", folder))'): (DISK,),
    ("api/keys.cpp", 'throw Error(failed("write", path))'): (DISK,),
    ("api/keys.cpp", 'throw Error(failed("read", path_))'): (DISK,),
    ("api/keys.cpp", 'throw Error(failed("replace", path_))'): (DISK,),
    ("api/keys.cpp", "throw Error(message)"): (DISK,),
    ("api/parameter.cpp", "throw Problem(std::move(faults))"): ("the nearest one is",),
    ("api/published_state.cpp", "throw TransientError(error.what())"): (),
    ("cli/config.cpp", "throw UsageError(error.what())"): (),
    ("orchestration/job_file.cpp", 'throw UsageError( fmt::format("{}: {} of {} {}", '
     "place(source_, node.source()), key, what_, why))"): (),
    ("orchestration/job_file.cpp",
     'throw UsageError(with_place(source, reader.region("schedule"), error))'): (),
    ("orchestration/job_file.cpp",
     'throw UsageError(with_place(source, reader.region("timezone"), error))'): (),
    ("orchestration/job_file.cpp", 'throw UsageError(fmt::format("{}: {}", '
     "place(source, error.source()), error.description()))"): (),
    ("orchestration/job_log.cpp", "throw WarehouseBusy(busy)"): (),
    ("runs/attempt.cpp", 'throw TransientError(fmt::format("{}{}", error.what(), kAsItWas))'): (),
    ("runs/attempt.cpp", "throw Stopped(text)"): (RUN_FAILED,),
    ("runs/attempt.cpp", "throw TransientError(text)"): (RUN_FAILED,),
    ("runs/attempt.cpp", "throw Error(text)"): (RUN_FAILED,),
    ("runs/tables.cpp", "throw Error(failures(log.results(), deliveries))"): (),
    ("runs/writer.cpp", 'throw WarehouseBusy(fmt::format("{} ({}, {}, since {})", text, '
     "holder.command, holder.run_id, to_string(holder.started_at)))"): (),
    ("warehouse/descriptions.cpp", 'throw Error(fmt::format("{}:{}: {}: {}", path_, '
     "node.source().begin.line, table_, what))"):
        ("a text is expected, in quotes", "a table [NAME] is expected",
         "columns is a table of names and sentences",
         "is none of grain, key, columns_of and columns"),
    ("warehouse/descriptions.cpp", 'throw Error(fmt::format("{}:{}: {}", path, '
     "error.source().begin.line, error.description()))"): (),
    ("warehouse/duckdb/duckdb_warehouse.cpp", "throw Error(fault)"): (),
    ("warehouse/duckdb/session.cpp", "throw Error(damage)"): (),
    ("warehouse/duckdb/session.cpp", "throw Error(fault)"): (),
    ("warehouse/duckdb/session.cpp", "throw Error(text)"): ("; make room on the disk",),
    ("warehouse/duckdb/session.cpp", "throw Error(words)"): (),
    ("warehouse/migrations.cpp", "throw_as(error, text)"): ("migration … failed and was undone:",),
    ("warehouse/postgres/connection_url.cpp",
     'throw UsageError(fmt::format("the warehouse URL {}; {}", what, kWayOut))'):
        ("write postgresql://USER@HOST:PORT/DATABASE",),
    ("warehouse/postgres/server_error.cpp", "throw TransientError(text)"):
        ("cannot connect to the warehouse …:",),
    ("warehouse/postgres/server_error.cpp", "throw Error(text)"):
        ("cannot connect to the warehouse …:", "; make room on the server's disk"),
}


def statements(text):
    """(offset, statement) of each throw, comments and raw strings aside, up to its semicolon."""
    for match in re.finditer(r"\bthrow(?:_as)?\b(?!\w)", text):
        line_start = text.rfind("\n", 0, match.start()) + 1
        if "//" in text[line_start:match.start()]:
            continue
        end = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)\'|;').finditer(text, match.end())
        stop = next(token.start() for token in end if token[0] == ";")
        yield match.start(), text[match.start():stop]


def literals(text):
    """The string literals as one text: neighbours are one, as in C++, between others stands {}."""
    joined, end = "", 0
    for literal in re.finditer(r'"((?:[^"\\\n]|\\.)*)"', text):
        joined += ("{}" if joined and text[end:literal.start()].strip() else "") + literal[1]
        end = literal.end()
    return joined.replace('\\"', '"').replace("\\n", " ")


def fixed(text):
    """As the page writes it: … for what varies."""
    return re.sub(r"\{[^}]*\}", "…", text).strip(" …")


class Thrown:
    def __init__(self, path, line, statement):
        self.path, self.line = path, line
        self.statement = re.sub(r"\s+", " ", statement)
        self.text = fixed(literals(statement))

    @property
    def place(self):
        return f"{self.path}:{self.line}"

    @property
    def is_inner(self):
        """Thrown on, or of a library and caught where it is thrown."""
        return re.match(r"throw($| (std|CLI)::)", self.statement) is not None

    @property
    def key(self):
        return self.path, self.statement


def thrown():
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.[ch]pp")):
            name = str(path.relative_to(ROOT))
            if name.endswith("_test.cpp") or name == "base/rethrow.hpp":
                continue
            text = path.read_text(encoding="utf-8")
            for offset, statement in statements(text):
                yield Thrown(name, text.count("\n", 0, offset) + 1, statement)


class Messages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        page = (ROOT / PAGE).read_text(encoding="utf-8")
        cls.explained = [fixed(quote) for quote in re.findall(r"(?m)^\| `([^`\n]+)` \|", page)]
        cls.thrown = [one for one in thrown() if not one.is_inner]

    def test_are_found(self):
        self.assertGreater(len(self.thrown), 180)

    def is_explained(self, text):
        """The page quotes it, or a part of it that says which one it is."""
        return any(quote == text or (quote in text and len(quote) >= PART_LENGTH_MIN)
                   for quote in self.explained)

    def test_say_a_way_out_or_are_on_the_page(self):
        for one in self.thrown:
            with self.subTest(place=one.place):
                self.assertTrue(one.key in ELSEWHERE or TELLS.search(one.text)
                                or self.is_explained(one.text),
                                f"'{one.text}' says no way out: let it say one, or explain it in "
                                f"{PAGE}; of one that is made elsewhere, name it in ELSEWHERE")

    def test_that_are_made_elsewhere_are_there_and_no_less_helpful(self):
        self.assertLessEqual(set(ELSEWHERE), {one.key for one in self.thrown})
        for (path, _), texts in ELSEWHERE.items():
            source = (ROOT / path).read_text(encoding="utf-8")
            for text in texts:
                with self.subTest(path=path, text=text):
                    self.assertIn(text, fixed(literals(source)))
                    self.assertTrue(TELLS.search(": " + text) or self.is_explained(text),
                                    f"'{text}' says no way out: explain it in {PAGE}")

    def test_that_the_page_explains_are_there(self):
        texts = [one.text for one in self.thrown] + [t for ts in ELSEWHERE.values() for t in ts]
        self.assertGreater(len(self.explained), 80)
        for quote in self.explained:
            with self.subTest(quote=quote):
                self.assertTrue(any(quote in text for text in texts),
                                "no source throws this any more; take it off the page")


if __name__ == "__main__":
    unittest.main()
