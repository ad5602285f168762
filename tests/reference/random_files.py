# Gives rows their formats: CSV and JSON in every spelling that the page on feeds allows, and on
# demand every row and file that it does not. A row is {column: int, str or None}: money in cents,
# instants in microseconds since 1970. Each value's text, quoting and padding is chosen at random.

import datetime
import gzip
import json
import os

import contracts

MICROS = 1_000_000
DAY = 86_400 * MICROS
OFFSETS = (-300, -240, 60, 120, 330, 720, 780, -210, -150, 23 * 60 + 59, -(23 * 60 + 59))
BOM = b"\xef\xbb\xbf"
EPOCH = datetime.datetime(1970, 1, 1)


def date_text(day):
    return (EPOCH + datetime.timedelta(days=day)).date().isoformat()


def write_file(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def divided(rng, rows):
    """Splits rows over no, one or a few files."""
    if not rows:
        return [[]] if rng.random() < 0.1 else []
    parts = [[] for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    for row in rows:
        rng.choice(parts).append(row)
    return parts


def file_names(rng, feed, count):
    suffixes = ["", "_02", "-eu", ".part2", "_a.b", "-\u00e9", "_csv", ".json", "_"]
    names = set()
    while len(names) < count:
        form = rng.choice(("csv", "csv", "csv", "json", "jsonl", "ndjson"))
        packed = ".gz" if rng.random() < 0.2 else ""
        name = f"{feed}{rng.choice(suffixes)}.{form}{packed}"
        names.add(random_case(rng, name) if rng.random() < 0.15 else name)
    names = sorted(names, key=str.encode)
    rng.shuffle(names)
    return names


def file_bytes(rng, feed_name, name, rows, adversarial):
    feed = contracts.FEEDS[feed_name]
    name = name.lower()
    texts = [{column.name: value_text(rng, column, row[column.name]) for column in feed.columns}
             for row in rows]
    if adversarial:
        for row in list(texts):
            if rng.random() < 0.12:
                texts.insert(rng.randint(0, len(texts)), spoiled(rng, feed, row))
    form = name.removesuffix(".gz").rpartition(".")[2]
    write = {"csv": csv_bytes, "json": json_bytes}.get(form, jsonl_bytes)
    data = write(rng, feed, texts, adversarial)
    if form == "csv" and rng.random() < 0.15 and is_utf8(data):
        order = rng.choice(("le", "be"))
        data = ("\ufeff" + data.decode()).encode(f"utf-16-{order}")
    elif rng.random() < 0.2:
        data = BOM + data
    return packed(rng, data) if name.endswith(".gz") else data


def is_utf8(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def packed(rng, data):
    """One gzip member or several."""
    cut = rng.randint(0, len(data)) if rng.random() < 0.3 else len(data)
    members = [data[:cut], data[cut:]] if cut < len(data) else [data]
    return b"".join(gzip.compress(member, mtime=0) for member in members)


def value_text(rng, column, value):
    if value is None:
        return None
    if column.type == "timestamp":
        return instant_text(rng, value)
    if column.type == "money":
        return money_text(rng, value)
    if column.type == "integer":
        return ("-" if value < 0 else "") + "0" * rng.choice((0, 0, 0, 2)) + str(abs(value))
    if column.type in ("enum", "currency", "country"):
        return "".join(rng.choice((c, c, c.upper(), c.lower())) for c in value)
    return value


def money_text(rng, cents):
    whole, rest = divmod(cents, 100)
    spellings = [f"{whole}.{rest:02d}"]
    if rest % 10 == 0:
        spellings.append(f"{whole}.{rest // 10}")
    if rest == 0:
        spellings += [f"{whole}", f"{whole:05d}"]
    if cents == 0:
        spellings += ["-0", "-0.00", "0"]
    if rng.random() < 0.1:
        return f"{whole}.{rest:02d}" + "0" * rng.randint(1, 4)
    return rng.choice(spellings)


def instant_text(rng, instant):
    if instant % DAY == 0 and rng.random() < 0.3:
        return date_text(instant // DAY)
    offset = rng.choice(OFFSETS) if rng.random() < 0.4 else 0
    if instant + offset * 60 * MICROS < 0:
        offset = 0
    seconds, micros = divmod(instant + offset * 60 * MICROS, MICROS)
    written = EPOCH + datetime.timedelta(seconds=seconds)
    text = written.strftime("%Y-%m-%d" + rng.choice("TT ") + "%H:%M")
    digits = f"{micros:06d}"
    if seconds % 60 or micros or rng.random() < 0.5:
        text += f":{seconds % 60:02d}"
        if micros or rng.random() < 0.2:
            fewest = max(1, len(digits.rstrip("0")))
            text += "." + rng.choice((digits[:fewest], digits, digits + "000"))
    text += rng.choice(("", "", "", " "))
    if offset == 0:
        utc = ("Z", "Z", "Z", "", "+00:00", "-00:00", "z", "UTC", "gmt", "+00", "-0000")
        return (text + rng.choice(utc)).rstrip()
    hours, minutes = divmod(abs(offset), 60)
    end = rng.choice((f":{minutes:02d}", f"{minutes:02d}", "" if minutes == 0 else f":{minutes:02d}"))
    return text + f"{'+' if offset > 0 else '-'}{hours:02d}{end}"


def random_case(rng, name):
    """Letter case is that of A to Z."""
    match rng.randrange(4):
        case 0:
            return contracts.ascii_upper(name)
        case 1:
            return "".join(rng.choice((c, contracts.ascii_upper(c))) for c in name)
    return name


def columns_to_write(rng, feed, nullable_too):
    """The feed's columns shuffled, some that may be missing left out, and unknown ones."""
    columns = [column.name for column in feed.columns]
    if rng.random() < 0.3:
        columns = [column.name for column in feed.columns
                   if not (column.may_be_missing and rng.random() < 0.5)]
    if rng.random() < 0.6:
        rng.shuffle(columns)
    if rng.random() < 0.3:
        for unknown in rng.sample(("tier", "note", "order id", "x" * 80, "sku ", "\u00fcber"), 2):
            if not nullable_too or unknown.strip() not in columns:
                columns.insert(rng.randint(0, len(columns)), unknown)
    return columns


def csv_field(rng, text, separator=",", spaced=True):
    if spaced and rng.random() < 0.06:
        text = rng.choice((" ", "\t", "  \t", "\u00a0", "\u202f\ufeff")) + text + \
            rng.choice(("", " ", "\t ", "\u200b", "\u00a0 "))
    if any(c in text for c in separator + '"\n') or text.endswith("\r") or rng.random() < 0.08:
        return '"' + text.replace('"', '""') + '"'
    return text


def csv_value(rng, column, text, separator):
    """A money's decimal point may be a comma where that does not separate."""
    is_money = column is not None and column.type == "money"
    if is_money and separator != "," and text.count(".") == 1 and rng.random() < 0.5:
        return text.replace(".", ",")
    return text


def csv_bytes(rng, feed, rows, adversarial):
    columns = columns_to_write(rng, feed, nullable_too=True)
    known = {column.name: column for column in feed.columns}
    unknown_values = ("", "gold", "a,b", 'q"q', "l1\nl2", "\u00fc", ";|")
    end = rng.choice(("\n", "\n", "\r\n"))
    separator = rng.choice(",,,,;\t|")
    lines = [separator.join(csv_field(rng, random_case(rng, name), separator)
                            for name in columns).encode()]
    for row in rows:
        fields = [csv_value(rng, known.get(name), row[name] or "", separator) if name in row
                  else rng.choice(unknown_values) for name in columns]
        lines.append(separator.join(csv_field(rng, field, separator) for field in fields).encode())
        if adversarial and rng.random() < 0.08:
            lines.append(unreadable_csv_row(rng, lines[-1], columns, separator.encode()))
        if rng.random() < 0.02:
            lines.append(rng.choice((b"", b"  ", b"\t ")))
    if rng.random() < 0.1:
        lines.insert(0, rng.choice((b"", b" \t")))
    if rng.random() < 0.1:
        lines.insert(0, rng.choice((b"sep=", b"SEP=")) + separator.encode())
    data = b""
    for line in lines:
        data += line + (end if rng.random() < 0.95 else "\n").encode()
    if rows and rng.random() < 0.2 and not lines[-1].endswith((b"\r", b" ", b"\t")) and lines[-1]:
        data = data.removesuffix(b"\n").removesuffix(b"\r")
    if adversarial and rng.random() < 0.1:
        data += b'"never closed,1\n2,3\n' + (b"\xff" if rng.random() < 0.5 else b"")
    return data


def unreadable_csv_row(rng, line, columns, separator):
    return rng.choice((
        line + separator,
        line + separator + b"extra",
        line.rpartition(separator)[0],
        separator * (len(columns) - 1),
        b'""',
        b"\r",
        line + b"\r",
        line + b' "x"',
        b'"a"b' + separator + line,
        b'"two\nlines" ' + separator + line,
        b' "led by a space"' + separator + line,
        b'"closed"\r' + separator + line,
        line + b"\xff",
        b"\xc0\xaf" + separator + line,
        line.partition(separator)[0] + b"\xed\xa0\x80" + separator + line.partition(separator)[2],
        b'x"\xff' + separator + line,
        b"\xf4\x90\x80\x80",
        b"\xef\xbb\xbf" + line,
        b"\x00" + line,
    ))


def json_string(rng, text):
    literal = json.dumps(text, ensure_ascii=rng.random() < 0.5)
    if rng.random() < 0.05:
        literal = '"' + "".join(
            f"\\u{unit:04{rng.choice('xX')}}" for unit in utf16_units(text)) + '"'
    return literal.replace("/", "\\/") if rng.random() < 0.1 else literal


def utf16_units(text):
    data = text.encode("utf-16-be")
    return [data[at] << 8 | data[at + 1] for at in range(0, len(data), 2)]


def is_json_number(text):
    try:
        return type(json.loads(text)) in (int, float) and not text.startswith(("N", "I", "-I"))
    except ValueError:
        return False


def json_value(rng, column, text):
    if text is None:
        return rng.choice(("null", "null", '""', '" \\t"'))
    if column.type in ("integer", "money", "id") and is_json_number(text) and rng.random() < 0.6:
        return text
    if text in ("true", "false") and rng.random() < 0.5:
        return text
    if rng.random() < 0.05:
        text = rng.choice((" ", "\t")) + text + " "
    return json_string(rng, text)


def json_object(rng, feed, row):
    columns = {column.name: column for column in feed.columns}
    unknown = ('"gold"', "[1, {\"a\": []}]", "{}", "1E+5", "true", "\"\\ud83d\\ude00\"", "null")
    space = rng.choice(("", " ", "\t"))
    members = []
    for name in columns_to_write(rng, feed, nullable_too=False):
        if name not in columns:
            members.append((name, rng.choice(unknown)))
            continue
        if row[name] is None and rng.random() < 0.4:
            continue
        if rng.random() < 0.03:
            wrong = rng.choice(("null", '"first"', "[1]", "{\"a\": 1}", "7"))
            members.append((random_case(rng, name), wrong))
        members.append((random_case(rng, name), json_value(rng, columns[name], row[name])))
    pairs = [json_string(rng, name) + space + ":" + space + value for name, value in members]
    return "{" + ("," + space).join(pairs) + space + "}"


def json_bytes(rng, feed, rows, adversarial):
    elements = []
    for row in rows:
        elements.append(json_object(rng, feed, row))
        if adversarial and rng.random() < 0.08:
            key = json.dumps(rng.choice(feed.columns).name)
            elements.append(rng.choice((
                "null", "7", '"text"', "[]", "[{}]", "{}", "true",
                "{" + key + ": {}}", "{" + key + ": [1]}", "{" + key + ": 1, " + key + ": []}")))
    space = rng.choice(("", "\n", "\r\n  ", " "))
    array = "[" + space + ("," + space).join(elements) + space + "]"
    if rng.random() < 0.3:
        array = "{" + space + json.dumps(random_case(rng, feed.name)) + space + ":" + array + "}"
    return (space + array + space).encode()


def jsonl_bytes(rng, feed, rows, adversarial):
    end = rng.choice((b"\n", b"\n", b"\r\n"))
    lines = []
    for row in rows:
        lines.append(json_object(rng, feed, row).encode())
        if adversarial and rng.random() < 0.1:
            lines.append(unreadable_json_line(rng, feed, lines[-1]))
        if rng.random() < 0.03:
            lines.append(rng.choice((b"", b" \t")))
    data = end.join(lines)
    return data + end if lines and rng.random() < 0.8 else data


def unreadable_json_line(rng, feed, line):
    key = json.dumps(rng.choice(feed.columns).name).encode()
    return rng.choice((
        b"{", b"[]", b"[" + line + b"]", b"null", b"12", b'"{}"', line[:-1], line + line,
        line + b",", line[:-1] + b",}", line.replace(b'"', b"'"), b"{" + key + b": NaN}",
        b"{" + key + b": 01}", b"{" + key + b": +1}", b"{" + key + b": .5}", b"{" + key + b": 1.}",
        b"{" + key + b": []}", b"{" + key + b": {}}", b"{" + key + b': "\\ud800"}',
        line[:-1] + b', "unknown": "\\udc00\\ud800"}', line[:-1] + b', "\\ud83d": 1}',
        line[:-1] + b', "unknown": "raw \x01"}', line[:-1] + b', "unknown": "bad \xff"}',
        b"\xef\xbb\xbf" + line, b"\xff", b"{" + key + b': "\\x41"}', b"{" + key + b': tru}',
        b"// " + line, b"\r", line + b"\x00", b"{}", b"\xc2\xa0", b"{" + key + b': "\xed\xa0\x80"}',
    ))


# Values by type: most are faults, the rest are at the edge of being one.
SPOILED_VALUES = {
    "id": (None, "x" * 64, "x" * 65, "\u00e4" * 64, "\U0001f600" * 64, "\U0001f600" * 65, "a\tb",
           "a\nb", "a\x00b", "a\x7fb", "a\x85b", "a\x9fb", "a\u00a0b", "\u2028", "\x1f" + "x" * 64),
    "text": (None, "e" * 32, "e" * 33, "e" * 100, "e" * 101, "e" * 200, "e" * 201, "e" * 300,
             "e" * 301, "\U0001f600" * 300, "a\x00b", "a\x0bb", "a\x7fb", "a\x80b", "\n", "a\r\n",
             "\x1b" + "e" * 301),
    "integer": (None, "0", "-0", "1", "-1", "007", "1.0", "1.", "1e2", "+1", "1 2", "1,000", "0x1",
                "--1", "-", "\u0663", "9999", "10000", "100000", "100001", "1000000", "1000001",
                "-1000000", "-1000001", "10000000", "10000001", "2147483647", "2147483648",
                "-2147483648", "-2147483649", "99999999999999999999", "0" * 30 + "1", "9" * 5000,
                "1_0", "true", "NaN"),
    "money": (None, "0", "-0", "-0.00", "-0.01", "-1", "12.", ".5", "1.5", "1.234", "1.230",
              "-1.234", "1e3", "1E3", "1.5e1", "1,000.00", "1 000", "$1", "+1", "1.2.3", "1000000",
              "1000000.00", "1000000.01", "1000000000.00", "1000000000.01", "0" * 15 + "1",
              "0" * 16 + "1", "0" * 16 + "1.5", "9" * 16, "9" * 17, "9" * 17 + ".123", "1_0",
              "\u0661", "NaN", "-", "true", "9" * 5000),
    "timestamp": (None, "2025-02-29", "2024-02-29", "2100-02-29", "2000-02-29", "2025-13-01",
                  "2025-00-10", "2025-01-00", "2025-01-32", "2025-04-31", "1969-12-31",
                  "1969-02-30", "1970-01-01", "1970-01-01T00:00:00+05:00", "2100-12-31",
                  "2101-01-01", "2101-02-29", "0000-01-01", "9999-12-31T23:59:59.999999Z",
                  "2025-01-01T24:00:00Z", "2025-01-01T23:60:00Z", "2025-01-01T23:59:60Z",
                  "2025-01-01T10:00Z", "2025-01-01T10:00:00.Z", "2025-01-01T10:00:00.1234567Z",
                  "2025-01-01T10:00:00,5Z", "2025-01-01T10:00:00+24:00",
                  "2025-01-01T10:00:00+23:60", "2025-01-01T10:00:00+23:59",
                  "2025-01-01T10:00:00-23:59", "2025-01-01T10:00:00+0100", "2025-01-01T10:00:00+01",
                  "2025-01-01t10:00:00z", "2025-01-01T10:00:00z", "2025-01-01  10:00:00",
                  "2025-01-01\t10:00:00", "2025-01-01T10:00:00 Z", "2025-01-01Z", "2025-1-1",
                  "20250101", "01/02/2025", "1735689600", "now", "-025-01-01",
                  "2025-01-01T10:00:00.5", "2025-01-01 10:00:00-00:00", "\uff12025-01-01",
                  "2025-01-01T", "2025-01-01T10:00:00Zx"),
    "enum": (None, "shipped", "PAID", "Card", "paid ,", "pa id", "cred\u0131t",
             "ban\u212a_transfer", "RETURN", "receipt\x00", "gift card"),
    "currency": (None, "usd", "uSd", "EUR", "eur", "GBP", "US", "USDX", "U$D", "\u00dcSD", "U D",
                 "u\u017fd", "123"),
    "country": (None, "de", "zz", "USA", "U", "U1", "\u00dcS", "\u017fe", "U S"),
    "email": (None, "a@b", "@b", "a@", "a", "a@b@c", "a b@c", "a@b\tc", "a\x00@b", "a\x85@b", "@",
              "\u00fc@\u00e4", "a@\u00a0", "x@" + "y" * 252, "x@" + "y" * 253, "y" * 300, "a@b\n"),
}


def spoiled(rng, feed, row):
    """A copy of the row with one to three values of another kind, or with a row check broken."""
    row = dict(row)
    if feed.name == "orders" and rng.random() < 0.4:
        row["status"] = rng.choice(contracts.STATES)
        for state in contracts.STATES[1:]:
            row[state + "_at"] = rng.choice((
                None, "2024-05-01", "2024-05-02", "2024-05-01T00:00:00.000001Z",
                row[state + "_at"]))
        return row
    if feed.name == "order_items" and rng.random() < 0.3:
        row.update(quantity="3", unit_price="33.33",
                   discount_amount=rng.choice(("99.99", "100.00", "100", "1000000000")))
        return row
    if feed.name == "inventory_movements" and rng.random() < 0.3:
        row["movement_type"] = rng.choice(contracts.MOVEMENT_TYPES + ("sale", None))
        row["quantity"] = rng.choice(("0", "-0", "-1", "1", "-1000000", "-1000001"))
        return row
    for column in rng.sample(feed.columns, rng.choice((1, 1, 2, 3))):
        row[column.name] = rng.choice(SPOILED_VALUES[column.type])
        instants = ("occurred_at", "returned_at", "paid_at", "fulfilled_at", "delivered_at")
        if column.name in instants and str(row[column.name])[:3] in ("210", "200", "197"):
            row[column.name] = "2025-02-30"
    return row


def rejected_files(rng):
    """Yields (feed, name, bytes) of files of which nothing can be staged, and of empty ones."""
    for number in range(rng.choice((0, 1, 2))):
        feed = contracts.FEEDS[rng.choice(sorted(contracts.FEEDS))]
        columns = [column.name for column in feed.columns]
        header = ",".join(columns).encode()
        row = b"\n" + b"," * (len(columns) - 1) + b"\n"
        fewer = rng.sample(columns, len(columns) - rng.choice((1, 2)))
        form, data = rng.choice((
            ("csv", b""),
            ("csv", BOM),
            ("csv", b"\n \t\r\n\n"),
            ("csv", ",".join(fewer).encode() + row),
            ("csv", (",".join(fewer) + "," + fewer[0].upper()).encode() + row),
            ("csv", header + b"," + columns[0].encode() + b"," + columns[-1].encode() + row),
            ("csv", header + b' , "' + columns[1].title().encode() + b' "' + row),
            ("csv", header + b',"' + columns[1].title().encode() + b' "' + row),
            ("csv", b'"' + header + row),
            ("csv", b'"a"b,' + header + row),
            ("csv", b'\n\n' + header + b',\xff' + row),
            ("csv", b'"a"b\xff,' + header + row),
            ("csv", header.replace(b",", b";") + row),
            ("csv", BOM + BOM + header + row),
            ("csv", header + b"\r" + header),
            ("csv", header),
            ("csv", header + b"\r\n"),
            ("json", b""),
            ("json", b" \n"),
            ("json", b"[]"),
            ("json", BOM + b" [ ]\n"),
            ("json", BOM + BOM + b"[]"),
            ("json", b"{}"),
            ("json", b'{"orders": [], "returns": []}'),
            ("json", b'{"order": [{}]}'),
            ("csv", b"sep=|\n" + header + row),
            ("csv", header.replace(b",", b"\r") + row),
            ("csv", b"\xff\xfe" + header),
            ("json", b"null"),
            ("json", b"[{}"),
            ("json", b"[{},]"),
            ("json", b"[{}] []"),
            ("json", b"[{}]\x00"),
            ("json", b'[{"a": "\\ud800"}]'),
            ("json", b'[{"\\udc00": 1}]'),
            ("json", b'[{"a": "\xff"}]'),
            ("json", b'[{"a": "\xed\xa0\x80"}]'),
            ("json", b"[{'a': 1}]"),
            ("json", b'[{"a": NaN}]'),
            ("json", b'[{"a": -Infinity}]'),
            ("json", b'[{"a": 01}]'),
            ("json", b'[{"a": "\t"}]'),
            ("json", b'[{}, {"a": "\\u12"}]'),
            ("json", b"[{}] // end"),
            ("json", '[{}]'.encode("utf-16")),
            ("jsonl", b""),
            ("ndjson", BOM),
            ("jsonl", b" \n\t\n"),
        ))
        yield feed.name, f"{feed.name}_whole{number}.{form}", data


def write_ignored(rng, out, folders):
    """Writes what a run must pass over, some of it in silence."""
    content = (b"sku,product_name,category,list_price,reorder_point,updated_at\n"
               b"NO,No,,1,,2025-01-01\n")
    in_a_date = ("_SUCCESS", ".products.csv", "_products.csv", "products.csv.tmp",
                 "products.csv.part", "products2.csv", "products",
                 "products.gz", "products.txt", "products.csv.gz.gz", "xproducts.csv",
                 "products .csv", "notes.txt", "order_item.csv", "old/products.csv",
                 "products_folder.csv/products.csv")
    in_the_root = ("products.csv", "2025-02-30/products.csv", "2025-1-05/products.csv",
                   "20250105/products.csv", "archive/products.csv", "2025-01-05x/products.csv",
                   "_2025-01-05/products.csv", ".git/products.csv")
    for folder in folders:
        for name in rng.sample(in_a_date, 2):
            write_file(os.path.join(out, folder, name), content)
    for name in rng.sample(in_the_root, 3):
        write_file(os.path.join(out, name), content)
