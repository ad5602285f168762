// The dashboard in Debian's Chromium, on stores that the real program serves: figures equal the
// API's, every control, deep links and the back button, explanations, what can be taken out,
// accessibility (axe), paper, a phone, an empty store, a server that goes away.
// Run by ctest (dashboard_browser), or: node --test tests/dashboard/browser_test.mjs

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { serve, stopAll } from "./store.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const BROWSER = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
];
const UNPAID_ORDER =
  "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,currency," +
  "payment_method\nO1,,created,2025-03-01T10:00:00Z,,,,,USD,\n";
const TIMEOUT_MS = 120000; // of a machine that is busy with other tests
let browser, store;

before(async () => {
  store = await serve({ days: 120, orders: 4000 });
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: BROWSER });
});

after(async () => {
  await browser?.close();
  await stopAll();
});

const api = async (path, from = store) => (await fetch(`${from.url}/${path}`)).json();

/// A page on which everything is drawn. What the browser complains of, and what it asks of other
/// hosts, is a failure when the page is closed.
async function open(search = "", { from = store, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    acceptDownloads: true,
    ...options
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(error.stack));
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(from.url))
      page.complaints.push(request.url());
  });
  await page.goto(`${from.url}/${search}`);
  await drawn(page);
  return page;
}

/// Waits until the tiles and all panels shown have their figures.
async function drawn(page) {
  const isDrawn = () =>
    document.querySelector(".tile[data-measure]") &&
    ![...document.querySelectorAll(".panel[aria-busy='true']")].some((panel) => !panel.hidden);
  try {
    await page.waitForFunction(isDrawn);
  } catch (error) {
    const banner = await text(page, "#banner");
    const busy = await page.locator(".panel[aria-busy='true']:visible").count();
    throw new Error(`${busy} panels are busy; the banner says: ${banner}`, { cause: error });
  }
}

async function close(page, { complaints = [] } = {}) {
  await page.context().close();
  assert.deepEqual(page.complaints, complaints);
}

/// The number in a text as the page writes it: "−€1,234.50" is -1234.5.
const number = (text) => Number(text.replace("−", "-").replace(/[^-\d.]/g, ""));
const text = (page, selector) => page.locator(selector).innerText();
const tile = (page, measure) => text(page, `.tile[data-measure="${measure}"] .figure`);
const state = (page) => Object.fromEntries(new URL(page.url()).searchParams);

/// The cells of a table's body.
const cells = (page, selector) =>
  page
    .locator(`${selector} tbody tr`)
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.innerText.trim()))
    );

async function openTable(page, panel) {
  await page.locator(`#panel-${panel} .twin summary`).click();
  await page.waitForSelector(`#panel-${panel} .twin tbody tr`);
}

async function rangeShown(page) {
  return { from: await page.inputValue("[name=from]"), to: await page.inputValue("[name=to]") };
}

test("every tile shows the API's figure of the range, and both comparisons", async () => {
  const page = await open("?range=last-30");
  const { from, to } = await rangeShown(page);
  const period = await api(`metrics/summary?from=${from}&to=${to}`);
  assert.equal(to, period.meta.as_of);
  for (const row of period.data.filter((one) =>
    [
      "net_revenue",
      "orders",
      "aov",
      "gross_revenue",
      "refunds",
      "new_customers",
      "repeat_customers"
    ].includes(one.measure)
  )) {
    assert.equal(number(await tile(page, row.measure)), row.value, row.measure);
    const change = await text(page, `.tile[data-measure="${row.measure}"] .change:first-child b`);
    assert.ok(
      Math.abs(number(change) - row.change_rate * 100) <= 0.051,
      `${row.measure} ${change}`
    );
  }
  const rate = period.data.find((row) => row.measure === "return_rate").value;
  assert.ok(Math.abs(number(await tile(page, "return_rate")) - rate * 100) <= 0.051);
  assert.match(
    await page.locator("#meaning-net_revenue").textContent(),
    /no whole year before: data begin on 1 Jan 2025/
  );
  await close(page);
});

