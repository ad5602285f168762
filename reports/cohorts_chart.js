// The chart cohorts: a heat map of who was active in month n after the first. Role: `now`, the answer
// of /retention. A month that is not over is hatched. Registers itself with charts.js; ES5.
(function (root, make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(require("./figures.js"), require("./charts.js"));
  } else {
    make(root.CartographFigures, root.CartographCharts);
  }
})(typeof globalThis === "object" ? globalThis : this, function (figures, charts) {
  "use strict";

  var SMALL_COHORT = 30;
  var COHORTS_SHOWN = 24;
  var CELL = 25;

  /// The cells of the heat map: [column, row, share, closed, customers, cohort's size].
  function cells(list) {
    var result = [];
    list.forEach(function (cohort, row) {
      cohort.months.forEach(function (month) {
        result.push([
          month.number - 1,
          row,
          month.share,
          month.is_closed ? 1 : 0,
          month.customers,
          cohort.cohort_size
        ]);
      });
    });
    return result;
  }

  function mix(from, to, share) {
    var text = "#";
    for (var i = 1; i < 7; i += 2) {
      var a = parseInt(from.substr(i, 2), 16),
        b = parseInt(to.substr(i, 2), 16);
      var hex = Math.round(a + (b - a) * share).toString(16);
      text += hex.length < 2 ? "0" + hex : hex;
    }
    return text;
  }

  /// How bright a colour is to the eye, from 0 to 1 (relative luminance).
  function luminance(color) {
    var channel = function (at) {
      var value = parseInt(color.substr(at, 2), 16) / 255;
      return value <= 0.03928 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  }

  /// Black or white, whichever is read better on a colour.
  function readableOn(color) {
    return luminance(color) > 0.179 ? "#15181d" : "#ffffff";
  }

  function hatches(x, y, width, height, color) {
    var lines = [];
    for (var offset = -height + 6; offset < width; offset += 6) {
      var from = Math.max(0, offset),
        to = Math.min(width, offset + height);
      lines.push({
        type: "line",
        silent: true,
        style: { stroke: color, lineWidth: 1, opacity: 0.55 },
        shape: {
          x1: x + from,
          y1: y + height - (from - offset),
          x2: x + to,
          y2: y + height - (to - offset)
        }
      });
    }
    return lines;
  }

  /// Draws a cell: its colour by share, its number; hatched while its month is open, pale where
  /// the cohort is too small to mean much.
  function cell(colors, most) {
    return function (params, api) {
      var centre = api.coord([api.value(0), api.value(1)]),
        size = api.size([1, 1]);
      var width = size[0] - 2,
        height = size[1] - 2,
        x = centre[0] - width / 2,
        y = centre[1] - height / 2;
      var isClosed = api.value(3) === 1,
        isSmall = api.value(5) < SMALL_COHORT;
      var color = mix(
        colors.paper,
        colors.first,
        isClosed && !isSmall ? 0.06 + 0.84 * Math.min(1, most ? api.value(2) / most : 0) : 0.04
      );
      var text = isClosed && !isSmall ? readableOn(color) : colors.muted;
      var shown = (api.value(2) * 100).toFixed(width < 30 ? 0 : 1);
      return {
        type: "group",
        children: [
          {
            type: "rect",
            shape: { x: x, y: y, width: width, height: height, r: 2 },
            style: { fill: color }
          }
        ]
          .concat(isClosed ? [] : hatches(x, y, width, height, colors.axis))
          .concat(
            width < 12
              ? []
              : [
                  {
                    type: "text",
                    silent: true,
                    style: {
                      x: centre[0],
                      y: centre[1],
                      text: shown,
                      align: "center",
                      verticalAlign: "middle",
                      fill: text,
                      font: (width < 22 ? "9px " : "11px ") + charts.FONT,
                      stroke: isClosed ? null : colors.paper,
                      lineWidth: isClosed ? 0 : 3
                    }
                  }
                ]
          )
      };
    };
  }

  charts.add("cohorts", {
    describe: function (answers) {
      var list = charts.cohortsOf(answers.now).slice(-COHORTS_SHOWN),
        all = cells(list);
      var first = all
        .filter(function (one) {
          return one[0] === 0 && one[3] && one[5] >= SMALL_COHORT;
        })
        .map(function (one) {
          return one[2];
        });
      var open = all.filter(function (one) {
        return !one[3];
      }).length;
      var widest = all.reduce(function (most, one) {
        return Math.max(most, one[0] + 1);
      }, 0);
      var columns = [
        { name: "Cohort", kind: "month" },
        { name: "Customers", kind: "count" }
      ];
      for (var i = 1; i <= widest; i++) columns.push({ name: "Month " + i, kind: "text" });
      return {
        title: first.length
          ? figures.rate(figures.median(first)) +
            " of customers come back in the month after their first"
          : "No cohort has a closed month yet",
        subtitle: charts.zoneAndMonths(
          answers,
          "% of a cohort’s customers active in month n after the first"
        ),
        sentence:
          (open
            ? figures.counted(open, "cell is of a month", "cells are of months") +
              " not over, and hatched. "
            : "") +
          "Cohorts under " +
          SMALL_COHORT +
          " customers are shown pale.",
        table: {
          columns: columns,
          rows: list.map(function (cohort) {
            var row = [cohort.cohort_month, cohort.cohort_size];
            cohort.months.forEach(function (month) {
              row[month.number + 1] =
                figures.rate(month.share) + (month.is_closed ? "" : " so far");
            });
            for (var j = 0; j < columns.length; j++) if (row[j] === undefined) row[j] = null;
            return row;
          })
        }
      };
    },
    option: function (answers, settings) {
      var option = charts.base("cohorts", answers, settings),
        colors = charts.theme(settings);
      var list = charts.cohortsOf(answers.now).slice(-COHORTS_SHOWN),
        all = cells(list),
        isNarrow = charts.narrow(settings);
      if (!list.length) return charts.empty(option, settings, "No customers yet");
      var columns = all.reduce(function (most, one) {
          return Math.max(most, one[0] + 1);
        }, 1),
        labels = [];
      var most = all.reduce(function (top, one) {
        return one[3] && one[5] >= SMALL_COHORT ? Math.max(top, one[2]) : top;
      }, 0);
      var top = settings.framed ? 116 : 26,
        bottom = settings.framed ? 46 : 4;
      // On a phone the cells need the room of the bars.
      var left = isNarrow ? 58 : 88,
        bars = isNarrow ? 0 : 110,
        gap = isNarrow ? 4 : 16,
        edge = isNarrow ? 4 : 20;
      var plot = settings.width - left - bars - gap - edge;
      var right = edge + Math.max(0, plot - columns * 84);
      for (var i = 1; i <= columns; i++)
        labels.push(i === 1 && !isNarrow && plot / columns >= 56 ? "month 1" : String(i));
      var cohorts = list.map(function (cohort) {
        var month = figures.month(cohort.cohort_month);
        return isNarrow ? month.replace(/ \d\d/, " ’") : month;
      });
      var yAxis = function (index, show) {
        return charts.categoryAxis(settings, cohorts, {
          inverse: true,
          gridIndex: index,
          axisLine: { show: false },
          axisLabel: { show: show, color: colors.ink, fontSize: 12, interval: 0 }
        });
      };
      option.grid = [
        { left: left, width: bars, top: top, bottom: bottom },
        { left: left + bars + gap, right: right, top: top, bottom: bottom }
      ];
      option.xAxis = [
        charts.valueAxis(settings, figures.short, {
          show: false,
          gridIndex: 0,
          max: function (range) {
            return range.max * 1.6;
          }
        }),
        charts.categoryAxis(settings, labels, {
          gridIndex: 1,
          position: "top",
          axisLine: { show: false },
          axisLabel: {
            color: colors.muted,
            fontSize: 12,
            interval: plot / columns >= 24 ? 0 : "auto"
          }
        })
      ];
      option.yAxis = [yAxis(0, true), yAxis(1, false)];
      option.series = [
        {
          type: "bar",
          silent: true,
          xAxisIndex: 0,
          yAxisIndex: 0,
          barWidth: 9,
          emphasis: { disabled: true },
          itemStyle: { color: colors.grey },
          label: {
            show: !isNarrow,
            position: "right",
            color: colors.muted,
            fontSize: 11,
            formatter: function (item) {
              return figures.count(item.value);
            }
          },
          data: list.map(function (cohort) {
            return cohort.cohort_size;
          })
        },
        {
          type: "custom",
          name: "cohorts",
          xAxisIndex: 1,
          yAxisIndex: 1,
          renderItem: cell(colors, most),
          emphasis: { disabled: true },
          data: all,
          encode: { x: 0, y: 1 }
        }
      ];
      option.tooltip = charts.tooltip(
        settings,
        function (item) {
          var value = item.value;
          return item.seriesType !== "custom"
            ? ""
            : charts.tip(figures.month(list[value[1]].cohort_month) + ", month " + (value[0] + 1), [
                [
                  value[3] ? "active" : "active so far",
                  figures.rate(value[2]) +
                    " (" +
                    figures.count(value[4]) +
                    " of " +
                    figures.count(value[5]) +
                    ")",
                  colors.first
                ]
              ]);
        },
        "item"
      );
      return option;
    },
    height: function (answers) {
      return 34 + CELL * Math.max(3, Math.min(COHORTS_SHOWN, charts.cohortsOf(answers.now).length));
    }
  });
});
