#!/usr/bin/env python3
# The repository's own rules, as a program: repository_rules.py DIR prints each violation as
# file:line: rule: what is wrong and what to do, and exits with 1 where there is any.
# Needs nothing but Python. HACKING.md says how to add a rule; repository_rules_test.py proves
# of each that it bites.

import collections
import fnmatch
import hashlib
import os
import re
import sys

Violation = collections.namedtuple("Violation", "path line rule message")

# What the C++ of a room may include beside itself. A room that is not here has no place yet.
ROOMS = {
    "base": (),
    "contracts": ("base",),
    "warehouse": ("base",),
    "ingestion": ("base", "contracts", "warehouse"),
    "pipelines": ("base", "warehouse"),
    "quality": ("base", "warehouse"),
    "runs": ("base", "contracts", "warehouse", "ingestion", "pipelines", "quality"),
    "answers": ("base", "warehouse", "quality"),
    "reports": ("base", "answers"),
    "api": ("base", "answers"),
    "orchestration": ("base",),
    "datagen": ("base", "contracts"),
    "importers": ("base", "contracts"),
}
EVERYTHING = ("cli", "tests", "bench", "fuzz")  # may include any room

FORBIDDEN_NAMES = {
    "util": "what it does: csv_writer, not csv_utils",
    "utils": "what it does: csv_writer, not csv_utils",
    "helper": "what it is: RunLock, not LockHelper",
    "helpers": "what it is: RunLock, not LockHelper",
    "common": "the thing that is shared: money, row_batch",
    "manager": "its part: Session, Writer, Lock, Schedule",
    "misc": "one name for each of the things in it",
}

DISTRIBUTION = "warehouse/postgres/distribution.cpp"
# What goes before the SELECT of each check: rows of the facts about orders.
ROWS_OF_CHECKS = ("changed_order_rows", "changed_lines", "changed_pieces")
WORK_TABLES = "pipelines/work_tables.sql"
SIZE_MAX = 2_000_000
COLUMNS_MAX = 100
HEAD_LINES_MAX = 6
CODE = (".cpp", ".hpp", ".sql", ".py", ".sh", ".cmake", "Makefile", "CMakeLists.txt")
TEXT = CODE + (".md", ".json", ".toml", ".yml", ".yaml", ".gitignore", ".npmrc", ".clang-format")

RULES = {}


def rule(function):
    """Registers a rule: a generator of (path, line, message) over a tree."""
    RULES[function.__name__.replace("_", "-")] = function
    return function


class Tree:
    """The files of a checkout that are, or would be, committed."""

    def __init__(self, root):
        self.root = root
        self.ignored = [".git"] + self._ignore_file()
        self.paths = sorted(self._walk(""))
        self._texts = {}

    def _ignore_file(self):
        path = os.path.join(self.root, ".gitignore")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return [line.strip().strip("/") for line in file if line.strip()]

    def _walk(self, folder):
        for name in os.listdir(os.path.join(self.root, folder)):
            path = f"{folder}/{name}" if folder else name
            if name == "__pycache__" or any(fnmatch.fnmatch(path, p) for p in self.ignored):
                continue
            if os.path.isdir(os.path.join(self.root, path)):
                yield from self._walk(path)
            else:
                yield path

    def ending(self, *ends):
        return [path for path in self.paths if path.endswith(ends)]

    def text(self, path):
        if path not in self._texts:
            with open(os.path.join(self.root, path), encoding="utf-8", errors="replace") as file:
                self._texts[path] = file.read()
        return self._texts[path]

    def lines(self, path):
        return enumerate(self.text(path).split("\n"), 1)


def room_of(path):
    return path.split("/")[0] if "/" in path else ""


def includes(tree, path):
    for number, line in tree.lines(path):
        if match := re.match(r'\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', line):
            yield number, match[1], match[2]


def own_header(path):
    return path[:-len(".cpp")] + ".hpp"


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


