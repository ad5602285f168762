// Every answer on both engines: its SQL runs, and its columns are those of its row type.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <set>

#include "answers/all_rows.hpp"
#include "answers/ask.hpp"
#include "tests/postgres_server.hpp"
#include "tests/support.hpp"

namespace cartograph::answers {
namespace {

template <class Visit>
void for_each_row_type(Visit&& visit) {
  boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, AllRows>>(
      [&]<class Row>(boost::mp11::mp_identity<Row>) { visit.template operator()<Row>(); });
}

class EveryAnswer : public testing::TestWithParam<std::string> {
 protected:
  EveryAnswer() {
    const std::string url = GetParam() == "postgres"
                                ? tests::postgres_url()
                                : "duckdb:" + (folder_ / "warehouse.duckdb").string();
    warehouse::Options options;
    options.data = folder_.path();
    options.threads = 1;
    options.schema = fmt::format("answers_{}", static_cast<int>(::getpid()));
    warehouse_ = warehouse::open(url, options);
    writer_ = warehouse_->writer();
    writer_->prepare({tests::staging_tables(), {}});
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<warehouse::Warehouse> warehouse_;
  std::unique_ptr<warehouse::Writer> writer_;
};

TEST_P(EveryAnswer, GivesTheColumnsOfItsRow) {
  for_each_row_type([&]<class Row>() {
    const AnswerFile& file = answer_file(Row::kAnswer);
    SCOPED_TRACE(file.name);
    const warehouse::Parameters none(file.parameters.size());
    EXPECT_NO_THROW(RowReader<Row>{writer_->query(file.sql, none).columns});
  });
}

INSTANTIATE_TEST_SUITE_P(, EveryAnswer, testing::Values("duckdb", "postgres"),
                         [](const auto& engine) { return engine.param; });

TEST(EveryAnswerFile, HasARowTypeAndATextForEachColumn) {
  std::set<std::string_view> with_rows;
  for_each_row_type([&]<class Row>() {
    const AnswerFile& file = answer_file(Row::kAnswer);
    EXPECT_TRUE(with_rows.insert(file.name).second) << file.name;
    std::vector<std::string_view> named;
    for (const auto& column : file.columns) named.push_back(column.name);
    std::vector<std::string_view> members;
    for (const Field& field : fields<Row>()) members.push_back(field.name);
    EXPECT_EQ(named, members) << file.name;
  });
  for (const AnswerFile& file : answer_files()) {
    EXPECT_TRUE(with_rows.contains(file.name)) << file.name << ": add its row to AllRows";
  }
}

}  // namespace
}  // namespace cartograph::answers
