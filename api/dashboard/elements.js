// Elements made in one call, tables of rows, and files given to the reader.

const F = window.CartographFigures;

/// element("button", {class: "quiet", onclick}, "text", child, …); a null attribute is left out.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function drawing(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Of a table's kinds of columns, those that are aligned right; "figure" is a number as text.
const isNumber = (kind) => ["money", "count", "rate", "figure"].includes(kind);

/// A table of {columns: [{name, kind}], rows}; `caption` names it for those who do not see it.
/// `cell(text, row, column)` may give an element in place of a cell's text.
export function table({ columns, rows }, { caption, currency, cell, heading, rowClass } = {}) {
  const head = columns.map((column, index) =>
    element(
      "th",
      {
        scope: "col",
        class: isNumber(column.kind) ? "number" : null,
        "aria-sort": heading?.order?.(index)
      },
      heading?.button ? heading.button(column, index) : column.name
    )
  );
  const body = rows.map((row) =>
    element(
      "tr",
      { class: rowClass?.(row) },
      columns.map((column, index) => {
        const text = F.write(row[index], column.kind, currency);
        const content = cell ? cell(text, row, index) : text;
        return element(
          index === 0 ? "th" : "td",
          { scope: index === 0 ? "row" : null, class: isNumber(column.kind) ? "number" : null },
          content
        );
      })
    )
  );
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    element(
      "table",
      {},
      element("caption", { class: "unseen" }, caption),
      element("thead", {}, element("tr", {}, head)),
      element("tbody", {}, body)
    )
  );
}

/// Gives the reader a file.
export function save(name, content, type) {
  const link = element("a", {
    href: URL.createObjectURL(new Blob([content], { type })),
    download: name
  });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/// "just now", "12 minutes", "3 hours", "2 days" since an instant.
export function age(instant) {
  const minutes = Math.floor((Date.now() - Date.parse(instant)) / 60000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 120) return F.counted(minutes, "minute");
  return minutes < 48 * 60
    ? F.counted(Math.floor(minutes / 60), "hour")
    : F.counted(Math.floor(minutes / 1440), "day");
}

/// "09:05", the reader's own time of day.
export const clock = () => new Date().toTimeString().slice(0, 5);

/// "2026-02-24 09:05:00" of an instant, for tables that say UTC in their heads.
export const second = (instant) => `${instant.slice(0, 10)} ${instant.slice(11, 19)}`;

/// "24 Feb 2026, 09:05 UTC" of an instant.
export function moment(instant) {
  return instant ? `${F.day(instant)}, ${instant.slice(11, 16)} UTC` : F.NOTHING;
}
