"""PostgreSQL as a warehouse when things go wrong: a client that is killed, a connection that is cut, a
server that goes down or refuses, two runs at once, readers meanwhile. The published state is the
one before or the whole of the new one, and the next run ends where an undisturbed one would have.

FAULT_AT_EVERY_STATEMENT=1 kills the client before every statement of a run (slow).
"""

import os
import random
import signal
import subprocess
import threading
import time
import unittest

import postgres_proxy
import postgres_server
import postgres_store
import program

LANDING = program.GOLDEN / "landing"
FIRST_DATE = "2025-03-10"
DELAYED_KILLS = {"later run": 5, "first run": 3, "rebuild": 3}
ATTEMPTS_MAX = 4
SPREAD_STATEMENTS = 6
AROUND_COMMIT = (-2, 3)
STAGING = 'copy "stg_orders"'
MODEL = "-- fills: fct_orders\n"
CHECK = "-- What checks read"  # as quality/*_rows.sql begin, which go before it
COMMIT = "commit"
BUILD_KEYS = "CREATE "  # as the server writes them
COMMIT_CRASHES = 2
COMMIT_SECONDS = 0.004
TMPFS_BYTES = 24 << 20


def setUpModule():
    global SERVER
    SERVER = unittest.enterModuleContext(postgres_server.Server())


class Faults(program.TestCase):
    """The golden example: its first landing date is published, the others are the run at fault."""

    def setUp(self):
        super().setUp()
        SERVER.sql("drop database if exists shop with (force);\ncreate database shop;\n")
        self.shop = postgres_store.PostgresStore(self.folder / "store", SERVER.url("shop"), "shop")
        self.shop.land(LANDING, FIRST_DATE)
        self.shop.keep("nothing")
        self.assert_published(self.shop.run())
        self.first = self.tables()
        self.shop.keep("first")
        self.shop.land(LANDING)
        self.compared = program.delivered(self.first)

    def tables(self):
        return self.shop.tables(program.LINEAGE)

    def undisturbed(self):
        """The state after all; the shop is where it was."""
        self.assert_published(self.shop.run())
        whole = self.tables()
        self.shop.keep("all")
        self.shop.back("first")
        return whole

    def expect_settled(self, whole):
        self.assert_same(whole, self.tables(), self.compared)
        self.assertEqual(list(self.shop.data.glob("tmp/**/*")), [])
        self.assertEqual(list(self.shop.data.glob("lake/.pending/*")), [])
        statuses = [status for _, status in self.shop.runs()]
        self.assertNotIn("running", statuses)
        return statuses

    def through(self, at):
        """The environment that leads the shop through a proxy to its server."""
        proxy = postgres_proxy.Proxy(SERVER, at)
        self.addCleanup(proxy.__exit__)
        return {"CARTOGRAPH_WAREHOUSE": SERVER.url("shop", proxy.folder)}

    def statements(self):
        """All that an undisturbed run asks of the server."""
        asked = []
        self.assert_published(self.shop.run(env=self.through(asked.append)))
        return asked


class Once:
    """Acts at the statement of this number, or at the first that begins with this text."""

    def __init__(self, place, action):
        self.place = place
        self.action = action
        self.asked = 0
        self.is_done = False

    def __call__(self, statement):
        self.asked += 1
        is_place = (self.asked == self.place if isinstance(self.place, int)
                    else statement.startswith(self.place))
        if self.is_done or not is_place:
            return None
        self.is_done = True
        return self.action() if callable(self.action) else self.action


