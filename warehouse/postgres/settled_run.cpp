// A node prepares its part before the coordinator commits: as long as it has not done it, it is
// among the node's prepared transactions. A node that has none of a cluster's has all that was
// published before it was asked.
#include "warehouse/postgres/settled_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "base/log.hpp"
#include "warehouse/postgres/cluster.hpp"
#include "warehouse/published.hpp"

namespace cartograph::warehouse::postgres {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{5};
constexpr milliseconds kLongestPause{500};

constexpr std::string_view kNote = "settled_run";

}  // namespace

// A table that is read stays locked to the end of the transaction, on the coordinator by its name.
const Nodes kCitus = {
    "select to_regclass('pg_catalog.pg_dist_partition') is not null",
    "select exists (select 1 from pg_locks l join pg_dist_partition p "
    "on p.logicalrelid = l.relation where l.pid = pg_backend_pid())",
    workers_behind,
    // A commit takes milliseconds; a worker that is lost takes longer than anybody waits.
    std::chrono::seconds(3)};

bool has_nodes(Connection& connection, const Nodes& nodes) {
  return connection.query(nodes.exist).rows.at(0).at(0) == "true";
}

bool is_settled(Connection& connection, const std::string& run) {
  return run.empty() || !connection
                             .query("select 1 from settings where name = $1 and value = $2",
                                    {std::string(kNote), run})
                             .rows.empty();
}

std::string await_settled(Connection& connection, const Nodes& nodes) {
  const auto give_up_at = std::chrono::steady_clock::now() + nodes.wait_max;
  for (milliseconds pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    const std::string run = latest_run(connection);
    if (is_settled(connection, run)) return run;
    // Of a writer that ended before it could note it.
    const std::string behind = nodes.behind(connection);
    if (behind.empty()) return run;
    if (std::chrono::steady_clock::now() > give_up_at) {
      throw TransientError(fmt::format(
          "run {} is published, but {} of the cluster does not have all of it yet; the "
          "coordinator sees to that within a minute of the node's return: ask again then",
          run, behind));
    }
    std::this_thread::sleep_for(pause);
  }
}

void settle(Connection& connection, const Nodes& nodes) {
  try {
    if (!has_nodes(connection, nodes)) return;
    const std::string run = await_settled(connection, nodes);
    if (is_settled(connection, run)) return;
    connection.query(
        "insert into settings values ($1, $2) on conflict (name) do update set value = $2",
        {std::string(kNote), run});
  } catch (const Error& error) {
    log::warning(fmt::format("readers of facts may have to wait: {}", error.what()));
  }
}

}  // namespace cartograph::warehouse::postgres
