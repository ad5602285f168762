// A panel: title, chart, one sentence, the table behind it, and what can be taken out of it. Its
// place has its height before anything is drawn, so nothing on the page jumps.

import { go, href } from "./address.js";
import { csv, curl } from "./client.js";
import { element, save, table } from "./elements.js";
import { tablePicture } from "./table_picture.js";

const C = window.CartographCharts;
const F = window.CartographFigures;
const EXPORT_WIDTH = 1000;
const PRINT_WIDTH = { wide: 670, half: 325 };

export const theme = () =>
  document.documentElement.dataset.theme ||
  (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

/// A figure and its "%" stay on one line.
const together = (text) => text.replaceAll(" %", "\u00a0%");

/// Shows a text to be copied, in the page's dialog.
function showCalls(urls) {
  const dialog = document.getElementById("explanation");
  const text = urls.map(curl).join("\n");
  const copied = element("span", { role: "status", class: "muted" });
  dialog.replaceChildren(
    element(
      "header",
      {},
      element("h2", { id: "explanation-title" }, "The call that made this"),
      element(
        "form",
        { method: "dialog" },
        element("button", { class: "quiet", "aria-label": "Close" }, "✕")
      )
    ),
    element(
      "p",
      { class: "muted" },
      urls.length > 1
        ? "The figures come from these answers of the API."
        : "The figures come from this answer of the API."
    ),
    element("pre", { tabindex: "0" }, text),
    element(
      "p",
      {},
      element(
        "button",
        {
          type: "button",
          class: "primary",
          onclick: async () => {
            try {
              await navigator.clipboard.writeText(text);
              copied.textContent = " Copied.";
            } catch {
              copied.textContent = " Select the text and copy it.";
            }
          }
        },
        "Copy"
      ),
      copied
    )
  );
  dialog.showModal();
}

export class Panel {
  /// `spec`: {id, chart, wide, explain(point)}. `chart` names a chart of charts.js; without one
  /// the panel shows what show() is given.
  constructor(spec) {
    this.spec = spec;
    this.title = element("h3", { id: `${spec.id}-title` }, spec.name);
    this.subtitle = element("p", { class: "subtitle" }, " ");
    this.place = element("div", { class: "chart" });
    this.sentence = element("p", { class: "sentence" }, " ");
    this.twin = element("details", { class: "twin" }, element("summary", {}, "Table"));
    this.twin.addEventListener("toggle", () => this.fillTwin());
    this.menu = element("details", { class: "menu" });
    this.root = element(
      "section",
      {
        class: `panel${spec.wide ? " wide" : ""}`,
        id: `panel-${spec.id}`,
        "aria-labelledby": `${spec.id}-title`,
        "aria-busy": "true"
      },
      element("header", {}, element("div", {}, this.title, this.subtitle), this.menu),
      this.place,
      spec.chart ? [this.sentence, this.twin] : []
    );
    this.reserve();
  }

  reserve() {
    const height =
      this.spec.height ||
      (this.spec.chart
        ? C.height(this.spec.chart, {}, { width: innerWidth < 640 ? 360 : 600 })
        : 200);
    this.place.style.minHeight = `${height}px`;
  }

  busy() {
    this.root.setAttribute("aria-busy", "true");
  }

  /// Draws a chart of `answers` by role; `urls` are the calls that they came from.
  drawChart(answers, settings, urls) {
    Object.assign(this, { answers, settings, urls });
    const words = C.describe(this.spec.chart, answers, settings);
    this.title.textContent = together(words.title);
    this.subtitle.textContent = words.subtitle;
    this.sentence.textContent = together(words.sentence);
    this.words = words;
    this.draw();
    this.fillTwin();
    this.done(urls);
  }

  /// Shows an element in the chart's place.
  show(content, { title, subtitle, urls, words, answers, settings }) {
    if (title) this.title.textContent = title;
    this.subtitle.textContent = subtitle || " ";
    Object.assign(this, { words, urls, answers, settings });
    this.place.replaceChildren(content);
    this.done(urls);
  }

  fail(error) {
    this.chart?.dispose();
    this.chart = null;
    this.hasFailed = true;
    this.place.removeAttribute("role");
    this.place.removeAttribute("aria-label");
    this.place.style.height = "";
    this.twin.open = false;
    this.words = null;
    this.place.replaceChildren(
      element(
        "div",
        { class: "failed", role: "alert" },
        element("p", {}, error.message),
        element(
          "button",
          { type: "button", class: "quiet", onclick: () => dispatchEvent(new Event("reload")) },
          "Try again"
        )
      )
    );
    this.root.setAttribute("aria-busy", "false");
  }

  done(urls) {
    this.hasFailed = false;
    this.place.style.minHeight = "";
    this.root.setAttribute("aria-busy", "false");
    this.fillMenu(urls);
  }

  width() {
    return Math.max(260, Math.floor(this.place.clientWidth));
  }

  /// Draws for the present width and theme.
  draw() {
    if (!this.answers || !this.spec.chart || this.drawn) return;
    const settings = { ...this.settings, width: this.width(), theme: theme() };
    const height = C.height(this.spec.chart, this.answers, settings);
    this.place.style.height = `${height}px`;
    if (!this.chart) {
      this.place.replaceChildren();
      this.chart = window.echarts.init(this.place, null, {
        renderer: "svg",
        width: settings.width,
        height
      });
      this.chart.getZr().on("click", (event) => this.clicked(event));
    } else {
      this.chart.resize({ width: settings.width, height });
    }
    this.chart.setOption(C.option(this.spec.chart, this.answers, settings), true);
    this.place.setAttribute("role", "img");
    this.place.setAttribute("aria-label", `${this.words.title}. ${this.words.sentence}`);
    this.place.classList.toggle("clickable", Boolean(this.spec.explain));
  }

  clicked(event) {
    if (!this.spec.explain) return;
    const pixel = [event.offsetX, event.offsetY];
    const grids = [].concat(this.chart.getOption().grid || []);
    const gridIndex = grids.findIndex((_, index) =>
      this.chart.containPixel({ gridIndex: index }, pixel)
    );
    if (gridIndex < 0) return;
    const [x, y] = this.chart.convertFromPixel({ gridIndex }, pixel);
    const explain = this.spec.explain({ x, y }, this.answers, this.settings);
    if (explain) go({ explain });
  }

  fillTwin() {
    if (!this.spec.chart || !this.words || !this.twin.open) return;
    this.twin.replaceChildren(
      this.twin.firstElementChild,
      table(this.words.table, {
        caption: this.words.title,
        currency: C.meta(this.answers).currency,
        cell: this.spec.cell && ((text, row, index) => this.spec.cell(text, row, index, this))
      })
    );
  }

  fillMenu(urls) {
    const item = (text, action) =>
      element(
        "button",
        {
          type: "button",
          onclick: () => {
            this.menu.open = false;
            action();
          }
        },
        text
      );
    const items = [];
    if (urls?.length) {
      items.push(
        element(
          "a",
          {
            href: csv(this.csv || urls[0]),
            download: "",
            onclick: () => {
              this.menu.open = false;
            }
          },
          "CSV"
        )
      );
    }
    if (this.spec.chart || this.spec.picture || this.words) {
      items.push(
        item("PNG", () => this.savePng()),
        item("SVG", () => this.saveSvg())
      );
    }
    if (urls?.length) items.push(item("The call that made this", () => showCalls(urls)));
    const isAlone = document.body.dataset.panel === this.spec.id;
    items.push(
      element(
        "a",
        { href: href({ panel: isAlone ? null : this.spec.id }), "data-address": true },
        isAlone ? "Show all panels" : "Show alone"
      )
    );
    this.menu.replaceChildren(
      element("summary", { "aria-label": `Take out: ${this.title.textContent}` }, "⋯"),
      element("div", { class: "menu-items" }, items)
    );
  }

  /// The chart, or the table, as a picture of its own, with title, subtitle and run.
  picture() {
    const look = { ...this.settings, theme: theme(), width: EXPORT_WIDTH };
    const chart = this.spec.chart || this.spec.picture;
    return chart
      ? C.draw(window.echarts, chart, this.answers, look)
      : tablePicture({ ...this.words, meta: C.meta(this.answers) }, look);
  }

  fileName(ending) {
    const { run_id: run } = C.meta(this.answers);
    return (
      [this.spec.id, this.settings?.from, this.settings?.to, run].filter(Boolean).join("_") + ending
    );
  }

  saveSvg() {
    save(this.fileName(".svg"), this.picture(), "image/svg+xml");
  }

  async savePng() {
    const svg = this.picture();
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    await image.decode();
    const canvas = element("canvas", { width: image.width * 2, height: image.height * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(image.src);
    canvas.toBlob((blob) => save(this.fileName(".png"), blob, "image/png"), "image/png");
  }

  /// Puts a drawing of the paper's width and colours in the chart's place, and takes it out again.
  print(isPrinting) {
    if (!this.chart || !this.answers) return;
    if (!isPrinting) {
      this.drawn?.remove();
      this.drawn = null;
      return;
    }
    const svg = C.draw(window.echarts, this.spec.chart, this.answers, {
      ...this.settings,
      framed: false,
      theme: "light",
      width: this.spec.wide ? PRINT_WIDTH.wide : PRINT_WIDTH.half
    });
    this.drawn = element("div", { class: "printed" });
    this.drawn.append(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement);
    this.place.after(this.drawn);
  }
}
