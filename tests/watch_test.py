"""watch takes every delivery once and whole: renamed, copied, written slowly, a thousand at once,
while runs fail, are killed or find the warehouse taken; also beside the server."""

import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import urllib.request

import program

GOLDEN = program.GOLDEN / "landing"
ORDERS_HEAD = ("order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,"
               "returned_at,currency,payment_method\n")


def order(number):
    return f"{number},,paid,2025-03-01T10:00:00Z,2025-03-01T10:00:00Z,,,,USD,card\n"


def orders(*numbers):
    return ORDERS_HEAD + "".join(map(order, numbers))


class Watch(program.TestCase):
    def watched(self, *options, name="store", command="watch", before=None):
        store = self.store(name)
        log = open(store.landing.parent / "watch.log", "ab")  # pylint: disable=consider-using-with
        self.addCleanup(log.close)
        words = [program.PROGRAM, command, *options, *store.options]
        words.remove("--quiet")
        store.watcher = subprocess.Popen(
            list(map(str, words)), env=program.environment(), stdout=log, stderr=log,
            preexec_fn=before)
        self.addCleanup(self.end, store)
        store.log = store.landing.parent / "watch.log"
        self.wait(lambda: "watching" in self.said(store) or "http://" in self.said(store))
        return store

    @staticmethod
    def said(store):
        return store.log.read_text(errors="replace")

    @staticmethod
    def end(store, kind=signal.SIGTERM):
        if store.watcher.poll() is None:
            store.watcher.send_signal(kind)
        return store.watcher.wait(60)

    def wait(self, condition, seconds=60):
        until = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), until, "it did not happen in time")
            time.sleep(0.1)

    def count(self, store):
        if not store.warehouse.exists():
            return 0
        return int(store.value("select count(*) from stg_orders"))

    def wait_for_orders(self, store, number, seconds=60):
        self.wait(lambda: self.count(store) >= number, seconds)
        self.assertEqual(self.count(store), number)

    def loaded(self, store):
        return {row["source_file"]: int(row["times"]) for row in store.query(
            "select source_file, count(*) as times from loaded_files group by source_file")}

    def rename_in(self, store, name, text):
        path = store.write(name + ".part", text)
        os.rename(path, store.landing / name)

    def test_the_golden_store_lands_file_by_file(self):
        store = self.watched()
        for name in program.pickup_order(GOLDEN):
            store.land(GOLDEN, name)
            time.sleep(0.2)
        files = [name for name in program.pickup_order(GOLDEN) if not name.endswith(("_SUCCESS", "notes.txt"))]
        self.wait(lambda: store.warehouse.exists() and len(self.loaded(store)) == len(files))
        self.assertEqual(self.end(store), 0)
        self.assert_nothing_new(store.run())
        whole = self.store("whole")
        whole.land(GOLDEN)
        self.assert_published(whole.run())
        lineage = program.LINEAGE
        expected = whole.tables(lineage)
        self.assert_same(expected, store.tables(lineage), program.derived(expected))

    def test_a_file_that_is_written_slowly_is_taken_whole_and_once(self):
        store = self.watched()
        path = store.landing / "2025-03-01" / "orders.csv"
        path.parent.mkdir()
        with open(path, "w", encoding="ascii") as file:
            file.write(ORDERS_HEAD)
            for number in range(8):
                file.write(order(number)[:10])
                file.flush()
                # Longer than a file has to rest, with half a row in it.
                time.sleep(1.5 if number % 4 == 0 else 0.3)
                file.write(order(number)[10:])
                file.flush()
        self.wait_for_orders(store, 8)
        self.assertEqual(self.loaded(store), {"2025-03-01/orders.csv": 1})
        self.assertEqual(store.value("select count(*) from quarantine"), "0")

    def test_a_file_that_is_written_while_others_come_does_not_hold_them_up(self):
        store = self.watched()
        (store.landing / "2025-03-01").mkdir()
        with open(store.landing / "2025-03-01/orders_slow.csv", "w", encoding="ascii") as file:
            file.write(orders(1)[:-5])
            file.flush()
            self.rename_in(store, "2025-03-01/orders_fast.csv", orders(2))
            self.wait_for_orders(store, 1)
            file.write(orders(1)[-5:])
        self.wait_for_orders(store, 2)
        self.assertEqual(set(self.loaded(store).values()), {1})

    def test_a_thousand_files_at_once_are_neither_missed_nor_read_twice(self):
        store = self.watched()
        for number in range(1000):
            name = f"2025-03-{1 + number % 28:02}/orders_{number}.csv"
            if number % 2:
                self.rename_in(store, name, orders(number))
            else:
                store.write(name, orders(number))
        self.wait_for_orders(store, 1000, 120)
        self.assertEqual(self.end(store), 0)
        self.assertEqual(set(self.loaded(store).values()), {1})
        published = [run for run in store.runs() if run == ("run", "published")]
        self.assertLessEqual(len(published), 3, "a burst is to be one run, or two")

    def test_an_overflow_of_events_loses_nothing(self):
        store = self.watched()
        self.rename_in(store, "2025-03-01/orders.csv", orders(0))
        self.wait_for_orders(store, 1)
        store.watcher.send_signal(signal.SIGSTOP)
        noise = store.landing / "2025-03-01" / ".noise"
        limit = int(pathlib.Path("/proc/sys/fs/inotify/max_queued_events").read_text())
        for number in range(limit + 100):
            os.close(os.open(f"{noise}{number % 7}", os.O_CREAT | os.O_WRONLY))
            os.unlink(f"{noise}{number % 7}")
        self.rename_in(store, "2025-03-01/orders_2.csv", orders(1))
        store.watcher.send_signal(signal.SIGCONT)
        self.wait_for_orders(store, 2)

    def test_a_failing_file_is_tried_again_only_when_it_has_changed(self):
        store = self.watched()
        self.rename_in(store, "2025-03-01/orders.csv", orders(0))
        self.wait_for_orders(store, 1)
        bad = ORDERS_HEAD + "".join(f"{n},,paid,soon,,,,,USD,card\n" for n in range(20))
        self.rename_in(store, "2025-03-02/orders.csv", bad)
        self.wait(lambda: ("run", "failed") in store.runs())
        time.sleep(3)
        (store.landing / "2025-03-02" / "orders.csv.tmp").touch()
        time.sleep(3)
        self.assertEqual(store.runs().count(("run", "failed")), 1)
        self.assertIn("reject_rate", self.said(store))
        self.rename_in(store, "2025-03-02/orders.csv", orders(1, 2))
        self.wait_for_orders(store, 3)
        self.assertEqual(store.runs().count(("run", "failed")), 1)

    def test_a_warehouse_that_another_run_holds_is_waited_for(self):
        store = self.store()
        store.land(GOLDEN)
        self.assert_published(store.run())
        with open(f"{store.warehouse}.lock", "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            fcntl.lockf(lock, fcntl.LOCK_EX)
            watched = self.watched()
            before = self.count(watched)
            self.rename_in(watched, "2025-06-01/orders.csv", orders("new-1"))
            time.sleep(6)
            self.assertEqual(self.count(watched), before)
        self.wait_for_orders(watched, before + 1)

    def test_where_nothing_is_told_the_folder_is_polled_and_that_is_said(self):
        store = self.watched("--poll")
        self.rename_in(store, "2025-03-01/orders.csv", orders(0))
        self.wait_for_orders(store, 1)
        self.assertIn("every 5 s", self.said(store))

    def test_a_folder_that_goes_away_is_waited_for(self):
        store = self.watched()
        self.rename_in(store, "2025-03-01/orders.csv", orders(0))
        self.wait_for_orders(store, 1)
        os.rename(store.landing, store.landing.parent / "away")
        self.wait(lambda: "cannot read the landing folder" in self.said(store))
        os.rename(store.landing.parent / "away", store.landing)
        self.rename_in(store, "2025-03-02/orders.csv", orders(1))
        self.wait_for_orders(store, 2)

    def test_another_folder_of_the_same_name_is_listened_to(self):
        store = self.watched()
        self.rename_in(store, "2025-03-01/orders.csv", orders(0))
        self.wait_for_orders(store, 1)
        os.rename(store.landing / "2025-03-01", store.landing / "_old")
        time.sleep(1)
        self.rename_in(store, "2025-03-01/orders_2.csv", orders(1))
        self.wait_for_orders(store, 2)
        self.rename_in(store, "2025-03-01/orders_3.csv", orders(2))
        before = time.monotonic()
        self.wait_for_orders(store, 3)
        self.assertLess(time.monotonic() - before, 25, "it was found by looking, not by listening")

    def test_a_run_that_is_killed_is_made_up_for(self):
        store = self.watched()
        made = self.folder / "made"
        self.assert_status(program.run("generate", "--out", made, "--days", 10, "--orders", 3000), 0)
        store.land(made)
        self.wait(lambda: (store.data / "warehouse.duckdb.work").exists())
        for pid in self.runs_at_work(store):
            os.kill(pid, signal.SIGKILL)
        self.wait(lambda: store.warehouse.exists() and ("run", "published") in store.runs())
        self.assertIn("a run has failed (ended by signal 9", self.said(store))
        self.assertEqual(set(self.loaded(store).values()), {1})

    @staticmethod
    def runs_at_work(store):
        found = []
        for entry in os.listdir("/proc"):
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if b"run" in words[1:2] and str(store.data / "watch" / "settled").encode() in words:
                found.append(int(entry))
        return found

    def test_stopping_ends_the_run_that_is_at_work(self):
        store = self.watched()
        made = self.folder / "made"
        self.assert_status(
            program.run("generate", "--out", made, "--days", 60, "--orders", 60000), 0)
        store.land(made)
        self.wait(lambda: self.runs_at_work(store))
        runs = self.runs_at_work(store)
        self.assertEqual(self.end(store), 0)
        self.assertFalse([pid for pid in runs if os.path.exists(f"/proc/{pid}")])

    def test_two_watchers_of_one_data_folder_are_one_too_many(self):
        store = self.watched()
        self.assert_message(store.command("watch"), 3, "watches already")

    def test_without_a_landing_folder_it_says_so(self):
        store = self.store()
        shutil.rmtree(store.landing)
        self.assert_message(store.command("watch"), 2, "there is no landing folder", "--landing")

    def test_the_server_watches_and_goes_on_answering(self):
        store = self.store()
        store.write("2025-03-01/orders.csv", orders(0))
        self.assert_published(store.run())
        store = self.watched("--port", 0, "--with-watch", command="serve")
        self.wait(lambda: "http://" in self.said(store))
        url = next(line for line in self.said(store).splitlines() if line.startswith("http://"))

        def run_served():
            with urllib.request.urlopen(url + "quality/latest", timeout=10) as answer:
                return json.load(answer)["meta"]["run_id"]

        first = run_served()
        self.rename_in(store, "2025-03-02/orders.csv", orders(1))
        self.wait_for_orders(store, 2)
        self.wait(lambda: run_served() != first)
        for number in range(2, 6):
            self.rename_in(store, f"2025-03-02/orders_{number}.csv", orders(number))
            for _ in range(20):
                run_served()
        self.wait_for_orders(store, 6)
        self.assertEqual(self.end(store), 0)


if __name__ == "__main__":
    program.main()
