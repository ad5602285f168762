"""A disk that is full, or cannot sync, at any moment of a run: the run fails and says so, or has
published; nothing is lost, and the next run ends where an undisturbed one would have.

FULL_AT_EVERY_CALL=1 tries every call that takes room (slow).
"""

import os
import resource
import subprocess
import unittest

import program

LANDING = program.GOLDEN / "landing"
DATES = ("2025-03-10", "2025-04-10", "2025-05-20")
SPREAD_CALLS = 16
FILE_SIZES = (0, 1000, 4096, 100_000, 1_000_000)


class FullDisk(program.TestCase):
    def setUp(self):
        super().setUp()
        self.shop = self.store()
        self.shop.land(LANDING, DATES[0])
        self.assert_published(self.shop.run())
        self.shop.keep("first")
        self.first = self.shop.fingerprints(program.LINEAGE)
        self.compared = program.delivered(self.first)
        self.shop.land(LANDING)

    def expect_nothing_lost(self, shop, result, whole, *words):
        """Failed with the state before, or published; the next run ends with the whole."""
        seen = shop.fingerprints(program.LINEAGE)
        if result.status == 0:
            self.assert_same(whole, seen, self.compared)
        else:
            self.assert_message(result, 1, *words)
            self.assert_same(self.first, seen, self.compared)
        self.assert_status(shop.run(), 0)
        self.assert_same(whole, shop.fingerprints(program.LINEAGE), self.compared)
        return list(self.assert_settled(shop).values())

    def undisturbed(self):
        """(a run's calls, the state in which it ends)."""
        calls = program.calls_of(self.shop, self.folder / "calls", "run")
        return calls, self.shop.fingerprints(program.LINEAGE)

    def chosen(self, calls):
        """Numbers of the calls from which on the disk is full, from 1."""
        if os.environ.get("FULL_AT_EVERY_CALL"):
            return range(1, len(calls) + 1)
        published = program.publication(self.shop, calls)
        spread = {1 + place * (len(calls) - 1) // SPREAD_CALLS for place in range(SPREAD_CALLS)}
        return sorted(spread | {published - 1, published, published + 1, published + 5})

    def test_from_any_call_on(self):
        calls, whole = self.undisturbed()
        for number in self.chosen(calls):
            with self.subTest(call=number, name=" ".join(calls[number - 1]), of=len(calls)):
                self.shop.back("first")
                result = self.shop.run(env=program.faulty(number, "full"))
                self.expect_nothing_lost(self.shop, result, whole, "No space left", "room")

    def test_which_cannot_be_synced(self):
        """Once the new file is in its place the run is published, whatever fails afterwards."""
        calls, whole = self.undisturbed()
        published = program.publication(self.shop, calls)
        syncs = [number for number, (name, _) in enumerate(calls, 1)
                 if name in ("fsync", "syncfs")]
        self.assertGreater(len(syncs), 3)
        self.assertGreater(max(syncs), published)
        for number in syncs:
            with self.subTest(call=number, name=calls[number - 1][0], published_at=published):
                self.shop.back("first")
                result = self.shop.run(env=program.faulty(number, "break"))
                self.assertEqual(result.status == 0, number > published, result.err)
                statuses = self.expect_nothing_lost(self.shop, result, whole)
                self.assertEqual(statuses, ["published", "published", "nothing_new"]
                                 if result.status == 0 else ["published", "failed", "published"])
                self.assert_published(self.shop.command("rebuild", "--from", "lake"))
                self.assert_same(whole, self.shop.fingerprints(program.LINEAGE), self.compared)

    def test_where_files_may_not_grow(self):
        _, whole = self.undisturbed()
        for size in FILE_SIZES:
            with self.subTest(bytes=size):
                self.shop.back("first")
                result = self.shop.run(before=lambda bytes_max=size: resource.setrlimit(
                    resource.RLIMIT_FSIZE, (bytes_max, bytes_max)))
                self.expect_nothing_lost(self.shop, result, whole, "File too large")

    @unittest.skipUnless(os.geteuid() == 0, "only root may mount a small disk")
    def test_for_real(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"no small disk can be mounted here: {mounted.stderr}")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=False)
        _, whole = self.undisturbed()
        shop = self.store("small", data=disk / "data")
        shop.land(LANDING, DATES[0])
        self.assert_published(shop.run())
        shop.land(LANDING)
        ballast = disk / "ballast"
        self.fill(ballast)
        failed = shop.run()
        ballast.unlink()
        self.expect_nothing_lost(shop, failed, whole, "No space left", "room")

    @staticmethod
    def fill(path):
        with open(path, "wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass


if __name__ == "__main__":
    program.main()
