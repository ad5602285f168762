#!/usr/bin/env python3
"""Proves that a peer's figures count only with results that equal ours, on made-up measurements."""

import argparse
import contextlib
import io
import unittest
from unittest import mock

import compare
import measuring

DAILY = {"2025-03-01": "10.00", "2025-03-02": "-2.50"}


class Comparison(unittest.TestCase):
    def compared(self, *peers, rounds=1):
        """The table and what is wrong, of peers given as (name, CPU seconds, full load, night)."""
        found = {"cartograph": (2.0, DAILY, DAILY)} | {name: rest for name, *rest in peers}

        def run_once(name, *_):
            cpu_s, *results = found[name]
            if isinstance(cpu_s, Exception):
                raise cpu_s
            return {phase: (measuring.Figures(cpu_s, 1.0, 50.0), {"daily": daily, "quarantined": 3})
                    for phase, daily in zip(("full load", "night"), results)}

        commands = {name: compare.Command([], [], "file") for name in found}
        with mock.patch.object(compare, "run_once", run_once), \
                mock.patch.object(compare, "contestants", lambda _: commands), \
                contextlib.redirect_stderr(io.StringIO()):
            return compare.rounds(argparse.Namespace(rounds=rounds), None, None)

    def test_a_peer_with_our_figures_is_in_both_tables_with_its_ratio(self):
        table, wrong = self.compared(("peer", 5.0, DAILY, DAILY), rounds=2)
        rows = [row for row in table if row["name"] == "peer"]
        self.assertEqual([row["phase"] for row in rows], ["full load", "night"])
        self.assertEqual([row["cpu_ratio"] for row in rows], [2.5, 2.5])
        self.assertEqual(wrong, {})

    def test_a_peer_that_differs_by_a_cent_on_one_day_is_in_no_table(self):
        table, wrong = self.compared(("peer", 5.0, DAILY, DAILY | {"2025-03-02": "-2.51"}))
        self.assertEqual({row["name"] for row in table}, {"cartograph"})
        self.assertIn("night: net revenue differs on 1 days, first 2025-03-02", wrong["peer"])

    def test_a_day_that_a_peer_lacks_or_has_too_many_is_a_difference(self):
        for daily in ({"2025-03-01": "10.00"}, DAILY | {"2025-03-03": "0.00"}):
            _, wrong = self.compared(("peer", 5.0, daily, DAILY))
            self.assertIn("full load: net revenue differs on 1 days", wrong["peer"])

    def test_a_peer_that_fails_is_said_to_and_the_others_go_on(self):
        table, wrong = self.compared(("broken", RuntimeError("no module"), DAILY, DAILY),
                                     ("peer", 5.0, DAILY, DAILY))
        self.assertEqual({row["name"] for row in table}, {"cartograph", "peer"})
        self.assertEqual(wrong["broken"], "failed: no module")


if __name__ == "__main__":
    unittest.main()