@rule
def include_direction(tree):
    for path in tree.ending(".cpp", ".hpp"):
        room = room_of(path)
        if room not in ROOMS and room not in EVERYTHING:
            yield path, 1, f"{room or 'the root'} is no room; put it into one, or declare the room"
            continue
        for number, quoted, _ in includes(tree, path):
            if quoted is None:
                continue
            target = room_of(quoted)
            if quoted not in tree.paths:
                yield path, number, f'"{quoted}" is no file from the root; write its whole path'
            elif target != room and room in ROOMS and target not in ROOMS[room]:
                if not (path.endswith("_test.cpp") and target == "tests"):
                    allowed = ", ".join(ROOMS[room]) or "no other room"
                    yield path, number, f"{room} may not include {target}; it may: {allowed}"


@rule
def engine_behind_its_door(tree):
    """What is above an engine knows warehouse/*.hpp and no engine's own folder."""
    for path in tree.ending(".cpp", ".hpp"):
        if room_of(path) in ("warehouse", "tests", "bench") or path.endswith("_test.cpp"):
            continue
        for number, quoted, _ in includes(tree, path):
            if quoted and re.match(r"warehouse/\w+/", quoted):
                yield path, number, f"{quoted} is an engine's own; warehouse/*.hpp is the door to it"


@rule
def own_header_first(tree):
    for path in tree.ending(".cpp"):
        if own_header(path) in tree.paths:
            first = next(includes(tree, path), (1, None, None))
            if first[1] != own_header(path):
                yield path, first[0], f'include "{own_header(path)}" first'


@rule
def pragma_once(tree):
    for path in tree.ending(".hpp"):
        for number, line in tree.lines(path):
            if line and not line.startswith("//"):
                if line != "#pragma once":
                    yield path, number, "put #pragma once right below the head comment"
                break


@rule
def head_comment(tree):
    marks = {".cpp": "//", ".hpp": "//", ".sql": "--", ".py": "#", ".sh": "#", ".cmake": "#"}
    for path in tree.ending(*marks):
        mark = marks[os.path.splitext(path)[1]]
        lines = tree.text(path).split("\n")
        if lines[0].startswith("#!"):
            lines = lines[1:]
        if mark == "#" and lines[0].startswith('"""'):
            continue
        length = 0
        while length < len(lines) and lines[length].startswith(mark):
            length += 1
        if length == 0 or (mark != "--" and length > HEAD_LINES_MAX):
            yield path, 1, f"open with 1 to {HEAD_LINES_MAX} comment lines that say what it is"


@rule
def no_sql_in_cli(tree):
    statement = re.compile(r'"\s*(select|insert into|update|delete from|with) ')
    for path in tree.ending(".cpp", ".hpp"):
        if room_of(path) == "cli" and not path.endswith("_test.cpp"):
            for number, line in tree.lines(path):
                if statement.search(line):
                    yield path, number, "cli/ holds no SQL; ask it in answers/, or in runs/"


