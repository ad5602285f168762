// One table of keys serves the file, the environment and the options.
#include "cli/config.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <thread>

#include "base/error.hpp"
#include "base/nearest.hpp"
#include "cli/feeds_config.hpp"
#include "cli/machine_memory.hpp"
#include "contracts/value.hpp"
#include "warehouse/is_there.hpp"

namespace cartograph::cli {
namespace {

using Setter = std::function<void(Config&, const std::string&)>;

struct Key {
  std::string name;  // "quality.max_reject_rate"
  std::string takes;
  Setter set;  // throws std::invalid_argument
  bool takes_list = false;
  bool is_secret = false;  // its value is never shown
};

[[noreturn]] void refuse() { throw std::invalid_argument("value"); }

int to_integer(const std::string& text, int min, int max) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < min || value > max) {
    refuse();
  }
  return value;
}

bool to_boolean(const std::string& text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  refuse();
}

double to_rate(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0 && value <= 1)) {
    refuse();
  }
  return value;
}

// "4 GiB", "512MB", "1.5 GiB", or bytes.
std::uint64_t to_bytes(const std::string& text) {
  constexpr double kLeast = 128 * 1024 * 1024;
  constexpr double kMost = 1e18;
  static const std::map<std::string, double> kUnits = {
      {"", 1},          {"B", 1},
      {"KB", 1e3},      {"MB", 1e6},
      {"GB", 1e9},      {"TB", 1e12},
      {"KIB", 1 << 10}, {"MIB", 1 << 20},
      {"GIB", 1 << 30}, {"TIB", 1024.0 * (1 << 30)}};
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string unit(end, text.data() + text.size());
  unit.erase(0, unit.find_first_not_of(' '));
  for (char& c : unit) c = contracts::ascii_upper(c);
  const auto factor = kUnits.find(unit);
  if (error != std::errc{} || factor == kUnits.end()) refuse();
  const double bytes = number * factor->second;
  if (!(bytes >= kLeast && bytes <= kMost)) refuse();
  return static_cast<std::uint64_t>(bytes);
}

std::string not_empty(const std::string& text) {
  if (text.empty()) refuse();
  return text;
}

std::string to_web_url(const std::string& text) {
  if (!text.starts_with("https://") && !text.starts_with("http://")) refuse();
  if (text.find("://") + 3 == text.size()) refuse();
  return text;
}

std::string to_currency(std::string text) {
  if (text.size() != 3) refuse();
  for (char& c : text) {
    c = contracts::ascii_upper(c);
    if (c < 'A' || c > 'Z') refuse();
  }
  return text;
}

