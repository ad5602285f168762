"""What users get wrong and what is broken on disk: each ends with the right exit status and a
message that names file, line or option and the way out; nothing is lost, and the next run is clean.
Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 3 held by another.
"""

import ctypes
import gzip
import os
import pathlib
import random
import resource
import shutil
import subprocess

import program

LANDING = program.GOLDEN / "landing"
DATES = ("2025-03-10", "2025-04-10", "2025-05-20")
ORDERS_HEADER = ("order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,"
                 "returned_at,currency,payment_method\n")
GOOD_ORDER = "9001,,created,2025-04-01,,,,,USD,card\n"

# Private memory that a run may use, whatever lies in the landing folder.
MEMORY_MAX = 1 << 30
HUGE_LINE_BYTES = 2 << 30
LONG_LINE_BYTES = 16 << 20
CAPABILITIES_OF_FILES = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
PR_CAPBSET_DROP = 24
IS_ROOT = os.geteuid() == 0


def obey_permissions():
    """To be called before the program starts: permissions of files then hold for root too."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in CAPABILITIES_OF_FILES if IS_ROOT else ():
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


def limit_memory():
    if os.environ.get("SANITIZED"):
        return  # the shadow memory of sanitizers is larger than any limit
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_MAX, MEMORY_MAX))


class BadInput(program.TestCase):
    """A store with one landing date published, to which something bad comes."""

    def setUp(self):
        super().setUp()
        self.shop = self.store()
        self.shop.land(LANDING, DATES[0])
        self.assert_published(self.shop.run())
        self.before = self.shop.tables()

    def expect_nothing_changed(self):
        after = self.shop.tables()
        self.assert_same(self.before, after,
                         set(self.before) - {"run_log", "run_steps", "quality_results"})
        self.assert_settled(self.shop)

    def files(self):
        """The bytes of all files of the data folder."""
        return {path: path.read_bytes() for path in self.shop.data.rglob("*") if path.is_file()}

    def expect_failure(self, *words, command=("run",), **options):
        result = self.shop.command(*command, **options)
        self.assert_message(result, 1, *words)
        self.expect_nothing_changed()

    def expect_refusal(self, *words, command=("run",), bare=False, **options):
        """Wrong usage: no file is touched. `bare` calls it without the store's own options."""
        before = self.files()
        result = (program.run(*command, cwd=self.shop.data.parent, **options) if bare
                  else self.shop.command(*command, **options))
        self.assert_message(result, 2, *words)
        self.assertTrue(before == self.files(), "files were changed")

    def expect_clean_run(self):
        self.shop.land(LANDING, DATES[1])
        self.assert_published(self.shop.run())
        self.assert_settled(self.shop)

    # The landing folder and its files.

    def test_a_landing_folder_that_is_not_there(self):
        shutil.move(self.shop.landing, self.folder / "away")
        self.expect_failure(str(self.shop.landing), "--landing")
        self.assertEqual(self.shop.runs(), [("run", "published"), ("run", "failed")])
        shutil.move(self.folder / "away", self.shop.landing)
        self.expect_clean_run()

    def test_a_landing_folder_that_is_not_there_makes_no_warehouse(self):
        store = self.store("new")
        store.landing.rmdir()
        self.assert_message(store.run(), 1, str(store.landing), "--landing")
        self.assertFalse(store.data.exists())

    def test_names_of_any_bytes(self):
        """What is ignored stops nothing; what would have to be loaded ends the run, and is logged."""
        self.shop.land(LANDING, DATES[1])
        folder = os.fsencode(self.shop.landing / DATES[1])
        os.mkdir(os.fsencode(self.shop.landing) + b"/old\xff")
        with open(folder + b"/notes\xff\x1b[31m.txt", "w") as file:
            file.write("ignored")
        with open(folder + b"/orders_\xff.csv", "w") as file:
            file.write(ORDERS_HEADER + GOOD_ORDER)
        self.expect_failure("2025-04-10/orders_\ufffd.csv: the file's name is not UTF-8", "rename it")
        self.assertEqual(self.shop.runs(), [("run", "published"), ("run", "failed")])
        os.rename(folder + b"/orders_\xff.csv", folder + b"/orders_x.csv")
        published = self.shop.run()
        self.assert_published(published)
        self.assert_message(published, 0, "2025-04-10/notes\ufffd\ufffd[31m.txt", "old\ufffd")
        self.assert_settled(self.shop)

    def test_a_landing_folder_that_is_a_file(self):
        shutil.move(self.shop.landing, self.folder / "away")
        self.shop.landing.write_text("no folder")
        self.expect_failure(str(self.shop.landing), "--landing")

    def test_a_file_that_may_not_be_read(self):
        path = self.shop.write("2025-04-10/orders_secret.csv", ORDERS_HEADER + GOOD_ORDER)
        path.chmod(0)
        self.expect_failure("2025-04-10/orders_secret.csv", "Permission denied", "permissions",
                            before=obey_permissions)
        path.chmod(0o644)
        self.expect_clean_run()

    def test_a_landing_date_that_may_not_be_read(self):
        folder = self.shop.landing / "2025-04-01"
        folder.mkdir(mode=0)
        self.expect_failure("2025-04-01", "Permission denied", before=obey_permissions)
        folder.rmdir()
        self.expect_clean_run()

    def test_links_that_go_in_circles_or_nowhere_are_ignored_with_a_warning(self):
        self.shop.land(LANDING, DATES[1])
        folder = self.shop.landing / DATES[1]
        (folder / "orders_loop.csv").symlink_to("orders_loop.csv")
        (folder / "orders_nowhere.csv").symlink_to("nowhere.csv")
        (folder / "again").symlink_to("..")
        published = self.shop.run()
        self.assert_published(published)
        self.assert_message(published, 0, "2025-04-10/orders_loop.csv: not a regular file",
                            "2025-04-10/orders_nowhere.csv: not a regular file")
        self.assert_settled(self.shop)
        # Once it leads somewhere it is a delivery.
        (folder / "nowhere.csv").write_text(ORDERS_HEADER + GOOD_ORDER)
        self.assert_published(self.shop.run())
        self.assertEqual(self.shop.value("select count(*) from fct_orders where order_id = '9001'"),
                         "1")

    def test_gzip_that_is_broken(self):
        good = gzip.compress((ORDERS_HEADER + GOOD_ORDER * 1000).encode())
        for name, content in {"cut short": good[:len(good) // 2], "no gzip": ORDERS_HEADER.encode(),
                              "more behind it": good + b"more", "empty": b"",
                              "changed": good[:40] + b"\xff\xff" + good[42:]}.items():
            with self.subTest(name):
                self.shop.write("2025-04-10/orders_02.csv.gz", content)
                self.expect_failure("2025-04-10/orders_02.csv.gz", "unpack")
        self.shop.write("2025-04-10/orders_02.csv.gz",
                        gzip.compress((ORDERS_HEADER + GOOD_ORDER).encode()))
        self.expect_clean_run()
        self.assertEqual(self.shop.value("select count(*) from fct_orders where order_id = '9001'"),
                         "1")

    def test_a_binary_file_by_the_name_of_a_feed(self):
        rng = random.Random(7)
        for name, content in {
                "noise": bytes(rng.randrange(256) for _ in range(100_000)),
                "the program itself": pathlib.Path(program.PROGRAM).read_bytes()[:300_000],
                "nothing but zeros": bytes(100_000),
                "UTF-16 without a mark": (ORDERS_HEADER + GOOD_ORDER).encode("utf-16-le")}.items():
            for file in ("orders.csv", "orders.json", "orders.jsonl"):
                with (self.subTest(name, file=file),
                      self.shop.landed(f"2025-04-10/{file}", content)):
                    self.expect_failure(f"2025-04-10/{file}", "reject_rate")
        self.expect_clean_run()

    def test_a_file_that_is_cut_short_while_it_is_read(self):
        content = ORDERS_HEADER + GOOD_ORDER * 150_000
        path = self.shop.write("2025-04-10/orders_02.csv", content)
        self.shop.keep("before")
        run = ("run", "--threads", "1")
        calls = program.calls_of(self.shop, self.folder / "calls", *run)
        opened = next(number for number, (name, path) in enumerate(calls, 1)
                      if name == "open" and "stg_orders" in path)
        # A thread writes its first 122,880 rows before it reads the others.
        self.assertEqual(calls[opened][0], "write")
        self.shop.back("before")
        cut = self.shop.command(
            *run, env=program.faulty(opened + 1, "cut") | {"FAULT_FILE": str(path)})
        self.assert_message(cut, 1, "cut short while it is read", ".part")
        self.assert_same(self.before, self.shop.tables())
        path.write_text(content)
        self.assert_published(self.shop.run())
        self.assert_settled(self.shop)

    # Lines that are longer than memory should be.

    def expect_bounded(self, name):
        """The run rejects the file, in time and within MEMORY_MAX."""
        failed = self.shop.run(before=limit_memory, limit=60)
        self.assert_message(failed, 1, name, "reject_rate")
        self.expect_nothing_changed()

    def test_two_gigabytes_without_a_line_end(self):
        for name, head in (("orders.csv", ""), ("orders_b.csv", ORDERS_HEADER),
                           ("orders.jsonl", "")):
            with (self.subTest(name, head=head),
                  self.shop.landed(f"2025-04-10/{name}", head) as path):
                os.truncate(path, HUGE_LINE_BYTES)
                self.expect_bounded(f"2025-04-10/{name}")
        self.expect_clean_run()

    def test_long_lines_of_all_kinds(self):
        long = "a" * LONG_LINE_BYTES
        for name, content in {
                "orders_a.csv": long,
                "orders_b.csv": ORDERS_HEADER + long,
                "orders_c.csv": ORDERS_HEADER + '"' + long,
                "orders_d.csv": ORDERS_HEADER + '"' + long + '"' + ",\n",
                "orders_e.csv": "," * LONG_LINE_BYTES,
                "orders_f.jsonl": '{"' + long + '": 1}',
                "orders_g.json": '["' + long + '"]',
                "orders_h.json": "[" * LONG_LINE_BYTES}.items():
            with self.subTest(name), self.shop.landed(f"2025-04-10/{name}", content):
                self.expect_bounded(name)
        self.expect_clean_run()

    def test_an_unknown_column_with_a_long_name_is_ignored_in_few_words(self):
        self.shop.write("2025-04-10/orders_b.csv", ORDERS_HEADER.strip() + ","
                        + "a" * LONG_LINE_BYTES + "\n" + GOOD_ORDER.strip() + ",\n")
        published = self.shop.run(before=limit_memory)
        self.assert_message(published, 0, "2025-04-10/orders_b.csv: unknown column 'aaa")
        self.assert_settled(self.shop)

    # Configuration and command line.

    def config(self, text):
        path = self.folder / "cartograph.toml"
        path.write_text(text)
        return ("run", "--config", path)

    def test_an_unknown_key_names_the_nearest_one_and_its_line(self):
        for text, words in {
                'landin = "x"\n': ("line 1", "landin", "landing"),
                '[quality]\n\nmax_rejects_rate = 0.2\n':
                    ("line 3", "quality.max_rejects_rate", "quality.max_reject_rate"),
                '[store]\nreporting_timezon = "UTC"\n':
                    ("line 2", "store.reporting_timezon", "store.reporting_timezone"),
                '[qualty]\nmax_reject_rate = 0.2\n': ("line 1", "qualty")}.items():
            with self.subTest(text):
                self.expect_refusal("cartograph.toml", *words, command=self.config(text))
        self.expect_refusal("CARTOGRAPH_STORE_REPORTING_TIMEZON;",
                            "CARTOGRAPH_STORE_REPORTING_TIMEZONE",
                            env={"CARTOGRAPH_STORE_REPORTING_TIMEZON": "UTC"})
        self.expect_clean_run()

    def test_a_wrong_value_is_named_with_what_it_takes(self):
        for text, words in {
                "[quality]\nmax_reject_rate = 2\n": ("line 2", "quality.max_reject_rate", "0 to 1"),
                '[quality]\nmax_reject_rate = "ten"\n': ("line 2", "ten", "0 to 1"),
                "threads = 0\n": ("line 1", "threads", "1 to 1024"),
                'memory = "much"\n': ("line 1", "memory", "4 GiB"),
                "memory = 4\n": ("line 1", "memory", "128 MiB or more"),
                "[store]\nreporting_currency = 'EURO'\n": ("line 2", "EURO", "three letters"),
                "landing = ['a']\n": ("line 1", "text"),
                "store = 5\n": ("line 1", "store"),
                "[store\n": ("line 1",)}.items():
            with self.subTest(text):
                self.expect_refusal("cartograph.toml", *words, command=self.config(text))
        for variable, value, word in (
                ("CARTOGRAPH_THREADS", "many", "1 to 1024"),
                ("CARTOGRAPH_QUALITY_MAX_REJECT_RATE", "-1", "0 to 1"),
                ("CARTOGRAPH_MEMORY", "4 apples", "4 GiB"),
                ("CARTOGRAPH_LOG_FORMAT", "xml", "text or json")):
            with self.subTest(variable):
                self.expect_refusal(variable, value, word, env={variable: value})
        for options, words in {
                ("--threads", "0"): ("--threads", "1 to 1024"),
                ("--memory", "1 MiB"): ("--memory", "128 MiB or more"),
                ("--log-format", "xml"): ("--log-format", "text or json"),
                ("--warehouse", "mysql://host/db"): ("warehouse URL", "duckdb:PATH")}.items():
            with self.subTest(options):
                self.expect_refusal(*words, command=("run", *options))

    def test_an_empty_value_is_not_the_default(self):
        """As of a variable of the shell that is not set."""
        for option in ("--data", "--landing", "--warehouse", "--config", "--threads",
                       "--log-format"):
            for command in (("run", option, ""), ("run", option + "="), (option, "", "status")):
                with self.subTest(command):
                    self.expect_refusal(option, "empty", command=command, bare=True)
        for command, word in {
                ("generate", "--out", ""): "--out", ("import", "online-retail", "", "--out", "x"): "FILE",
                ("import", "online-retail", "ledger.csv", "--out", ""): "--out",
                ("query", ""): "SQL", ("query", "select 1", "--format", ""): "--format",
                ("status", "--run", ""): "--run", ("rebuild", "--from", ""): "--from",
                ("explain", "order", ""): "ID", ("quarantine", "list", "--feed", ""): "--feed"}.items():
            with self.subTest(command):
                self.expect_refusal(word, command=command)
        for variable in ("CARTOGRAPH_DATA", "CARTOGRAPH_LANDING", "CARTOGRAPH_WAREHOUSE",
                         "CARTOGRAPH_STORE_REPORTING_TIMEZONE", "CARTOGRAPH_QUIET"):
            with self.subTest(variable):
                self.expect_refusal(variable, "''", env={variable: ""})

    def test_wrong_usage(self):
        for command, word in {
                (): "subcommand", ("runn",): "runn", ("run", "--fast"): "--fast",
                ("rebuild", "--from", "tape"): "tape", ("query",): "SQL",
                ("query", "select 1", "--format", "xml"): "xml",
                ("generate",): "--out",
                ("generate", "--out", str(self.folder / "g"), "--start", "soon"): "--start",
                ("generate", "--out", str(self.folder / "g"), "--days", "-1"): "days",
                ("generate", "--out", str(self.folder / "g"), "--noise", "7"): "noise",
                ("import", "online-retail"): "FILE",
                ("status", "--run", "none"): "none"}.items():
            with self.subTest(command):
                self.expect_refusal(word, command=command)

    def test_a_configuration_file_that_is_not_there_or_not_to_be_read(self):
        self.expect_refusal("nowhere.toml", command=("run", "--config", "nowhere.toml"))
        config = self.config("quiet = true\n")
        config[-1].chmod(0)
        self.expect_refusal("cartograph.toml", command=config, before=obey_permissions)

    def test_an_unknown_time_zone(self):
        self.expect_refusal("store.reporting_timezone", "Europe/Berln", "IANA",
                            env={"CARTOGRAPH_STORE_REPORTING_TIMEZONE": "Europe/Berln"})
        self.expect_clean_run()

    def test_another_currency_than_the_warehouse_has(self):
        self.expect_refusal("store.reporting_currency", "USD", "EUR",
                            env={"CARTOGRAPH_STORE_REPORTING_CURRENCY": "EUR"})
        self.expect_clean_run()

    def test_a_query_that_is_wrong_or_would_write(self):
        self.assert_message(self.shop.command("query", "select nothing from nowhere"), 1, "nowhere")
        outside = self.folder / "outside.csv"
        outside.write_text("secret\n")
        target = self.folder / "target.csv"
        for sql in ("delete from fct_orders", "drop table fct_orders", "create table t as select 1",
                    f"copy fct_orders to '{target}'", f"select * from read_csv('{outside}')",
                    f"select * from '{outside}'", f"attach '{target}' as t",
                    "set enable_external_access = true"):
            with self.subTest(sql):
                result = self.shop.command("query", sql)
                self.assert_status(result, 1)
                self.assertNotIn("secret", result.out)
                self.assertFalse(target.exists())
        self.expect_nothing_changed()

    def test_output_that_cannot_be_written(self):
        for command in (["query", "select * from fct_orders"], ["status"], ["quarantine", "list"]):
            with self.subTest(command), open("/dev/full", "w") as full:
                failed = subprocess.run([program.PROGRAM, *command, *self.shop.options],
                                        stdout=full, stderr=subprocess.PIPE, check=False)
                self.assertEqual(failed.returncode, 1)
                self.assertIn(b"cannot write to the standard output", failed.stderr)

    # The data folder.

    def test_a_warehouse_that_is_damaged(self):
        content = self.shop.warehouse.read_bytes()
        for name, damaged in {
                "no database": b"This is not a database.\n" * 1000,
                "empty": b"",
                "header": bytes(8192) + content[8192:],
                "cut short": content[:len(content) // 2],
                "inside": content[:12288] + bytes(len(content) - 12288)}.items():
            with self.subTest(name):
                self.shop.warehouse.write_bytes(damaged)
                for command in (["run"], ["query", "select count(*) from fct_orders"]):
                    result = self.shop.command(*command)
                    self.assert_message(result, 1, str(self.shop.warehouse),
                                        "cartograph rebuild --from lake")
                self.assertEqual(self.shop.warehouse.read_bytes(), damaged)
        self.shop.warehouse.unlink()
        self.assert_published(self.shop.command("rebuild", "--from", "lake"))
        self.assert_same(self.before, self.shop.tables(), program.delivered(self.before))
        self.expect_clean_run()

    def test_no_warehouse_yet(self):
        empty = self.store("empty")
        for command in (["query", "select 1"], ["status"], ["check"]):
            with self.subTest(command):
                self.assert_message(empty.command(*command), 1, "cartograph run")
        self.assert_message(empty.command("rebuild"), 1, "cartograph run", "--data")
        self.assertFalse(empty.data.exists(), "a rebuild of nothing makes no warehouse")
        self.assert_message(empty.command("rebuild", "--from", "lake"), 1, "no lake", "--data")
        self.assertEqual(list(empty.landing.iterdir()), [])

    def test_a_data_folder_that_may_not_be_written(self):
        (self.shop.data / "tmp").mkdir(exist_ok=True)
        self.shop.keep("first")
        self.shop.land(LANDING, DATES[1])
        for name in (".", "lake", "tmp"):
            with self.subTest(name):
                self.shop.back("first")
                path = self.shop.data / name
                path.chmod(0o555)
                self.expect_failure(str(path), "ermission denied", before=obey_permissions)
                path.chmod(0o755)
                self.assert_published(self.shop.run())
                self.assert_settled(self.shop)

    def test_a_data_folder_whose_path_duckdb_would_cut(self):
        self.assert_message(self.store("other", data=self.folder / "what?").run(), 2, "what?", "--data")

    def test_a_data_folder_that_is_a_file(self):
        file = self.folder / "file"
        file.write_text("no folder")
        self.assert_message(self.store("other", data=file / "data").run(), 1, str(file))


if __name__ == "__main__":
    program.main()
