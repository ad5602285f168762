// spdlog does the writing; JSON lines need their text escaped first.
#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

#include "base/json_text.hpp"
#include "base/utf8.hpp"

namespace cartograph::log {
namespace {

bool as_json = false;

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("cartograph",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *instance;
}

void write(spdlog::level::level_enum level, std::string_view word, std::string_view message) {
  const std::string text = printable(message);
  if (as_json) {
    logger().log(level, "{}", json_text(text));
  } else if (word.empty()) {
    logger().log(level, "{}", text);
  } else {
    logger().log(level, "{}: {}", word, text);
  }
}

}  // namespace

void configure(Format format, bool quiet) {
  as_json = format == Format::json;
  logger().set_pattern(
      as_json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l","message":%v})" : "%v",
      spdlog::pattern_time_type::utc);
  logger().set_level(quiet ? spdlog::level::warn : spdlog::level::info);
}

void info(std::string_view message) { write(spdlog::level::info, "", message); }
void warning(std::string_view message) { write(spdlog::level::warn, "warning", message); }
void error(std::string_view message) { write(spdlog::level::err, "error", message); }

}  // namespace cartograph::log