def words_of(name):
    """The words of snake_case, kebab-case, dotted and PascalCase names, lower-case."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word]


@rule
def forbidden_name(tree):
    declaration = re.compile(
        r"^\s*(?:class|struct|union|enum(?:\s+class)?|namespace|concept|using|typedef)\s+([\w:]+)")
    for path in tree.paths:
        for word in words_of(path):
            if word in FORBIDDEN_NAMES:
                yield path, 1, f"'{word}' says nothing; name {FORBIDDEN_NAMES[word]}"
    for path in tree.ending(".cpp", ".hpp", ".py"):
        for number, line in tree.lines(path):
            match = declaration.match(line)
            for word in words_of(match[1]) if match else ():
                if word in FORBIDDEN_NAMES:
                    yield path, number, f"'{word}' says nothing; name {FORBIDDEN_NAMES[word]}"


def build_patterns(tree):
    """The globs of CMakeLists.txt, as regular expressions."""
    text = tree.text("CMakeLists.txt") if "CMakeLists.txt" in tree.paths else ""
    rooms = re.search(r"set\(ROOMS ([^)]*)\)", text)
    rooms = rooms[1].split() if rooms else []
    calls = r"file\((GLOB|GLOB_RECURSE)\b([^)]*)\)|add_(?:executable|library)\(([^)]*)\)"
    for call in re.finditer(calls, text):
        for glob in re.findall(r"[\w$/{}*.]*\.(?:cpp|sql)", call[2] or call[3] or ""):
            any_part = ".*" if call[1] == "GLOB_RECURSE" else "[^/]*"
            for room in rooms if "${room}" in glob else [""]:
                yield re.escape(glob.replace("${room}", room)).replace(r"\*", any_part)


@rule
def dead_source(tree):
    built = re.compile("|".join(build_patterns(tree)) or "(?!)")
    included = {quoted for path in tree.ending(".cpp", ".hpp")
                for _, quoted, _ in includes(tree, path) if quoted}
    for path in tree.ending(".hpp"):
        if path not in included:
            yield path, 1, "nothing includes it; use it or take it away"
    for path in tree.ending(".cpp", ".sql"):
        # Pages of docs/, and what the scripts of bench/peers/ read by folder.
        is_read = path.startswith(("docs/", "bench/peers/")) and path.endswith(".sql")
        if not is_read and not built.fullmatch(path):
            yield path, 1, "CMakeLists.txt does not build it; move it or take it away"
    named = "\n".join(tree.text(path) for path in tree.ending(".cpp", ".hpp"))
    for path in tree.ending(".sql"):
        if path.startswith("quality/") and f"/{os.path.basename(path)}" not in named:
            yield path, 1, "no source names it; use it or take it away"


@rule
def dead_script(tree):
    for path in tree.ending(".py", ".sh"):
        name = os.path.basename(path)
        module = re.compile(r"^\s*(?:import|from) " + re.escape(name[:-3]) + r"\b", re.MULTILINE)
        others = [other for other in tree.paths if other != path and other.endswith(TEXT)]
        if not any(name in tree.text(other) or module.search(tree.text(other))
                   for other in others):
            yield path, 1, "nothing imports, runs or mentions it; take it away"


def links(tree, path):
    """Links of a page to files of the repository: (line, target path, anchor)."""
    fenced = False
    for number, line in tree.lines(path):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        for target in [] if fenced else re.findall(r"\]\(([^)\s]+)\)", line):
            if "://" in target or target.startswith("mailto:"):
                continue
            file, _, anchor = target.partition("#")
            folder = os.path.dirname(path)
            yield number, os.path.normpath(os.path.join(folder, file)) if file else path, anchor


def anchors(text):
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@rule
def dead_page(tree):
    linked = {target for path in tree.ending(".md") for _, target, _ in links(tree, path)
              if target != path}
    for path in tree.ending(".md", ".sql"):
        if path.startswith("docs/") and path not in linked:
            yield path, 1, "no page links to it; link it or take it away"


@rule
def broken_link(tree):
    folders = {os.path.dirname(path) for path in tree.paths}
    folders |= {"/".join(f.split("/")[:n]) for f in folders for n in range(1, f.count("/") + 1)}
    for path in tree.ending(".md"):
        for number, target, anchor in links(tree, path):
            if target not in tree.paths and target not in folders:
                yield path, number, f"{target} is not there"
            elif anchor and target.endswith(".md") and anchor not in anchors(tree.text(target)):
                yield path, number, f"{target} has no heading #{anchor}"


@rule
def stale_drawing(tree):
    for path in tree.ending(".dot"):
        drawing = path[:-len(".dot")] + ".svg"
        of = hashlib.sha256(tree.text(path).encode()).hexdigest()
        if drawing not in tree.paths or f"<!-- of {of} -->" not in tree.text(drawing):
            yield path, 1, f"{drawing} is not drawn from it: make diagram"


def section(page, heading):
    """The text below a heading of any level, or nothing."""
    match = re.search(rf"(?ms)^#+ {re.escape(heading)}$(.*?)(?=^#|\Z)", page)
    return match[1] if match else ""


@rule
def undocumented(tree):
    def page(path):
        return tree.text(path) if path in tree.paths else ""
    tables = page("docs/data-dictionary.md")
    for path in tree.ending(".sql"):
        if not re.fullmatch(r"warehouse/migrations/all/[^/]+", path):
            continue
        for table in re.finditer(r"(?ms)^create table (\w+) \((.*?)^\);", tree.text(path)):
            for column in re.finditer(r"(?m)^    (\w+) ", table[2]):
                if f"| `{column[1]}` |" not in section(tables, table[1]):
                    line = line_of(tree.text(path), table.start(2) + column.start(1))
                    yield path, line, f"docs/data-dictionary.md lacks {table[1]}.{column[1]}"
        for added in re.finditer(r"(?m)^alter table (\w+) add column (\w+)", tree.text(path)):
            if f"| `{added[2]}` |" not in section(tables, added[1]):
                line = line_of(tree.text(path), added.start())
                yield path, line, f"docs/data-dictionary.md lacks {added[1]}.{added[2]}"
    for path in tree.ending(".cpp"):
        if path == "cli/config.cpp":
            found = re.finditer(r'\{"([a-z_.]+)", "', tree.text(path))
            place, known = "docs/configuration.md", "| `{}` |"
        elif room_of(path) == "cli":
            found = re.finditer(r'app\.add_subcommand\(\s*"(\w+)"', tree.text(path))
            place, known = "docs/commands.md", "\n## {}"
        else:
            continue
        for name in found:
            if known.format(name[1]) not in page(place):
                yield path, line_of(tree.text(path), name.start(1)), f"{place} lacks {name[1]}"


def bare_sql(text):
    """SQL with comments, strings and quoted names blanked out, offsets and lines kept."""
    token = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"")
    return token.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def known_tables(tree):
    """Tables and views of the migrations, staging tables of the contracts, temp tables."""
    names = {"schema_migrations"}
    created = re.compile(r"create (?:temp )?(?:table|view) (?:if not exists )?(\w+)")
    for path in tree.ending(".sql", ".cpp"):
        if not path.endswith("_test.cpp"):
            names.update(created.findall(tree.text(path)))
    if "contracts/feeds.hpp" in tree.paths:
        feeds = re.findall(r'string_view feed = "(\w+)"', tree.text("contracts/feeds.hpp"))
        names.update("stg_" + feed for feed in feeds)
    return names


def model_paths(tree):
    """Files that mark what has to change, and files that fill a table."""
    folders = ("pipelines/changes/", "pipelines/models/")
    return [path for path in tree.ending(".sql") if path.startswith(folders)]


def fills(path):
    return path.startswith("pipelines/models/")


def work_tables(tree):
    """The tables between models: by which column a cluster spreads each, and its line."""
    if WORK_TABLES not in tree.paths:
        return {}
    text = tree.text(WORK_TABLES)
    declared = re.finditer(r"(?:-- spread by (\w+)\n)?create temp table (\w+)", text)
    return {match[2]: (match[1], line_of(text, match.start(2))) for match in declared}


def header_names(line):
    return [name.strip() for name in re.split("[,;]", line.split(":", 1)[1]) if name.strip()]


@rule
def model_header(tree):
    for path in model_paths(tree):
        if not re.fullmatch(r"\d{3}_[a-z0-9_]+\.sql", os.path.basename(path)):
            yield path, 1, "name a model NNN_snake_case.sql"
        lines = tree.text(path).split("\n")
        first = "fills" if fills(path) else "makes"
        for number, field in enumerate((first, "grain", "reads", "decides"), 1):
            if len(lines) < number or not re.match(rf"-- {field}: \S", lines[number - 1]):
                yield path, number, f"line {number} of a model is '-- {field}: …'"


def written(body):
    return re.findall(r"\binsert into (\w+)", body)


@rule
def model_reads(tree):
    tables = known_tables(tree)
    first_writer = {}
    for path in sorted(model_paths(tree), key=os.path.basename):
        if not fills(path):
            for name in written(bare_sql(tree.text(path))):
                first_writer.setdefault(name, path)
    for path in model_paths(tree):
        text = tree.text(path)
        lines = text.split("\n")
        if len(lines) < 3 or not lines[2].startswith("-- reads: "):
            continue
        body = bare_sql(text)
        declared = header_names(lines[2])
        made_here = {name for name in written(body) if first_writer.get(name) == path}
        for name in declared:
            if name not in tables:
                yield path, 3, f"reads {name}, which no migration, contract or model makes"
            elif not re.search(rf"\b{name}\b", body):
                yield path, 3, f"says that it reads {name} but does not"
        body = re.sub(r"(is (?:not )?distinct|delete|\bextract\([^()]*) from\b", r"\1", body)
        for match in re.finditer(r"\b(?:from|join)\s+(\w+)", body):
            name = match[1]
            if name in tables and name not in made_here and name not in declared:
                yield path, line_of(body, match.start(1)), f"reads {name}: name it in line 3"


@rule
def model_writes(tree):
    write = re.compile(
        r"(?<!for )\b(create temp table|create table|insert into|delete from|update|truncate"
        r"|alter table|merge into) (\w+)")
    between = work_tables(tree)
    filled_by = {}
    numbered = {}
    for path in model_paths(tree):
        number = os.path.basename(path).split("_")[0]
        if number in numbered:
            yield path, 1, f"{numbered[number]} has this number too: say which comes first"
        numbered.setdefault(number, path)
        body = bare_sql(tree.text(path))
        declared = header_names(tree.text(path).split("\n")[0].partition(" ")[2])
        made = set()
        for match in write.finditer(body):
            line = line_of(body, match.start(2))
            if match[2] not in declared:
                yield path, line, f"writes {match[2]}: its head names {', '.join(declared)}"
            elif match[1].startswith("create"):
                yield path, line, f"makes {match[2]}: declare it in {WORK_TABLES}"
            elif match[2] in between and fills(path):
                yield path, line, f"{match[2]} is a work table: fill it in pipelines/changes/"
            made.add(match[2])
        for name in declared:
            if name not in made:
                yield path, 1, f"says that it writes {name} but does not"
        if not fills(path):
            continue
        if len(declared) != 1:
            yield path, 1, "a model fills one table"
        for name in declared:
            if name in filled_by:
                yield path, 1, f"{filled_by[name]} fills {name} already: one file fills a table"
            filled_by.setdefault(name, path)


@rule
def changes_are_temporary(tree):
    declared = work_tables(tree)
    made = set()
    for path in model_paths(tree):
        first = tree.text(path).split("\n")[0]
        for name in [] if fills(path) else header_names(first):
            made.add(name)
            if name not in declared:
                yield path, 1, f"{name} is none of {WORK_TABLES}: declare it there, or fill it by " \
                               "a file of pipelines/models/"
    for name, (_, line) in declared.items():
        if name not in made:
            yield WORK_TABLES, line, f"no file of pipelines/changes/ fills {name}"


class Selected:
    """What one select, delete or update takes rows from: (kind of join, table, offset)."""

    def __init__(self):
        self.sources = []
        self.exists = []  # what is asked for in "exists (…)", and at which offset

    def keys(self, spread_by):
        return {spread_by.get(table) for _, table, _ in self.sources}


def selections(body):
    """Each select, delete and update of SQL without comments and strings."""
    found = [Selected()]
    open_ones = [found[0]]
    words = []
    for token in re.finditer(r"\w+|[(),;]", body):
        word, before = token[0], words[-1:] + [""]
        if word == "(":
            if before[0] in ("from", "join"):
                open_ones[-1].sources.append((kind_of_join(words), None, token.start()))
            found.append(Selected())
            if before[0] == "exists":
                open_ones[-1].exists.append((found[-1], token.start()))
            open_ones.append(found[-1])
        elif word == ")" and len(open_ones) > 1:
            open_ones.pop()
        elif word in (";", "union", "except"):
            found.append(Selected())
            open_ones[-1] = found[-1]
        elif is_source(words):
            open_ones[-1].sources.append((kind_of_join(words), word, token.start()))
        words.append(word)
    return found


def is_source(words):
    """Whether a table follows."""
    if words[-1:] == ["from"]:
        return words[-3:-1] not in (["is", "distinct"], ["not", "distinct"]) \
            and words[-4:-2] != ["extract", "("]
    return words[-1:] in (["join"], ["update"]) or words[-4:-2] == ["delete", "from"] \
        and words[-1:] == ["using"]


def kind_of_join(words):
    return next((word for word in words[-3:-1] if word in ("left", "right", "full")), "inner")


def border_crossings(selected, spread_by):
    """(offset, table) of what looks from one node's rows for what another may have."""
    keys = set()
    for kind, table, offset in selected.sources:
        key = spread_by.get(table)
        is_beside = key in keys and keys <= {key, None}
        if kind == "left" and key and not is_beside:
            yield offset, table
        if kind in ("right", "full") and any(keys | {key}) and keys != {key}:
            yield offset, table
        keys.add(key)
    for asked, offset in selected.exists:
        keys = selected.keys(spread_by) | asked.keys(spread_by)
        if len(keys) > 1:
            yield offset, ", ".join(table for _, table, _ in asked.sources if table)