test("a tile tells its definition and both ranges on focus", async () => {
  const page = await open("?range=last-30");
  const { data } = await api("metrics");
  const metric = data.find((row) => row.name === "net_revenue");
  const meaning = page.locator("#meaning-net_revenue");
  assert.equal(await meaning.isVisible(), false);
  await page.focus(".tile[data-measure=net_revenue] a");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  await meaning.waitFor({ state: "visible" });
  assert.ok((await meaning.innerText()).includes(metric.definition));
  assert.match(await meaning.innerText(), /period before, \d+ \w+( \d{4})? – \d+ \w+ \d{4} \(/);
  await close(page);
});

test("the table beside each chart has the API's rows", async () => {
  const page = await open("?range=last-30&grain=day");
  const { from, to } = await rangeShown(page);
  const daily = (await api(`metrics/daily?from=${from}&to=${to}`)).data;
  await openTable(page, "net_revenue");
  const rows = await cells(page, "#panel-net_revenue .twin");
  assert.equal(rows.length, daily.length);
  rows.forEach((row, index) =>
    assert.deepEqual(
      row.slice(1).map(number),
      ["net_revenue", "gross_revenue", "discounts", "taxes", "refunds"].map(
        (name) => daily[index][name]
      )
    )
  );
  await openTable(page, "return_rate");
  const weekly = (await api(`metrics/weekly?from=${from}&to=${to}`)).data;
  const rates = await cells(page, "#panel-return_rate .twin");
  assert.deepEqual(
    rates.map((row) => row.slice(2).map(number)),
    weekly.map((week) => [week.orders_delivered, week.returned_of_delivered])
  );
  await openTable(page, "recognition");
  const recognition = (await api(`revenue/recognition?from=${from}&to=${to}`)).data;
  const balances = await cells(page, "#panel-recognition .twin");
  assert.deepEqual(
    balances.map((row) => row.slice(-2).map(number)),
    recognition.map((day) => [day.deferred_revenue, day.refund_liability])
  );
  await openTable(page, "ltv");
  const windows = (await Promise.all([7, 30, 90].map((days) => api(`ltv/${days}`)))).flatMap(
    (one) => one.data
  );
  assert.deepEqual(
    (await cells(page, "#panel-ltv .twin")).map((row) => (row[4] === "–" ? null : number(row[4]))),
    windows.map((row) => row.ltv)
  );
  await close(page);
});

/// A share as a table writes it.
const written = (share) =>
  share === null || share === undefined ? "–" : `${(share * 100).toFixed(1)} %`;
const plain = (rows) => rows.map((row) => row.map((cell) => cell.replace(/\s/g, " ")));

test("tables of customers have the API's shares, and what is open is no zero", async () => {
  const page = await open("?range=last-30&grain=day");
  const cohorts = (await api("retention")).data;
  await openTable(page, "retention");
  const share = (cohort, day) => written(cohort.curve.find((one) => one.day === day)?.share);
  assert.deepEqual(
    plain(await cells(page, "#panel-retention .twin")).map((row) => [number(row[1]), ...row.slice(2, 5)]),
    cohorts.map((one) => [one.cohort_size, share(one, 7), share(one, 30), share(one, 90)])
  );
  await openTable(page, "cohorts");
  const widest = Math.max(...cohorts.map((one) => one.months.length)) - 1;
  assert.ok(widest > 1);
  assert.deepEqual(
    plain(await cells(page, "#panel-cohorts .twin")).map((row) => row.slice(2)),
    cohorts.map(({ months }) =>
      Array.from({ length: widest }, (_, index) => {
        const month = months[index + 1];
        return month ? written(month.share) + (month.is_closed ? "" : " so far") : "–";
      })
    )
  );
  const ltv = await api("ltv/90");
  const open_ = ltv.data.filter((row) => row.ltv === null);
  assert.ok(open_.length > 0);
  await openTable(page, "ltv");
  const shown = (await cells(page, "#panel-ltv .twin")).filter((row) => row[1] === "90");
  assert.equal(shown.filter((row) => row[4] === "–" && row[5] === "–").length, open_.length);
  const { from, to } = await rangeShown(page);
  const daily = (await api(`metrics/daily?from=${from}&to=${to}`)).data;
  await openTable(page, "customers");
  assert.deepEqual(
    (await cells(page, "#panel-customers .twin")).map((row) => row.slice(1).map(number)),
    daily.map((day) => [day.new_customers, day.repeat_customers, day.guest_orders])
  );
  await close(page);
});

test("a year before is compared by weekday, in the store's currency", async () => {
  const landed = (day, order, price) => ({
    [`${day}/orders.csv`]: UNPAID_ORDER.split("\n")[0] +
      `\n${order},,paid,${day}T10:00:00Z,${day}T10:00:00Z,,,,EUR,\n`,
    [`${day}/order_items.csv`]:
      "order_id,line_number,sku,quantity,unit_price,discount_amount,tax_amount\n" +
      `${order},1,A-1,1,${price},0,0\n`
  });
  const own = await serve({
    files: { ...landed("2024-03-02", "O1", "10.00"), ...landed("2025-03-01", "O2", "1250.50") },
    environment: { CARTOGRAPH_STORE_REPORTING_CURRENCY: "EUR" }
  });
  const page = await open("?range=last-1&compare=previous_year", { from: own });
  assert.equal(await tile(page, "net_revenue"), "€1,250.50");
  const changes = page.locator(".tile[data-measure=net_revenue] .change");
  assert.match(await changes.nth(0).innerText(), /nothing to compare with/);
  assert.match(await changes.nth(1).innerText(), /\+12,405\.0\s%\s+on the year before/);
  assert.equal(await changes.nth(1).getAttribute("title"), "year before, 2 Mar 2024 (€10.00)");
  assert.match(await text(page, "#panel-net_revenue h3"), /12,405\.0.% above the year before/);
  await close(page);
});

test("charts say in one sentence what they show, for those who do not see them", async () => {
  const page = await open();
  for (const chart of await page.locator(".chart[role=img]").all()) {
    assert.match(await chart.getAttribute("aria-label"), /\S+.*\. \S+/);
  }
  assert.equal(await page.locator(".chart[role=img]").count(), 9);
  await close(page);
});

test("breakdowns have the API's parts, and a click on a country or channel is a filter", async () => {
  const page = await open("?range=last-90");
  const { from, to } = await rangeShown(page);
  for (const by of ["country", "channel", "category", "payment_method", "customer_type"]) {
    const { data } = await api(`metrics/breakdown?by=${by}&from=${from}&to=${to}&top=8`);
    const rows = await cells(page, `#panel-${by}`);
    assert.deepEqual(
      rows.map((row) => [row[0], number(row[2])]),
      data.map((row) => [row.kind === "member" ? row.member : row.kind, row.net_revenue]),
      by
    );
  }
  const channel = (await cells(page, "#panel-channel"))[0][0];
  await page.click(`#panel-channel .filter:has-text("${channel}")`);
  await page.waitForURL(`**/?*channel=${channel}*`);
  await drawn(page);
  const only = await api(
    `metrics/breakdown?by=country&from=${from}&to=${to}&top=8&channel=${channel}`
  );
  await page.waitForFunction(
    (total) => document.querySelector("#panel-country tfoot").innerText.includes(total),
    Math.floor(only.data.reduce((sum, row) => sum + row.net_revenue, 0)).toLocaleString("en-US")
  );
  assert.equal(
    await page.getAttribute(`#panel-channel .filter:has-text("${channel}")`, "aria-pressed"),
    "true"
  );
  await page.click("#filters .chip");
  await page.waitForFunction(() => !location.search.includes("channel="));
  await close(page);
});

test("range, grain and comparison are in the address, and the back button undoes them", async () => {
  const page = await open();
  assert.deepEqual(state(page), {});
  await page.selectOption("[name=range]", "last-7");
  await drawn(page);
  assert.equal(state(page).range, "last-7");
  await page.selectOption("[name=grain]", "week");
  await page.selectOption("[name=compare]", "none");
  await drawn(page);
  assert.deepEqual(state(page), { range: "last-7", grain: "week", compare: "none" });
  await page.waitForFunction(() =>
    document.querySelector("#panel-orders .subtitle").innerText.includes("by week")
  );
  const { to } = await rangeShown(page);
  await page.fill("[name=from]", `${to.slice(0, 8)}01`);
  await drawn(page);
  assert.equal(state(page).from, `${to.slice(0, 8)}01`);
  assert.equal(await page.inputValue("[name=range]"), "fixed");
  for (let back = 0; back < 4; back++) await page.goBack();
  await drawn(page);
  assert.deepEqual(state(page), {});
  assert.equal(await page.inputValue("[name=range]"), "last-90");
  await close(page);
});

test("every range and grain of the controls is shown as it says", async () => {
  const page = await open("?panel=orders");
  const { from: first, as_of: last } = (await api("metrics/yearly")).meta;
  const back = (days) =>
    new Date(Date.parse(last) - (days - 1) * 86400000).toISOString().slice(0, 10);
  const quarter = String(Math.floor((Number(last.slice(5, 7)) - 1) / 3) * 3 + 1).padStart(2, "0");
  const from = {
    "last-1": last,
    "last-7": back(7),
    "last-30": back(30),
    "last-364": first,
    month: `${last.slice(0, 7)}-01`,
    quarter: `${last.slice(0, 5)}${quarter}-01`,
    year: first,
    all: first,
    "last-90": back(90)
  };
  for (const [range, day] of Object.entries(from)) {
    await page.selectOption("[name=range]", range);
    await drawn(page);
    assert.deepEqual(await rangeShown(page), { from: day, to: last }, range);
  }
  for (const [grain, path] of Object.entries({ week: "weekly", month: "monthly", year: "yearly" })) {
    await page.selectOption("[name=grain]", grain);
    await page.waitForFunction(
      (words) => document.querySelector("#panel-orders .subtitle").innerText.includes(words),
      `by ${grain}`
    );
    const { data } = await api(`metrics/${path}?from=${back(90)}&to=${last}`);
    await page.waitForFunction(
      (orders) => document.querySelector("#panel-orders h3").innerText.startsWith(orders),
      data.reduce((sum, row) => sum + row.orders, 0).toLocaleString("en-US")
    );
  }
  await close(page);
});

test("an address shows what it says: range, comparison, order, filter, panel and theme", async () => {
  const first = (await api("metrics/yearly")).meta.from;
  const page = await open(
    `?from=${first}&to=${first.slice(0, 8)}20&compare=none&theme=dark&sort=sku&status=all`
  );
  assert.deepEqual(await rangeShown(page), { from: first, to: `${first.slice(0, 8)}20` });
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  const skus = (await cells(page, "#panel-alerts")).map((row) => row[0]);
  assert.deepEqual(skus, [...skus].sort());
  assert.equal(await page.inputValue("#panel-alerts select"), "all");
  await close(page);
  const alone = await open("?panel=retention");
  assert.deepEqual(
    await alone.locator(".panel:visible").evaluateAll((all) => all.map((one) => one.id)),
    ["panel-retention"]
  );
  await close(alone);
  const wrong = await open("?range=yesterday&grain=hour&compare=mars&from=2026-02-31&to=x");
  assert.equal(await wrong.inputValue("[name=range]"), "last-90");
  await close(wrong);
});

test("alerts are the API's, sorted by a click and filtered by typing", async () => {
  const page = await open();
  const { data } = await api("inventory/alerts?limit=1000");
  assert.ok(data.length > 1, "the fabricated store has alerts");
  assert.equal((await cells(page, "#panel-alerts")).length, data.length);
  await page.click("#panel-alerts .sort:has-text('SKU')");
  await page.waitForURL("**/?*sort=-sku*");
  const down = (await cells(page, "#panel-alerts")).map((row) => row[0]);
  assert.deepEqual(
    down,
    data
      .map((row) => row.sku)
      .sort()
      .reverse()
  );
  const all = (await api("inventory/alerts?status=all&limit=1000")).data;
  await page.selectOption("#panel-alerts select", "all");
  await page.waitForURL("**/?*status=all*");
  await drawn(page);
  assert.equal((await cells(page, "#panel-alerts")).length, all.length);
  await page.goBack();
  await drawn(page);
  await page.fill("#panel-alerts input", down[0]);
  assert.deepEqual(
    (await cells(page, "#panel-alerts")).map((row) => row[0]),
    [down[0]]
  );
  assert.equal(state(page).find, down[0]);
  await close(page);
});

test("a figure is explained down to file and line", async () => {
  const page = await open("?range=last-7");
  await page.click(".tile[data-measure=net_revenue] a");
  await page.waitForSelector("#explanation[open] tbody a");
  const { from, to } = await rangeShown(page);
  const daily = (await api(`metrics/daily?from=${from}&to=${to}`)).data.reverse();
  assert.deepEqual(
    (await cells(page, "#explanation")).map((row) => number(row[1])),
    daily.map((day) => day.net_revenue)
  );
  const day = daily.find((one) => one.orders > 0);
  await page.click(`#explanation tbody tr:nth-child(${daily.indexOf(day) + 1}) a`);
  await page.waitForURL(`**/*explain=days/${day.date}*`);
  await page.waitForSelector("#explanation a[href*='explain=orders']");
  await page.locator("#explanation a[href*='explain=orders']").first().click();
  await page.waitForURL("**/*explain=orders/*");
  await page.waitForFunction(() =>
    /\d{4}-\d{2}-\d{2}\/(orders|order_items)[^\s]*\.(csv|json)/.test(
      document.querySelector("#explanation").innerText
    )
  );
  await page.goBack();
  await page.goBack();
  await page.goBack();
  await page.waitForFunction(() => !document.querySelector("#explanation").open);
  await page.goto(`${store.url}/?explain=orders/no-such-order`);
  await page.waitForSelector("#explanation [role=alert]");
  await close(page, { complaints: page.complaints.filter((one) => one.includes("404")) });
});

/// Opens what a click anywhere in a row leads to, and gives the dialog's text.
async function explainedBy(page, cell, ready) {
  await page.locator(cell).first().click();
  await page.waitForFunction(
    ([source]) => new RegExp(source).test(document.querySelector("#explanation[open]")?.innerText),
    [ready.source]
  );
  const told = await text(page, "#explanation");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !location.search.includes("explain="));
  return told;
}

