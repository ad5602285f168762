#!/usr/bin/env python3
"""The API of the real program, over real sockets, on both engines: answers against the tables,
forms, keys, new runs, a warehouse that goes away, stopping."""

import base64
import collections
import concurrent.futures
import contextlib
import csv
import decimal
import gzip
import http.client
import io
import json
import os
import random
import re
import resource
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import unittest
from urllib.parse import quote

import openapi
import postgres_store
import program

SERVED_SECONDS = 20
MONEY = ("gross_revenue", "discounts", "taxes", "refunds", "net_revenue")
SUMS = ("orders", "units", *MONEY, "orders_delivered", "orders_returned",
        "returned_of_delivered", "new_customers", "guest_orders")

Answer = collections.namedtuple("Answer", "status headers body")


class Served:
    """`cartograph serve` on a store, at a port of its own."""

    def __init__(self, store, *options, env=None):
        self.process = store.start("serve", "--port", "0", *options, env=env)
        line = self.process.stdout.readline().decode()
        match = re.fullmatch(r"http://\S+:(\d+)/\n", line)
        if not match:
            self.process.wait()
            raise AssertionError(f"serve: {line!r} {self.process.stderr.read().decode()}")
        self.port = int(match[1])
        self.log = b""
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        self._description = None

    def _read_log(self):
        for line in self.process.stderr:
            self.log += line

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(SERVED_SECONDS)
        self._reader.join()
        self.process.stdout.close()
        self.process.stderr.close()

    def ask(self, target, method="GET", **headers):
        """An answer; headers are named with _ for -. It has to be as /openapi.json describes it."""
        answer = self._ask(target, method, headers)
        if self._description is None:
            document = self._ask("/openapi.json", "GET", {})
            if document.status != 200:  # a key is needed
                return answer
            self._description = openapi.Description(document.body)
        if method == "GET" and "Content-Encoding" not in answer.headers:
            self._description.expect(target, answer.status, answer.headers["Content-Type"],
                                     answer.body)
        return answer

    def _ask(self, target, method, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SERVED_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, target,
                               headers={name.replace("_", "-"): value
                                        for name, value in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())

    def json(self, target, **headers):
        answer = self.ask(target, **headers)
        if answer.status != 200:
            raise AssertionError(f"{target}: {answer.status} {answer.body.decode()}")
        return json.loads(answer.body, parse_float=decimal.Decimal)

    def rows(self, target):
        """All rows of a list, page by page."""
        rows = []
        while target:
            answer = self.ask(target)
            if answer.status != 200:
                raise AssertionError(f"{target}: {answer.status} {answer.body.decode()}")
            body = json.loads(answer.body, parse_float=decimal.Decimal)
            rows += body["data"]
            link = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
            if bool(link) != (body["meta"]["next_cursor"] is not None):
                raise AssertionError("Link and next_cursor differ")
            target = link and link[1]
        return rows

    def raw(self, request):
        """What comes back for these bytes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), SERVED_SECONDS) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while chunk := connection.recv(65536):
                received += chunk
            return received


def wait_until(condition, seconds=SERVED_SECONDS):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not come to pass")
        time.sleep(0.01)


def day_after(day, days=1):
    import datetime
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(days))


def as_list(member):
    """A parameter with this member alone, whatever it holds."""
    return '"' + member.replace('"', '""') + '"'


def land_order(store, folder, order, amount, lines=1):
    """Lands a paid order; `amount` is quantity and unit price of each of its lines."""
    store.write(f"{folder}/orders.csv",
                "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,"
                "returned_at,currency,payment_method,channel,country\n"
                f"{order},C01,paid,2025-05-19T10:00:00Z,2025-05-19T10:00:00Z,,,,USD,card,web,DE\n")
    store.write(f"{folder}/order_items.csv",
                "order_id,line_number,sku,quantity,unit_price,discount_amount,tax_amount\n"
                + "".join(f"{order},{line + 1},MUG-01,{amount},,0.00\n" for line in range(lines)))


def expected(rows):
    """Rows of a query, as an answer has them."""
    return [{name: value if value != "" else None for name, value in row.items()} for row in rows]


def as_text(row):
    return {name: None if value is None else
            str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in row.items()}


class ApiTest(program.TestCase):
    """A store with all of the golden example's deliveries, and a server on it."""

    def make_store(self):
        return self.store()

    def published(self):
        store = self.make_store()
        store.land(program.GOLDEN / "landing")
        self.assert_published(store.run())
        return store

    def problem(self, answer, status):
        self.assertEqual(answer.status, status, answer.body[:1000])
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        body = json.loads(answer.body)
        self.assertEqual(body["status"], status)
        self.assertEqual(body["request_id"], answer.headers["X-Request-Id"])
        self.assertTrue(body["title"] and body["detail"] and body["type"])
        return body


class Answers(ApiTest):
    def test_a_day_is_the_row_of_the_fact_table(self):
        store = self.published()
        facts = expected(store.query("select date, orders, units, gross_revenue, discounts, taxes, "
                                     "refunds, net_revenue, orders_delivered, new_customers, "
                                     "repeat_customers, guest_orders "
                                     "from fct_revenue_daily order by date"))
        with Served(store) as served:
            first, last = facts[0]["date"], facts[-1]["date"]
            rows = served.rows(f"/metrics/daily?from={first}&to={last}&limit=7")
            self.assertEqual([{k: as_text(row)[k] for k in facts[0]} for row in rows], facts)
            self.assertEqual([as_text(row)["date"] for row in served.rows("/v1/metrics/daily")],
                             [row["date"] for row in facts[-30:]])
            self.assertTrue(all(re.search(r"^-?\d+\.\d\d$", str(row["net_revenue"]))
                                for row in rows))

    def test_every_endpoint_answers_and_says_from_which_run(self):
        store = self.published()
        run = store.value("select max(run_id) as run from run_log where status = 'published'")
        with Served(store) as served:
            description = served.json("/openapi.json")
            asked = 0
            for path in description["paths"]:
                if path.startswith(("/healthz", "/readyz", "/internal", "/explain")):
                    continue
                for value in {"/ltv/{days}": ("7", "30", "90"), "/runs/{id}": (run,)}.get(path,
                                                                                          ("",)):
                    body = served.json(re.sub(r"\{\w+\}", value, path))
                    self.assertEqual(body["meta"]["run_id"], run, path)
                    self.assertEqual(body["meta"]["currency"], "USD")
                    asked += 1
            self.assertGreaterEqual(asked, 17)

    def test_of_how_many_orders_a_product_came_back(self):
        """Counted by hand in tests/golden/expected/fct_returns.csv and fct_order_items.csv."""
        store = self.published()
        with Served(store) as served:
            target = "/returns/skus?from=2025-03-01&to=2025-03-31"
            expected_rows = [["BLANKET-03", "Wool blanket", "Textiles", 2, 1],
                             ["LAMP-02", "Desk lamp, aged brass", "Lighting", 3, 0],
                             ["MUG-01", "Stoneware mug", "Kitchen", 5, 4],
                             ["TRAY-05", None, None, 1, 0],
                             ["VASE-04", 'Glass vase "Lina"', "Decor", 3, 1]]
            columns = ["sku", "product_name", "category", "orders", "orders_returned"]
            paged = served.rows(f"{target}&limit=2")
            self.assertEqual([list(row) for row in paged], [columns] * 5)
            self.assertEqual([list(row.values()) for row in paged], expected_rows)
            whole = served.ask(f"{target}&limit=2&format=csv").body.decode()
            self.assertEqual([list(row.values()) for row in csv.DictReader(io.StringIO(whole))],
                             [["" if value is None else str(value) for value in row]
                              for row in expected_rows])
            self.assertEqual(served.json(target)["meta"]["from"], "2025-03-01")
            self.assertEqual(served.rows("/returns/skus?from=2025-03-03&to=2025-03-05"), [])

    def test_csv_is_whole_and_says_what_it_is(self):
        store = self.published()
        with Served(store) as served:
            everything = served.rows("/metrics/daily?from=1990-01-01")
            answer = served.ask("/metrics/daily?from=1990-01-01&limit=1", Accept="text/csv")
            self.assertEqual(answer.headers["Content-Type"], "text/csv; charset=utf-8")
            rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
            self.assertEqual([row["date"] for row in rows], [row["date"] for row in everything])
            self.assertNotIn("Link", answer.headers)
            run = answer.headers["X-Run-Id"]
            last = everything[-1]["date"]
            self.assertIn(f'filename="metrics_daily_1990-01-01_{last}_{run}.csv"',
                          answer.headers["Content-Disposition"])
            self.assertEqual(answer.headers["X-Currency"], "USD")
            marked = served.ask("/metrics/daily?format=csv&bom=1&from=1990-01-01")
            self.assertEqual(marked.body, b"\xef\xbb\xbf" + answer.body)

    def test_what_a_client_has_is_not_sent_again(self):
        store = self.published()
        with Served(store) as served:
            answer = served.ask("/metrics/daily")
            tag = answer.headers["ETag"]
            self.assertIn(answer.headers["ETag"].strip('"').split("-")[0],
                          json.loads(answer.body)["meta"]["run_id"])
            again = served.ask("/metrics/daily", If_None_Match=tag)
            self.assertEqual((again.status, again.body), (304, b""))
            self.assertEqual(again.headers["ETag"], tag)
            csv_tag = served.ask("/metrics/daily?format=csv").headers["ETag"]
            self.assertNotEqual(csv_tag, tag)
            self.assertEqual(served.ask("/metrics/daily", If_None_Match=csv_tag).status, 200)

    def test_gzip_head_and_options(self):
        store = self.published()
        with Served(store) as served:
            target = "/metrics/daily?from=1990-01-01"
            plain = served.ask(target)
            packed = served.ask(target, Accept_Encoding="gzip")
            self.assertEqual(packed.headers["Content-Encoding"], "gzip")
            self.assertEqual(gzip.decompress(packed.body), plain.body)
            self.assertNotEqual(packed.headers["ETag"], plain.headers["ETag"])
            head = served.ask(target, method="HEAD")
            self.assertEqual((head.status, head.body), (200, b""))
            self.assertEqual(head.headers["Content-Length"], str(len(plain.body)))
            options = served.ask(target, method="OPTIONS")
            self.assertEqual((options.status, options.headers["Allow"]),
                             (204, "GET, HEAD, OPTIONS"))

    def test_what_is_wrong_is_named(self):
        store = self.published()
        with Served(store) as served:
            for target, parameter in (("/metrics/daily?from=2025-02-30", "from"),
                                      ("/metrics/daily?limit=0", "limit"),
                                      ("/metrics/daily?cursor=x", "cursor"),
                                      ("/metrics/daily?form=2025-01-01", "form"),
                                      ("/metrics/breakdown?by=colour", "by"),
                                      ("/metrics/summary?compare=yesterday", "compare"),
                                      ("/metrics/daily?from=2025-02-01&to=2025-01-01", "from"),
                                      ("/ltv/31", "days"),
                                      ("/inventory/alerts?status=closed", "status")):
                body = self.problem(served.ask(target), 422)
                self.assertEqual([error["parameter"] for error in body["errors"]], [parameter],
                                 target)
                self.assertTrue(body["errors"][0]["allowed"], target)
            for target in ("/metric", "/metrics/daily/", "/runs/none", "/../etc/passwd", "/ltv"):
                self.problem(served.ask(target), 404)
            refused = served.ask("/metrics", method="POST")
            self.problem(refused, 405)
            self.assertEqual(refused.headers["Allow"], "GET, HEAD, OPTIONS")
            self.problem(served.ask("/runs", Accept="image/png"), 406)
            body = self.problem(served.ask("/none", X_Request_Id="mine-1"), 404)
            self.assertEqual(body["request_id"], "mine-1")

    def test_bodies_and_half_requests_do_no_harm(self):
        store = self.published()
        with Served(store) as served:
            for request, status in (
                    (b"POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", b"413"),
                    (b"GET /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                     b"413"),
                    (b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", b"400"),
                    (b"GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", b"400"),
                    (b"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", b"400"),
                    (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
                    (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 5000 + b"\r\n", b"431")):
                self.assertEqual(served.raw(request)[9:12], status, request[:60])
            self.assertEqual(served.raw(b"GET /metrics HTT"), b"")
            rng = random.Random(1)
            for _ in range(200):
                served.raw(rng.randbytes(rng.randrange(1, 300)) + b"\r\n\r\n")
            self.assertEqual(served.ask("/healthz").status, 200)

    def test_requests_on_one_connection_are_answered_in_order(self):
        store = self.published()
        with Served(store) as served:
            targets = [f"/metrics/daily?from=1990-01-{day:02}" for day in range(1, 20)] * 3
            received = served.raw(b"".join(
                f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode() for target in targets))
            self.assertEqual(re.findall(rb'"from":"1990-01-(\d\d)"', received),
                             [target[-2:].encode() for target in targets])


class OneRunEach(ApiTest):
    def test_a_new_run_is_served_within_a_second(self):
        store = self.make_store()
        days = sorted(path.name for path in (program.GOLDEN / "landing").iterdir())
        store.land(program.GOLDEN / "landing", days[0])
        self.assert_published(store.run())
        with Served(store) as served:
            for day in days[1:]:
                before = served.json("/metrics")["meta"]["run_id"]
                store.land(program.GOLDEN / "landing", day)
                self.assert_published(store.run())
                wait_until(lambda: served.json("/metrics")["meta"]["run_id"] != before, 1)
            latest = store.value("select max(date) as day from fct_revenue_daily")
            self.assertEqual(served.json("/metrics")["meta"]["as_of"], latest)

    def test_a_server_waits_for_the_first_run(self):
        store = self.make_store()
        store.land(program.GOLDEN / "landing")
        with Served(store) as served:
            self.assertEqual(served.ask("/healthz").status, 200)
            self.assertEqual(served.ask("/readyz").status, 503)
            answer = served.ask("/metrics/daily")
            self.problem(answer, 503)
            self.assertIn("Retry-After", answer.headers)
            self.assert_published(store.run())
            wait_until(lambda: served.ask("/readyz").status == 200, 5)
            self.assertTrue(served.json("/metrics/daily")["data"])

    def test_what_became_of_rejected_rows_and_which_mapping_was_used(self):
        store = self.make_store()
        config = self.folder / "cartograph.toml"
        config.write_text('[feeds.customers.columns]\n"Kunde" = "customer_id"\n')
        header = "Kunde,email,full_name,country,signup_at\n"
        valid = "C-1,,,DE,2025-03-01T10:00:00Z\n"
        wrong = [f"C-{number},,,DE,yesterday\n" for number in (2, 3, 4)]
        store.write("2025-03-10/customers.csv", header + valid + wrong[0] + wrong[1])
        store.write("2025-03-10/customers_b.csv", header + valid + wrong[2])

        def run():
            self.assert_published(store.run("--config", config, "--accept-rejects"))
            return store.value("select max(run_id) as run from run_log")

        def states(run_id):
            wait_until(lambda: served.json("/quarantine")["meta"]["run_id"] == run_id)
            return sorted((row["source_file"], row["source_line"], row["state"])
                          for row in served.rows("/quarantine?limit=1"))

        first = run()
        with Served(store, "--config", config) as served:
            self.assertEqual(states(first), [("2025-03-10/customers.csv", 3, "waiting"),
                                             ("2025-03-10/customers.csv", 4, "waiting"),
                                             ("2025-03-10/customers_b.csv", 3, "waiting")])
            notes = [note["text"] for note in served.json(f"/runs/{first}")["data"]["notes"]]
            self.assertTrue(any("Kunde" in note and "customer_id" in note for note in notes), notes)
            store.write("2025-03-11/customers.csv", header + wrong[0].replace("yesterday",
                                                                              "2025-03-02"))
            store.write("2025-03-10/customers_b.csv", header + valid + wrong[2] + valid)
            second = run()
            self.assertEqual(states(second), [
                ("2025-03-10/customers.csv", 3, "mended"),
                ("2025-03-10/customers.csv", 4, "waiting"),
                ("2025-03-10/customers_b.csv", 3, "delivered again"),
                ("2025-03-10/customers_b.csv", 3, "waiting"),
            ])
            self.assert_status(store.command("report", "--config", config), 0)
            summary = (store.data / "reports/latest/run_summary.md").read_text()
            self.assertIn("Of the 4 rows that all runs rejected 2 are waiting to be mended, 1 was "
                          "mended since and 1 was delivered again.", summary)
            self.assertIn("Kunde = customer_id", summary)

    def test_answers_under_load_are_never_of_two_runs(self):
        store = self.make_store()
        days = sorted(path.name for path in (program.GOLDEN / "landing").iterdir())
        store.land(program.GOLDEN / "landing", days[0])
        self.assert_published(store.run())
        with Served(store) as served:
            seen, failed, stop = collections.defaultdict(set), [], threading.Event()

            def load(seed):
                rng = random.Random(seed)
                while not stop.is_set():
                    day = f"19{rng.randrange(70, 99)}-01-01"
                    target = rng.choice(("/metrics/daily?from={}", "/metrics/weekly?from={}",
                                         "/metrics/breakdown?by=sku&from={}")).format(day)
                    try:
                        body = served.json(target)
                        total = sum(row["net_revenue"] for row in body["data"])
                        seen[body["meta"]["run_id"]].add(total)
                    except Exception as error:
                        failed.append(f"{error}\n{served.log[-2000:].decode()}")
                        return

            threads = [threading.Thread(target=load, args=(seed,)) for seed in range(4)]
            for thread in threads:
                thread.start()
            for day in days[1:]:
                store.land(program.GOLDEN / "landing", day)
                self.assert_published(store.run())
            latest = store.value("select max(run_id) as run from run_log")
            wait_until(lambda: latest in seen or failed)
            stop.set()
            for thread in threads:
                thread.join()
            self.assertEqual(failed, [])
            # Whatever the range and the way to sum it up: everything before the store's first day
            # is the same, so each run has one total.
            self.assertTrue(all(len(totals) == 1 for totals in seen.values()), seen)
            self.assertGreaterEqual(len(seen), 2)


class AddsUp(ApiTest):
    def make_random(self, seed):
        store = self.make_store()
        subprocess.run([sys.executable, program.REFERENCE / "random_store.py", store.landing,
                        "--seed", str(seed)], check=True, capture_output=True)
        self.assert_status(store.run("--accept-rejects"), 0)
        return store

    def test_parts_are_the_whole_for_every_measure_and_range(self):
        seed = int(os.environ.get("TEST_SEED", random.randrange(1 << 30)))
        with self.subTest(seed=seed):
            self.hold(self.make_random(seed), random.Random(seed))

    def hold(self, store, rng):
        days = [row["date"] for row in store.query(
            "select date from fct_revenue_daily order by date")]
        with Served(store) as served:
            for _ in range(12):
                first, last = sorted((rng.choice(days), rng.choice(days)))
                between = f"from={first}&to={last}"
                daily = served.rows(f"/metrics/daily?{between}&limit=1000")
                whole = {name: sum(row[name] for row in daily) for name in SUMS}
                self.check_summary(served, store, between, first, last, whole)
                for grain in ("weekly", "monthly", "quarterly", "yearly"):
                    periods = served.rows(f"/metrics/{grain}?{between}&limit=1000")
                    for name in SUMS:
                        self.assertEqual(sum(row[name] for row in periods), whole[name],
                                         f"{grain} {name} {between}")
                    for row in periods:
                        self.check_period(served, row, first, last, daily)
                self.check_parts(served, rng, between, whole)

    def check_summary(self, served, store, between, first, last, whole):
        rows = {row["measure"]: row for row in served.rows(f"/metrics/summary?{between}")}
        for name in SUMS:
            self.assertEqual(rows[name]["value"], whole[name], f"{name} {between}")
        ratios = store.query(
            "select count(distinct o.customer_id) as buyers from fct_orders o "
            f"where o.is_sale and o.sold_date between date '{first}' and date '{last}'")
        self.assertEqual(rows["repeat_customers"]["value"],
                         int(ratios[0]["buyers"]) - whole["new_customers"])
        if whole["orders"]:
            revenue = whole["gross_revenue"] - whole["discounts"] - whole["taxes"]
            self.assertAlmostEqual(rows["aov"]["value"], revenue / whole["orders"],
                                   delta=decimal.Decimal("0.0051"))
        else:
            self.assertIsNone(rows["aov"]["value"])
        before = {row["measure"]: row for row in served.rows(
            f"/metrics/summary?from={rows['orders']['before_from']}"
            f"&to={rows['orders']['before_to']}&compare=none")}
        for name, row in rows.items():
            self.assertEqual(row["before"], before[name]["value"], name)
            self.assertIsNone(before[name]["before"])

    def check_period(self, served, row, first, last, daily):
        start, end = max(row["period_start"], first), min(row["period_end"], last)
        within = [day for day in daily if start <= day["date"] <= end]
        for name in SUMS:
            self.assertEqual(row[name], sum(day[name] for day in within), name)
        of_range = {r["measure"]: r["value"] for r in served.rows(
            f"/metrics/summary?from={start}&to={end}&compare=none")}
        for name in ("repeat_customers", "aov", "return_rate"):
            self.assertEqual(row[name], of_range[name], f"{name} {start} {end}")

    def check_parts(self, served, rng, between, whole):
        for by in ("country", "channel", "payment_method", "customer_type", "category", "sku"):
            top = rng.choice((1, 2, 1000))
            parts = served.rows(f"/metrics/breakdown?by={by}&{between}&top={top}")
            names = (*MONEY, "units") + (() if by in ("category", "sku") else ("orders",))
            for name in names:
                self.assertEqual(sum(part[name] for part in parts), whole[name],
                                 f"{by} {name} {between}")
            members = [part for part in parts if part["kind"] == "member"]
            self.assertLessEqual(len(members), top)
            self.assertEqual([part["net_revenue"] for part in members],
                             sorted((part["net_revenue"] for part in members), reverse=True))
            if by in ("country", "channel") and members:
                chosen = members[0]
                total = served.rows(f"/metrics/breakdown?by=sku&{between}&top=1000"
                                    f"&{by}={quote(as_list(chosen['member']))}")
                for name in (*MONEY, "units"):
                    self.assertEqual(sum(part[name] for part in total), chosen[name],
                                     f"{by}={chosen['member']} {name}")

    def test_retention_of_closed_windows_is_the_fact_tables(self):
        store = self.make_random(int(os.environ.get("TEST_SEED", random.randrange(1 << 30))))
        with Served(store) as served:
            cohorts = {row["cohort_month"]: row for row in served.rows("/retention")}
            compared = 0
            for days in (7, 30, 90):
                for row in served.rows(f"/ltv/{days}"):
                    points = {p["day"]: p for p in cohorts[row["cohort_month"]]["curve"]}
                    if not row["is_mature"]:
                        self.assertFalse(days in points and points[days]["is_closed"])
                        continue
                    self.assertEqual(points[days]["share"], row["retention_rate"])
                    self.assertEqual(points[days]["customers"], row["retained_customers"])
                    self.assertTrue(points[days]["is_closed"])
                    compared += 1
            self.assertGreater(compared, 0)


class Keys(ApiTest):
    def add(self, store, *arguments):
        result = store.command("key", "add", *arguments)
        self.assert_status(result, 0)
        return result.out.strip()

    def test_a_key_opens_and_a_revoked_one_does_not(self):
        store = self.published()
        key = self.add(store, "bi")
        with Served(store, env={"CARTOGRAPH_API_REQUIRE_KEY": "true"}) as served:
            self.assertEqual(served.ask("/healthz").status, 200)
            for target in ("/", "/docs", "/openapi.json", "/metrics", "/readyz"):
                answer = served.ask(target)
                self.problem(answer, 401)
                self.assertIn("Basic", answer.headers["WWW-Authenticate"])
            bearer = {"Authorization": f"Bearer {key}"}
            basic = {"Authorization": "Basic " + base64.b64encode(f"me:{key}".encode()).decode()}
            for headers in (bearer, basic):
                answer = served.ask("/metrics", **headers)
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.headers["RateLimit-Limit"], "600")
            self.problem(served.ask(f"/metrics?key={key}"), 401)
            self.assert_status(store.command("key", "revoke", "bi"), 0)
            wait_until(lambda: served.ask("/metrics", **bearer).status == 401, 5)
        self.assertNotIn(key.encode(), served.log)
        self.assertNotIn(key.encode(), (store.data / "keys.json").read_bytes())

    def test_an_export_key_reads_one_path_as_csv(self):
        store = self.published()
        key = self.add(store, "sheet", "--export", "/metrics/daily")
        with Served(store, env={"CARTOGRAPH_API_REQUIRE_KEY": "true",
                                "CARTOGRAPH_QUIET": "false"}) as served:
            answer = served.ask(f"/metrics/daily?key={key}")
            self.assertEqual(answer.headers["Content-Type"], "text/csv; charset=utf-8")
            self.assertEqual(served.ask(f"/v1/metrics/daily?key={key}").status, 200)
            self.problem(served.ask(f"/metrics/weekly?key={key}"), 403)
        self.assertNotIn(key.encode(), served.log)

    def test_keys_are_used_so_often_and_no_more(self):
        store = self.published()
        key = self.add(store, "bi")
        with Served(store, env={"CARTOGRAPH_API_REQUESTS_PER_MINUTE": "3"}) as served:
            statuses = [served.ask("/metrics", Authorization=f"Bearer {key}").status
                        for _ in range(4)]
            self.assertEqual(statuses, [200, 200, 200, 429])
            answer = served.ask("/metrics", Authorization=f"Bearer {key}")
            self.assertIn("Retry-After", answer.headers)

    def test_keys_do_not_cross_a_network_in_the_clear_unless_that_is_wanted(self):
        store = self.published()
        self.assert_message(store.command("serve", "--host", "0.0.0.0", "--port", "0"), 2,
                            "--insecure", "TLS")
        with Served(store, "--host", "0.0.0.0", "--insecure") as served:
            self.problem(served.ask("/metrics"), 401)

    def test_commands_name_what_there_is(self):
        store = self.published()
        self.add(store, "one")
        self.assertIn("one", store.command("key", "list").out)
        self.assert_message(store.command("key", "add", "one"), 2, "revoke")
        self.assert_message(store.command("key", "revoke", "oen"), 2, "one")
        self.assert_message(store.command("key", "add", "two", "--export", "/metric/daily"), 2,
                            "/metrics/daily")


class Stopping(ApiTest):
    def test_a_server_ends_at_sigterm_and_says_nothing_bad(self):
        store = self.published()
        with Served(store) as served:
            self.assertEqual(served.ask("/metrics").status, 200)
            served.process.send_signal(signal.SIGTERM)
            self.assertEqual(served.process.wait(SERVED_SECONDS), 0)

    def test_cors_is_for_those_that_are_named(self):
        store = self.published()
        env = {"CARTOGRAPH_API_CORS_ORIGINS": "https://a.example,https://b.example"}
        with Served(store, env=env) as served:
            allowed = served.ask("/metrics", Origin="https://b.example")
            self.assertEqual(allowed.headers["Access-Control-Allow-Origin"], "https://b.example")
            self.assertNotIn("Access-Control-Allow-Origin",
                             served.ask("/metrics", Origin="https://c.example").headers)
            preflight = served.ask("/metrics", method="OPTIONS", Origin="https://a.example",
                                   Access_Control_Request_Method="GET")
            self.assertEqual(preflight.status, 204)
            self.assertIn("Authorization", preflight.headers["Access-Control-Allow-Headers"])


READ_BY_CLIENT = """
import sys, client
for row in sys.stdin:
    day = client.MetricsDaily.model_validate_json(row)
    print(day.date, *(getattr(day, name).quantize(client.Decimal("0.01")) for name in sys.argv[1:]))
"""


@unittest.skipUnless(shutil.which("datamodel-codegen"),
                     "datamodel-codegen (pip install datamodel-code-generator pydantic) is not there")
class GeneratedClient(ApiTest):
    def test_a_generated_client_reads_money_exactly(self):
        store = self.make_store()
        store.land(program.GOLDEN / "landing")
        land_order(store, "2025-06-01", "L1", "9999,999999.97", lines=90)
        self.assert_published(store.run())
        with Served(store) as served:
            (self.folder / "openapi.json").write_bytes(served.ask("/openapi.json").body)
            body = served.ask("/metrics/daily?from=2025-01-01").body
            lines = served.ask("/metrics/daily?from=2025-01-01&format=csv").body.decode()
        tool = shutil.which("datamodel-codegen")
        subprocess.run([tool, "--input", self.folder / "openapi.json", "--input-file-type",
                        "openapi", "--output-model-type", "pydantic_v2.BaseModel", "--output",
                        self.folder / "client.py"], check=True, capture_output=True)
        rows = re.search(rb'"data":\[(.*)\],"meta"', body)[1].replace(b"},{", b"}\n{")
        read = subprocess.run([os.path.join(os.path.dirname(tool), "python"), "-c", READ_BY_CLIENT,
                               *MONEY], input=rows, cwd=self.folder, check=True,
                              stdout=subprocess.PIPE).stdout.decode()
        expected_lines = [" ".join(row[name] for name in ("date", *MONEY))
                          for row in csv.DictReader(io.StringIO(lines))]
        self.assertEqual(read.splitlines(), expected_lines)
        self.assertIn("899909973002.70", read)


class BehindNginx(ApiTest):
    """The server of docs/api.md that has TLS."""

    def test_the_page_s_example_leads_to_the_api(self):
        store = self.published()
        key = store.command("key", "add", "bi").out.strip()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
                        "-subj", "/CN=figures.example.com", "-keyout", self.folder / "figures.key",
                        "-out", self.folder / "figures.pem"], check=True, capture_output=True)
        with Served(store, env={"CARTOGRAPH_API_REQUIRE_KEY": "true"}) as served, \
                self.nginx(served.port) as port:
            def ask(target, **headers):
                connection = http.client.HTTPSConnection(
                    "127.0.0.1", port, timeout=SERVED_SECONDS,
                    context=ssl._create_unverified_context())
                with contextlib.closing(connection):
                    connection.request("GET", target, headers=headers)
                    response = connection.getresponse()
                    return Answer(response.status, response.headers, response.read())

            self.problem(ask("/metrics/daily"), 401)
            bearer = {"Authorization": f"Bearer {key}"}
            answer = ask("/metrics/daily?limit=2", **bearer)
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.body, served.ask("/metrics/daily?limit=2", **bearer).body)
            following = re.match("<([^>]+)>", answer.headers["Link"])[1]
            self.assertEqual(ask(following, **bearer).status, 200)
            self.assertEqual(ask("/explain/orders/a%2Fb", **bearer).status, 404)
            self.assertEqual(ask("/", **bearer).status, 200)

    @contextlib.contextmanager
    def nginx(self, upstream):
        with socket.socket() as any_port:
            any_port.bind(("127.0.0.1", 0))
            port = any_port.getsockname()[1]
        page = (program.GOLDEN.parent.parent / "docs" / "api.md").read_text()
        server = re.search(r"```nginx\n(.*?)```", page, re.S)[1]
        for said, here in (("listen 443", f"listen 127.0.0.1:{port}"),
                           ("/etc/ssl", str(self.folder)),
                           ("127.0.0.1:8080", f"127.0.0.1:{upstream}")):
            self.assertIn(said, server)
            server = server.replace(said, here)
        folders = "".join(f"{name}_temp_path {self.folder}/{name}; "
                          for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(
            f"daemon off; pid {self.folder}/pid; error_log {self.folder}/log; "
            f"events {{}} http {{ access_log off; {folders} {server} }}")
        os.chmod(self.folder, 0o755)
        process = subprocess.Popen(["nginx", "-c", self.folder / "nginx.conf", "-p", self.folder],
                                   stderr=subprocess.PIPE)
        try:
            def listens():
                self.assertIsNone(process.poll(), "nginx ended")
                with contextlib.suppress(OSError), \
                        socket.create_connection(("127.0.0.1", port), SERVED_SECONDS):
                    return True

            wait_until(listens)
            yield port
        finally:
            process.terminate()
            process.wait(SERVED_SECONDS)
            process.stderr.close()


class Sockets(ApiTest):
    """What clients do to a server: it goes on, loses no memory, and says nothing of its own faults."""

    def test_connections_wait_while_there_are_no_descriptors(self):
        store = self.published()
        with Served(store) as served, contextlib.ExitStack() as opened:
            used = len(os.listdir(f"/proc/{served.process.pid}/fd"))
            resource.prlimit(served.process.pid, resource.RLIMIT_NOFILE, (used + 8, used + 8))
            waiting = [opened.enter_context(socket.create_connection(("127.0.0.1", served.port),
                                                                     SERVED_SECONDS))
                       for _ in range(20)]
            wait_until(lambda: b"no more connections" in served.log)
            for connection in waiting:
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            for connection in waiting:
                self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 200 "))
                connection.close()
            self.assertEqual(served.log.count(b"no more connections"), 1)

    def test_no_path_leads_out_of_the_api(self):
        store = self.published()
        with Served(store) as served:
            for target in ("/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2fetc%2fpasswd",
                           "//etc/passwd", "/docs/../../keys.json", "/docs/%2e%2e/keys.json",
                           "/metrics/%2e%2e/runs", "/./metrics", "/metrics/.", "/metrics%2fdaily",
                           "/metrics;x=1", "/METRICS", "/v1/v1/metrics", "/keys.json",
                           "/warehouse.duckdb", "/\\..\\keys.json"):
                self.assertEqual(served.ask(quote(target, safe="/%;.\\")).status, 404, target)
            for line, status in ((b"GET metrics HTTP/1.1", b"400"),
                                 (b"GET http://a/metrics HTTP/1.1", b"200"),
                                 (b"GET http://a HTTP/1.1", b"200"),
                                 (b"GET * HTTP/1.1", b"400"),
                                 (b"GET /metrics#x HTTP/1.1", b"400"),
                                 (b"GET /metrics?from=%C3%28 HTTP/1.1", b"400"),
                                 (b"GET /metrics?from=%ED%A0%80 HTTP/1.1", b"400"),
                                 (b"GET /metrics?from=%c0%ae HTTP/1.1", b"400"),
                                 (b"GET /metrics?a%0d%0aX: y HTTP/1.1", b"400"),
                                 (b"GET /metrics HTTP/1.1 x", b"400"),
                                 (b"GET  /metrics HTTP/1.1", b"400")):
                received = served.raw(line + b"\r\nHost: a\r\nConnection: close\r\n\r\n")
                self.assertEqual(received[9:12], status, line)
                self.assertNotIn(b"\r\nX: y", received)

    def test_heads_that_are_read_in_two_ways_are_refused(self):
        store = self.published()
        next_request = b"GET /runs HTTP/1.1\r\nHost: a\r\n\r\n"
        with Served(store) as served:
            for fields in (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                           b"Content-Length: 0\r\nContent-Length: 44\r\n",
                           b"Content-Length: 0, 44\r\n", b"Content-Length: +44\r\n",
                           b"Content-Length: -1\r\n", b"Content-Length: 0x2c\r\n",
                           b"Content-Length: 99999999999999999999999\r\n",
                           b"Transfer-Encoding: identity\r\n", b"Transfer-Encoding : chunked\r\n",
                           b"transfer-encoding:\tchunked\r\n", b"Host: b\r\n", b"Upgrade: h2c\r\n",
                           b"A: b\x00c\r\n", b"A\x00: b\r\n", b": b\r\n", b"A b\r\n"):
                received = served.raw(b"GET /metrics HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n"
                                      + next_request)
                self.assertIn(received[9:12], (b"400", b"413"), fields)
                self.assertEqual(len(re.findall(rb"^HTTP/1.1 ", received, re.M)), 1, fields)
                self.assertIn(b"Connection: close", received)

    def test_abuse_costs_no_memory_and_no_answer(self):
        store = self.published()
        with Served(store) as served:
            rng = random.Random(int(os.environ.get("TEST_SEED", 5)))
            self.abuse(served, rng, 300)
            before = self.resident_kb(served)
            self.abuse(served, rng, 1500)
            self.assertEqual(served.ask("/metrics/daily").status, 200)
            self.assertLess(self.resident_kb(served) - before, 16 * 1024)
        self.assertNotIn(b"error:", served.log)

    @staticmethod
    def resident_kb(served):
        with open(f"/proc/{served.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])

    @staticmethod
    def abuse(served, rng, times):
        request = b"GET /metrics/daily?from=1990-01-01 HTTP/1.1\r\nHost: a\r\n\r\n"
        for _ in range(times):
            kind = rng.randrange(6)
            with socket.create_connection(("127.0.0.1", served.port), SERVED_SECONDS) as client:
                if kind == 0:
                    client.sendall(rng.randbytes(rng.randrange(1, 400)) + b"\r\n\r\n")
                elif kind == 1:
                    client.sendall(request[:rng.randrange(len(request))])
                elif kind == 2:  # answers that nobody reads
                    client.sendall(request * rng.randrange(1, 40))
                elif kind == 3:
                    changed = bytearray(request * 3)
                    for _ in range(rng.randrange(1, 8)):
                        changed[rng.randrange(len(changed))] = rng.randrange(256)
                    client.sendall(bytes(changed))
                elif kind == 4:
                    client.sendall(b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * rng.randrange(1, 90))
                else:
                    client.sendall(request)
                    client.recv(rng.randrange(1, 200))
                if rng.randrange(2):  # an end without a word
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                      struct.pack("ii", 1, 0))


class WarehouseAway(ApiTest):
    def test_what_was_asked_goes_on_being_served_with_its_age(self):
        store = self.published()
        with Served(store) as served:
            known = served.json("/metrics/daily")
            away = store.warehouse.with_suffix(".away")
            store.warehouse.rename(away)
            wait_until(lambda: served.ask("/readyz").status == 503)
            stale = served.json("/metrics/daily")
            self.assertEqual(stale["data"], known["data"])
            self.assertIn("unreachable_since", stale["meta"])
            self.assertGreaterEqual(stale["meta"]["age_seconds"], 0)
            for target in ("/metrics/summary", "/metrics/breakdown?by=sku", "/retention",
                           "/ltv/30", "/runs"):
                self.assertEqual(served.ask(target).status, 200, target)
            # A session that is open still reads the file; without one there is nothing to ask.
            self.assertIn(served.ask("/metrics/daily?from=1980-01-01").status, (200, 503))
            away.rename(store.warehouse)
            wait_until(lambda: served.ask("/readyz").status == 200)
            self.assertNotIn("unreachable_since", served.json("/metrics/daily")["meta"])


class OnPostgres:
    """The same on PostgreSQL."""

    def make_store(self):
        if not hasattr(self, "url"):
            self.url = self.enterContext(postgres_store.any_server())
        return postgres_store.PostgresStore(self.folder / "store", self.url)


class AnswersOnPostgres(OnPostgres, Answers):
    pass


# The same revenue, of the last 30 days, summed up in three ways: kept answers, all of one run.
TOTALS = {"/metrics/daily": lambda rows: sum(row["net_revenue"] for row in rows),
          "/metrics/summary": lambda rows: next(row["value"] for row in rows
                                                if row["measure"] == "net_revenue"),
          "/metrics/breakdown?by=country": lambda rows: sum(row["net_revenue"] for row in rows)}
LOAD_SECONDS = 60


class Load:
    """Asks on four threads until it is stopped, and sees whether answers are of one run each."""

    def __init__(self, served):
        self.served = served
        self.totals = collections.defaultdict(set)  # by run
        self.seconds = []
        self.failed = []
        self.uncached = collections.Counter()  # statuses
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(seed,)) for seed in range(4)]
        for thread in self._threads:
            thread.start()

    def _ask(self, seed):
        rng = random.Random(seed)
        while not self._stop.is_set():
            target = rng.choice(list(TOTALS))
            try:
                begin = time.monotonic()
                body = self.served.json(target)
                self.seconds.append(time.monotonic() - begin)
                self.totals[body["meta"]["run_id"]].add(TOTALS[target](body["data"]))
                other = self.served.ask(f"/metrics/daily?from=19{rng.randrange(10, 99)}-01-01")
                self.uncached[other.status] += 1
                if other.status == 503 and "Retry-After" not in other.headers:
                    self.failed.append(f"503 without Retry-After: {other.body}")
            except Exception as error:
                self.failed.append(f"{error}\n{self.served.log[-2000:].decode()}")
                return

    def end(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self.seconds.sort()
        print(f"{len(self.seconds)} answers of {len(self.totals)} runs, median "
              f"{1000 * self.seconds[len(self.seconds) // 2]:.1f} ms, p99 "
              f"{1000 * self.seconds[len(self.seconds) * 99 // 100]:.1f} ms; what is not kept: "
              f"{dict(self.uncached)}", file=sys.stderr)


class RunLoop:
    """Lands an order and runs, again and again, until it is stopped."""

    def __init__(self, store):
        self.store = store
        self.published = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        number = 0
        while not self._stop.is_set():
            number += 1
            land_order(self.store, day_after("2025-06-01", number), f"L{number}", f"1,{number}.25")
            if self.store.run("--no-report").status == 0:
                self.published += 1

    def end(self):
        self._stop.set()
        self._thread.join()


class MergedMeanwhile(ApiTest):
    """A run that merges files of the lake removes those that the server has been reading."""

    PARTS = 40

    def test_who_asks_before_the_server_knows_is_answered_all_the_same(self):
        store = self.make_store()
        store.land(program.GOLDEN / "landing")
        self.assert_published(store.run())
        store.split_lake(self.PARTS)
        orders = [row["order_id"]
                  for row in store.query("select order_id from fct_orders order by 1")]
        explained = {order: json.loads(store.command("explain", "order", order, "--format", "json")
                                       .out, parse_float=decimal.Decimal) for order in orders}
        with Served(store) as served:
            before = served.json(f"/explain/orders/{orders[0]}")["meta"]["run_id"]
            served.process.send_signal(signal.SIGSTOP)
            land_order(store, "2025-06-01", "L1", "1,1.25")
            self.assert_published(store.run("--no-report"))
            self.assertLess(len(list(store.data.glob("lake/stg_*/*.parquet"))), self.PARTS)
            with concurrent.futures.ThreadPoolExecutor(len(orders)) as pool:
                asked = [pool.submit(served.json, f"/explain/orders/{order}") for order in orders]
                time.sleep(0.1)
                served.process.send_signal(signal.SIGCONT)
            for order, answer in zip(orders, asked):
                self.assertEqual(answer.result()["data"], explained[order], order)
            wait_until(lambda: served.json("/metrics")["meta"]["run_id"] != before)
            self.assertNotIn(b"error:", served.log)


class OneRunEachOnPostgres(OnPostgres, OneRunEach):
    pass


class Killed(ApiTest):
    def test_a_server_that_is_killed_while_runs_publish_is_no_error_and_no_mixture(self):
        with postgres_store.postgres_server.Server() as server:
            store = postgres_store.PostgresStore(self.folder / "store", server.url())
            store.land(program.GOLDEN / "landing")
            self.assert_published(store.run())
            with Served(store) as served:
                load, loop = Load(served), RunLoop(store)
                end = time.monotonic() + LOAD_SECONDS
                try:
                    for _ in range(2):
                        seen = len(load.totals)
                        wait_until(lambda: len(load.totals) >= seen + 2 or load.failed,
                                   end - time.monotonic())
                        server.kill()
                        wait_until(lambda: served.ask("/readyz").status == 503)
                        self.assertIn("unreachable_since", served.json("/metrics/daily")["meta"])
                        server.start()
                        wait_until(lambda: served.ask("/readyz").status == 200)
                    published = loop.published
                    wait_until(lambda: loop.published > published, end - time.monotonic())
                finally:
                    loop.end()
                    load.end()
            self.assertEqual(load.failed, [])
            self.assertTrue(set(load.uncached) <= {200, 503}, load.uncached)
            self.assertTrue(all(len(totals) == 1 for totals in load.totals.values()), load.totals)
            self.assertNotIn(b"error:", served.log)


class AddsUpOnPostgres(OnPostgres, AddsUp):
    pass


if __name__ == "__main__":
    program.main()
