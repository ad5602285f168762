"""Killed at any moment, the next run starts cleanly and ends where an undisturbed one would have.

Kills come after delays spread over the whole of a run, and right before chosen calls that change a
file, among them all around the moment of publication. KILLED_DELAYS=N tries N times as many delays,
KILLED_EVERY_CALL=1 every call (slow).
"""

import os
import random
import signal
import time

import engine
import program

TIMES = int(os.environ.get("KILLED_DELAYS", "1"))
DELAYED_KILLS = {"first run": 6 * TIMES, "later run": 8 * TIMES, "rebuild": 4 * TIMES}
SPREAD_CALLS = 10
AROUND_PUBLICATION = (-5, 6)  # calls before and after it
ATTEMPTS_MAX = 4
MERGING_CALLS = 5


class Killed(program.TestCase):
    def setUp(self):
        super().setUp()
        self.made = self.folder / "made"
        made = program.run("generate", "--out", self.made, "--days", 5, "--orders", 1200,
                           "--noise", 0.01)
        self.assert_status(made, 0)
        self.dates = sorted(os.listdir(self.made))

    def prepared(self):
        """A store with a first half that is published, and the undisturbed state after all."""
        store = self.store()
        store.land(self.made, *self.dates[:len(self.dates) // 2])
        self.assert_published(store.run())
        store.keep("half")
        self.half = store.fingerprints(program.LINEAGE)
        store.land(self.made, *self.dates)
        self.assert_published(store.run())
        store.keep("all")
        self.all = store.fingerprints(program.LINEAGE)
        self.compared = program.delivered(self.all)
        return store

    def kill_after(self, store, command, seconds):
        """Whether the program was still running when it was killed."""
        process = store.start(*command)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return process.returncode == -signal.SIGKILL

    def expect_clean_end(self, store, before, command=("run",)):
        """After a kill readers see the state before or the whole of the new one; the next run ends
        in the undisturbed state, with the killed run in its log."""
        holder = store.holder()
        if store.warehouse.exists():
            seen = store.fingerprints(program.LINEAGE)
            whole = before if seen["stg_orders"] == before["stg_orders"] else self.all
            self.assert_same(whole, seen, self.compared)
        self.assert_status(store.command(*command), 0)
        self.assert_same(self.all, store.fingerprints(program.LINEAGE), self.compared)
        runs = self.assert_settled(store)
        if holder:
            self.assertIn(holder, runs)

    def expect_survived_delays(self, store, kept, before, command, kills):
        """Kills one run of `command` after each of `kills` delays, from the state `kept` on."""
        store.back(kept)
        start = time.monotonic()
        self.assert_status(store.command(*command), 0)
        duration = time.monotonic() - start
        seed = random.randrange(10**6)
        rng = random.Random(seed)
        killed = 0
        for attempt in range(kills * ATTEMPTS_MAX):
            if killed == kills:
                break
            delay = duration * (killed + rng.random()) / kills
            store.back(kept)
            with self.subTest(command=command, kept=kept, delay=round(delay, 4), seed=seed):
                if self.kill_after(store, command, delay):
                    killed += 1
                    self.expect_clean_end(store, before, command)
                else:
                    duration *= 0.9
        self.assertEqual(killed, kills, "the program was too fast to be killed")

    def test_after_any_delay(self):
        store = self.prepared()
        nothing = {"stg_orders": None}  # there is no warehouse that could be read
        self.expect_survived_delays(store, "nothing", nothing, ["run"],
                                    DELAYED_KILLS["first run"])
        self.expect_survived_delays(store, "half", self.half, ["run"], DELAYED_KILLS["later run"])
        for source in ("staging", "lake"):
            self.expect_survived_delays(store, "all", self.all, ["rebuild", "--from", source],
                                        DELAYED_KILLS["rebuild"] // 2)

    def test_twice_in_a_row(self):
        """Both killed runs are in the log, and the third ends as if there had been none."""
        store = self.prepared()
        store.back("half")
        holders = []
        while len(holders) < 2:
            self.assertTrue(self.kill_after(store, ["run"], 0.15))
            holder = store.holder()
            if holder and holder not in holders:
                holders.append(holder)
        self.assert_published(store.run())
        self.assert_same(self.all, store.fingerprints(program.LINEAGE), self.compared)
        runs = self.assert_settled(store)
        self.assertEqual(sorted(run for run, status in runs.items() if status == "failed"),
                         sorted(holders))


class KilledAtCall(program.TestCase):
    """On the golden example, whose second half is the run that is killed."""

    def setUp(self):
        super().setUp()
        self.golden = program.GOLDEN / "landing"
        dates = sorted(os.listdir(self.golden))
        self.kept = self.store()
        self.kept.land(self.golden, *dates[:1])
        self.assert_published(self.kept.run())
        self.kept.keep("first")
        self.first = self.kept.fingerprints(program.LINEAGE)
        self.kept.land(self.golden)

    def chosen(self, calls):
        """Numbers of the calls at which to kill, from 1."""
        if os.environ.get("KILLED_EVERY_CALL"):
            return range(1, len(calls) + 1)
        published = program.publication(self.kept, calls)
        low, high = AROUND_PUBLICATION
        numbers = {*range(published + low, min(published + high, len(calls)) + 1)}
        numbers |= {number for number, (name, _) in enumerate(calls, 1)
                    if name in ("mkostemp", "unlink")}
        numbers |= {1 + place * (len(calls) - 1) // SPREAD_CALLS
                    for place in range(SPREAD_CALLS + 1)}
        return sorted(numbers)

    def test_right_before_any_call_that_changes_a_file(self):
        store = self.kept
        calls = program.calls_of(store, self.folder / "calls", "run")
        whole = store.fingerprints(program.LINEAGE)
        compared = program.delivered(whole)
        for number in self.chosen(calls):
            with self.subTest(call=number, name=" ".join(calls[number - 1]), of=len(calls)):
                store.back("first")
                killed = store.run(env=program.faulty(number, "kill"))
                self.assertEqual(killed.status, -signal.SIGKILL)
                holder = store.holder()
                seen = store.fingerprints(program.LINEAGE)
                published = seen["stg_orders"] != self.first["stg_orders"]
                self.assert_same(whole if published else self.first, seen, compared)
                self.assert_status(store.run(), 0)
                self.assert_same(whole, store.fingerprints(program.LINEAGE), compared)
                runs = self.assert_settled(store)
                if holder:
                    self.assertEqual(runs.get(holder), "published" if published else "failed")

    def test_while_another_program_had_left_a_log_beside_the_file(self):
        store = self.kept
        store.back("first")
        engine.leave_log(store.warehouse, "create table notes as select 'kept' as note")
        store.keep("noted")
        calls = program.calls_of(store, self.folder / "calls", "run")
        published = program.publication(store, calls)
        for number in range(published - 3, published + 3):
            with self.subTest(call=number, name=" ".join(calls[number - 1]), of=len(calls)):
                store.back("noted")
                self.assertEqual(store.run(env=program.faulty(number, "kill")).status,
                                 -signal.SIGKILL)
                self.assertEqual(store.value("select note from notes"), "kept")
                self.assert_status(store.run(), 0)
                self.assertEqual(store.value("select note from notes"), "kept")

    def test_another_warehouse_takes_no_lake_whose_first_run_was_killed(self):
        """Right after its first publication, nothing says yet whose the lake is but the claim."""
        store = self.store("two")
        store.land(self.golden)
        published = program.publication(
            store, program.calls_of(store, self.folder / "calls", "run"))
        whole = store.fingerprints(program.LINEAGE)
        other = self.store("three", "--warehouse", f"duckdb:{self.folder / 'three.duckdb'}",
                           data=store.data)
        other.land(self.golden)
        tried = 0
        for number in range(published + 1, published + 3):
            with self.subTest(call=number):
                store.back("nothing")
                (self.folder / "three.duckdb").unlink(missing_ok=True)
                store.run(env=program.faulty(number, "kill"))
                # DuckDB's threads write in a few calls more or fewer from run to run.
                if not store.warehouse.exists():
                    continue
                tried += 1
                self.assertTrue(list(store.data.glob("lake/.pending/*")))
                self.assert_published(other.run())
                self.assert_nothing_new(store.run())
                self.assertEqual(store.unlike_lake(), [])
                self.assert_published(store.command("rebuild", "--from", "lake"))
                self.assert_same(whole, store.fingerprints(program.LINEAGE),
                                 program.delivered(whole))
        self.assertGreater(tried, 0)

    def test_a_run_that_was_not_settled_yet_still_rebuilds_all(self):
        """Published, killed before its folder in the lake was removed: a rebuild settles that."""
        store = self.kept
        published = program.publication(
            store, program.calls_of(store, self.folder / "calls", "run"))
        whole = store.fingerprints(program.LINEAGE)
        store.back("first")
        store.run(env=program.faulty(published + 1, "kill"))
        self.assertTrue(list(store.data.glob("lake/.pending/*")))
        self.assert_published(store.command("rebuild", "--from", "lake"))
        self.assert_same(whole, store.fingerprints(program.LINEAGE), program.delivered(whole))


class KilledWhileItMerges(program.TestCase):
    """Of each feed so many files lie in the lake that the run that is killed makes one of them."""

    def is_of_merging(self, name, path):
        return ("-merged" in path or path.endswith(("/replaced", "/published"))
                or name in ("unlink", "remove") and "/lake/stg_" in path)

    def test_right_before_a_call_that_merges(self):
        store = self.store()
        golden = program.GOLDEN / "landing"
        store.land(golden, *sorted(os.listdir(golden))[:1])
        self.assert_published(store.run())
        store.split_lake(40)
        store.keep("split")
        first = store.fingerprints(program.LINEAGE)
        store.land(golden)
        calls = program.calls_of(store, self.folder / "calls", "run")
        whole = store.fingerprints(program.LINEAGE)
        compared = program.delivered(whole)
        files = self.files(store)
        numbers = [number for number, call in enumerate(calls, 1) if self.is_of_merging(*call)]
        self.assertGreater(len(numbers), 100)
        if not os.environ.get("KILLED_EVERY_CALL"):
            numbers = [numbers[place * (len(numbers) - 1) // MERGING_CALLS]
                       for place in range(MERGING_CALLS + 1)]
        for number in numbers:
            with self.subTest(call=number, name=" ".join(calls[number - 1]), of=len(calls)):
                store.back("split")
                killed = store.run(env=program.faulty(number, "kill"))
                self.assertEqual(killed.status, -signal.SIGKILL)
                seen = store.fingerprints(program.LINEAGE)
                published = seen["stg_orders"] != first["stg_orders"]
                self.assert_same(whole if published else first, seen, compared)
                self.assert_status(store.run(), 0)
                self.assert_same(whole, store.fingerprints(program.LINEAGE), compared)
                self.assert_settled(store)
                self.assertEqual(self.files(store), files)

    @staticmethod
    def files(store):
        return {folder.name: len(list(folder.iterdir()))
                for folder in store.data.glob("lake/stg_*")}


if __name__ == "__main__":
    program.main()