test("a click on any figure of a table explains it: parts, cohorts, alerts, checks, rejects, runs", async () => {
  const page = await open("?range=last-90");
  const { from, to } = await rangeShown(page);
  const [part] = (await api(`metrics/breakdown?by=country&from=${from}&to=${to}&top=8`)).data;
  const told = await explainedBy(page, "#panel-country tbody td.number", /less refunds/);
  const amounts = told.match(/−?\$[\d,]+\.\d\d/g).map(number);
  assert.equal(amounts[0], part.net_revenue);
  assert.deepEqual(
    amounts.slice(2, 7),
    [part.gross_revenue, -part.discounts, -part.taxes, -part.refunds, part.net_revenue].map(
      (amount) => amount || 0
    )
  );
  assert.match(told, /By category/);
  await explainedBy(page, "#panel-category tbody td.number", /less refunds/);

  await openTable(page, "ltv");
  const [cohort] = (await api("ltv/30")).data;
  const windows = await explainedBy(page, "#panel-ltv .twin tbody td.number", /Active by month/);
  assert.ok(windows.includes(`${cohort.revenue.toLocaleString("en-US")}`.slice(0, 6)));
  assert.ok(windows.includes(`= $${cohort.ltv.toFixed(2)}`));

  const [alert] = (await api("inventory/alerts")).data;
  await explainedBy(page, "#panel-alerts tbody td.number", new RegExp(`SKU ${alert.sku}`));

  const failed = (await api("quality/latest")).data.find((row) => !row.passed);
  const check = await explainedBy(page, "#panel-quality tbody td.number", /Rows that offend/);
  for (const said of [failed.check_name, failed.expected, failed.observed, failed.detail])
    assert.ok(check.includes(said), said);

  const rejected = (await api("quarantine?limit=1000")).data;
  const where = await explainedBy(page, "#panel-rejected tbody td.number", /File\s+Line/);
  const alike = rejected.filter((row) => where.includes(row.reasons));
  assert.ok(where.includes(`${alike[0].rows_alike} rows of ${alike[0].feed}`));
  assert.ok(where.includes(alike[0].source_file));
  assert.ok(where.includes("waiting"));

  const [run] = (await api("runs")).data;
  const ran = await explainedBy(page, "#panel-runs tbody td.number", /Steps/);
  assert.ok(ran.includes(run.rows_staged.toLocaleString("en-US")));
  await close(page);
});

