// Links to explanations: they keep whatever else the address says at the time of the click.

import { href } from "./address.js";
import { element } from "./elements.js";

/// A link to what `explain` names; `plain` looks like the text around it until it is pointed at.
export const explainLink = (explain, content, { plain } = {}) =>
  element(
    "a",
    { href: href({ explain }), "data-explain": explain, class: plain ? "plain" : null },
    content
  );

/// The explanation of one member of a breakdown, of all others or of those without one.
export const partOf = (by, { kind, member }, { from, to }) =>
  `breakdown/${by}/${kind}/${encodeURIComponent(member || "")}/${from}/${to}`;

/// Rejected rows of one feed with the same reasons.
export const rejectedOf = (feed, reasons) => `rejected/${feed}/${encodeURIComponent(reasons)}`;

/// What a click anywhere in a row leads to: the link of its cell, else the first of the row.
export function linkAt(target) {
  const link = "a[data-address], a[data-explain]";
  const own = target.closest(link);
  if (own || target.closest("a, button, input, select, summary")) return own;
  if (String(getSelection())) return null;
  const cell = target.closest("tbody td, tbody th");
  return cell?.querySelector(link) || cell?.parentElement.querySelector(link) || null;
}
