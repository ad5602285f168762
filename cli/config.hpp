// The configuration: cartograph.toml, then CARTOGRAPH_* of the environment, then options; a later
// one wins. Every key is declared once, in config.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contracts/field.hpp"
#include "orchestration/channels.hpp"

namespace cartograph::cli {

struct Config {
  std::filesystem::path landing = "landing";
  contracts::Encoding landing_encoding = contracts::Encoding::utf_8;
  contracts::Mappings mappings;  // what the shop calls columns and words, checked
  std::filesystem::path data = "data";
  std::string warehouse;                        // empty: the embedded one in `data`
  std::string warehouse_schema = "cartograph";  // of a database; the embedded one needs none
  int threads = 0;                              // 0: as many as the machine has
  std::uint64_t memory = 0;                     // bytes; 0: by what the command is
  std::string log_format = "text";
  bool quiet = false;
  std::string reporting_timezone = "UTC";
  std::string reporting_currency = "USD";
  std::string week_starts = "monday";
  int fiscal_year_starts = 1;  // month
  double max_reject_rate = 0.10;
  int tolerated_rejects = 4;  // of one file
  std::string api_host = "127.0.0.1";
  int api_port = 8080;
  bool api_require_key = false;
  int api_requests_per_minute = 600;  // a key
  int api_answer_seconds_max = 30;
  std::vector<std::string> api_cors_origins;
  std::vector<std::string> api_frame_ancestors;
  orchestration::NotifySettings notify;
  std::optional<std::filesystem::path> jobs;  // nothing: ./jobs, if it is there

  /// For a process of this program that is to have the same configuration: the file that --config
  /// named, and the other options as variables.
  std::optional<std::filesystem::path> file;
  std::map<std::string, std::string> given_variables;

  /// Where the warehouse is: `warehouse`, or duckdb:DATA/warehouse.duckdb.
  std::string warehouse_url() const;
  /// What the engines in this process may use together: `memory`, or so much of the machine's, but
  /// at most 1.5 GiB, or 128 MiB a thread where that is more.
  std::uint64_t memory_bytes(unsigned percent_of_machine = 60) const;
};

/// Reads the file and the environment and applies `options` (key → value) over them.
/// `file` must exist where it is given; else ./cartograph.toml is read if it is there.
/// Throws UsageError naming the file, key or variable, and the nearest known key. A CARTOGRAPH_*
/// variable that is of no section and like no key is somebody else's and passed over.
Config load_config(const std::optional<std::filesystem::path>& file,
                   const std::map<std::string, std::string>& environment,
                   const std::map<std::string, std::string>& options);

/// The CARTOGRAPH_* variables of this process.
std::map<std::string, std::string> environment_variables();

}  // namespace cartograph::cli