test("a click on a chart opens the day that was clicked", async () => {
  const page = await open("?range=last-30&grain=day");
  const box = await page.locator("#panel-net_revenue .chart").boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForURL("**/*explain=days/*");
  const { from, to } = await rangeShown(page);
  const day = new URL(page.url()).searchParams.get("explain").slice("days/".length);
  assert.ok(from <= day && day <= to);
  await close(page);
});

async function take(page, panel, item) {
  await page.click(`#panel-${panel} .menu summary`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.click(`#panel-${panel} .menu-items >> text="${item}"`)
  ]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test("out of every panel come CSV, PNG, SVG and the call", async () => {
  const page = await open("?range=last-30&grain=day");
  const panels = await page.locator(".panel").evaluateAll((all) => all.map((one) => one.id.slice(6)));
  assert.equal(panels.length, 19);
  for (const panel of panels) {
    const csv = await take(page, panel, "CSV");
    assert.match(csv.bytes.toString(), /^[a-z_]+,[a-z_]+,.*\n/, panel);
    const svg = await take(page, panel, "SVG");
    assert.match(svg.bytes.toString(), /^<svg[^>]*><title>[^<]+<[^]+run 20\d{6}T/, panel);
    assert.doesNotMatch(svg.bytes.toString(), /NaN|undefined/, panel);
    const png = await take(page, panel, "PNG");
    assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
    assert.equal(png.bytes.readUInt32BE(16), 2000);
    assert.match(png.name, new RegExp(`^${panel}_.*\\.png$`));
    await page.click(`#panel-${panel} .menu summary`);
    await page.click(`#panel-${panel} .menu-items >> text=The call that made this`);
    const call = await text(page, "#explanation pre");
    for (const [, url] of call.matchAll(/'(http[^']+)'/g))
      assert.equal((await (await fetch(url)).json()).meta.currency, "USD", url);
    await page.keyboard.press("Escape");
  }
  const own = await take(page, "orders", "CSV");
  assert.match(own.bytes.toString(), /^date,orders,/);
  assert.equal(own.bytes.toString().trim().split("\n").length, 1 + 30);
  await close(page);
});

test("a panel alone fills the page, and comes back", async () => {
  const page = await open();
  await page.click("#panel-orders .menu summary");
  await page.click("#panel-orders .menu-items >> text=Show alone");
  await page.waitForURL("**/?panel=orders");
  assert.equal(await page.locator(".panel:visible").count(), 1);
  await page.click("#filters .chip");
  await page.waitForURL((url) => !url.search);
  assert.equal(await page.locator(".panel:visible").count(), 19);
  await close(page);
});

async function accessible(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() =>
    // The parts of a chart are one image to those who do not see them.
    window.axe.run({ exclude: [".chart svg"] }, { resultTypes: ["violations"] })
  );
  return found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map(
      (one) =>
        `${one.id}: ${one.nodes
          .slice(0, 3)
          .map((node) => node.target)
          .join(" | ")}`
    );
}

