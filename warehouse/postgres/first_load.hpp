// Keys and indexes of the tables that a warehouse's first load fills: built when the tables are
// full they take a fraction of the time. Taking them off locks out readers, so it is committed
// before the load begins, while there is nothing to read: locks last for milliseconds. What is off
// is written down in `settings`, so that it is brought back whatever becomes of the load.
#pragma once

#include <string>
#include <vector>

#include "warehouse/postgres/session.hpp"

namespace cartograph::warehouse::postgres {

/// Takes the keys and indexes off those of `tables` that are empty, in a transaction of its own.
/// Leaves them all where somebody is reading a table: a run waits for no reader.
void take_indexes_off(Session& session, const std::vector<std::string>& tables);

/// Whether some are off.
bool are_indexes_off(Session& session);

/// Builds what is off, within the transaction that is open; readers need not wait meanwhile. Where
/// somebody is reading a table its key stays a unique index, until this is called again.
void bring_indexes_back(Session& session);

}  // namespace cartograph::warehouse::postgres
