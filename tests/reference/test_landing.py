# The page on feeds as tables of cases: a value and its reason, a file and what becomes of its rows.

import datetime
import gzip
import os
import tempfile
import unittest

import contracts
import landing

VALID_ROWS = {
    "orders": {"order_id": "1", "status": "created", "created_at": "2025-01-01", "currency": "USD"},
    "order_items": {"order_id": "1", "line_number": "1", "sku": "A", "quantity": "3",
                    "unit_price": "33.33"},
    "returns": {"return_id": "R", "order_id": "1", "line_number": "1", "quantity": "1",
                "returned_at": "2025-01-01"},
    "customers": {"customer_id": "C", "signup_at": "2025-01-01"},
    "products": {"sku": "A", "product_name": "Name", "list_price": "1", "updated_at": "2025-01-01"},
    "inventory_movements": {"movement_id": "M", "sku": "A", "movement_type": "receipt",
                            "quantity": "1", "occurred_at": "2025-01-01"},
}


def decoded(feed_name, **values):
    """(row, reasons) of the feed's plainest valid row with these values in it."""
    row = VALID_ROWS[feed_name] | values
    return contracts.decode_row(contracts.FEEDS[feed_name], row, "USD")


def records(form, data, feed_name="products", settings=landing.Settings()):
    """(line, row or fault) of every record of a file."""
    feed = contracts.FEEDS[feed_name]
    return [(line, fault or values)
            for line, values, fault, *_ in landing.RECORDS[form](feed, data, settings)]


def write_landing(folder, files):
    for path, content in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)


# field, value, reason (None: accepted)
FAULTS = {
    "orders": (
        ("order_id", "", "required"),
        ("order_id", " \t ", "required"),
        ("order_id", "x" * 64, None),
        ("order_id", "\U0001f600" * 64, None),
        ("order_id", "x" * 65, "too long"),
        ("order_id", "\x00" * 65, "too long"),
        ("order_id", "a\tb", "control character"),
        ("order_id", "a\x9f", "control character"),
        ("order_id", "a\u00a0", None),
        ("status", "CREATED", None),
        ("status", "shipped", "not one of created, paid, fulfilled, delivered, returned"),
        ("payment_method", "ban\u212a_transfer", "not one of card, paypal, bank_transfer, wallet,"
         " gift_card, cash_on_delivery"),
        ("currency", "usd", None),
        ("currency", "EUR", "expected USD"),
        ("currency", "US", "not a currency"),
        ("currency", "\u00dcSD", "not a currency"),
        ("channel", "e" * 33, "too long"),
        ("channel", "a\nb\tc\rd", None),
        ("channel", "a\x0b", "control character"),
        ("country", "de", None),
        ("country", "DEU", "not a country"),
        ("created_at", "2025-01-01 10:00:00", None),
        ("created_at", "2025-01-01T10:00:00.123456+23:59", None),
        ("created_at", "2025-01-01  10:00:00", "not a timestamp"),
        ("created_at", "2025-01-01T10:00:00z", None),
        ("created_at", "2025-01-01T10:00 utc", None),
        ("created_at", "2025-01-01T10:00:00Gmt", None),
        ("created_at", "2025-01-01T10:00:00  Z", "not a timestamp"),
        ("created_at", "2025-01-01T10:00:00.123456000Z", None),
        ("created_at", "2025-01-01T10:00:00.1234560000Z", "not a timestamp"),
        ("created_at", "2025-01-01T10:00:00.1234567Z", "not a timestamp"),
        ("created_at", "2025-01-01T10:00.5Z", "not a timestamp"),
        ("created_at", "2025-01-01T10:00:00-0500", None),
        ("created_at", "2025-01-01T10:00:00 +01", None),
        ("created_at", "2025-01-01T10:00:00+1", "not a timestamp"),
        ("created_at", "2025-01-01T10:00:00+010", "not a timestamp"),
        ("created_at", "2025-01-01T10:00:00+01:", "not a timestamp"),
        ("created_at", "2025-01-01T10:00:00+2400", "not a timestamp"),
        ("created_at", "2025-01-01T10:00:00.", "not a timestamp"),
        ("created_at", "2025-01-01T10:00", None),
        ("created_at", "2025-01-01T24:00:00", "not a timestamp"),
        ("created_at", "2025-01-01T23:59:60", "not a timestamp"),
        ("created_at", "2025-01-01T10:00:00+24:00", "not a timestamp"),
        ("created_at", "2025-01-01T10:00:00+23:60", "not a timestamp"),
        ("created_at", "2025-01-01Z", "not a timestamp"),
        ("created_at", "2025-02-29", "not a timestamp"),
        ("created_at", "2100-02-29", "not a timestamp"),
        ("created_at", "1969-02-30", "not a timestamp"),
        ("created_at", "2000-02-29", None),
        ("created_at", "1969-12-31T23:59:59-05:00", "out of range"),
        ("created_at", "1970-01-01T00:00:00+05:00", None),
        ("created_at", "2100-12-31T23:59:59.999999-05:00", None),
        ("created_at", "2101-01-01", "out of range"),
        ("created_at", "0000-02-29", "out of range"),
    ),
    "order_items": (
        ("line_number", "007", None),
        ("line_number", "0", "out of range"),
        ("line_number", "10000", "out of range"),
        ("line_number", "-1", "out of range"),
        ("line_number", "9" * 5000, "out of range"),
        ("line_number", "+1", "not an integer"),
        ("line_number", "1.0", "not an integer"),
        ("line_number", "\u0663", "not an integer"),
        ("unit_price", "1.5", None),
        ("unit_price", "-0.00", None),
        ("unit_price", "1000000.00", None),
        ("unit_price", "1000000.01", "out of range"),
        ("unit_price", "-0.01", "out of range"),
        ("unit_price", "0" * 15 + "1", None),
        ("unit_price", "0" * 16 + "1", "out of range"),
        ("unit_price", "0" * 16 + "1.001", "more than 2 decimal places"),
        ("unit_price", "1.230", None),
        ("unit_price", "6.5000", None),
        ("unit_price", "6.5010", "more than 2 decimal places"),
        ("unit_price", "12,50", "not a decimal"),
        ("unit_price", "1.", "not a decimal"),
        ("unit_price", ".5", "not a decimal"),
        ("unit_price", "1e3", "not a decimal"),
        ("unit_price", "1,000.00", "not a decimal"),
        ("unit_price", "+1", "not a decimal"),
        ("discount_amount", "99.99", None),
        ("discount_amount", "100.00", "above quantity x unit_price"),
    ),
    "customers": (
        ("email", "a@b", None),
        ("email", "\u00fc@\u00a0", "not an email"),
        ("email", "\u00fc@\u00a0b", None),
        ("email", "@b", "not an email"),
        ("email", "a@", "not an email"),
        ("email", "a@b@c", "not an email"),
        ("email", "a b@c", "not an email"),
        ("email", "a@b\x85", "not an email"),
        ("email", "a@" + "b" * 252, None),
        ("email", "a@" + "b" * 253, "too long"),
        ("email", "b" * 255, "not an email"),
    ),
    "inventory_movements": (
        ("quantity", "0", "out of range"),
        ("quantity", "-0", "out of range"),
        ("quantity", "-1", "out of range"),
        ("quantity", "1000000", None),
        ("quantity", "1000001", "out of range"),
    ),
}