test("axe finds nothing serious: light, dark, on a phone, in an explanation", async () => {
  for (const [search, options] of [
    ["?range=last-7", {}],
    ["?range=last-7&theme=dark", {}],
    ["?range=last-7", { viewport: { width: 390, height: 800 } }],
    ["?range=last-7&explain=measures/orders/2025-03-01/2025-03-31", {}],
    ["?range=last-7&theme=dark&explain=days/2025-03-15", {}],
    ["?range=last-7&explain=cohorts/2025-01-01", {}]
  ]) {
    const page = await open(search, { ...options, bypassCSP: true });
    if (search.includes("explain")) await page.waitForSelector("#explanation[open] tbody");
    await page.evaluate(() =>
      document.querySelectorAll(".twin").forEach((twin) => {
        twin.open = true;
      })
    );
    assert.deepEqual(await accessible(page), [], search);
    await close(page);
  }
});

test("the keyboard reaches every control and each panel's menu", async () => {
  const page = await open("?panel=orders");
  const reached = new Set();
  await page.keyboard.press("Tab");
  for (let step = 0; step < 40; step++) {
    reached.add(
      await page.evaluate(() => {
        const at = document.activeElement;
        return (
          at.name ||
          at.id ||
          at.className ||
          at.closest(".menu")?.className ||
          at.textContent.trim()
        );
      })
    );
    await page.keyboard.press("Tab");
  }
  for (const name of ["skip", "range", "from", "to", "grain", "compare", "theme"])
    assert.ok(reached.has(name), name);
  await page.focus("#panel-orders .menu summary");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#panel-orders .menu[open]");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#panel-orders .menu:not([open])");
  await close(page);
});

