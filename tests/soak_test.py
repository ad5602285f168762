"""A small store's day in some minutes: the server watches (and runs its jobs) while deliveries
come every few seconds, readers ask without a pause, and runs and the server are killed. In the end
every delivery is there once, figures are those of a store that was never disturbed, and neither
memory nor descriptors have grown. SOAK_MINUTES says how long (default 20), SOAK_OPTIONS what serve
is given beside --with-watch."""

import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

import program

MINUTES = float(os.environ.get("SOAK_MINUTES", "20"))
OPTIONS = os.environ.get("SOAK_OPTIONS", "--with-schedule").split()
READERS = 4
PATHS = ("metrics/daily?limit=5", "metrics/summary", "quality/latest", "inventory/alerts",
         "retention", "metrics/breakdown?by=country")
GROWTH_MAX_KB = 64 * 1024
IDLE_SECONDS_MAX = 120
LAST_RUNS_SECONDS_MAX = 1200


class Soak(program.TestCase):
    def setUp(self):
        super().setUp()
        self.seed = int(os.environ.get("TEST_SEED", random.randrange(10**6)))
        print(f"seed {self.seed}, {MINUTES:g} minutes", flush=True)
        self.random = random.Random(self.seed)
        self.store = self.store("soak")
        self.log = self.store.landing.parent / "serve.log"
        self.wrong = []
        self.answers = 0
        self.ended = threading.Event()
        self.server = None
        self.port = self.free_port()
        self.samples = []

    @staticmethod
    def free_port():
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            return found.getsockname()[1]

    def start_server(self):
        words = [program.PROGRAM, "serve", "--port", self.port, "--with-watch", *OPTIONS,
                 *self.store.options]
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen(list(map(str, words)), env=program.environment(),
                                           stdout=log, stderr=log)
        self.samples = []

    def read(self):
        rng = random.Random(threading.get_ident())
        while not self.ended.is_set():
            path = rng.choice(PATHS)
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}",
                                            timeout=30) as answer:
                    found = json.load(answer)
                if not found["meta"]["run_id"]:
                    self.wrong.append(f"{path}: no run")
                self.answers += 1
            except urllib.error.HTTPError as error:
                # Before the first run, and while the warehouse is busy with something.
                if error.code not in (429, 503):
                    self.wrong.append(f"{path}: {error.code}")
                time.sleep(0.2)
            except (OSError, ValueError) as error:
                if not self.is_restarting():
                    self.wrong.append(f"{path}: {error!r}")
                time.sleep(0.2)

    def is_restarting(self):
        return time.monotonic() - self.killed_at < 60

    def sample(self):
        try:
            status = pathlib.Path(f"/proc/{self.server.pid}/status").read_text()
            memory = int(status.split("VmRSS:")[1].split()[0])
            self.samples.append((memory, len(os.listdir(f"/proc/{self.server.pid}/fd"))))
        except (OSError, IndexError):
            pass

    def runs_at_work(self):
        mark = str(self.store.data / "watch" / "settled").encode()
        found = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                words = pathlib.Path(f"/proc/{entry}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"run" in words[1:2] and mark in words:
                found.append(int(entry))
        return found

    def test_nothing_is_lost_and_nothing_grows(self):
        made = self.folder / "made"
        days = max(10, int(MINUTES * 12))
        self.assert_status(program.run("generate", "--out", made, "--days", days, "--orders",
                                       days * 100, "--seed", self.seed, limit=600), 0)
        deliveries = program.pickup_order(made)
        self.killed_at = time.monotonic()
        self.start_server()
        self.addCleanup(lambda: self.server.kill())
        readers = [threading.Thread(target=self.read, daemon=True) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        began = time.monotonic()
        kills = {"run": 0, "server": 0}
        pause = MINUTES * 60 / len(deliveries)
        for number, name in enumerate(deliveries):
            self.deliver(made, name)
            self.sample()
            chance = self.random.random()
            if chance < 0.02:
                for pid in self.runs_at_work():
                    os.kill(pid, signal.SIGKILL)
                    kills["run"] += 1
            elif chance < 0.024 and number < len(deliveries) * 0.6:
                self.killed_at = time.monotonic()
                self.server.kill()
                self.server.wait()
                kills["server"] += 1
                self.start_server()
            self.assertIsNone(self.server.poll(), self.log.read_text()[-3000:])
            time.sleep(max(0.0, began + (number + 1) * pause - time.monotonic()))
        files = {name for name in deliveries if not name.rpartition("/")[2].startswith("_")}
        self.wait_until_loaded(files)
        self.ended.set()
        for reader in readers:
            reader.join(60)
        self.sample()
        print(f"{self.answers} answers, {len(files)} deliveries, killed {kills}, "
              f"memory and descriptors first {self.samples[:1]}, last {self.samples[-1:]}")
        self.assertEqual(self.wrong, [])
        self.assertGreater(self.answers, 0)
        self.server.terminate()
        self.assertEqual(self.server.wait(60), 0)
        self.compare(made)
        self.assert_not_grown()

    def deliver(self, made, name):
        """Renamed into place, or copied there slowly."""
        target = self.store.landing / name
        target.parent.mkdir(exist_ok=True)
        content = (made / name).read_bytes()
        if self.random.random() < 0.5:
            part = target.with_name(target.name + ".part")
            part.write_bytes(content)
            os.rename(part, target)
            return
        with open(target, "wb") as file:
            half = len(content) // 2
            file.write(content[:half])
            file.flush()
            time.sleep(self.random.random() * 0.3)
            file.write(content[half:])

    def wait_until_loaded(self, files):
        """As long as runs are at work: a crowded machine is slow, which is not what is tried here."""
        last, idle_since = time.monotonic() + LAST_RUNS_SECONDS_MAX, time.monotonic()
        missing = files
        while missing and time.monotonic() < min(last, idle_since + IDLE_SECONDS_MAX):
            if self.runs_at_work():
                idle_since = time.monotonic()
            time.sleep(2)
            loaded = {row["source_file"] for row in self.store.query(
                "select source_file from loaded_files")}
            missing = files - loaded
        self.assertEqual(sorted(missing)[:5], [],
                         f"of {len(missing)} deliveries; at work: {self.runs_at_work()}\n"
                         + self.store.command("status").out + self.log.read_text()[-3000:])

    def compare(self, made):
        twice = self.store.query("select source_file from loaded_files group by source_file "
                                 "having count(*) > 1")
        self.assertEqual(twice, [], "a delivery was read twice, or before it was whole")
        undisturbed = program.Store(self.folder / "undisturbed")
        undisturbed.land(made)
        self.assert_published(undisturbed.run(limit=600))
        expected = undisturbed.tables(program.LINEAGE)
        # How late a delivery came is part of the history of products alone.
        compared = [name for name in program.derived(expected) if name.startswith("fct_")]
        self.assert_same(expected, self.store.tables(program.LINEAGE), compared)

    def assert_not_grown(self):
        """Of the last server: its last third beside its second one."""
        third = len(self.samples) // 3
        if third < 5:
            return
        for kind, most in ((0, GROWTH_MAX_KB), (1, 16)):
            values = [sample[kind] for sample in self.samples]
            before = max(values[third:2 * third])
            self.assertLess(max(values[2 * third:]), before + most, values)


if __name__ == "__main__":
    program.main()
