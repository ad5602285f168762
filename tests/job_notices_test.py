"""Jobs that fail or are overdue are told of, and status and the server's figures say so."""

import json
import subprocess
import time
import urllib.request

import notify_test
import program
import receiver

NEVER = 'schedule = "0 0 1 1 *"\n'


class JobNotices(program.TestCase):
    def setUp(self):
        super().setUp()
        self.receiver = receiver.Receiver()
        self.addCleanup(self.receiver.close)
        self.place = self.folder / "place"
        (self.place / "jobs").mkdir(parents=True)
        (self.place / "landing").mkdir()
        (self.place / "cartograph.toml").write_text(
            f'[notify]\nwebhook = "{self.receiver.url}/"\n'
            f'webhook_secret = "{notify_test.SECRET}"\n')
        for other in ("daily", "hourly-inventory", "nightly-audit", "retention"):
            self.job(other, 'enabled = false\n' + NEVER + '[steps.a]\ncommand = ["true"]\n')
        self.log = self.place / "data" / "jobs" / "log.jsonl"

    def job(self, name, text):
        (self.place / "jobs" / f"{name}.toml").write_text(text, encoding="utf-8")

    def be_overdue(self, name):
        """The job's times have counted for a day, and none of them has had a success."""
        self.job(name, 'schedule = "* * * * *"\nmissed = "skip"\noverdue_after = "1 h"\n'
                       '[steps.a]\ncommand = ["false"]\n')
        self.log.parent.mkdir(parents=True, exist_ok=True)
        day_ago = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(time.time() - 86400))
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(json.dumps({"at": day_ago, "kind": "counts", "job": name,
                                  "schedule": "* * * * *", "timezone": "UTC",
                                  "text": "it is new"}) + "\n")

    def here(self, *arguments):
        return program.run(*arguments, cwd=self.place)

    def test_a_job_that_fails_is_told_of_with_what_it_printed_last(self):
        self.job("import", NEVER + '[steps.fetch]\ncommand = ["sh", "-c", '
                 '"for n in $(seq 30); do echo line $n; done; exit 1"]\n')
        self.assert_status(self.here("jobs", "run", "import"), 1)
        (event,) = self.receiver.taken()
        self.assertEqual((event["type"], event["data"]["job"]), ("failure", "import"))
        (step,) = event["data"]["steps"]
        self.assertEqual((step["step"], step["exit_status"]), ("fetch", 1))
        self.assertEqual(step["last_lines"].split("\n"), [f"line {n}" for n in range(11, 31)])

    def test_a_job_that_is_overdue_fails_status_where_that_is_asked(self):
        self.assert_status(self.here("run"), 0)
        self.assert_status(self.here("status", "--fail-if-overdue"), 0)
        self.assertEqual(json.loads(self.here("status", "--format", "json").out)["overdue"], [])
        self.be_overdue("import")
        self.assert_status(self.here("status"), 0)
        failed = self.here("status", "--fail-if-overdue")
        self.assert_message(failed, 1, "overdue: import")
        self.assertIn("Jobs that are overdue", failed.out)
        (overdue,) = json.loads(self.here("status", "--format", "json").out)["overdue"]
        self.assertEqual(overdue["job"], "import")

    def test_the_scheduler_tells_of_it_once_and_the_server_shows_it(self):
        self.assert_status(self.here("run"), 0)
        self.be_overdue("import")
        with open(self.folder / "out", "wb") as out:
            server = subprocess.Popen(
                [program.PROGRAM, "serve", "--port", "0", "--with-schedule"], cwd=self.place,
                env=program.environment(), stdout=out, stderr=out)
        self.addCleanup(server.kill)
        events = [event for event in self.receiver.wait_for(2) if event["type"] == "overdue"]
        self.assertEqual([event["data"]["job"] for event in events], ["import"])
        said = (self.folder / "out").read_text()
        url = next(line for line in said.splitlines() if line.startswith("http://"))
        with urllib.request.urlopen(url + "internal/metrics", timeout=10) as answer:
            figures = answer.read().decode()
        self.assertIn('cartograph_job_overdue{job="import"} 1', figures)
        server.terminate()
        self.assertEqual(server.wait(60), 0)


if __name__ == "__main__":
    program.main()
