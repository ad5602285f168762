// What is shown, as the address says it: range, grain, comparison, filters, order of tables, the
// one panel that fills the page, theme, and what is explained. Pure, but for read() and go().

const F = window.CartographFigures;

const DEFAULTS = { range: "last-90", compare: "previous_period" };
const RANGES = [
  "last-1",
  "last-7",
  "last-30",
  "last-90",
  "last-364",
  "month",
  "last-month",
  "quarter",
  "year",
  "all",
  "fixed"
];
const GRAINS = ["day", "week", "month", "quarter", "year"];
const COMPARISONS = ["previous_period", "previous_year", "none"];
const FIELDS = [
  "range",
  "from",
  "to",
  "grain",
  "compare",
  "country",
  "channel",
  "sort",
  "find",
  "status",
  "panel",
  "theme",
  "explain"
];

/// The members that a filter names: between commas, as the API takes them; one that holds a comma
/// or a quote stands in quotes.
export function members(filter) {
  const found = (filter || "").match(/"(?:[^"]|"")*"(?=,|$)|[^,]+/g) || [];
  return found.map((one) => (/^".*"$/s.test(one) ? one.slice(1, -1).replaceAll('""', '"') : one));
}

/// The filter that names these members; null for none.
export function filterOf(list) {
  const quoted = list.map((one) => (/[",]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one));
  return quoted.join(",") || null;
}

const isDay = (text) => F.time(text) !== null && F.iso(F.time(text)) === text;

/// The state of an address; what is not valid in it counts as not said.
export function parse(search) {
  const given = new URLSearchParams(search);
  const state = {};
  for (const name of FIELDS) if (given.get(name)) state[name] = given.get(name);
  if (isDay(state.from) && isDay(state.to) && state.from <= state.to) state.range = "fixed";
  else {
    delete state.from;
    delete state.to;
    if (state.range === "fixed") delete state.range;
  }
  if (!RANGES.includes(state.range)) state.range = DEFAULTS.range;
  if (!GRAINS.includes(state.grain)) delete state.grain;
  if (!COMPARISONS.includes(state.compare)) state.compare = DEFAULTS.compare;
  return state;
}

/// The address of a state: what is as by default is left out.
export function format(state) {
  const said = new URLSearchParams();
  for (const name of FIELDS) {
    if (state[name] && state[name] !== DEFAULTS[name] && !(name === "range" && state.from)) {
      said.set(name, state[name]);
    }
  }
  const text = said.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
  return text ? `?${text}` : location.pathname;
}

export const read = () => parse(location.search);

/// Goes to what `change` makes of the state, with an entry in the browser's history.
export function go(change) {
  const state = { ...read(), ...change };
  for (const name of FIELDS) if (state[name] === null || state[name] === "") delete state[name];
  history.pushState(null, "", format(state) + location.hash);
  dispatchEvent(new Event("address"));
}

export const href = (change) => format({ ...read(), ...change });

const startOf = {
  month: (day) => `${day.slice(0, 7)}-01`,
  quarter: (day) =>
    `${day.slice(0, 5)}${String(Math.floor((+day.slice(5, 7) - 1) / 3) * 3 + 1).padStart(
      2,
      "0"
    )}-01`,
  year: (day) => `${day.slice(0, 4)}-01-01`
};

/// The days of a range: relative ones end with the last day of data and begin with the first at
/// the earliest.
export function daysOf(state, first, last) {
  if (state.range === "fixed") return { from: state.from, to: state.to };
  if (!last) return { from: null, to: null };
  const { from, to } = relativeDays(state.range, first, last);
  return { from: first && from < first && first <= to ? first : from, to };
}

function relativeDays(kind, first, last) {
  if (kind === "all") return { from: first, to: last };
  if (kind === "last-month") {
    const to = F.addDays(startOf.month(F.addDays(last, 1)), -1);
    return { from: startOf.month(to), to };
  }
  if (startOf[kind]) return { from: startOf[kind](last), to: last };
  return { from: F.addDays(last, 1 - Number(kind.slice("last-".length))), to: last };
}

/// The days compared with, as /metrics/summary takes them; null without a comparison.
export function daysBefore({ from, to }, compare) {
  if (!from || compare === "none") return null;
  const days = compare === "previous_year" ? 364 : F.length(from, to);
  return { from: F.addDays(from, -days), to: F.addDays(to, -days) };
}

/// The grain that suits a range: it gives some dozen points.
export function grainOf(state, { from, to }) {
  if (state.grain) return state.grain;
  const days = from ? F.length(from, to) : 0;
  return days <= 100 ? "day" : days <= 400 ? "week" : "month";
}
