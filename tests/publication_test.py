"""One run at a time, readers undisturbed, and a run that fails its checks publishes nothing: the
real program beside itself, held still by signals where that is needed."""

import csv
import fcntl
import signal
import time

import program

DATES = ("2025-03-10", "2025-04-10", "2025-05-20")
OPERATIONS = {"run_log", "run_steps", "quality_results"}
BAD_ORDERS = ("order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,"
              "returned_at,currency,payment_method\n"
              "1,,created,2025-04-01,,,,,USD,card\n"
              "2,,shipped,2025-04-01,,,,,EUR,card\n"
              '3,"a, ""b""",created,never,,,,,USD,card\n')
REASONS = ["status: not one of created, paid, fulfilled, delivered, returned; "
           "currency: expected USD",
           "created_at: not a timestamp"]


class OneAtATime(program.TestCase):
    def setUp(self):
        super().setUp()
        self.shop = self.store()
        self.shop.land(program.GOLDEN / "landing", DATES[0])
        self.assert_published(self.shop.run())

    def held_still(self, *command):
        """The program, stopped while it holds the lock."""
        process = self.shop.start(*command)
        self.addCleanup(self.end, process)
        until = time.monotonic() + program.TIME_LIMIT_SECONDS
        while not self.shop.holder() and process.poll() is None and time.monotonic() < until:
            pass
        process.send_signal(signal.SIGSTOP)
        self.assertTrue(self.shop.holder(), "the program was not caught while it worked")
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
            process.communicate()

    def test_a_second_run_stops_at_once_and_changes_nothing(self):
        self.shop.land(program.GOLDEN / "landing")
        before = self.shop.tables()
        first = self.held_still("run")
        journal = self.shop.journal()
        holder, command = journal[-1]["run"], journal[-1]["command"]
        for other in (["run"], ["run", "--accept-rejects"], ["rebuild"],
                      ["rebuild", "--from", "lake"], ["migrate"]):
            with self.subTest(command=other):
                refused = self.shop.command(*other, limit=20)
                self.assert_message(refused, 3, "another run holds the warehouse", holder, command)
                self.assertEqual(self.shop.journal(), journal)
        self.assert_same(before, self.shop.tables())
        first.send_signal(signal.SIGCONT)
        out, _ = first.communicate(timeout=program.TIME_LIMIT_SECONDS)
        self.assertEqual(first.returncode, 0)
        self.assertIn(": published in ", out.decode())
        self.assert_settled(self.shop)
        self.assert_nothing_new(self.shop.run())

    def test_of_runs_started_together_one_publishes_and_the_others_stop(self):
        self.shop.land(program.GOLDEN / "landing")
        processes = [self.shop.start("run") for _ in range(5)]
        for process in processes:
            process.communicate(timeout=program.TIME_LIMIT_SECONDS)
        statuses = sorted(process.returncode for process in processes)
        self.assertEqual(statuses[0], 0)
        self.assertLessEqual(set(statuses), {0, 3})
        self.assertEqual([status for _, status in self.shop.runs()].count("published"), 2)
        self.assert_settled(self.shop)

    def test_readers_are_served_while_a_run_works(self):
        self.shop.land(program.GOLDEN / "landing")
        before = self.shop.tables()
        self.held_still("run")
        self.assert_same(before, self.shop.tables())
        self.assert_status(self.shop.command("status"), 0)
        self.assert_status(self.shop.command("check"), 0)

    def test_a_query_that_is_open_while_a_run_publishes_gives_the_old_state(self):
        rows = 3_000_000
        reader = self.shop.start(
            "query", "select r, (select count(*) from fct_orders) as orders "
            f"from range({rows}) t(r)", "--format", "csv")
        head = reader.stdout.readline()
        old = self.shop.value("select count(*) from fct_orders")
        self.shop.land(program.GOLDEN / "landing")
        self.assert_published(self.shop.run())
        lines = (head + reader.stdout.read()).decode().split()
        reader.communicate(timeout=program.TIME_LIMIT_SECONDS)
        self.assertEqual(reader.returncode, 0)
        self.assertEqual(len(lines), rows + 1)
        self.assertEqual({line.split(",")[1] for line in lines[1:]}, {old})
        self.assertNotEqual(self.shop.value("select count(*) from fct_orders"), old)


