// What charts over time share: a line that is dashed where it is not final, the range compared with
// moved under the one shown, days with their mean of seven, extremes, tables. Roles: `now`, the
// periods of the chosen grain; `before`, the same of the range compared with; `days`, the days
// behind weekly values. ES5. In a browser: the global CartographOverTime.
(function (root, make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(require("./figures.js"), require("./charts.js"));
  } else {
    root.CartographOverTime = make(root.CartographFigures, root.CartographCharts);
  }
})(typeof globalThis === "object" ? globalThis : this, function (figures, charts) {
  "use strict";

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

  function highest(series) {
    var high = 0;
    series.forEach(function (one) {
      one.data.forEach(function (item) {
        var y = (item.value || item)[1];
        if (figures.known(y)) high = Math.max(high, y);
      });
    });
    return high;
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
    option.yAxis = charts.valueAxis(
      settings,
      writeAxis === figures.short ? figures.shortUpTo(highest(series)) : writeAxis,
      axisMore
    );
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

  return {
    complete: complete,
    field: field,
    currency: currency,
    moved: moved,
    pointsInRange: pointsInRange,
    timeTip: timeTip,
    bothParts: bothParts,
    comparison: comparison,
    measure: measure,
    extent: extent,
    lowest: lowest,
    overTime: overTime,
    withBefore: withBefore,
    grainWords: grainWords,
    extremes: extremes,
    extremeSentence: extremeSentence,
    table: table,
    compared: compared,
    comparable: comparable
  };
});
