// What was known lately guards against telling of the same thing twice after a crash; older ids
// cannot come again, since runs are told of in order.
#include "orchestration/outbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "base/log.hpp"
#include "orchestration/durable_file.hpp"

namespace cartograph::orchestration {
namespace {

namespace json = boost::json;

constexpr std::size_t kKnownMax = 4000;

std::string known_as(const Waiting& waiting) { return waiting.channel + " " + waiting.id; }

json::value to_value(const Waiting& waiting) {
  return {{"channel", waiting.channel},   {"id", waiting.id},
          {"body", waiting.body},         {"made_at", waiting.made_at.micros},
          {"attempts", waiting.attempts}, {"next_at", waiting.next_at.micros}};
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

Waiting to_waiting(const json::value& value) {
  return {text_of(value.at("channel")),
          text_of(value.at("id")),
          text_of(value.at("body")),
          Instant{value.at("made_at").to_number<std::int64_t>()},
          value.at("attempts").to_number<int>(),
          Instant{value.at("next_at").to_number<std::int64_t>()}};
}

json::array to_array(const std::vector<std::string>& texts) {
  json::array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

std::vector<std::string> to_texts(const json::value& value) {
  std::vector<std::string> texts;
  for (const json::value& text : value.as_array()) texts.push_back(text_of(text));
  return texts;
}

std::string to_text(const OutboxState& state) {
  json::array waiting;
  for (const Waiting& entry : state.waiting) waiting.push_back(to_value(entry));
  json::object told;
  for (const auto& [warehouse, entry] : state.told) {
    told[warehouse] = {{"last_run", entry.last_run}, {"open_alerts", to_array(entry.open_alerts)}};
  }
  return json::serialize(json::object{{"waiting", std::move(waiting)},
                                      {"known", to_array(state.known)},
                                      {"told", std::move(told)}}) +
         "\n";
}

// Throws std::exception where it is no outbox.
OutboxState to_state(std::string_view text) {
  const json::value document = json::parse({text.data(), text.size()});
  OutboxState state;
  for (const json::value& entry : document.at("waiting").as_array()) {
    state.waiting.push_back(to_waiting(entry));
  }
  state.known = to_texts(document.at("known"));
  for (const auto& [warehouse, entry] : document.at("told").as_object()) {
    state.told[std::string(warehouse)] = {text_of(entry.at("last_run")),
                                          to_texts(entry.at("open_alerts"))};
  }
  return state;
}

}  // namespace

void OutboxState::put(Waiting entry) {
  const std::string name = known_as(entry);
  if (std::ranges::find(known, name) != known.end()) return;
  known.push_back(name);
  if (known.size() > kKnownMax) known.erase(known.begin());
  waiting.push_back(std::move(entry));
}

FileLock Outbox::lock() const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) {
    throw Error(fmt::format("cannot make the folder {}: {}", folder_.string(), error.message()));
  }
  return FileLock::wait_for(folder_ / "lock");
}

OutboxState Outbox::read() const {
  const FileLock held = lock();
  return load();
}

void Outbox::change(const std::function<void(OutboxState&)>& change) const {
  const FileLock held = lock();
  OutboxState state = load();
  change(state);
  replace_file(folder_ / "outbox.json", to_text(state));
}

OutboxState Outbox::load() const {
  const std::filesystem::path file = folder_ / "outbox.json";
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    if (!std::filesystem::exists(file)) return {};
    throw Error(fmt::format("cannot read {}: {}", file.string(), std::strerror(errno)));
  }
  std::ostringstream text;
  text << in.rdbuf();
  try {
    return to_state(text.view());
  } catch (const std::exception&) {
    std::filesystem::path aside = file;
    aside += ".damaged";
    std::filesystem::rename(file, aside);
    log::warning(fmt::format("{} is damaged; it lies at {} now, and what it held is not sent",
                             file.string(), aside.string()));
    return {};
  }
}

std::optional<FileLock> Outbox::turn() const {
  { const FileLock makes_the_folder = lock(); }
  return FileLock::try_for(folder_ / "turn");
}

void Outbox::give_up(const Waiting& waiting, std::string_view reason) const {
  json::value entry = to_value(waiting);
  entry.as_object()["reason"] = reason;
  append_line(undelivered(), json::serialize(entry));
}

}  // namespace cartograph::orchestration