class KilledClient(Faults):
    def expect_survived(self, before, whole, *command):
        """After a kill: readers see one state or the other, and the next run ends with the whole."""
        if self.shop.sql("select 1 from information_schema.tables where table_name = 'schema_migrations'"):
            seen = self.tables()
            expected = whole if seen.get("stg_orders") == whole["stg_orders"] else before
            self.assert_same(expected, seen, [name for name in self.compared if name in seen])
        self.assert_status(self.shop.command_once_free(*command), 0)
        return self.expect_settled(whole)

    def test_after_any_delay(self):
        whole = self.undisturbed()
        nothing = {name: [] for name in whole}
        for kept, before, kind, *command in (
                ("nothing", nothing, "first run", "run"), ("first", self.first, "later run", "run"),
                ("all", whole, "rebuild", "rebuild", "--from", "lake")):
            self.shop.back(kept)
            start = time.monotonic()
            self.assert_status(self.shop.command(*command), 0)
            duration = time.monotonic() - start
            seed = random.randrange(10**6)
            rng = random.Random(seed)
            killed = 0
            for _ in range(DELAYED_KILLS[kind] * ATTEMPTS_MAX):
                if killed == DELAYED_KILLS[kind]:
                    break
                self.shop.back(kept)
                with self.subTest(kind=kind, seed=seed, kill=killed):
                    process = self.shop.start(*command)
                    start = time.monotonic()
                    try:
                        process.wait(duration * (killed + rng.random()) / DELAYED_KILLS[kind])
                        duration = time.monotonic() - start  # the machine has become faster
                    except subprocess.TimeoutExpired:
                        process.kill()
                    process.communicate()
                    killed += process.returncode == -signal.SIGKILL
                    self.expect_survived(before, whole, *command)
            self.assertEqual(killed, DELAYED_KILLS[kind], "the program was too fast to be killed")

    def test_right_before_any_statement(self):
        statements = self.statements()
        self.shop.back("first")
        whole = self.undisturbed()
        for number in self.chosen(statements):
            with self.subTest(number=number, statement=statements[number - 1][:60]):
                self.shop.back("first")
                started = threading.Event()

                def kill():
                    started.wait()
                    process.kill()
                    process.wait()

                process = self.shop.start("run", env=self.through(Once(number, kill)))
                started.set()
                process.communicate()
                self.assertEqual(process.returncode, -signal.SIGKILL)
                statuses = self.expect_survived(self.first, whole, "run")
                self.assertEqual(statuses[0], "published")
                self.assertIn(statuses[-1], ("published", "nothing_new"))
                self.assertIn(statuses[1:-1], ([], ["failed"], ["published"], ["nothing_new"]))

    def test_in_a_long_statement_the_warehouse_is_let_go_of_soon(self):
        """Not when the statement ends: the server looks after its client meanwhile."""
        whole = self.undisturbed()
        self.shop.sql("create function slow() returns trigger language plpgsql as "
                      "$$ begin perform pg_sleep(3600); return null; end $$; "
                      "create trigger slow before insert on fct_orders execute function slow()")
        process = self.shop.start("run")
        asleep = ("select pid from pg_stat_activity where datname = 'shop' and wait_event = 'PgSleep'")
        self.wait(lambda: SERVER.sql(asleep))
        process.kill()
        process.communicate()
        self.wait(lambda: not SERVER.sql(asleep), postgres_store.LET_GO_SECONDS)
        self.shop.sql("drop trigger slow on fct_orders; drop function slow")
        self.assertEqual(self.expect_survived(self.first, whole, "run"),
                         ["published", "failed", "published"])

    def wait(self, condition, seconds=program.TIME_LIMIT_SECONDS):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, "this takes too long")
            time.sleep(0.05)

    @staticmethod
    def chosen(statements):
        """Numbers of the statements before which to kill, from 1."""
        if os.environ.get("FAULT_AT_EVERY_STATEMENT"):
            return range(1, len(statements) + 1)
        last_commit = len(statements) - statements[::-1].index(COMMIT)
        low, high = AROUND_COMMIT
        spread = {1 + place * (len(statements) - 1) // SPREAD_STATEMENTS
                  for place in range(SPREAD_STATEMENTS)}
        around = range(last_commit + low, last_commit + high + 1)
        staging = next(number for number, text in enumerate(statements, 1)
                       if text.startswith(STAGING))
        return sorted(number for number in spread | {*around, staging, staging + 1}
                      if number <= len(statements))


