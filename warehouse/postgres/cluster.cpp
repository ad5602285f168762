// A commit of several workers is prepared on all of them before the coordinator commits; from then
// on it is decided, and a worker that does not learn of it is told by the coordinator when it is
// back.
#include "warehouse/postgres/cluster.hpp"

#include <fmt/format.h>

#include <chrono>

#include "base/error.hpp"
#include "base/log.hpp"

namespace cartograph::warehouse::postgres {
namespace {

// The coordinator itself looks after what is left once a minute, as it comes.
constexpr std::chrono::minutes kWaitMax{3};

bool may_recover(Connection& connection) {
  return connection
             .query(
                 "select has_function_privilege('pg_catalog.recover_prepared_transactions()', "
                 "'execute')")
             .rows[0][0] == "true";
}

}  // namespace

std::int64_t worker_count(Connection& connection) {
  if (connection.query("select 1 from pg_extension where extname = 'citus'").rows.empty()) return 0;
  const std::int64_t workers =
      connection
          .query(
              "select count(*) from pg_dist_node "
              "where groupid > 0 and noderole = 'primary' and isactive and shouldhaveshards")
          .number();
  if (connection.query("select groupid from pg_dist_local_group").number() > 0) {
    throw Error(
        "the warehouse's URL leads to a worker of a Citus cluster, where runs are not known to "
        "each other; name its coordinator");
  }
  return workers;
}

std::vector<WorkerAnswer> ask_workers(Connection& connection, std::string_view sql) {
  std::vector<WorkerAnswer> answers;
  connection.for_each(
      "select nodename || ':' || nodeport, success, result from run_command_on_workers($1) "
      "order by 1",
      {std::string(sql)}, [&](const auto&, const Row& row) {
        const std::string text = row[2].value_or("");
        if (row[1] != "true") {
          throw TransientError(
              fmt::format("the worker {} of the cluster does not answer: {}", *row[0], text));
        }
        answers.push_back({*row[0], text});
      });
  return answers;
}

std::string workers_behind(Connection& connection) {
  std::string behind;
  // The coordinator is group 0 of a cluster's nodes.
  for (const WorkerAnswer& answer : ask_workers(connection,
                                                "select count(*) from pg_prepared_xacts "
                                                "where database = current_database() "
                                                "and starts_with(gid, 'citus_0_')")) {
    if (answer.text != "0") behind += (behind.empty() ? "" : ", ") + answer.worker;
  }
  return behind;
}

void await_commits(Session& session) {
  const auto give_up_at = std::chrono::steady_clock::now() + kWaitMax;
  bool is_known = false;
  for (std::string behind; !(behind = workers_behind(session)).empty();) {
    if (!is_known) {
      log::warning(
          fmt::format("the run waits until {} has done its part of an earlier commit", behind));
    }
    is_known = true;
    if (may_recover(session)) session.query("select recover_prepared_transactions()");
    if (std::chrono::steady_clock::now() > give_up_at) {
      throw Error(fmt::format(
          "{} still has transactions of an earlier commit prepared (pg_prepared_xacts), so that "
          "its rows are not those that were published; nothing was changed. The coordinator ends "
          "them by itself where citus.recover_2pc_interval is not -1; or run select "
          "recover_prepared_transactions() there as its owner, or grant execute on function "
          "recover_prepared_transactions() to the role of the runs",
          behind));
    }
    session.query("select 1 from pg_sleep(0.5)");
  }
}

void suit_workers(Connection& connection) {
  const Answer settings = connection.query(
      "select format('set local %I = %L', name, current_setting(name)) from pg_settings "
      "where name in ('TimeZone', 'DateStyle', 'jit', 'work_mem', 'maintenance_work_mem', "
      "'random_page_cost', 'default_statistics_target')");
  // One by one, and nothing beside: all of a text in which something is set goes to the workers.
  connection.execute("set citus.propagate_set_commands = 'local'");
  for (const Row& setting : settings.rows) connection.execute(*setting[0]);
  connection.execute("set citus.propagate_set_commands = 'none'");
}

void warn_of_settings(Connection& connection) {
  const Cell zone =
      connection.query("select reset_val from pg_settings where name = 'TimeZone'").rows[0][0];
  const std::string wanted = zone.value_or("") + " ISO";
  for (const WorkerAnswer& answer :
       ask_workers(connection,
                   "select current_setting('TimeZone') || ' ' || "
                   "split_part(current_setting('DateStyle'), ',', 1)")) {
    if (answer.text == wanted) continue;
    log::warning(fmt::format(
        "the worker {} has the time zone and date style '{}', not '{}': what pg_dump writes could "
        "not be restored. Set timezone and datestyle alike on every node",
        answer.worker, answer.text, wanted));
  }
}

}  // namespace cartograph::warehouse::postgres
