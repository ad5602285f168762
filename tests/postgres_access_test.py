"""Who gets at a PostgreSQL warehouse, and how: every way in which libpq connects, TLS included; no
password shown anywhere; the roles of docs/postgresql-roles.sql; a database whose defaults are not
the program's; two machines that share one warehouse.

Starts a server of its own, with a certificate of its own, on a port of 127.0.0.1.
"""

import os
import re
import signal
import socket
import subprocess
import unittest

import postgres_proxy
import postgres_server
import postgres_store
import program

LANDING = program.GOLDEN / "landing"
FIRST_DATE = "2025-03-10"
# Every character of it that has a meaning in URLs is escaped there.
PASSWORD = "s3cret/@:?#% word"
PASSWORD_IN_URL = "s3cret%2F%40%3A%3F%23%25%20word"
ROLES = program.HERE.parent / "docs" / "postgresql-roles.sql"


def setUpModule():
    global SERVER
    SERVER = unittest.enterModuleContext(TlsServer())


class TlsServer(postgres_server.Server):
    """Takes passwords, and over TCP nothing but TLS; on its socket it trusts."""

    def __init__(self):
        super().__init__()
        self.stop()
        self.certificate, key = self.folder / "server.crt", self.folder / "server.key"
        self._certify("server")
        self.other_certificate = self.folder / "other.crt"
        self._certify("other")
        (self.data / "pg_hba.conf").write_text(
            "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start(listen_addresses="127.0.0.1", port=self.port, ssl="on",
                   ssl_cert_file=self.certificate, ssl_key_file=key)
        self.sql(f"create role shopkeeper login password '{PASSWORD}'")

    def _certify(self, name):
        key = self.folder / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-nodes", "-days", "2", "-newkey", "ec",
                        "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", key,
                        "-out", self.folder / f"{name}.crt"], check=True, capture_output=True)
        key.chmod(0o600)
        if self.user:
            os.chown(key, self.user.pw_uid, self.user.pw_gid)

    def url(self, database="postgres", folder=None, user=postgres_server.USER):
        return (super().url(database, folder).replace(postgres_server.USER + "@", user + "@")
                + f"&port={self.port}")

    def tls(self, user="shopkeeper", password=None, host="localhost", certificate=None):
        who = user if password is None else f"{user}:{password}"
        return (f"postgresql://{who}@{host}:{self.port}/shop?sslmode=verify-full"
                f"&sslrootcert={certificate or self.certificate}")


class Access(program.TestCase):
    def setUp(self):
        super().setUp()
        SERVER.sql("drop database if exists shop with (force);\n"
                   "create database shop owner shopkeeper;\n")

    def shop(self, url, name="store", **env):
        return postgres_store.PostgresStore(self.folder / name, url, "cartograph", env=env)

    def published(self, url, name="store", **env):
        store = self.shop(url, name, **env)
        store.land(LANDING, FIRST_DATE)
        result = store.command("run")
        self.assert_published(result)
        return store