class LostConnection(Faults):
    def expect_retried(self, result, whole, *statuses):
        """The same call of the program has published, at its second attempt."""
        self.assert_published(result)
        self.assertIn("Trying again in 2 s, attempt 2 of 3", result.err)
        self.assertEqual(self.expect_settled(whole), ["published", *statuses])

    def test_a_cut_connection_is_tried_again(self):
        whole = self.undisturbed()
        for place in (STAGING, MODEL, CHECK):
            with self.subTest(place=place):
                self.shop.back("first")
                result = self.shop.run(env=self.through(Once(place, "cut before")))
                self.expect_retried(result, whole, "failed", "published")
                self.assertIn("was lost", self.shop.value(
                    "select error from run_log where status = 'failed'"))

    def test_cut_before_the_commit_it_is_not_published(self):
        whole = self.undisturbed()
        result = self.shop.run(env=self.through(Once(COMMIT, "cut before")))
        self.assertIn("as a whole or not at all", result.err)
        self.expect_retried(result, whole, "failed", "published")
        self.expect_lake(whole)

    def test_cut_after_the_commit_it_is_published_once(self):
        whole = self.undisturbed()
        result = self.shop.run(env=self.through(Once(COMMIT, "cut after")))
        self.expect_retried(result, whole, "published")
        self.assertIn("files 12", result.out)
        self.expect_lake(whole)

    def test_cut_after_the_commit_and_once_more_it_is_published_once(self):
        whole = self.undisturbed()
        commit, again = Once(COMMIT, "cut after"), Once(1, "cut before")
        result = self.shop.run(env=self.through(
            lambda statement: again(statement) if commit.is_done else commit(statement)))
        self.assert_published(result)
        self.assertIn("attempt 3 of 3", result.err)
        self.assertEqual(self.expect_settled(whole), ["published", "published"])
        self.assertIn("files 12", result.out)
        self.expect_lake(whole)

    def test_cut_after_the_commit_and_for_good_its_outcome_is_not_known(self):
        whole = self.undisturbed()
        commit = Once(COMMIT, "cut after")
        result = self.shop.run(env=self.through(
            lambda statement: "cut before" if commit.is_done else commit(statement)))
        self.assert_message(result, 4, "Tried 3 times", "It is not known whether run ",
                            "the next run finds out")
        self.assert_nothing_new(self.shop.run())
        self.assertEqual(self.expect_settled(whole), ["published", "published", "nothing_new"])
        self.expect_lake(whole)

    def expect_lake(self, whole):
        self.assert_published(self.shop.command("rebuild", "--from", "lake"))
        self.expect_settled(whole)

    def test_a_terminated_session_is_tried_again(self):
        whole = self.undisturbed()

        def terminate():
            SERVER.sql("select pg_terminate_backend(pid) from pg_stat_activity "
                       "where datname = 'shop' and state = 'idle in transaction'")

        result = self.shop.run(env=self.through(Once(MODEL, terminate)))
        self.expect_retried(result, whole, "failed", "published")

    def test_a_server_that_crashes_in_staging_in_a_model_and_in_the_commit(self):
        whole = self.undisturbed()

        def crash():
            SERVER.stop("immediate")
            SERVER.start()

        for place in (STAGING, MODEL, COMMIT):
            with self.subTest(place=place):
                self.shop.back("first")
                result = self.shop.run(env=self.through(Once(place, crash)))
                self.expect_retried(result, whole, "failed", "published")

    def test_a_server_that_crashes_while_it_commits(self):
        """Whether it has committed is the crash's to say: the run ends as a whole either way."""
        whole = self.undisturbed()
        seed = random.randrange(10**6)
        rng = random.Random(seed)
        for number in range(COMMIT_CRASHES):
            with self.subTest(seed=seed, number=number):
                self.shop.back("first")
                is_up = threading.Event()

                def crash():
                    SERVER.kill()
                    SERVER.stop("immediate")
                    SERVER.start()
                    is_up.set()

                timer = threading.Timer(rng.random() * COMMIT_SECONDS, crash)
                result = self.shop.run(env=self.through(Once(COMMIT, timer.start)))
                is_up.wait(program.TIME_LIMIT_SECONDS)
                self.assert_published(result)
                statuses = self.expect_settled(whole)
                self.assertIn(statuses[1:], (["published"], ["failed", "published"]))
                self.expect_lake(whole)

    def test_a_server_that_stays_away_is_given_up(self):
        whole = self.undisturbed()
        try:
            result = self.shop.run(env=self.through(Once(MODEL, lambda: SERVER.stop("immediate"))))
            self.assert_message(result, 1, "Trying again in 2 s, attempt 2 of 3",
                                "Trying again in 10 s, attempt 3 of 3", "Tried 3 times",
                                "Nothing was published; the warehouse is as it was",
                                "cannot connect to the warehouse postgresql://cartograph@/shop")
        finally:
            SERVER.start()
        self.assert_same(self.first, self.tables(), self.compared)
        self.assert_published(self.shop.run())
        self.assertEqual(self.expect_settled(whole), ["published", "failed", "published"])


