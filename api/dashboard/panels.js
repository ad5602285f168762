// The panels of the page: the calls that each makes for what the address asks, and what a click on
// it explains.

import { call, path, wholeList } from "./client.js";
import { members } from "./address.js";
import { breakdownCall, NAMES } from "./derivations.js";
import { element } from "./elements.js";
import { explainLink } from "./links.js";
import { alertsTable, breakdownTable, CHECKS, listTable, REJECTED, RUNS } from "./tables.js";

const C = window.CartographCharts;
const F = window.CartographFigures;
const GRAINS = {
  day: "daily",
  week: "weekly",
  month: "monthly",
  quarter: "quarterly",
  year: "yearly"
};
const LAST_RUNS = 20;

const series = (grain, { from, to }) => wholeList(`metrics/${GRAINS[grain]}`, { from, to });

/// A mean of seven days on the range's first day needs the six days before it.
const withDaysBefore = ({ from, to }, grain) =>
  grain === "day" ? { from: from && F.addDays(from, -6), to } : { from, to };

/// A day's values mean little for averages and rates: those are by week at least.
const atLeastWeek = (grain) => (grain === "day" ? "week" : grain);

/// What a click explains: the day, or the days of the period.
function explainPeriod(measure) {
  return ({ x }, answers, settings) => {
    const points = C.periods(answers.now).filter(
      (point) => !settings.from || point.end >= settings.from
    );
    if (!points.length) return null;
    // Bars stand by number, lines by time.
    const day = x > points.length ? F.iso(x + F.DAY / 2) : points[Math.round(x)]?.start;
    const point = points.find((one) => one.start <= day && day <= one.end);
    if (!point) return null;
    return point.start === point.end
      ? `days/${point.start}`
      : `measures/${measure}/${point.start}/${point.end}`;
  };
}

/// A chart over time with its comparison beside it.
function overTime(id, name, measure, { wide, weekly, days } = {}) {
  return {
    id,
    name,
    chart: id,
    wide,
    section: "sales",
    explain: explainPeriod(measure),
    cell: (text, row, index, panel) => {
      if (index !== 0) return text;
      const points = C.periods(panel.answers.now);
      const point =
        points[points.length - panel.words.table.rows.length + panel.words.table.rows.indexOf(row)];
      if (!point) return text;
      return explainLink(
        point.start === point.end
          ? `days/${point.start}`
          : `measures/${measure}/${point.start}/${point.end}`,
        text
      );
    },
    load({ range, before, grain, compareName, first }) {
      const own = weekly ? atLeastWeek(grain) : grain;
      const calls = { now: series(own, withDaysBefore(range, own)) };
      // Days before the data's first are no comparison.
      if (before && first && before.from >= first)
        calls.before = series(own, withDaysBefore(before, own));
      if (days) calls.days = series("day", range);
      return {
        calls,
        csv: series(own, range),
        settings: { ...range, grain: own, before_name: compareName }
      };
    }
  };
}

function breakdown([by, name], index) {
  return {
    id: by,
    name,
    picture: "breakdown",
    section: "breakdown",
    column: index < 3 ? 1 : 2,
    height: 330,
    load({ range, state }) {
      return {
        calls: { now: breakdownCall(by, range, state) },
        settings: { ...range, by }
      };
    },
    show(panel, { now }, { settings, urls, state }) {
      const only = ["country", "channel"]
        .filter((filter) => state[filter])
        .map((filter) => `${filter} ${members(state[filter]).join(", ")}`);
      panel.show(
        now.data.length
          ? breakdownTable(now, by, settings, name)
          : element("p", { class: "empty" }, "No sales in this range."),
        {
          title: name,
          urls,
          settings,
          answers: { now },
          words: C.describe("breakdown", { now }, settings),
          subtitle: [
            now.meta.currency,
            "net revenue",
            ...only.map((words) => `only ${words}`)
          ].join(" · ")
        }
      );
    }
  };
}

function list(id, name, section, url, build, subtitle, more = {}) {
  return {
    id,
    name,
    section,
    wide: true,
    height: more.height || 220,
    load: (context) => ({
      calls: { now: typeof url === "function" ? url(context) : url },
      settings: {}
    }),
    show(panel, { now }, { urls }) {
      const words = subtitle(now);
      panel.show(
        now.data.length || more.alwaysTable
          ? build(now, panel)
          : element("p", { class: "empty" }, words.empty),
        {
          title: words.title || name,
          subtitle: words.subtitle,
          urls,
          answers: { now },
          settings: {},
          words: more.columns && {
            title: words.title || name,
            subtitle: words.subtitle,
            table: more.columns(now)
          }
        }
      );
    },
    ...more
  };
}

