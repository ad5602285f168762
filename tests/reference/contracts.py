# What a valid row of each feed is: columns, types, ranges and row checks, as the page on feeds has
# them. Written to be judged by eye: one row at a time, one column at a time, no shortcut for the
# common case. Money is Decimal, instants are datetimes in UTC.

import dataclasses
import datetime
import decimal
import re

UTC = datetime.timezone.utc



@dataclasses.dataclass(frozen=True)
class Column:
    name: str
    type: str
    required: bool = False
    may_be_missing: bool = False
    low: int | None = None
    high: int | None = None
    length: int | None = None
    words: tuple[str, ...] = ()
    null_as: object = None


@dataclasses.dataclass(frozen=True)
class Feed:
    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


STATES = ("created", "paid", "fulfilled", "delivered", "returned")
PAYMENT_METHODS = ("card", "paypal", "bank_transfer", "wallet", "gift_card", "cash_on_delivery")
MOVEMENT_TYPES = ("receipt", "shipment", "return", "adjustment", "allocation", "deallocation")
ZERO = decimal.Decimal("0.00")

FEEDS = {
    feed.name: feed
    for feed in (
        Feed("orders", ("order_id",), (
            Column("order_id", "id", required=True),
            Column("customer_id", "id"),
            Column("status", "enum", required=True, words=STATES),
            Column("created_at", "timestamp", required=True),
            Column("paid_at", "timestamp"),
            Column("fulfilled_at", "timestamp"),
            Column("delivered_at", "timestamp"),
            Column("returned_at", "timestamp"),
            Column("currency", "currency", required=True),
            Column("payment_method", "enum", words=PAYMENT_METHODS),
            Column("channel", "text", length=32, may_be_missing=True),
            Column("country", "country", may_be_missing=True),
        )),
        Feed("order_items", ("order_id", "line_number"), (
            Column("order_id", "id", required=True),
            Column("line_number", "integer", required=True, low=1, high=9_999),
            Column("sku", "id", required=True),
            Column("quantity", "integer", required=True, low=0, high=100_000),
            Column("unit_price", "money", required=True, low=0, high=1_000_000),
            Column("discount_amount", "money", low=0, high=1_000_000_000, null_as=ZERO),
            Column("tax_amount", "money", low=0, high=1_000_000_000, null_as=ZERO),
        )),
        Feed("returns", ("return_id",), (
            Column("return_id", "id", required=True),
            Column("order_id", "id", required=True),
            Column("line_number", "integer", required=True, low=1, high=9_999),
            Column("quantity", "integer", required=True, low=1, high=100_000),
            Column("returned_at", "timestamp", required=True),
            Column("reason", "text", length=200, may_be_missing=True),
        )),
        Feed("customers", ("customer_id",), (
            Column("customer_id", "id", required=True),
            Column("email", "email"),
            Column("full_name", "text", length=200),
            Column("country", "country"),
            Column("signup_at", "timestamp", required=True),
        )),
        Feed("products", ("sku", "updated_at"), (
            Column("sku", "id", required=True),
            Column("product_name", "text", required=True, length=300),
            Column("category", "text", length=100),
            Column("list_price", "money", required=True, low=0, high=1_000_000),
            Column("reorder_point", "integer", low=0, high=10_000_000, null_as=0),
            Column("updated_at", "timestamp", required=True),
        )),
        Feed("inventory_movements", ("movement_id",), (
            Column("movement_id", "id", required=True),
            Column("sku", "id", required=True),
            Column("movement_type", "enum", required=True, words=MOVEMENT_TYPES),
            Column("quantity", "integer", required=True, low=-1_000_000, high=1_000_000),
            Column("occurred_at", "timestamp", required=True),
            Column("reference", "id"),
        )),
    )
}


class Fault(Exception):
    """The one reason that a field's value is not valid."""


@dataclasses.dataclass
class Mapping:
    """What a shop calls one feed's columns and words: {its name: ours}, {column: {its word: ours}},
    {column: default}."""
    columns: dict = dataclasses.field(default_factory=dict)
    values: dict = dataclasses.field(default_factory=dict)
    defaults: dict = dataclasses.field(default_factory=dict)


def trimmed(text):
    return text.strip(" \t\u00a0\u202f\u200b\ufeff")


def folded(name):
    return ascii_lower(trimmed(name))


def column_of(feed, mapping, name):
    """The column that a name in a file means, or None; a mapped name beats a column's own."""
    for shop_name, column in mapping.columns.items():
        if folded(shop_name) == ascii_lower(name):
            return column
    own = [column.name for column in feed.columns if column.name == ascii_lower(name)]
    return own[0] if own else None


def mapped(mapping, column, text):
    """The value after the shop's words and defaults; "" is null."""
    text = trimmed(text) if text is not None else ""
    for word, ours in mapping.values.get(column.name, {}).items():
        if folded(word) == ascii_lower(text):
            text = trimmed(ours)
            break
    return text if text else trimmed(mapping.defaults.get(column.name, ""))


def ascii_lower(text):
    """Lower case of A to Z only: letter case is that of the contract's ASCII words."""
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def ascii_upper(text):
    return "".join(chr(ord(c) - 32) if "a" <= c <= "z" else c for c in text)


def is_control(character):
    code = ord(character)
    return code <= 0x1F or 0x7F <= code <= 0x9F


def decode_id(column, text):
    if len(text) > 64:
        raise Fault("too long")
    if any(is_control(c) for c in text):
        raise Fault("control character")
    return text


def decode_text(column, text):
    if len(text) > column.length:
        raise Fault("too long")
    if any(is_control(c) and c not in "\t\n\r" for c in text):
        raise Fault("control character")
    return text