class Refusals(Faults):
    """What is not transient is not tried again."""

    def expect_failed(self, result, *words):
        self.assert_message(result, 1, "Nothing was published; the warehouse is as it was", *words)
        self.assertNotIn("Trying again", result.err)
        self.assert_same(self.first, self.tables(), self.compared)
        self.assertEqual([status for _, status in self.shop.runs()], ["published", "failed"])

    def test_a_statement_that_takes_too_long(self):
        whole = self.undisturbed()
        SERVER.sql("alter role cartograph in database shop set statement_timeout = '1s'")
        held = subprocess.Popen([postgres_server.installed() / "psql", "-Xq", SERVER.url("shop")],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            held.stdin.write("begin; lock table shop.fct_orders in exclusive mode; select 1;\n")
            held.stdin.flush()
            held.stdout.readline()
            result = self.shop.run()
        finally:
            held.communicate()
        self.expect_failed(result, "the model", "statement timeout")
        self.assert_published(self.shop.run())
        self.assertEqual(self.expect_settled(whole), ["published", "failed", "published"])

    def test_a_failing_check(self):
        self.shop.write("2025-06-01/orders.csv", "order_id\n" * 30)
        result = self.shop.run()
        self.expect_failed(result, "rejected whole", "reject_rate", "Rejected rows: ")
        self.assertNotEqual(self.shop.value(
            "select count(*) from quality_results where not passed and severity = 'error'"), "0")
        self.assert_published(self.shop.run("--accept-rejects=whole"))

    @unittest.skipUnless(os.geteuid() == 0, "only root can mount a small disk")
    def test_a_full_disk(self):
        small = SERVER.folder / "small"
        small.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o",
                                  f"size={TMPFS_BYTES},uid={SERVER.user.pw_uid},mode=700", "tmpfs",
                                  small], capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("a small disk cannot be mounted here")
        try:
            self.expect_survives_full_disk(small)
        finally:
            SERVER.sql("drop database shop with (force);\ndrop tablespace if exists small;\n")
            subprocess.run(["umount", "-l", small], check=False)

    def expect_survives_full_disk(self, small):
        whole = self.undisturbed()
        SERVER.sql(f"create tablespace small location '{small}'")
        SERVER.sql("alter database shop set tablespace small")
        SERVER.sql("select 1", "shop")  # a first session there writes a file
        filler = small / "filler"
        free = os.statvfs(small)
        filler.write_bytes(bytes(free.f_bavail * free.f_frsize))
        result = self.shop.run()
        self.assert_message(result, 1, "No space left on device",
                            "make room on the server's disk",
                            "Nothing was published; the warehouse is as it was")
        filler.unlink()
        self.assert_same(self.first, self.tables(), self.compared)
        self.assert_published(self.shop.run())
        self.expect_settled(whole)


