// What a run's summary says.
#include "reports/run_summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support.hpp"

namespace cartograph::reports {
namespace {

using testing::HasSubstr;

std::string summary_of(tests::SmallStore& store) {
  const auto reader = store.warehouse().reader();
  const PublishedStore published = published_store(*reader, {});
  return run_summary(published, run_sections(*reader, published));
}

TEST(RunSummary, SaysVolumesDurationsRowCountsChecksAndRejectedRows) {
  tests::SmallStore store;
  store.land_golden();
  store.land("2025-03-10/customers.csv",
             "customer_id,email,full_name,country,signup_at\nC-9,,,,2025-03-01T10:00:00Z\n"
             "C-10,,,,yesterday\n");
  store.run();
  const std::string text = summary_of(store);
  EXPECT_THAT(text, HasSubstr("| customers | "));
  EXPECT_THAT(text, HasSubstr("## Durations"));
  EXPECT_THAT(text, HasSubstr("| fct_orders | "));
  EXPECT_THAT(text, HasSubstr("## Checks that passed"));
  EXPECT_THAT(text, HasSubstr("| customers | signup_at: not a timestamp | 1 |"));
}

TEST(RunSummary, OfARunWithoutRejectedRowsSaysSo) {
  tests::SmallStore store;
  store.land("2025-03-10/customers.csv",
             "customer_id,email,full_name,country,signup_at\nC-9,,,,2025-03-01T10:00:00Z\n");
  store.run();
  EXPECT_THAT(summary_of(store), HasSubstr("No row of its files was rejected."));
}

}  // namespace
}  // namespace cartograph::reports