class OneWarehouseALake(program.TestCase):
    def setUp(self):
        super().setUp()
        self.shop = self.store()
        self.shop.land(program.GOLDEN / "landing")
        self.assert_published(self.shop.run())
        self.whole = self.shop.tables(program.LINEAGE)
        self.compared = program.delivered(self.whole)

    def lakes(self):
        """{the lake's folder: its files}"""
        found = {}
        for path in self.shop.data.glob("lake*/**/*.parquet"):
            lake = path.relative_to(self.shop.data).parts[0]
            found.setdefault(lake, {})[path] = path.read_bytes()
        return found

    def test_another_warehouse_in_the_same_folder_has_a_lake_of_its_own(self):
        other = self.store("other", "--warehouse", f"duckdb:{self.folder / 'other.duckdb'}",
                           data=self.shop.data)
        other.land(self.shop.landing)
        before = self.lakes()
        first = other.run()
        self.assert_message(first, 0, "belongs to another warehouse", "/lake-")
        after = self.lakes()
        self.assertEqual(len(after), 2)
        self.assertEqual(after["lake"], before["lake"])
        for store in (other, self.shop):
            self.assert_nothing_new(store.run())
            self.assert_published(store.command("rebuild", "--from", "lake"))
            self.assert_same(self.whole, store.tables(program.LINEAGE), self.compared)

    def test_a_warehouse_that_is_built_from_a_lake_takes_it_over(self):
        self.shop.warehouse.unlink()
        self.assert_published(self.shop.command("rebuild", "--from", "lake"))
        self.assert_same(self.whole, self.shop.tables(program.LINEAGE), self.compared)
        self.assert_nothing_new(self.shop.run())
        self.shop.write("2025-06-01/customers.csv",
                        "customer_id,email,full_name,country,signup_at\nnew,,,,2025-06-01\n")
        self.assert_published(self.shop.run())
        self.assertEqual(list(self.lakes()), ["lake"])
        self.assert_settled(self.shop)

    def test_a_warehouse_that_was_lost_and_is_not_rebuilt_begins_a_new_lake(self):
        self.shop.warehouse.unlink()
        self.assert_published(self.shop.run())
        self.assertEqual(len(self.lakes()), 2)
        self.assert_published(self.shop.command("rebuild", "--from", "lake"))
        self.assert_same(self.whole, self.shop.tables(program.LINEAGE), self.compared)

    def test_two_runs_do_not_work_in_one_lake(self):
        with open(self.shop.data / "lake" / ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            before = self.shop.tables()
            refused = self.shop.run()
            self.assert_message(refused, 3, "another run works in the lake", "nothing was changed")
            self.assert_same(before, self.shop.tables())
        self.assert_nothing_new(self.shop.run())


class FailingChecks(program.TestCase):
    def setUp(self):
        super().setUp()
        self.shop = self.store()
        self.shop.land(program.GOLDEN / "landing", DATES[0])
        self.assert_published(self.shop.run())
        self.shop.land(program.GOLDEN / "landing", DATES[1])
        self.shop.write("2025-04-10/orders_bad.csv", BAD_ORDERS)

    def expect_nothing_published(self, failed, before):
        self.assert_message(failed, 1, "reject_rate", "orders_bad.csv")
        after = self.shop.tables()
        self.assert_same(before, after, set(before) - OPERATIONS)
        self.assert_settled(self.shop)
        self.assertEqual(self.shop.runs()[-1], ("run", "failed"))

    def last_run(self):
        return self.shop.query("select * from run_log order by started_at desc limit 1")[0]

    def test_the_reject_rate_publishes_nothing_and_says_why(self):
        before = self.shop.tables()
        failed = self.shop.run()
        self.expect_nothing_published(failed, before)
        self.assertIn("--accept-rejects", failed.err)

        run = self.last_run()
        self.assertIn("orders_bad.csv", run["error"])
        self.assertIn("reject_rate", run["error"])
        checks = self.shop.query("select check_name, severity, passed, failing_rows, detail "
                                 f"from quality_results where run_id = '{run['run_id']}'")
        self.assertGreater(len(checks), 20)
        why = [check for check in checks
               if check["passed"] == "false" and check["severity"] == "error"]
        self.assertEqual([check["check_name"] for check in why], ["reject_rate"])
        self.assertIn("orders_bad.csv", why[0]["detail"])
        steps = self.shop.query("select step, status from run_steps "
                                f"where run_id = '{run['run_id']}' and step in ('decode', 'check')")
        self.assertEqual(len(steps), 2)

        rejects = self.shop.data / "rejects" / f"{run['run_id']}.csv"
        self.assertIn(str(rejects), failed.err)
        with open(rejects, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(list(rows[0]), self.shop.columns()["quarantine"])
        bad = [row for row in rows if row["source_file"] == "2025-04-10/orders_bad.csv"]
        self.assertEqual([row["reasons"] for row in bad], REASONS)
        self.assertEqual([row["source_line"] for row in bad], ["3", "4"])
        self.assertEqual([row["raw_row"] for row in bad], BAD_ORDERS.splitlines()[2:])
        self.assertEqual({row["run_id"] for row in rows}, {run["run_id"]})
        self.assertEqual(str(len(rows)), run["rows_quarantined"])

    def test_the_same_files_fail_again_and_publish_once_they_are_mended(self):
        before = self.shop.tables()
        for _ in range(2):
            self.expect_nothing_published(self.shop.run(), before)
        self.shop.write("2025-04-10/orders_bad.csv", "\n".join(BAD_ORDERS.splitlines()[:2]))
        self.assert_published(self.shop.run())
        self.assertEqual(self.shop.query("select status from fct_orders where order_id = '1'"),
                         [{"status": "created"}])
        self.assert_settled(self.shop)

    def test_accepted_rejects_are_published_and_quarantined_with_a_warning(self):
        published = self.shop.run("--accept-rejects")
        self.assert_published(published)
        self.assertIn("warning reject_rate", published.out)
        self.assertEqual(self.shop.value("select count(*) from quarantine where source_file "
                                         "= '2025-04-10/orders_bad.csv'"), "2")
        self.assertEqual(self.shop.query(
            "select severity, passed from quality_results where check_name = 'reject_rate' "
            "order by run_id desc limit 1"), [{"severity": "warning", "passed": "false"}])
        self.assertFalse((self.shop.data / "rejects").exists())
        self.assert_settled(self.shop)
        self.assert_nothing_new(self.shop.run())

    def test_a_rate_at_the_limit_is_not_above_it(self):
        for limit, status in (("0.66", 1), ("0.67", 0)):
            result = self.shop.run(env={"CARTOGRAPH_QUALITY_MAX_REJECT_RATE": limit})
            self.assert_status(result, status)

    def test_a_file_that_is_rejected_whole_is_named_with_its_reason(self):
        self.shop.write("2025-04-10/orders_bad.csv", "order_id,status\n1,created\n")
        before = self.shop.tables()
        failed = self.shop.run()
        self.expect_nothing_published(failed, before)
        self.assertIn("created_at: column missing; ", failed.err)
        self.assertNotIn("--accept-rejects", failed.err)
        self.expect_nothing_published(self.shop.run("--accept-rejects"), before)
        accepted = self.shop.run("--accept-rejects=whole")
        self.assert_published(accepted)
        self.assertEqual(self.shop.query(
            "select source_line, raw_row from quarantine "
            "where source_file = '2025-04-10/orders_bad.csv'"),
            [{"source_line": "1", "raw_row": "order_id,status"}])


if __name__ == "__main__":
    program.main()
