// The banner: whose figures these are, how old, and what to know before reading them.

import { age, element, moment } from "./elements.js";

const F = window.CartographFigures;

/// Rejected rows of files of the range, by their landing dates, that wait to be mended.
export function rejectedIn(answer, { from, to }) {
  return answer.data.filter((row) => {
    if (row.state !== "waiting") return false;
    const day = row.source_file.slice(0, 10);
    return F.time(day) === null || (from <= day && day <= to);
  }).length;
}

/// A message of the server; commands stand in backticks.
const message = (text) =>
  element(
    "span",
    {},
    text.split("`").map((part, index) => (index % 2 ? element("code", {}, part) : part))
  );

const note = (kind, href, ...content) =>
  element(href ? "a" : "span", { class: `note ${kind}`, href }, content);

/// Age, currency and zone; on paper, where no age is true for long, the time and the range.
const published = (meta, { from, to }) => [
  element("span", { class: "on-screen" }, ` · published ${age(meta.published_at)} ago`),
  element("span", { class: "on-paper" }, ` · published ${moment(meta.published_at)}`),
  ` · ${meta.currency} · ${meta.timezone}`,
  from ? element("span", { class: "on-paper" }, ` · figures of ${F.range(from, to)}`) : null
];

/// Fills `place`; answers that could not be had are undefined.
export function showBanner(place, { meta, quality, quarantine, runs, range, trouble }) {
  const notes = [];
  if (trouble) notes.push(note("bad", null, message(trouble)));
  if (meta?.unreachable_since) {
    notes.push(
      note(
        "bad",
        null,
        `The warehouse cannot be reached since ${moment(meta.unreachable_since)}: ` +
          "these are the last published figures."
      )
    );
  }
  const last = runs?.data[0];
  if (last?.status === "failed") {
    notes.push(
      note(
        "bad",
        "#panel-runs",
        `A run failed at ${moment(last.finished_at || last.started_at)}: ` +
          `these are the figures of ${meta?.published_at ? moment(meta.published_at) : "no run yet"}.`
      )
    );
  }
  if (quality) {
    const failed = quality.data.filter((row) => !row.passed).length;
    if (failed)
      notes.push(
        note(
          "warn",
          "#panel-quality",
          `${failed} of ${F.counted(quality.data.length, "check")} not passed`
        )
      );
    else if (quality.data.length)
      notes.push(
        note("good", "#panel-quality", `all ${F.counted(quality.data.length, "check")} passed`)
      );
  }
  if (quarantine) {
    const rejected = rejectedIn(quarantine, range);
    if (rejected) {
      notes.push(
        note(
          "warn",
          "#panel-rejected",
          `${F.count(rejected)}${quarantine.is_cut ? " or more" : ""} ` +
            `rejected ${rejected === 1 ? "row waits" : "rows wait"} in this range`
        )
      );
    }
  }
  const about = meta?.as_of
    ? [
        element("b", {}, `Figures as of ${F.day(meta.as_of)}`),
        ...published(meta, range)
      ]
    : meta?.run_id
      ? [
          element("b", {}, "No sale yet"),
          ...published(meta, range)
        ]
      : [element("b", {}, "No figures to show")];
  place.replaceChildren(
    element(
      "p",
      { title: meta?.run_id ? `Run ${meta.run_id}, published ${moment(meta.published_at)}` : null },
      about
    ),
    element("p", { class: "notes" }, notes)
  );
}
