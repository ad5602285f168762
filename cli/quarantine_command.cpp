// quarantine: rejected rows with reasons, and the same rows as CSV to be mended and landed again.
#include <fmt/format.h>

#include <iostream>
#include <optional>

#include "answers/table.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/cells.hpp"
#include "cli/commands.hpp"
#include "cli/quarantine_export.hpp"

namespace cartograph::cli {
namespace {

namespace fs = std::filesystem;

using warehouse::Connection;
using warehouse::Parameters;
using warehouse::Row;

struct Given {
  std::string run_id;
  std::string feed;
  std::int64_t limit = 50;
  std::string out;

  Parameters parameters() const {
    return {run_id.empty() ? warehouse::Cell() : run_id, feed.empty() ? warehouse::Cell() : feed};
  }
};

constexpr const char* kCounts =
    "select count(*), count(distinct run_id) from quarantine "
    "where (cast($1 as text) is null or run_id = $1) and (cast($2 as text) is null or feed = $2)";

constexpr const char* kTotals =
    "with faults as ("
    "select feed, unnest(string_to_array(reasons, '; ')) as reason from quarantine "
    "where (cast($1 as text) is null or run_id = $1) and (cast($2 as text) is null or feed = $2)) "
    "select feed, reason, count(*) as rows from faults "
    "group by feed, reason order by count(*) desc, feed, reason limit 100";

constexpr const char* kRows =
    "with chosen as ("
    "select run_id, source_file, source_line, feed, reasons, substr(raw_row, 1, 61) as raw_row, "
    "ingested_at, max(ingested_at) over (partition by run_id) as run_at from quarantine "
    "where (cast($1 as text) is null or run_id = $1) and (cast($2 as text) is null or feed = $2)) "
    "select run_id, source_file, source_line as line, feed, reasons, raw_row from chosen "
    "order by run_at desc, run_id, ingested_at, source_line limit cast($3 as bigint)";

// In the order in which they were delivered: of two rows with one key the later has to count again.
constexpr const char* kRejectedRows =
    "select q.source_file, coalesce(f.checksum, ''), q.source_line, q.reasons, "
    "coalesce(q.raw_row, '') from quarantine q "
    "left join loaded_files f on f.source_file = q.source_file and f.ingested_at = q.ingested_at "
    "where (cast($1 as text) is null or q.run_id = $1) and q.feed = $2 "
    "order by q.ingested_at, q.source_line";

void expect_known_run(Connection& connection, const Config& config, const std::string& run_id) {
  if (run_id.empty()) return;
  const auto run = connection.query("select status from run_log where run_id = $1", {run_id});
  if (run.rows.empty()) {
    throw UsageError(
        fmt::format("there is no run {}; cartograph status lists the last ones", run_id));
  }
  const fs::path rejects = config.data / "rejects" / (run_id + ".csv");
  std::error_code error;
  if (run.rows[0][0] == "failed" && fs::exists(rejects, error)) {
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
  const auto counts = connection->query(kCounts, given.parameters()).rows[0];
  const std::int64_t rows = number_of(counts[0]);
  if (rows == 0) {
    std::cout << "no rejected rows\n";
    return 0;
  }
  std::cout << fmt::format("{} of {}\n", counted(rows, "rejected row"),
                           counted(number_of(counts[1]), "run"));
  print_section(std::cout, *connection,
                "By feed and reason (a row counts under each of its reasons)", kTotals,
                given.parameters(), "none");
  auto parameters = given.parameters();
  parameters.push_back(std::to_string(given.limit));
  auto answer = connection->query(kRows, parameters);
  for (Row& row : answer.rows) row.back() = preview(row.back().value_or(""));
  std::cout << "\nRows, newest run first\n";
  answers::print(std::cout, answer, answers::OutputFormat::table);
  const auto left_out = rows - static_cast<std::int64_t>(answer.rows.size());
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
        reporting_currency_(config.reporting_currency),
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
          file->append(csv_header(feed));
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
    std::cout << csv_header(feed);
    restore(feed, [](const std::string& line) { std::cout << line; });
    log::info(fmt::format("{}: {}", feed.name, all_.text()));
    advise();
  }

 private:
  Tally restore(const contracts::Feed& feed, const std::function<void(const std::string&)>& write) {
    Tally tally;
    std::string line;
    RowRestorer restorer(feed, {reporting_currency_});
    const Parameters parameters{given_.parameters()[0], std::string(feed.name)};
    connection_->for_each(kRejectedRows, parameters, [&](const auto&, const Row& row) {
      const RejectedRow rejected{*row[0], *row[1], number_of(row[2]), *row[3], *row[4]};
      line.clear();
      const Restored restored =
          restorer.restore(rejected, columns_.find(*row[0], *row[1], feed), line);
      tally.add(restored);
      if (restored == Restored::whole_file) {
        log::warning(
            fmt::format("{} was rejected whole: mend the file itself ({})", *row[0], *row[3]));
      } else {
        write(line);
      }
    });
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
  const std::string reporting_currency_;
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
