// How a figure comes about, in the page's dialog: a measure's days, a day's orders, an order's
// lines, down to file and line. What the address names after `explain=` is shown.

import { go } from "./address.js";
import { call, csv, curl, path, wholeList } from "./client.js";
import { DERIVATIONS } from "./derivations.js";
import { element, moment, second, table } from "./elements.js";
import { explainLink } from "./links.js";
import { nameOf } from "./tiles.js";

const F = window.CartographFigures;
const DAYS_LISTED = 100;
const MONEY = ["net_revenue", "gross_revenue", "refunds", "discounts", "taxes", "aov"];

const kindOf = (measure) =>
  MONEY.includes(measure) ? "money" : measure === "return_rate" ? "rate" : "count";

/// "orders_returned" as it is written.
const words = (name) => name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());

const isInstant = (value) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.test(value);

/// What a value of an explanation leads to, by the name of its field.
function linked(name, value) {
  if (/^order(_id)?$/.test(name)) return explainLink(`orders/${value}`, value);
  if (name === "sku") return explainLink(`skus/${value}`, value);
  if (/(^|_)(date|day)$/.test(name) && F.time(value) !== null && value.length === 10)
    return explainLink(`days/${value}`, F.day(value));
  return null;
}

function written(name, value) {
  if (value === null || value === undefined || value === "") return F.NOTHING;
  if (typeof value === "boolean") return value ? "yes" : "no";
  const to = linked(name, String(value));
  if (to) return to;
  if (typeof value === "number" && !Number.isInteger(value)) return F.money(value, "");
  if (typeof value === "number" && !/(^|_)(id|line|number)$/.test(name)) return F.count(value);
  if (isInstant(value)) return element("span", { class: "unbroken" }, moment(value));
  return String(value);
}

const isNumeric = (value) =>
  typeof value === "number" || (typeof value === "string" && /^[-−]?[\d,]+(\.\d+)?$/.test(value));

function rowsTable(rows, caption) {
  const names = [...new Set(rows.flatMap(Object.keys))];
  return table(
    {
      columns: names.map((name) => ({
        name: words(name),
        kind:
          rows.some((row) => isNumeric(row[name])) && !/id|line|number/.test(name)
            ? "figure"
            : "text"
      })),
      rows: rows.map((row) => names.map((name) => row[name]))
    },
    {
      caption,
      cell: (text, row, index) =>
        typeof row[index] === "object" && row[index] !== null
          ? tree(row[index], names[index])
          : written(names[index], row[index])
    }
  );
}

/// An explanation of any shape: its facts as a list, its rows as tables, its parts beneath.
function tree(value, name = "") {
  if (Array.isArray(value)) {
    if (!value.length) return element("p", { class: "muted" }, "None.");
    return typeof value[0] === "object" && value[0] !== null && !Array.isArray(value[0])
      ? rowsTable(value, words(name))
      : element(
          "ul",
          {},
          value.map((one) =>
            element("li", {}, typeof one === "object" ? tree(one) : written(name, one))
          )
        );
  }
  if (typeof value !== "object" || value === null) return element("p", {}, written(name, value));
  const facts = [],
    parts = [];
  for (const [key, one] of Object.entries(value)) {
    if (typeof one === "object" && one !== null)
      parts.push(element("section", {}, element("h3", {}, words(key)), tree(one, key)));
    else
      facts.push(
        element("div", {}, element("dt", {}, words(key)), element("dd", {}, written(key, one)))
      );
  }
  return element("div", {}, facts.length ? element("dl", {}, facts) : null, parts);
}

const source = (place) => (place ? element("code", { class: "source" }, place) : null);

/// The rows that a figure is made of; what leads further is a link.
function rowList(list) {
  const shown = table(
    {
      columns: list.columns.map(({ name, is_number }) => ({
        name: words(name) + (/_at$/.test(name) ? ", UTC" : ""),
        kind: is_number ? "figure" : "text"
      })),
      rows: list.rows
    },
    {
      caption: list.title,
      cell: (text, row, index) => {
        const { name } = list.columns[index];
        if (name === "source") return source(row[index]);
        if (!row[index]) return text;
        if (isInstant(text)) return element("span", { class: "unbroken" }, second(text));
        return linked(name, row[index]) || { true: "yes", false: "no" }[text] || text;
      }
    }
  );
  const more = list.count - list.rows.length;
  return element(
    "div",
    {},
    element("h4", {}, list.title),
    list.rows.length ? shown : element("p", { class: "muted" }, "None."),
    more > 0 ? element("p", { class: "muted" }, `and ${F.counted(more, "more row")}`) : null
  );
}

function figureRows(figures) {
  return table(
    {
      columns: [
        { name: "Figure", kind: "text" },
        { name: "Value", kind: "figure" },
        { name: "How", kind: "text" }
      ],
      rows: figures.map((figure) => [words(figure.name), figure.value, figure.how])
    },
    { caption: "Figures" }
  );
}