class Stopped(Faults):
    def test_by_a_signal_while_a_statement_of_the_server_waits(self):
        whole = self.undisturbed()
        for number, kind in enumerate((signal.SIGTERM, signal.SIGINT), 1):
            with self.subTest(signal=kind):
                held = subprocess.Popen([SERVER.programs / "psql", "-Xq", SERVER.url("shop")],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                try:
                    held.stdin.write("begin; lock table shop.fct_orders in exclusive mode;"
                                     " select 1;\n")
                    held.stdin.flush()
                    held.stdout.readline()
                    process = self.shop.start("run")
                    while process.poll() is None and [["0"]] == SERVER.sql(
                            "select count(*) from pg_stat_activity "
                            "where datname = 'shop' and wait_event_type = 'Lock'"):
                        pass
                    start = time.monotonic()
                    process.send_signal(kind)
                    _, err = process.communicate(timeout=program.TIME_LIMIT_SECONDS)
                    self.assertLess(time.monotonic() - start, 20)
                finally:
                    held.communicate()
                self.assertEqual(process.returncode, 1, err)
                self.assertIn("stopped\nNothing was published", err.decode())
                self.assert_same(self.first, self.tables(), self.compared)
                self.assertEqual(self.shop.value(
                    "select count(*) from run_log where status = 'failed' and error = 'stopped'"),
                    str(number))
        self.assert_published(self.shop.run())
        self.assertEqual(self.expect_settled(whole),
                         ["published", "failed", "failed", "published"])

    def test_a_question_is_broken_off_on_the_server(self):
        process = self.shop.start("query", "select pg_sleep(600)")
        asked = "select count(*) from pg_stat_activity where query like '%pg_sleep(600)%' " \
            "and state = 'active' and pid <> pg_backend_pid()"
        while process.poll() is None and SERVER.sql(asked) == [["0"]]:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)
        self.assertEqual((process.returncode, err.decode()), (1, "error: stopped\n"))
        self.assertEqual(SERVER.sql(asked), [["0"]])


