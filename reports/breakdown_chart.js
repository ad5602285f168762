// The chart of a range's parts: breakdown, a bar a member, with what all others together and those
// without a member have. Role: `now`, an answer of /metrics/breakdown; settings.by names what by.
// Registers itself with charts.js; ES5.
(function (root, make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(require("./figures.js"), require("./charts.js"));
  } else {
    make(root.CartographFigures, root.CartographCharts);
  }
})(typeof globalThis === "object" ? globalThis : this, function (figures, charts) {
  "use strict";

  function memberName(row) {
    return row.kind === "member" ? row.member : row.kind;
  }

  charts.add("breakdown", {
    describe: function (answers, settings) {
      var list = charts.rows(answers.now),
        cur = charts.meta(answers).currency;
      var whole = figures.sumMoney(list, "net_revenue"),
        top = list[0];
      var by = (settings.by || "").replace("_", " ").replace("sku", "SKU");
      return {
        title:
          top && whole > 0
            ? memberName(top) + " made " + figures.rate(top.net_revenue / whole) + " of net revenue"
            : "No sales in this range",
        subtitle: charts.subtitle(cur + " net revenue by " + by, answers, settings),
        sentence: list.length
          ? figures.counted(list.length, "row") + " add up to " + figures.money(whole, cur) + "."
          : "Nothing was sold.",
        table: {
          columns: [
            { name: by, kind: "text" },
            { name: "Net revenue", kind: "money" },
            { name: "Orders", kind: "count" },
            { name: "Units", kind: "count" },
            { name: "Gross revenue", kind: "money" },
            { name: "Discounts", kind: "money" },
            { name: "Taxes", kind: "money" },
            { name: "Refunds", kind: "money" }
          ],
          rows: list.map(function (row) {
            return [
              memberName(row),
              row.net_revenue,
              row.orders,
              row.units,
              row.gross_revenue,
              row.discounts,
              row.taxes,
              row.refunds
            ];
          })
        }
      };
    },
    option: function (answers, settings) {
      var option = charts.base("breakdown", answers, settings),
        colors = charts.theme(settings);
      var list = charts.rows(answers.now),
        cur = charts.meta(answers).currency;
      if (!list.length) return charts.empty(option, settings, "No sales in this range");
      var whole = figures.sumMoney(list, "net_revenue");
      option.grid = charts.grid(settings, 150, { left: 130, bottom: settings.framed ? 46 : 8 });
      option.xAxis = charts.valueAxis(settings, figures.short, { show: false });
      option.yAxis = charts.categoryAxis(settings, list.map(memberName), {
        inverse: true,
        axisLine: { show: false },
        axisLabel: {
          color: colors.ink,
          fontSize: 12,
          width: 110,
          overflow: "truncate",
          interval: 0
        }
      });
      option.series = [
        {
          type: "bar",
          silent: true,
          barMaxWidth: 16,
          emphasis: { disabled: true },
          data: list.map(function (row) {
            // A bar for all others together would dwarf those of the members.
            return {
              value: row.kind === "other" ? 0 : row.net_revenue,
              itemStyle: { color: row.kind === "member" ? colors.first : colors.grey }
            };
          }),
          label: {
            show: true,
            position: "right",
            color: colors.ink,
            fontSize: 12,
            formatter: function (item) {
              var amount = list[item.dataIndex].net_revenue;
              return (
                figures.money(amount, cur) + (whole > 0 ? "  " + figures.rate(amount / whole) : "")
              );
            }
          }
        }
      ];
      return option;
    },
    height: function (answers) {
      return 24 + 28 * Math.max(3, charts.rows(answers.now).length);
    }
  });
});
