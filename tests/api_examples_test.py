#!/usr/bin/env python3
"""The pages about the API against the real program: the answers of api/examples.md, and the calls,
figures and dashboard of the pages for Excel, Google Sheets, Power BI and Grafana.

TEST_UPDATE_EXAMPLES=1 writes the answers of api/examples.md anew.
"""

import json
import os
import pathlib
import re
import subprocess
import urllib.parse

import api_test
import program

SOURCES = pathlib.Path(__file__).parent.parent
EXAMPLES = SOURCES / "api" / "examples.md"
GRAFANA = SOURCES / "api" / "grafana.json"
PAGES = [SOURCES / "docs" / name
         for name in ("excel.md", "google-sheets.md", "power-bi.md", "grafana.md")]
CALL = re.compile(r"```sh\n([^`]*curl[^`]*)```\n\n```(json|text)\n(.*?)```\n", re.S)
RUN = "20250601T010000000000Z-a1b2c3"
PUBLISHED = "2025-06-01T01:00:01.000000Z"


def shown(text):
    """An answer as the page has it: each row a line, run and time always the same."""
    text = re.sub(r"\d{8}T\d{12}Z-[0-9a-f]{6}", RUN, text)
    text = re.sub(r'"published_at":"[^"]*"', f'"published_at":"{PUBLISHED}"', text)
    if text.startswith("{"):
        text = text.replace("},{", "},\n {").replace('":[{', '":[\n {').replace('],"meta"', '],\n"meta"')
    return text.rstrip("\n") + "\n"


class Pages(api_test.ApiTest):
    def test_examples_are_what_the_program_answers(self):
        page = EXAMPLES.read_text()
        with api_test.Served(self.published()) as served:
            def asked(found):
                command = found[1].replace("127.0.0.1:8080", f"127.0.0.1:{served.port}")
                answer = subprocess.run(["bash", "-euo", "pipefail", "-c", command], check=True,
                                        capture_output=True, text=True).stdout
                return f"```sh\n{found[1]}```\n\n```{found[2]}\n{shown(answer)}```\n"

            made, calls = CALL.subn(asked, page)
        self.assertEqual(calls, page.count("```json") + page.count("```text"))
        if os.environ.get("TEST_UPDATE_EXAMPLES"):
            EXAMPLES.write_text(made)
        self.assertEqual(made, EXAMPLES.read_text())

    def test_every_call_of_a_page_is_answered(self):
        with api_test.Served(self.published()) as served:
            for page in PAGES:
                calls = list(self.calls(page.read_text()))
                self.assertTrue(calls, page)
                for call in calls:
                    answer = served.ask(call)
                    self.assertEqual(answer.status, 200, f"{page.name}: {call}: {answer.body}")

    @staticmethod
    def calls(text):
        for path in re.findall(r"(?:https?://[\w.:]+)?(/v1/[^\s\"`|)]+)", text):
            path = re.sub(r"\$\{__\w+:date:[^}]*\}", "2025-03-01", path)
            yield re.sub(r"[?&]key=KEY", "", path)
        for path, query in re.findall(r'RelativePath = "([^"]+)",\s*Query = \[([^\]]+)\]', text):
            given = re.findall(r'(\w+) = "([^"]*)"', query)
            yield f"/{path}?{urllib.parse.urlencode(given)}"

    def test_columns_that_a_page_names_are_there(self):
        with api_test.Served(self.published()) as served:
            columns = served.json("/metrics/daily")["data"][0].keys()
        for page in PAGES:
            for name in re.findall(r'\{"(\w+)", (?:type |Int64|Currency)', page.read_text()):
                self.assertIn(name, columns, page)

    def test_grafana_shows_figures_that_there_are(self):
        with api_test.Served(self.published()) as served:
            served.ask("/metrics/daily")
            text = served.ask("/internal/metrics").body.decode()
        kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.M))
        series = {name for name in kinds} | {
            f"{name}_{part}" for name, kind in kinds.items() if kind == "histogram"
            for part in ("bucket", "sum", "count")}
        dashboard = json.loads(GRAFANA.read_text())
        queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
        queries += [variable["query"]["query"] for variable in dashboard["templating"]["list"]
                    if variable["type"] == "query"]
        self.assertGreater(len(queries), 10)
        for query in queries:
            names = re.findall(r"\bcartograph_\w+", query)
            self.assertTrue(names, query)
            self.assertLessEqual(set(names), series, query)
        described = set(re.findall(r"`(cartograph_\w+)`", PAGES[-1].read_text()))
        self.assertEqual(described, set(kinds))


if __name__ == "__main__":
    program.main()