test("nothing on the page jumps while figures come in", async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.moved = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.moved += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(store.url);
  await drawn(page);
  assert.ok((await page.evaluate(() => window.moved)) < 0.05);
  await context.close();
});

test("a phone's width shows everything without scrolling sideways", async () => {
  const page = await open("?range=last-7", { viewport: { width: 390, height: 800 } });
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  assert.equal(await width(), 390);
  await page.click(".tile[data-measure=orders] a");
  await page.waitForSelector("#explanation[open] tbody a");
  await page.locator("#explanation tbody a").nth(1).click();
  await page.waitForSelector("#explanation a[href*='explain=orders']");
  assert.equal(await width(), 390);
  const dialog = await page.locator("#explanation").evaluate((one) => [one.scrollWidth, one.clientWidth]);
  assert.equal(dialog[0], dialog[1]);
  await close(page);
});

test("on A4 and Letter the page is light, has its charts, and is no book", async () => {
  for (const format of ["A4", "Letter"]) {
    const page = await open("?theme=dark", { colorScheme: "dark" });
    const pdf = await page.pdf({ format, printBackground: true });
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    const pages = (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) || []).length;
    assert.ok(pages >= 4 && pages <= 12, `${format}: ${pages} pages`);
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.equal(await page.locator(".printed svg").count(), 9);
    assert.equal(
      await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
      "rgb(255, 255, 255)"
    );
    assert.equal(await page.locator(".controls").isVisible(), false);
    await close(page);
  }
});

