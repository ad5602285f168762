// quarantine: rejected rows with reasons, and the same rows as CSV to be mended and landed again.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>

#include "answers/runs.hpp"
#include "answers/table.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/rereading.hpp"
#include "cli/run_settings.hpp"
#include "cli/stoppable_reader.hpp"
#include "ingestion/rejected_rows.hpp"

namespace cartograph::cli {
namespace {

namespace fs = std::filesystem;

using answers::counted;
using ingestion::MendedFile;
using ingestion::RejectedRow;
using ingestion::RejectedRows;
using ingestion::Restored;
using ingestion::RowRestorer;
using ingestion::SourceShapes;

constexpr std::size_t kReasonsShown = 100;

struct Given {
  std::string run_id;
  std::string feed;
  std::int64_t limit = 50;
  std::string out;
  bool all = false;
};

// As they are listed.
struct ListedReason {
  std::string feed;
  std::string reason;
  std::int64_t rows = 0;
};
BOOST_DESCRIBE_STRUCT(ListedReason, (), (feed, reason, rows))

struct ListedRow {
  std::string run_id;
  std::string source_file;
  std::int64_t line = 0;
  std::string feed;
  std::string reasons;
  std::string raw_row;
};
BOOST_DESCRIBE_STRUCT(ListedRow, (), (run_id, source_file, line, feed, reasons, raw_row))

// The rejected rows that a command is asked for, and their files.
class Rejects {
 public:
  Rejects(const Config& config, const Given& given)
      : context_(context_of(config)),
        reader_(config),
        shapes_(config.landing, config.data / "tmp", context_),
        rows_(*reader_, context_, config.data, shapes_) {
    if (!given.run_id.empty()) answers::find_run(*reader_, given.run_id);
    asked_.all = given.all;
    if (!given.run_id.empty()) asked_.run_id = given.run_id;
    if (!given.feed.empty()) asked_.feed = given.feed;
  }

  std::vector<RejectedRow> find(std::size_t raw_bytes_max = static_cast<std::size_t>(-1)) {
    asked_.raw_bytes_max = raw_bytes_max;
    return rows_.find(asked_);
  }
  const contracts::Context& context() const { return context_; }
  SourceShapes& shapes() { return shapes_; }

  // What is said of rows that are not given; empty where there are none.
  std::string left_out() const {
    if (rows_.left_out() == 0) return "";
    return fmt::format("{} mended or delivered again since: --all has them too\n",
                       counted(rows_.left_out(), "row"));
  }

 private:
  const contracts::Context context_;
  const StoppableReader reader_;
  SourceShapes shapes_;
  RejectedRows rows_;
  RejectedRows::Asked asked_;
};

// The beginning of a row's text on one line.
std::string preview(const std::string& text) {
  constexpr std::size_t kCharactersMax = 60;
  std::string shown;
  std::size_t characters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool starts_character = (byte & 0xC0) != 0x80;
    if (starts_character && ++characters > kCharactersMax) return shown + "…";
    shown += byte < 0x20 || byte == 0x7F ? ' ' : c;
  }
  return shown;
}

// A row counts under each of its reasons.
std::vector<ListedReason> by_reason(const std::vector<RejectedRow>& rows) {
  constexpr std::string_view kBetween = "; ";
  std::map<std::pair<std::string_view, std::string>, std::int64_t> counts;
  for (const RejectedRow& row : rows) {
    std::string_view rest = row.reasons;
    while (!rest.empty()) {
      const std::size_t size = std::min(rest.find(kBetween), rest.size());
      ++counts[{row.feed->name, std::string(rest.substr(0, size))}];
      rest.remove_prefix(std::min(size + kBetween.size(), rest.size()));
    }
  }
  std::vector<ListedReason> reasons;
  for (const auto& [reason, count] : counts) {
    reasons.push_back({std::string(reason.first), reason.second, count});
  }
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const auto& a, const auto& b) { return a.rows > b.rows; });
  if (reasons.size() > kReasonsShown) reasons.resize(kReasonsShown);
  return reasons;
}

// Puts the newest run first; within it rows stay in order of delivery.
std::size_t newest_run_first(std::vector<RejectedRow>& rows) {
  std::map<std::string, Instant> runs;
  for (const RejectedRow& row : rows) {
    runs[row.run_id] = std::max(runs[row.run_id], row.ingested_at);
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const RejectedRow& a, const RejectedRow& b) {
    return runs.at(b.run_id) < runs.at(a.run_id);
  });
  return runs.size();
}

int list(const Config& config, const Given& given) {
  constexpr std::size_t kTextBytes = 400;
  Rejects rejects(config, given);
  std::vector<RejectedRow> rows = rejects.find(kTextBytes);
  if (rows.empty()) {
    std::cout << "no rejected rows\n" << rejects.left_out();
    return 0;
  }
  const std::size_t runs = newest_run_first(rows);
  std::cout << fmt::format("{} of {}\n", counted(std::ssize(rows), "rejected row"),
                           counted(static_cast<std::int64_t>(runs), "run"))
            << rejects.left_out();
  answers::print_section(std::cout, "By feed and reason (a row counts under each of its reasons)",
                         by_reason(rows), "none");
  std::vector<ListedRow> listed;
  for (const RejectedRow& row : rows) {
    if (std::ssize(listed) == given.limit) break;
    listed.push_back({row.run_id, row.source_file, row.source_line, std::string(row.feed->name),
                      row.reasons, preview(row.raw_row)});
  }
  answers::print_section(std::cout, "Rows, newest run first", listed, "none shown");
  const auto hidden = std::ssize(rows) - std::ssize(listed);
  if (hidden > 0) std::cout << fmt::format("… and {} more (--limit shows more)\n", hidden);
  return 0;
}

