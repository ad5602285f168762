// The page: what the address says is asked of the API in one batch and shown. Panels are drawn when
// they come near the window; a new run is noticed and shown by itself.

import { daysBefore, daysOf, format, go, grainOf, members, read } from "./address.js";
import { ask, call, forget, path, wholeList } from "./client.js";
import { showBanner } from "./banner.js";
import { clock, element } from "./elements.js";
import { followDialog, showExplanation } from "./explanation.js";
import { linkAt } from "./links.js";
import { Panel } from "./panel.js";
import { fill, PANELS } from "./panels.js";
import { toggled } from "./tables.js";
import { failTiles, reserveTiles, showTiles } from "./tiles.js";

const F = window.CartographFigures;
const LOOK_AGAIN_MS = 20000;
const controls = document.getElementById("controls");
const panels = PANELS.map((spec) => new Panel(spec));
let data = { first: null, last: null, run: null };
let metrics = null;
let load = 0;
let told = { range: {} }; // what the banner says otherwise
let isAskedAnew = false;
let isIncomplete = false; // tiles or banner lack an answer
let trouble = null; // why the page is not up to date, as the banner says it

/// What the banner says of a call that failed; figures that were read before stay.
function troubleOf(error) {
  const kept = data.run ? ": these are the figures read before" : "";
  return error.status
    ? error.message
    : trouble || `The server has not answered since ${clock()}${kept}.`;
}

const settled = async (promise) => {
  try {
    return await promise;
  } catch {
    return undefined;
  }
};

/// The data's first and last day: what relative ranges are relative to.
async function readEnds() {
  const answer = await call(path("metrics/yearly"));
  const { as_of: last, run_id: run, from } = answer.meta;
  const first = from || answer.data[0]?.period_start || null;
  data = { first: last ? first : null, last, run };
  return answer.meta;
}

function context(state) {
  const range = daysOf(state, data.first, data.last);
  const mine = load;
  return {
    state,
    range,
    first: data.first,
    grain: grainOf(state, range),
    before: daysBefore(range, state.compare),
    compareName: state.compare === "previous_year" ? "year before" : "period before",
    isOld: () => mine !== load
  };
}

function showControls(state, { range, grain }) {
  controls.range.value = state.range;
  controls.from.value = range.from || "";
  controls.to.value = range.to || "";
  for (const field of [controls.from, controls.to]) {
    field.min = data.first || "";
    field.max = data.last || "";
  }
  controls.grain.value = grain;
  controls.compare.value = state.compare;
  const chips = ["country", "channel"].flatMap((by) =>
    members(state[by]).map((member) =>
      element(
        "button",
        {
          type: "button",
          class: "chip",
          title: "Take the filter away",
          onclick: () => go(toggled(read(), by, member))
        },
        `${by}: ${member} ✕`
      )
    )
  );
  const alone = panels.find((panel) => panel.spec.id === state.panel);
  const all = alone
    ? element(
        "button",
        { type: "button", class: "chip", onclick: () => go({ panel: null }) },
        `only ${alone.spec.name} ✕`
      )
    : "";
  const note = chips.length ? element("span", { class: "muted" }, "filters the breakdowns") : "";
  document.getElementById("filters").replaceChildren(all, ...chips, note);
}

function showTheme() {
  const theme = document.documentElement.dataset.theme;
  const button = document.getElementById("theme");
  const name = theme ? theme[0].toUpperCase() + theme.slice(1) : "Auto";
  button.textContent = name;
  button.setAttribute("aria-label", `${name} theme`);
}

function applyTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else if (new URLSearchParams(location.search).has("theme"))
    delete document.documentElement.dataset.theme;
  showTheme();
}

async function showSummary(now) {
  const { range, isOld } = now;
  const summary = (compare) => call(path("metrics/summary", { ...range, compare }));
  const figures = Promise.all([
    summary("previous_period"),
    summary("previous_year"),
    call(wholeList("metrics/daily", range))
  ]).then(
    ([period, year, days]) => ({ period, year, days }),
    (error) => ({ error })
  );
  const [tiles, quality, quarantine, runs] = await Promise.all([
    figures,
    settled(call(wholeList("quality/latest"))),
    settled(call(wholeList("quarantine"))),
    settled(call(path("runs", { limit: 20 })))
  ]);
  if (isOld()) return;
  const meta = tiles.period?.meta || runs?.meta;
  told = { meta, quality, quarantine, runs, range };
  showBanner(document.getElementById("banner"), { ...told, trouble });
  const place = document.getElementById("tiles");
  isIncomplete = Boolean(tiles.error) || !quality || !quarantine || !runs;
  if (tiles.error) failTiles(place, tiles.error.message);
  else showTiles(place, { ...tiles, metrics, first: data.first });
  document
    .getElementById("foot")
    .replaceChildren(
      ...(meta?.run_id
        ? [
            `Run ${meta.run_id}`,
            element("a", { href: "docs" }, "API"),
            element("a", { href: "openapi.json" }, "OpenAPI")
          ]
        : [])
    );
}

const isNear = new WeakSet();
let current = null;

/// Draws panels as they come near the window; those in it first.
const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      const panel = panels.find((one) => one.root === entry.target);
      isNear.add(panel);
      near.unobserve(panel.root);
      if (current) fill(panel, current);
    }
  },
  { rootMargin: "600px" }
);

