// The SQL models: which there are, and running them over what changed. Files of pipelines/changes
// mark what a run has to compute anew, in temporary tables; each file of pipelines/models deletes
// and inserts just that in one table. Both run together, in order of their numbers.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/warehouse.hpp"

namespace cartograph::pipelines {

struct Model {
  std::string_view name;  // of the file, "100_fct_orders"
  std::string_view sql;
  std::string_view fills;  // the table, "fct_orders"; empty where it only marks changes
  std::string_view grain;  // what one row stands for
  std::string_view reads;  // the tables, "new_orders, new_items"
  std::string_view decides;
};

/// All models, in the order in which they run. Throws Error where a head is not
/// one.
std::vector<Model> models();

/// The tables that models fill, in the order in which they do. No other table is a model's.
std::vector<std::string_view> filled_tables();

/// What a run has to look at.
struct Scope {
  std::string run_id;
  Instant ingested_after;  // staged rows after this are new; kEverything for a rebuild
};
inline constexpr Instant kEverything{-2'208'988'800'000'000};  // 1900-01-01

/// Makes the temp table run_scope that models and checks read.
void create_scope(warehouse::Connection& connection, const Scope& scope);

/// Empties the tables that models fill, for a rebuild.
void clear_derived_tables(warehouse::Connection& connection);

/// Runs all models inside the caller's transaction; `step` runs each and keeps time.
/// Throws Error naming the model.
void run_models(warehouse::Connection& connection,
                const std::function<void(std::string_view name,
                                         const std::function<std::int64_t()>& body)>& step);

}  // namespace cartograph::pipelines