def latest_views(tree):
    """(path, offset, statement) of each view, as the last migration has left it."""
    latest = {}
    for path in tree.ending(".sql"):
        if re.match("warehouse/migrations/all/", path):
            body = bare_sql(tree.text(path))
            for view in re.finditer(r"create (?:or replace )?view (\w+)[^;]*", body):
                latest[view[1]] = path, view.start(), view[0]
    return latest.values()


@rule
def border_of_nodes(tree):
    """A cluster joins rows of different keys, but does not look for what is not there."""
    spread_by = dict(re.findall(r'\{"(\w+)", "(\w+)"\}', tree.text(DISTRIBUTION)))
    spread_by |= {name: column for name, (column, _) in work_tables(tree).items()}
    spread_by |= dict.fromkeys(ROWS_OF_CHECKS, "order_id")
    statements = [(path, 0, bare_sql(tree.text(path))) for path in tree.ending(".sql")
                  if path.startswith(("pipelines/", "quality/"))]
    for path, start, body in [*statements, *latest_views(tree)]:
        for selected in selections(body):
            for offset, table in border_crossings(selected, spread_by):
                yield (path, line_of(tree.text(path), start + offset),
                       f"{table or 'a subquery'} lies on other nodes: join what is needed of it in a "
                       "CTE, and look there")