test("the theme follows the button, is kept, and redraws the charts", async () => {
  const page = await open("", { colorScheme: "light" });
  const ink = () =>
    page.evaluate(() =>
      document.querySelector("#panel-orders .chart svg").innerHTML.includes("#56B4E9")
    );
  assert.equal(await ink(), false);
  await page.click("#theme");
  await page.click("#theme");
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  await page.waitForFunction(() =>
    document.querySelector("#panel-orders .chart svg").innerHTML.includes("#56B4E9")
  );
  await page.goto(store.url);
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  await drawn(page);
  await close(page);
});

/// Nothing that a script writes where it has no figure; names of checks may have such words.
async function withoutOddities(page) {
  const sections = await page.locator("main > section:not(#data)").allInnerTexts();
  assert.doesNotMatch(sections.join("\n"), /NaN|undefined|null|Infinity/);
}

test("a store of one day, and one without a sale, give honest pages", async () => {
  const one = await serve({ days: 1, orders: 12 });
  const single = await open("", { from: one });
  const { data } = await api("metrics/daily", one);
  assert.equal(number(await tile(single, "net_revenue")), data.at(-1).net_revenue);
  assert.match(await text(single, ".tile[data-measure=orders] .changes"), /^data begin on 1 Jan 2025$/);
  assert.match(await text(single, "#panel-cohorts"), /No cohort has a closed month yet/);
  await withoutOddities(single);
  await close(single);
  const unsold = await serve({ files: { "2025-03-01/orders.csv": UNPAID_ORDER } });
  const page = await open("", { from: unsold });
  assert.match(await text(page, "#banner"), /No sale yet/);
  assert.equal(await tile(page, "orders"), "0");
  assert.equal(await tile(page, "aov"), "–");
  assert.match(await text(page, "#panel-net_revenue"), /No sales in this range/);
  await withoutOddities(page);
  await close(page);
});

