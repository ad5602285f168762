// The charts of customers: retention (a curve a cohort), cohorts (a heat map), ltv (three panels).
// Roles: `now`, the answer of /retention; for ltv `d7`, `d30`, `d90`, those of /ltv/{days}. What
// is not yet known, since a window or month is open, is hatched, dashed or absent, never zero.
(function (root, make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(require("./figures.js"), require("./charts.js"));
  } else {
    make(root.CartographFigures, root.CartographCharts);
  }
})(typeof globalThis === "object" ? globalThis : this, function (figures, charts) {
  "use strict";

  var SMALL_COHORT = 30;
  var LAST_DAY = 90;
  var COHORTS_SHOWN = 24;
  var CELL = 25;

  function zoneAndMonths(answers, unit) {
    var list = charts.rows(answers.now || answers.d7),
      zone = charts.meta(answers).timezone;
    var words = [unit];
    if (list.length) {
      words.push(
        "cohorts " +
          figures.month(list[0].cohort_month) +
          " – " +
          figures.month(list[list.length - 1].cohort_month)
      );
    }
    if (zone) words.push(zone);
    return words.join(" · ");
  }

  /// The steps of /retention a cohort: {cohort_month, cohort_size, days, months}, oldest first.
  function cohortsOf(answer) {
    var result = [],
      last = null;
    charts.rows(answer).forEach(function (row) {
      if (!last || last.cohort_month !== row.cohort_month) {
        last = {
          cohort_month: row.cohort_month,
          cohort_size: row.cohort_size,
          days: [],
          months: []
        };
        result.push(last);
      }
      if (figures.known(row.share)) (row.step === "day" ? last.days : last.months).push(row);
    });
    return result;
  }

  /// A cohort's curve as [day, share, closed], from day 0 to the last that is known.
  function curve(cohort) {
    return [[0, 0, true]].concat(
      cohort.days.map(function (row) {
        return [row.number, row.share, row.is_closed];
      })
    );
  }

  function lastDay(points) {
    return points[points.length - 1][0];
  }

  function isWatchedWhole(points) {
    return lastDay(points) >= LAST_DAY && points[points.length - 1][2];
  }

  /// The median of the closed cohorts' curves, day by day; without one of them, nothing.
  function medianCurve(curves) {
    var closed = curves.filter(isWatchedWhole);
    if (!closed.length) return [];
    return closed[0].map(function (point, index) {
      return [
        point[0],
        figures.median(
          closed.map(function (points) {
            return points[index][1];
          })
        )
      ];
    });
  }

  function at(points, day) {
    for (var i = 0; i < points.length; i++) if (points[i][0] === day) return points[i][1];
    return null;
  }

  charts.add("retention", {
    describe: function (answers) {
      var list = cohortsOf(answers.now),
        curves = list.map(curve),
        middle = medianCurve(curves);
      var closed = curves.filter(isWatchedWhole).length;
      var end = middle.length ? middle[middle.length - 1][1] : null;
      return {
        title: middle.length
          ? figures.rate(end) + " of a cohort’s customers buy again within 90 days"
          : list.length
            ? "No cohort has been watched for 90 days yet"
            : "No cohorts yet",
        subtitle: zoneAndMonths(
          answers,
          "% of customers who have bought again by day n (Kaplan–Meier); dashed: not over for all"
        ),
        sentence: middle.length
          ? "The median of " +
            figures.counted(closed, "closed cohort") +
            " is " +
            figures.rate(at(middle, 7)) +
            " by day 7, " +
            figures.rate(at(middle, 30)) +
            " by day 30 and " +
            figures.rate(end) +
            " by day 90. Dashed steps are not over for all of a cohort."
          : "Curves end where the days of their cohort end.",
        table: {
          columns: [
            { name: "Cohort", kind: "month" },
            { name: "Customers", kind: "count" },
            { name: "by day 7", kind: "rate" },
            { name: "by day 30", kind: "rate" },
            { name: "by day 90", kind: "rate" },
            { name: "Known to day", kind: "count" }
          ],
          rows: list.map(function (cohort, index) {
            var points = curves[index];
            return [
              cohort.cohort_month,
              cohort.cohort_size,
              at(points, 7),
              at(points, 30),
              at(points, LAST_DAY),
              lastDay(points)
            ];
          })
        }
      };
    },
    option: function (answers, settings) {
      var option = charts.base("retention", answers, settings),
        colors = charts.theme(settings);
      var list = cohortsOf(answers.now),
        curves = list.map(curve),
        names = [];
      var drawn = [];
      list.forEach(function (cohort, index) {
        if (curves[index].length > 1) drawn.push(index);
      });
      if (!drawn.length)
        return charts.empty(option, settings, "No customer has been watched for a day yet");
      var hues = [colors.second, colors.fourth, colors.first];
      var series = [];
      drawn.forEach(function (index, place) {
        var rank = place - (drawn.length - 3),
          recent = rank >= 0,
          points = curves[index];
        var name = figures.month(list[index].cohort_month),
          color = recent ? hues[rank] : colors.grey;
        var part = function (isOpen) {
          return charts.line(
            name,
            color,
            points.map(function (point, at) {
              var next = points[at + 1] || point;
              return {
                value: isOpen
                  ? !next[2] || !point[2]
                    ? point
                    : [point[0], null]
                  : point[2]
                    ? point
                    : [point[0], null]
              };
            }),
            {
              step: "end",
              showSymbol: false,
              z: recent ? 4 : 1,
              lineStyle: {
                color: color,
                width: recent ? 2.25 : 1,
                opacity: recent ? 1 : 0.7,
                type: isOpen ? [3, 3] : "solid"
              }
            }
          );
        };
        var isOpen = !points[points.length - 1][2],
          last = part(isOpen);
        if (isOpen) series.push(part(false));
        series.push(last);
        if (recent) {
          names.push(name);
          charts.labelled(last, name, colors.ink);
          last.endLabel.backgroundColor = colors.paper;
          last.endLabel.padding = [1, 3];
          last.endLabel.distance = 4;
        }
      });
      var middle = medianCurve(curves);
      if (middle.length) {
        names.push("median");
        series.push(
          charts.labelled(
            charts.line(
              "Median",
              colors.ink,
              middle.map(function (point) {
                return { value: point };
              }),
              { step: "end", showSymbol: false, z: 5, lineStyle: { color: colors.ink, width: 3.5 } }
            ),
            "median",
            colors.ink
          )
        );
      }
      option.grid = charts.grid(settings, charts.roomFor(names));
      option.xAxis = charts.valueAxis(
        settings,
        function (day) {
          return day === LAST_DAY ? "day 90" : String(day);
        },
        {
          min: 0,
          max: LAST_DAY,
          interval: 15,
          splitLine: { show: false },
          axisLine: { show: true, lineStyle: { color: colors.axis } }
        }
      );
      option.yAxis = charts.valueAxis(
        settings,
        function (value) {
          return figures.rate(value, 0);
        },
        { min: 0 }
      );
      option.tooltip = charts.tooltip(settings, function (params) {
        var day = params[0].axisValue;
        var lines = middle.length ? [["Median", at(middle, day), colors.ink]] : [];
        drawn.slice(-3).forEach(function (index, place) {
          var rank = place + 3 - Math.min(3, drawn.length);
          lines.push([figures.month(list[index].cohort_month), at(curves[index], day), hues[rank]]);
        });
        lines = lines.filter(function (item) {
          return item[1] !== null;
        });
        return charts.tip(
          "by day " + day,
          lines.map(function (item) {
            return [item[0], figures.rate(item[1]), item[2]];
          })
        );
      });
      option.series = series;
      return option;
    },
    height: function (answers, settings) {
      return charts.narrow(settings) ? 260 : 340;
    }
  });

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

  function brightness(color) {
    var channel = function (at) {
      return parseInt(color.substr(at, 2), 16);
    };
    return (0.299 * channel(1) + 0.587 * channel(3) + 0.114 * channel(5)) / 255;
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
      var text =
        isClosed && !isSmall ? (brightness(color) > 0.55 ? "#15181d" : "#ffffff") : colors.muted;
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
            width < 18
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
                      font: "11px " + charts.FONT,
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
      var list = cohortsOf(answers.now).slice(-COHORTS_SHOWN),
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
        subtitle: zoneAndMonths(
          answers,
          "% of a cohort’s customers active in month n after the first"
        ),
        sentence:
          "Hatched cells are of months that are not over (" +
          open +
          "). Cohorts under " +
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
      var list = cohortsOf(answers.now).slice(-COHORTS_SHOWN),
        all = cells(list);
      if (!list.length) return charts.empty(option, settings, "No customers yet");
      var columns = all.reduce(function (most, one) {
          return Math.max(most, one[0] + 1);
        }, 1),
        labels = [];
      for (var i = 1; i <= columns; i++)
        labels.push(i === 1 && !charts.narrow(settings) ? "month 1" : String(i));
      var most = all.reduce(function (top, one) {
        return one[3] && one[5] >= SMALL_COHORT ? Math.max(top, one[2]) : top;
      }, 0);
      var top = settings.framed ? 116 : 26,
        bottom = settings.framed ? 46 : 4;
      var left = charts.narrow(settings) ? 62 : 74,
        bars = charts.narrow(settings) ? 52 : 110;
      var plot = settings.width - left - bars - 24;
      var right = 8 + Math.max(0, plot - columns * 84);
      var cohorts = list.map(function (cohort) {
        return figures.month(cohort.cohort_month);
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
        { left: left + bars + 16, right: right, top: top, bottom: bottom }
      ];
      option.xAxis = [
        charts.valueAxis(settings, figures.short, {
          show: false,
          gridIndex: 0,
          max: function (range) {
            return range.max * (charts.narrow(settings) ? 2.6 : 1.6);
          }
        }),
        charts.categoryAxis(settings, labels, {
          gridIndex: 1,
          position: "top",
          axisLine: { show: false }
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
            show: true,
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
      return 34 + CELL * Math.max(3, Math.min(COHORTS_SHOWN, cohortsOf(answers.now).length));
    }
  });

  var WINDOWS = [7, 30, 90];

  function eligible(row) {
    return row.eligible_customers > 0 && figures.known(row.ltv);
  }

  charts.add("ltv", {
    describe: function (answers) {
      var cur = charts.meta(answers).currency,
        newest = {},
        list = [];
      WINDOWS.forEach(function (days) {
        var known = charts.rows(answers["d" + days]);
        known.forEach(function (row) {
          if (row.is_mature) newest[days] = row;
        });
        known.forEach(function (row) {
          list.push([
            row.cohort_month,
            days,
            row.cohort_size,
            row.eligible_customers,
            row.ltv,
            row.retention_rate,
            row.is_mature
          ]);
        });
      });
      var longest = newest[90] || newest[30] || newest[7];
      var words = WINDOWS.filter(function (days) {
        return newest[days];
      }).map(function (days) {
        return (
          figures.money(newest[days].ltv, cur) +
          " in " +
          days +
          " days (" +
          figures.month(newest[days].cohort_month) +
          ")"
        );
      });
      return {
        title: longest
          ? "A customer brings " +
            figures.money(longest.ltv, cur) +
            " in the first " +
            (newest[90] ? 90 : newest[30] ? 30 : 7) +
            " days"
          : "No cohort’s window is over yet",
        subtitle: zoneAndMonths(
          answers,
          cur + " net revenue a customer within 7, 30 and 90 days; " + "hollow: window partly open"
        ),
        sentence: words.length
          ? "The newest cohorts whose window is over for all: " + words.join(", ") + "."
          : "Windows that are still open are not drawn.",
        table: {
          columns: [
            { name: "Cohort", kind: "month" },
            { name: "Window, days", kind: "count" },
            { name: "Customers", kind: "count" },
            { name: "Window over", kind: "count" },
            { name: "LTV", kind: "money" },
            { name: "Bought again", kind: "rate" },
            { name: "Closed", kind: "yes" }
          ],
          rows: list
        }
      };
    },
    option: function (answers, settings) {
      var option = charts.base("ltv", answers, settings),
        colors = charts.theme(settings);
      var cur = charts.meta(answers).currency,
        isNarrow = charts.narrow(settings);
      var cohorts = charts.rows(answers.d7).map(function (row) {
        return row.cohort_month;
      });
      var drawable = WINDOWS.some(function (days) {
        return charts.rows(answers["d" + days]).some(eligible);
      });
      if (!drawable)
        return charts.empty(option, settings, "No customer’s first 7 days are over yet");
      var most = 0,
        hue = colors.first;
      WINDOWS.forEach(function (days) {
        charts
          .rows(answers["d" + days])
          .filter(eligible)
          .forEach(function (row) {
            most = Math.max(most, row.ltv);
          });
      });
      var left = isNarrow ? 46 : 58,
        gap = 20,
        top = settings.framed ? 112 : 28;
      var bottom = settings.framed ? 62 : 28,
        tall = charts.height("ltv", answers, settings);
      var wide = (settings.width - left - 14 - 2 * gap) / 3,
        part = (tall - top - bottom) / 3;
      option.grid = WINDOWS.map(function (days, index) {
        return isNarrow
          ? { left: left, right: 14, top: top + index * part, height: part - 26 }
          : { left: left + index * (wide + gap), width: wide, top: top, bottom: bottom };
      });
      option.graphic = (option.graphic || []).concat(
        WINDOWS.map(function (days, index) {
          return {
            type: "text",
            left: isNarrow ? left : left + index * (wide + gap),
            silent: true,
            top: (isNarrow ? top + index * part : top) - 22,
            style: { text: days + " days", fill: colors.ink, font: "600 12px " + charts.FONT }
          };
        })
      );
      option.xAxis = WINDOWS.map(function (days, index) {
        return charts.categoryAxis(settings, cohorts, {
          gridIndex: index,
          boundaryGap: true,
          axisLabel: {
            show: !isNarrow || index === 2,
            color: colors.muted,
            fontSize: 12,
            hideOverlap: true,
            formatter: function (value) {
              return figures.month(value).replace(/ \d\d/, " ’");
            }
          }
        });
      });
      var steps = charts.evenSteps(most);
      option.yAxis = WINDOWS.map(function (days, index) {
        return charts.valueAxis(settings, figures.short, {
          gridIndex: index,
          min: steps.min,
          max: steps.max,
          interval: steps.interval,
          axisLabel: {
            show: isNarrow || index === 0,
            color: colors.muted,
            fontSize: 12,
            formatter: figures.short
          }
        });
      });
      option.series = [];
      WINDOWS.forEach(function (days, index) {
        var list = charts.rows(answers["d" + days]);
        var points = list.map(function (row) {
          return { at: row.cohort_month, start: row.cohort_month, row: row };
        });
        var value = function (point) {
          return eligible(point.row) ? point.row.ltv : null;
        };
        var split = charts.parts(points, value, function (point) {
          return point.row.is_mature;
        });
        var name = days + " days",
          place = { xAxisIndex: index, yAxisIndex: index, showSymbol: list.length < 40 };
        var open = {
          xAxisIndex: index,
          yAxisIndex: index,
          showSymbol: list.length < 40,
          lineStyle: { color: hue, width: 2.25, type: [4, 4] },
          itemStyle: { color: colors.paper, borderColor: hue, borderWidth: 1.5 }
        };
        option.series.push(charts.line(name, hue, split.dashed, open));
        option.series.push(charts.line(name, hue, split.solid, place));
      });
      option.tooltip = charts.tooltip(settings, function (params) {
        var month = params[0].axisValue,
          lines = [];
        WINDOWS.forEach(function (days, index) {
          charts.rows(answers["d" + days]).forEach(function (row) {
            if (row.cohort_month !== month) return;
            lines.push([
              days + " days" + (row.is_mature || !eligible(row) ? "" : ", partly open"),
              eligible(row) ? figures.money(row.ltv, cur) : "open",
              hue
            ]);
          });
        });
        return charts.tip(figures.month(month), lines);
      });
      option.axisPointer = { link: [{ xAxisIndex: "all" }] };
      return option;
    },
    height: function (answers, settings) {
      return charts.narrow(settings) ? 420 : 270;
    }
  });
});
