// The charts net_revenue (net and gross) and orders: days thin under their mean of seven, other
// grains as they are. Registers them with charts.js; ES5.
(function (root, make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(
      require("./figures.js"),
      require("./charts.js"),
      require("./over_time.js")
    );
  } else {
    make(root.CartographFigures, root.CartographCharts, root.CartographOverTime);
  }
})(typeof globalThis === "object" ? globalThis : this, function (figures, charts, overTime) {
  "use strict";

  charts.add("net_revenue", {
    describe: function (answers, settings) {
      var points = overTime.pointsInRange(charts.periods(answers.now), settings),
        cur = overTime.currency(answers);
      var list = points.map(function (point) {
        return point.row;
      });
      var total = figures.sumMoney(list, "net_revenue");
      var before = figures.sumMoney(
        charts.rows(answers.before).slice(-points.length),
        "net_revenue"
      );
      var write = function (value) {
        return figures.money(value, cur);
      };
      return {
        title: list.length
          ? "Net revenue was " +
            write(total) +
            overTime.compared(total, before, settings, overTime.comparable(answers, points))
          : "No sales in this range",
        subtitle: charts.subtitle(
          cur + ", net and gross, " + overTime.grainWords(settings),
          answers,
          settings
        ),
        sentence: list.length
          ? "Gross revenue was " +
            write(figures.sumMoney(list, "gross_revenue")) +
            "; taken off are discounts of " +
            write(figures.sumMoney(list, "discounts")) +
            ", taxes of " +
            write(figures.sumMoney(list, "taxes")) +
            " and refunds of " +
            write(figures.sumMoney(list, "refunds")) +
            ". " +
            overTime.extremeSentence(points, overTime.field("net_revenue"), write, settings.grain)
          : "Nothing was sold.",
        table: overTime.table(points, settings, [
          ["Net revenue", "money", "net_revenue"],
          ["Gross revenue", "money", "gross_revenue"],
          ["Discounts", "money", "discounts"],
          ["Taxes", "money", "taxes"],
          ["Refunds", "money", "refunds"]
        ])
      };
    },
    option: function (answers, settings) {
      var colors = charts.theme(settings),
        cur = overTime.currency(answers);
      var own = overTime.withBefore(settings);
      var series = overTime
        .measure(answers, own, "gross_revenue", "Gross", colors.second, false)
        .concat(overTime.measure(answers, own, "net_revenue", "Net", colors.first, true));
      return overTime.overTime(
        "net_revenue",
        answers,
        own,
        series,
        function (value) {
          return figures.money(value, cur);
        },
        figures.short
      );
    },
    height: function (answers, settings) {
      return charts.narrow(settings) ? 260 : 330;
    }
  });

  charts.add("orders", {
    describe: function (answers, settings) {
      var points = overTime.pointsInRange(charts.periods(answers.now), settings);
      var list = points.map(function (point) {
          return point.row;
        }),
        total = figures.sum(list, "orders");
      var before = figures.sum(charts.rows(answers.before).slice(-points.length), "orders");
      return {
        title: list.length
          ? figures.counted(total, "order") +
            (list.length > 1 && (settings.grain || "day") === "day"
              ? ", " + figures.count(total / list.length) + " a day"
              : "") +
            overTime.compared(total, before, settings, overTime.comparable(answers, points))
          : "No orders in this range",
        subtitle: charts.subtitle("Orders, " + overTime.grainWords(settings), answers, settings),
        sentence: list.length
          ? figures.counted(figures.sum(list, "units"), "unit") +
            " were sold in them. " +
            overTime.extremeSentence(
              points,
              overTime.field("orders"),
              figures.count,
              settings.grain
            )
          : "Nothing was sold.",
        table: overTime.table(points, settings, [
          ["Orders", "count", "orders"],
          ["Units", "count", "units"],
          ["Guest orders", "count", "guest_orders"]
        ])
      };
    },
    option: function (answers, settings) {
      var own = overTime.withBefore(settings);
      return overTime.overTime(
        "orders",
        answers,
        own,
        overTime.measure(answers, own, "orders", "Orders", charts.theme(settings).first, true),
        figures.count,
        figures.short,
        { minInterval: 1 }
      );
    }
  });
});