# status, {timestamps}, reasons
STATES = (
    ("paid", {}, "paid_at: required when status is paid"),
    ("returned", {}, "delivered_at: required when status is returned; "
                     "returned_at: required when status is returned"),
    ("created", {"paid_at": "2025-01-01"}, "paid_at: set although status is created"),
    ("paid", {"paid_at": "2025-01-03", "delivered_at": "2025-01-02"},
     "delivered_at: set although status is paid"),
    ("delivered", {"paid_at": "2025-01-03", "delivered_at": "2025-01-02"},
     "delivered_at: before paid_at"),
    ("delivered", {"delivered_at": "2024-12-31"}, "delivered_at: before created_at"),
    ("delivered", {"paid_at": "2025-01-03", "fulfilled_at": "2025-01-02",
                   "delivered_at": "2025-01-02T12:00:00Z"}, "fulfilled_at: before paid_at"),
    ("delivered", {"delivered_at": "2025-01-01"}, ""),
)


class Values(unittest.TestCase):
    def test_a_value_is_accepted_or_gets_the_first_reason_that_fits(self):
        for feed, cases in FAULTS.items():
            for field, value, reason in cases:
                with self.subTest(field=field, value=value[:40]):
                    expected = [] if reason is None else [f"{field}: {reason}"]
                    self.assertEqual(decoded(feed, **{field: value})[1], expected)

    def test_the_states_of_an_order_are_held_against_each_other(self):
        for status, timestamps, reasons in STATES:
            with self.subTest(status=status, **timestamps):
                self.assertEqual("; ".join(decoded("orders", status=status, **timestamps)[1]),
                                 reasons)

    def test_reasons_stand_in_the_order_of_the_contract_and_hide_row_checks(self):
        self.assertEqual(decoded("orders", country="x", status="paid", order_id=None)[1],
                         ["order_id: required", "country: not a country"])

    def test_the_sign_of_a_movement_is_checked_where_its_type_is_known(self):
        self.assertEqual(decoded("inventory_movements", movement_type="adjustment",
                                 quantity="-1000000")[1], [])
        for movement_type in ("sale", ""):
            for quantity, count in (("-5", 1), ("0", 2), ("-1000001", 2)):
                reasons = decoded("inventory_movements", movement_type=movement_type,
                                  quantity=quantity)[1]
                self.assertEqual(len(reasons), count, reasons)

    def test_values_are_stored_in_one_spelling(self):
        row, _ = decoded("orders", status=" PAID\t", currency="uSd", country="de",
                         created_at="2025-03-05T23:30:00.5-02:00", paid_at="2025-03-06 02:00:00")
        self.assertEqual((row["status"], row["currency"], row["country"]), ("paid", "USD", "DE"))
        self.assertEqual(row["created_at"],
                         datetime.datetime(2025, 3, 6, 1, 30, 0, 500_000, contracts.UTC))
        row, _ = decoded("order_items", unit_price="0012.5")
        self.assertEqual([str(row[name]) for name in ("unit_price", "discount_amount")],
                         ["12.50", "0.00"])


