// prune: old reports, rejects and logs go.
#include <fmt/format.h>

#include <iostream>

#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/job_settings.hpp"
#include "orchestration/job_log.hpp"
#include "orchestration/retention.hpp"

namespace cartograph::cli {
namespace {

struct Given {
  int reports = 400;
  int rejects = 90;
  int logs = 90;
  bool is_rehearsal = false;
};

Instant days_ago(int days) { return {now().micros - days * kMicrosPerDay}; }

int prune(const Config& config, const Given& given) {
  orchestration::Pruned pruned;
  const auto prune_folder = [&](const std::filesystem::path& folder, int days) {
    orchestration::prune_folder(folder, days_ago(days), given.is_rehearsal, pruned);
  };
  prune_folder(config.data / "reports", given.reports);
  prune_folder(config.data / "rejects", given.rejects);
  const auto jobs = scheduler_settings(config).folder;
  for (const auto& folder : orchestration::folders_in(orchestration::outputs_folder(jobs))) {
    prune_folder(folder, given.logs);
  }
  const std::size_t records =
      given.is_rehearsal ? 0 : orchestration::JobLog(jobs).forget(days_ago(given.logs));
  for (const auto& path : pruned.removed) {
    std::cout << fmt::format("{} {}\n", given.is_rehearsal ? "would remove" : "removed",
                             path.string());
  }
  std::cout << fmt::format("{}{} reports, rejects and logs, {:.1f} MB; {} records of the job log\n",
                           given.is_rehearsal ? "dry run: " : "", pruned.removed.size(),
                           static_cast<double>(pruned.bytes) / 1e6, records);
  for (const std::string& problem : pruned.problems) log::error(problem);
  return pruned.problems.empty() ? 0 : 1;
}

}  // namespace

void add_prune(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "prune", "Deletes old reports, rejects and logs, never the newest of each");
  const auto given = std::make_shared<Given>();
  const auto add_days = [&](const char* option, int& days, const std::string& what) {
    command->add_option(option, days, fmt::format("{}, in days (default {})", what, days))
        ->check(CLI::Range(0, 100'000));
  };
  add_days("--reports", given->reports, "How long reports are kept");
  add_days("--rejects", given->rejects, "How long rejected rows of failed runs are kept");
  add_days("--logs", given->logs, "How long the job log and outputs of jobs are kept");
  command->add_flag("--dry-run", given->is_rehearsal, "Delete nothing; print what would go");
  command->callback([&action, given] {
    action = [given](const Config& config) { return prune(config, *given); };
  });
}

}  // namespace cartograph::cli
