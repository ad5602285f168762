"""Runs are told of through a command, a signed webhook and OpenLineage: to receivers that work,
fail, hang, are gone, and through kills; nothing is lost, and nothing comes with another id."""

import base64
import collections
import hashlib
import hmac
import json
import os
import pathlib
import re
import signal
import time

import openlineage
import program
import receiver

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
GOLDEN = program.GOLDEN / "landing"
DATES = sorted(path.name for path in GOLDEN.iterdir())
BAD_ORDERS = ("order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,"
              "returned_at,currency,payment_method\n"
              + "".join(f"9{n},,paid,soon,,,,,USD,card\n" for n in range(20)))


class Notify(program.TestCase):
    def setUp(self):
        super().setUp()
        self.receiver = receiver.Receiver()
        self.addCleanup(self.receiver.close)
        self.told = self.store("told", env={
            "CARTOGRAPH_NOTIFY_WEBHOOK": self.receiver.url + "/hook?token=hidden",
            "CARTOGRAPH_NOTIFY_WEBHOOK_SECRET": SECRET})

    def outbox(self, store):
        return json.loads((store.data / "notify/outbox.json").read_text())

    def due_now(self, store):
        """Lets what waits be due, as if the time had passed."""
        outbox = self.outbox(store)
        for waiting in outbox["waiting"]:
            waiting["next_at"] = 0
        (store.data / "notify/outbox.json").write_text(json.dumps(outbox))

    def types(self):
        return [event["type"] for event in self.receiver.taken()]

    def test_a_run_is_told_of_and_the_signature_is_right(self):
        self.told.land(GOLDEN, DATES[0])
        self.assert_published(self.told.run())
        run_id = self.told.value("select run_id from run_log")
        published = self.receiver.taken()[0]
        self.assertEqual(published["type"], "publish")
        self.assertEqual(published["data"]["run_id"], run_id)
        self.assertEqual(published["data"]["files"],
                         int(self.told.value("select files from run_log")))
        self.assertIn(run_id, published["text"])
        self.assertEqual(published["warehouse"], f"duckdb:{self.told.warehouse}")
        for _, path, headers, body in self.receiver.posts:
            self.assertEqual(path, "/hook?token=hidden")
            self.assertEqual(headers["Content-Type"], "application/json")
            self.assertEqual(headers["webhook-id"], json.loads(body)["id"])
            self.check_as_the_page_says(headers, body)
        self.assertEqual(self.outbox(self.told)["waiting"], [])

    def check_as_the_page_says(self, headers, body):
        """Runs the receiver's lines that docs/notifications.md shows."""
        page = (program.HERE.parent / "docs/notifications.md").read_text(encoding="utf-8")
        code = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1]
        scope = {}
        exec(code, scope)  # pylint: disable=exec-used
        self.assertTrue(scope["is_genuine"](SECRET, headers, body))
        self.assertFalse(scope["is_genuine"](SECRET, headers, body + b" "))
        other = "whsec_" + base64.b64encode(bytes(32)).decode()
        self.assertFalse(scope["is_genuine"](other, headers, body))
        old = dict(headers, **{"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 900)})
        self.assertFalse(scope["is_genuine"](SECRET, old, body))
        signed = f"{old['webhook-id']}.{old['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        old["webhook-signature"] = f"v1,{signature}"
        self.assertFalse(scope["is_genuine"](SECRET, old, body), "it may be sent again by others")

    def test_a_run_with_nothing_new_says_nothing(self):
        self.told.land(GOLDEN, DATES[0])
        self.assert_published(self.told.run())
        number = len(self.receiver.posts)
        self.assert_nothing_new(self.told.run())
        self.assertEqual(len(self.receiver.posts), number)

    def test_a_failure_is_told_of_with_its_checks_and_without_values_of_rows(self):
        self.told.land(GOLDEN, DATES[0])
        self.assert_published(self.told.run())
        self.receiver.posts.clear()
        self.told.write("2025-03-11/orders.csv", BAD_ORDERS)
        self.assert_status(self.told.run(), 1)
        failure, check = self.receiver.taken()
        self.assertEqual((failure["type"], check["type"]), ("failure", "failed_check"))
        self.assertIn("reject_rate", failure["data"]["error"])
        self.assertEqual(failure["data"]["rejected"],
                         [{"feed": "orders", "reasons": "created_at: not a timestamp", "rows": 20}])
        self.assertEqual([entry["check"] for entry in check["data"]["checks"]], ["reject_rate"])
        self.assertNotIn(b"soon", self.receiver.posts[0][3] + self.receiver.posts[1][3])

    def test_alerts_are_told_of_when_they_open(self):
        for date in DATES:
            self.told.land(GOLDEN, date)
            self.assert_published(self.told.run())
        told = [alert["sku"] for event in self.receiver.taken() if event["type"] == "alert_opened"
                for alert in event["data"]["alerts"]]
        still = [row["sku"] for row in self.told.query(
            "select sku from fct_inventory_alerts where is_open")]
        self.assertTrue(still)
        self.assertLessEqual(set(still), set(told))
        self.assertEqual(len(told), len(set(told)), f"an alert was told of twice: {told}")

    def test_a_receiver_that_fails_gets_the_same_event_later(self):
        for answer in (500, 404, 302, "hang"):
            with self.subTest(answer=answer):
                store = self.store(f"store-{answer}", env=self.told.env)
                self.receiver.posts.clear()
                self.receiver.answers = [answer]
                store.land(GOLDEN, DATES[0])
                run = store.run()
                self.assert_published(run)
                self.assertIn("an event for notify.webhook waits", run.err)
                self.assertNotIn("hidden", run.err)
                self.assertLess(run.seconds, 40)
                self.assertEqual(self.receiver.taken(), [])
                self.due_now(store)
                self.assert_nothing_new(store.run())
                first = self.receiver.posts[0]
                self.assertIn((first[2]["webhook-id"], first[3]),
                              [(headers["webhook-id"], body)
                               for answered, _, headers, body in self.receiver.posts[1:]
                               if answered == 200])
                self.assertEqual(self.outbox(store)["waiting"], [])

    def test_a_receiver_that_is_away_never_fails_a_run(self):
        self.receiver.close()
        self.told.land(GOLDEN, DATES[0])
        run = self.told.run()
        self.assert_published(run)
        self.assertIn("waits, the first attempt failed: http://127.0.0.1", run.err)
        self.assertTrue(self.outbox(self.told)["waiting"])

    def test_a_receiver_that_is_gone_is_not_asked_again_and_its_events_are_kept(self):
        self.receiver.answers = [410] * 10
        self.told.land(GOLDEN, DATES[0])
        run = self.told.run()
        self.assert_published(run)
        self.assertIn("is given up: http://127.0.0.1", run.err)
        self.assertEqual(self.outbox(self.told)["waiting"], [])
        kept = (self.told.data / "notify/undelivered.jsonl").read_text().splitlines()
        self.assertEqual([json.loads(line)["id"] for line in kept],
                         [headers["webhook-id"] for _, _, headers, _ in self.receiver.posts])

    def test_runs_that_are_killed_anywhere_are_told_of_once_with_one_id(self):
        self.told.land(GOLDEN)
        calls = program.calls_of(self.told, self.folder / "calls", "run")
        number = len(calls)
        first = program.publication(self.told, calls)
        self.assertIn("notify", "".join(path for _, path in calls[first:]))
        self.receiver.posts.clear()
        unharmed = 0
        # From right before the publication to the end of the delivery.
        for call in list(range(first, first + 4)) + list(range(number - 24, number + 1)):
            store = self.store(f"store-{call}", env=self.told.env)
            store.land(GOLDEN)
            self.receiver.posts.clear()
            killed = store.run(env=program.faulty(call, "kill"))
            # How many calls a run makes differs by a few.
            if killed.status == 0:
                unharmed += 1
                continue
            self.assertEqual(killed.status, -signal.SIGKILL, f"call {call}")
            self.due_now(store) if (store.data / "notify/outbox.json").exists() else None
            self.assert_status(store.run(), 0)
            ids = collections.defaultdict(set)
            for event in self.receiver.taken():
                ids[event["type"], event["data"]["run_id"]].add(event["id"])
            self.assertEqual([len(found) for found in ids.values()], [1] * len(ids), call)
            published = {row["run_id"] for row in store.query(
                "select run_id from run_log where status = 'published'")}
            self.assertEqual({run for kind, run in ids if kind == "publish"}, published, call)
            self.assertEqual(self.outbox(store)["waiting"], [], call)
        self.assertLess(unharmed, 6)

    def test_a_full_disk_under_the_outbox_fails_no_run(self):
        self.told.land(GOLDEN)
        calls = program.calls_of(self.told, self.folder / "calls", "run")
        outbox = next(number for number, (_, path) in enumerate(calls, 1) if "notify" in path
                      and number > program.publication(self.told, calls))
        store = self.store("full", env=self.told.env)
        store.land(GOLDEN)
        run = store.run(env=program.faulty(outbox, "full"))
        self.assert_published(run)
        self.assertIn("nobody was told of the run yet", run.err)
        self.receiver.posts.clear()
        self.assert_nothing_new(store.run())
        self.assertIn("publish", self.types())

    def test_a_command_has_the_event_on_its_standard_input(self):
        taken = self.folder / "taken"
        store = self.store("store", env={
            "CARTOGRAPH_NOTIFY_COMMAND": f"cat >> '{taken}' && test ! -e '{taken}.refuse'"})
        store.land(GOLDEN, DATES[0])
        self.assert_published(store.run())
        events = [json.loads(line) for line in taken.read_text().splitlines()]
        self.assertEqual(events[0]["type"], "publish")
        taken.unlink()
        pathlib.Path(f"{taken}.refuse").touch()
        store.land(GOLDEN, DATES[1])
        run = store.run()
        self.assert_published(run)
        self.assertIn("the command of [notify] failed: exit status 1", run.err)
        pathlib.Path(f"{taken}.refuse").unlink()
        first = json.loads(taken.read_text().splitlines()[0])
        taken.unlink()
        self.due_now(store)
        self.assert_nothing_new(store.run())
        self.assertIn(first, [json.loads(line) for line in taken.read_text().splitlines()])

    def test_a_command_that_hangs_does_not_hold_a_run_for_long(self):
        store = self.store("store", env={"CARTOGRAPH_NOTIFY_COMMAND": "sleep 3600 & wait"})
        store.land(GOLDEN, DATES[0])
        before = time.monotonic()
        run = store.run()
        self.assert_published(run)
        self.assertLess(time.monotonic() - before, 90)
        self.assertIn("the command of [notify] failed", run.err)

    def test_lineage_goes_to_a_file_and_is_valid(self):
        file = self.folder / "lineage.jsonl"
        store = self.store("store", env={"CARTOGRAPH_NOTIFY_LINEAGE": str(file)})
        store.land(GOLDEN)
        self.assert_published(store.run())
        store.write("2025-06-11/orders.csv", BAD_ORDERS)
        self.assert_status(store.run(), 1)
        events = [json.loads(line) for line in file.read_text().splitlines()]
        self.assertEqual([openlineage.problems(event) for event in events], [[]] * 4)
        self.assertEqual([event["eventType"] for event in events],
                         ["START", "COMPLETE", "START", "FAIL"])
        complete = events[1]
        self.assertEqual(
            [dataset["name"] for dataset in complete["inputs"]],
            [str(store.landing / name) for name in program.pickup_order(GOLDEN)
             if not name.endswith(("_SUCCESS", "notes.txt"))])
        written = {dataset["name"]: dataset["outputFacets"]["outputStatistics"]["rowCount"]
                   for dataset in complete["outputs"]}
        for table in ("stg_orders", "fct_orders", "fct_revenue_daily"):
            self.assertEqual(written[f"main.{table}"],
                             int(store.value(f"select count(*) from {table}")), table)
        self.assertEqual(complete["run"]["runId"], events[0]["run"]["runId"])

    def test_lineage_goes_to_an_endpoint(self):
        store = self.store("store", env={
            "CARTOGRAPH_NOTIFY_LINEAGE": self.receiver.url + "/api/v1/lineage"})
        store.land(GOLDEN, DATES[0])
        self.assert_published(store.run())
        self.assertEqual([openlineage.problems(event) for event in self.receiver.taken()], [[], []])
        self.assertEqual({path for _, path, _, _ in self.receiver.posts}, {"/api/v1/lineage"})

    def test_a_warehouse_that_cannot_be_reached_is_told_of(self):
        store = self.store("away", "--warehouse", "postgresql://nobody@127.0.0.1:1/none",
                           env=self.told.env)
        store.land(GOLDEN, DATES[0])
        self.assert_status(store.run(), 1)
        self.assertEqual(self.types(), ["failure"])

    def test_what_cannot_be_used_is_refused_before_the_run(self):
        for variables, words in (
                ({"CARTOGRAPH_NOTIFY_WEBHOOK": self.receiver.url},
                 ("notify.webhook needs notify.webhook_secret", "openssl rand")),
                ({"CARTOGRAPH_NOTIFY_WEBHOOK": "ftp://user:pass@host/"},
                 ("what is given is not a value of notify.webhook", "http or https")),
                ({"CARTOGRAPH_NOTIFY_COMAND": "true"},
                 ("the nearest known one is CARTOGRAPH_NOTIFY_COMMAND",))):
            with self.subTest(variables=variables):
                store = self.store("refused", env=variables)
                store.land(GOLDEN, DATES[0])
                result = store.run()
                self.assert_message(result, 2, *words)
                self.assertNotIn("pass@", result.err)
                self.assertFalse(store.warehouse.exists())


if __name__ == "__main__":
    os.environ.pop("http_proxy", None)
    program.main()
