# How a landing folder is read, as the page on feeds has it: which files count and in which order,
# CSV and JSON over their bytes, and what becomes of a row or a file that can't be read.
# A row's faults are values; RejectedWhole ends a file, RunFailed the run.
# A record is (line, values, fault): values are {column: text or None}, fault is of the whole row.

import dataclasses
import datetime
import hashlib
import json
import os
import re
import zlib

import contracts


class RunFailed(Exception):
    """A file that makes the run fail as a whole."""


class RejectedWhole(Exception):
    """The reasons for which nothing of a file is staged."""


BOM = b"\xef\xbb\xbf"
UTF_16 = {b"\xff\xfe": "little", b"\xfe\xff": "big"}
SEPARATORS = ",;\t|"
UNDEFINED_IN_WINDOWS_1252 = (0x81, 0x8D, 0x8F, 0x90, 0x9D)


@dataclasses.dataclass
class Settings:
    """What reading depends on beside the files."""
    currency: str = "USD"
    encoding: str = "utf-8"
    mappings: dict = dataclasses.field(default_factory=dict)  # by feed

    def mapping(self, feed):
        return self.mappings.get(feed.name, contracts.Mapping())


def utf16_text(data, byte_order):
    """Text by its 16-bit units: a surrogate alone and an odd last byte are U+FFFD."""
    units = [int.from_bytes(data[i:i + 2], byte_order) for i in range(0, len(data) - 1, 2)]
    text, at = "", 0
    while at < len(units):
        unit = units[at]
        following = units[at + 1] if at + 1 < len(units) else 0
        if 0xD800 <= unit < 0xDC00 and 0xDC00 <= following < 0xE000:
            text += chr(0x10000 + ((unit - 0xD800) << 10) + (following - 0xDC00))
            at += 2
            continue
        text += "\ufffd" if 0xD800 <= unit < 0xE000 else chr(unit)
        at += 1
    return text + ("\ufffd" if len(data) % 2 else "")


def windows_1252_text(data):
    return "".join("\ufffd" if byte in UNDEFINED_IN_WINDOWS_1252 else
                   bytes([byte]).decode("cp1252") for byte in data)


def csv_text(data, encoding):
    """The bytes of a CSV file as UTF-8, without a byte order mark."""
    if data.startswith(BOM):
        return data[len(BOM):]
    if data[:2] in UTF_16:
        return utf16_text(data[2:], UTF_16[data[:2]]).encode("utf-8")
    if encoding == "windows-1252":
        return windows_1252_text(data).encode("utf-8")
    return data


def is_blank(line):
    return line.strip(b" \t") == b""


def line_at(data, start):
    """The line that starts there without its end, and where the next one starts."""
    end = data.find(b"\n", start)
    if end < 0:
        return data[start:], len(data)
    line = data[start:end]
    return (line[:-1] if line.endswith(b"\r") else line), end + 1


def csv_row_at(data, start, separator):
    """Reads one CSV row: (fields as bytes, fault or None, where the next row starts)."""
    fields = []
    at = start
    while True:
        if data[at:at + 1] == b'"':
            field = b""
            at += 1
            while True:
                quote = data.find(b'"', at)
                if quote < 0:
                    return fields, "unterminated quote", len(data)
                field += data[at:quote]
                at = quote + 1
                if data[at:at + 1] != b'"':
                    break
                field += b'"'
                at += 1
        else:
            field_start = at
            while at < len(data) and data[at:at + 1] not in (separator, b"\n", b'"'):
                at += 1
            # The CR of a CRLF ends the line; any other CR is part of the value.
            if data[at:at + 1] == b"\n" and at > field_start and data[at - 1:at] == b"\r":
                at -= 1
            field = data[field_start:at]
        fields.append(field)
        if at >= len(data):
            return fields, None, at
        if data[at:at + 1] == separator:
            at += 1
        elif data[at:at + 1] == b"\n":
            return fields, None, at + 1
        elif data[at:at + 2] == b"\r\n":
            return fields, None, at + 2
        else:
            _, next_row = line_at(data, at)
            return fields, "misplaced quote", next_row


def decoded_csv_rows(data, separator, line_number=1):
    """Yields (line, fields as text, fault) of every row, the header first."""
    at = 0
    while at < len(data):
        line, next_line = line_at(data, at)
        if is_blank(line):
            at, line_number = next_line, line_number + 1
            continue
        fields, fault, next_row = csv_row_at(data, at, separator)
        if fault is None:
            try:
                data[at:next_row].decode("utf-8")
                fields = [field.decode("utf-8") for field in fields]
            except UnicodeDecodeError:
                fault = "not UTF-8"
        yield line_number, fields, fault
        line_number += data.count(b"\n", at, next_row)
        at = next_row


