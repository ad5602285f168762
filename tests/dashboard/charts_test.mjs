// The charts' pure parts under node, and that Duktape draws the same bytes: the report runs these
// files inside the program. Run by ctest (dashboard_charts), or: node --test tests/dashboard/charts_test.mjs

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "acorn";
import {
  alerts,
  answer,
  breakdown,
  daily,
  day,
  LAST,
  recognition,
  retention,
  weekly,
  windows
} from "./answers.mjs";

const require = createRequire(import.meta.url);
const ROOT = new URL("../../", import.meta.url).pathname;
const REPORTS = join(ROOT, "reports");
const FIRST = ["figures.js", "chart_parts.js", "charts.js", "over_time.js"];
const FILES = [
  ...FIRST,
  ...readdirSync(REPORTS)
    .filter((name) => name.endsWith(".js") && !FIRST.includes(name))
    .sort()
];
for (const name of FILES) require(join(REPORTS, name));
const figures = require(join(REPORTS, "figures.js"));
const charts = require(join(REPORTS, "charts.js"));
const echarts = require(join(ROOT, "node_modules/echarts/dist/echarts.min.js"));

const range = (days) => ({
  from: day(days - 1),
  to: LAST,
  theme: "light",
  width: 900,
  before_name: "period before"
});

/// Each chart with answers of a store of 60 days, of one day, and of none.
const STORES = {
  net_revenue: [{ now: daily(60), before: daily(60, 0.5) }, { now: daily(1) }, { now: daily(0) }],
  orders: [{ now: daily(60), before: daily(60, 2) }, { now: daily(1) }, { now: daily(0) }],
  aov: [
    { now: weekly(9), days: daily(60) },
    { now: weekly(1), days: daily(1) },
    { now: weekly(0), days: daily(0) }
  ],
  return_rate: [{ now: weekly(9), before: weekly(9) }, { now: weekly(1) }, { now: weekly(0) }],
  customers: [{ now: weekly(9) }, { now: weekly(1) }, { now: weekly(0) }],
  breakdown: [{ now: breakdown() }, { now: breakdown() }, { now: answer([]) }],
  retention: [{ now: retention() }, { now: answer([]) }, { now: answer([]) }],
  cohorts: [{ now: retention() }, { now: answer([]) }, { now: answer([]) }],
  ltv: [
    windows(),
    { d7: answer([]), d30: answer([]), d90: answer([]) },
    { d7: answer([]), d30: answer([]), d90: answer([]) }
  ],
  inventory_alerts: [{ now: alerts() }, { now: answer([]) }, { now: answer([]) }],
  recognition: [{ now: recognition(60) }, { now: recognition(1) }, { now: recognition(0) }]
};
const grainOf = (name) => (["aov", "return_rate", "customers"].includes(name) ? "week" : "day");
const settingsOf = (name, days) => ({ ...range(days), grain: grainOf(name), by: "country" });

test("every chart that is registered is tested here", () => {
  assert.deepEqual(charts.names().sort(), Object.keys(STORES).sort());
});

test("charts are written in ES5, without Intl, timers, clocks or chance", () => {
  for (const name of FILES) {
    const text = readFileSync(join(REPORTS, name), "utf8");
    assert.doesNotThrow(() => parse(text, { ecmaVersion: 5 }), name);
    const code = text.replace(/^\s*\/\/.*$/gm, "");
    assert.doesNotMatch(
      code,
      /\bIntl\b|toLocale|setTimeout|Date\.now|new Date\(\)|Math\.random|\bfetch\b/,
      name
    );
  }
  assert.throws(() => parse("const x = () => 1", { ecmaVersion: 5 }));
});

test("every chart of a full store, of one day and of an empty one is drawn, in light and dark, wide and narrow", () => {
  for (const [name, stores] of Object.entries(STORES)) {
    stores.forEach((answers, index) => {
      for (const look of [{ theme: "light" }, { theme: "dark" }, { width: 340 }]) {
        const settings = { ...settingsOf(name, [60, 1, 0][index] || 1), ...look };
        const svg = charts.draw(echarts, name, answers, settings);
        assert.ok(
          /^<svg[^>]*><title>[^<]+<\/title><desc>[^<]+<\/desc>/.test(svg),
          `${name} ${index}`
        );
        const wrong = /NaN|undefined|null|Infinity|dominant-baseline|<style/.exec(svg);
        assert.equal(wrong, null, `${name} ${index}`);
      }
    });
  }
});

test("every chart has a title, a subtitle, a sentence and a table with as many cells as columns", () => {
  for (const [name, stores] of Object.entries(STORES)) {
    for (const answers of stores) {
      const words = charts.describe(name, answers, settingsOf(name, 60));
      for (const part of ["title", "subtitle", "sentence"]) {
        assert.ok(words[part].trim().length > 0, `${name} ${part}`);
        assert.doesNotMatch(words[part], /NaN|undefined|null|Infinity/, name);
      }
      for (const row of words.table.rows)
        assert.equal(row.length, words.table.columns.length, name);
    }
  }
});