const fixed = (id, name, section, calls, more) => ({
  id,
  name,
  chart: id,
  section,
  ...more,
  load: (context) => ({
    calls: calls(context),
    settings: { ...(more?.ranged ? context.range : {}) }
  })
});

const cohortOf = (month) => (month ? `cohorts/${month}` : null);
const cohortCell = (text, row, index) => (index ? text : explainLink(cohortOf(row[0]), text));

export const PANELS = [
  overTime("net_revenue", "Net and gross revenue", "net_revenue", { wide: true }),
  overTime("orders", "Orders", "orders"),
  overTime("aov", "Average order value", "aov", { weekly: true, days: true }),
  overTime("return_rate", "Return rate", "return_rate", { weekly: true }),
  overTime("customers", "New and repeat customers", "new_customers"),
  ...Object.entries(NAMES).map(breakdown),
  fixed("retention", "Bought again", "customers", () => ({ now: "retention" }), {
    wide: true,
    cell: cohortCell
  }),
  fixed("cohorts", "Cohorts by month", "customers", () => ({ now: "retention" }), {
    wide: true,
    cell: cohortCell,
    explain: ({ y }, answers) =>
      cohortOf(C.describe("cohorts", answers, {}).table.rows[Math.round(y)]?.[0])
  }),
  fixed(
    "ltv",
    "Lifetime value",
    "customers",
    () => ({ d7: "ltv/7", d30: "ltv/30", d90: "ltv/90" }),
    { wide: true, cell: cohortCell, explain: ({ x }, { d7 }) => cohortOf(d7.data[Math.round(x)]?.cohort_month) }
  ),
  list(
    "alerts",
    "Stock alerts",
    "stock",
    ({ state }) => wholeList("inventory/alerts", { status: state.status }),
    (now, panel) => {
      const made = alertsTable(now);
      panel.refill = made.fill;
      return made.content;
    },
    (now) => ({
      title: now.data.length ? F.counted(now.data.length, "stock alert") : "No stock alert",
      subtitle: "Units; largest shortfall first unless sorted otherwise",
      empty: ""
    }),
    { alwaysTable: true, picture: "inventory_alerts" }
  ),
  fixed(
    "recognition",
    "Revenue recognition",
    "finance",
    ({ range }) => ({ now: wholeList("revenue/recognition", range) }),
    {
      wide: true,
      ranged: true,
      cell: (text, row, index) => (index ? text : explainLink(`days/${row[0]}`, text)),
      explain: explainPeriod("net_revenue")
    }
  ),
  list(
    "quality",
    "Checks",
    "data",
    wholeList("quality/latest"),
    (now) => listTable(CHECKS, now),
    (now) => {
      const failed = now.data.filter((row) => !row.passed).length;
      return {
        title: failed ? `${F.counted(failed, "check")} not passed` : "All checks passed",
        subtitle: `${F.counted(now.data.length, "check")} on the published run`,
        empty: "No run has been checked yet."
      };
    },
    { columns: CHECKS.model }
  ),
  list(
    "rejected",
    "Rejected rows",
    "data",
    wholeList("quarantine"),
    (now) => listTable(REJECTED, now),
    (now) => ({
      title: now.data.length
        ? `${F.count(now.data.length)}${now.is_cut ? " or more" : ""} rejected ` +
          (now.data.length === 1 ? "row" : "rows")
        : "No row is rejected",
      subtitle:
        "By feed and reason; mend them with cartograph quarantine export and land them again",
      empty: "Every row that was delivered is in the figures."
    }),
    { columns: REJECTED.model }
  ),
  list(
    "runs",
    "Runs",
    "data",
    path("runs", { limit: LAST_RUNS }),
    (now) => listTable(RUNS, now),
    () => ({ subtitle: `The last ${LAST_RUNS}, newest first`, empty: "Nothing has run yet." }),
    { columns: RUNS.model }
  )
];

/// Loads a panel's answers and shows them; what fails is said in the panel alone.
export async function fill(panel, context) {
  const { calls, settings, csv } = panel.spec.load(context);
  panel.csv = csv;
  panel.busy();
  const urls = Object.values(calls);
  try {
    const answers = Object.fromEntries(
      await Promise.all(Object.entries(calls).map(async ([role, url]) => [role, await call(url)]))
    );
    if (context.isOld()) return;
    if (panel.spec.show) panel.spec.show(panel, answers, { settings, urls, state: context.state });
    else panel.drawChart(answers, settings, urls);
  } catch (error) {
    if (!context.isOld()) panel.fail(error);
  }
}
