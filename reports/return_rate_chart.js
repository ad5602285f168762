// The chart return_rate: by week of delivery or longer, dashed where orders can still come back.
// Registers itself with charts.js; ES5.
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

  var RETURN_WINDOW = 30; // days

  /// The first day whose deliveries can still be sent back.
  function oldest(answers) {
    return figures.addDays(charts.meta(answers).as_of, 1 - RETURN_WINDOW);
  }

  function isSettled(answers) {
    return function (point) {
      return point.complete && point.end < oldest(answers);
    };
  }

  function deliveries(points) {
    return points.reduce(function (sum, point) {
      return sum + point.row.orders_delivered;
    }, 0);
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
    if (deliveries(points) && points[points.length - 1].end >= oldest(answers)) {
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
          : !deliveries(points)
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
        table: overTime.table(points, settings, [
          ["Return rate", "rate", "return_rate"],
          ["Orders delivered", "count", "orders_delivered"],
          ["of them came back", "count", "returned_of_delivered"]
        ])
      };
    },
    option: function (answers, settings) {
      var colors = charts.theme(settings),
        points = charts.periods(answers.now);
      if (!deliveries(points)) {
        return charts.empty(
          charts.base("return_rate", answers, settings),
          settings,
          "No deliveries in this range"
        );
      }
      var own = overTime.withBefore(settings),
        series = [];
      if (answers.before) {
        series.push(
          overTime.comparison(
            own,
            points,
            charts.periods(answers.before),
            overTime.field("return_rate")
          )
        );
      }
      series = series.concat(
        overTime.bothParts(
          own,
          "Returned",
          colors.fifth,
          charts.parts(points, overTime.field("return_rate"), isSettled(answers)),
          "may still rise"
        )
      );
      return overTime.overTime(
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
});