class Connections(Access):
    def expect_connects(self, url, shown, **env):
        """A whole run, over TLS; it shows what it is connected to, and no password."""
        store = self.shop(url, **env)
        store.land(LANDING, FIRST_DATE)
        store.options.remove("--quiet")
        store.reports = True
        result = store.run()
        self.assert_published(result)
        self.assertIn(f"warehouse {shown} (schema cartograph)", result.out)
        self.assertEqual(store.value(
            "select ssl from pg_stat_ssl where pid = pg_backend_pid()"), "true")
        self.expect_unseen(store, result, store.command("status"))
        return store

    def expect_unseen(self, store, *results):
        """Neither in what the program prints, nor in its files, nor in its tables."""
        seen = "".join(result.out + result.err for result in results)
        seen += "".join(path.read_text(errors="replace")
                        for path in store.data.rglob("*") if path.is_file())
        seen += SERVER.sql("select string_agg(cast(r as text), '') from cartograph.run_log r",
                           "shop")[0][0]
        for secret in (PASSWORD, PASSWORD_IN_URL, "s3cret"):
            self.assertNotIn(secret, seen)

    def passwords(self, mode=0o600):
        """A password file; in it : and \\ have a backslash before them."""
        file = self.folder / "pgpass"
        file.write_text(f"localhost:{SERVER.port}:shop:shopkeeper:"
                        f"{PASSWORD.replace(':', chr(92) + ':')}\n")
        file.chmod(mode)
        return str(file)

    def test_a_url_with_a_password_over_verified_tls(self):
        shown = f"postgresql://shopkeeper@localhost:{SERVER.port}/shop"
        store = self.expect_connects(SERVER.tls(password=PASSWORD_IN_URL), shown)
        as_parameter = SERVER.tls() + f"&password={PASSWORD_IN_URL}"
        result = store.command("status", "--warehouse", as_parameter)
        self.assert_status(result, 0)
        self.expect_unseen(store, result)

    def test_a_password_file(self):
        shown = f"postgresql://shopkeeper@localhost:{SERVER.port}/shop"
        self.expect_connects(SERVER.tls(), shown, PGPASSFILE=self.passwords())

    def test_the_variables_of_libpq(self):
        self.expect_connects(
            "postgresql://", "postgresql:///", PGHOST="localhost", PGPORT=str(SERVER.port),
            PGUSER="shopkeeper", PGDATABASE="shop", PGPASSWORD=PASSWORD, PGSSLMODE="verify-full",
            PGSSLROOTCERT=str(SERVER.certificate))

    def test_a_service_file(self):
        services = self.folder / "services"
        services.write_text(f"[shop]\nhost=localhost\nport={SERVER.port}\nuser=shopkeeper\n"
                            f"dbname=shop\nsslmode=verify-full\n"
                            f"sslrootcert={SERVER.certificate}\n")
        self.expect_connects("postgresql://?service=shop", "postgresql:///?service=shop",
                             PGSERVICEFILE=str(services), PGPASSFILE=self.passwords())

    def test_a_server_that_is_not_the_one_is_refused(self):
        for url in (SERVER.tls(password=PASSWORD_IN_URL, host="127.0.0.1"),
                    SERVER.tls(password=PASSWORD_IN_URL, certificate=SERVER.other_certificate)):
            with self.subTest(url=url):
                result = self.shop(url).run()
                self.assert_message(result, 1, "cannot connect to the warehouse postgresql://shop",
                                    "ertificate")
                self.assertNotIn("s3cret", result.out + result.err)
                self.assertNotIn("Trying again", result.err)

    def test_a_wrong_password_is_said_and_not_shown(self):
        result = self.shop(SERVER.tls(password="s3cret-but-old")).run()
        self.assert_message(result, 1, "password authentication failed for user \"shopkeeper\"")
        self.assertNotIn("s3cret", result.out + result.err)
        self.assertNotIn("Trying again", result.err)

    def test_no_url_shows_its_password(self):
        store = self.shop(SERVER.url("shop"))
        for url in ("postgresql://user:secret@127.0.0.1:1/shop",
                    "postgresql://user:s/secret@127.0.0.1/shop",
                    "postgresql://user:s?secret@127.0.0.1:1/shop",
                    "postgresql://user:12?/secret=x@127.0.0.1/shop",
                    "postgresql://user:s@secret@127.0.0.1/shop",
                    "postgresql://user:s%secret@127.0.0.1/shop",
                    "postgresql://127.0.0.1:1/shop?password=secret",
                    "postgresql://127.0.0.1:1/shop?sslpassword=secret",
                    "postgresql://127.0.0.1:1/shop?secret=x"):
            with self.subTest(url=url):
                result = store.command("status", "--warehouse", url)
                self.assertIn(result.status, (1, 2))
                self.assertNotIn("secret", result.out + result.err)
                self.assertNotEqual(result.err, "")