@rule
def sql_lower_case(tree):
    for path in tree.ending(".sql"):
        for number, line in enumerate(bare_sql(tree.text(path)).split("\n"), 1):
            for word in re.findall(r"\b[A-Za-z_]*[A-Z]\w*\b", line):
                yield path, number, f"write {word.lower()}, not {word}"
    statement = re.compile(r'"\s*(SELECT|INSERT INTO|DELETE FROM|CREATE|UPDATE|DROP|ALTER|WITH) \w')
    for path in tree.ending(".cpp", ".hpp"):
        for number, line in tree.lines(path):
            if match := statement.search(line):
                yield path, number, f"write {match[1].lower()}, not {match[1]}"


@rule
def sql_in_commands(tree):
    statement = re.compile(
        r'"\s*(select|insert into|delete from|update \w+ set|with \w+ as|(?:create|drop|alter) '
        r'(?:temp )?(?:table|view)) ', re.IGNORECASE)
    for path in tree.ending(".cpp", ".hpp"):
        if room_of(path) == "cli" and not path.endswith("_test.cpp"):
            for number, line in tree.lines(path):
                if statement.search(line):
                    yield path, number, "commands hold no SQL: ask for it in answers/"


CHECK_FIELDS = {
    "check": r"[a-z0-9_]+", "table": r"\w+", "severity": "error|warning", "scope": "changed|all",
    "expects": r".+\.",
}