/// Draws the rest when nothing else is to be done, so that the whole page can be printed.
function drawRest() {
  const waiting = panels.filter((panel) => !isNear.has(panel));
  const next = () => {
    const panel = waiting.shift();
    if (!panel) return;
    near.unobserve(panel.root);
    isNear.add(panel);
    if (current && !panel.root.hidden) fill(panel, current).then(() => setTimeout(next, 0));
    else next();
  };
  next();
}

/// Says what keeps the page from being read; what was shown before stays, and where nothing was
/// the banner is all.
function showTrouble(error) {
  trouble = troubleOf(error);
  document.body.classList.toggle("blank", !current);
  showBanner(document.getElementById("banner"), { ...told, trouble });
}

async function show() {
  const state = read();
  load += 1;
  applyTheme(state.theme);
  document.body.dataset.panel = state.panel || "";
  document.body.classList.toggle("alone", Boolean(state.panel));
  for (const panel of panels)
    panel.root.hidden = Boolean(state.panel) && panel.spec.id !== state.panel;
  for (const section of document.querySelectorAll("main > section")) {
    section.hidden = Boolean(state.panel) && !section.querySelector(".panel:not([hidden])");
  }
  const mine = load;
  const metricsRead = settled(call("metrics")).then((answer) => {
    metrics = answer?.data.filter((entry) => entry.kind === "metric") || null;
  });
  try {
    await readEnds();
    if (isAskedAnew) trouble = null;
    isAskedAnew = false;
  } catch (error) {
    showTrouble(error);
    return;
  }
  document.body.classList.remove("blank");
  if (mine !== load) return;
  current = context(state);
  showControls(state, current);
  metricsRead.then(() => {
    if (mine !== load) return;
    showSummary(current);
    showExplanation(state.explain, metrics);
  });
  for (const panel of panels) {
    if (panel.root.hidden) continue;
    if (isNear.has(panel)) fill(panel, current);
    else near.observe(panel.root);
  }
  (window.requestIdleCallback || setTimeout)(drawRest);
}

/// A change of what is shown; one that only opens an explanation or sorts asks for nothing anew.
let before = null;
function follow() {
  const state = read();
  const same =
    before &&
    ["explain", "sort"].some((name) => state[name] !== before[name]) &&
    format({ ...state, explain: null, sort: null }) ===
      format({ ...before, explain: null, sort: null });
  const isSorted = before && state.sort !== before.sort;
  before = state;
  if (!same) return void show();
  if (isSorted) panels.find((panel) => panel.spec.id === "alerts").refill?.();
  showExplanation(state.explain, metrics);
}

function followControls() {
  controls.addEventListener("change", ({ target }) => {
    if (target.name === "range" && target.value === "fixed") {
      controls.from.focus();
      return;
    }
    if (target.name === "range") go({ range: target.value, from: null, to: null, grain: null });
    else if (target.name === "from" || target.name === "to") {
      const { from, to } = controls;
      if (from.value && to.value && from.value <= to.value)
        go({ range: "fixed", from: from.value, to: to.value });
      else to.setCustomValidity(from.value > to.value ? "The range ends before it begins." : "");
      to.reportValidity();
      to.setCustomValidity("");
    } else go({ [target.name]: target.value });
  });
  controls.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("theme").addEventListener("click", () => {
    const next = { light: "dark", dark: null }[document.documentElement.dataset.theme || ""];
    const theme = next === undefined ? "light" : next;
    try {
      theme ? localStorage.setItem("theme", theme) : localStorage.removeItem("theme");
    } catch {
      /* forbidden */
    }
    if (!theme) delete document.documentElement.dataset.theme;
    go({ theme });
    showTheme();
    for (const panel of panels) panel.draw();
  });
}

function followPage() {
  document.addEventListener("click", (event) => {
    const link = linkAt(event.target);
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (link.dataset.explain) return void go({ explain: link.dataset.explain });
      history.pushState(null, "", link.getAttribute("href") + location.hash);
      dispatchEvent(new Event("address"));
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  let waiting = 0,
    width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => panels.forEach((panel) => panel.draw()));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    panels.forEach((panel) => panel.draw())
  );
  addEventListener("beforeprint", () => panels.forEach((panel) => panel.print(true)));
  addEventListener("afterprint", () => panels.forEach((panel) => panel.print(false)));
  addEventListener("address", follow);
  addEventListener("popstate", follow);
  addEventListener("reload", () => {
    forget();
    isAskedAnew = true;
    show();
  });
}

/// The run that is served, and how the last one stands.
const newsOf = ({ meta, data: [last] }) => [meta.run_id, last?.run_id, last?.status].join();

/// Looks whether a run was published or failed, or the server came back, while the page is looked at.
async function lookAgain() {
  if (document.hidden) return;
  try {
    const answer = await ask(path("runs", { limit: 1 }));
    const isStale = trouble || isIncomplete || panels.some((panel) => panel.hasFailed);
    if (isStale || newsOf(answer) !== newsOf(told.runs)) dispatchEvent(new Event("reload"));
  } catch (error) {
    showTrouble(error);
  }
}

for (const panel of panels) {
  const { section, column } = panel.spec;
  const place = document.querySelector(`#${section} .panels`);
  (column ? place.children[column - 1] : place).append(panel.root);
}
reserveTiles(document.getElementById("tiles"));
document.getElementById("figures").classList.remove("unplaced");
before = read();
followControls();
followPage();
followDialog();
show();
setInterval(lookAgain, LOOK_AGAIN_MS);
document.addEventListener("visibilitychange", lookAgain);
