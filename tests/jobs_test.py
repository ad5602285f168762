"""Jobs of the real program: run by hand and by the scheduler, killed, stopped, and out of room.

No test waits for a time to come: a job log is written that says that one has passed.
"""

import datetime
import json
import os
import pathlib
import resource
import signal
import time
import urllib.request

import program

EVERY_MINUTE = 'schedule = "* * * * *"\n'
HANGS = """
[steps.hang]
command = ["sh", "-c", "echo $$ >> ids; sleep 1000 & echo $! >> ids; setsid sleep 1000 & wait"]
grace = "200 ms"
"""


def is_there(process):
    """Whether it runs; a zombie does not."""
    try:
        status = pathlib.Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def until(condition, seconds=60):
    """Waits for the condition; returns what it gave."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return found


class JobsCase(program.TestCase):
    def setUp(self):
        super().setUp()
        self.place = self.folder / "place"
        (self.place / "jobs").mkdir(parents=True)
        self.log = self.place / "data" / "jobs" / "log.jsonl"

    def job(self, name, text):
        (self.place / "jobs" / f"{name}.toml").write_text(text, encoding="utf-8")

    def only(self, name, text):
        """A job, and none of those that are built in."""
        for other in ("daily", "hourly-inventory", "nightly-audit", "retention"):
            self.job(other, 'enabled = false\nschedule = "@daily"\n[steps.a]\ncommand = ["true"]\n')
        self.job(name, text)

    def run_here(self, *arguments, **options):
        return program.run(*arguments, cwd=self.place, **options)

    def start_here(self, *arguments, **options):
        process = program.start(*arguments, cwd=self.place, **options)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()

    def passed(self, job, schedule="* * * * *", minutes=10):
        """A job log by which times of the job have passed while nobody ran it."""
        at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=minutes)
        self.write_log({"kind": "counts", "at": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "job": job,
                        "schedule": schedule, "timezone": "UTC"})

    def write_log(self, *records):
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "a", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)

    def records(self, kind=None):
        if not self.log.exists():
            return []
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [record for record in map(json.loads, lines) if kind in (None, record["kind"])]

    def ids(self, count):
        """The process ids that steps have written."""
        path = self.place / "ids"

        def read():
            words = path.read_text(encoding="ascii").split() if path.exists() else []
            return words if len(words) >= count else None

        found = until(read)
        self.assertIsNotNone(found, "the step has not begun")
        return [int(word) for word in found]

    def assert_gone(self, processes):
        self.assertTrue(until(lambda: not any(map(is_there, processes)), 20), "a process is left")


class ByHand(JobsCase):
    def test_the_daily_job_publishes_reports_and_checks(self):
        store = program.Store(self.place)
        store.land(program.GOLDEN / "landing")
        done = self.run_here("jobs", "run", "daily")
        self.assert_status(done, 0)
        self.assertIn("job daily: succeeded, 3 steps", done.out)
        self.assertTrue((self.place / "data/reports/latest/report.html").exists())
        steps = {record["step"]: record for record in self.records("step")}
        self.assertEqual({name: step["status"] for name, step in steps.items()},
                         dict.fromkeys(("run", "report", "check"), "succeeded"))
        self.assertIn("passed", (self.place / steps["check"]["output"]).read_text())
        self.assertIn("succeeded", self.run_here("jobs", "list").out)

    def test_steps_have_the_options_and_the_configuration_of_who_runs_them(self):
        (self.place / "other.toml").write_text('[store]\nreporting_currency = "GBP"\n')
        self.job("look", 'schedule = "@daily"\n[steps.look]\ncommand = ["cartograph", "status"]\n'
                         '[steps.variable]\ncommand = ["sh", "-c", "echo $CARTOGRAPH_DATA"]\n')
        done = self.run_here("--config", "other.toml", "--data", "elsewhere", "jobs", "run", "look")
        self.assert_status(done, 1)
        outputs = self.place / "elsewhere" / "jobs" / "runs" / "look"
        self.assertIn("elsewhere", next(outputs.glob("*/look.log")).read_text())
        self.assertEqual(next(outputs.glob("*/variable.log")).read_text(), "elsewhere\n")

    def test_the_exit_status_is_that_of_the_step_that_failed(self):
        for status, expected in ((1, 1), (2, 2), (3, 3), (4, 4), (9, 1)):
            self.job("fails", 'schedule = "@daily"\n[steps.fail]\nretries = 2\nretry_after = "1 ms"\n'
                              f'command = ["sh", "-c", "echo tried; exit {status}"]\n'
                              '[steps.after]\ncommand = ["true"]\nneeds = ["fail"]\n')
            done = self.run_here("jobs", "run", "fails")
            self.assert_message(done, expected, f"exit status {status}", "tried", "left out")
            attempts = 3 if status in (3, 4) else 1
            self.assertEqual(self.records("step")[-2].get("attempts"), attempts, status)

    def test_a_wrong_file_is_said_with_line_and_column_before_anything_runs(self):
        self.job("wrong", 'schedule = "@daily"\n[steps.a]\ncommand = ["true"]\ntimout = "1 s"\n')
        for command in (("jobs", "list"), ("jobs", "run", "daily"), ("schedule",)):
            self.assert_message(self.run_here(*command), 2, "jobs/wrong.toml, line 4, column 1",
                                "unknown key timout", "timeout")
        self.assertFalse(self.log.exists())

    def test_a_job_that_there_is_not_names_the_nearest(self):
        self.assert_message(self.run_here("jobs", "run", "dayly"), 2, "no job dayly", "daily")
        self.assert_message(self.run_here("jobs", "explain", "dayly"), 2, "daily")
        self.assert_message(self.run_here("jobs", "list", env={"CARTOGRAPH_JOBS": "nowhere"}), 2,
                            "no folder nowhere")

    def test_a_job_runs_once_at_a_time(self):
        self.job("long", EVERY_MINUTE + HANGS)
        first = self.start_here("jobs", "run", "long")
        processes = self.ids(2)
        self.assert_message(self.run_here("jobs", "run", "long"), 3, "running already")
        first.send_signal(signal.SIGTERM)
        self.assertEqual(first.wait(60), 1)
        self.assert_gone(processes)
        self.assertEqual(self.records("ended")[-1]["status"], "stopped")

    def test_what_is_old_is_pruned_and_the_newest_stays(self):
        self.job("quick", 'schedule = "@daily"\n[steps.a]\ncommand = ["true"]\n')
        for _ in range(3):
            self.assert_status(self.run_here("jobs", "run", "quick"), 0)
        runs = sorted((self.place / "data/jobs/runs/quick").glob("2*"))
        for name in ("a.csv", "b.csv"):
            path = self.place / "data" / "rejects" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("x")
            os.utime(path, (1, 1 if name == "a.csv" else 2))
        dry = self.run_here("prune", "--logs", 0, "--rejects", 30, "--dry-run")
        self.assertIn(f"would remove data/jobs/runs/quick/{runs[0].name}", dry.out)
        self.assertTrue(runs[0].exists())
        done = self.run_here("prune", "--logs", 0, "--rejects", 30)
        self.assert_status(done, 0)
        self.assertEqual([path.exists() for path in runs], [False, False, True])
        self.assertEqual(os.listdir(self.place / "data" / "rejects"), ["b.csv"])
        self.assertEqual({record["run"] for record in self.records()}, {runs[2].name})


class Scheduler(JobsCase):
    def test_a_missed_time_is_made_up_for_once_and_a_sigterm_ends_it(self):
        self.only("quick", EVERY_MINUTE + '[steps.a]\ncommand = ["sh", "-c", "echo $$ >> ids"]\n')
        self.passed("quick")
        process = self.start_here("schedule")
        self.ids(1)
        self.assertTrue(until(lambda: self.records("ended")))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0)
        ended = self.records("ended")
        self.assertEqual({record["status"] for record in ended}, {"succeeded"})
        times = [record["time"] for record in ended]
        self.assertEqual(len(times), len(set(times)))

    def test_only_one_works_on_a_data_folder(self):
        self.only("quick", 'schedule = "@monthly"\n[steps.a]\ncommand = ["true"]\n')
        self.start_here("schedule")
        self.assertTrue(until(self.records))
        self.assert_message(self.run_here("schedule"), 3, "already")
        self.assert_message(self.run_here("serve", "--port", 0, "--with-schedule"), 3, "already")

    def test_killed_while_a_step_runs_its_processes_go_and_the_job_runs_again(self):
        self.only("long", EVERY_MINUTE + HANGS)
        self.passed("long")
        process = self.start_here("schedule")
        processes = self.ids(2)
        process.kill()
        process.wait()
        self.assert_gone(processes)
        begun = [record["run"] for record in self.records("started")]
        process = self.start_here("schedule")
        processes = self.ids(4)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0)
        self.assert_gone(processes)
        ended = {record["run"]: record for record in self.records("ended")}
        self.assertIn("was killed", ended[begun[0]]["text"])
        self.assertEqual(ended[begun[0]]["status"], "stopped")
        self.assertEqual(len(ended), 2)

    def test_killed_while_it_waits_to_try_again_it_begins_the_job_anew(self):
        self.only("busy", EVERY_MINUTE + '[steps.a]\nretry_after = "1 h"\n'
                                         'retry_after_max = "1 h"\n'
                                         'command = ["sh", "-c", "echo $$ >> ids; exit 3"]\n')
        self.passed("busy")
        process = self.start_here("schedule")
        self.assert_gone(self.ids(1))
        process.kill()
        process.wait()
        process = self.start_here("schedule")
        self.ids(2)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0, "a pause does not hold up a stop")

    def test_killed_while_it_is_idle_it_runs_nothing_twice(self):
        # Twelve hours from now: no time of it comes during the test.
        now = datetime.datetime.now(datetime.timezone.utc)
        schedule = f"{now.minute} {(now.hour + 12) % 24} * * *"
        self.only("once", f'schedule = "{schedule}"\ncatch_up_within = "1 day"\n'
                          '[steps.a]\ncommand = ["sh", "-c", "echo $$ >> ids"]\n')
        self.passed("once", schedule, minutes=24 * 60)
        for _ in range(3):
            process = self.start_here("schedule")
            self.assertTrue(until(lambda: self.records("ended")))
            time.sleep(1.2)  # it looks once a second
            process.kill()
            process.wait()
        self.assertEqual(len(self.ids(1)), 1)

    def test_a_torn_log_is_read_as_far_as_it_goes(self):
        self.only("quick", EVERY_MINUTE + '[steps.a]\ncommand = ["sh", "-c", "echo $$ >> ids"]\n')
        self.passed("quick")
        with open(self.log, "a", encoding="utf-8") as file:
            file.write('{"kind": "star')
        self.start_here("schedule")
        self.ids(1)

    def test_a_time_in_the_future_is_ignored_with_a_warning(self):
        self.only("quick", EVERY_MINUTE + '[steps.a]\ncommand = ["true"]\n')
        self.write_log({"kind": "counts", "at": "2099-01-01T00:00:00.000000Z", "job": "quick",
                        "schedule": "* * * * *", "timezone": "UTC"})
        process = self.start_here("schedule")
        self.assertTrue(until(lambda: len(self.records("counts")) > 1))
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        self.assertIn("in the future", err.decode())

    def test_a_full_disk_under_the_log_is_said_and_stops_no_job(self):
        self.only("quick", EVERY_MINUTE + '[steps.a]\ncommand = ["sh", "-c", "echo $$ > ids"]\n')
        self.passed("quick")
        with open(self.log, "a", encoding="utf-8") as file:
            file.write(" " * 5000 + "\n")
        full = self.log.stat().st_size + 10

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (full, full))

        process = self.start_here("schedule", preexec_fn=limit)
        self.assert_gone(self.ids(1))
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertIn("log.jsonl: File too large; jobs go on", err.decode())
        self.assertIn("job quick: done", err.decode())


class BesideTheServer(JobsCase):
    def test_jobs_run_while_it_answers_and_end_with_it(self):
        store = program.Store(self.place)
        store.land(program.GOLDEN / "landing")
        self.assert_published(store.run())
        self.only("long", EVERY_MINUTE + HANGS)
        self.passed("long")
        process = self.start_here("serve", "--port", 0, "--with-schedule")
        address = process.stdout.readline().decode().strip()
        processes = self.ids(2)
        with urllib.request.urlopen(address + "metrics/daily") as answer:
            self.assertEqual(answer.status, 200)
        process.kill()
        process.wait()
        self.assert_gone(processes)


if __name__ == "__main__":
    program.main()
