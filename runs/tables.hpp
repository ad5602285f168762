// The tables that a run works on, and what it does to them inside its transaction: staging filled,
// models run, the new state checked. Each is a step of the run's log.
#pragma once

#include <string>
#include <vector>

#include "ingestion/ingest.hpp"
#include "runs/pickup.hpp"
#include "runs/run.hpp"

namespace cartograph::runs {

/// The schema of a warehouse with days of this time zone.
warehouse::SchemaSpec schema(const std::string& reporting_timezone);

/// Moves what was decoded to its place in the lake, and appends it to staging.
void stage(warehouse::Writer& writer, ingestion::PendingLake& pending, std::int64_t rows,
           RunLog& log);

/// Merges the lake's newest files of a feed where there are many, on engines that read them.
void merge_staging(warehouse::Writer& writer, ingestion::PendingLake& pending, RunLog& log);

/// Fills staging anew from the lake. Throws Error where the lake lacks deliveries that the
/// warehouse has.
void stage_lake(warehouse::Writer& writer, const ingestion::Lake& lake, RunLog& log);

/// Runs the models over what was staged after `ingested_after`, which are the deliveries of
/// `pickup`. Of pipelines::kEverything the tables are built anew, and `pickup` may be null.
void transform(warehouse::Writer& writer, Instant ingested_after, Pickup* pickup, RunLog& log,
               RunObserver& observer);

/// Checks the new state, in which the deliveries of `pickup` were staged after `ingested_after`,
/// and keeps the results in `log`. Throws Error naming what forbids publishing.
void check(warehouse::Writer& writer, const quality::Settings& settings, Pickup& pickup,
           Instant ingested_after, RunLog& log);

/// Checks all that is published.
std::vector<quality::Result> check_everything(warehouse::Connection& connection);

}  // namespace cartograph::runs
