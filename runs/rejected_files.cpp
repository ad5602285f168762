// Reasons go into the run log, values of rows do not: they may be of customers.
#include "runs/rejected_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace cartograph::runs {
namespace {

constexpr std::string_view kRejectRate = "reject_rate";

bool is_among(const quality::Result& result, const std::string& source_file) {
  return std::ranges::find(result.findings, source_file, &quality::Result::Finding::key) !=
         result.findings.end();
}

// What to do about files above the limits. Publishing without the rejected rows is offered where
// every file has others.
std::string way_out(const std::vector<ingestion::Delivery>& deliveries,
                    const quality::Result& reject_rate) {
  bool helps = reject_rate.failing_rows == std::ssize(reject_rate.findings);
  for (const auto& delivery : deliveries) {
    if (is_among(reject_rate, delivery.file.source_file) && delivery.rows_staged() == 0) {
      helps = false;
    }
  }
  return helps ? "\n    mend the file and land it again, raise quality.max_reject_rate, or publish "
                 "without the rejected rows: cartograph run --accept-rejects"
               : "\n    mend the file and land it again";
}

}  // namespace

std::vector<RejectedFile> rejected_files(const std::vector<ingestion::Delivery>& deliveries) {
  std::vector<RejectedFile> files;
  for (const auto& delivery : deliveries) {
    if (delivery.rows_quarantined == 0 || !delivery.rejected_whole.empty()) continue;
    files.push_back({delivery.file.source_file, delivery.rows_read, delivery.rows_quarantined,
                     delivery.rejections});
  }
  return files;
}

std::string text_of(const RejectedFile& file, std::string_view indent) {
  constexpr std::size_t kReasonsShown = 5;
  std::string text = fmt::format("{}{}: {} of {} rows rejected", indent, file.source_file,
                                 file.rows_quarantined, file.rows_read);
  for (const auto& row : file.rejections.first()) {
    text += fmt::format("\n{}  line {}: {}", indent, row.line, row.what);
  }
  if (file.rows_quarantined <= std::ssize(file.rejections.first())) return text;
  std::string reasons;
  for (const auto& [reason, rows] : file.rejections.commonest(kReasonsShown)) {
    reasons += fmt::format("{}{} × {}", reasons.empty() ? "" : ", ", rows, reason);
  }
  return text + fmt::format("\n{}  commonest reasons: {}", indent, reasons);
}

std::string text_of_whole(const ingestion::Delivery& delivery) {
  std::string text =
      fmt::format("{}: rejected whole: {}", delivery.file.source_file, delivery.rejected_whole);
  if (!delivery.looks_like.empty()) text += fmt::format("; it seems to be {}", delivery.looks_like);
  return text;
}

std::string failures(const std::vector<quality::Result>& results,
                     const std::vector<ingestion::Delivery>& deliveries) {
  std::string text = "checks failed:";
  for (const quality::Result& result : results) {
    if (result.passed() || result.severity != quality::Severity::error) continue;
    text += fmt::format("\n  {} ({}): {} Found in {} row(s): {}: {}", result.check->name,
                        result.check->table, result.check->expects, result.failing_rows,
                        result.detail, result.observed);
    if (result.check->name == kRejectRate) text += way_out(deliveries, result);
  }
  for (const auto& delivery : deliveries) {
    if (!delivery.rejected_whole.empty()) {
      text += fmt::format("\n  {}", text_of_whole(delivery));
    } else if (!delivery.looks_like.empty()) {
      text +=
          fmt::format("\n  {}: it seems to be {}", delivery.file.source_file, delivery.looks_like);
    }
  }
  return text;
}

std::string rejected_rows(const std::vector<quality::Result>& results,
                          const std::vector<ingestion::Delivery>& deliveries) {
  const auto rate = std::ranges::find_if(
      results, [](const quality::Result& result) { return result.check->name == kRejectRate; });
  if (rate == results.end() || rate->severity != quality::Severity::error) return {};
  std::string text;
  for (const RejectedFile& file : rejected_files(deliveries)) {
    if (is_among(*rate, file.source_file)) text.append("\n").append(text_of(file, "  "));
  }
  return text;
}

}  // namespace cartograph::runs
