// Key by key.
#include "cli/run_settings.hpp"

namespace cartograph::cli {

runs::RunSettings run_settings(const Config& config) {
  runs::RunSettings settings;
  settings.landing = config.landing;
  settings.warehouse_url = config.warehouse_url();
  settings.engine = {config.data, config.threads, config.warehouse_schema, config.memory_bytes()};
  settings.reporting_timezone = config.reporting_timezone;
  settings.reporting_currency = config.reporting_currency;
  settings.mappings = std::make_shared<const contracts::Mappings>(config.mappings);
  settings.landing_encoding = config.landing_encoding;
  settings.quality.max_reject_rate = config.max_reject_rate;
  settings.quality.tolerated_rejects = config.tolerated_rejects;
  return settings;
}

contracts::Context context_of(const Config& config) {
  return {config.reporting_currency, std::make_shared<const contracts::Mappings>(config.mappings),
          config.landing_encoding};
}

}  // namespace cartograph::cli