HEADER = b"sku,product_name,category,list_price,reorder_point,updated_at\n"
ROW = {"sku": "A", "product_name": "b", "category": "", "list_price": "1", "reorder_point": "",
       "updated_at": "2025-01-01"}


class CsvFiles(unittest.TestCase):
    def test_rows_that_can_not_be_read_get_one_reason(self):
        for data, expected in (
            (b'"a', [(2, "unterminated quote")]),
            (b'"a""', [(2, "unterminated quote")]),
            (b'\xff,"a\nb\nc', [(2, "unterminated quote")]),
            (b'"a"b,"c\nx\n', [(2, "misplaced quote"), (3, "1 fields, expected 6")]),
            (b'a"b,\xff\nx', [(2, "misplaced quote"), (3, "1 fields, expected 6")]),
            (b'"a\nb" ,c\nx', [(2, "misplaced quote"), (4, "1 fields, expected 6")]),
            (b' "a"\n', [(2, "misplaced quote")]),
            (b'"a"\r', [(2, "misplaced quote")]),
            (b'\xc0\x80\n', [(2, "not UTF-8")]),
            (b'\xed\xa0\x80,,,,,\n', [(2, "not UTF-8")]),
            (b'\n \t\r\nx\r\n\n"y"', [(4, "1 fields, expected 6"), (6, "1 fields, expected 6")]),
            (b'\r', [(2, "1 fields, expected 6")]),
            (b',,,,,,\n', [(2, "7 fields, expected 6")]),
            (b'A,b,,1,,2025-01-01', [(2, ROW)]),
            (b'"A","b","","1","","2025-01-01"\r\n', [(2, ROW)]),
            (b'A,b\rc,,1,,2025-01-01\r\r\n',
             [(2, ROW | {"product_name": "b\rc", "updated_at": "2025-01-01\r"})]),
            (b'A,"x\n""y"",",,1,,2025-01-01\n', [(2, ROW | {"product_name": 'x\n"y",'})]),
        ):
            with self.subTest(data=data):
                self.assertEqual(records("csv", HEADER + data), expected)

    def test_the_header_is_matched_by_name(self):
        data = (b'\xef\xbb\xbf\n \t\r\n'
                b' UPDATED_AT\t,"Sku ",list_Price,x,category,product_name,reorder_point\n')
        self.assertEqual(records("csv", data + b"2025-01-01,A,1,?,,b,\n"), [(4, ROW)])

    def test_a_file_is_rejected_whole(self):
        for data, reason in (
            (b"", "sku: column missing; product_name: column missing; category: column missing; "
                  "list_price: column missing; reorder_point: column missing; "
                  "updated_at: column missing"),
            (HEADER.replace(b"sku,", b"").replace(b"category", b"LIST_PRICE"),
             "sku: column missing; category: column missing; list_price: column repeated"),
            (b"\xef\xbb\xbf?" + HEADER, "sku: column missing"),
            (b'"' + HEADER, "row: unterminated quote"),
            (b'x"\xff,' + HEADER, "row: misplaced quote"),
            (b"\xff," + HEADER, "row: not UTF-8"),
        ):
            with self.subTest(data=data):
                with self.assertRaises(landing.RejectedWhole) as raised:
                    records("csv", data)
                self.assertEqual(str(raised.exception), reason)

    def test_a_column_that_may_be_missing_is_null(self):
        header = b"return_id,order_id,line_number,quantity,returned_at\n"
        values = records("csv", header + b"R,1,1,1,2025-01-01", "returns")[0][1]
        row, reasons = contracts.decode_row(contracts.FEEDS["returns"], values, "USD")
        self.assertEqual((row["reason"], reasons), (None, []))


