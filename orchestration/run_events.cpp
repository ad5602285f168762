// Lists are cut: an event is read by people, and receivers take messages of some size only.
#include "orchestration/run_events.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cartograph::orchestration {
namespace {

namespace json = boost::json;

constexpr std::size_t kListedMax = 50;

std::string counted(std::int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

template <class Value, class Describe>
json::array listed(const std::vector<Value>& values, Describe&& describe) {
  json::array list;
  for (std::size_t i = 0; i < std::min(values.size(), kListedMax); ++i) {
    list.push_back(describe(values[i]));
  }
  return list;
}

json::object facts(const EndedRun& run) {
  return {{"run_id", run.run_id},
          {"command", run.command},
          {"started_at", to_string(run.started_at)},
          {"ended_at", to_string(run.ended_at)}};
}

void add_counts(json::object& data, const EndedRun& run) {
  data["files"] = run.files;
  data["rows_read"] = run.rows_read;
  data["rows_staged"] = run.rows_staged;
  data["rows_quarantined"] = run.rows_quarantined;
  data["rejected"] = listed(run.rejected, [](const RejectedRows& rejected) {
    return json::object{
        {"feed", rejected.feed}, {"reasons", rejected.reasons}, {"rows", rejected.rows}};
  });
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

Event publish_event(const EndedRun& run) {
  Event event{EventKind::publish, run.run_id, run.ended_at, {}, facts(run)};
  event.text = fmt::format("{} {} published: {}, {} staged, {} rejected", run.command, run.run_id,
                           counted(run.files, "file"), counted(run.rows_staged, "row"),
                           run.rows_quarantined);
  add_counts(event.data, run);
  return event;
}

Event failed_check_event(const EndedRun& run) {
  Event event{EventKind::failed_check, run.run_id, run.ended_at, {}, facts(run)};
  const FailedCheck& first = run.failed_checks.front();
  event.text = fmt::format("{} of {} {} failed{}: {}, {}; it {}",
                           counted(std::ssize(run.failed_checks), "check"), run.command, run.run_id,
                           run.failed_checks.size() == 1 ? "" : ", the first", first.check,
                           counted(first.failing_rows, "row"),
                           run.is_published ? "published nevertheless" : "did not publish");
  event.data["is_published"] = run.is_published;
  event.data["checks_failed"] = run.failed_checks.size();
  event.data["checks"] = listed(run.failed_checks, [](const FailedCheck& check) {
    return json::object{{"check", check.check},       {"table", check.table},
                        {"severity", check.severity}, {"failing_rows", check.failing_rows},
                        {"expected", check.expected}, {"observed", check.observed}};
  });
  return event;
}

}  // namespace

std::vector<Event> events_of(const EndedRun& run) {
  std::vector<Event> events;
  if (run.is_published) {
    events.push_back(publish_event(run));
  } else {
    events.push_back(failure_event(run.command, run.run_id, run.ended_at, run.error));
    events.back().data["error"] = run.error;
    events.back().data["started_at"] = to_string(run.started_at);
    add_counts(events.back().data, run);
  }
  if (!run.failed_checks.empty()) events.push_back(failed_check_event(run));
  return events;
}

Event alert_event(const EndedRun& run, const std::vector<OpenAlert>& opened) {
  Event event{EventKind::alert_opened, run.run_id, run.ended_at, {}, facts(run)};
  event.text = fmt::format("{} opened: {}{} is at risk of running out, {} below its reorder point",
                           counted(std::ssize(opened), "stock alert"),
                           opened.size() == 1 ? "" : "the largest, ", opened.front().sku,
                           opened.front().shortfall);
  event.data["alerts_opened"] = opened.size();
  event.data["alerts"] = listed(opened, [](const OpenAlert& alert) {
    return json::object{
        {"sku", alert.sku},
        {"product_name",
         alert.product_name.empty() ? json::value(nullptr) : json::value(alert.product_name)},
        {"opened_on", alert.opened_on},
        {"available", alert.available},
        {"reorder_point", alert.reorder_point},
        {"shortfall", alert.shortfall}};
  });
  return event;
}

Event failure_event(std::string_view command, std::string_view run_id, Instant at,
                    std::string_view why) {
  Event event{EventKind::failure, std::string(run_id), at, {}, {}};
  event.text = fmt::format("{} {} failed: {}", command, run_id, first_line(why));
  event.data = {{"run_id", run_id},
                {"command", command},
                {"ended_at", to_string(at)},
                {"error", first_line(why)}};
  return event;
}

}  // namespace cartograph::orchestration
