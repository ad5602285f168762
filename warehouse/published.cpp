// The latest published run of run_log, and the last day that has figures.
#include "warehouse/published.hpp"

#include <charconv>

namespace cartograph::warehouse {

std::optional<Published> read_published(Connection& connection) {
  if (!connection.has_table("run_log") || !connection.has_table("fct_revenue_daily")) return {};
  const Answer run = connection.query(
      "select run_id, cast(extract(epoch from finished_at) * 1000000 as bigint) from run_log "
      "where status = 'published' order by started_at desc, run_id desc limit 1");
  if (run.rows.empty()) return {};
  Published published{*run.rows[0][0], {}, {}};
  const std::string& micros = run.rows[0][1].value();
  std::from_chars(micros.data(), micros.data() + micros.size(), published.published_at.micros);
  const Answer last = connection.query("select max(date) from fct_revenue_daily");
  if (last.rows[0][0]) published.as_of = parse_day(*last.rows[0][0]);
  return published;
}

}  // namespace cartograph::warehouse
