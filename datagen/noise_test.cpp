// Every spoiling is held against the contract that has to refuse it.
#include "datagen/noise.hpp"

#include <gtest/gtest.h>

#include <set>

#include "contracts/feed.hpp"
#include "datagen/row_text.hpp"

namespace cartograph::datagen {
namespace {

using namespace contracts;

const Instant kNoon{Day{20'000}.start_utc().micros + kMicrosPerDay / 2};

template <class Row>
Row good_row();

template <>
Order good_row<Order>() {
  return {"O1",  "C1",  OrderStatus::returned, kNoon, kNoon, kNoon, kNoon,
          kNoon, "USD", PaymentMethod::card,   "web", "DE"};
}
template <>
OrderItem good_row<OrderItem>() {
  return {"O1", 1, "A-1", 2, Money{1250}, Money{250}, Money{100}};
}
template <>
Return good_row<Return>() {
  return {"R1", "O1", 1, 1, kNoon, "faulty, \"again\""};
}
template <>
Customer good_row<Customer>() {
  return {"C1", "zoe@example.com", "Zoë, Ann", "GB", kNoon};
}
template <>
Product good_row<Product>() {
  return {"A-1", "Café Mug", "Kitchen", Money{900}, 3, kNoon};
}
template <>
InventoryMovement good_row<InventoryMovement>() {
  return {"M1", "A-1", MovementType::adjustment, -2, kNoon, "COUNT"};
}

// What quarantine would say of `values`; empty for a good row.
template <class Row>
std::string reasons_of(const std::vector<std::string>& values) {
  const Feed& feed = *find_feed(Contract<Row>::feed);
  const Context context;
  const Lineage lineage{kNoon, "orders.csv", "run"};
  const auto decoder = feed.make_decoder(context, lineage);
  const std::vector<std::string_view> views(values.begin(), values.end());
  RowBatch batch(feed.staging);
  return decoder->decode(views, 2, batch) ? "" : decoder->reasons();
}

template <class Row>
class NoiseTest : public testing::Test {};
using Rows = testing::Types<Order, OrderItem, Return, Customer, Product, InventoryMovement>;
TYPED_TEST_SUITE(NoiseTest, Rows);

TYPED_TEST(NoiseTest, AGoodRowIsAccepted) {
  EXPECT_EQ(reasons_of<TypeParam>(texts_of(good_row<TypeParam>())), "");
}

TYPED_TEST(NoiseTest, EverySpoilingIsRefusedForTheReasonThatItNames) {
  for (const Spoiling& spoiling : spoilings<TypeParam>()) {
    if (spoiling.form != Spoiling::Form::values) continue;
    std::vector<std::string> values = texts_of(good_row<TypeParam>());
    spoiling.spoil(values);
    EXPECT_EQ(reasons_of<TypeParam>(values), spoiling.reason) << spoiling.kind;
  }
}

TYPED_TEST(NoiseTest, EveryRequiredFieldIsLeftOutOnce) {
  std::set<std::string> reasons;
  for (const Spoiling& spoiling : spoilings<TypeParam>()) reasons.insert(spoiling.reason);
  for (const FieldInfo& field : find_feed(Contract<TypeParam>::feed)->fields) {
    EXPECT_EQ(reasons.contains(std::string(field.name) + ": required"), field.required)
        << field.name;
  }
}

TYPED_TEST(NoiseTest, ADisguisedRowIsTheSameRow) {
  const Feed& feed = *find_feed(Contract<TypeParam>::feed);
  const Context context;
  const Lineage lineage{kNoon, "orders.csv", "run"};
  const auto decoder = feed.make_decoder(context, lineage);
  const std::vector<std::string> plain = texts_of(good_row<TypeParam>());
  std::vector<std::string> disguised = plain;
  disguise<TypeParam>(disguised);
  EXPECT_NE(plain, disguised);
  RowBatch batch(feed.staging);
  const auto decode = [&](const std::vector<std::string>& values) {
    const std::vector<std::string_view> views(values.begin(), values.end());
    return decoder->decode(views, 2, batch);
  };
  ASSERT_TRUE(decode(plain));
  ASSERT_TRUE(decode(disguised)) << decoder->reasons();
  for (std::size_t i = 0; i < feed.fields.size(); ++i) {
    const ColumnData& column = batch.column(i);
    if (feed.staging[i].type == ColumnType::text) {
      EXPECT_EQ(column.texts[0], column.texts[1]) << feed.fields[i].name;
    } else {
      EXPECT_EQ(column.numbers[0], column.numbers[1]) << feed.fields[i].name;
    }
  }
}

}  // namespace
}  // namespace cartograph::datagen
