#!/usr/bin/env python3
"""cartograph report, and the report of a run: files, folders, what happens when they cannot be
written. Called as tests/program.py says."""

import shutil

import program


class Reports(program.TestCase):
    def setUp(self):
        super().setUp()
        self.shop = self.store()
        self.shop.reports = True
        self.shop.land(program.GOLDEN / "landing")

    def reports(self):
        return sorted(path.name for path in (self.shop.data / "reports").iterdir())

    def test_a_run_that_publishes_writes_its_report(self):
        self.assert_published(self.shop.run())
        day, latest = self.reports()
        self.assertEqual(latest, "latest")
        page = (self.shop.data / "reports" / "latest" / "report.html").read_text()
        self.assertIn(self.shop.value("select max(run_id) from run_log"), page)
        self.assertTrue((self.shop.data / "reports" / day / "net_revenue.png").exists())
        self.assert_settled(self.shop)

    def test_without_a_report_none_is_written(self):
        self.assert_published(self.shop.run("--no-report"))
        self.assertFalse((self.shop.data / "reports").exists())

    def test_a_report_that_cannot_be_written_leaves_the_run_published(self):
        self.shop.data.mkdir(parents=True)
        (self.shop.data / "reports").write_text("a file in the way")
        result = self.shop.run()
        self.assert_published(result)
        self.assert_message(result, 0, "is published, but its report", "cartograph report")
        (self.shop.data / "reports").unlink()
        self.assert_status(self.shop.command("report"), 0)

    def test_reports_of_earlier_days_are_kept(self):
        dates = sorted(path.name for path in self.shop.landing.iterdir())
        for date in dates[1:]:
            shutil.move(self.shop.landing / date, self.folder / date)
        self.assert_published(self.shop.run())
        first = self.reports()[0]
        for date in dates[1:]:
            shutil.move(self.folder / date, self.shop.landing / date)
        self.assert_published(self.shop.run())
        self.assertEqual(len(self.reports()), 3)
        self.assertEqual(self.reports()[0], first)
        latest = (self.shop.data / "reports" / "latest").resolve().name
        self.assertEqual(latest, self.reports()[1])

    def test_the_command_says_what_it_wrote_and_what_is_wrong_with_a_range(self):
        self.assert_published(self.shop.run("--no-report"))
        out = self.folder / "march"
        result = self.shop.command("report", "--out", out, "--from", "2025-03-01",
                                   "--to", "2025-03-10")
        self.assert_status(result, 0)
        self.assertEqual(result.out, f"report {out}/report.html\n")
        for options, word in ((("--from", "2025-03-01"), "--to"),
                              (("--from", "March", "--to", "2025-03-10"), "'March'"),
                              (("--from", "2025-03-10", "--to", "2025-03-01"), "before"),
                              (("--out", self.shop.landing), "is no report")):
            self.assert_message(self.shop.command("report", *options), 2, word)

    def test_a_folder_without_a_warehouse_has_no_report(self):
        self.assertNotEqual(self.shop.command("report").status, 0)
        self.assertFalse((self.shop.data / "reports").exists())


if __name__ == "__main__":
    program.main()
