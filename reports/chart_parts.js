// What charts are made of: colours, periods of an answer, lines and labels, axes, tooltips. Pure
// functions, ES5. Load after figures.js. In a browser: the global CartographChartParts.
(function (root, make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(require("./figures.js"));
  } else {
    root.CartographChartParts = make(root.CartographFigures);
  }
})(typeof globalThis === "object" ? globalThis : this, function (figures) {
  "use strict";

  // Okabe and Ito's colours: told apart with any colour vision.
  var THEMES = {
    light: {
      paper: "#ffffff",
      ink: "#1b1f24",
      muted: "#59606a",
      grid: "#e8eaed",
      axis: "#c3c8cf",
      grey: "#a9b0b9",
      first: "#0072B2",
      second: "#E69F00",
      third: "#009E73",
      fourth: "#CC79A7",
      fifth: "#D55E00"
    },
    dark: {
      paper: "#15181d",
      ink: "#e9ecf0",
      muted: "#a2a9b4",
      grid: "#272c34",
      axis: "#434a55",
      grey: "#6b7380",
      first: "#56B4E9",
      second: "#E69F00",
      third: "#009E73",
      fourth: "#CC79A7",
      fifth: "#D55E00"
    }
  };
  var FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif";

  function theme(settings) {
    return THEMES[settings.theme === "dark" ? "dark" : "light"];
  }

  function rows(answer) {
    return (answer && answer.data) || [];
  }

  function meta(answers) {
    for (var role in answers) if (answers[role] && answers[role].meta) return answers[role].meta;
    return {};
  }

  /// Whether the width is a phone's.
  function narrow(settings) {
    return settings.width < 520;
  }

  /// The rows of an answer as periods {at, start, end, complete, row}, whatever their grain. The
  /// last day of data may still be going on, so it is not complete.
  function periods(answer) {
    var list = rows(answer),
      asOf = answer && answer.meta && answer.meta.as_of,
      result = [];
    for (var i = 0; i < list.length; i++) {
      var row = list[i];
      var start = row.period_start || row.date;
      result.push({
        at: figures.time(start),
        start: start,
        end: row.period_end || row.date,
        complete: row.date ? row.date !== asOf : row.is_complete !== false,
        row: row
      });
    }
    return result;
  }

  /// Parts a line into what is final and what is not: dashed parts join their final neighbours.
  function parts(points, value, isFinal) {
    var solid = [],
      dashed = [];
    for (var i = 0; i < points.length; i++) {
      var y = value(points[i]);
      y = figures.known(y) ? y : null;
      var item = { value: [points[i].at, y], start: points[i].start, final: isFinal(points[i]) };
      var blank = { value: [points[i].at, null] };
      var touches =
        !item.final ||
        (i > 0 && !isFinal(points[i - 1])) ||
        (i + 1 < points.length && !isFinal(points[i + 1]));
      solid.push(item.final ? item : blank);
      // A final neighbour has its mark from the line that it belongs to.
      dashed.push(
        !touches
          ? blank
          : item.final
            ? { value: item.value, start: item.start, final: true, symbol: "none" }
            : item
      );
    }
    return { solid: solid, dashed: dashed };
  }

  /// Each day as a period whose row has the mean of it and the six days before; null before the
  /// seventh.
  function trailingMean(points, value) {
    return points.map(function (point, index) {
      var total = 0;
      for (var i = Math.max(0, index - 6); i <= index; i++) total += value(points[i]) || 0;
      return {
        at: point.at,
        start: point.start,
        end: point.end,
        complete: point.complete,
        row: { mean: index < 6 ? null : total / 7 }
      };
    });
  }

  function anyKnown(data) {
    for (var i = 0; i < data.length; i++) {
      if (figures.known(data[i]) && figures.known((data[i].value || data[i])[1])) return true;
    }
    return false;
  }

  function line(name, color, data, more) {
    var series = {
      type: "line",
      name: name,
      data: data,
      showSymbol: data.length < 2,
      symbol: "circle",
      symbolSize: 6,
      connectNulls: false,
      silent: true,
      lineStyle: { color: color, width: 2.25, cap: "round", join: "round" },
      itemStyle: { color: color },
      emphasis: { disabled: true }
    };
    for (var key in more) series[key] = more[key];
    return series;
  }

  /// Writes a series' name at its last point.
  function labelled(series, text, color) {
    series.endLabel = {
      show: true,
      formatter: text,
      color: color,
      fontSize: 12,
      fontFamily: FONT,
      distance: 6,
      fontWeight: 500
    };
    return series;
  }

  /// Moves the labels at the lines' ends apart, where they would lie upon each other on an axis
  /// from `low` over `tall` pixels.
  function spreadLabels(series, low, tall) {
    var most = low,
      labels = [];
    series.forEach(function (one) {
      var last = null;
      one.data.forEach(function (item) {
        var y = (item.value || item)[1];
        if (!figures.known(y)) return;
        most = Math.max(most, y);
        last = y;
      });
      if (one.endLabel && last !== null)
        labels.push({ label: one.endLabel, y: last, index: labels.length });
    });
    if (most <= low) return;
    labels.forEach(function (one) {
      one.at = tall * 0.9 * (1 - (one.y - low) / (most - low));
    });
    // Engines differ in what they do with equals: the order of the series decides.
    labels.sort(function (a, b) {
      return a.at - b.at || a.index - b.index;
    });
    for (var i = 1; i < labels.length; i++) {
      var above = labels[i - 1],
        gap = 16 - (labels[i].at + (labels[i].moved || 0) - above.at - (above.moved || 0));
      if (gap <= 0) continue;
      above.moved = (above.moved || 0) - (i === 1 ? gap / 2 : 0);
      labels[i].moved = (labels[i].moved || 0) + (i === 1 ? gap / 2 : gap);
    }
    labels.forEach(function (one) {
      if (one.moved) one.label.offset = [0, Math.round(one.moved)];
    });
  }

  function valueAxis(settings, write, more) {
    var colors = theme(settings);
    var axis = {
      type: "value",
      splitNumber: 4,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: colors.grid } },
      axisLabel: { color: colors.muted, fontSize: 12, formatter: write }
    };
    for (var key in more) axis[key] = more[key];
    return axis;
  }

  /// The days to write below an axis from `first` to `last`: at most about `most`, at even steps.
  function ticks(first, last, most) {
    var days = Math.round((last - first) / figures.DAY),
      result = [],
      at;
    var steps = [1, 2, 7, 14];
    for (var i = 0; i < steps.length; i++) {
      if (days / steps[i] > most) continue;
      var monday = 4 * figures.DAY; // 5 January 1970
      at =
        steps[i] < 7
          ? first
          : first + ((7 - (((first - monday) / figures.DAY) % 7)) % 7) * figures.DAY;
      for (; at <= last; at += steps[i] * figures.DAY) result.push(at);
      return result;
    }
    var months = Math.max(1, Math.ceil(days / 30.4 / most));
    months = months <= 3 ? months : months <= 6 ? 6 : 12 * Math.ceil(months / 12);
    var date = new Date(first),
      count = date.getUTCFullYear() * 12 + date.getUTCMonth();
    for (count = Math.ceil(count / months) * months; ; count += months) {
      at = Date.UTC(Math.floor(count / 12), count % 12, 1);
      if (at > last) return result;
      if (at >= first) result.push(at);
    }
  }

  /// An axis of days over [first, last], UTC midnights.
  function timeAxis(settings, first, last, more) {
    var colors = theme(settings),
      long = last - first > 100 * figures.DAY;
    var at = ticks(first, last, Math.max(2, Math.floor(settings.width / (long ? 100 : 90))));
    var axis = {
      type: "time",
      axisTick: { show: false },
      min: first,
      max: last,
      axisLine: { lineStyle: { color: colors.axis } },
      splitLine: { show: false },
      axisLabel: {
        color: colors.muted,
        fontSize: 12,
        hideOverlap: true,
        customValues: at,
        formatter: function (value) {
          var text = figures.day(figures.iso(value));
          return long ? figures.month(figures.iso(value)) : text.substr(0, text.length - 5);
        }
      },
      axisPointer: { label: { show: false } }
    };
    if (first === last) {
      axis.min = first - figures.DAY;
      axis.max = last + figures.DAY;
    }
    for (var key in more) axis[key] = more[key];
    return axis;
  }

  /// Ends and step of a value axis from 0 that holds `most` in at most five even steps.
  function evenSteps(most) {
    var raw = Math.max(most, 1e-9) / 4,
      size = Math.pow(10, Math.floor(Math.log(raw) / Math.LN10));
    var step =
      raw <= size ? size : raw <= 2 * size ? 2 * size : raw <= 5 * size ? 5 * size : 10 * size;
    return { min: 0, max: Math.ceil(most / step) * step, interval: step };
  }

  function categoryAxis(settings, labels, more) {
    var colors = theme(settings);
    var axis = {
      type: "category",
      data: labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colors.axis } },
      axisLabel: { color: colors.muted, fontSize: 12, hideOverlap: true }
    };
    for (var key in more) axis[key] = more[key];
    return axis;
  }

  /// Where the plot lies: room for title and footer where framed, for labels at the lines' ends.
  function grid(settings, right, more) {
    var place = {
      left: narrow(settings) ? 46 : 58,
      right: right || 16,
      top: settings.framed ? 92 : 14,
      bottom: settings.framed ? 62 : 28
    };
    for (var key in more) place[key] = more[key];
    return place;
  }

  /// Room to the right for the longest of some labels.
  function roomFor(labels) {
    var longest = 0;
    for (var i = 0; i < labels.length; i++) longest = Math.max(longest, (labels[i] || "").length);
    return Math.max(20, Math.round(longest * 6.9) + 14);
  }

  /// A tooltip's text: its heading, then a row for each [name, figure, colour].
  function tip(heading, lines) {
    var text = '<div class="tip"><b>' + figures.escape(heading) + "</b>";
    for (var i = 0; i < lines.length; i++) {
      text +=
        '<div class="tip-row"><i style="background:' +
        lines[i][2] +
        '"></i><span>' +
        figures.escape(lines[i][0]) +
        "</span><em>" +
        figures.escape(lines[i][1]) +
        "</em></div>";
    }
    return text + "</div>";
  }

  function tooltip(settings, formatter, trigger) {
    var colors = theme(settings);
    return {
      trigger: trigger || "axis",
      confine: true,
      backgroundColor: colors.paper,
      borderColor: colors.axis,
      borderWidth: 1,
      padding: 0,
      transitionDuration: 0,
      textStyle: { color: colors.ink, fontSize: 13, fontFamily: FONT },
      axisPointer: { type: "line", lineStyle: { color: colors.axis } },
      formatter: formatter
    };
  }

  /// "by day, thin, with the mean of seven days" as a subtitle says it.
  function byGrain(grain) {
    return {
      day: "by day",
      week: "by week",
      month: "by month",
      quarter: "by quarter",
      year: "by year"
    }[grain || "day"];
  }

  function zoneAndMonths(answers, unit) {
    var list = rows(answers.now || answers.d7),
      zone = meta(answers).timezone;
    var words = [unit];
    if (list.length) {
      var first = figures.month(list[0].cohort_month),
        last = figures.month(list[list.length - 1].cohort_month);
      words.push(first === last ? "cohort " + first : "cohorts " + first + " – " + last);
    }
    if (zone) words.push(zone);
    return words.join(" · ");
  }

  /// The cohorts of /retention, oldest first: {cohort_month, cohort_size, days, months}, each step
  /// {number, share, customers, is_closed}; without the cohort's own month and what is not known.
  function cohortsOf(answer) {
    return rows(answer).map(function (cohort) {
      return {
        cohort_month: cohort.cohort_month,
        cohort_size: cohort.cohort_size,
        days: stepsOf(cohort.curve, "day"),
        months: stepsOf(cohort.months, "month")
      };
    });
  }

  function stepsOf(list, name) {
    return list
      .filter(function (step) {
        return step[name] > 0 && figures.known(step.share);
      })
      .map(function (step) {
        return {
          number: step[name],
          share: step.share,
          customers: step.customers,
          is_closed: step.is_closed
        };
      });
  }

  return {
    FONT: FONT,
    zoneAndMonths: zoneAndMonths,
    cohortsOf: cohortsOf,
    THEMES: THEMES,
    theme: theme,
    rows: rows,
    meta: meta,
    narrow: narrow,
    periods: periods,
    parts: parts,
    trailingMean: trailingMean,
    anyKnown: anyKnown,
    line: line,
    labelled: labelled,
    spreadLabels: spreadLabels,
    valueAxis: valueAxis,
    ticks: ticks,
    timeAxis: timeAxis,
    evenSteps: evenSteps,
    categoryAxis: categoryAxis,
    grid: grid,
    roomFor: roomFor,
    tip: tip,
    tooltip: tooltip,
    byGrain: byGrain
  };
});
