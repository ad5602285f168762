// The commands, a source file each. Each adds itself to the command line, and returns the exit
// status that belongs to what came of it; errors are thrown.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>

#include "cli/config.hpp"
#include "reports/report.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::cli {

/// What a chosen command does once the configuration is read.
using Action = std::function<int(const Config&)>;

/// Adds a command; `action` is set to what it does when it is the one that was chosen.
void add_generate(CLI::App& app, Action& action);
void add_import(CLI::App& app, Action& action);
void add_run(CLI::App& app, Action& action);
void add_rebuild(CLI::App& app, Action& action);
void add_check(CLI::App& app, Action& action);
void add_status(CLI::App& app, Action& action);
void add_explain(CLI::App& app, Action& action);
void add_quarantine(CLI::App& app, Action& action);
void add_query(CLI::App& app, Action& action);
void add_migrate(CLI::App& app, Action& action);
void add_docs(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);
void add_serve(CLI::App& app, Action& action);
void add_key(CLI::App& app, Action& action);
void add_watch(CLI::App& app, Action& action);
void add_jobs(CLI::App& app, Action& action);
void add_schedule(CLI::App& app, Action& action);
void add_prune(CLI::App& app, Action& action);

/// Adds a command that prints what is made of the command line itself; `app` outlives the parsing.
void add_completion(CLI::App& app);
void add_manual_page(CLI::App& app);

/// The warehouse that the configuration names; where it says nothing of memory, for engines that
/// use so much of the machine's.
std::unique_ptr<warehouse::Warehouse> open_warehouse(const Config& config,
                                                     unsigned memory_percent_of_machine = 60);

/// What the configuration says to a report: its place and what the warehouse may not say.
reports::ReportSettings report_settings(const Config& config);

}  // namespace cartograph::cli
