"""What lies in a landing folder, as every peer here sees it: the feeds' columns and the files in
order of pickup. A file is known again by its path; what was sent twice under one path is left out.
"""

import collections
import json
import pathlib
import re

COLUMNS = {
    "orders": ("order_id", "customer_id", "status", "created_at", "paid_at", "fulfilled_at",
               "delivered_at", "returned_at", "currency", "payment_method", "channel", "country"),
    "order_items": ("order_id", "line_number", "sku", "quantity", "unit_price", "discount_amount",
                    "tax_amount"),
    "returns": ("return_id", "order_id", "line_number", "quantity", "returned_at", "reason"),
    "customers": ("customer_id", "email", "full_name", "country", "signup_at"),
    "products": ("sku", "product_name", "category", "list_price", "reorder_point", "updated_at"),
    "inventory_movements": ("movement_id", "sku", "movement_type", "quantity", "occurred_at",
                            "reference"),
}
MAY_BE_MISSING = {"channel", "reason"}  # and country of orders

File = collections.namedtuple("File", "name feed format path")


def files(landing):
    """All files of a landing folder: by landing date, then by name."""
    found = []
    for path in pathlib.Path(landing).glob("????-??-??/*"):
        match = re.fullmatch(r"([a-z_]+?)(?:[_.-].*)?\.(csv|json|jsonl|ndjson)", path.name)
        feeds = [feed for feed in COLUMNS if path.name.startswith(feed)]
        if match and feeds:
            found.append(File(f"{path.parent.name}/{path.name}", max(feeds, key=len),
                              match[2].replace("ndjson", "jsonl"), path))
    return sorted(found)


def header(text, file):
    """The names in a CSV file's first line. A file without a column that it needs ends the run."""
    names = [name.strip().lower() for name in text.split("\n", 1)[0].strip().split(",")]
    missing = [column for column in COLUMNS[file.feed] if column not in names
               and column not in MAY_BE_MISSING and (file.feed, column) != ("orders", "country")]
    if missing:
        raise SystemExit(f"{file.name}: {', '.join(missing)}: column missing")
    return names


def write_result(out, days, quarantined):
    """What compare.py reads: the net revenue of each day, and how many rows were refused."""
    daily = {str(date): f"{net_revenue:.2f}" for date, net_revenue in days}
    (pathlib.Path(out) / "result.json").write_text(
        json.dumps({"daily": daily, "quarantined": quarantined}))
