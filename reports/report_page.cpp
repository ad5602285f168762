// Tables lie in <details>: on paper and at first sight the pictures count, the rows are a click
// away.
#include "reports/report_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "answers/catalogue.hpp"
#include "base/embedded.hpp"
#include "base/exact_text.hpp"
#include "reports/wording.hpp"

namespace cartograph::reports {
namespace {

// What the browser may load: nothing that is not in the file.
constexpr std::string_view kPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

std::string_view stylesheet() {
  for (const EmbeddedFile& file : embedded_files("reports")) {
    if (file.path == "reports/report.css") return file.text;
  }
  return {};
}

Instant whole_second(Instant instant) {
  return {instant.micros - instant.micros % kMicrosPerSecond};
}

std::string figure_text(const answers::SummaryRow& row,
                        const std::optional<answers::Measured>& value, std::string_view currency) {
  if (!value) return "–";
  const double number = std::stod(value->text);
  if (row.unit == "count") return count_text(static_cast<std::int64_t>(number));
  if (row.unit == "rate") return rate_text(number);
  return money_text(parse_money(value->text).value_or(Money{}), currency);
}

// A change of a rate is one of points, not of per cent.
std::string change_text(const answers::SummaryRow& row) {
  if (!row.change) return "–";
  const double change = std::stod(row.change->text);
  const std::string sign = change > 0 ? "+" : "";
  if (row.unit == "rate") return points_text(change);
  return row.change_rate ? sign + rate_text(row.change_rate->value) : "–";
}

std::string summary_table(const PageContent& content) {
  const bool is_compared = !content.summary.empty() && content.summary[0].before_from;
  std::string text =
      "<section>\n<h2>Figures</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"Table\"><table class=\"figures\">\n<thead><tr>"
      "<th scope=\"col\">Measure</th><th scope=\"col\" class=\"number\">This range</th>";
  if (is_compared) {
    text +=
        "<th scope=\"col\" class=\"number\">Period before</th>"
        "<th scope=\"col\" class=\"number\">Change</th>";
  }
  text += "</tr></thead>\n<tbody>\n";
  const std::string& currency = content.store.settings.currency;
  for (const answers::CatalogueEntry& entry : answers::catalogue()) {
    const auto found =
        std::ranges::find(content.summary, entry.name, &answers::SummaryRow::measure);
    if (found == content.summary.end()) continue;
    const answers::SummaryRow& row = *found;
    text += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td>",
                        html_text(entry.title), html_text(figure_text(row, row.value, currency)));
    if (is_compared) {
      text += fmt::format("<td class=\"number\">{}</td><td class=\"number\">{}</td>",
                          html_text(figure_text(row, row.before, currency)),
                          html_text(change_text(row)));
    }
    text += "</tr>\n";
  }
  text += "</tbody></table></div>\n";
  if (is_compared) {
    text += fmt::format(
        "<p class=\"note\">The period before is {}.</p>\n",
        html_text(range_text({*content.summary[0].before_from, *content.summary[0].before_to})));
  }
  return text + "</section>\n";
}

std::string chart_table(const Chart& chart) {
  std::string text = fmt::format(
      "<details><summary>Table: {}</summary>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"Table\"><table>\n<thead><tr>",
      counted_text(static_cast<std::int64_t>(chart.rows.size()), "row", "rows"));
  const auto place = [&](std::size_t i) {
    return chart.columns[i].is_number ? " class=\"number\"" : "";
  };
  for (std::size_t i = 0; i < chart.columns.size(); ++i) {
    text += fmt::format("<th scope=\"col\"{}>{}</th>", place(i), html_text(chart.columns[i].name));
  }
  text += "</tr></thead>\n<tbody>\n";
  for (const auto& row : chart.rows) {
    text += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += fmt::format("<td{}>{}</td>", place(i), html_text(row[i]));
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table></div></details>\n";
}

std::string figure(const Chart& chart) {
  return fmt::format("<figure id=\"{}\">\n{}\n<figcaption>{}</figcaption>\n{}</figure>\n",
                     html_text(chart.name), chart.svg, html_text(chart.sentence),
                     chart.rows.empty() ? "" : chart_table(chart));
}

}  // namespace

std::string html_page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n"
      "</html>\n",
      kPolicy, html_text(title), stylesheet(), body);
}

std::string provenance(const PublishedStore& store) {
  if (!store.published) return "Nothing published yet";
  const auto as_of = store.as_of();
  return fmt::format("{} · {} · days in {} · run {}, published {}",
                     as_of ? "Figures as of " + day_text(*as_of) : "No sale yet",
                     store.settings.currency, store.settings.timezone, store.published->run_id,
                     short_text(whole_second(store.published->published_at)));
}

std::string report_page(const PageContent& content) {
  const std::string title =
      content.store.as_of() ? "Store figures, " + range_text(content.range) : "Store figures";
  std::string body = fmt::format("<header><h1>{}</h1><p>{}</p></header>\n", html_text(title),
                                 html_text(provenance(content.store)));
  if (content.store.as_of()) body += summary_table(content);
  for (const Chart& chart : content.charts) body += figure(chart);
  body += html_of(content.run);
  return html_page(title, body);
}

}  // namespace cartograph::reports
