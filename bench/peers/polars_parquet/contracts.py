"""What a valid row of each feed is, as expressions: `checked` gives a frame of typed values and
`reasons`. Amounts are whole cents.
"""

import datetime
import re

import polars as pl

CONTROL = r"[\x00-\x1f\x7f-\x{9f}]"
HOUR = r"(?:[01]\d|2[0-3])"
INSTANT = re.compile(
    rf"(\d{{4}}-\d\d-\d\d)(?:[T ]({HOUR}:[0-5]\d(?::[0-5]\d(?:\.\d{{1,9}})?)?)"
    rf"(?: ?(Z|UTC|GMT|[+-]{HOUR}(?::?[0-5]\d)?))?)?", re.ASCII | re.IGNORECASE)
EMAIL = r"^[^@ \x00-\x1f\x7f-\x{9f}]+@[^@ \x00-\x1f\x7f-\x{9f}]+$"
STATES = ["created", "paid", "fulfilled", "delivered", "returned"]
METHODS = ["card", "paypal", "bank_transfer", "wallet", "gift_card", "cash_on_delivery"]
MOVEMENTS = ["receipt", "shipment", "return", "adjustment", "allocation", "deallocation"]


def faults(name, required, *rules):
    """The first rule that holds against a value, as `name: message`."""
    value = pl.col(name)
    found = pl.when(value.is_null()).then(pl.lit(f"{name}: required") if required else None)
    for broken, message in rules:
        found = found.when(broken).then(pl.lit(f"{name}: {message}"))
    return found.otherwise(None)


def text(name, length_max, required=False, control=r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}]"):
    value = pl.col(name)
    return faults(name, required, (value.str.len_chars() > length_max, "too long"),
                  (value.str.contains(control), "control character"))


def identifier(name, required=True):
    return text(name, 64, required, CONTROL)


def integer(name, low, high, required=True):
    value = pl.col(name)
    number = value.cast(pl.Int64, strict=False)
    return faults(name, required, (~value.str.contains(r"^-?[0-9]+$"), "not an integer"),
                  (~number.is_between(low, high).fill_null(False), "out of range"))


def money(name, high, required):
    value = pl.col(name)
    return faults(name, required, (~value.str.contains(r"^-?[0-9]+(\.[0-9]+)?$"), "not a decimal"),
                  (value.str.contains(r"\.[0-9][0-9][0-9]*[1-9]"), "more than 2 decimal places"),
                  (~cents(name).is_between(0, high * 100).fill_null(False), "out of range"))


def cents(name):
    return (pl.col(name).cast(pl.Decimal(18, 2), strict=False) * 100).cast(pl.Int64, strict=False)


def instant(name, required):
    value, parsed = pl.col(name), pl.col(f"{name}_parsed")
    return faults(name, required, (parsed.is_null(), "not a timestamp"),
                  (~value.str.slice(0, 4).is_between(pl.lit("1970"), pl.lit("2100")),
                   "out of range"))


def word(name, words, required):
    return faults(name, required, (~pl.col(name).str.to_lowercase().is_in(words),
                                   "not one of " + ", ".join(words)))


def pattern(name, expression, message, required=False):
    return faults(name, required, (~pl.col(name).str.contains(expression), message))


def instant_of(text_value):
    """One timestamp in any accepted form, in UTC; None where it is none."""
    match = INSTANT.fullmatch(text_value)
    if not match:
        return None
    day, time, offset = match.groups()
    offset = (offset or "Z").upper().replace("UTC", "Z").replace("GMT", "Z")
    time = re.sub(r"(\.\d{6})\d+", r"\1", time or "00:00")
    try:
        value = datetime.datetime.fromisoformat(f"{day}T{time}{offset}")
    except ValueError:
        return None
    return value.astimezone(datetime.timezone.utc).replace(tzinfo=None)


def with_instants(frame, names):
    """Adds NAME_parsed: the usual form by the library (not its leap seconds), others by hand."""
    for name in names:
        parsed = frame[name].str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False, time_unit="us")
        usual = parsed.is_not_null() & (frame[name].str.slice(17, 2) != "60")
        others = (frame[name].is_not_null() & ~usual.fill_null(False)).arg_true()
        parsed[others] = pl.Series([instant_of(value) for value in frame[name][others]],
                                   dtype=pl.Datetime("us"))
        frame = frame.with_columns(parsed.alias(f"{name}_parsed"))
    return frame


INSTANTS = {"orders": ["created_at", "paid_at", "fulfilled_at", "delivered_at", "returned_at"],
            "order_items": [], "returns": ["returned_at"], "customers": ["signup_at"],
            "products": ["updated_at"], "inventory_movements": ["occurred_at"]}

