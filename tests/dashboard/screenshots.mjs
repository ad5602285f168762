// Pictures of the dashboard for docs/dashboard.md, of stores that the real program fabricates and
// serves: node tests/dashboard/screenshots.mjs [NAME …]. Without names, all. RETAIL names the Online
// Retail ledger (CSV or .gz), without which its pictures stay as they are.

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { serve, stopAll } from "./store.mjs";

const ROOT = new URL("../../", import.meta.url).pathname;
const FOLDER = join(ROOT, "docs/dashboard");
const NAMES = process.argv.slice(2);
const WIDE = { width: 1180, height: 1380 };
const PHONE = { width: 390, height: 1500 };
const PAPER = { width: 794, height: 1123 }; // A4, with its margins about the page
const UNPAID_ORDER =
  "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,currency," +
  "payment_method\nO1,,created,2025-03-01T10:00:00Z,,,,,USD,\n";
const RETAIL = {
  CARTOGRAPH_STORE_REPORTING_CURRENCY: "GBP",
  CARTOGRAPH_STORE_REPORTING_TIMEZONE: "Europe/London"
};

/// name: [store, address, viewport, the element at its top]
const PICTURES = {
  light: ["year", "?range=last-90&compare=previous_year", WIDE],
  dark: ["year", "?range=last-364&compare=none&theme=dark", WIDE],
  breakdown: ["demo", "", WIDE, "#breakdown"],
  customers: ["year", "", WIDE, "#customers"],
  customers_dark: ["year", "?theme=dark", WIDE, "#customers"],
  stock_and_finance: ["year", "", WIDE, "#stock"],
  data: ["demo", "", WIDE, "#data"],
  explanation: ["demo", "?range=last-30&explain=days/2025-03-15", { width: 1180, height: 800 }],
  phone: ["demo", "?range=last-30", PHONE],
  phone_customers: ["year", "", PHONE, "#customers"],
  paper: ["demo", "?range=last-30", PAPER],
  one_day: ["one_day", "", { width: 1180, height: 1000 }],
  without_sales: ["unsold", "", { width: 1180, height: 700 }],
  before_the_first_run: ["nothing", "", { width: 1180, height: 380 }],
  retail: ["retail", "", WIDE],
  retail_customers: ["retail", "", WIDE, "#customers"]
};

const STORES = {
  demo: { days: 90, orders: 20000 },
  year: { days: 460, orders: 40000 },
  one_day: { days: 1, orders: 40 },
  unsold: { files: { "2025-03-01/orders.csv": UNPAID_ORDER } },
  nothing: {},
  retail: process.env.RETAIL && { retail: process.env.RETAIL, environment: RETAIL }
};

async function picture(browser, url, name, [, search, viewport, top]) {
  const isPaper = viewport === PAPER;
  const context = await browser.newContext({ viewport, colorScheme: "light" });
  const page = await context.newPage();
  page.setDefaultTimeout(120000);
  await page.goto(`${url}/${search}`);
  await page.waitForFunction(
    () =>
      document.body.classList.contains("blank") ||
      (document.querySelector(".tile[data-measure]") &&
        !document.querySelector(".panel[aria-busy='true']"))
  );
  if (search.includes("explain=")) await page.waitForSelector("#explanation[open] tbody");
  if (isPaper) {
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => {
      document.body.style.padding = "53px 45px";
      dispatchEvent(new Event("beforeprint"));
    });
  }
  const y = top ? await page.evaluate((at) => document.querySelector(at).offsetTop - 12, top) : 0;
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  const clip = { x: 0, y, width: viewport.width, height: Math.min(viewport.height, whole - y) };
  await page.screenshot({ path: join(FOLDER, `${name}.png`), clip, fullPage: true });
  await context.close();
}

mkdirSync(FOLDER, { recursive: true });
const taken = [];
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
});
try {
  for (const [store, made] of Object.entries(STORES)) {
    const names = Object.keys(PICTURES).filter(
      (name) => PICTURES[name][0] === store && (!NAMES.length || NAMES.includes(name))
    );
    if (!made || !names.length) continue;
    const { url, stop } = await serve(made);
    for (const name of names) {
      await picture(browser, url, name, PICTURES[name]);
      taken.push(join(FOLDER, `${name}.png`));
    }
    await stop();
  }
} finally {
  await browser.close();
  await stopAll();
}
// Palettes make them a third as large.
try {
  execFileSync("pngquant", ["--force", "--ext", ".png", "128", ...taken]);
} catch (error) {
  console.error(`not made smaller: ${error.message} (Debian's pngquant)`);
}
