// Which run all nodes of a cluster have. A commit reaches them one after the other, the coordinator
// first, and no snapshot spans them: in between, for milliseconds or for as long as a node is lost,
// the rows on the nodes are of two runs. So the writer notes a published run as settled once every
// node has it, and a reader of such rows asks whether its run was settled before it began, and
// whether it is the latest one still. The coordinator's own tables are of one run in each snapshot.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "warehouse/connection.hpp"

namespace cartograph::warehouse::postgres {

/// How a server is asked about its nodes. Tests ask a plain server something else.
struct Nodes {
  /// In SQL, whether there may be some.
  std::string_view exist;
  /// In SQL, whether the transaction has read, or may have read, rows that lie on them.
  std::string_view are_read;
  /// The names of those that have not yet done their part of a commit; empty where all have.
  /// Throws TransientError naming one that does not answer.
  std::string (*behind)(Connection&);
  /// How long they are waited for.
  std::chrono::milliseconds wait_max;
};

extern const Nodes kCitus;

/// Whether there may be nodes.
bool has_nodes(Connection& connection, const Nodes& nodes);

/// Whether it is noted that all nodes have `run`, or there is no run that they could have.
bool is_settled(Connection& connection, const std::string& run);

/// Waits until all nodes have the latest run, and returns it; its transaction, if there is one,
/// must see what others commit. Throws TransientError naming those that do not have it, when it has
/// waited for some seconds.
std::string await_settled(Connection& connection, const Nodes& nodes);

/// Waits until all nodes, where there are any, have the latest run, and notes that. Warns where it
/// cannot: readers find out by themselves then, and the next run notes it. Outside of a
/// transaction; never throws Error.
void settle(Connection& connection, const Nodes& nodes);

}  // namespace cartograph::warehouse::postgres
