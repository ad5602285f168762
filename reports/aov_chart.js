// The chart aov: the average order value by week or longer, with its days as dots; what few orders
// made is hollow. Registers itself with charts.js; ES5.
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

  var FEW_ORDERS = 30; // a mean of fewer says little

  /// Periods at the middle of those of their days that are shown, so that they lie among them.
  function middles(points, settings, asOf) {
    return points.map(function (point) {
      var first = settings.from > point.start ? settings.from : point.start;
      var last = asOf < point.end ? asOf : point.end;
      return {
        at: figures.time(first) + Math.floor((figures.length(first, last) - 1) / 2) * figures.DAY,
        start: point.start,
        end: point.end,
        complete: point.complete,
        row: point.row
      };
    });
  }

  /// Averages that lie close together are shown from 0: a closer look would make much of little.
  function isSpread(points) {
    var known = points.map(overTime.field("aov")).filter(figures.known);
    var most = Math.max.apply(null, known);
    return known.length > 1 && most - Math.min.apply(null, known) > 0.05 * most;
  }

  /// The end of the axis where days lie far beyond the weeks, which it is made for; else null.
  function axisEnd(points, days) {
    var highest = function (list) {
      return list.reduce(function (most, point) {
        return Math.max(most, point.row.aov || 0);
      }, 0);
    };
    var weeks = highest(points);
    return weeks > 0 && highest(days) > 2.5 * weeks ? charts.evenSteps(1.25 * weeks).max : null;
  }

  function beyond(answers) {
    var days = charts.periods(answers.days),
      end = axisEnd(charts.periods(answers.now), days);
    return days.filter(function (day) {
      return end !== null && day.row.aov > end;
    });
  }

  charts.add("aov", {
    describe: function (answers, settings) {
      var points = charts.periods(answers.now),
        cur = overTime.currency(answers);
      var list = points.map(function (point) {
        return point.row;
      });
      var orders = figures.sum(list, "orders");
      var value = orders
        ? (figures.sumMoney(list, "gross_revenue") -
            figures.sumMoney(list, "discounts") -
            figures.sumMoney(list, "taxes")) /
          orders
        : null;
      var few = points.filter(function (point) {
        return point.row.orders < FEW_ORDERS;
      }).length;
      var write = function (amount) {
        return figures.money(amount, cur);
      };
      return {
        title: orders
          ? "An order was worth " + write(value) + " on average"
          : "No orders in this range",
        subtitle: charts.subtitle(
          cur +
            " an order before refunds, " +
            charts.byGrain(settings.grain) +
            (answers.days ? ", days as dots" : "") +
            (isSpread(points) && !beyond(answers).length ? "; axis not from 0" : ""),
          answers,
          settings
        ),
        sentence: orders
          ? overTime.extremeSentence(points, overTime.field("aov"), write, settings.grain) +
            (few
              ? " " +
                figures.counted(few, "point") +
                " with fewer than " +
                FEW_ORDERS +
                " orders " +
                (few === 1 ? "is" : "are") +
                " drawn hollow."
              : "") +
            beyond(answers)
              .map(function (day) {
                return (
                  " " + figures.day(day.start) + " lies beyond the axis: " + write(day.row.aov) + "."
                );
              })
              .join("")
          : "Nothing was sold.",
        table: overTime.table(points, settings, [
          ["Average order value", "money", "aov"],
          ["Orders", "count", "orders"]
        ])
      };
    },
    option: function (answers, settings) {
      var colors = charts.theme(settings),
        cur = overTime.currency(answers),
        own = overTime.withBefore(settings);
      var points = middles(charts.periods(answers.now), settings, charts.meta(answers).as_of),
        series = [],
        end = null;
      var split = charts.parts(points, overTime.field("aov"), overTime.complete);
      var hollow = function (item, index) {
        if (points[index].row.orders < FEW_ORDERS) {
          item.itemStyle = { color: colors.paper, borderColor: colors.first, borderWidth: 1.5 };
        }
      };
      if (answers.before) {
        series.push(
          overTime.comparison(own, points, charts.periods(answers.before), overTime.field("aov"))
        );
      }
      if (answers.days) {
        var days = charts.periods(answers.days);
        end = axisEnd(points, days);
        series.push({
          type: "scatter",
          name: "day",
          symbolSize: days.length > 200 ? 3 : 4.5,
          silent: true,
          emphasis: { disabled: true },
          itemStyle: { color: colors.first, opacity: 0.35 },
          z: 2,
          tooltip: { show: false },
          data: days
            .filter(function (day) {
              return figures.known(day.row.aov);
            })
            .map(function (day) {
              if (end !== null && day.row.aov > end) {
                return { value: [day.at, end], symbol: "triangle", symbolSize: 9 };
              }
              return day.row.orders < FEW_ORDERS
                ? {
                    value: [day.at, day.row.aov],
                    itemStyle: {
                      color: colors.paper,
                      borderColor: colors.first,
                      borderWidth: 1
                    }
                  }
                : [day.at, day.row.aov];
            })
        });
      }
      var lines = overTime.bothParts(own, "AOV", colors.first, split);
      lines.forEach(function (one) {
        one.data.forEach(hollow);
      });
      series = series.concat(lines);
      return overTime.overTime(
        "aov",
        answers,
        own,
        series,
        function (value) {
          return figures.money(value, cur);
        },
        function (value) {
          return figures.short(value);
        },
        end === null ? { scale: isSpread(points) } : { min: 0, max: end }
      );
    }
  });
});
