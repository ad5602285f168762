// The reader sees one run, so all that is asked of it belongs together.
#include "reports/published_store.hpp"

#include <fmt/format.h>

#include "answers/store.hpp"
#include "base/json_text.hpp"

namespace cartograph::reports {

PublishedStore published_store(warehouse::Reader& reader, const StoreSettings& settings) {
  PublishedStore store{reader.published(), settings, std::nullopt};
  if (const auto facts = answers::ask_one<answers::Store>(reader)) {
    if (facts->reporting_currency) store.settings.currency = *facts->reporting_currency;
    if (facts->reporting_timezone) store.settings.timezone = *facts->reporting_timezone;
    store.first_day = facts->first_day;
  }
  return store;
}

std::string answer_json(const PublishedStore& store, std::string_view data, std::size_t count) {
  const auto text = [](const std::optional<std::string>& value) {
    return value ? json_text(*value) : "null";
  };
  std::optional<std::string> run;
  std::optional<std::string> published_at;
  std::optional<std::string> as_of;
  if (store.published) {
    run = store.published->run_id;
    published_at = to_string(store.published->published_at);
  }
  if (store.as_of()) as_of = to_string(*store.as_of());
  return fmt::format(
      R"({{"data":{},"meta":{{"run_id":{},"as_of":{},"published_at":{},"currency":{},)"
      R"("timezone":{},"count":{},"next_cursor":null}}}})",
      data, text(run), text(as_of), text(published_at), json_text(store.settings.currency),
      json_text(store.settings.timezone), count);
}

}  // namespace cartograph::reports