@rule
def check_fields(tree):
    path = "quality/checks.sql"
    if path not in tree.paths:
        return
    tables = known_tables(tree)
    blocks = re.split(r"(?m)^(?=-- check:)", tree.text(path))
    line = 1 + blocks[0].count("\n")
    names = set()
    for block in blocks[1:]:
        lines = block.split("\n")
        values = {}
        for offset, (field, pattern) in enumerate(CHECK_FIELDS.items()):
            match = re.fullmatch(rf"-- {field}: ({pattern})", lines[offset]) \
                if offset < len(lines) else None
            if match:
                values[field] = match[1]
            else:
                yield path, line + offset, f"expected '-- {field}: {pattern}'"
        if values.get("check") in names:
            yield path, line, f"a second check {values['check']}"
        names.add(values.get("check"))
        if values.get("table", "run_log") not in tables:
            yield path, line + 1, f"there is no table {values['table']}"
        for column in ("failing_key", "observed"):
            if not re.search(rf"\bas {column}\b", block):
                yield path, line, f"select a column as {column}"
        line += block.count("\n")


@rule
def line_length(tree):
    # A header field is one line, however long: programs read it.
    field = re.compile(r"-- (fills|makes|grain|reads|decides|expects): ")
    for path in tree.ending(".cpp", ".hpp", ".sql"):
        for number, line in tree.lines(path):
            if len(line) > COLUMNS_MAX and not (path.endswith(".sql") and field.match(line)):
                yield path, number, f"{len(line)} columns, at most {COLUMNS_MAX}"


