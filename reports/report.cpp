// Everything is read, drawn and written before the folder takes its place.
#include "reports/report.hpp"

#include "answers/figures.hpp"
#include "base/error.hpp"
#include "reports/chart.hpp"
#include "reports/memo.hpp"
#include "reports/new_report.hpp"
#include "reports/picture.hpp"
#include "reports/report_page.hpp"
#include "reports/run_summary.hpp"

namespace cartograph::reports {
namespace {

namespace fs = std::filesystem;

constexpr int kPictureWidthPx = 2 * kChartWidth;

std::vector<answers::SummaryRow> summary(warehouse::Reader& reader, const PublishedStore& store,
                                         const Range& range) {
  const auto figures = [&](const Range& of) -> answers::Measures {
    return *answers::ask_one<answers::RangeFigures>(reader, of.from, of.to);
  };
  const Range before = moved(range, range.days());
  std::optional<answers::Measures> base;
  if (store.covers(before)) base = figures(before);
  auto rows = answers::summary(figures(range), base);
  for (answers::SummaryRow& row : rows) {
    row.from = range.from;
    row.to = range.to;
    if (!base) continue;
    row.before_from = before.from;
    row.before_to = before.to;
  }
  return rows;
}

void write_memo(warehouse::Reader& reader, const PublishedStore& store,
                const std::optional<Range>& range, const NewReport& report) {
  const Memo memo = memo_of(read_memo_data(reader, store, range));
  report.write("insights.md", memo_markdown(memo));
  report.write("insights.html", memo_html(memo));
}

void write_files(warehouse::Reader& reader, const PublishedStore& store, const Range& range,
                 const NewReport& report) {
  ChartScript script;
  PageContent page{store, range, summary(reader, store, range), {}, run_sections(reader, store)};
  for (const ChartCall& call : chart_calls(reader, store, range)) {
    page.charts.push_back(script.draw(call));
    const Chart& chart = page.charts.back();
    report.write(chart.name + ".svg", chart.svg);
    report.write(chart.name + ".png", png_of(chart.svg, kPictureWidthPx));
  }
  report.write("report.html", report_page(page));
  report.write("run_summary.md", run_summary(store, page.run));
}

}  // namespace

fs::path write_report(warehouse::Reader& reader, const ReportSettings& settings) {
  const PublishedStore store = published_store(reader, settings.store);
  const auto as_of = store.as_of();
  const fs::path name = as_of ? to_string(*as_of) : "empty";
  const fs::path place = settings.out.value_or(settings.reports / name);
  NewReport report(place);
  write_files(reader, store, settings.range.value_or(store.last_days(kDaysShown)), report);
  write_memo(reader, store, settings.range, report);
  report.take_place();
  if (!settings.out) lead_to(settings.reports / "latest", name);
  return place;
}

}  // namespace cartograph::reports
