// Keys are taken out of a table one by one; what is left at the end is unknown. Steps are read in
// the order of their lines, since TOML's own tables have none.
#include "orchestration/job_file.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

#include "base/embedded.hpp"
#include "base/error.hpp"
#include "base/nearest.hpp"

namespace cartograph::orchestration {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest{400LL * 86'400'000};

// What a place in the file says in front of a message.
std::string place(const std::string& source, const toml::source_region& region) {
  return fmt::format("{}, line {}, column {}", source, region.begin.line, region.begin.column);
}

// One table of the file. Each key is asked for once; expect_no_other() refuses those that were not.
class TableReader {
 public:
  TableReader(const std::string& source, const toml::table& table, std::string what)
      : source_(source), table_(table), what_(std::move(what)) {}

  const toml::node* find(std::string_view key) {
    asked_.emplace_back(key);
    return table_.get(key);
  }

  std::string text(std::string_view key, const std::string& otherwise) {
    const toml::node* node = find(key);
    if (node == nullptr) return otherwise;
    const auto value = node->value<std::string>();
    if (!node->is_string() || value->empty()) refuse(*node, key, "takes a text");
    return *value;
  }

  bool boolean(std::string_view key, bool otherwise) {
    const toml::node* node = find(key);
    if (node == nullptr) return otherwise;
    if (!node->is_boolean()) refuse(*node, key, "takes true or false");
    return *node->value<bool>();
  }

  int integer(std::string_view key, int otherwise, int min, int max) {
    const toml::node* node = find(key);
    if (node == nullptr) return otherwise;
    const auto value = node->value<std::int64_t>();
    if (!node->is_integer() || *value < min || *value > max) {
      refuse(*node, key, fmt::format("takes a number from {} to {}", min, max));
    }
    return static_cast<int>(*value);
  }

  milliseconds duration(std::string_view key, milliseconds otherwise) {
    const toml::node* node = find(key);
    if (node == nullptr) return otherwise;
    try {
      if (node->is_string()) return parse_duration(*node->value<std::string>());
    } catch (const std::invalid_argument&) {
    }
    refuse(*node, key, "takes a time such as \"30 s\", \"45 min\", \"2 h\" or \"7 days\"");
  }

  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> found;
    const toml::node* node = find(key);
    if (node == nullptr) return found;
    const toml::array* array = node->as_array();
    if (array == nullptr) refuse(*node, key, "takes a list of texts, [\"…\", \"…\"]");
    for (const toml::node& element : *array) {
      if (!element.is_string()) refuse(element, key, "takes a list of texts");
      found.push_back(*element.value<std::string>());
    }
    return found;
  }

  const toml::source_region& region(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return node != nullptr ? node->source() : table_.source();
  }

  void expect_no_other() const {
    for (const auto& [key, node] : table_) {
      const std::string name(key.str());
      if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
      throw UsageError(fmt::format("{}: unknown key {} of {}; the nearest known one is {}",
                                   place(source_, key.source()), name, what_,
                                   nearest(name, asked_)));
    }
  }

  [[noreturn]] void refuse(const toml::node& node, std::string_view key,
                           std::string_view why) const {
    throw UsageError(
        fmt::format("{}: {} of {} {}", place(source_, node.source()), key, what_, why));
  }

 private:
  const std::string& source_;
  const toml::table& table_;
  std::string what_;
  std::vector<std::string> asked_;
};

// A step, and where the file says what it needs.
struct ReadStep {
  Step step;
  std::vector<std::string> needs;
  toml::source_region needs_at;
};

ReadStep read_step(const std::string& source, const std::string& name, const toml::table& table) {
  TableReader reader(source, table, fmt::format("step {}", name));
  ReadStep read;
  Step& step = read.step;
  step.name = name;
  step.command = reader.texts("command");
  if (step.command.empty() || step.command[0].empty()) {
    throw UsageError(fmt::format(
        "{}: step {} has no command; name the program and its words, command = [\"cartograph\", "
        "\"run\"]",
        place(source, reader.region("command")), name));
  }
  read.needs = reader.texts("needs");
  read.needs_at = reader.region("needs");
  step.timeout = reader.duration("timeout", step.timeout);
  step.grace = reader.duration("grace", step.grace);
  step.retries.count = reader.integer("retries", step.retries.count, 0, 1000);
  step.retries.pause = reader.duration("retry_after", step.retries.pause);
  step.retries.pause_max =
      reader.duration("retry_after_max", std::max(step.retries.pause_max, step.retries.pause));
  reader.expect_no_other();
  return read;
}

