// How figures come about that are no order, day or SKU: a member of a breakdown, a cohort's
// windows, a check, rejected rows. Each is worked out of answers that the page shows already.

import { read } from "./address.js";
import { call, path, wholeList } from "./client.js";
import { element, moment, table } from "./elements.js";

const F = window.CartographFigures;
const ROWS_LISTED = 200;
export const TOP = { sku: 10 };
export const TOP_OTHERWISE = 8;
export const NAMES = {
  country: "Country",
  channel: "Channel",
  category: "Category",
  sku: "SKU",
  payment_method: "Payment method",
  customer_type: "Kind of customer"
};

/// The call of a breakdown as its panel makes it.
export const breakdownCall = (by, { from, to }, { country, channel }) =>
  path("metrics/breakdown", { by, from, to, country, channel, top: TOP[by] || TOP_OTHERWISE });

const equation = (row, currency) =>
  table(
    {
      columns: [
        { name: "Figure", kind: "text" },
        { name: "Amount", kind: "money" }
      ],
      rows: [
        ["Gross revenue", row.gross_revenue],
        ["less discounts", -row.discounts],
        ["less taxes", -row.taxes],
        ["less refunds of returns in this range", -row.refunds],
        ["Net revenue", row.net_revenue]
      ]
    },
    { caption: "How net revenue comes about", currency, rowClass: (line) => line[0].startsWith("Net") && "sum" }
  );

/// The parts of one country or channel, of which the API has breakdowns.
async function within(by, name, range, state) {
  if (!["country", "channel"].includes(by)) return [];
  const answers = await Promise.all(
    ["category", "sku"].map((other) => call(breakdownCall(other, range, { ...state, [by]: name })))
  );
  return answers.flatMap((answer, index) => {
    const other = NAMES[["category", "sku"][index]];
    return [
      element("h3", {}, `By ${other === "SKU" ? other : other.toLowerCase()}`),
      table(
        {
          columns: [
            { name: other, kind: "text" },
            { name: "Net revenue", kind: "money" },
            { name: "Orders", kind: "count" }
          ],
          rows: answer.data.map((row) => [row.member || row.kind, row.net_revenue, row.orders])
        },
        { caption: `${name} by ${other}`, currency: answer.meta.currency }
      )
    ];
  });
}

async function breakdownMember(by, kind, encoded, from, to) {
  const member = decodeURIComponent(encoded);
  const state = read();
  const url = breakdownCall(by, { from, to }, state);
  const answer = await call(url);
  const row = answer.data.find((one) => one.kind === kind && (one.member || "") === member);
  if (!row) throw new Error("This range has nothing of it.");
  const { currency } = answer.meta;
  const whole = F.sumMoney(answer.data, "net_revenue");
  const name = member || kind;
  const share = whole > 0 ? `, ${F.rate(row.net_revenue / whole)} of ${F.money(whole, currency)}` : "";
  return {
    title: `${NAMES[by]} ${name}, ${F.range(from, to)}`,
    url,
    content: [
      element("p", { class: "figure" }, F.money(row.net_revenue, currency)),
      element(
        "p",
        { class: "muted" },
        `${F.counted(row.orders, "order")}, ${F.counted(row.units, "unit")}${share}`
      ),
      equation(row, currency),
      ...(kind === "other" ? [] : await within(by, name, { from, to }, state))
    ]
  };
}

const quotient = (amount, customers) => `${amount} / ${F.count(customers)}`;

