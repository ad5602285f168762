// The frame of every chart, the register of charts, and their drawing as SVG. A chart is a pure
// function of API answers; each file *_chart.js adds its own. Load figures.js, chart_parts.js, this
// file and over_time.js, then those in any order. ES5 without Intl or timers: dashboard and report
// draw with the same files. In a browser: the global CartographCharts, with all of chart_parts.js.

// A chart is {describe(answers, settings), option(answers, settings), height(answers, settings)};
// isBlank(answers), where rows alone give nothing to draw, makes it low.
// `answers` are API answers by role ({now, before, days, …}; a role may be missing); `settings`:
// from, to, grain (day … year), theme ("light" or "dark"), width, framed (title, subtitle and
// footer drawn in the picture), before_name. What describe() gives: title (what is seen),
// subtitle (unit, range, zone), sentence, table {columns: [{name, kind}], rows}.
(function (root, make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(require("./figures.js"), require("./chart_parts.js"));
  } else {
    root.CartographCharts = make(root.CartographFigures, root.CartographChartParts);
  }
})(typeof globalThis === "object" ? globalThis : this, function (figures, parts) {
  "use strict";

  var EMPTY_HEIGHT = 96;
  var charts = {};

  function add(name, chart) {
    charts[name] = chart;
  }

  function names() {
    return Object.keys(charts);
  }

  /// The option that every chart starts from.
  function base(name, answers, settings) {
    var colors = parts.theme(settings);
    var option = {
      animation: false,
      useUTC: true,
      textStyle: { fontFamily: parts.FONT, color: colors.ink },
      backgroundColor: settings.framed ? colors.paper : "transparent",
      aria: { enabled: false }
    };
    if (!settings.framed) return option;
    var words = charts[name].describe(answers, settings),
      about = parts.meta(answers);
    option.title = {
      text: words.title,
      subtext: words.subtitle,
      left: 20,
      top: 16,
      itemGap: 8,
      padding: 0,
      textStyle: {
        color: colors.ink,
        fontSize: 19,
        fontWeight: 600,
        fontFamily: parts.FONT,
        width: settings.width - 40,
        overflow: "truncate"
      },
      subtextStyle: {
        color: colors.muted,
        fontSize: 13,
        fontFamily: parts.FONT,
        width: settings.width - 40,
        overflow: "truncate"
      }
    };
    option.graphic = [
      {
        type: "text",
        left: 20,
        bottom: 14,
        silent: true,
        style: {
          text: about.run_id
            ? "Cartograph · run " + about.run_id + " · figures as of " + figures.day(about.as_of)
            : "Cartograph · nothing published yet",
          fill: colors.muted,
          font: "11px " + parts.FONT
        }
      }
    ];
    return option;
  }

  /// In place of axes without points: says that there is nothing to draw.
  function empty(option, settings, text) {
    var colors = parts.theme(settings);
    option.graphic = (option.graphic || []).concat([
      {
        type: "text",
        left: "center",
        top: "middle",
        silent: true,
        style: { text: text, fill: colors.muted, font: "14px " + parts.FONT }
      }
    ]);
    return option;
  }

  /// "EUR by day · 1 Jan – 30 Jan 2026 · Europe/Berlin": unit, range and zone of a subtitle.
  function subtitle(unit, answers, settings) {
    var about = parts.meta(answers),
      words = [unit];
    if (settings.from && settings.to) words.push(figures.range(settings.from, settings.to));
    if (about.timezone) words.push(about.timezone);
    return words.join(" · ");
  }

  /// Whether answers were had, and none of them has a row.
  function isEmpty(answers) {
    var roles = Object.keys(answers);
    return (
      roles.length > 0 &&
      roles.every(function (role) {
        return !parts.rows(answers[role]).length;
      })
    );
  }

  function height(name, answers, settings) {
    var chart = charts[name],
      own = chart.height ? chart.height(answers, settings) : 280;
    if (isEmpty(answers) || (chart.isBlank && chart.isBlank(answers))) own = EMPTY_HEIGHT;
    return own + (settings.framed ? 112 : 0);
  }

  function describe(name, answers, settings) {
    return charts[name].describe(answers, settings);
  }

  function option(name, answers, settings) {
    return charts[name].option(answers, settings);
  }

  /// A chart as an SVG text with <title> and <desc>, framed unless settings say otherwise.
  /// librsvg knows no dominant-baseline "central", so the shift is written out.
  function draw(echarts, name, answers, settings) {
    var all = { framed: true };
    for (var key in settings) all[key] = settings[key];
    var words = describe(name, answers, all);
    var chart = echarts.init(null, null, {
      renderer: "svg",
      ssr: true,
      width: all.width,
      height: all.height || height(name, answers, all)
    });
    chart.setOption(option(name, answers, all));
    var svg = chart.renderToSVGString();
    chart.dispose();
    return svg
      .replace(/<style[^>]*>[\s\S]*?<\/style>/g, "")
      .replace(/ class="[^"]*"/g, "")
      .replace(/dominant-baseline="central"/g, 'dy="0.35em"')
      .replace(/<svg[^>]*>/, function (opening) {
        return (
          opening +
          "<title>" +
          figures.escape(words.title) +
          "</title><desc>" +
          figures.escape(words.sentence) +
          "</desc>"
        );
      });
  }

  /// A chart with all that a page says of it: its SVG, its words, its table with the cells written.
  function page(echarts, name, answers, settings) {
    var words = describe(name, answers, settings),
      currency = parts.meta(answers).currency;
    return {
      svg: draw(echarts, name, answers, settings),
      title: words.title,
      subtitle: words.subtitle,
      sentence: words.sentence,
      columns: words.table.columns.map(function (column) {
        return { name: column.name, is_number: /^(money|count|rate)$/.test(column.kind) };
      }),
      rows: words.table.rows.map(function (row) {
        return row.map(function (value, index) {
          return figures.write(value, words.table.columns[index].kind, currency);
        });
      })
    };
  }

  var door = {
    add: add,
    names: names,
    base: base,
    empty: empty,
    subtitle: subtitle,
    height: height,
    describe: describe,
    option: option,
    draw: draw,
    page: page
  };
  for (var name in parts) door[name] = parts[name];
  return door;
});