/// An explanation of an order, a day or a SKU: facts, parts, their sum, the checks on it alone.
function explanation(value) {
  const parts = value.parts.map((part) =>
    element(
      "section",
      {},
      element("h3", {}, part.title, " ", source(part.source)),
      part.notes.map((note) => element("p", { class: "muted" }, note)),
      part.lists.map(rowList),
      part.figures.length ? figureRows(part.figures) : null
    )
  );
  const checks = value.checks.map((check) =>
    element(
      "li",
      { title: check.expected },
      element("span", { class: `badge ${check.holds ? "passed" : "error"}` }, check.check_name),
      check.holds ? null : `: ${check.observed}`
    )
  );
  return element(
    "div",
    {},
    element("p", { class: "lead" }, value.title),
    value.facts.length
      ? element(
          "dl",
          {},
          value.facts.map((fact) =>
            element(
              "div",
              {},
              element("dt", {}, words(fact.name)),
              element("dd", {}, fact.text, " ", source(fact.source))
            )
          )
        )
      : null,
    parts,
    value.sum ? element("p", { class: "lead" }, value.sum) : null,
    checks.length
      ? [
          element(
            "h3",
            {},
            value.adds_up ? "Checks on it alone: it adds up" : "It does not add up"
          ),
          element("ul", { class: "checks" }, checks)
        ]
      : null
  );
}

async function measureDays(measure, from, to, metrics) {
  const isLong = F.length(from, to) > DAYS_LISTED;
  const url = wholeList(isLong ? "metrics/monthly" : "metrics/daily", { from, to });
  const [answer, summary] = await Promise.all([
    call(url),
    call(path("metrics/summary", { from, to }))
  ]);
  const kind = kindOf(measure),
    { currency } = answer.meta;
  const known = metrics?.find((metric) => metric.name === measure);
  const whole = summary.data.find((row) => row.measure === measure);
  const rows = [...answer.data]
    .reverse()
    .map((row) =>
      isLong
        ? [
            row.period_start,
            row[measure],
            row.period_start < from ? from : row.period_start,
            row.period_end > to ? to : row.period_end
          ]
        : [row.date, row[measure]]
    );
  return {
    title: `${nameOf(measure, metrics)}, ${F.range(from, to)}`,
    url,
    content: [
      element("p", { class: "figure" }, F.write(whole?.value, kind, currency)),
      known?.definition ? element("p", {}, known.definition) : null,
      known?.caveat ? element("p", { class: "muted" }, known.caveat) : null,
      element("h3", {}, isLong ? "By month" : "By day"),
      table(
        {
          columns: [
            { name: isLong ? "Month" : "Day", kind: isLong ? "month" : "day" },
            { name: nameOf(measure, metrics), kind }
          ],
          rows
        },
        {
          caption: "What it consists of",
          currency,
          cell: (text, row, index) =>
            index !== 0
              ? text
              : explainLink(isLong ? `measures/${measure}/${row[2]}/${row[3]}` : `days/${row[0]}`, text)
        }
      )
    ]
  };
}

async function explained(what, id) {
  const url =
    what === "runs"
      ? `runs/${encodeURIComponent(id)}`
      : `explain/${what}/${encodeURIComponent(id)}`;
  const answer = await call(url);
  const name = { orders: "Order", days: "Day", skus: "SKU", runs: "Run" }[what];
  return {
    title: `${name} ${what === "days" ? F.day(id) : id}`,
    url,
    content: [answer.data.parts ? explanation(answer.data) : tree(answer.data, name)]
  };
}

/// Shows what `explain` names ("days/2026-02-24", "measures/orders/FROM/TO", …), or nothing.
export async function showExplanation(explain, metrics) {
  const dialog = document.getElementById("explanation");
  if (!explain) {
    if (dialog.open && dialog.dataset.explain) dialog.close();
    return;
  }
  dialog.dataset.explain = explain;
  const [what, ...parts] = explain.split("/");
  const header = (title) =>
    element(
      "header",
      {},
      element("h2", { id: "explanation-title" }, title),
      element(
        "button",
        { type: "button", class: "quiet", "aria-label": "Close", onclick: () => dialog.close() },
        "✕"
      )
    );
  dialog.replaceChildren(header("…"), element("p", { class: "muted" }, "Reading"));
  if (!dialog.open) dialog.showModal();
  try {
    const shown = DERIVATIONS[what]
      ? await DERIVATIONS[what](...parts)
      : what === "measures" && parts.length === 3
        ? await measureDays(...parts, metrics)
        : await explained(what, parts.join("/"));
    if (dialog.dataset.explain !== explain) return;
    dialog.replaceChildren(
      header(shown.title),
      ...shown.content.filter(Boolean),
      element(
        "footer",
        {},
        what === "measures" || DERIVATIONS[what]
          ? element("a", { href: csv(shown.url), download: "" }, "CSV")
          : null,
        element("code", {}, curl(shown.url))
      )
    );
  } catch (error) {
    dialog.replaceChildren(
      header("This cannot be explained"),
      element("p", { role: "alert" }, error.message)
    );
  }
}

/// Closing the dialog takes the explanation out of the address.
export function followDialog() {
  const dialog = document.getElementById("explanation");
  dialog.addEventListener("close", () => {
    if (!dialog.dataset.explain) return;
    delete dialog.dataset.explain;
    if (new URLSearchParams(location.search).has("explain")) go({ explain: null });
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}