FAULTS = {
    "orders": [
        identifier("order_id"), identifier("customer_id", False), word("status", STATES, True),
        *(instant(name, name == "created_at") for name in INSTANTS["orders"]),
        faults("currency", True,
               (~pl.col("currency").str.contains("^[A-Za-z]{3}$"), "not a currency"),
               (pl.col("currency").str.to_uppercase() != "USD", "expected USD")),
        word("payment_method", METHODS, False), text("channel", 32),
        pattern("country", "^[A-Za-z]{2}$", "not a country")],
    "order_items": [
        identifier("order_id"), integer("line_number", 1, 9999), identifier("sku"),
        integer("quantity", 0, 100_000), money("unit_price", 1_000_000, True),
        money("discount_amount", 1_000_000_000, False), money("tax_amount", 1_000_000_000, False)],
    "returns": [
        identifier("return_id"), identifier("order_id"), integer("line_number", 1, 9999),
        integer("quantity", 1, 100_000), instant("returned_at", True), text("reason", 200)],
    "customers": [
        identifier("customer_id"),
        faults("email", False,
               (~pl.col("email").str.contains(EMAIL), "not an email"),
               (pl.col("email").str.len_chars() > 254, "too long")),
        text("full_name", 200), pattern("country", "^[A-Za-z]{2}$", "not a country"),
        instant("signup_at", True)],
    "products": [
        identifier("sku"), text("product_name", 300, True), text("category", 100),
        money("list_price", 1_000_000, True), integer("reorder_point", 0, 10_000_000, False),
        instant("updated_at", True)],
    "inventory_movements": [
        identifier("movement_id"), identifier("sku"), word("movement_type", MOVEMENTS, True),
        pl.coalesce(
            integer("quantity", -1_000_000, 1_000_000),
            faults("quantity", True,
                   ((pl.col("quantity").cast(pl.Int64, strict=False) == 0)
                    | pl.col("quantity").str.starts_with("-")
                    & (pl.col("movement_type").str.to_lowercase() != "adjustment")
                    & pl.col("movement_type").str.to_lowercase().is_in(MOVEMENTS),
                    "out of range"))),
        instant("occurred_at", True), identifier("reference", False)],
}

VALUES = {
    "orders": [*(pl.col(f"{name}_parsed").alias(name) for name in INSTANTS["orders"]),
               pl.col("status", "payment_method").str.to_lowercase(),
               pl.col("country", "currency").str.to_uppercase()],
    "order_items": [pl.col("line_number", "quantity").cast(pl.Int64, strict=False),
                    cents("unit_price"), cents("discount_amount").fill_null(0),
                    cents("tax_amount").fill_null(0)],
    "returns": [pl.col("line_number", "quantity").cast(pl.Int64, strict=False),
                pl.col("returned_at_parsed").alias("returned_at")],
    "customers": [pl.col("country").str.to_uppercase(),
                  pl.col("signup_at_parsed").alias("signup_at")],
    "products": [cents("list_price"),
                 pl.col("reorder_point").cast(pl.Int64, strict=False).fill_null(0),
                 pl.col("updated_at_parsed").alias("updated_at")],
    "inventory_movements": [pl.col("movement_type").str.to_lowercase(),
                            pl.col("quantity").cast(pl.Int64, strict=False),
                            pl.col("occurred_at_parsed").alias("occurred_at")],
}


def order_faults():
    """A status needs its own timestamp, has none of a later state, and they never decrease."""
    found = []
    for position, state in enumerate(STATES[1:], 1):
        name = f"{state}_at"
        needs = ["delivered", "returned"] if state == "delivered" else [state]
        before = pl.coalesce([f"{earlier}_at" for earlier in reversed(STATES[:position])])
        found.append(
            pl.when(pl.col(name).is_null() & pl.col("status").is_in(needs))
            .then(pl.format(f"{name}: required when status is {{}}", "status"))
            .when(pl.col(name).is_not_null() & pl.col("status").is_in(STATES[:position]))
            .then(pl.format(f"{name}: set although status is {{}}", "status"))
            .when(pl.col(name) < before).then(pl.lit(f"{name}: before an earlier state")))
    return found


ROW_FAULTS = {
    "orders": order_faults(),
    "order_items": [pl.when(pl.col("quantity") > 0, pl.col("discount_amount")
                            > pl.col("quantity") * pl.col("unit_price"))
                    .then(pl.lit("discount_amount: above quantity x unit_price"))],
}


def checked(feed, frame):
    """Typed values, and in `reasons` why a row is refused, '' where it is not."""
    def joined(found):
        return pl.concat_str(found, separator="; ", ignore_nulls=True)
    frame = with_instants(frame, INSTANTS[feed])
    frame = frame.with_columns(reasons=pl.coalesce("fault", joined(FAULTS[feed])))
    frame = frame.with_columns(VALUES[feed])
    if feed in ROW_FAULTS:
        frame = frame.with_columns(pl.when(pl.col("reasons") == "").then(joined(ROW_FAULTS[feed]))
                                   .otherwise("reasons").alias("reasons"))
    return frame