@rule
def banner(tree):
    drawn = re.compile(r"^\s*(?://|--|#)?\s*([=*#~/-])\1{4,}")
    for path in tree.ending(*CODE):
        for number, line in tree.lines(path):
            if drawn.match(line):
                yield path, number, "no banners; split the file if it needs chapters"


@rule
def unfinished(tree):
    word = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")) + r")\b")
    for path in tree.ending(*TEXT):
        for number, line in tree.lines(path):
            if match := word.search(line):
                yield path, number, f"{match[1]}: finish it, or say in an issue what is left"


@rule
def machine_path(tree):
    place = re.compile(r"(?<![\w.$})])/(?:work|tmp)/\w")
    for path in tree.ending(*TEXT):
        for number, line in tree.lines(path):
            if place.search(line):
                yield path, number, "a path of one machine; take it from the caller"


@rule
def lock_address(tree):
    for path in tree.ending("package-lock.json"):
        for number, line in tree.lines(path):
            if '"resolved"' in line or re.search(r"https?://\S+\.tgz", line):
                yield path, number, "no download addresses; write it with the settings of .npmrc"


@rule
def test_place(tree):
    for path in tree.ending("_test.cpp"):
        stem = path[:-len("_test.cpp")]
        if room_of(path) != "tests" and not {stem + ".cpp", stem + ".hpp"} & set(tree.paths):
            yield path, 1, "no source of this name beside it; what crosses rooms goes to tests/"


@rule
def trailing_space(tree):
    for path in tree.ending(*TEXT):
        for number, line in tree.lines(path):
            if line != line.rstrip():
                yield path, number, "white space at the end of the line"
        if tree.text(path) and not tree.text(path).endswith("\n"):
            yield path, tree.text(path).count("\n") + 1, "the last line has no end"


@rule
def file_size(tree):
    for path in tree.paths:
        size = os.path.getsize(os.path.join(tree.root, path))
        if size >= SIZE_MAX:
            yield path, 1, f"{size} bytes; a file has less than {SIZE_MAX}"


def violations(root):
    tree = Tree(root)
    return [Violation(path, line, name, message) for name, function in RULES.items()
            for path, line, message in function(tree)]


def main():
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        print("usage: repository_rules.py DIR", file=sys.stderr)
        return 2
    found = sorted(violations(sys.argv[1]))
    for violation in found:
        print(f"{violation.path}:{violation.line}: {violation.rule}: {violation.message}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
