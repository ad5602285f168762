// The tiles: a measure's figure over the range, its change against the period and the year before,
// a spark line, and its definition on focus or hover.

import { href } from "./address.js";
import { drawing, element } from "./elements.js";

const F = window.CartographFigures;

const SHOWN = [
  "net_revenue",
  "orders",
  "aov",
  "return_rate",
  "gross_revenue",
  "refunds",
  "new_customers",
  "repeat_customers"
];
const SPARK_POINTS = 120;
const KINDS = { money: "money", average: "money", currency: "money", rate: "rate", count: "count" };
// Whether more of it is welcome: colours the mark of a change, whose sign is always written.
const WELCOME = {
  net_revenue: true,
  gross_revenue: true,
  orders: true,
  aov: true,
  new_customers: true,
  repeat_customers: true,
  return_rate: false,
  refunds: false
};

/// What a measure is called where the API has no title for it.
export function nameOf(measure, metrics) {
  const known = metrics?.find((metric) => metric.name === measure);
  if (known?.title || known?.label) return known.title || known.label;
  if (measure === "aov") return "Average order value";
  const words = measure.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}

/// Means of seven points where there are more than a spark line can show.
function thinned(points) {
  if (points.length <= SPARK_POINTS) return points;
  const weeks = [];
  for (let at = points.length % 7; at < points.length; at += 7) {
    const known = points.slice(at, at + 7).filter(F.known);
    weeks.push(known.length ? known.reduce((sum, one) => sum + one, 0) / known.length : null);
  }
  return weeks;
}

function sparkLine(points) {
  const width = 120,
    height = 28;
  const known = points.filter(F.known);
  const low = Math.min(...known),
    high = Math.max(...known);
  const scaled = points.map((value, index) =>
    !F.known(value)
      ? null
      : [
          (points.length < 2 ? 0.5 : index / (points.length - 1)) * (width - 6) + 3,
          height - 3 - (high > low ? (value - low) / (high - low) : 0.5) * (height - 6)
        ]
  );
  const path = scaled
    .map((point, index) =>
      point === null
        ? ""
        : `${index && scaled[index - 1] ? "L" : "M"}${point[0].toFixed(1)} ${point[1].toFixed(1)}`
    )
    .join("");
  return drawing(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      class: "spark",
      "aria-hidden": "true",
      preserveAspectRatio: "none"
    },
    drawing("path", { d: path })
  );
}

/// The change against one range: {row, meta} of /metrics/summary; `first` is the data's first day.
function change(row, meta, words, first) {
  const isWhole = meta.before_from && first && meta.before_from >= first;
  if (!isWhole) {
    return { isMissing: true, note: first ? `no whole ${words}: data begin on ${F.day(first)}` : "" };
  }
  const note = `${words}, ${F.range(meta.before_from, meta.before_to)}`;
  const isRate = row.unit === "rate";
  const difference = isRate ? row.change : row.change_rate;
  if (!F.known(difference)) return { text: `nothing to compare with`, note };
  const text = isRate ? F.signed(difference).replace("%", "pts") : F.signed(difference);
  return { text, note, direction: Math.abs(difference) < 0.0005 ? 0 : Math.sign(difference) };
}

function changeLine(found, row, words, measure, currency) {
  if (found.isMissing) return { note: found.note };
  const isWelcome = found.direction === 0 ? null : found.direction > 0 === WELCOME[measure];
  const mark = found.direction
    ? element("i", {
        class: `mark ${found.direction > 0 ? "up" : "down"} ` + (isWelcome ? "good" : "bad"),
        "aria-hidden": "true"
      })
    : null;
  const before =
    found.direction === undefined ? "" : ` (${F.write(row.before, KINDS[row.unit], currency)})`;
  return {
    line: element(
      "span",
      { class: "change", title: found.note + before },
      mark,
      found.direction === undefined ? found.text : element("b", {}, found.text),
      found.direction === undefined ? "" : ` ${words}`
    ),
    note: found.note + before
  };
}

/// Of a return rate whose deliveries can still come back there is nothing to compare.
function openReturns(meta) {
  const oldest = F.addDays(meta.as_of, -29);
  const since = oldest > meta.from ? oldest : meta.from;
  return {
    line: element("span", { class: "change" }, `may still rise: deliveries since ${F.day(since)}`),
    note: "Until 30 days after delivery an order can come back."
  };
}

/// Fills `place` with tiles of two summaries, one against the period and one against the year
/// before; `days` is the daily answer behind the spark lines.
export function showTiles(place, { period, year, days, metrics, first }) {
  const finished = days.data.filter((day) => day.date !== days.meta.as_of);
  const tiles = SHOWN.map((measure) => {
    const row = period.data.find((one) => one.measure === measure);
    const yearRow = year.data.find((one) => one.measure === measure);
    if (!row) return null;
    const { meta } = period;
    const { currency, from, to } = meta;
    const name = nameOf(measure, metrics);
    const known = metrics?.find((metric) => metric.name === measure);
    const isOpen =
      measure === "return_rate" &&
      F.known(row.value) &&
      meta.as_of &&
      F.addDays(meta.to, 30) > meta.as_of;
    const against = isOpen
      ? openReturns(meta)
      : changeLine(
          change(row, period.meta, "period before", first),
          row,
          "on the period before",
          measure,
          currency
        );
    const lastYear = isOpen
      ? { note: "" }
      : changeLine(
          change(yearRow, year.meta, "year before", first),
          yearRow,
          "on the year before",
          measure,
          currency
        );
    const told = [against.line, lastYear.line].filter(Boolean);
    const begin = first ? `data begin on ${F.day(first)}` : "";
    const lines = told.length ? told : element("span", { class: "change" }, begin);
    const meaning = `meaning-${measure}`;
    const explain = from ? `measures/${measure}/${from}/${to}` : null;
    return element(
      "article",
      { class: "tile", "data-measure": measure },
      element(
        "h3",
        {},
        element(
          "a",
          {
            href: explain && href({ explain }),
            "data-explain": explain,
            "aria-describedby": meaning
          },
          name
        )
      ),
      element("p", { class: "figure" }, F.write(row.value, KINDS[row.unit], currency)),
      element("p", { class: "changes" }, lines),
      sparkLine(thinned(finished.map((day) => day[measure]))),
      element(
        "div",
        { class: "meaning", id: meaning, role: "tooltip" },
        element("p", {}, known?.definition || ""),
        known?.caveat ? element("p", { class: "muted" }, known.caveat) : null,
        from ? element("p", { class: "muted" }, F.range(from, to)) : null,
        element("p", { class: "muted" }, against.note),
        element("p", { class: "muted" }, lastYear.note)
      )
    );
  });
  place.replaceChildren(...tiles.filter(Boolean));
}

/// Says why there are no figures, in place of those of another range.
export function failTiles(place, message) {
  place.replaceChildren(element("p", { class: "failed", role: "alert" }, message));
}

/// Tiles of the height that they will have.
export function reserveTiles(place) {
  place.replaceChildren(
    ...SHOWN.map(() => element("article", { class: "tile waiting", "aria-hidden": "true" }))
  );
}
