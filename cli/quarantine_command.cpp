// quarantine: rejected rows with reasons, and the same rows as CSV to be mended and landed again.
#include <fmt/format.h>

#include <iostream>
#include <optional>

#include "answers/ask.hpp"
#include "answers/quarantine.hpp"
#include "answers/runs.hpp"
#include "answers/table.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/commands.hpp"
#include "ingestion/quarantine_export.hpp"

namespace cartograph::cli {
namespace {

namespace fs = std::filesystem;

using answers::counted;
using ingestion::MendedFile;
using ingestion::Restored;
using ingestion::RowRestorer;
using ingestion::SourceColumns;
using warehouse::Connection;

constexpr int kReasonsShown = 100;

struct Given {
  std::string run_id;
  std::string feed;
  std::int64_t limit = 50;
  std::string out;

  std::optional<std::string> asked_run() const {
    return run_id.empty() ? std::nullopt : std::optional(run_id);
  }
  std::optional<std::string> asked_feed() const {
    return feed.empty() ? std::nullopt : std::optional(feed);
  }
};

void expect_known_run(Connection& connection, const Config& config, const std::string& run_id) {
  if (run_id.empty()) return;
  const answers::Run run = answers::find_run(connection, run_id);
  const fs::path rejects = config.data / "rejects" / (run_id + ".csv");
  std::error_code error;
  if (run.status == "failed" && fs::exists(rejects, error)) {
    log::warning(fmt::format("run {} failed and published no rejected rows; they are in {}", run_id,
                             rejects.string()));
  }
}

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

int list(const Config& config, const Given& given) {
  const auto connection = open_warehouse(config)->reader();
  expect_known_run(*connection, config, given.run_id);
  const auto run = given.asked_run();
  const auto feed = given.asked_feed();
  const auto total = answers::ask_one<answers::QuarantineTotal>(*connection, run, feed);
  if (!total || total->rows == 0) {
    std::cout << "no rejected rows\n";
    return 0;
  }
  std::cout << fmt::format("{} of {}\n", counted(total->rows, "rejected row"),
                           counted(total->runs, "run"));
  answers::print_section(
      std::cout, "By feed and reason (a row counts under each of its reasons)",
      answers::ask<answers::RejectedReason>(*connection, run, feed, kReasonsShown), "none");
  auto rows = answers::ask<answers::RejectedRow>(*connection, run, feed, given.limit);
  for (answers::RejectedRow& row : rows) row.raw_row = preview(row.raw_row.value_or(""));
  answers::print_section(std::cout, "Rows, newest run first", rows, "none shown");
  const auto left_out = total->rows - static_cast<std::int64_t>(rows.size());
  if (left_out > 0) std::cout << fmt::format("… and {} more (--limit shows more)\n", left_out);
  return 0;
}

// How many rows went which way.
struct Tally {
  std::int64_t rows = 0;
  std::int64_t by_hand = 0;
  std::int64_t in_contract_order = 0;

  void add(Restored restored) {
    if (restored == Restored::whole_file) return;
    ++rows;
    if (restored == Restored::by_hand) ++by_hand;
    if (restored == Restored::in_contract_order) ++in_contract_order;
  }
  std::string text() const {
    std::string words = counted(rows, "row");
    if (by_hand > 0) words += fmt::format(", {} to be mended by hand", by_hand);
    if (in_contract_order > 0)
      words += fmt::format(", {} by the contract's order", in_contract_order);
    return words;
  }
};

class Exporter {
 public:
  Exporter(const Config& config, const Given& given)
      : given_(given),
        context_{config.reporting_currency,
                 std::make_shared<const contracts::Mappings>(config.mappings),
                 config.landing_encoding},
        connection_(open_warehouse(config)->reader()),
        columns_(config.landing, config.data / "tmp"),
        folder_(given.out.empty() ? config.data / "quarantine" : fs::path(given.out)) {
    expect_known_run(*connection_, config, given.run_id);
  }

  // One file a feed.
  void write_files() {
    for (const contracts::Feed& feed : contracts::feeds()) {
      if (!given_.feed.empty() && given_.feed != feed.name) continue;
      std::optional<MendedFile> file;
      const Tally tally = restore(feed, [&](const std::string& line) {
        if (!file) {
          file.emplace(folder_, feed);
          file->append(ingestion::csv_header(feed));
        }
        file->append(line);
      });
      if (!file) continue;
      const fs::path older = file->finish();
      if (!older.empty()) {
        log::warning(fmt::format("{} was there with other content, which is now {}",
                                 file->path().string(), older.string()));
      }
      std::cout << file->path().string() << ": " << tally.text() << '\n';
    }
    if (all_.rows == 0) std::cout << "no rejected rows to mend\n";
    advise();
  }

  // One feed to standard output.
  void write_stream(const contracts::Feed& feed) {
    std::cout << ingestion::csv_header(feed);
    restore(feed, [](const std::string& line) { std::cout << line; });
    log::info(fmt::format("{}: {}", feed.name, all_.text()));
    advise();
  }

 private:
  Tally restore(const contracts::Feed& feed, const std::function<void(const std::string&)>& write) {
    Tally tally;
    std::string line;
    RowRestorer restorer(feed, context_);
    const auto write_row = [&](const answers::RejectedText& row) {
      const ingestion::RejectedRow rejected{row.source_file, row.checksum, row.line, row.reasons,
                                            row.raw_row};
      line.clear();
      const Restored restored =
          restorer.restore(rejected, columns_.find(row.source_file, row.checksum, feed), line);
      tally.add(restored);
      if (restored == Restored::whole_file) {
        log::warning(fmt::format("{} was rejected whole: mend the file itself ({})",
                                 row.source_file, row.reasons));
      } else {
        write(line);
      }
    };
    answers::ask_each<answers::RejectedText>(*connection_, write_row, given_.asked_run(),
                                             feed.name);
    all_.rows += tally.rows;
    all_.by_hand += tally.by_hand;
    all_.in_contract_order += tally.in_contract_order;
    return tally;
  }

  void advise() const {
    if (all_.by_hand > 0) {
      log::warning(fmt::format(
          "{} to be mended by hand: of each, what can be had stands by position and its text as a "
          "last field too many; it is refused until that field is taken away",
          counted(all_.by_hand, "row")));
    }
    if (all_.in_contract_order > 0) {
      log::warning(fmt::format(
          "{} put by the contract's order of columns, since the files' headers are not in the "
          "landing folder any more: look whether every value stands in its column",
          counted(all_.in_contract_order, "row")));
    }
  }

  const Given& given_;
  const contracts::Context context_;
  std::unique_ptr<Connection> connection_;
  SourceColumns columns_;
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
    kind->callback([&action, given, body] {
      action = [given, body](const Config& config) { return body(config, *given); };
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
          "Folder of the files (default DATA/quarantine); - with --feed is standard output");
}

}  // namespace cartograph::cli