test("a chart for a page has its picture, its words and its table as written", () => {
  const page = charts.page(echarts, "orders", { now: daily(3) }, { ...settingsOf("orders", 3) });
  assert.match(page.svg, /^<svg/);
  assert.equal(page.title, "120 orders, 40 a day");
  assert.deepEqual(page.columns[1], { name: "Orders", is_number: true });
  assert.deepEqual(page.rows[0], ["26 Feb 2026", "40", "80", "2"]);
});

test("a day far beyond the weeks does not set the axis of order values, and is told", () => {
  const answers = { now: weekly(9), days: daily(60) };
  answers.days.data[30].aov = 4000;
  const option = charts.option("aov", answers, settingsOf("aov", 60));
  assert.ok(option.yAxis.max < 100, option.yAxis.max);
  assert.match(
    charts.describe("aov", answers, settingsOf("aov", 60)).sentence,
    /lies beyond the axis: €4,000\.00\./
  );
});

test("the figures of an axis have one unit", () => {
  const write = figures.shortUpTo(20000);
  assert.deepEqual([0, 5000, 12500].map(write), ["0", "5k", "12.5k"]);
  assert.deepEqual([0, 500, 1500].map(figures.shortUpTo(2000)), ["0", "500", "1,500"]);
});

test("Duktape, in which the report draws, gives the bytes that node gives", () => {
  const folder = mkdtempSync(join(tmpdir(), "charts-"));
  try {
    const calls = Object.entries(STORES).map(
      ([name, stores]) =>
        `print(CartographCharts.draw(echarts, ${JSON.stringify(name)}, ${JSON.stringify(stores[0])}, ${JSON.stringify(settingsOf(name, 60))}));`
    );
    const program = join(folder, "all.js");
    writeFileSync(
      program,
      [
        "var global = this; function setTimeout() { return 0; } function clearTimeout() {}",
        readFileSync(join(ROOT, "node_modules/echarts/dist/echarts.min.js"), "utf8"),
        ...FILES.map((name) => readFileSync(join(REPORTS, name), "utf8")),
        ...calls
      ].join("\n")
    );
    const drawn = execFileSync("duk", [program], { encoding: "utf8", maxBuffer: 1 << 26 })
      .trim()
      .split(/(?<=<\/svg>)\n/);
    // Elements are numbered over all charts of a process: the numbers alone may differ.
    const plain = (svg) => svg.trim().replace(/zr\d+-/g, "zr-");
    Object.entries(STORES).forEach(([name, stores], index) => {
      const expected = plain(charts.draw(echarts, name, stores[0], settingsOf(name, 60)));
      assert.ok(plain(drawn[index]) === expected, `${name} differs`);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("money is written with the store's sign or code, a real minus and thousands", () => {
  assert.equal(figures.money(1234567.5, "EUR"), "€1,234,567.50");
  assert.equal(figures.money(-0.01, "USD"), "−$0.01");
  assert.equal(figures.money(1000, "CHF"), "CHF 1,000.00");
  assert.equal(figures.money(-0.001, "USD"), "$0.00");
  assert.equal(figures.money(null, "USD"), "–");
  assert.equal(figures.shortMoney(12500, "GBP"), "£12.5k");
});

test("rates, counts, days and ranges are written as people read them", () => {
  assert.equal(figures.rate(0.0534), "5.3 %");
  assert.equal(figures.count(1234), "1,234");
  assert.equal(figures.day("2026-02-03"), "3 Feb 2026");
  assert.equal(figures.range("2026-01-01", "2026-01-30"), "1 Jan – 30 Jan 2026");
  assert.equal(figures.range("2025-12-30", "2026-01-05"), "30 Dec 2025 – 5 Jan 2026");
  assert.equal(figures.range("2026-01-01", "2026-01-01"), "1 Jan 2026");
  assert.equal(figures.period("2026-04-01", "quarter"), "Q2 2026");
  assert.equal(figures.counted(1, "SKU"), "1 SKU");
});

test("days are counted over leap days and changes of the clock", () => {
  assert.equal(figures.addDays("2024-02-28", 1), "2024-02-29");
  assert.equal(figures.addDays("2026-03-28", 2), "2026-03-30");
  assert.equal(figures.length("2026-01-01", "2026-12-31"), 365);
  assert.equal(figures.time("not a day"), null);
});

test("no change is told against a base of nothing or less", () => {
  assert.equal(figures.against(5, 0), null);
  assert.equal(figures.against(5, -1), null);
  assert.equal(figures.against(110, 100), "10.0 % above");
  assert.equal(figures.against(96, 100), "4.0 % below");
  assert.equal(figures.against(100, 100), "level with");
});

test("sums of money are exact to the cent", () => {
  const rows = Array.from({ length: 1000 }, () => ({ amount: 0.1 }));
  assert.equal(figures.sumMoney(rows, "amount"), 100);
});

test("net revenue tells its total and how it stands against a range that is there whole", () => {
  const settings = settingsOf("net_revenue", 60);
  assert.equal(
    charts.describe("net_revenue", { now: daily(60), before: daily(60, 0.5) }, settings).title,
    "Net revenue was €54,000.00, 100.0 % above the period before"
  );
  assert.equal(
    charts.describe("net_revenue", { now: daily(60), before: daily(20) }, settings).title,
    "Net revenue was €54,000.00"
  );
});

test("days before the range serve the mean of seven days and are in no total", () => {
  const settings = settingsOf("net_revenue", 54);
  const words = charts.describe("net_revenue", { now: daily(60) }, settings);
  assert.equal(words.title, "Net revenue was €48,600.00");
  assert.equal(words.table.rows.length, 54);
  const mean = charts
    .option("net_revenue", { now: daily(60) }, settings)
    .series.filter((one) => /Net, 7-day/.test(one.name));
  const first = mean.map((one) => one.data[0].value[1]).find((value) => value !== null);
  assert.equal(first, 900);
});

test("the last day of data may still be going on: it is dashed", () => {
  const { series } = charts.option("orders", { now: daily(60) }, settingsOf("orders", 54));
  const solid = series.find(
    (one) => one.name === "Orders of the day" && one.lineStyle.type === "solid"
  );
  assert.equal(solid.data.at(-1).value[1], null);
  assert.notEqual(solid.data.at(-2).value[1], null);
});

test("what may still come back is dashed and in no rate that a title tells", () => {
  const answers = { now: weekly(9) };
  answers.now.data.slice(-5).forEach((row) => {
    row.return_rate = 0;
    row.returned_of_delivered = 0;
  });
  const settings = settingsOf("return_rate", 60);
  assert.equal(
    charts.describe("return_rate", answers, settings).title,
    "10.0 % of delivered orders came back"
  );
  const dashed = charts
    .option("return_rate", answers, settings)
    .series.find((one) => Array.isArray(one.lineStyle.type));
  assert.equal(dashed.endLabel.formatter, "may still rise");
});

test("a store that has sold and not delivered has no return rate", () => {
  const answers = { now: weekly(2) };
  answers.now.data.forEach((row) => {
    row.orders_delivered = 0;
    row.return_rate = null;
  });
  const words = charts.describe("return_rate", answers, settingsOf("return_rate", 14));
  assert.equal(words.title, "No deliveries in this range");
  assert.equal(words.sentence, "Nothing was delivered.");
  assert.match(
    charts.draw(echarts, "return_rate", answers, settingsOf("return_rate", 14)),
    /No deliveries in this range/
  );
});

test("a window that is open is not drawn, least of all as zero", () => {
  const { series } = charts.option("ltv", windows(), settingsOf("ltv", 60));
  const values = series
    .filter((one) => one.xAxisIndex === 2)
    .flatMap((one) => one.data.map((item) => item.value[1]));
  assert.deepEqual([...new Set(values.filter((value) => value !== null))], [70.5]);
  assert.match(charts.describe("ltv", windows(), {}).title, /€70\.50 in the first 90 days/);
});

test("only cohorts that were watched whole make the median", () => {
  const words = charts.describe("retention", { now: retention() }, {});
  assert.equal(words.title, "30.0 % of a cohort’s customers buy again within 90 days");
  assert.match(words.sentence, /1 closed cohort/);
});

test("the parts of a breakdown add up, and what has no member is named", () => {
  const words = charts.describe("breakdown", { now: breakdown() }, { by: "country" });
  assert.match(words.sentence, /€1,000\.00/);
  assert.deepEqual(
    words.table.rows.map((row) => row[0]),
    ["DE", "other", "unknown"]
  );
});

test("names in tooltips and titles cannot become markup", () => {
  const answers = { now: breakdown() };
  answers.now.data[0].member = "<img src=x onerror=alert(1)>";
  assert.doesNotMatch(
    charts.draw(echarts, "breakdown", answers, settingsOf("breakdown", 60)),
    /<img/
  );
  assert.equal(charts.tip("<b>", [["<i>", '"', "#000000"]]).includes("<i>"), false);
});

test("ticks are even and few, from days to years", () => {
  const time = (text) => Date.parse(`${text}T00:00:00Z`);
  for (const [from, to, most] of [
    ["2026-02-01", "2026-02-10", 6],
    ["2025-11-28", "2026-02-25", 12],
    ["2025-01-01", "2026-02-25", 8],
    ["2016-05-05", "2026-02-25", 8]
  ]) {
    const ticks = charts.ticks(time(from), time(to), most);
    assert.ok(ticks.length >= 1 && ticks.length <= most + 2, `${from} to ${to}: ${ticks.length}`);
    assert.ok(ticks.every((at) => at >= time(from) && at <= time(to) && at % figures.DAY === 0));
  }
});