def header_of(data, separator):
    """(names, fault) of the first row that is not blank."""
    _, names, fault = next(decoded_csv_rows(data, separator), (1, [], None))
    return [contracts.trimmed(name) for name in names] if fault is None else [], fault


def separator_line(data):
    """(separator, how many bytes) of a first line that is just sep=X, else (None, 0)."""
    line, next_line = line_at(data, 0)
    if len(line) == 5 and line[:4].lower() == b"sep=" and line[4:5].decode("latin-1") in SEPARATORS:
        return line[4:5], next_line
    return None, 0


def best_separator(feed, mapping, data):
    """The one by whose header the most of the feed's columns are named; of equals the first."""
    def columns_named(separator):
        _, fields, fault = next(decoded_csv_rows(data, separator), (1, [], None))
        if fault in ("unterminated quote", "misplaced quote"):
            return 0
        names = [field if isinstance(field, str) else field.decode("utf-8", "replace")
                 for field in fields]
        return len({contracts.column_of(feed, mapping, contracts.trimmed(name))
                    for name in names} - {None})
    return max((separator.encode() for separator in SEPARATORS), key=columns_named)


def csv_records(feed, data, settings):
    data = csv_text(data, settings.encoding)
    mapping = settings.mapping(feed)
    separator, size = separator_line(data)
    line_number = 2 if separator else 1
    data = data[size:]
    separator = separator or best_separator(feed, mapping, data)
    names, fault = header_of(data, separator)
    if fault is None and any(contracts.is_control(c) for name in names for c in name):
        fault = "control character"
    if fault:
        raise RejectedWhole(f"row: {fault}")
    columns = [contracts.column_of(feed, mapping, name) for name in names]
    reasons = []
    for column in feed.columns:
        may_be_missing = column.may_be_missing or column.name in mapping.defaults
        if columns.count(column.name) > 1:
            reasons.append(f"{column.name}: column repeated")
        elif column.name not in columns and not may_be_missing:
            reasons.append(f"{column.name}: column missing")
    if reasons:
        raise RejectedWhole("; ".join(reasons))
    rows = decoded_csv_rows(data, separator, line_number)
    next(rows)
    for line, fields, fault in rows:
        if fault is None and len(fields) != len(names):
            fault = f"{len(fields)} fields, expected {len(names)}"
        values = {column: field for column, field in zip(columns, fields) if column is not None}
        yield line, None if fault else values, fault, separator != b","


class NotJson(Exception):
    """A text that RFC 8259 does not allow."""


class Pairs(list):
    """A JSON object: its members in order, repeated keys included."""


def refuse_constant(text):
    raise NotJson(text)


def has_lone_surrogate(value):
    if isinstance(value, str):
        return any(0xD800 <= ord(c) <= 0xDFFF for c in value)
    if isinstance(value, Pairs):
        return any(has_lone_surrogate(k) or has_lone_surrogate(v) for k, v in value)
    if isinstance(value, list):
        return any(has_lone_surrogate(v) for v in value)
    return False


def parsed_json(text):
    """Reads one JSON text as RFC 8259 has it, numbers as they are written."""
    try:
        value = json.loads(text, object_pairs_hook=Pairs, parse_int=str, parse_float=str,
                           parse_constant=refuse_constant)
    except ValueError as error:
        raise NotJson(str(error)) from None
    if has_lone_surrogate(value):
        raise NotJson("lone surrogate")
    return value


def object_values(feed, value, mapping):
    """The texts of a JSON object's columns, or None where it is no flat object."""
    if not isinstance(value, Pairs):
        return None
    values = {}
    for key, member in value:
        column = contracts.column_of(feed, mapping, key)
        if column is not None:
            values[column] = member
    for name, member in values.items():
        if isinstance(member, list):
            return None
        if isinstance(member, bool):
            values[name] = "true" if member else "false"
    return values


def json_records(feed, data, settings):
    if data.startswith(BOM):
        data = data[len(BOM):]
    try:
        array = parsed_json(data.decode("utf-8"))
    except (UnicodeDecodeError, NotJson):
        raise RejectedWhole("row: not a JSON array") from None
    if isinstance(array, Pairs) and len(array) == 1:
        key, member = array[0]
        if contracts.ascii_lower(key) == feed.name:
            array = member
    if isinstance(array, Pairs) or not isinstance(array, list):
        raise RejectedWhole("row: not a JSON array")
    for number, element in enumerate(array, 1):
        values = object_values(feed, element, settings.mapping(feed))
        yield number, values, "not a JSON object" if values is None else None


