// The chart retention: who bought again by day n, a step curve a cohort. Role: `now`, the answer of
// /retention. What is not over for all of a cohort is dashed. Registers itself with charts.js; ES5.
(function (root, make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(require("./figures.js"), require("./charts.js"));
  } else {
    make(root.CartographFigures, root.CartographCharts);
  }
})(typeof globalThis === "object" ? globalThis : this, function (figures, charts) {
  "use strict";

  var LAST_DAY = 90;

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

  /// The longest of the windows that is closed for a cohort, as [days, median share, cohorts].
  function longestWindow(curves) {
    var result = null;
    [7, 30, LAST_DAY].forEach(function (days) {
      var shares = curves
        .filter(function (points) {
          return days < points.length && points[days][2];
        })
        .map(function (points) {
          return points[days][1];
        });
      if (shares.length) result = [days, figures.median(shares), shares.length];
    });
    return result;
  }

  function isBlank(answers) {
    return Boolean(
      answers.now &&
      !charts.cohortsOf(answers.now).some(function (cohort) {
        return cohort.days.length;
      })
    );
  }

  charts.add("retention", {
    describe: function (answers) {
      var list = charts.cohortsOf(answers.now),
        curves = list.map(curve),
        middle = medianCurve(curves);
      var closed = curves.filter(isWatchedWhole).length;
      var end = middle.length ? middle[middle.length - 1][1] : null,
        longest = longestWindow(curves);
      return {
        title: longest
          ? figures.rate(longest[1]) +
            " of a cohort’s customers buy again within " +
            longest[0] +
            " days"
          : list.length
            ? "No cohort has been watched for 7 days yet"
            : "No cohorts yet",
        subtitle: charts.zoneAndMonths(
          answers,
          "% who bought again by day n (Kaplan–Meier), dashed: not over for all"
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
          : (longest
              ? "That is the median of " + figures.counted(longest[2], "closed cohort") + ". "
              : "") + "Dashed steps are not over for all of a cohort.",
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
      var list = charts.cohortsOf(answers.now),
        curves = list.map(curve),
        names = [];
      var drawn = [];
      list.forEach(function (cohort, index) {
        if (curves[index].length > 1) drawn.push(index);
      });
      if (isBlank(answers))
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
              z: recent ? 6 : 1,
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
    isBlank: isBlank,
    height: function (answers, settings) {
      return charts.narrow(settings) ? 260 : 340;
    }
  });
});
