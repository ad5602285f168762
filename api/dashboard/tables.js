// The panels that are tables: breakdowns (bars in the rows, members as filters), stock alerts (sort
// and filter), checks, rejected rows, runs.

import { filterOf, go, href, members, read } from "./address.js";
import { element, moment, table } from "./elements.js";
import { explainLink, partOf, rejectedOf } from "./links.js";

const F = window.CartographFigures;
const FILTERS = ["country", "channel"];

/// The state's filter with `member` put in or taken out.
export function toggled(state, by, member) {
  const now = members(state[by]);
  const then = now.includes(member) ? now.filter((one) => one !== member) : [...now, member];
  return { [by]: filterOf(then) };
}

const nameOf = (row) => (row.kind === "member" ? row.member : row.kind);

function member(row, by) {
  const name = nameOf(row);
  const label = row.label ? [name, element("small", {}, row.label)] : [name];
  if (by === "sku" && row.kind === "member") {
    return explainLink(`skus/${row.member}`, label);
  }
  if (!FILTERS.includes(by) || row.kind === "other") return label;
  const isChosen = members(read()[by]).includes(name);
  return element(
    "button",
    {
      type: "button",
      class: "filter",
      "aria-pressed": String(isChosen),
      title: isChosen ? "Take the filter away" : `Only ${name}`,
      onclick: () => go(toggled(read(), by, name))
    },
    label
  );
}

/// A breakdown as a table with a bar a row.
export function breakdownTable(answer, by, range, heading) {
  const { currency } = answer.meta;
  const whole = F.sumMoney(answer.data, "net_revenue");
  // A bar for all others together would dwarf those of the members.
  const barred = answer.data.filter((row) => row.kind !== "other");
  const most = Math.max(...barred.map((row) => row.net_revenue), 0);
  const rows = answer.data.map((row) => {
    const bar = element("i", { class: row.kind === "member" ? "bar" : "bar rest" });
    bar.style.width = `${most > 0 ? Math.max(0, row.net_revenue / most) * 100 : 0}%`;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, member(row, by)),
      element("td", { class: "bars", "aria-hidden": "true" }, row.kind === "other" ? null : bar),
      element(
        "td",
        { class: "number" },
        explainLink(partOf(by, row, range), F.money(row.net_revenue, currency), { plain: true })
      ),
      element(
        "td",
        { class: "number muted" },
        whole > 0 ? F.rate(row.net_revenue / whole) : F.NOTHING
      ),
      element("td", { class: "number orders" }, F.count(row.orders))
    );
  });
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": `Net revenue by ${heading}` },
    element(
      "table",
      { class: "breakdown" },
      element("caption", { class: "unseen" }, `Net revenue by ${heading}`),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "col" }, heading),
          element("td", { class: "bars" }),
          element("th", { scope: "col", class: "number" }, "Net revenue"),
          element("th", { scope: "col", class: "number" }, "Share"),
          element("th", { scope: "col", class: "number orders" }, "Orders")
        )
      ),
      element("tbody", {}, rows),
      element(
        "tfoot",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "row" }, "All"),
          element("td", { class: "bars" }),
          element("td", { class: "number" }, F.money(whole, currency)),
          element("td", {}),
          element("td", { class: "orders" })
        )
      )
    )
  );
}

const ALERT_COLUMNS = [
  ["sku", "SKU", "text"],
  ["product_name", "Product", "text"],
  ["shortfall", "Shortfall", "count"],
  ["available", "Available", "count"],
  ["reorder_point", "Reorder point", "count"],
  ["on_hand", "On hand", "count"],
  ["allocated", "Allocated", "count"],
  ["days_at_risk", "Days at risk", "count"],
  ["opened_on", "Opened", "day"],
  ["resolved_on", "Resolved", "day"]
];

/// The order that the address says: "shortfall" or "-shortfall" (largest first).
function sorted(rows, order) {
  const down = order.startsWith("-"),
    field = order.replace("-", "");
  if (!ALERT_COLUMNS.some(([name]) => name === field)) return sorted(rows, "-shortfall");
  return [...rows].sort((a, b) => {
    const [x, y] = down ? [b[field], a[field]] : [a[field], b[field]];
    if (!F.known(x) || !F.known(y)) return F.known(x) ? -1 : F.known(y) ? 1 : 0;
    return x < y ? -1 : x > y ? 1 : 0;
  });
}

function alertRows(answer, state) {
  const find = (state.find || "").toLowerCase();
  const rows = answer.data.filter((row) =>
    `${row.sku} ${row.product_name || ""}`.toLowerCase().includes(find)
  );
  return sorted(rows, state.sort || "-shortfall");
}