class JsonFiles(unittest.TestCase):
    def test_values_are_read_as_their_literal_text(self):
        data = (b'{"SKU": 1e2, "product_name": true, "list_price": 1.50, "reorder_point": -0,'
                b' "category": null, "x": [{}], "sku": 12.0}')
        self.assertEqual(records("jsonl", data), [(1, {
            "sku": "12.0", "product_name": "true", "list_price": "1.50", "reorder_point": "-0",
            "category": None})])

    def test_of_a_repeated_key_the_last_counts(self):
        self.assertEqual(records("jsonl", b'{"sku": [1], "SKU": "a", "\\u0073ku": null}'),
                         [(1, {"sku": None})])

    def test_lines_that_are_no_objects(self):
        for line in (b"{", b"[]", b"7", b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": 01}',
                     b'{"a": .5}', b'{"a": 1.}', b'{"a": \xd9\xa3}', b'{"a": "\\ud800"}',
                     b'{"\\udc00\\ud800": 1}', b'{"a": ["\\ud83d\\u0041"]}', b'{"a": "\x01"}',
                     b"{'a': 1}", b'{"a": 1,}', b"{}{}", b'{"sku": []}', b'{"sku": {}}',
                     b'{"sku": 1, "sku": []}', b"\r", b"\xef\xbb\xbf{}", b"{} // x", b"{}\x00",
                     b"\xc2\xa0"):
            with self.subTest(line=line):
                self.assertEqual(records("jsonl", b"{}\n" + line),
                                 [(1, {}), (2, "not a JSON object")])
        self.assertEqual(records("jsonl", b'{"a": "\xff"}'), [(1, "not UTF-8")])

    def test_blank_lines_count_as_lines_only(self):
        self.assertEqual(records("ndjson", b"\xef\xbb\xbf\n \t\r\n{}\r\n\n{}"), [(3, {}), (5, {})])

    def test_an_array_numbers_its_elements(self):
        self.assertEqual(records("json",
                                 b'\xef\xbb\xbf [{},\n\n 7, {"sku": "\\ud83d\\ude00"}]\r\n'),
                         [(1, {}), (2, "not a JSON object"), (3, {"sku": "\U0001f600"})])
        self.assertEqual(records("json", b"[]"), [])

    def test_what_is_no_array_is_rejected_whole(self):
        for data in (b"", b"{}", b"[{}", b"[{},]", b"[] []", b'["\\ud800"]', b'["\xff"]', b"[NaN]",
                     b"\xef\xbb\xbf\xef\xbb\xbf[]", "[]".encode("utf-16")):
            with self.subTest(data=data):
                with self.assertRaisesRegex(landing.RejectedWhole, "^row: not a JSON array$"):
                    records("json", data)


