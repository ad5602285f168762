"""SIGTERM and SIGINT stop the real program: nothing is published or half done, and the log says so."""

import os
import pathlib
import random
import signal
import time

import program

SIGNALS = (signal.SIGTERM, signal.SIGINT)
KILLS = 8


class Stopped(program.TestCase):
    def setUp(self):
        super().setUp()
        self.made = self.folder / "made"
        made = program.run("generate", "--out", self.made, "--days", 6, "--orders", 2000)
        self.assert_status(made, 0)
        self.dates = sorted(os.listdir(self.made))

    def asked(self, process):
        """Waits until the program takes signals as a request to stop: it has blocked them then."""
        until = time.monotonic() + program.TIME_LIMIT_SECONDS
        while time.monotonic() < until and process.poll() is None:
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            blocked = int(next(line for line in status.splitlines()
                               if line.startswith("SigBlk:")).split()[1], 16)
            if blocked >> (signal.SIGTERM - 1) & 1:
                return

    def begun(self, process, path):
        """Waits until the program has made `path`; false where it ended before."""
        until = time.monotonic() + program.TIME_LIMIT_SECONDS
        while time.monotonic() < until and process.poll() is None:
            if any(path.parent.glob(path.name)):
                return True
        return False

    def test_at_any_time_and_the_log_says_what_became_of_the_run(self):
        store = self.store()
        store.land(self.made, *self.dates[:2])
        self.assert_published(store.run())
        store.keep("first")
        first = store.fingerprints(program.LINEAGE)
        store.land(self.made)
        undisturbed = store.run()
        self.assert_published(undisturbed)
        whole = store.fingerprints(program.LINEAGE)
        compared = program.delivered(whole)
        seed = random.randrange(10**6)
        rng = random.Random(seed)
        stopped = 0
        for number in range(KILLS):
            with self.subTest(seed=seed, number=number):
                store.back("first")
                process = store.start("run")
                self.assertTrue(self.begun(process, store.data / "warehouse.duckdb.work"))
                time.sleep(undisturbed.seconds * rng.random() * number / KILLS)
                process.send_signal(SIGNALS[number % 2])
                _, err = process.communicate(timeout=program.TIME_LIMIT_SECONDS)
                seen = store.fingerprints(program.LINEAGE)
                if process.returncode == 0:
                    self.assert_same(whole, seen, compared)
                else:
                    self.assertEqual(process.returncode, 1, err)
                    self.assertIn("stopped\nNothing was published", err.decode())
                    self.assert_same(first, seen, compared)
                    stopped += 1
                # One that was stopped before it had the warehouse is put into the log by the next.
                self.assert_status(store.run(), 0)
                self.assert_same(whole, store.fingerprints(program.LINEAGE), compared)
                self.assert_settled(store)
                before = store.query("select status, error from run_log order by started_at")[-2]
                self.assertEqual((before["status"], before["error"] or None), ("published", None)
                                 if process.returncode == 0 else ("failed", "stopped"))
        self.assertGreater(stopped, 0, "the program was too fast to be stopped")

    def test_a_second_signal_ends_the_program_at_once(self):
        for kind in SIGNALS:
            with self.subTest(signal=kind):
                store = self.store(f"store-{kind}")
                store.land(self.made)
                process = store.start("run")
                self.assertTrue(self.begun(process, store.data / "warehouse.duckdb.work"))
                # Held still, it gets both before it can do anything about the first.
                process.send_signal(signal.SIGSTOP)
                process.send_signal(signal.SIGTERM)
                process.send_signal(signal.SIGINT)
                process.send_signal(signal.SIGCONT)
                process.communicate(timeout=program.TIME_LIMIT_SECONDS)
                self.assertIn(-process.returncode, SIGNALS)
                self.assert_published(store.run())
                self.assert_settled(store)

    def test_what_is_fabricated_or_imported_is_there_as_a_whole_or_not_at_all(self):
        ledger = self.folder / "ledger.csv"
        with open(ledger, "w", encoding="ascii") as file:
            file.write("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,"
                       "Country\n")
            for number in range(400_000):
                file.write(f"{500000 + number // 8},2{number % 997:04},THING,2,"
                           f"2010-12-{1 + number // 20000:02} 08:26:00,2.55,17850,France\n")
        out = self.folder / "out"
        for command in (["generate", "--days", 600, "--orders", 400_000],
                        ["import", "online-retail", ledger]):
            for kind in SIGNALS:
                for made in (False, True):
                    with self.subTest(command=command[0], signal=kind, made=made):
                        if made:
                            out.mkdir()
                        process = program.start(*command, "--out", out)
                        # Of one in the midst of writing, of the other while it reads.
                        if command[0] == "generate":
                            self.assertTrue(self.begun(process, out / "2*"))
                        else:
                            self.asked(process)
                        process.send_signal(kind)
                        _, err = process.communicate(timeout=program.TIME_LIMIT_SECONDS)
                        self.assertEqual(process.returncode, 1, err)
                        self.assertIn("stopped", err.decode())
                        self.assertEqual(out.exists(), made)
                        if made:
                            self.assertEqual(list(out.iterdir()), [])
                            out.rmdir()

    def test_a_question_is_broken_off(self):
        store = self.store()
        store.land(self.made, self.dates[0])
        self.assert_published(store.run())
        process = store.start("query", "select count(*) from range(100000) a, range(100000) b, "
                              "range(100) c where a.range + b.range + c.range = 7")
        self.asked(process)
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=10)
        self.assertEqual((process.returncode, err.decode()), (1, "error: stopped\n"))
        self.assert_settled(store)

    def test_a_migration_is_broken_off(self):
        for attempt in range(10):
            store = self.store(f"store-{attempt}")
            process = store.start("migrate")
            self.asked(process)
            process.send_signal(SIGNALS[attempt % 2])
            _, err = process.communicate(timeout=program.TIME_LIMIT_SECONDS)
            if process.returncode != 0:
                break
        self.assertEqual(process.returncode, 1, err)
        self.assertIn("stopped: a migration takes place as a whole or not at all", err.decode())
        self.assertFalse(store.warehouse.exists())
        self.assert_status(store.command("migrate"), 0)
        self.assertIn("the schema is up to date", store.command("migrate").out)


if __name__ == "__main__":
    program.main()
