// How figures, days and ranges are written, for the dashboard in a browser and the report in the
// program. ES5 without Intl, so that both give the same text; a day is its UTC midnight, in
// milliseconds. Pure functions. In a browser: the global CartographFigures.
(function (root, make) {
  if (typeof module === "object" && module.exports) module.exports = make();
  else root.CartographFigures = make();
})(typeof globalThis === "object" ? globalThis : this, function () {
  "use strict";

  var DAY = 86400000;
  var MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  var SYMBOLS = { EUR: "€", USD: "$", GBP: "£" };
  var MINUS = "−";
  var THIN = " ";
  var DASH = "–";
  var NOTHING = "–";

  function known(value) {
    return value !== null && value !== undefined;
  }

  function pad(number) {
    return (number < 10 ? "0" : "") + number;
  }

  /// The UTC midnight of "2026-02-24"; null of anything that is no such text.
  function time(day) {
    var parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(day || "");
    return parts ? Date.UTC(+parts[1], +parts[2] - 1, +parts[3]) : null;
  }

  /// "2026-02-24" of a UTC midnight.
  function iso(milliseconds) {
    var date = new Date(milliseconds);
    return date.getUTCFullYear() + "-" + pad(date.getUTCMonth() + 1) + "-" + pad(date.getUTCDate());
  }

  function addDays(day, days) {
    return iso(time(day) + days * DAY);
  }

  /// Days from `from` to `to`, both counted.
  function length(from, to) {
    return Math.round((time(to) - time(from)) / DAY) + 1;
  }

  function grouped(digits) {
    return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  }

  function fixed(value, decimals) {
    var parts = Math.abs(value).toFixed(decimals).split(".");
    var text = grouped(parts[0]) + (parts.length > 1 ? "." + parts[1] : "");
    return (value < 0 && /[1-9]/.test(text) ? MINUS : "") + text;
  }

  function withSign(text, currency) {
    var negative = text.charAt(0) === MINUS;
    var amount = negative ? text.substr(1) : text;
    var symbol = SYMBOLS[currency] || (currency ? currency + " " : "");
    return (negative ? MINUS : "") + symbol + amount;
  }

  /// "€1,234.50"; currencies without a common sign keep their code: "CHF 1,234.50".
  function money(value, currency) {
    return known(value) ? withSign(fixed(value, 2), currency) : NOTHING;
  }

  function count(value) {
    return known(value) ? fixed(value, 0) : NOTHING;
  }

  /// "5.3 %" of 0.053.
  function rate(value, decimals) {
    return known(value)
      ? fixed(value * 100, decimals === undefined ? 1 : decimals) + THIN + "%"
      : NOTHING;
  }

  /// A figure for an axis or a narrow place: "12.5k", "3M".
  function short(value) {
    var size = Math.abs(value);
    var unit =
      size >= 1e9 ? [1e9, "bn"] : size >= 1e6 ? [1e6, "M"] : size >= 1e4 ? [1e3, "k"] : [1, ""];
    var scaled = value / unit[0];
    var decimals = unit[1] && Math.abs(scaled) < 100 && scaled % 1 !== 0 ? 1 : 0;
    if (!unit[1] && size < 100 && value % 1 !== 0) decimals = 1;
    return fixed(scaled, decimals) + unit[1];
  }

  /// short() for an axis up to `most`: all of its figures in the unit of the largest.
  function shortUpTo(most) {
    return function (value) {
      return most >= 1e4 && most < 1e6 && value !== 0 && Math.abs(value) < 1e4
        ? fixed(value / 1e3, value % 1e3 ? 1 : 0) + "k"
        : short(value);
    };
  }

  function shortMoney(value, currency) {
    return known(value) ? withSign(short(value), currency) : NOTHING;
  }

  /// A value of a kind: money, count, rate, day, month, text or yes (a truth).
  function write(value, kind, currency) {
    if (!known(value)) return NOTHING;
    if (kind === "money") return money(value, currency);
    if (kind === "count") return count(value);
    if (kind === "rate") return rate(value);
    if (kind === "day") return day(value);
    if (kind === "month") return month(value);
    if (kind === "yes") return value ? "yes" : "no";
    return String(value);
  }

  function day(text) {
    var at = time(text);
    if (at === null) return NOTHING;
    var date = new Date(at);
    return date.getUTCDate() + " " + MONTHS[date.getUTCMonth()] + " " + date.getUTCFullYear();
  }

  function month(text) {
    var at = time(text);
    if (at === null) return NOTHING;
    var date = new Date(at);
    return MONTHS[date.getUTCMonth()] + " " + date.getUTCFullYear();
  }

  /// "1 Jan – 30 Jan 2026": the year once where both have it.
  function range(from, to) {
    if (from === to) return day(from);
    var first = day(from);
    return (
      (from.substr(0, 4) === to.substr(0, 4) ? first.substr(0, first.length - 5) : first) +
      " " +
      DASH +
      " " +
      day(to)
    );
  }

  /// A period of a grain by its first day: "24 Feb 2026", "week of 23 Feb 2026", "Feb 2026".
  function period(start, grain) {
    if (grain === "week") return "week of " + day(start);
    if (grain === "month") return month(start);
    if (grain === "quarter") {
      return (
        "Q" + (Math.floor(new Date(time(start)).getUTCMonth() / 3) + 1) + " " + start.substr(0, 4)
      );
    }
    return grain === "year" ? start.substr(0, 4) : day(start);
  }

  /// "12.3 % above", "4.0 % below", "level with"; null where there is no base to compare with.
  function against(value, before) {
    if (!known(value) || !known(before) || before <= 0) return null;
    var change = value / before - 1;
    if (Math.abs(change) < 0.0005) return "level with";
    return rate(Math.abs(change)) + (change > 0 ? " above" : " below");
  }

  /// "▲ 12.3 %", "▼ 4.0 %", "± 0.0 %".
  function signed(change) {
    if (!known(change)) return NOTHING;
    var text = rate(Math.abs(change));
    return Math.abs(change) < 0.0005 ? "±" + THIN + text : (change > 0 ? "+" : MINUS) + text;
  }

  /// The exact sum of money amounts, by way of whole cents.
  function sumMoney(rows, field) {
    var cents = 0;
    for (var i = 0; i < rows.length; i++) cents += Math.round((rows[i][field] || 0) * 100);
    return cents / 100;
  }

  function sum(rows, field) {
    var total = 0;
    for (var i = 0; i < rows.length; i++) total += rows[i][field] || 0;
    return total;
  }

  function median(values) {
    var sorted = values.slice().sort(function (a, b) {
      return a - b;
    });
    var middle = sorted.length >> 1;
    if (!sorted.length) return null;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /// "1 order", "2 orders"; `many` where the plural is not made by an s.
  function counted(number, one, many) {
    return count(number) + " " + (number === 1 ? one : many || one + "s");
  }

  function escape(text) {
    return String(text)
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;");
  }

  return {
    DAY: DAY,
    NOTHING: NOTHING,
    known: known,
    time: time,
    iso: iso,
    addDays: addDays,
    length: length,
    money: money,
    count: count,
    rate: rate,
    short: short,
    shortUpTo: shortUpTo,
    shortMoney: shortMoney,
    write: write,
    day: day,
    month: month,
    range: range,
    period: period,
    against: against,
    signed: signed,
    sum: sum,
    sumMoney: sumMoney,
    median: median,
    counted: counted,
    escape: escape
  };
});
