// What is explained of the golden example, and how to reckon with what an explanation shows.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "answers/explanation.hpp"
#include "tests/support.hpp"

namespace cartograph::tests {

/// The golden example in a warehouse of its own, which tests may spoil for a while.
class GoldenExplained : public testing::Test {
 protected:
  using Explain =
      std::function<answers::Explanation(warehouse::Connection&, const std::string& key)>;

  static void SetUpTestSuite();
  static void TearDownTestSuite();
  explicit GoldenExplained(Explain explain) : explain_(std::move(explain)) {}

  static warehouse::Writer& tables() { return store_->writer(); }
  /// The first column of the answer.
  static std::vector<std::string> keys(std::string_view sql);

  answers::Explanation explanation_of(const std::string& key) { return explain_(tables(), key); }
  /// The explanation as text; fails the test where it does not add up, or does against `adds_up`.
  std::string explained(const std::string& key, bool adds_up = true);
  /// The same while `change` has tampered with the tables, so that it does not add up.
  std::string explained_after(const std::string& change, const std::string& key);

 private:
  static std::unique_ptr<SmallStore> store_;
  const Explain explain_;
};

/// A number of an explanation in hundredths, whatever its places: "12.30" and "12" are 1230 and
/// 1200. Nothing is 0.
std::int64_t hundredths(const std::optional<std::string>& text);

/// The figure of this name. Fails the test where there is none.
std::int64_t figure_hundredths(const answers::Part& part, std::string_view name);

/// A column's cells, from the first row to the last. Fails the test where there is none.
std::vector<std::optional<std::string>> cells(const answers::RowList& list,
                                              std::string_view column);
std::int64_t sum_hundredths(const answers::RowList& list, std::string_view column);

}  // namespace cartograph::tests
