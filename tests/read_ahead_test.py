"""Files on a slow disk are opened and read while others are worked on."""

import resource

import program

FILES = 500
DELAY_MS = 10
HEAD = ("order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,"
        "currency,payment_method\n")


class ReadAhead(program.TestCase):
    def landed(self, name):
        store = self.store(name)
        for number in range(FILES):
            store.write(f"2025-{1 + number % 12:02}-{1 + number % 28:02}/orders_{number}.csv",
                        HEAD + f"{number},,paid,2025-01-01T10:00:00Z,2025-01-01T10:00:00Z,,,,USD,"
                               "card\n")
        return store

    def run_of(self, name, **env):
        store = self.landed(name)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = store.run(env=env)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assert_published(result)
        self.assertEqual(store.value("select count(*) from stg_orders"), str(FILES))
        self.assertEqual([row["source_file"] for row in store.query(
            "select source_file from loaded_files order by ingested_at")],
            program.pickup_order(store.landing))
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"{name}: {result.seconds:.2f} s, {cpu:.2f} s of CPU")
        return result.seconds

    def test_a_slow_disk_is_waited_for_by_many_at_once(self):
        fast = self.run_of("fast")
        library = program.PROGRAM.parent / "libslow_disk.so"
        slow = self.run_of("slow", LD_PRELOAD=str(library), SLOW_MS=str(DELAY_MS),
                           SLOW_FOLDER=str(self.folder / "slow" / "landing"),
                           ASAN_OPTIONS="verify_asan_link_order=0")
        # To fingerprint a file it is opened and read to its end, by two reads; then it is opened.
        one_after_the_other = FILES * 4 * DELAY_MS / 1000
        self.assertLess(slow - fast, one_after_the_other / 2)


if __name__ == "__main__":
    program.main()
