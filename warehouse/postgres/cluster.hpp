// The workers of a database that is a Citus cluster: a coordinator, which a session is connected
// to, and nodes that hold the shards of distributed tables. A database that merely has the
// extension, without workers, is like any other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/postgres/session.hpp"

namespace cartograph::warehouse::postgres {

/// How many workers take shards; 0 where the database is no cluster. Throws Error where the session
/// is connected to one of the workers.
std::int64_t worker_count(Connection& connection);

struct WorkerAnswer {
  std::string worker;  // as host:port
  std::string text;
};

/// What each worker answers to `sql`, which gives one text. Throws TransientError naming a worker
/// that does not answer.
std::vector<WorkerAnswer> ask_workers(Connection& connection, std::string_view sql);

/// The workers, as text, that have not done their part of all that the coordinator has committed;
/// empty where all have. Throws as ask_workers() does.
std::string workers_behind(Connection& connection);

/// Waits until each worker has done its part of all that the coordinator has committed: one that
/// was lost meanwhile has its rows as they were, until it is told. Hastens that where the role may.
/// Throws Error with the way out after some minutes, and Stopped where the session is interrupted.
void await_commits(Session& session);

/// Has the workers take over the session's time zone, date style and resources for the transaction
/// that is open: what a session sets stays on the coordinator, and a worker that casts an instant
/// to text would do so in its own zone.
void suit_workers(Connection& connection);

/// Warns of workers whose settings make a dump of distributed tables wrong.
void warn_of_settings(Connection& connection);

}  // namespace cartograph::warehouse::postgres