/// Asks again until the server's state is as awaited.
async function until(isSo) {
  const end = Date.now() + TIMEOUT_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`the server never came to: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/// Has the page look now whether the server has news, as it does every 20 seconds.
const lookNow = (page) =>
  page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
async function said(page, pattern) {
  const isSaid = ([source]) => new RegExp(source).test(document.querySelector("#banner").innerText);
  try {
    await page.waitForFunction(isSaid, [pattern.source]);
  } catch (error) {
    const banner = await text(page, "#banner");
    throw new Error(`not ${pattern} but: ${banner}`, { cause: error });
  }
}

test("a panel whose answer cannot be had says so alone, and is asked again", async () => {
  const page = await open("?range=last-30");
  const refusal = "The warehouse cannot be asked just now.";
  await page.route("**/revenue/recognition*", (route) =>
    route.fulfill({
      status: 503,
      contentType: "application/problem+json",
      body: JSON.stringify({ title: "Service Unavailable", status: 503, detail: refusal })
    })
  );
  await page.route("**/metrics/summary*", async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    answer.meta.unreachable_since = "2026-01-02T03:04:05.000000Z";
    await route.fulfill({ response, json: answer });
  });
  await page.selectOption("[name=range]", "last-7");
  await drawn(page);
  assert.equal(await text(page, "#panel-recognition [role=alert] p"), refusal);
  assert.equal(await page.locator("main [role=alert]").count(), 1);
  await said(page, /The warehouse cannot be reached since 2 Jan 2026, 03:04 UTC/);
  const { from, to } = await rangeShown(page);
  const { data } = await api(`metrics/summary?from=${from}&to=${to}`);
  assert.equal(
    number(await tile(page, "orders")),
    data.find((one) => one.measure === "orders").value
  );
  await page.unrouteAll();
  await lookNow(page);
  await page.waitForSelector("#panel-recognition .chart svg");
  assert.equal(await page.locator("main [role=alert]").count(), 0);
  await close(page, { complaints: page.complaints.filter((one) => one.includes("503")) });
});

test("before the first run the page says what to do, and shows the run when it is there", async () => {
  const own = await serve({ files: {} });
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.goto(own.url);
  await said(page, /No run has been published yet: cartograph run makes one/);
  assert.equal(await page.locator(".panel:visible").count(), 0);
  own.land({ "2025-03-01/orders.csv": UNPAID_ORDER });
  own.run("run", "--no-report");
  await until(async () => (await fetch(`${own.url}/runs`)).ok);
  await lookNow(page);
  await said(page, /No sale yet/);
  await drawn(page);
  assert.equal(await tile(page, "orders"), "0");
  await context.close();
});

test("a new run is shown by itself, a failed one is told, and so is a server that went away", async () => {
  const own = await serve({ days: 3, orders: 60 });
  const page = await open("", { from: own });
  const published = await text(page, "#foot");
  own.land({ "2025-03-01/orders.csv": UNPAID_ORDER });
  own.run("run", "--no-report");
  await until(async () => !published.includes((await api("runs", own)).meta.run_id));
  await lookNow(page);
  await page.waitForFunction((old) => document.querySelector("#foot").innerText !== old, published);
  await drawn(page);
  const figure = await tile(page, "orders");

  own.land({ "2025-03-02/orders.csv": `${UNPAID_ORDER}${"nonsense,\n".repeat(20)}` });
  assert.throws(() => own.run("run", "--no-report"), /reject/);
  await until(async () => (await api("runs", own)).data[0].status === "failed");
  await lookNow(page);
  const [failed, last] = (await api("runs", own)).data;
  await said(page, /A run failed at \d+ \w+ \d{4}, \d\d:\d\d UTC: these are the figures of /);
  const banner = await text(page, "#banner");
  assert.ok(banner.includes(failed.finished_at.slice(11, 16)));
  assert.ok(banner.includes(last.finished_at.slice(11, 16)));
  await drawn(page);
  assert.equal(await tile(page, "orders"), figure);
  assert.match((await cells(page, "#panel-runs"))[0].join(), /failed.*reject/s);

  await own.stop();
  await lookNow(page);
  await said(page, /has not answered since \d\d:\d\d: these are the figures read before/);
  assert.equal(await tile(page, "orders"), figure);
  await page.selectOption("[name=range]", "last-1");
  await page.waitForSelector("#tiles [role=alert]");
  assert.match(await text(page, "#panel-orders"), /cannot be reached/);
  await page.context().close();
});

test("where a key is required the browser asks for it, and all of the page's calls carry it", async () => {
  const own = await serve({ days: 2, orders: 30, environment: { CARTOGRAPH_API_REQUIRE_KEY: "true" } });
  const key = own.run("key", "add", "browser").toString().match(/\S{20,}/)[0];
  const headers = { Authorization: `Bearer ${key}` };
  const stranger = await fetch(own.url);
  assert.equal(stranger.status, 401);
  assert.match(stranger.headers.get("WWW-Authenticate"), /^Basic /);
  assert.equal((await fetch(`${own.url}/dashboard.js`)).status, 401);
  const page = await open("", { from: own, httpCredentials: { username: "any", password: key } });
  const answer = await fetch(`${own.url}/metrics/summary`, { headers });
  const row = (await answer.json()).data.find((one) => one.measure === "orders");
  assert.equal(number(await tile(page, "orders")), row.value);
  assert.match((await take(page, "orders", "CSV")).bytes.toString(), /^date,orders,/);
  await page.click(".tile[data-measure=orders] a");
  await page.waitForSelector("#explanation[open] tbody a");
  own.run("key", "revoke", "browser");
  await until(async () => (await fetch(`${own.url}/runs`, { headers })).status === 401);
  await lookNow(page);
  await said(page, /There is no such key; it may have been revoked/);
  await page.context().close();
});