// How many rows went which way.
struct Tally {
  std::int64_t rows = 0;
  std::int64_t by_hand = 0;
  std::int64_t by_likely_columns = 0;

  void add(Restored restored) {
    if (restored == Restored::whole_file) return;
    ++rows;
    if (restored == Restored::by_hand) ++by_hand;
    if (restored == Restored::by_likely_columns) ++by_likely_columns;
  }
  std::string text() const {
    std::string words = counted(rows, "row");
    if (by_hand > 0) words += fmt::format(", {} to be mended by hand", by_hand);
    if (by_likely_columns > 0) {
      words += fmt::format(", {} by likely columns", by_likely_columns);
    }
    return words;
  }
};

class Exporter {
 public:
  Exporter(const Config& config, const Given& given)
      : rejects_(config, given),
        rows_(rejects_.find()),
        folder_(given.out.empty() ? config.data / "quarantine" : fs::path(given.out)) {}

  // One file a feed.
  void write_files() {
    for (const contracts::Feed& feed : contracts::feeds()) {
      std::optional<MendedFile> file;
      const Tally tally = restore(feed, [&](const std::string& line) {
        if (!file) file.emplace(folder_, feed);
        file->append(line);
      });
      if (tally.rows == 0) continue;
      const fs::path older = file->finish();
      if (!older.empty()) {
        log::warning(fmt::format("{} was there with other content, which is now {}",
                                 file->path().string(), older.string()));
      }
      std::cout << file->path().string() << ": " << tally.text() << '\n';
    }
    if (all_.rows == 0) std::cout << "no rejected rows to mend\n";
    std::cout << rejects_.left_out();
    advise();
  }

  // One feed to standard output.
  void write_stream(const contracts::Feed& feed) {
    restore(feed, [](const std::string& line) { std::cout << line; });
    log::info(fmt::format("{}: {}", feed.name, all_.text()));
    advise();
  }

 private:
  Tally restore(const contracts::Feed& feed, const std::function<void(const std::string&)>& write) {
    Tally tally;
    RowRestorer restorer(feed, rejects_.context());
    std::string line = restorer.header();
    for (const RejectedRow& row : rows_) {
      if (row.feed != &feed) continue;
      const Restored restored = restorer.restore(row, rejects_.shapes().find(row), line);
      tally.add(restored);
      if (restored == Restored::whole_file) {
        log::warning(fmt::format("{} was rejected whole: mend the file itself ({})",
                                 row.source_file, row.reasons));
        continue;
      }
      write(line);
      line.clear();
    }
    all_.rows += tally.rows;
    all_.by_hand += tally.by_hand;
    all_.by_likely_columns += tally.by_likely_columns;
    return tally;
  }

  void advise() const {
    if (all_.by_hand > 0) {
      log::warning(fmt::format(
          "{} to be mended by hand: of each, what can be had stands by position and its text as a "
          "last field too many; it is refused until that field is taken away",
          counted(all_.by_hand, "row")));
    }
    if (all_.by_likely_columns > 0) {
      log::warning(fmt::format(
          "{} put by likely columns, since the files that they came with are not in the landing "
          "folder any more: look whether every value stands in its column",
          counted(all_.by_likely_columns, "row")));
    }
  }

  Rejects rejects_;
  const std::vector<RejectedRow> rows_;
  const fs::path folder_;
  Tally all_;
};

int export_rows(const Config& config, const Given& given) {
  if (given.out != "-") {
    Exporter(config, given).write_files();
    return 0;
  }
  const contracts::Feed* feed = contracts::find_feed(given.feed);
  if (feed == nullptr) {
    throw UsageError("--out - writes one feed: name it with --feed");
  }
  Exporter(config, given).write_stream(*feed);
  return 0;
}

}  // namespace

void add_quarantine(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("quarantine", "Rejected rows with reasons, and their export to be mended");
  command->require_subcommand(1);
  const auto given = std::make_shared<Given>();
  std::vector<std::string> feed_names;
  for (const contracts::Feed& feed : contracts::feeds()) feed_names.emplace_back(feed.name);

  const auto add_kind = [&](const std::string& name, const std::string& description, auto body) {
    CLI::App* kind = command->add_subcommand(name, description);
    kind->add_option("--run", given->run_id, "Of one run only");
    kind->add_option("--feed", given->feed, "Of one feed only")->check(CLI::IsMember(feed_names));
    kind->add_flag("--all", given->all, "Also rows that were mended or delivered again since");
    kind->callback([&action, given, body] {
      action = [given, body](const Config& config) {
        return reread_if_superseded([&] { return body(config, *given); });
      };
    });
    return kind;
  };
  add_kind("list", "Rejected rows, newest run first, and totals by feed and reason", list)
      ->add_option("--limit", given->limit, "How many rows are listed (default 50)")
      ->check(CLI::NonNegativeNumber);
  add_kind("export",
           "Rejected rows as CSV in their feed's own columns, ready to mend and land again",
           export_rows)
      ->add_option(
          "--out", given->out,
          "Folder of the files (default DATA/quarantine); - with --feed is standard output")
      ->type_name("DIR");
}

}  // namespace cartograph::cli
