// The chart customers: new and repeat customers, stacked. Registers itself with charts.js; ES5.
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

  charts.add("customers", {
    describe: function (answers, settings) {
      var points = overTime.pointsInRange(charts.periods(answers.now), settings);
      var list = points.map(function (point) {
        return point.row;
      });
      var fresh = figures.sum(list, "new_customers");
      var shares = points
        .filter(overTime.complete)
        .map(function (point) {
          var all = point.row.new_customers + point.row.repeat_customers;
          return all ? point.row.repeat_customers / all : null;
        })
        .filter(figures.known);
      return {
        title: fresh
          ? figures.counted(fresh, "customer") + " bought for the first time"
          : "No new customers in this range",
        subtitle: charts.subtitle(
          "Customers, " + charts.byGrain(settings.grain) + ", stacked; unfinished pale",
          answers,
          settings
        ),
        sentence: shares.length
          ? "Of a " +
            (settings.grain || "day") +
            "’s customers " +
            figures.rate(figures.median(shares), 0) +
            " had bought before (median). " +
            figures.counted(figures.sum(list, "guest_orders"), "guest order") +
            " " +
            "are not counted here."
          : "No complete " + (settings.grain || "day") + " has customers.",
        table: overTime.table(points, settings, [
          ["New customers", "count", "new_customers"],
          ["Repeat customers", "count", "repeat_customers"],
          ["Guest orders", "count", "guest_orders"]
        ])
      };
    },
    option: function (answers, settings) {
      var option = charts.base("customers", answers, settings),
        colors = charts.theme(settings);
      var points = overTime.pointsInRange(charts.periods(answers.now), settings);
      var bars = function (name, label, color) {
        return {
          type: "bar",
          name: label,
          stack: "customers",
          barMaxWidth: 42,
          barCategoryGap: "22%",
          silent: true,
          emphasis: { disabled: true },
          itemStyle: { color: color },
          data: points.map(function (point) {
            return {
              value: point.row[name],
              start: point.start,
              final: point.complete,
              itemStyle: { opacity: point.complete ? 1 : 0.45 }
            };
          })
        };
      };
      if (!points.length) return charts.empty(option, settings, "No customers in this range");
      option.series = [
        bars("repeat_customers", "Repeat", colors.second),
        bars("new_customers", "New", colors.first)
      ];
      if (answers.before) {
        var isDaily = (settings.grain || "day") === "day";
        var all = function (point) {
          return point.row.new_customers + point.row.repeat_customers;
        };
        var before = charts.periods(answers.before);
        if (isDaily) before = charts.trailingMean(before, all);
        before = before.slice(-points.length);
        option.series.push(
          charts.labelled(
            charts.line(
              settings.before_name,
              colors.grey,
              points.map(function (point, index) {
                var row = before[index] && before[index].row;
                return {
                  value: !row ? null : isDaily ? row.mean : all(before[index]),
                  start: before[index] && before[index].start
                };
              }),
              { lineStyle: { color: colors.grey, width: 1.5 }, showSymbol: points.length < 2 }
            ),
            settings.before_name,
            colors.muted
          )
        );
      }
      option.legend = {
        show: true,
        right: 4,
        top: settings.framed ? 68 : 0,
        itemWidth: 10,
        itemHeight: 10,
        icon: "rect",
        selectedMode: false,
        data: ["New", "Repeat"],
        textStyle: { color: colors.muted, fontSize: 12, fontFamily: charts.FONT }
      };
      option.grid = charts.grid(
        settings,
        answers.before ? charts.roomFor([settings.before_name]) : 8,
        { top: settings.framed ? 100 : 28 }
      );
      var isLong = points[points.length - 1].at - points[0].at > 370 * figures.DAY;
      option.xAxis = charts.categoryAxis(
        settings,
        points.map(function (point) {
          var words = figures.period(point.start, settings.grain).replace("week of ", "");
          return isLong ? words : words.replace(/^(\d+ \w+) \d{4}$/, "$1");
        })
      );
      option.yAxis = charts.valueAxis(settings, figures.short, { minInterval: 1 });
      option.tooltip = charts.tooltip(settings, function (params) {
        var start = points[params[0].dataIndex];
        return charts.tip(
          figures.period(start.start, settings.grain) + (start.complete ? "" : ", unfinished"),
          params
            .filter(function (item) {
              return figures.known(item.data.value);
            })
            .map(function (item) {
              return [item.seriesName, figures.count(item.data.value), item.color];
            })
        );
      });
      return option;
    }
  });
});
