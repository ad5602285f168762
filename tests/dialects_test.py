"""One random store in every dialect: whatever separator, encoding, quoting, order of columns, letter
case, names and words of the shop's own, form of JSON, of times, of offsets and of money it is
written in, it gives the same tables to the last cell. RANDOM_SEED gives one back.
"""

import dataclasses
import os
import random

import program
import contracts
import random_files
import random_store

SEEDS = int(os.environ.get("DIALECT_SEEDS", "2"))
DIALECTS = int(os.environ.get("DIALECTS", "4"))
PLACE = ("source_file", "source_line")
WORDS = {"created": "angelegt", "paid": "bezahlt, ganz", "fulfilled": "\u00fcbergeben",
         "delivered": "zu\"gestellt", "returned": "3", "card": "Karte", "paypal": "PP",
         "bank_transfer": "\u00dcberweisung", "receipt": "Zugang", "shipment": "Abgang;"}


def plain_bytes(rng, feed, rows):
    """Commas, the contract's columns in order, each value in its plainest form."""
    def cell(column, value):
        if value is None:
            return ""
        if column.type == "money":
            text = f"{value // 100}.{value % 100:02d}"
        elif column.type == "timestamp":
            text = str(random_files.EPOCH + random_files.datetime.timedelta(microseconds=value))
        else:
            text = str(value)
        return '"' + text.replace('"', '""') + '"'
    lines = [",".join(column.name for column in feed.columns)]
    lines += [",".join(cell(column, row[column.name]) for column in feed.columns) for row in rows]
    return "".join(line + "\n" for line in lines).encode()


class Dialect:
    """What one shop calls things, and how it writes its files."""

    def __init__(self, rng):
        self.rng = rng
        self.encoding = rng.choice(("utf-8", "windows-1252"))
        self.columns, self.words, self.defaults = {}, {}, {}
        for feed in contracts.FEEDS.values():
            own = [column.name for column in feed.columns]
            names = [name for name in own]
            if rng.random() < 0.7:
                # Random files have an unknown column "sku ", which would be ours.
                names = [name if rng.random() < 0.4 or name == "sku" else f"{name[::-1]} \u00fc{at}"
                         for at, name in enumerate(own)]
                if rng.random() < 0.3:
                    # Two of ours that change places.
                    a, b = rng.sample(range(len(own)), 2)
                    names[a], names[b] = own[b], own[a]
            self.columns[feed.name] = dict(zip(own, names))
            self.words[feed.name] = {
                column.name: {word: WORDS[word] for word in column.words
                              if word in WORDS and rng.random() < 0.5}
                for column in feed.columns if column.words}
            self.defaults[feed.name] = {}
        if rng.random() < 0.5:
            self.defaults["orders"]["currency"] = "USD"

    def configuration(self):
        def quoted(text):
            return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        lines = [f'landing_encoding = "{self.encoding}"']
        for feed in contracts.FEEDS:
            lines.append(f"[feeds.{feed}.columns]")
            lines += [f"{quoted(name)} = {quoted(own)}"
                      for own, name in self.columns[feed].items() if name != own]
            for column, words in self.words[feed].items():
                lines.append(f"[feeds.{feed}.values.{column}]")
                lines += [f"{quoted(theirs)} = {quoted(word)}" for word, theirs in words.items()]
            lines.append(f"[feeds.{feed}.defaults]")
            lines += [f"{column} = {quoted(value)}"
                      for column, value in self.defaults[feed].items()]
        return "\n".join(lines) + "\n"

    def file(self, feed, rows):
        """(name, bytes) of rows, which are texts by the contract's columns."""
        names = self.columns[feed.name]
        columns = tuple(dataclasses.replace(column, name=names[column.name], may_be_missing=False)
                        for column in feed.columns if column.name not in self.defaults[feed.name])
        theirs = dataclasses.replace(feed, columns=columns)
        texts = []
        for row in rows:
            text = {}
            for column in feed.columns:
                value = random_files.value_text(self.rng, column, row[column.name])
                words = self.words[feed.name].get(column.name, {})
                if value is not None and value.lower() in words:
                    value = random_files.random_case(self.rng, words[value.lower()])
                text[names[column.name]] = value
            texts.append(text)
        form = self.rng.choice(("csv", "csv", "csv", "json", "jsonl"))
        if form != "csv":
            write = random_files.json_bytes if form == "json" else random_files.jsonl_bytes
            data = write(self.rng, theirs, texts, False)
        else:
            data = self.csv(random_files.csv_bytes(self.rng, theirs, texts, False).decode())
        name = random_files.random_case(self.rng, f"{feed.name}.{form}")
        if self.rng.random() < 0.2:
            return name + ".gz", random_files.packed(self.rng, data)
        return name, data

    def csv(self, text):
        if self.encoding == "windows-1252" and self.rng.random() < 0.6:
            try:
                return text.encode("cp1252")
            except UnicodeEncodeError:
                pass
        match self.rng.randrange(3):
            case 0:
                return ("\ufeff" + text).encode("utf-16-" + self.rng.choice(("le", "be")))
            case 1 if self.encoding == "utf-8":
                return text.encode()
        return random_files.BOM + text.encode()


class Dialects(program.TestCase):
    def tables(self, store):
        without = (*program.LINEAGE, *PLACE)
        tables = store.tables(without)
        return {name: rows for name, rows in tables.items()
                if name.startswith(("dim_", "fct_", "stg_", "orphan_"))}

    def check(self, seed):
        rng = random.Random(seed)
        made = random_store.Store(rng, 60, 4)
        landings = [(random_files.date_text(day), {feed: list(rows) for feed, rows in
                                                   made.rows[at].items() if rows})
                    for at, day in enumerate(made.landing_days)]
        for _, feeds in landings:
            for rows in feeds.values():
                rng.shuffle(rows)
        plain = self.store(f"{seed}-plain")
        for date, feeds in landings:
            for feed, rows in feeds.items():
                plain.write(f"{date}/{feed}.csv", plain_bytes(rng, contracts.FEEDS[feed], rows))
        self.assert_published(plain.run())
        self.assertEqual(plain.value("select count(*) from quarantine"), "0")
        expected = self.tables(plain)
        for number in range(DIALECTS):
            with self.subTest(dialect=number):
                dialect = Dialect(random.Random(f"{seed} {number}"))
                config = self.folder / f"{seed}-{number}.toml"
                config.write_text(dialect.configuration(), encoding="utf-8")
                store = self.store(f"{seed}-{number}", "--config", config)
                for date, feeds in landings:
                    for feed, rows in feeds.items():
                        name, data = dialect.file(contracts.FEEDS[feed], rows)
                        store.write(f"{date}/{name}", data)
                result = store.run("--accept-rejects=whole")
                self.assert_published(result)
                self.assertEqual(store.query("select source_file, source_line, reasons, raw_row "
                                             "from quarantine limit 5"), [])
                self.assert_same(expected, self.tables(store))

    def test_the_same_store_in_any_dialect(self):
        first = int(os.environ.get("RANDOM_SEED", random.randrange(10**6)))
        for seed in range(first, first + SEEDS):
            with self.subTest(RANDOM_SEED=seed):
                self.check(seed)


if __name__ == "__main__":
    program.main()