// "https://a.example, https://b.example": origins as a browser names them, or a lone *.
std::vector<std::string> to_origins(const std::string& text) {
  std::vector<std::string> origins;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view origin = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(origin.size() + 1, rest.size()));
    while (origin.starts_with(' ')) origin.remove_prefix(1);
    while (origin.ends_with(' ')) origin.remove_suffix(1);
    const std::size_t scheme = origin.find("://");
    const bool is_origin = (origin.starts_with("https://") || origin.starts_with("http://")) &&
                           origin.size() > scheme + 3 &&
                           origin.find_first_of("/ ;\"'\r\n\t", scheme + 3) == std::string::npos;
    if (!is_origin && origin != "*") refuse();
    origins.emplace_back(origin);
  }
  return origins;
}

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      {"landing", "a folder", [](Config& c, const std::string& v) { c.landing = not_empty(v); }},
      {"landing_encoding", "utf-8 or windows-1252",
       [](Config& c, const std::string& v) {
         if (v != "utf-8" && v != "windows-1252") refuse();
         c.landing_encoding =
             v == "utf-8" ? contracts::Encoding::utf_8 : contracts::Encoding::windows_1252;
       }},
      {"data", "a folder", [](Config& c, const std::string& v) { c.data = not_empty(v); }},
      {"warehouse", "a URL", [](Config& c, const std::string& v) { c.warehouse = not_empty(v); }},
      {"warehouse_schema", "the name of a schema",
       [](Config& c, const std::string& v) { c.warehouse_schema = not_empty(v); }},
      {"jobs", "a folder", [](Config& c, const std::string& v) { c.jobs = not_empty(v); }},
      {"threads", "a number from 1 to 1024",
       [](Config& c, const std::string& v) { c.threads = to_integer(v, 1, 1024); }},
      {"memory", "a size of 128 MiB or more, such as 4 GiB",
       [](Config& c, const std::string& v) { c.memory = to_bytes(v); }},
      {"log_format", "text or json",
       [](Config& c, const std::string& v) {
         if (v != "text" && v != "json") refuse();
         c.log_format = v;
       }},
      {"quiet", "true or false", [](Config& c, const std::string& v) { c.quiet = to_boolean(v); }},
      {"store.reporting_timezone", "an IANA time zone such as Europe/Berlin",
       [](Config& c, const std::string& v) { c.reporting_timezone = not_empty(v); }},
      {"store.reporting_currency", "three letters such as EUR",
       [](Config& c, const std::string& v) { c.reporting_currency = to_currency(v); }},
      {"store.week_starts", "monday or sunday",
       [](Config& c, const std::string& v) {
         if (v != "monday" && v != "sunday") refuse();
         c.week_starts = v;
       }},
      {"store.fiscal_year_starts", "a month from 1 to 12",
       [](Config& c, const std::string& v) { c.fiscal_year_starts = to_integer(v, 1, 12); }},
      {"quality.max_reject_rate", "a number from 0 to 1",
       [](Config& c, const std::string& v) { c.max_reject_rate = to_rate(v); }},
      {"quality.tolerated_rejects", "a number from 0 to 1000000",
       [](Config& c, const std::string& v) { c.tolerated_rejects = to_integer(v, 0, 1'000'000); }},
      {"api.host", "an address",
       [](Config& c, const std::string& v) { c.api_host = not_empty(v); }},
      {"api.port", "a number from 0 to 65535",
       [](Config& c, const std::string& v) { c.api_port = to_integer(v, 0, 65535); }},
      {"api.require_key", "true or false",
       [](Config& c, const std::string& v) { c.api_require_key = to_boolean(v); }},
      {"api.requests_per_minute", "a number from 1 to 1000000",
       [](Config& c, const std::string& v) {
         c.api_requests_per_minute = to_integer(v, 1, 1'000'000);
       }},
      {"api.answer_seconds_max", "a number from 1 to 3600",
       [](Config& c, const std::string& v) { c.api_answer_seconds_max = to_integer(v, 1, 3600); }},
      {"api.cors_origins", "origins such as https://shop.example, with commas between them, or *",
       [](Config& c, const std::string& v) { c.api_cors_origins = to_origins(v); }, true},
      {"api.frame_ancestors", "origins such as https://shop.example, with commas between them",
       [](Config& c, const std::string& v) { c.api_frame_ancestors = to_origins(v); }, true},
      {"notify.command", "a command line",
       [](Config& c, const std::string& v) { c.notify.command = not_empty(v); }},
      {"notify.webhook", "an http or https URL",
       [](Config& c, const std::string& v) { c.notify.webhook = to_web_url(v); }, false, true},
      {"notify.webhook_secret", "\"whsec_\" and base64",
       [](Config& c, const std::string& v) { c.notify.webhook_secret = not_empty(v); }, false,
       true},
      {"notify.lineage", "a file, or an http or https URL",
       [](Config& c, const std::string& v) { c.notify.lineage = not_empty(v); }, false, true},
  };
  return all;
}

std::string variable_name(const std::string& key) {
  std::string name = "CARTOGRAPH_";
  for (const char c : key) name += c == '.' ? '_' : contracts::ascii_upper(c);
  return name;
}

// A variable of one of our sections, or nearly one of ours, is a mistake; any other with our prefix
// may be somebody else's.
bool is_meant_for_us(const std::string& name, const std::vector<std::string>& known) {
  for (const char* section :
       {"CARTOGRAPH_STORE_", "CARTOGRAPH_QUALITY_", "CARTOGRAPH_API_", "CARTOGRAPH_NOTIFY_"}) {
    if (name.starts_with(section)) return true;
  }
  constexpr std::size_t kTypoEditsMax = 2;
  return edits(name, nearest(name, known)) <= kTypoEditsMax;
}

void apply(Config& config, const Key& key, const std::string& value, const std::string& place) {
  try {
    key.set(config, value);
  } catch (const std::invalid_argument&) {
    const std::string shown = key.is_secret ? "what is given" : "'" + value + "'";
    throw UsageError(
        fmt::format("{}: {} is not a value of {}; it takes {}", place, shown, key.name, key.takes));
  }
}