def decode_integer(column, text):
    if not re.fullmatch(r"-?[0-9]+", text):
        raise Fault("not an integer")
    digits = text.lstrip("-").lstrip("0")
    if len(digits) > 10:
        raise Fault("out of range")
    value = int(digits or "0")
    if text.startswith("-"):
        value = -value
    if not -(2**31) <= value < 2**31 or not column.low <= value <= column.high:
        raise Fault("out of range")
    return value


def decode_money(column, text):
    match = re.fullmatch(r"-?([0-9]+)(?:\.([0-9]+))?", text)
    if not match:
        raise Fault("not a decimal")
    if (match[2] or "")[2:].strip("0"):
        raise Fault("more than 2 decimal places")
    if len(match[1]) > 16:
        raise Fault("out of range")
    cents = int(match[1]) * 100 + int((match[2] or "")[:2].ljust(2, "0"))
    if text.startswith("-"):
        cents = -cents
    if not column.low * 100 <= cents <= column.high * 100:
        raise Fault("out of range")
    return decimal.Decimal(cents).scaleb(-2)


def days_in_month(year, month):
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r"(?: ?(?:[Zz]|[Uu][Tt][Cc]|[Gg][Mm][Tt]|([+-])([0-9]{2})(?::?([0-9]{2}))?))?)?"
)


def decode_timestamp(column, text):
    match = TIMESTAMP.fullmatch(text)
    if not match:
        raise Fault("not a timestamp")
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        raise Fault("not a timestamp")
    hour, minute, second = int(match[4] or 0), int(match[5] or 0), int(match[6] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise Fault("not a timestamp")
    if (match[7] or "")[6:].strip("0"):
        raise Fault("not a timestamp")
    microsecond = int((match[7] or "")[:6].ljust(6, "0"))
    offset_hours, offset_minutes = int(match[9] or 0), int(match[10] or 0)
    if offset_hours > 23 or offset_minutes > 59:
        raise Fault("not a timestamp")
    if not 1970 <= year <= 2100:
        raise Fault("out of range")
    written = datetime.datetime(year, month, day, hour, minute, second, microsecond, UTC)
    offset = datetime.timedelta(hours=offset_hours, minutes=offset_minutes)
    return written + offset if match[8] == "-" else written - offset


def decode_enum(column, text):
    word = ascii_lower(text)
    if word not in column.words:
        raise Fault("not one of " + ", ".join(column.words))
    return word


def decode_currency(column, text):
    if not re.fullmatch(r"[A-Za-z]{3}", text):
        raise Fault("not a currency")
    return ascii_upper(text)


def decode_country(column, text):
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise Fault("not a country")
    return ascii_upper(text)


def decode_email(column, text):
    before, at, after = text.partition("@")
    if not before or not at or not after or "@" in after:
        raise Fault("not an email")
    if any(c == " " or is_control(c) for c in text):
        raise Fault("not an email")
    if len(text) > 254:
        raise Fault("too long")
    return text


DECODERS = {
    "id": decode_id,
    "text": decode_text,
    "integer": decode_integer,
    "money": decode_money,
    "timestamp": decode_timestamp,
    "enum": decode_enum,
    "currency": decode_currency,
    "country": decode_country,
    "email": decode_email,
}


def decode_row(feed, values, currency, mapping=Mapping(), decimal_comma=False):
    """Turns {column: text or None} into (row, reasons); the row counts only without reasons."""
    row, faults = {}, {}
    for column in feed.columns:
        text = mapped(mapping, column, values.get(column.name))
        if decimal_comma and column.type == "money":
            text = text.replace(",", ".", 1)
        if text == "":
            row[column.name] = column.null_as
            if column.required:
                faults[column.name] = "required"
            continue
        try:
            row[column.name] = DECODERS[column.type](column, text)
        except Fault as fault:
            faults[column.name] = str(fault)

    if feed.name == "orders" and "currency" not in faults and row["currency"] != currency:
        faults["currency"] = "expected " + currency
    if feed.name == "inventory_movements" and "quantity" not in faults:
        type_is_known = "movement_type" not in faults
        if row["quantity"] == 0:
            faults["quantity"] = "out of range"
        elif type_is_known and row["movement_type"] != "adjustment" and row["quantity"] < 0:
            faults["quantity"] = "out of range"

    if not faults:
        if feed.name == "orders":
            faults = check_order(row)
        elif feed.name == "order_items":
            faults = check_order_item(row)
    reasons = [f"{c.name}: {faults[c.name]}" for c in feed.columns if c.name in faults]
    return row, reasons


REQUIRED_TIMESTAMPS = {
    "created": (),
    "paid": ("paid_at",),
    "fulfilled": ("fulfilled_at",),
    "delivered": ("delivered_at",),
    "returned": ("delivered_at", "returned_at"),
}


def check_order(row):
    faults = {}
    status = row["status"]
    nearest_earlier = "created_at"
    for state in STATES[1:]:
        field = state + "_at"
        if row[field] is None:
            if field in REQUIRED_TIMESTAMPS[status]:
                faults[field] = f"required when status is {status}"
            continue
        if STATES.index(state) > STATES.index(status):
            faults[field] = f"set although status is {status}"
        elif row[field] < row[nearest_earlier]:
            faults[field] = f"before {nearest_earlier}"
        nearest_earlier = field
    return faults


def check_order_item(row):
    is_taken_back = row["quantity"] == 0
    if not is_taken_back and row["discount_amount"] > row["quantity"] * row["unit_price"]:
        return {"discount_amount": "above quantity x unit_price"}
    return {}
