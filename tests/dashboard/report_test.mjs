// report.html in Debian's Chromium, as a file and without a network: every chart is seen, every table
// can be opened, nothing is asked of a server, axe finds nothing serious, paper is whole.
// Run by ctest (report_browser), or: node --test tests/dashboard/report_test.mjs

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { fabricate } from "./store.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CHARTS = [
  "net_revenue",
  "orders",
  "aov",
  "return_rate",
  "customers",
  "retention",
  "cohorts",
  "ltv",
  "inventory_alerts",
  "recognition"
];
let browser, store;

before(async () => {
  store = fabricate({ days: 120, orders: 2000 });
  store.run("report");
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
  });
});

after(async () => {
  await browser?.close();
  store?.remove();
});

async function open(name, viewport = { width: 1280, height: 900 }) {
  const context = await browser.newContext({ viewport, offline: true, bypassCSP: true });
  context.setDefaultTimeout(120000);
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => page.complaints.push(message.text()));
  page.on("pageerror", (error) => page.complaints.push(error.stack));
  const url = pathToFileURL(join(store.folder, "data/reports/latest", name)).href;
  page.on("request", (request) => {
    if (request.url() !== url) page.complaints.push(request.url());
  });
  await page.goto(url);
  return page;
}

async function close(page) {
  await page.context().close();
  assert.deepEqual(page.complaints, []);
}

test("every chart is seen, and its table opens beneath it", async () => {
  const page = await open("report.html");
  for (const name of CHARTS) {
    const chart = page.locator(`#${name} > svg`);
    assert.ok((await chart.boundingBox()).width > 600, name);
    assert.ok((await chart.locator("text").count()) > 2, name);
    const table = page.locator(`#${name} details`);
    if ((await table.count()) === 0) continue;
    await table.locator("summary").click();
    assert.ok(await table.locator("tbody tr").first().isVisible(), name);
  }
  await close(page);
});

test("nothing is wider than a phone, and axe finds nothing serious", async () => {
  const page = await open("report.html", { width: 390, height: 844 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  assert.equal(overflow, 0);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(
    violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)}`),
    []
  );
  await close(page);
});

test("the memo is one page of A4, and axe finds nothing serious", async () => {
  const page = await open("insights.html");
  assert.ok((await page.locator("li").count()) >= 6);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(
    violations.filter(({ impact }) => impact === "serious" || impact === "critical"),
    []
  );
  await page.emulateMedia({ media: "print" });
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1);
  await close(page);
});

test("it prints: no chart is cut between two pages", async () => {
  const page = await open("report.html");
  await page.emulateMedia({ media: "print" });
  const pdf = await page.pdf({ format: "A4" });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  assert.ok(pages >= 4 && pages <= 16, `${pages} pages`);
  await close(page);
});
