// The charts of sales over time: net_revenue, orders, aov, return_rate, customers. Roles: `now`,
// the periods of the chosen grain; `before`, the same of the range compared with; `days`, the days
// behind weekly values. Registers them with charts.js; ES5.
(function (root, make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(require("./figures.js"), require("./charts.js"));
  } else {
    make(root.CartographFigures, root.CartographCharts);
  }
})(typeof globalThis === "object" ? globalThis : this, function (figures, charts) {
  "use strict";

  var FEW_ORDERS = 30; // a mean of fewer says little
  var RETURN_WINDOW = 30;

  function complete(point) {
    return point.complete;
  }

  function field(name) {
    return function (point) {
      return point.row[name];
    };
  }

  function currency(answers) {
    return charts.meta(answers).currency;
  }

  /// The periods compared with, moved under those shown: the n-th under the n-th.
  function moved(now, before, value) {
    var result = [];
    for (var i = 0; i < now.length && i < before.length; i++) {
      var y = value(before[i]);
      result.push({ value: [now[i].at, figures.known(y) ? y : null], start: before[i].start });
    }
    return result;
  }

  /// Days before the range serve its first means only, and are not drawn.
  function pointsInRange(points, settings) {
    var from = figures.time(settings.from);
    if (from === null || (settings.grain || "day") !== "day") return points;
    return points.filter(function (point) {
      return point.at >= from;
    });
  }

  /// What the tooltip of a chart over time shows: one row a name, each with its own period.
  function timeTip(settings, write) {
    return function (params) {
      var lines = [],
        seen = {},
        heading = "";
      for (var i = 0; i < params.length; i++) {
        var item = params[i],
          value = item.value[1];
        if (!figures.known(value) || seen[item.seriesName]) continue;
        seen[item.seriesName] = true;
        var isBefore = item.seriesName === settings.before_name;
        if (!isBefore) heading = figures.period(item.data.start, settings.grain);
        lines.push([
          item.seriesName +
            (isBefore ? ", " + figures.period(item.data.start, settings.grain) : "") +
            (item.data.final === false ? ", unfinished" : ""),
          write(value),
          item.color
        ]);
      }
      return lines.length ? charts.tip(heading, lines) : "";
    };
  }

  /// A line, dashed where it is not final, with its label at the end.
  function bothParts(settings, label, color, split, more) {
    var paper = charts.theme(settings).paper,
      showSymbol = split.solid.length < 40;
    var solid = charts.line(label, color, split.solid, { z: 4, showSymbol: showSymbol });
    var dashed = charts.line(label, color, split.dashed, {
      z: 3,
      showSymbol: showSymbol,
      lineStyle: { color: color, width: 2.25, type: [4, 4] },
      itemStyle: { color: paper, borderColor: color, borderWidth: 1.5 }
    });
    var endsDashed = charts.anyKnown(split.dashed.slice(-1));
    charts.labelled(endsDashed ? dashed : solid, (endsDashed && more) || label, color);
    return [dashed, solid];
  }

  /// The line of what is compared with.
  function comparison(settings, now, before, value) {
    var colors = charts.theme(settings);
    return charts.labelled(
      charts.line(settings.before_name, colors.grey, moved(now, before, value), {
        z: 1,
        lineStyle: { color: colors.grey, width: 1.5 }
      }),
      settings.before_name,
      colors.muted
    );
  }

  /// A measure over time as series: days thin under their mean of seven, other grains as they are.
  function measure(answers, settings, name, label, color, isCompared) {
    var all = charts.periods(answers.now),
      points = pointsInRange(all, settings),
      value = field(name);
    var isDaily = (settings.grain || "day") === "day",
      series = [];
    var means = isDaily ? charts.trailingMean(all, value).slice(-points.length || all.length) : [];
    var hasMean = means.some(function (point) {
      return figures.known(point.row.mean);
    });
    if (isCompared && answers.before) {
      var before = charts.periods(answers.before);
      series.push(
        hasMean
          ? comparison(
              settings,
              points,
              charts.trailingMean(before, value).slice(-points.length),
              field("mean")
            )
          : comparison(settings, points, before.slice(-points.length), value)
      );
    }
    var split = charts.parts(points, value, complete);
    if (!hasMean) return series.concat(bothParts(settings, label, color, split));
    if (isCompared) {
      [split.dashed, split.solid].forEach(function (data, index) {
        series.push(
          charts.line(label + " of the day", color, data, {
            z: 2,
            showSymbol: false,
            lineStyle: { color: color, width: 1, opacity: 0.5, type: index ? "solid" : [2, 3] }
          })
        );
      });
    }
    return series.concat(
      bothParts(
        settings,
        label + ", 7-day mean",
        color,
        charts.parts(means, field("mean"), complete),
        label
      ).map(function (one) {
        if (one.endLabel) one.endLabel.formatter = label;
        one.showSymbol = false;
        return one;
      })
    );
  }

  /// The first and last instant of all series.
  function extent(series) {
    var ends = [Infinity, -Infinity];
    series.forEach(function (one) {
      one.data.forEach(function (item) {
        var at = (item.value || item)[0];
        ends = [Math.min(ends[0], at), Math.max(ends[1], at)];
      });
    });
    return ends;
  }

  function lowest(series) {
    var low = Infinity;
    series.forEach(function (one) {
      one.data.forEach(function (item) {
        var y = (item.value || item)[1];
        if (figures.known(y)) low = Math.min(low, y);
      });
    });
    return low;
  }

  function overTime(name, answers, settings, series, write, writeAxis, axisMore) {
    var option = charts.base(name, answers, settings);
    if (
      !series.some(function (one) {
        return charts.anyKnown(one.data);
      })
    ) {
      return charts.empty(option, settings, "No sales in this range");
    }
    var labels = series.map(function (one) {
      return one.endLabel ? one.endLabel.formatter : "";
    });
    option.grid = charts.grid(settings, charts.roomFor(labels));
    charts.spreadLabels(
      series,
      axisMore && axisMore.scale ? lowest(series) : 0,
      charts.height(name, answers, settings) - option.grid.top - option.grid.bottom
    );
    var ends = extent(series);
    option.xAxis = charts.timeAxis(settings, ends[0], ends[1]);
    option.yAxis = charts.valueAxis(settings, writeAxis, axisMore);
    option.tooltip = charts.tooltip(settings, timeTip(settings, write));
    option.series = series;
    return option;
  }

  function withBefore(settings) {
    var all = { before_name: "before" };
    for (var key in settings) all[key] = settings[key];
    return all;
  }

  function grainWords(settings) {
    return (settings.grain || "day") === "day"
      ? "days and 7-day mean"
      : charts.byGrain(settings.grain) + ", unfinished dashed";
  }

  function extremes(points, value) {
    var result = null;
    for (var i = 0; i < points.length; i++) {
      var y = value(points[i]);
      if (!figures.known(y) || !points[i].complete) continue;
      if (!result) result = { low: points[i], high: points[i] };
      if (y > value(result.high)) result.high = points[i];
      if (y < value(result.low)) result.low = points[i];
    }
    return result;
  }

  function extremeSentence(points, value, write, grain) {
    var found = extremes(points, value);
    if (!found) return "No " + (grain || "day") + " in this range is complete.";
    if (found.high === found.low) {
      return (
        "The only complete " +
        (grain || "day") +
        " is " +
        figures.period(found.high.start, grain) +
        ": " +
        write(value(found.high)) +
        "."
      );
    }
    return (
      "Highest: " +
      figures.period(found.high.start, grain) +
      " with " +
      write(value(found.high)) +
      "; lowest: " +
      figures.period(found.low.start, grain) +
      " with " +
      write(value(found.low)) +
      "."
    );
  }

  function table(points, settings, columns) {
    return {
      columns: [{ name: "Period", kind: "text" }].concat(
        columns.map(function (column) {
          return { name: column[0], kind: column[1] };
        })
      ),
      rows: points.map(function (point) {
        return [
          figures.period(point.start, settings.grain) + (point.complete ? "" : " (unfinished)")
        ].concat(
          columns.map(function (column) {
            return point.row[column[2]];
          })
        );
      })
    };
  }

  function compared(total, before, settings, whole) {
    var words = whole ? figures.against(total, before) : null;
    return words ? ", " + words + " the " + (settings.before_name || "period before") : "";
  }

  /// Both ranges are whole only where each has all its periods: else a comparison would mislead.
  function comparable(answers, points) {
    return charts.rows(answers.before).length >= points.length;
  }

  charts.add("net_revenue", {
    describe: function (answers, settings) {
      var points = pointsInRange(charts.periods(answers.now), settings),
        cur = currency(answers);
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
            compared(total, before, settings, comparable(answers, points))
          : "No sales in this range",
        subtitle: charts.subtitle(
          cur + ", net and gross, " + grainWords(settings),
          answers,
          settings
        ),
        sentence: list.length
          ? "Gross revenue was " +
            write(figures.sumMoney(list, "gross_revenue")) +
            ", of it refunds " +
            write(figures.sumMoney(list, "refunds")) +
            ", discounts " +
            write(figures.sumMoney(list, "discounts")) +
            " and taxes " +
            write(figures.sumMoney(list, "taxes")) +
            ". " +
            extremeSentence(points, field("net_revenue"), write, settings.grain)
          : "Nothing was sold.",
        table: table(points, settings, [
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
        cur = currency(answers);
      var own = withBefore(settings);
      var series = measure(answers, own, "gross_revenue", "Gross", colors.second, false).concat(
        measure(answers, own, "net_revenue", "Net", colors.first, true)
      );
      return overTime(
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
      var points = pointsInRange(charts.periods(answers.now), settings);
      var list = points.map(function (point) {
          return point.row;
        }),
        total = figures.sum(list, "orders");
      var before = figures.sum(charts.rows(answers.before).slice(-points.length), "orders");
      return {
        title: list.length
          ? figures.counted(total, "order") +
            compared(total, before, settings, comparable(answers, points))
          : "No orders in this range",
        subtitle: charts.subtitle("Orders, " + grainWords(settings), answers, settings),
        sentence: list.length
          ? figures.counted(figures.sum(list, "units"), "unit") +
            " were sold in them. " +
            extremeSentence(points, field("orders"), figures.count, settings.grain)
          : "Nothing was sold.",
        table: table(points, settings, [
          ["Orders", "count", "orders"],
          ["Units", "count", "units"],
          ["Guest orders", "count", "guest_orders"]
        ])
      };
    },
    option: function (answers, settings) {
      var own = withBefore(settings);
      return overTime(
        "orders",
        answers,
        own,
        measure(answers, own, "orders", "Orders", charts.theme(settings).first, true),
        figures.count,
        figures.short,
        { minInterval: 1 }
      );
    }
  });

  /// Periods at the middle of their days, so that they lie among the dots of their days.
  function middles(points) {
    return points.map(function (point) {
      var days = figures.length(point.start, point.end);
      return {
        at: point.at + Math.floor(days / 2) * figures.DAY,
        start: point.start,
        end: point.end,
        complete: point.complete,
        row: point.row
      };
    });
  }

  charts.add("aov", {
    describe: function (answers, settings) {
      var points = charts.periods(answers.now),
        cur = currency(answers);
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
            (answers.days ? ", days as dots" : ""),
          answers,
          settings
        ),
        sentence: orders
          ? extremeSentence(points, field("aov"), write, settings.grain) +
            (few
              ? " " +
                figures.counted(few, "point") +
                " with fewer than " +
                FEW_ORDERS +
                " orders " +
                (few === 1 ? "is" : "are") +
                " drawn hollow."
              : "")
          : "Nothing was sold.",
        table: table(points, settings, [
          ["Average order value", "money", "aov"],
          ["Orders", "count", "orders"]
        ])
      };
    },
    option: function (answers, settings) {
      var colors = charts.theme(settings),
        cur = currency(answers),
        own = withBefore(settings);
      var points = middles(charts.periods(answers.now)),
        series = [];
      var split = charts.parts(points, field("aov"), complete);
      var hollow = function (item, index) {
        if (points[index].row.orders < FEW_ORDERS) {
          item.itemStyle = { color: colors.paper, borderColor: colors.first, borderWidth: 1.5 };
        }
      };
      if (answers.before) {
        series.push(comparison(own, points, charts.periods(answers.before), field("aov")));
      }
      if (answers.days) {
        var days = charts.periods(answers.days);
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
      var lines = bothParts(own, "AOV", colors.first, split);
      lines.forEach(function (one) {
        one.data.forEach(hollow);
      });
      series = series.concat(lines);
      return overTime(
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
        { scale: true }
      );
    }
  });

  /// The first day whose deliveries can still be sent back.
  function oldest(answers) {
    return figures.addDays(charts.meta(answers).as_of, 1 - RETURN_WINDOW);
  }

  function isSettled(answers) {
    return function (point) {
      return point.complete && point.end < oldest(answers);
    };
  }

  function returnSentence(answers, points, closed) {
    var delivered = figures.sum(closed, "orders_delivered");
    var words = [];
    if (delivered) {
      words.push(
        "Of " +
          figures.counted(delivered, "order") +
          " delivered and past their " +
          RETURN_WINDOW +
          " days, " +
          figures.count(figures.sum(closed, "returned_of_delivered")) +
          " came back whole or in part."
      );
    }
    if (points.length && points[points.length - 1].end >= oldest(answers)) {
      words.push("Deliveries since " + figures.day(oldest(answers)) + " can still come back.");
    }
    return words.length ? words.join(" ") : "Nothing was delivered.";
  }

  charts.add("return_rate", {
    describe: function (answers, settings) {
      var points = charts.periods(answers.now),
        settled = isSettled(answers);
      var closed = points.filter(settled).map(function (point) {
        return point.row;
      });
      var delivered = figures.sum(closed, "orders_delivered");
      return {
        title: delivered
          ? figures.rate(figures.sum(closed, "returned_of_delivered") / delivered) +
            " of delivered orders came back"
          : !points.length
            ? "No deliveries in this range"
            : "Every " + (settings.grain || "week") + "’s deliveries can still come back",
        subtitle: charts.subtitle(
          "% of orders delivered, " +
            charts.byGrain(settings.grain) +
            " of delivery; dashed may still rise",
          answers,
          settings
        ),
        sentence: returnSentence(answers, points, closed),
        table: table(points, settings, [
          ["Return rate", "rate", "return_rate"],
          ["Orders delivered", "count", "orders_delivered"],
          ["of them came back", "count", "returned_of_delivered"]
        ])
      };
    },
    option: function (answers, settings) {
      var colors = charts.theme(settings),
        points = charts.periods(answers.now);
      var own = withBefore(settings),
        series = [];
      if (answers.before) {
        series.push(comparison(own, points, charts.periods(answers.before), field("return_rate")));
      }
      series = series.concat(
        bothParts(
          own,
          "Returned",
          colors.fifth,
          charts.parts(points, field("return_rate"), isSettled(answers)),
          "may still rise"
        )
      );
      return overTime(
        "return_rate",
        answers,
        own,
        series,
        figures.rate,
        function (value) {
          return figures.rate(value, (value * 100) % 1 ? 1 : 0);
        },
        { min: 0 }
      );
    }
  });

  charts.add("customers", {
    describe: function (answers, settings) {
      var points = pointsInRange(charts.periods(answers.now), settings);
      var list = points.map(function (point) {
        return point.row;
      });
      var fresh = figures.sum(list, "new_customers");
      var shares = points
        .filter(complete)
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
        table: table(points, settings, [
          ["New customers", "count", "new_customers"],
          ["Repeat customers", "count", "repeat_customers"],
          ["Guest orders", "count", "guest_orders"]
        ])
      };
    },
    option: function (answers, settings) {
      var option = charts.base("customers", answers, settings),
        colors = charts.theme(settings);
      var points = pointsInRange(charts.periods(answers.now), settings);
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
        var before = charts.periods(answers.before).slice(-points.length);
        option.series.push(
          charts.labelled(
            charts.line(
              settings.before_name,
              colors.grey,
              points.map(function (point, index) {
                var row = before[index] && before[index].row;
                return {
                  value: row ? row.new_customers + row.repeat_customers : null,
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