async function cohort(month) {
  const windows = [7, 30, 90];
  const answers = await Promise.all([...windows.map((days) => call(`ltv/${days}`)), call("retention")]);
  const { currency } = answers[0].meta;
  const rows = windows.flatMap((days, index) =>
    answers[index].data.filter((row) => row.cohort_month === month).map((row) => [days, row])
  );
  const months = answers[3].data.find((row) => row.cohort_month === month)?.months || [];
  if (!rows.length) throw new Error("There is no such cohort.");
  const over = (row) => row.eligible_customers > 0;
  return {
    title: `Cohort ${F.month(month)}`,
    url: "ltv/90",
    content: [
      element(
        "p",
        {},
        `${F.counted(rows[0][1].cohort_size, "customer")} bought for the first time in ` +
          `${F.month(month)}. Customers whose window is over are counted, and only these.`
      ),
      table(
        {
          columns: [
            { name: "Window", kind: "text" },
            { name: "Its customers", kind: "count" },
            { name: "Net revenue of them", kind: "money" },
            { name: "Lifetime value", kind: "figure" },
            { name: "Bought again", kind: "figure" }
          ],
          rows: rows.map(([days, row]) => [
            `${days} days`,
            row.eligible_customers,
            over(row) ? row.revenue : null,
            over(row)
              ? `${quotient(F.money(row.revenue, currency), row.eligible_customers)} = ${F.money(row.ltv, currency)}`
              : "open",
            over(row)
              ? `${quotient(F.count(row.retained_customers), row.eligible_customers)} = ${F.rate(row.retention_rate)}`
              : "open"
          ])
        },
        { caption: "Lifetime value and retention", currency }
      ),
      element("h3", {}, "Active by month"),
      table(
        {
          columns: [
            { name: "Month", kind: "month" },
            { name: "Customers", kind: "count" },
            { name: "Share", kind: "rate" },
            { name: "", kind: "text" }
          ],
          rows: months.map((one) => [
            one.period_start,
            one.customers,
            one.share,
            one.is_closed ? "" : "not over"
          ])
        },
        { caption: "Customers active in each month" }
      )
    ]
  };
}

async function check(name) {
  const url = wholeList("quality/latest");
  const { data } = await call(url);
  const found = data.find((row) => row.check_name === name);
  if (!found) throw new Error("The published run has no such check.");
  const facts = [
    ["Result", found.passed ? "passed" : `${found.severity}: not passed`],
    ["Table", found.table_name],
    ["Expected", found.expected],
    ["Found", found.observed],
    ["Rows that offend", F.count(found.failing_rows)]
  ];
  return {
    title: `Check ${name}`,
    url,
    content: [
      element(
        "dl",
        {},
        facts.map(([term, text]) =>
          element("div", {}, element("dt", {}, term), element("dd", {}, text))
        )
      ),
      found.detail ? element("h3", {}, "The first of them") : null,
      found.detail ? element("pre", { tabindex: "0" }, found.detail) : null,
      element(
        "p",
        { class: "muted" },
        found.severity === "error"
          ? "An error: a run that does not pass it publishes nothing."
          : "A warning: the run is published all the same."
      )
    ]
  };
}

async function rejectedRows(feed, encoded) {
  const reasons = decodeURIComponent(encoded);
  const url = wholeList("quarantine");
  const { data } = await call(url);
  const rows = data.filter((row) => row.feed === feed && row.reasons === reasons);
  if (!rows.length) throw new Error("No row is rejected for this.");
  const count = Math.max(rows.length, rows[0].rows_alike || 0);
  const more = count - Math.min(rows.length, ROWS_LISTED);
  return {
    title: `${F.counted(count, "row")} of ${feed} rejected`,
    url,
    content: [
      element("p", { class: "lead" }, reasons),
      table(
        {
          columns: [
            { name: "File", kind: "text" },
            { name: "Line", kind: "figure" },
            { name: "Read", kind: "text" },
            { name: "State", kind: "text" }
          ],
          rows: rows
            .slice(0, ROWS_LISTED)
            .map((row) => [row.source_file, row.source_line, moment(row.ingested_at), row.state])
        },
        { caption: "Where they stand" }
      ),
      more > 0 ? element("p", { class: "muted" }, `and ${F.counted(more, "more row")}`) : null,
      element(
        "p",
        { class: "muted" },
        "cartograph quarantine export gives them with their text, to mend and land again."
      )
    ]
  };
}

/// By the first word of what the address explains; the other words are arguments.
export const DERIVATIONS = {
  breakdown: breakdownMember,
  cohorts: cohort,
  checks: check,
  rejected: rejectedRows
};
