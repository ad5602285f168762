// The chart inventory_alerts: worst first, available against reorder point. Role: `now`. Registers
// itself with charts.js; ES5.
(function (root, make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(require("./figures.js"), require("./charts.js"));
  } else {
    make(root.CartographFigures, root.CartographCharts);
  }
})(typeof globalThis === "object" ? globalThis : this, function (figures, charts) {
  "use strict";

  var ALERTS_SHOWN = 20;

  charts.add("inventory_alerts", {
    describe: function (answers) {
      var list = charts.rows(answers.now),
        worst = list[0],
        more = list.length - ALERTS_SHOWN;
      return {
        title: list.length
          ? figures.counted(list.length, "SKU") +
            (list.length === 1 ? " is" : " are") +
            " below " +
            (list.length === 1 ? "its" : "their") +
            " reorder point"
          : "No stock alert is open",
        subtitle: charts.subtitle(
          "Units available (bar) and reorder point (mark), largest shortfall first" +
            (more > 0 ? ", and " + more + " more" : ""),
          answers,
          { from: charts.meta(answers).as_of, to: charts.meta(answers).as_of }
        ),
        sentence: worst
          ? worst.sku +
            " is the worst: " +
            figures.count(worst.available) +
            " available, reorder point " +
            figures.count(worst.reorder_point) +
            ", at risk for " +
            figures.counted(worst.days_at_risk, "day") +
            "."
          : "Every SKU has its reorder point or more.",
        table: {
          columns: [
            { name: "SKU", kind: "text" },
            { name: "Opened", kind: "day" },
            { name: "Days at risk", kind: "count" },
            { name: "On hand", kind: "count" },
            { name: "Allocated", kind: "count" },
            { name: "Available", kind: "count" },
            { name: "Reorder point", kind: "count" },
            { name: "Shortfall", kind: "count" }
          ],
          rows: list.map(function (row) {
            return [
              row.sku,
              row.opened_on,
              row.days_at_risk,
              row.on_hand,
              row.allocated,
              row.available,
              row.reorder_point,
              row.shortfall
            ];
          })
        }
      };
    },
    option: function (answers, settings) {
      var option = charts.base("inventory_alerts", answers, settings),
        colors = charts.theme(settings);
      var list = charts.rows(answers.now).slice(0, ALERTS_SHOWN);
      if (!list.length) return charts.empty(option, settings, "No stock alert is open");
      option.grid = charts.grid(settings, 90, { left: 110, bottom: settings.framed ? 70 : 28 });
      option.xAxis = charts.valueAxis(settings, figures.short, { minInterval: 1 });
      option.yAxis = charts.categoryAxis(
        settings,
        list.map(function (row) {
          return row.sku;
        }),
        {
          inverse: true,
          axisLabel: {
            color: colors.ink,
            fontSize: 12,
            interval: 0,
            width: 96,
            overflow: "truncate"
          }
        }
      );
      option.series = [
        {
          type: "bar",
          name: "Available",
          silent: true,
          barMaxWidth: 14,
          emphasis: { disabled: true },
          data: list.map(function (row) {
            return {
              value: row.available,
              itemStyle: { color: row.available < 0 ? colors.fifth : colors.first }
            };
          })
        },
        {
          type: "scatter",
          name: "Reorder point",
          silent: true,
          symbol: "rect",
          symbolSize: [3, 18],
          emphasis: { disabled: true },
          itemStyle: { color: colors.ink, opacity: 1 },
          label: {
            show: true,
            position: "right",
            color: colors.muted,
            fontSize: 12,
            formatter: function (item) {
              return "short by " + figures.count(list[item.dataIndex].shortfall);
            }
          },
          data: list.map(function (row, index) {
            return [row.reorder_point, index];
          })
        }
      ];
      return option;
    },
    height: function (answers) {
      return 44 + 24 * Math.max(3, Math.min(ALERTS_SHOWN, charts.rows(answers.now).length));
    }
  });
});