std::vector<ReadStep> read_steps(const std::string& source, const toml::table& table) {
  std::vector<std::pair<std::string, const toml::table*>> ordered;
  for (const auto& [key, node] : table) {
    const toml::table* step = node.as_table();
    if (step == nullptr) {
      throw UsageError(fmt::format("{}: a step is a section, [steps.{}]",
                                   place(source, node.source()), key.str()));
    }
    ordered.emplace_back(key.str(), step);
  }
  const auto line = [](const auto& entry) { return entry.second->source().begin; };
  std::stable_sort(ordered.begin(), ordered.end(), [&](const auto& a, const auto& b) {
    return std::pair(line(a).line, line(a).column) < std::pair(line(b).line, line(b).column);
  });
  std::vector<ReadStep> steps;
  for (const auto& [name, step] : ordered) steps.push_back(read_step(source, name, *step));
  return steps;
}

// Names of needs as indexes.
void connect(const std::string& source, std::vector<ReadStep>& steps) {
  std::map<std::string, std::size_t> indexes;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    indexes[steps[i].step.name] = i;
    names.push_back(steps[i].step.name);
  }
  for (ReadStep& read : steps) {
    std::set<std::size_t> needs;
    for (const std::string& need : read.needs) {
      const auto found = indexes.find(need);
      if (found == indexes.end()) {
        throw UsageError(
            fmt::format("{}: step {} needs {}, which there is not; the nearest one is {}",
                        place(source, read.needs_at), read.step.name, need, nearest(need, names)));
      }
      needs.insert(found->second);
    }
    read.step.needs.assign(needs.begin(), needs.end());
  }
}

// Takes away what needs nothing that is left, until nothing is left; a circle stays.
void expect_no_circle(const std::string& source, const std::vector<ReadStep>& steps) {
  std::vector<std::size_t> open(steps.size());
  std::vector<std::vector<std::size_t>> needed_by(steps.size());
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    open[i] = steps[i].step.needs.size();
    if (open[i] == 0) ready.push_back(i);
    for (const std::size_t need : steps[i].step.needs) needed_by[need].push_back(i);
  }
  for (std::size_t done = 0; done < ready.size(); ++done) {
    for (const std::size_t next : needed_by[ready[done]]) {
      if (--open[next] == 0) ready.push_back(next);
    }
  }
  if (ready.size() == steps.size()) return;
  // From a step that is left, what it needs that is left, until one comes again.
  const auto is_left = [&](std::size_t i) { return open[i] > 0; };
  std::size_t at = 0;
  while (!is_left(at)) ++at;
  std::vector<std::size_t> path;
  while (std::find(path.begin(), path.end(), at) == path.end()) {
    path.push_back(at);
    const auto& needs = steps[at].step.needs;
    at = *std::find_if(needs.begin(), needs.end(), is_left);
  }
  std::string circle;
  for (auto i = std::find(path.begin(), path.end(), at); i != path.end(); ++i) {
    circle += fmt::format("{} needs ", steps[*i].step.name);
  }
  throw UsageError(fmt::format("{}: steps need each other in a circle: {}{}",
                               place(source, steps[at].needs_at), circle, steps[at].step.name));
}

std::string with_place(const std::string& source, const toml::source_region& region,
                       const std::exception& error) {
  return fmt::format("{}: {}", place(source, region), error.what());
}

void read_schedule(const std::string& source, TableReader& reader,
                   const std::string& default_timezone, Job& job) {
  const std::string schedule = reader.text("schedule", "");
  if (schedule.empty()) {
    throw UsageError(fmt::format(
        "{}: the job has no schedule; give it one, schedule = \"0 3 * * *\" or \"@daily\"",
        source));
  }
  try {
    job.schedule = Cron(schedule);
  } catch (const UsageError& error) {
    throw UsageError(with_place(source, reader.region("schedule"), error));
  }
  const std::string zone = reader.text("timezone", default_timezone);
  try {
    job.zone = load_time_zone(zone);
  } catch (const UsageError& error) {
    throw UsageError(with_place(source, reader.region("timezone"), error));
  }
  const std::string missed = reader.text("missed", "once");
  if (missed != "once" && missed != "skip") {
    reader.refuse(*reader.find("missed"), "missed", "takes \"once\" or \"skip\"");
  }
  job.missed = missed == "skip" ? Missed::skip : Missed::once;
  job.catch_up_within = reader.duration("catch_up_within", job.catch_up_within);
  job.overdue_after = reader.duration("overdue_after", job.overdue_after);
}