def jsonl_records(feed, data, settings):
    if data.startswith(BOM):
        data = data[len(BOM):]
    at, line_number = 0, 0
    while at < len(data):
        line, at = line_at(data, at)
        line_number += 1
        if is_blank(line):
            continue
        try:
            values = object_values(feed, parsed_json(line.decode("utf-8")),
                                   settings.mapping(feed))
            fault = "not a JSON object" if values is None else None
        except UnicodeDecodeError:
            values, fault = None, "not UTF-8"
        except NotJson:
            values, fault = None, "not a JSON object"
        yield line_number, values, fault


RECORDS = {"csv": csv_records, "json": json_records, "jsonl": jsonl_records,
           "ndjson": jsonl_records}


@dataclasses.dataclass
class Delivery:
    source_file: str
    feed: str
    landing_date: datetime.date
    sequence: int
    rows_read: int = 0
    staged: list = dataclasses.field(default_factory=list)
    quarantined: list = dataclasses.field(default_factory=list)

    def reject_rate(self):
        return len(self.quarantined) / self.rows_read if self.rows_read else 0.0

    def is_tolerated(self, rows):
        rejected = len(self.quarantined)
        return rejected <= rows and rejected * 2 <= self.rows_read


FILE_NAME = re.compile(
    "(" + "|".join(contracts.FEEDS) + r")([_.-].*)?\.(csv|json|jsonl|ndjson)(\.gz)?",
    re.DOTALL | re.IGNORECASE | re.ASCII)


def is_landing_date(name):
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", name):
        return False
    try:
        datetime.date.fromisoformat(name)
    except ValueError:
        return False
    return True


def is_ignored_silently(name):
    return name.startswith((".", "_")) or name.endswith((".tmp", ".part"))


def files_of(landing):
    """Yields (date folder, file name, match) in order of pickup."""
    for folder in sorted(os.listdir(landing), key=os.fsencode):
        path = os.path.join(landing, folder)
        if not is_landing_date(folder) or not os.path.isdir(path):
            continue
        for name in sorted(os.listdir(path), key=os.fsencode):
            if is_ignored_silently(name) or not os.path.isfile(os.path.join(path, name)):
                continue
            match = FILE_NAME.fullmatch(name)
            if match:
                yield folder, name, match


def unpacked(data, source_file):
    """The content of a gzip file, which may have several members and nothing else."""
    content = b""
    while True:
        member = zlib.decompressobj(wbits=31)
        try:
            content += member.decompress(data)
        except zlib.error as error:
            raise RunFailed(f"{source_file}: can't be unpacked: {error}") from None
        if not member.eof:
            raise RunFailed(f"{source_file}: can't be unpacked: it ends too soon")
        data = member.unused_data
        if not data:
            return content


def read_file(feed, records, data, delivery, settings):
    mapping = settings.mapping(feed)
    try:
        for line, values, fault, *dialect in records(feed, data, settings):
            delivery.rows_read += 1
            if fault:
                reasons = [f"row: {fault}"]
            else:
                row, reasons = contracts.decode_row(feed, values, settings.currency, mapping,
                                                     decimal_comma=True in dialect)
            if reasons:
                delivery.quarantined.append((line, "; ".join(reasons)))
            else:
                row["source_file"] = delivery.source_file
                row["source_line"] = line
                row["sequence"] = delivery.sequence
                delivery.staged.append(row)
    except RejectedWhole as rejection:
        delivery.rows_read = 1
        delivery.quarantined.append((1, str(rejection)))


def read_landings(landings, settings):
    """The deliveries of one run a landing folder, each laid over those before it."""
    deliveries = []
    latest_content = {}
    for landing in landings:
        for folder, name, match in files_of(landing):
            source_file = f"{folder}/{name}"
            with open(os.path.join(landing, folder, name), "rb") as file:
                data = file.read()
            checksum = hashlib.sha256(data).hexdigest()
            if latest_content.get(source_file) == checksum:
                continue
            latest_content[source_file] = checksum
            if match[4]:
                data = unpacked(data, source_file)
            feed, record_reader = match[1].lower(), RECORDS[match[3].lower()]
            delivery = Delivery(source_file, feed, datetime.date.fromisoformat(folder),
                                len(deliveries))
            read_file(contracts.FEEDS[feed], record_reader, data, delivery, settings)
            deliveries.append(delivery)
    return deliveries