class Roles(Access):
    def setUp(self):
        super().setUp()
        self.addCleanup(SERVER.sql, "drop database shop with (force);\n"
                                    "drop role cartograph_writer, cartograph_reader;\n")
        SERVER.sql(f"\\set schema cartograph\n{ROLES.read_text()}", "shop")

    def url(self, role):
        return SERVER.url("shop", user=role)

    def test_the_writer_runs_and_the_reader_reads_also_what_comes_later(self):
        writer = self.published(self.url("cartograph_writer"))
        reader = self.shop(self.url("cartograph_reader"))
        self.assertEqual(self.unreadable(), [])
        self.assert_status(reader.command("status"), 0)
        self.assert_status(reader.command("check"), 0)
        # What a later version of the program brings.
        SERVER.sql("set search_path = cartograph; "
                   "drop view orphan_order_items, orphan_returns; drop table fct_cohort_ltv; "
                   "delete from schema_migrations where name = 'orphan_views'", "shop")
        postgres_server.sql(self.url("cartograph_writer"),
                            "create table cartograph.fct_cohort_ltv (cohort_month date, "
                            "window_days integer, cohort_size bigint, eligible_customers bigint, "
                            "retained_customers bigint, retention_rate double precision, "
                            "revenue numeric(18, 2), ltv double precision, is_mature boolean)")
        writer.land(LANDING)
        self.assert_published(writer.run())
        self.assertEqual(self.unreadable(), [])
        self.assertNotEqual(reader.value("select count(*) from fct_cohort_ltv"), "0")
        self.assertEqual(reader.query("select count(*) as n from orphan_returns"),
                         writer.query("select count(*) as n from orphan_returns"))

    @staticmethod
    def unreadable():
        return SERVER.sql("select relname from pg_class where relkind in ('r', 'v') "
                          "and relnamespace = cast('cartograph' as regnamespace) "
                          "and not has_table_privilege('cartograph_reader', oid, 'select')", "shop")

    def test_a_reader_changes_nothing_whatever_it_says_first(self):
        self.published(self.url("cartograph_writer"))
        self.assert_message(self.shop(self.url("cartograph_reader")).run(), 1, "read-only")
        for sql in ("delete from fct_orders", "create table mine (n integer)",
                    "drop view orphan_returns", "truncate run_log",
                    "update settings set value = 'EUR'"):
            for first in ("", "set default_transaction_read_only = off; "):
                with self.subTest(sql=first + sql):
                    with self.assertRaisesRegex(RuntimeError,
                                                "read-only|permission denied|must be owner"):
                        postgres_server.sql(self.url("cartograph_reader"), first + sql)

    def test_a_reader_without_a_schema_name_finds_the_tables_in_utc(self):
        self.published(self.url("cartograph_writer"))
        self.assertEqual(postgres_server.sql(
            self.url("cartograph_reader"),
            "select current_setting('timezone'), count(*) > 0 from fct_orders"), [["UTC", "t"]])


    def test_a_dump_and_its_lake_go_on_in_another_database(self):
        """The commands of docs/postgresql.md."""
        if not (SERVER.programs / "pg_dump").exists():
            self.skipTest("this server came without pg_dump")
        store = self.published(self.url("cartograph_writer"))
        before = store.tables()
        dump = self.folder / "shop.dump"
        subprocess.run([SERVER.programs / "pg_dump", "--format=custom", "--schema=cartograph",
                        f"--file={dump}", store.url], check=True)
        SERVER.sql("create database again")
        self.addCleanup(SERVER.sql, "drop database again with (force)")
        subprocess.run([SERVER.programs / "pg_restore", "--exit-on-error",
                        f"--dbname={SERVER.url('again')}", dump], check=True)
        store.env["CARTOGRAPH_WAREHOUSE"] = SERVER.url("again", user="cartograph_writer")
        reader = self.shop(SERVER.url("again", user="cartograph_reader"))
        self.assert_same(before, reader.tables())
        self.assert_nothing_new(store.run())
        store.land(LANDING)
        self.assert_published(store.run())
        self.assert_published(store.command("rebuild", "--from", "lake"))
        self.assertEqual(store.runs(), reader.runs())


