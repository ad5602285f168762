// What there is to tell people and other programs of: an event, the id that it keeps however often
// it is made or sent, and its form as JSON. Values; pure functions.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "base/instant.hpp"

namespace cartograph::orchestration {

enum class EventKind { publish, failure, failed_check, alert_opened, overdue };

/// As it stands in the JSON: publish, failure, failed_check, alert_opened, overdue.
std::string_view name(EventKind kind);

struct Event {
  EventKind kind = EventKind::publish;
  std::string subject;       // what it is about, such as a run's id: of a kind never two of one
  Instant at;                // when it happened
  std::string text;          // one sentence
  boost::json::object data;  // what the text says and more, for programs
};

/// A UUID of these words: the same words, the same UUID, on every machine.
std::string uuid_of(std::string_view words);

/// The same for the same kind and subject in the same warehouse.
std::string event_id(const Event& event, std::string_view warehouse);

/// One object: id, type, timestamp, warehouse, text, data.
std::string to_json(const Event& event, std::string_view warehouse);

}  // namespace cartograph::orchestration