// A name becomes a folder and a word of messages.
void expect_name(const std::string& source, std::string_view what, const std::string& name) {
  const bool is_plain = !name.empty() && name.size() <= 100 &&
                        std::all_of(name.begin(), name.end(), [](unsigned char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                 (c >= '0' && c <= '9') || c == '-' || c == '_';
                        });
  if (is_plain) return;
  throw UsageError(fmt::format("{}: the name of a {} has letters, digits, - and _ only, not '{}'",
                               source, what, name));
}

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) throw UsageError(fmt::format("cannot read the job file {}", path.string()));
  return text.str();
}

}  // namespace

const Step* Job::step(std::string_view step_name) const {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [&](const Step& each) { return each.name == step_name; });
  return found == steps.end() ? nullptr : &*found;
}

milliseconds parse_duration(std::string_view text) {
  static const std::map<std::string_view, std::int64_t> kUnits = {
      {"ms", 1},           {"s", 1000},          {"m", 60'000},
      {"min", 60'000},     {"h", 3'600'000},     {"d", 86'400'000},
      {"day", 86'400'000}, {"days", 86'400'000}, {"w", 604'800'000}};
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
  const auto factor = kUnits.find(unit);
  if (error != std::errc{} || factor == kUnits.end() || number < 0 ||
      number > kLongest.count() / factor->second) {
    throw std::invalid_argument("duration");
  }
  return milliseconds(number * factor->second);
}

Job parse_job(const std::string& name, const std::string& source, std::string_view text,
              const std::string& default_timezone) {
  expect_name(source, "job", name);
  toml::table table;
  try {
    table = toml::parse(text, source);
  } catch (const toml::parse_error& error) {
    throw UsageError(fmt::format("{}: {}", place(source, error.source()), error.description()));
  }
  TableReader reader(source, table, "a job");
  Job job;
  job.name = name;
  job.source = source;
  job.description = reader.text("description", "");
  job.is_enabled = reader.boolean("enabled", true);
  read_schedule(source, reader, default_timezone, job);
  job.parallel =
      static_cast<std::size_t>(reader.integer("parallel", static_cast<int>(job.parallel), 1, 64));
  const toml::node* steps_node = reader.find("steps");
  reader.expect_no_other();
  if (steps_node == nullptr || !steps_node->is_table() || steps_node->as_table()->empty()) {
    throw UsageError(fmt::format(
        "{}: the job has no steps; a step is a section [steps.NAME] with a command", source));
  }
  std::vector<ReadStep> steps = read_steps(source, *steps_node->as_table());
  for (const ReadStep& read : steps) expect_name(source, "step", read.step.name);
  connect(source, steps);
  expect_no_circle(source, steps);
  for (ReadStep& read : steps) job.steps.push_back(std::move(read.step));
  return job;
}

std::vector<Job> load_jobs(const std::filesystem::path& folder,
                           const std::string& default_timezone) {
  std::map<std::string, std::pair<std::string, std::string>> files;  // by name: source, text
  for (const EmbeddedFile& file : embedded_files("orchestration/jobs")) {
    const std::string name = std::filesystem::path(file.path).stem().string();
    files[name] = {fmt::format("{}.toml (built in)", name), std::string(file.text)};
  }
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(folder, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::filesystem::path& path = entry->path();
    if (path.extension() != ".toml" || path.filename().string().starts_with('.')) continue;
    files[path.stem().string()] = {path.string(), text_of_file(path)};
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw UsageError(
        fmt::format("cannot read the jobs in {}: {}", folder.string(), error.message()));
  }
  std::vector<Job> jobs;
  for (const auto& [name, file] : files) {
    jobs.push_back(parse_job(name, file.first, file.second, default_timezone));
  }
  return jobs;
}

const Job& find_job(const std::vector<Job>& jobs, std::string_view name) {
  std::vector<std::string> names;
  for (const Job& job : jobs) {
    if (job.name == name) return job;
    names.push_back(job.name);
  }
  throw NotFound(
      fmt::format("there is no job {}; the nearest one is {}", name, nearest(name, names)));
}

}  // namespace cartograph::orchestration