class Defaults(Access):
    """A database that is not as the program wants it."""

    def test_zone_format_and_collation_of_the_database_do_not_matter(self):
        SERVER.sql("alter database shop set timezone = 'Asia/Kolkata';\n"
                   "alter database shop set datestyle = 'SQL, DMY';\n"
                   "alter database shop set extra_float_digits = -5;\n"
                   "alter database shop set standard_conforming_strings = off;\n"
                   "alter database shop set default_transaction_isolation = 'serializable';\n"
                   "alter role shopkeeper in database shop set timezone = 'America/Caracas';\n"
                   "alter role shopkeeper in database shop set datestyle = 'German';\n"
                   "alter role shopkeeper in database shop set search_path = 'pg_catalog';\n")
        self.assertEqual(SERVER.sql("select 'a' < 'B'", "shop"), [["t"]], "not by bytes")
        store = self.shop(SERVER.url("shop", user="shopkeeper"))
        store.land(LANDING)
        self.assert_published(store.run())
        embedded = self.store("embedded")
        embedded.land(LANDING)
        self.assert_published(embedded.run())
        left, right = (postgres_store.cells(of, program.LINEAGE) for of in (embedded, store))
        self.assert_same(left, right, program.delivered(left))
        for sql in ("select min(ingested_at) > timestamptz '2025-01-01 00:00:00+00' as a, "
                    "timestamptz '2025-02-01 00:00:00+05:30' as b, date '2025-02-01' as c, "
                    "0.1 + cast(0.2 as double precision) as d, 'a\\b' as e from stg_orders",
                    "select value from (values ('a'), ('B'), ('_'), ('é'), ('Z')) v(value) "
                    "order by value collate \"C\"",
                    "select max(sku) as a, min(sku) as b from stg_order_items"):
            self.assertEqual(embedded.query(sql), store.query(sql))

    def test_a_database_that_is_not_in_utf8_is_refused(self):
        SERVER.sql("drop database if exists latin;\ncreate database latin encoding 'LATIN1' "
                   "template template0 locale_provider 'libc' locale 'C';\n")
        self.assert_message(self.shop(SERVER.url("latin")).run(), 1, "is not in UTF-8",
                            "create it with encoding 'UTF8'")


class TwoMachines(Access):
    """One warehouse, a data folder each: what a machine has staged lies in its own lake."""

    def test_each_loads_what_the_other_has_not_and_neither_takes_anything_back(self):
        url = SERVER.url("shop", user="shopkeeper")
        one = self.published(url, "one")
        other = self.shop(url, "other")
        other.land(LANDING)
        self.assert_published(other.run())
        one.land(LANDING)
        self.assert_nothing_new(one.run())
        built = one.tables(program.LINEAGE)
        for machine in (one, other):
            result = machine.command("rebuild", "--from", "lake")
            self.assert_message(result, 1, "deliveries that the warehouse has, among them 2025-",
                                "rebuild from staging",
                                "Nothing was published; the warehouse is as it was")
            self.assert_same(built, one.tables(program.LINEAGE), program.delivered(built))
            self.assert_published(machine.command("rebuild"))
            self.assert_same(built, one.tables(program.LINEAGE), program.delivered(built))
        # Both lakes in one place are the whole.
        for path in sorted(other.data.glob("lake/**/*.parquet")):
            target = one.data / path.relative_to(other.data)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        self.assert_published(one.command("rebuild", "--from", "lake"))
        self.assert_same(built, one.tables(program.LINEAGE), program.delivered(built))

    def test_a_commit_of_unknown_outcome_is_settled_where_its_files_are(self):
        """One machine is killed before it hears that it has published; the other runs meanwhile."""
        url = SERVER.url("shop", user="shopkeeper")
        one = self.published(url, "one")
        one.land(LANDING)
        is_done = []

        def at(statement):
            if statement != "commit" or is_done:
                return None
            is_done.append(statement)
            return "cut after"

        proxy = postgres_proxy.Proxy(SERVER, at, SERVER.port)
        self.addCleanup(proxy.__exit__)
        process = one.start("run", env={
            "CARTOGRAPH_WAREHOUSE": SERVER.url("shop", proxy.folder, user="shopkeeper")})
        lines = iter(process.stderr.readline, b"")
        said = next(line.decode() for line in lines if b"was lost" in line)
        process.kill()
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGKILL)
        run_id = re.search(r"run (\S+):", said)[1]
        pending = one.data / "lake" / ".pending" / run_id
        self.assertTrue(pending.is_dir())
        other = self.shop(url, "other")
        other.land(LANDING)
        self.assert_nothing_new(other.command_once_free("run"))
        self.assertTrue(pending.is_dir(), "another machine's lake is none of its business")
        self.assert_nothing_new(one.run())
        self.assertFalse(pending.exists())
        self.assertTrue(any(one.data.glob(f"lake/stg_orders/{run_id}.parquet")))
        built = one.tables(program.LINEAGE)
        self.assert_published(one.command("rebuild", "--from", "lake"))
        self.assert_same(built, one.tables(program.LINEAGE), program.delivered(built))


if __name__ == "__main__":
    program.main()
