// The chart recognition: balances as areas, revenue recognised as bars below. Role: `now`. Registers
// itself with charts.js; ES5.
(function (root, make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(require("./figures.js"), require("./charts.js"));
  } else {
    make(root.CartographFigures, root.CartographCharts);
  }
})(typeof globalThis === "object" ? globalThis : this, function (figures, charts) {
  "use strict";

  var DAYS_AS_BARS = 120; // more are added up by week

  /// Revenue recognised a day, or a week where there are many days: {start, days, amount}.
  function bars(list) {
    var step = list.length > DAYS_AS_BARS ? 7 : 1,
      result = [];
    for (var end = list.length; end > 0; end -= step) {
      var part = list.slice(Math.max(0, end - step), end);
      result.unshift({
        start: part[0].date,
        end: part[part.length - 1].date,
        days: part.length,
        whole: part.length === step,
        amount: figures.sumMoney(part, "net_revenue_recognised")
      });
    }
    return result;
  }

  /// Draws a bar over its days, pale where it has fewer days than the others.
  function recognisedBar(color) {
    return function (params, api) {
      var from = api.coord([api.value(0), api.value(2)]);
      var to = api.coord([api.value(1), 0]);
      var gap = Math.min(2, (to[0] - from[0]) * 0.2);
      return {
        type: "rect",
        shape: {
          x: from[0] + gap / 2,
          y: Math.min(from[1], to[1]),
          width: Math.max(0.5, to[0] - from[0] - gap),
          height: Math.abs(to[1] - from[1])
        },
        style: { fill: color, opacity: api.value(3) === 1 ? 1 : 0.45 }
      };
    };
  }

  charts.add("recognition", {
    describe: function (answers, settings) {
      var list = charts.rows(answers.now),
        last = list[list.length - 1];
      var cur = charts.meta(answers).currency;
      var money = function (value) {
        return figures.money(value, cur);
      };
      return {
        title: last
          ? money(last.deferred_revenue) +
            " deferred, " +
            money(last.refund_liability) +
            " held for refunds"
          : "No revenue to recognise yet",
        subtitle: charts.subtitle(
          cur +
            ", balances at the end of the day; below, revenue recognised " +
            (list.length > DAYS_AS_BARS ? "in seven days" : "a day"),
          answers,
          settings
        ),
        sentence: last
          ? "On " +
            figures.day(last.date) +
            ". In this range " +
            money(figures.sumMoney(list, "net_revenue_recognised")) +
            " was recognised, " +
            money(figures.sumMoney(list, "billed")) +
            " billed and " +
            money(figures.sumMoney(list, "refunds_paid")) +
            " refunded."
          : "Nothing was sold.",
        table: {
          columns: [
            { name: "Day", kind: "day" },
            { name: "Billed", kind: "money" },
            { name: "Recognised", kind: "money" },
            { name: "Released", kind: "money" },
            { name: "Reversed", kind: "money" },
            { name: "Net recognised", kind: "money" },
            { name: "Refunds paid", kind: "money" },
            { name: "Deferred revenue", kind: "money" },
            { name: "Refund liability", kind: "money" }
          ],
          rows: list.map(function (row) {
            return [
              row.date,
              row.billed,
              row.revenue_recognised,
              row.revenue_released,
              row.revenue_reversed,
              row.net_revenue_recognised,
              row.refunds_paid,
              row.deferred_revenue,
              row.refund_liability
            ];
          })
        }
      };
    },
    option: function (answers, settings) {
      var option = charts.base("recognition", answers, settings),
        colors = charts.theme(settings);
      var list = charts.rows(answers.now),
        cur = charts.meta(answers).currency;
      if (!list.length) return charts.empty(option, settings, "No revenue to recognise yet");
      var isNarrow = charts.narrow(settings),
        labels = isNarrow ? ["deferred", "refunds"] : ["Deferred revenue", "Refund liability"];
      var right = charts.roomFor(labels),
        recognised = bars(list),
        top = settings.framed ? 92 : 14;
      var tall = charts.height("recognition", answers, settings),
        bottom = settings.framed ? 62 : 28;
      var upper = Math.round((tall - top - bottom) * 0.6);
      var first = figures.time(list[0].date),
        last = figures.time(list[list.length - 1].date);
      option.grid = [
        charts.grid(settings, right, { top: top, height: upper - 26, bottom: null }),
        charts.grid(settings, right, { top: top + upper + 8, bottom: bottom })
      ];
      var edges = { min: first - figures.DAY / 2, max: last + figures.DAY / 2 };
      option.xAxis = [
        charts.timeAxis(settings, first, last, {
          gridIndex: 0,
          axisLabel: { show: false },
          min: edges.min,
          max: edges.max
        }),
        charts.timeAxis(settings, first, last, { gridIndex: 1, min: edges.min, max: edges.max })
      ];
      option.yAxis = [
        charts.valueAxis(settings, figures.short, { gridIndex: 0 }),
        charts.valueAxis(settings, figures.short, { gridIndex: 1, splitNumber: 2 })
      ];
      var area = function (name, label, color) {
        return charts.labelled(
          charts.line(
            label,
            color,
            list.map(function (row) {
              return { value: [figures.time(row.date), row[name]] };
            }),
            { areaStyle: { color: color, opacity: 0.16 }, lineStyle: { color: color, width: 1.75 } }
          ),
          label,
          color
        );
      };
      option.series = [
        area("deferred_revenue", labels[0], colors.first),
        area("refund_liability", labels[1], colors.fifth),
        // Drawn by hand: bars of their own width in time, which a week's and a day's are.
        {
          type: "custom",
          name: "Recognised",
          xAxisIndex: 1,
          yAxisIndex: 1,
          silent: true,
          emphasis: { disabled: true },
          encode: { x: [0, 1], y: 2 },
          itemStyle: { color: colors.fourth },
          renderItem: recognisedBar(colors.fourth),
          data: recognised.map(function (bar) {
            return [
              figures.time(bar.start) - figures.DAY / 2,
              figures.time(bar.end) + figures.DAY / 2,
              bar.amount,
              bar.whole ? 1 : 0
            ];
          })
        }
      ];
      option.axisPointer = { link: [{ xAxisIndex: "all" }] };
      option.tooltip = charts.tooltip(settings, function (params) {
        var at = params[0].axisValue,
          row = null,
          bar = null;
        list.forEach(function (one) {
          if (figures.time(one.date) === at) row = one;
        });
        recognised.forEach(function (one) {
          if (figures.time(one.start) <= at && at <= figures.time(one.end)) bar = one;
        });
        var lines = row
          ? [
              ["Deferred revenue", figures.money(row.deferred_revenue, cur), colors.first],
              ["Refund liability", figures.money(row.refund_liability, cur), colors.fifth]
            ]
          : [];
        if (bar) {
          lines.push([
            "Recognised" + (bar.days > 1 ? ", " + figures.range(bar.start, bar.end) : ""),
            figures.money(bar.amount, cur),
            colors.fourth
          ]);
        }
        return charts.tip(figures.day(figures.iso(at)), lines);
      });
      return option;
    },
    height: function () {
      return 360;
    }
  });
});