// The elements of a list are separated by commas, as in a variable.
std::string value_of(const toml::node& node, const Key& key, const std::string& place) {
  const toml::array* list = key.takes_list ? node.as_array() : nullptr;
  if (list == nullptr) return text_of(node, place);
  std::string text;
  for (const toml::node& element : *list) {
    if (!text.empty()) text += ',';
    text += text_of(element, place);
  }
  return text;
}

void apply_table(Config& config, const toml::table& table, const std::string& prefix,
                 const std::string& file) {
  for (const auto& [name, node] : table) {
    const std::string key_name = prefix + std::string(name.str());
    const std::string place = fmt::format("{}, line {}", file, node.source().begin.line);
    if (const toml::table* feeds = node.as_table(); feeds != nullptr && key_name == "feeds") {
      config.mappings = read_feeds(*feeds, file);
      continue;
    }
    const auto is = [&](const Key& key) { return key.name == key_name; };
    const auto found = std::find_if(keys().begin(), keys().end(), is);
    if (found != keys().end()) {
      apply(config, *found, value_of(node, *found, place), place);
      continue;
    }
    const bool is_section = std::any_of(keys().begin(), keys().end(), [&](const Key& key) {
      return key.name.starts_with(key_name + ".");
    });
    if (const toml::table* section = node.as_table(); section != nullptr && is_section) {
      apply_table(config, *section, key_name + ".", file);
      continue;
    }
    std::vector<std::string> known;
    for (const Key& key : keys()) {
      known.push_back(key.name);
      const std::string section = key.name.substr(0, key.name.find('.'));
      if (node.is_table() && section != key.name) known.push_back(section);
    }
    if (node.is_table()) known.push_back("feeds");
    throw UsageError(fmt::format("{}: unknown key {}; the nearest known one is {}", place, key_name,
                                 nearest(key_name, known)));
  }
}

bool is_config_there(const std::filesystem::path& file) {
  try {
    return warehouse::is_there(file);
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
}

}  // namespace

std::string Config::warehouse_url() const {
  return warehouse.empty() ? "duckdb:" + (data / "warehouse.duckdb").string() : warehouse;
}

std::uint64_t Config::memory_bytes(unsigned percent_of_machine) const {
  // On two cores a full load of 28 million rows is no cheaper with more; each thread needs its
  // part.
  constexpr std::uint64_t kEnough = 1536ULL << 20;
  constexpr std::uint64_t kEnoughForThread = 128ULL << 20;
  const std::uint64_t all_threads =
      threads > 0 ? static_cast<std::uint64_t>(threads) : std::thread::hardware_concurrency();
  const std::uint64_t enough = std::max(kEnough, all_threads * kEnoughForThread);
  return memory > 0 ? memory : std::min(machine_memory() / 100 * percent_of_machine, enough);
}

std::map<std::string, std::string> environment_variables() {
  std::map<std::string, std::string> found;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (text.starts_with("CARTOGRAPH_") && equals != std::string_view::npos) {
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return found;
}

Config load_config(const std::optional<std::filesystem::path>& file,
                   const std::map<std::string, std::string>& environment,
                   const std::map<std::string, std::string>& options) {
  Config config;
  config.file = file;
  const std::filesystem::path path = file.value_or("cartograph.toml");
  const bool is_there = is_config_there(path);
  if (file && !is_there) {
    throw UsageError(fmt::format("--config: there is no file {}", path.string()));
  }
  if (is_there) {
    try {
      apply_table(config, toml::parse_file(path.string()), "", path.string());
    } catch (const toml::parse_error& error) {
      throw UsageError(fmt::format("{}, line {}: {}", path.string(), error.source().begin.line,
                                   error.description()));
    }
  }
  for (const auto& [name, value] : environment) {
    std::vector<std::string> known;
    const Key* found = nullptr;
    for (const Key& key : keys()) {
      known.push_back(variable_name(key.name));
      if (known.back() == name) found = &key;
    }
    if (found == nullptr) {
      if (!is_meant_for_us(name, known)) continue;
      throw UsageError(fmt::format("unknown environment variable {}; the nearest known one is {}",
                                   name, nearest(name, known)));
    }
    apply(config, *found, value, name);
  }
  for (const Key& key : keys()) {
    const auto found = options.find(key.name);
    if (found != options.end()) {
      config.given_variables[variable_name(key.name)] = found->second;
      std::string option = key.name;
      std::replace(option.begin(), option.end(), '_', '-');
      apply(config, key, found->second, "--" + option);
    }
  }
  contracts::expect_valid(config.mappings, config.reporting_currency);
  return config;
}

}  // namespace cartograph::cli