class Together(Faults):
    def test_two_runs_at_once(self):
        whole = self.undisturbed()
        is_there, may_go_on = threading.Event(), threading.Event()

        def hold():
            is_there.set()
            may_go_on.wait()

        first = self.shop.start("run", env=self.through(Once(MODEL, hold)))
        try:
            self.assertTrue(is_there.wait(program.TIME_LIMIT_SECONDS))
            holder = self.shop.value("select run_id from run_log where status = 'running'")
            for command in (["run"], ["rebuild"], ["migrate"]):
                second = self.shop.command(*command)
                self.assert_message(second, 3, "another run holds the warehouse",
                                    f"(run, {holder}, since ", "nothing was changed")
                self.assertLess(second.seconds, 5)
            self.assert_same(self.first, self.tables(), self.compared)
        finally:
            may_go_on.set()
            first.communicate()
        self.assertEqual(first.returncode, 0)
        self.assertEqual(self.expect_settled(whole), ["published", "published"])

    def test_jobs_of_two_machines_meet_and_both_are_done(self):
        whole = self.undisturbed()
        jobs = self.folder / "jobs"
        jobs.mkdir()
        (jobs / "nightly.toml").write_text(
            'schedule = "@daily"\n[steps.run]\ncommand = ["cartograph", "run", "--no-report"]\n'
            'retries = 100\nretry_after = "100 ms"\nretry_after_max = "100 ms"\n')
        other = postgres_store.PostgresStore(self.folder / "other", SERVER.url("shop"), "shop")
        other.land(LANDING)
        is_there, may_go_on = threading.Event(), threading.Event()

        def hold():
            is_there.set()
            may_go_on.wait()

        def start(machine, env=None):
            process = machine.start("jobs", "run", "nightly",
                                    env={"CARTOGRAPH_JOBS": str(jobs)} | (env or {}))
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
            return process

        first = start(self.shop, self.through(Once(MODEL, hold)))
        self.addCleanup(may_go_on.set)
        self.assertTrue(is_there.wait(program.TIME_LIMIT_SECONDS))
        second = start(other)
        end = time.monotonic() + program.TIME_LIMIT_SECONDS
        while not list(other.data.glob("jobs/runs/nightly/*/run.2.log")):
            self.assertLess(time.monotonic(), end, "the second has not met the first")
            time.sleep(0.05)
        may_go_on.set()
        for process in (first, second):
            _, said = process.communicate(timeout=program.TIME_LIMIT_SECONDS)
            self.assertEqual(process.returncode, 0, said.decode())
        self.assertEqual(self.expect_settled(whole), ["published", "published", "nothing_new"])

    def test_a_reader_in_a_long_transaction_sees_one_state_and_nobody_waits(self):
        """Of every kind of run: the first load, a later one, a rebuild."""
        whole = self.undisturbed()
        for kept, command in (("nothing", ["run"]), ("first", ["run"]), ("all", ["rebuild"])):
            with self.subTest(kept=kept, command=command):
                self.shop.back(kept)
                if kept == "nothing":
                    self.assert_status(self.shop.command("migrate"), 0)
                self.expect_reader_undisturbed(command)
        self.assert_same(whole, self.tables(), self.compared)

    def test_a_reader_that_starts_during_the_first_load_does_not_wait(self):
        """Whichever table it reads, and whatever the load has done by then."""
        whole = self.undisturbed()
        keys = self.keys()
        self.shop.back("nothing")
        places = {STAGING, MODEL, CHECK, BUILD_KEYS}

        def read(statement):
            for place in [place for place in places if statement.startswith(place)]:
                self.shop.sql("set statement_timeout = '5s'; select count(*) from fct_orders, "
                              "stg_orders, dim_customer, int_stock_movements")
                places.remove(place)

        self.assert_published(self.shop.run(env=self.through(read)))
        self.assertEqual(places, set())
        self.assertEqual(self.keys(), keys)
        self.assert_same(whole, self.tables(), self.compared)

    def test_a_first_load_that_is_killed_leaves_keys_to_the_next_run(self):
        whole = self.undisturbed()
        keys = self.keys()
        self.shop.back("nothing")

        def kill():
            started.wait()
            process.kill()
            process.wait()

        started = threading.Event()
        process = self.shop.start("run", env=self.through(Once(MODEL, kill)))
        started.set()
        process.communicate()
        self.assertLess(len(self.keys()), len(keys))
        self.assert_published(self.shop.command_once_free("run"))
        self.assertEqual(self.keys(), keys)
        self.assertEqual(self.shop.sql("select name from settings where name like '%to_%'"), [])
        self.assert_same(whole, self.tables(), self.compared)

    def keys(self):
        """Keys and indexes of all tables, as their definitions."""
        return self.shop.sql(
            "select pg_get_indexdef(i.indexrelid), k.contype from pg_index i "
            "join pg_class t on t.oid = i.indrelid left join pg_constraint k "
            "on k.conindid = i.indexrelid where t.relnamespace = "
            "cast(current_schema() as regnamespace) order by 1")

    def expect_reader_undisturbed(self, command):
        reader = subprocess.Popen(
            [postgres_server.installed() / "psql", "-XqAt", SERVER.url("shop")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)

        def ask(sql):
            reader.stdin.write(sql + "\n")
            reader.stdin.flush()
            return reader.stdout.readline()

        count = "select count(*), sum(net_revenue) from shop.fct_orders, shop.stg_orders;"
        before = ask("begin isolation level repeatable read; " + count)
        try:
            self.assert_published(self.shop.command(*command))
            self.assertEqual(ask(count), before)
        finally:
            reader.communicate()


if __name__ == "__main__":
    program.main()
