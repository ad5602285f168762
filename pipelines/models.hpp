// The SQL models: which there are, and running them over what changed.
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
};

/// All models, in the order in which they run.
std::vector<Model> models();

/// What a run has to look at.
struct Scope {
  std::string run_id;
  Instant ingested_after;  // staged rows after this are new; kEverything for a rebuild
};
inline constexpr Instant kEverything{-2'208'988'800'000'000};  // 1900-01-01

/// Makes the temp table run_scope that models and checks read.
void create_scope(warehouse::Connection& connection, const Scope& scope);

/// Empties every table that models fill, for a rebuild.
void clear_derived_tables(warehouse::Connection& connection);

/// Runs all models inside the caller's transaction; `step` runs each and keeps time.
/// Throws Error naming the model.
void run_models(warehouse::Connection& connection,
                const std::function<void(std::string_view name,
                                         const std::function<std::int64_t()>& body)>& step);

}  // namespace cartograph::pipelines