/// Stock alerts: sorted by a click on a column's head, filtered by what is typed.
export function alertsTable(answer) {
  const place = element("div", { class: "rows" });
  const status = read().status || "open";
  const columns = ALERT_COLUMNS.filter(([name]) => status !== "open" || name !== "resolved_on");
  const fill = () => {
    const state = read();
    const order = state.sort || "-shortfall";
    const rows = alertRows(answer, state);
    if (!rows.length) {
      place.replaceChildren(
        element(
          "p",
          { class: "empty" },
          answer.data.length
            ? "No alert matches what is typed."
            : status === "open"
              ? "No alert is open: no SKU is known to be below its reorder point."
              : "No alert of this kind."
        )
      );
      return;
    }
    place.replaceChildren(
      table(
        {
          columns: columns.map(([, name, kind]) => ({ name, kind })),
          rows: rows.map((row) => columns.map(([name]) => row[name]))
        },
        {
          caption: "Stock alerts",
          cell: (text, row, index) =>
            index === 0
              ? explainLink(`skus/${row[0]}`, text)
              : text,
          heading: {
            order: (index) =>
              order.replace("-", "") === columns[index][0]
                ? order.startsWith("-")
                  ? "descending"
                  : "ascending"
                : null,
            button: (column, index) =>
              element(
                "button",
                {
                  type: "button",
                  class: "sort",
                  onclick: () => {
                    const name = columns[index][0];
                    go({ sort: order === `-${name}` ? name : `-${name}` });
                  }
                },
                column.name
              )
          }
        }
      )
    );
  };
  const find = element("input", {
    type: "search",
    placeholder: "SKU or product",
    "aria-label": "Filter alerts by SKU or product",
    value: read().find || null,
    oninput: () => {
      history.replaceState(null, "", href({ find: find.value || null }) + location.hash);
      fill();
    }
  });
  const which = element(
    "select",
    {
      "aria-label": "Which alerts",
      onchange: () => go({ status: which.value === "open" ? null : which.value })
    },
    ["open", "resolved", "all"].map((name) =>
      element("option", { value: name, selected: name === status }, name)
    )
  );
  fill();
  return {
    content: element("div", {}, element("div", { class: "row-tools" }, which, find), place),
    fill
  };
}

const columns = (...list) => list.map(([name, kind = "text"]) => ({ name, kind }));

/// A table of a list's rows: {model(answer), cell(text, row, index), caption, rowClass}. What model
/// gives is drawn as a picture too.
export const listTable = (list, answer) => table(list.model(answer), list);

/// A text whose paths are not broken at their hyphens.
const unbroken = (text) =>
  text
    .split(/(\S+\/\S+)/)
    .map((part, index) => (index % 2 ? element("span", { class: "unbroken" }, part) : part));

/// Checks of the published run, failed ones first.
export const CHECKS = {
  caption: "Checks of the published run",
  model: ({ data }) => ({
    columns: columns(["Check"], ["Result"], ["Table"], ["Expected"], ["Found"], ["Rows", "count"]),
    rows: [...data.filter((row) => !row.passed), ...data.filter((row) => row.passed)].map((row) => [
      row.check_name,
      row.passed ? "passed" : row.severity,
      row.table_name,
      row.expected,
      row.observed,
      row.failing_rows
    ])
  }),
  rowClass: (row) => (row[1] === "passed" ? "passed" : null),
  cell: (text, row, index) =>
    index === 0
      ? explainLink(`checks/${text}`, text)
      : index === 1
        ? element("span", { class: `badge ${text}` }, text)
        : index === 4
          ? unbroken(text)
          : text
};

const count = (group) => Math.max(group[0].rows_alike || 0, group.length);

/// Rejected rows by feed and reasons, with where the first ones stand.
/// Rows that nobody has mended or delivered again; not known where the list was cut.
const waiting = (group) =>
  group.length < count(group) ? null : group.filter((row) => row.state === "waiting").length;

export const REJECTED = {
  caption: "Rejected rows by feed and reason",
  model: ({ data }) => {
    const groups = new Map();
    for (const row of data) {
      const key = `${row.feed}\n${row.reasons}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(row);
    }
    return {
      columns: columns(
        ["Feed"],
        ["Reasons"],
        ["Rows", "count"],
        ["Waiting", "count"],
        ["For example"]
      ),
      rows: [...groups.values()]
        .sort((a, b) => count(b) - count(a))
        .map((group) => [
          group[0].feed,
          group[0].reasons,
          count(group),
          waiting(group),
          group
            .slice(0, 3)
            .map((row) => `${row.source_file}:${row.source_line}`)
            .join("\n")
        ])
    };
  },
  cell: (text, row, index) =>
    index === 1
      ? explainLink(rejectedOf(row[0], row[1]), text)
      : index === 4
        ? element("span", { class: "places" }, text)
        : text
};

export const RUNS = {
  caption: "The last runs",
  model: ({ data }) => ({
    columns: columns(
      ["Started"],
      ["Run"],
      ["Status"],
      ["Command"],
      ["Took", "figure"],
      ["Files", "count"],
      ["Rows staged", "count"],
      ["Rejected", "count"],
      ["Error"]
    ),
    rows: data.map((row) => [
      moment(row.started_at),
      row.run_id,
      row.status,
      row.command,
      F.known(row.seconds) ? `${Number(row.seconds).toFixed(1)} s` : null,
      row.files,
      row.rows_staged,
      row.rows_quarantined,
      row.error || ""
    ])
  }),
  cell: (text, row, index) =>
    index === 1
      ? explainLink(`runs/${text}`, text.split("-").at(-1))
      : index === 2
        ? element("span", { class: `badge ${text}` }, text)
        : text
};
