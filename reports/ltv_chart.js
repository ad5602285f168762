// The chart ltv: lifetime value within 7, 30 and 90 days, three panels that share an axis. Roles: `d7`,
// `d30`, `d90`, the answers of /ltv/{days}. A window that is open is hollow or absent, never zero.
(function (root, make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(require("./figures.js"), require("./charts.js"));
  } else {
    make(root.CartographFigures, root.CartographCharts);
  }
})(typeof globalThis === "object" ? globalThis : this, function (figures, charts) {
  "use strict";

  var WINDOWS = [7, 30, 90];

  function eligible(row) {
    return row.eligible_customers > 0 && figures.known(row.ltv);
  }

  function isBlank(answers) {
    return Boolean(
      answers.d7 &&
      !WINDOWS.some(function (days) {
        return charts.rows(answers["d" + days]).some(eligible);
      })
    );
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
        subtitle: charts.zoneAndMonths(
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
      if (isBlank(answers))
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
        gap = isNarrow ? 20 : 40,
        top = settings.framed ? 112 : 28;
      var bottom = settings.framed ? 62 : 28,
        tall = charts.height("ltv", answers, settings);
      var wide = (settings.width - left - 14 - 2 * gap) / 3,
        part = (tall - top - bottom) / 3;
      option.grid = WINDOWS.map(function (days, index) {
        return isNarrow
          ? { left: left, right: 14, top: top + index * part, height: part - 46 }
          : { left: left + index * (wide + gap), width: wide, top: top, bottom: bottom };
      });
      option.graphic = (option.graphic || []).concat(
        WINDOWS.map(function (days, index) {
          return {
            type: "text",
            left: isNarrow ? left : left + index * (wide + gap),
            silent: true,
            top: (isNarrow ? top + index * part : top) - 24,
            style: { text: days + " days", fill: colors.ink, font: "600 12px " + charts.FONT }
          };
        })
      );
      WINDOWS.forEach(function (days, index) {
        if (isNarrow || charts.rows(answers["d" + days]).some(eligible)) return;
        option.graphic.push({
          type: "text",
          left: left + index * (wide + gap) + wide / 2 - 62,
          top: (top + tall - bottom) / 2,
          silent: true,
          style: { text: "no window is over yet", fill: colors.muted, font: "12px " + charts.FONT }
        });
      });
      WINDOWS.forEach(function (days, index) {
        if (charts.rows(answers["d" + days]).some(eligible)) return;
        option.graphic.push({
          type: "text",
          left: (isNarrow ? left : left + index * (wide + gap)) + 8,
          top: (isNarrow ? top + index * part : top) + 8,
          silent: true,
          style: { text: "no window is over", fill: colors.muted, font: "12px " + charts.FONT }
        });
      });
      option.xAxis = WINDOWS.map(function (days, index) {
        return charts.categoryAxis(settings, cohorts, {
          gridIndex: index,
          boundaryGap: true,
          axisLabel: {
            show: !isNarrow || index === 2,
            color: colors.muted,
            fontSize: 12,
            hideOverlap: true,
            interval: function (at) {
              // At most three, and none at the end: the next panel's first would lie upon it.
              var step = Math.ceil(cohorts.length / 3);
              return at % step === 0 && (step === 1 || at + step / 2 < cohorts.length);
            },
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
    isBlank: isBlank,
    height: function (answers, settings) {
      return charts.narrow(settings) ? 420 : 270;
    }
  });
});