class Folders(unittest.TestCase):
    def test_files_are_picked_up_by_date_then_name(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = ["2025-01-02/orders.csv", "2025-01-01/products.csv", "2025-01-01/orders_02.csv",
                     "2025-01-01/orders.csv", "2025-01-01/orders-eu.jsonl.gz",
                     "2025-01-01/order_items..ndjson", "2025-01-01/orders.json.csv",
                     "2025-01-01/Orders.csv", "2025-01-01/orders.CSV"]
            ignored = ["orders.csv", "2025-02-29/orders.csv", "2025-1-1/orders.csv",
                       "2025-01-01/.orders.csv", "2025-01-01/_orders.csv",
                       "2025-01-01/orders.csv.tmp", "2025-01-01/orders.csv.part",
                       "2025-01-01/orders2.csv", "2025-01-01/orders.csv.gz.gz", "2025-01-01/orders.gz",
                       "2025-01-01/deep/orders.csv", "2025-01-01/returns.csv/orders.csv"]
            write_landing(folder, dict.fromkeys(paths + ignored, b""))
            os.symlink(os.path.join(folder, "orders.csv"),
                       os.path.join(folder, "2025-01-02/orders_link.csv"))
            found = [f"{date}/{name}" for date, name, _ in landing.files_of(folder)]
        self.assertEqual(found, [
            "2025-01-01/Orders.csv", "2025-01-01/order_items..ndjson", "2025-01-01/orders-eu.jsonl.gz",
            "2025-01-01/orders.CSV", "2025-01-01/orders.csv", "2025-01-01/orders.json.csv",
            "2025-01-01/orders_02.csv",
            "2025-01-01/products.csv", "2025-01-02/orders.csv", "2025-01-02/orders_link.csv"])

    def test_the_separator_is_the_one_that_names_the_most_columns(self):
        product = {"sku": "a", "product_name": "b", "category": "", "list_price": "1,5",
                   "reorder_point": "", "updated_at": "2025-01-01"}
        for separator in ";\t|":
            data = separator.join(product) + "\n" + separator.join(product.values())
            for text in (data, f"SEP={separator}\r\n" + data):
                with self.subTest(text=text):
                    (_, values), = records("csv", text.encode())
                    self.assertEqual(values, product)
        with self.assertRaisesRegex(landing.RejectedWhole, "sku: column missing"):
            records("csv", b"sep=|\nsku;product_name\n")
        with self.assertRaisesRegex(landing.RejectedWhole, "row: control character"):
            records("csv", b"sku,product_name\rA,b")

    def test_text_is_read_in_its_encoding(self):
        row = ("sku,product_name,category,list_price,reorder_point,updated_at\n"
               "A,\u20ac,,1,,2025-01-01")
        for data in (b"\xff\xfe" + row.encode("utf-16-le"),
                     b"\xfe\xff" + row.encode("utf-16-be")):
            self.assertEqual(records("csv", data)[0][1]["product_name"], "\u20ac")
        settings = landing.Settings(encoding="windows-1252")
        (_, values), = records("csv", row.encode("cp1252"), settings=settings)
        self.assertEqual(values["product_name"], "\u20ac")
        self.assertEqual(landing.windows_1252_text(b"\x81\x80"), "\ufffd\u20ac")
        self.assertEqual(landing.utf16_text(b"\x00\xd8a\x00b", "little"), "\ufffda\ufffd")

    def test_names_and_words_of_the_shop_are_mapped_once(self):
        mapping = contracts.Mapping(
            columns={"Artikel ": "sku", "sku": "product_name"},
            values={"category": {"Bad": "Bath", "-": ""}}, defaults={"updated_at": "2025-01-01"})
        (_, values), = records("csv", b"ARTIKEL,Sku,category,list_price,reorder_point\nA,n,bad,1,",
                               settings=landing.Settings(mappings={"products": mapping}))
        self.assertEqual((values["sku"], values["product_name"]), ("A", "n"))
        row, reasons = contracts.decode_row(contracts.FEEDS["products"], values, "USD", mapping)
        self.assertEqual((reasons, row["category"], row["updated_at"].year), ([], "Bath", 2025))

    def test_an_array_may_lie_under_the_feeds_name(self):
        self.assertEqual(records("json", b'{"Products": [{"sku": "A"}]}'), [(1, {"sku": "A"})])
        for data in (b'{"orders": []}', b'{"products": [], "x": 1}', b'{"products": {}}'):
            with self.assertRaises(landing.RejectedWhole):
                records("json", data)

    def test_a_file_that_comes_again_is_loaded_only_with_other_content(self):
        with tempfile.TemporaryDirectory() as folder:
            runs = []
            for run, content in enumerate((b"[]", b"[]", b"[ ]", b"[]")):
                runs.append(os.path.join(folder, str(run)))
                write_landing(runs[-1], {"2025-01-01/orders.json": content})
            write_landing(runs[1], {"2025-01-01/orders_2.json": b"[]"})
            deliveries = landing.read_landings(runs, landing.Settings())
        self.assertEqual([(d.source_file, d.sequence) for d in deliveries],
                         [("2025-01-01/orders.json", 0), ("2025-01-01/orders_2.json", 1),
                          ("2025-01-01/orders.json", 2), ("2025-01-01/orders.json", 3)])

    def test_a_gzip_file_may_hold_members_and_nothing_else(self):
        first, second = gzip.compress(b"[{}"), gzip.compress(b"]")
        self.assertEqual(landing.unpacked(first + second, "x"), b"[{}]")
        for data in (b"", b"[]", first[:-1], first + b"\x00", first + b"x", first + second[:5]):
            with self.subTest(data=data), self.assertRaisesRegex(landing.RunFailed,
                                                                 "orders.json.gz"):
                landing.unpacked(data, "orders.json.gz")

    def test_a_file_rejected_whole_counts_as_one_row(self):
        with tempfile.TemporaryDirectory() as folder:
            write_landing(folder, {"2025-01-01/orders.json": b"[{}, {}"})
            delivery, = landing.read_landings([folder], landing.Settings())
        self.assertEqual((delivery.rows_read, delivery.staged, delivery.quarantined),
                         (1, [], [(1, "row: not a JSON array")]))


if __name__ == "__main__":
    unittest.main()
