// Whole rows against the contracts of the feeds' specification: what is staged, and the reasons of
// what is refused. Each case changes some values of a row that is otherwise good.
#include "contracts/feed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace cartograph::contracts {
namespace {

using Values = std::map<std::string_view, std::string>;

const std::map<std::string_view, Values>& good_rows() {
  static const std::map<std::string_view, Values> rows{{"orders",
                                                        {{"order_id", "1001"},
                                                         {"customer_id", "C01"},
                                                         {"status", "returned"},
                                                         {"created_at", "2025-03-01"},
                                                         {"paid_at", "2025-03-02"},
                                                         {"fulfilled_at", "2025-03-03"},
                                                         {"delivered_at", "2025-03-04"},
                                                         {"returned_at", "2025-03-05"},
                                                         {"currency", "USD"},
                                                         {"payment_method", "card"},
                                                         {"channel", "web"},
                                                         {"country", "US"}}},
                                                       {"order_items",
                                                        {{"order_id", "1001"},
                                                         {"line_number", "1"},
                                                         {"sku", "MUG"},
                                                         {"quantity", "2"},
                                                         {"unit_price", "12.50"},
                                                         {"discount_amount", "2.50"},
                                                         {"tax_amount", "4.28"}}},
                                                       {"returns",
                                                        {{"return_id", "R-1"},
                                                         {"order_id", "1001"},
                                                         {"line_number", "1"},
                                                         {"quantity", "1"},
                                                         {"returned_at", "2025-03-15"},
                                                         {"reason", "chipped"}}},
                                                       {"customers",
                                                        {{"customer_id", "C01"},
                                                         {"email", "ann@example.com"},
                                                         {"full_name", "Ann Ode"},
                                                         {"country", "US"},
                                                         {"signup_at", "2025-01-12"}}},
                                                       {"products",
                                                        {{"sku", "MUG"},
                                                         {"product_name", "Mug"},
                                                         {"category", "Kitchen"},
                                                         {"list_price", "12.50"},
                                                         {"reorder_point", "10"},
                                                         {"updated_at", "2025-02-01"}}},
                                                       {"inventory_movements",
                                                        {{"movement_id", "M1"},
                                                         {"sku", "MUG"},
                                                         {"movement_type", "receipt"},
                                                         {"quantity", "12"},
                                                         {"occurred_at", "2025-03-01"},
                                                         {"reference", "PO-7"}}}};
  return rows;
}

struct Decoded {
  bool good = false;
  std::string reasons;
  std::map<std::string, std::string> staged;  // null: no entry; money in hundredths
  Hash128 hash;
};

Decoded decode(std::string_view feed_name, const Values& changes,
               const std::string& reporting_currency = "USD") {
  const Feed& feed = *find_feed(feed_name);
  Values row = good_rows().at(feed_name);
  for (const auto& [name, value] : changes) row.at(name) = value;
  std::vector<std::string_view> values;
  for (const FieldInfo& field : feed.fields) values.push_back(row.at(field.name));

  const Context context{reporting_currency};
  const Lineage lineage{Instant{77}, "2025-03-10/x.csv", "run-1"};
  RowBatch batch(feed.staging);
  const auto decoder = feed.make_decoder(context, lineage);
  Decoded decoded;
  decoded.good = decoder->decode(values, 5, batch);
  EXPECT_EQ(batch.rows(), decoded.good ? 1u : 0u);
  if (!decoded.good) {
    decoded.reasons = decoder->reasons();
    return decoded;
  }
  for (std::size_t i = 0; i < feed.staging.size(); ++i) {
    const ColumnData& column = batch.column(i);
    if (!column.valid[0]) continue;
    if (feed.staging[i].type == ColumnType::hash) {
      decoded.hash = column.hashes[0];
    } else if (feed.staging[i].type == ColumnType::text) {
      decoded.staged[feed.staging[i].name] = column.texts[0];
    } else {
      decoded.staged[feed.staging[i].name] = std::to_string(column.numbers[0]);
    }
  }
  return decoded;
}

std::string reasons_of(std::string_view feed, const Values& changes) {
  const Decoded decoded = decode(feed, changes);
  return decoded.good ? "good" : decoded.reasons;
}

std::string staged(std::string_view feed, const Values& changes, const std::string& column) {
  const Decoded decoded = decode(feed, changes);
  if (!decoded.good) return "<" + decoded.reasons + ">";
  const auto found = decoded.staged.find(column);
  return found == decoded.staged.end() ? "null" : found->second;
}

std::string field_list(const Feed& feed) {
  std::string text;
  for (const FieldInfo& field : feed.fields) {
    text +=
        fmt::format("{} {}{}{}\n", field.name, field.type_name, field.required ? " required" : "",
                    field.column_may_be_missing ? " may be missing" : "");
  }
  return text;
}

TEST(Feeds, AreTheSixOfTheSpecificationInOrder) {
  std::vector<std::string_view> names;
  for (const Feed& feed : feeds()) names.push_back(feed.name);
  EXPECT_EQ(names, (std::vector<std::string_view>{"orders", "order_items", "returns", "customers",
                                                  "products", "inventory_movements"}));
  EXPECT_EQ(find_feed("order"), nullptr);
  EXPECT_EQ(find_feed("Orders"), nullptr);
  EXPECT_EQ(find_feed("returns")->staging_table(), "stg_returns");
}

TEST(Feeds, HaveTheirColumnsInOrder) {
  EXPECT_EQ(field_list(*find_feed("orders")),
            "order_id id required\ncustomer_id id\nstatus enum required\n"
            "created_at timestamp required\npaid_at timestamp\nfulfilled_at timestamp\n"
            "delivered_at timestamp\nreturned_at timestamp\ncurrency currency required\n"
            "payment_method enum\nchannel text may be missing\ncountry country may be missing\n");
  EXPECT_EQ(field_list(*find_feed("order_items")),
            "order_id id required\nline_number integer required\nsku id required\n"
            "quantity integer required\nunit_price money required\ndiscount_amount money\n"
            "tax_amount money\n");
  EXPECT_EQ(field_list(*find_feed("returns")),
            "return_id id required\norder_id id required\nline_number integer required\n"
            "quantity integer required\nreturned_at timestamp required\n"
            "reason text may be missing\n");
  EXPECT_EQ(field_list(*find_feed("customers")),
            "customer_id id required\nemail email\nfull_name text\ncountry country\n"
            "signup_at timestamp required\n");
  EXPECT_EQ(field_list(*find_feed("products")),
            "sku id required\nproduct_name text required\ncategory text\n"
            "list_price money required\nreorder_point integer\nupdated_at timestamp required\n");
  EXPECT_EQ(field_list(*find_feed("inventory_movements")),
            "movement_id id required\nsku id required\nmovement_type enum required\n"
            "quantity integer required\noccurred_at timestamp required\nreference id\n");
}

TEST(Feeds, HaveTheKeysOfTheSpecification) {
  using Key = std::vector<std::string_view>;
  EXPECT_EQ(find_feed("orders")->key, (Key{"order_id"}));
  EXPECT_EQ(find_feed("order_items")->key, (Key{"order_id", "line_number"}));
  EXPECT_EQ(find_feed("returns")->key, (Key{"return_id"}));
  EXPECT_EQ(find_feed("customers")->key, (Key{"customer_id"}));
  EXPECT_EQ(find_feed("products")->key, (Key{"sku", "updated_at"}));
  EXPECT_EQ(find_feed("inventory_movements")->key, (Key{"movement_id"}));
}

TEST(Feeds, StageTheFieldsAndThenWhereTheRowComesFrom) {
  for (const Feed& feed : feeds()) {
    ASSERT_EQ(feed.staging.size(), feed.fields.size() + 5);
    for (std::size_t i = 0; i < feed.fields.size(); ++i) {
      EXPECT_EQ(feed.staging[i].name, feed.fields[i].name);
      EXPECT_EQ(feed.staging[i].type, feed.fields[i].column_type);
    }
    std::string tail;
    for (std::size_t i = feed.fields.size(); i < feed.staging.size(); ++i) {
      tail += fmt::format("{} {}\n", feed.staging[i].name, sql_type(feed.staging[i].type));
    }
    EXPECT_EQ(tail,
              "ingested_at timestamp with time zone\nsource_file text\nsource_line bigint\n"
              "row_hash uuid\nrun_id text\n");
  }
}

TEST(Row, IsStagedWithItsLineage) {
  const Decoded decoded = decode("returns", {});
  EXPECT_EQ(decoded.staged.at("ingested_at"), "77");
  EXPECT_EQ(decoded.staged.at("source_file"), "2025-03-10/x.csv");
  EXPECT_EQ(decoded.staged.at("source_line"), "5");
  EXPECT_EQ(decoded.staged.at("run_id"), "run-1");
}

TEST(Row, OfEveryFeedIsGoodAsItStands) {
  for (const Feed& feed : feeds()) EXPECT_EQ(reasons_of(feed.name, {}), "good") << feed.name;
}

TEST(Row, LacksNoRequiredValue) {
  for (const Feed& feed : feeds()) {
    for (const FieldInfo& field : feed.fields) {
      if (!field.required) continue;
      for (const char* nothing : {"", " ", " \t "}) {
        EXPECT_EQ(reasons_of(feed.name, {{field.name, nothing}}),
                  fmt::format("{}: required", field.name))
            << feed.name;
      }
    }
  }
}

TEST(Row, MayLackEveryOtherValue) {
  const std::pair<std::string_view, Values> cases[] = {
      {"orders",
       {{"customer_id", ""}, {"payment_method", " "}, {"channel", ""}, {"country", "\t"}}},
      {"orders",
       {{"status", "created"},
        {"paid_at", ""},
        {"fulfilled_at", ""},
        {"delivered_at", ""},
        {"returned_at", ""}}},
      {"order_items", {{"discount_amount", ""}, {"tax_amount", ""}}},
      {"returns", {{"reason", ""}}},
      {"customers", {{"email", ""}, {"full_name", ""}, {"country", ""}}},
      {"products", {{"category", ""}, {"reorder_point", ""}}},
      {"inventory_movements", {{"reference", ""}}}};
  for (const auto& [feed, changes] : cases) {
    EXPECT_EQ(reasons_of(feed, changes), "good") << feed;
    for (const auto& [column, value] : changes) {
      const bool zero =
          column == "discount_amount" || column == "tax_amount" || column == "reorder_point";
      if (column == "status") continue;
      EXPECT_EQ(staged(feed, changes, std::string(column)), zero ? "0" : "null") << column;
    }
  }
}

TEST(Row, ValuesAreTrimmedAndBroughtToOneForm) {
  EXPECT_EQ(staged("orders", {{"order_id", " \t1001 "}}, "order_id"), "1001");
  EXPECT_EQ(staged("orders", {{"status", " RETURNED\t"}}, "status"), "returned");
  EXPECT_EQ(staged("orders", {{"currency", "usd"}}, "currency"), "USD");
  EXPECT_EQ(staged("orders", {{"country", "de"}}, "country"), "DE");
  EXPECT_EQ(staged("orders", {{"payment_method", "Cash_On_Delivery"}}, "payment_method"),
            "cash_on_delivery");
  EXPECT_EQ(staged("order_items", {{"unit_price", " 12.5 "}}, "unit_price"), "1250");
  EXPECT_EQ(staged("inventory_movements", {{"movement_type", "Return"}}, "movement_type"),
            "return");
  EXPECT_EQ(staged("customers", {{"full_name", "  Bo\tSüß\nJr "}}, "full_name"), "Bo\tSüß\nJr");
}

TEST(Row, EachTypeHasItsMessage) {
  const std::string long_id(65, 'a');
  const struct {
    std::string_view feed;
    std::string_view field;
    std::string value;
    const char* message;
  } cases[] = {
      {"orders", "order_id", long_id, "too long"},
      {"orders", "order_id", "a\x01", "control character"},
      {"orders", "customer_id", "a\nb", "control character"},
      {"orders", "status", "lost", "not one of created, paid, fulfilled, delivered, returned"},
      {"orders", "created_at", "now", "not a timestamp"},
      {"orders", "created_at", "1969-12-31", "out of range"},
      {"orders", "paid_at", "2025-02-30", "not a timestamp"},
      {"orders", "currency", "US", "not a currency"},
      {"orders", "currency", "EUR", "expected USD"},
      {"orders", "payment_method", "cheque",
       "not one of card, paypal, bank_transfer, wallet, gift_card, cash_on_delivery"},
      {"orders", "channel", std::string(33, 'a'), "too long"},
      {"orders", "channel", "a\x7F", "control character"},
      {"orders", "country", "USA", "not a country"},
      {"order_items", "line_number", "0", "out of range"},
      {"order_items", "line_number", "10000", "out of range"},
      {"order_items", "line_number", "1.0", "not an integer"},
      {"order_items", "sku", long_id, "too long"},
      {"order_items", "quantity", "-1", "out of range"},
      {"order_items", "quantity", "100001", "out of range"},
      {"order_items", "quantity", "two", "not an integer"},
      {"order_items", "unit_price", "1,5", "not a decimal"},
      {"order_items", "unit_price", "12.505", "more than 2 decimal places"},
      {"order_items", "unit_price", "-0.01", "out of range"},
      {"order_items", "unit_price", "1000000.01", "out of range"},
      {"order_items", "discount_amount", "-1", "out of range"},
      {"order_items", "discount_amount", "1000000000.01", "out of range"},
      {"order_items", "tax_amount", "-1", "out of range"},
      {"order_items", "tax_amount", "1000000000.01", "out of range"},
      {"order_items", "tax_amount", "free", "not a decimal"},
      {"returns", "return_id", long_id, "too long"},
      {"returns", "line_number", "10000", "out of range"},
      {"returns", "quantity", "100001", "out of range"},
      {"returns", "quantity", "0", "out of range"},
      {"returns", "reason", std::string(201, 'a'), "too long"},
      {"returns", "reason", "a\vb", "control character"},
      {"customers", "email", "ann", "not an email"},
      {"customers", "email", std::string(252, 'a') + "@bc", "too long"},
      {"customers", "full_name", std::string(201, 'a'), "too long"},
      {"customers", "country", "1", "not a country"},
      {"customers", "signup_at", "2101-01-01", "out of range"},
      {"products", "product_name", std::string(301, 'a'), "too long"},
      {"products", "category", std::string(101, 'a'), "too long"},
      {"products", "list_price", "1000000.01", "out of range"},
      {"products", "list_price", "-1", "out of range"},
      {"products", "reorder_point", "-1", "out of range"},
      {"products", "reorder_point", "10000001", "out of range"},
      {"products", "reorder_point", "1e3", "not an integer"},
      {"inventory_movements", "movement_type", "theft",
       "not one of receipt, shipment, return, adjustment, allocation, deallocation"},
      {"inventory_movements", "movement_type", "returned",
       "not one of receipt, shipment, return, adjustment, allocation, deallocation"},
      {"inventory_movements", "quantity", "3.5", "not an integer"},
      {"inventory_movements", "quantity", "1000001", "out of range"},
      {"inventory_movements", "reference", long_id, "too long"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(reasons_of(c.feed, {{c.field, c.value}}), fmt::format("{}: {}", c.field, c.message))
        << c.feed << " " << c.value;
  }
}

TEST(Row, AcceptsTheEdgesOfEveryRange) {
  const std::pair<std::string_view, Values> cases[] = {
      {"orders", {{"order_id", std::string(64, 'a')}, {"channel", std::string(32, 'a')}}},
      {"order_items",
       {{"line_number", "9999"},
        {"quantity", "100000"},
        {"unit_price", "1000000"},
        {"discount_amount", "1000000000"},
        {"tax_amount", "1000000000.00"}}},
      {"order_items",
       {{"quantity", "1"}, {"unit_price", "0"}, {"discount_amount", "0"}, {"tax_amount", "-0.00"}}},
      {"returns",
       {{"line_number", "9999"}, {"quantity", "100000"}, {"reason", std::string(200, 'a')}}},
      {"customers",
       {{"email", std::string(250, 'a') + "@b.c"},
        {"full_name", std::string(200, 'a')},
        {"signup_at", "1970-01-01"}}},
      {"products",
       {{"product_name", std::string(300, 'a')},
        {"category", std::string(100, 'a')},
        {"list_price", "1000000.00"},
        {"reorder_point", "10000000"}}},
      {"products", {{"list_price", "0"}, {"reorder_point", "0"}}},
      {"inventory_movements", {{"quantity", "1000000"}}}};
  for (const auto& [feed, changes] : cases) EXPECT_EQ(reasons_of(feed, changes), "good") << feed;
}

TEST(Row, GivesEveryFaultInTheContractsOrder) {
  EXPECT_EQ(reasons_of("orders", {{"country", "?"},
                                  {"order_id", ""},
                                  {"currency", "EUR"},
                                  {"status", "x"},
                                  {"paid_at", "y"}}),
            "order_id: required; "
            "status: not one of created, paid, fulfilled, delivered, returned; "
            "paid_at: not a timestamp; currency: expected USD; country: not a country");
  EXPECT_EQ(reasons_of("inventory_movements",
                       {{"occurred_at", "x"}, {"quantity", "0"}, {"movement_id", ""}}),
            "movement_id: required; quantity: out of range; occurred_at: not a timestamp")
      << "a check of the field stands in its place";
}

TEST(Row, RowChecksRunOnlyWhereAllFieldsAreValid) {
  EXPECT_EQ(reasons_of("orders", {{"paid_at", ""}, {"status", "paid"}, {"country", "?"}}),
            "country: not a country");
  EXPECT_EQ(reasons_of("order_items", {{"discount_amount", "999"}, {"tax_amount", "x"}}),
            "tax_amount: not a decimal");
}

TEST(Row, CurrencyIsHeldAgainstTheReportingCurrency) {
  EXPECT_TRUE(decode("orders", {{"currency", "eur"}}, "EUR").good);
  EXPECT_EQ(decode("orders", {{"currency", "USD"}}, "EUR").reasons, "currency: expected EUR");
}

TEST(Order, NeedsTheTimestampOfItsStatus) {
  const Values nothing{
      {"paid_at", ""}, {"fulfilled_at", ""}, {"delivered_at", ""}, {"returned_at", ""}};
  const std::pair<const char*, const char*> cases[] = {
      {"created", "good"},
      {"paid", "paid_at: required when status is paid"},
      {"fulfilled", "fulfilled_at: required when status is fulfilled"},
      {"delivered", "delivered_at: required when status is delivered"},
      {"returned",
       "delivered_at: required when status is returned; "
       "returned_at: required when status is returned"}};
  for (const auto& [status, expected] : cases) {
    Values changes = nothing;
    changes["status"] = status;
    EXPECT_EQ(reasons_of("orders", changes), expected);
  }
  EXPECT_EQ(reasons_of("orders", {{"delivered_at", ""}}),
            "delivered_at: required when status is returned");
}

TEST(Order, MaySkipStates) {
  EXPECT_EQ(
      reasons_of(
          "orders",
          {{"status", "fulfilled"}, {"paid_at", ""}, {"delivered_at", ""}, {"returned_at", ""}}),
      "good");
  EXPECT_EQ(reasons_of("orders", {{"paid_at", ""}, {"fulfilled_at", ""}}), "good");
}

TEST(Order, HasNoTimestampOfALaterState) {
  EXPECT_EQ(
      reasons_of("orders", {{"status", "created"}}),
      "paid_at: set although status is created; fulfilled_at: set although status is created; "
      "delivered_at: set although status is created; "
      "returned_at: set although status is created");
  EXPECT_EQ(reasons_of("orders", {{"status", "paid"}, {"fulfilled_at", ""}, {"returned_at", ""}}),
            "delivered_at: set although status is paid");
  EXPECT_EQ(reasons_of("orders", {{"status", "delivered"}}),
            "returned_at: set although status is delivered");
}

TEST(Order, TimestampsNeverDecrease) {
  EXPECT_EQ(reasons_of("orders", {{"paid_at", "2025-02-28"}}), "paid_at: before created_at");
  EXPECT_EQ(reasons_of("orders", {{"fulfilled_at", "2025-03-01"}}), "fulfilled_at: before paid_at");
  EXPECT_EQ(reasons_of("orders", {{"delivered_at", "2025-03-02"}}),
            "delivered_at: before fulfilled_at");
  EXPECT_EQ(reasons_of("orders", {{"returned_at", "2025-03-03T23:59:59.999999"}}),
            "returned_at: before delivered_at");
}

TEST(Order, TimestampsMayBeEqual) {
  EXPECT_EQ(reasons_of("orders", {{"paid_at", "2025-03-01"},
                                  {"fulfilled_at", "2025-03-01"},
                                  {"delivered_at", "2025-03-01T01:00:00+01:00"},
                                  {"returned_at", "2025-03-01"}}),
            "good");
}

TEST(Order, ATimestampIsHeldAgainstTheNearestEarlierOneThatIsSet) {
  EXPECT_EQ(reasons_of("orders", {{"fulfilled_at", ""}, {"delivered_at", "2025-03-01T12:00:00"}}),
            "delivered_at: before paid_at");
  EXPECT_EQ(
      reasons_of("orders", {{"paid_at", ""}, {"fulfilled_at", ""}, {"delivered_at", "2025-02-01"}}),
      "delivered_at: before created_at");
  // Against the nearest, not the greatest: 3 March lies before 9 March, but not before 2 March.
  EXPECT_EQ(reasons_of("orders", {{"paid_at", "2025-03-09"},
                                  {"fulfilled_at", "2025-03-02"},
                                  {"delivered_at", "2025-03-03"}}),
            "fulfilled_at: before paid_at");
}

TEST(Order, AFieldGivesTheFirstOfTheThreeReasons) {
  // Both of a later state and before an earlier one: the former comes first.
  EXPECT_EQ(reasons_of("orders", {{"status", "paid"},
                                  {"fulfilled_at", ""},
                                  {"delivered_at", "2025-03-01"},
                                  {"returned_at", ""}}),
            "delivered_at: set although status is paid");
  // Each field has its own.
  EXPECT_EQ(reasons_of("orders", {{"status", "fulfilled"},
                                  {"paid_at", "2025-02-01"},
                                  {"fulfilled_at", ""},
                                  {"returned_at", ""}}),
            "paid_at: before created_at; fulfilled_at: required when status is fulfilled; "
            "delivered_at: set although status is fulfilled");
}

TEST(OrderItem, DiscountIsAtMostTheMerchandise) {
  EXPECT_EQ(reasons_of("order_items", {{"discount_amount", "25.00"}}), "good");
  EXPECT_EQ(reasons_of("order_items", {{"discount_amount", "25.01"}}),
            "discount_amount: above quantity x unit_price");
  EXPECT_EQ(reasons_of("order_items", {{"unit_price", "0"}, {"discount_amount", "0.01"}}),
            "discount_amount: above quantity x unit_price");
  EXPECT_EQ(reasons_of("order_items", {{"unit_price", "0"}, {"discount_amount", ""}}), "good");
}

TEST(InventoryMovement, QuantityIsNeverZero) {
  for (const char* type :
       {"receipt", "shipment", "return", "adjustment", "allocation", "deallocation"}) {
    for (const char* zero : {"0", "-0", "000"}) {
      EXPECT_EQ(reasons_of("inventory_movements", {{"movement_type", type}, {"quantity", zero}}),
                "quantity: out of range")
          << type;
    }
  }
}

TEST(InventoryMovement, OnlyAnAdjustmentMayBeBelowZero) {
  EXPECT_EQ(staged("inventory_movements",
                   {{"movement_type", "adjustment"}, {"quantity", "-1000000"}}, "quantity"),
            "-1000000");
  EXPECT_EQ(reasons_of("inventory_movements",
                       {{"movement_type", "adjustment"}, {"quantity", "-1000001"}}),
            "quantity: out of range");
  for (const char* type : {"receipt", "shipment", "return", "allocation", "deallocation"}) {
    EXPECT_EQ(reasons_of("inventory_movements", {{"movement_type", type}, {"quantity", "-1"}}),
              "quantity: out of range")
        << type;
  }
}

TEST(InventoryMovement, OfAnUnknownTypeOnlyZeroAndTheRangeAreWrong) {
  const std::string type_fault =
      "movement_type: not one of receipt, shipment, return, adjustment, allocation, deallocation";
  EXPECT_EQ(reasons_of("inventory_movements", {{"movement_type", "x"}, {"quantity", "-5"}}),
            type_fault);
  EXPECT_EQ(reasons_of("inventory_movements", {{"movement_type", ""}, {"quantity", "-5"}}),
            "movement_type: required");
  EXPECT_EQ(reasons_of("inventory_movements", {{"movement_type", "x"}, {"quantity", "0"}}),
            type_fault + "; quantity: out of range");
  EXPECT_EQ(reasons_of("inventory_movements", {{"movement_type", "x"}, {"quantity", "-1000001"}}),
            type_fault + "; quantity: out of range");
}

TEST(Decoder, CarriesNothingFromOneRowToTheNext) {
  const Feed& feed = *find_feed("inventory_movements");
  const Context context;
  const Lineage lineage{Instant{1}, "f", "r"};
  RowBatch batch(feed.staging);
  const auto decoder = feed.make_decoder(context, lineage);
  using Row = std::vector<std::string_view>;
  ASSERT_TRUE(decoder->decode(Row{"M1", "S", "receipt", "5", "2025-01-01", "PO"}, 1, batch));
  EXPECT_FALSE(decoder->decode(Row{"M2", "S", "x", "-5", "2025-01-01", "PO"}, 2, batch));
  EXPECT_EQ(decoder->reasons().find("quantity"), std::string::npos) << decoder->reasons();
  EXPECT_FALSE(decoder->decode(Row{"M3", "S", "receipt", "", "2025-01-01", "PO"}, 3, batch));
  EXPECT_EQ(decoder->reasons(), "quantity: required");
  ASSERT_TRUE(decoder->decode(Row{"M4", "S", "receipt", "5", "2025-01-01", ""}, 4, batch));
  ASSERT_EQ(batch.rows(), 2u);
  EXPECT_EQ(batch.column(5).valid[1], 0);
}

TEST(RowHash, IsEqualForEqualValuesHoweverTheyAreWritten) {
  const auto hash = [](std::string_view feed, const Values& changes) {
    return decode(feed, changes).hash;
  };
  EXPECT_EQ(hash("order_items", {{"unit_price", "12.5"}}), hash("order_items", {}));
  EXPECT_EQ(hash("order_items", {{"quantity", " 002 "}}), hash("order_items", {}));
  EXPECT_EQ(hash("order_items", {{"tax_amount", "0.00"}}),
            hash("order_items", {{"tax_amount", ""}}));
  EXPECT_EQ(hash("orders", {{"status", "RETURNED"},
                            {"currency", "usd"},
                            {"country", "us"},
                            {"created_at", "2025-03-01T01:00:00.0+01:00"}}),
            hash("orders", {}));
  EXPECT_EQ(hash("customers", {{"full_name", "\tAnn Ode "}}), hash("customers", {}));
}

TEST(RowHash, DiffersWhereAnyValueDiffers) {
  const std::map<std::string_view, std::map<std::string_view, std::string>> other{
      {"orders",
       {{"order_id", "1002"},
        {"customer_id", ""},
        {"created_at", "2025-02-28"},
        {"paid_at", ""},
        {"fulfilled_at", ""},
        {"delivered_at", "2025-03-03T00:00:00.000001"},
        {"returned_at", "2025-03-06"},
        {"payment_method", "paypal"},
        {"channel", ""},
        {"country", "UT"}}},
      {"order_items",
       {{"order_id", "1002"},
        {"line_number", "2"},
        {"sku", "MUh"},
        {"quantity", "3"},
        {"unit_price", "12.51"},
        {"discount_amount", ""},
        {"tax_amount", "4.29"}}},
      {"customers",
       {{"email", ""},
        {"full_name", "Ann  Ode"},
        {"country", ""},
        {"signup_at", "2025-01-13"},
        {"customer_id", "c01"}}}};
  for (const auto& [feed, changes] : other) {
    const Hash128 hash = decode(feed, {}).hash;
    for (const auto& [field, value] : changes) {
      const Decoded changed = decode(feed, {{field, value}});
      ASSERT_TRUE(changed.good) << field << ": " << changed.reasons;
      EXPECT_NE(changed.hash, hash) << feed << "." << field;
    }
  }
}

TEST(RowHash, TellsNoTimestampFromTheEpoch) {
  const Values at_epoch{{"created_at", "1970-01-01"}, {"paid_at", "1970-01-01"}};
  const Values without{{"created_at", "1970-01-01"}, {"paid_at", ""}};
  EXPECT_NE(decode("orders", at_epoch).hash, decode("orders", without).hash);
}

TEST(RowHash, TellsWhereOneValueEndsAndTheNextBegins) {
  EXPECT_NE(decode("returns", {{"return_id", "ab"}, {"order_id", "c"}}).hash,
            decode("returns", {{"return_id", "a"}, {"order_id", "bc"}}).hash);
  EXPECT_NE(decode("customers", {{"email", ""}, {"full_name", "a@b"}}).hash,
            decode("customers", {{"email", "a@b"}, {"full_name", ""}}).hash);
}

TEST(RowHash, DoesNotDependOnWhereTheRowCameFrom) {
  const Feed& feed = *find_feed("returns");
  const Context context;
  const std::vector<std::string_view> values{"R", "O", "1", "1", "2025-01-01", ""};
  std::vector<Hash128> hashes;
  for (const Lineage& lineage : {Lineage{Instant{1}, "a", "r1"}, Lineage{Instant{2}, "b", "r2"}}) {
    RowBatch batch(feed.staging);
    ASSERT_TRUE(
        feed.make_decoder(context, lineage)->decode(values, 1 + lineage.ingested_at.micros, batch));
    hashes.push_back(batch.column(feed.fields.size() + 3).hashes[0]);
  }
  EXPECT_EQ(hashes[0], hashes[1]);
}

TEST(RowHash, OfALongRowGrowsItsRoom) {
  const std::string long_name(200, 'x');
  const Decoded a = decode("customers", {{"full_name", long_name}});
  std::string longer;
  for (int i = 0; i < 200; ++i) longer += "\xF0\x9F\x98\x80";
  std::string reason;
  for (int i = 0; i < 300; ++i) reason += "\xF0\x9F\x98\x80";
  const Decoded b =
      decode("products", {{"product_name", reason}, {"category", longer.substr(0, 400)}});
  ASSERT_TRUE(a.good);
  ASSERT_TRUE(b.good) << b.reasons;
  EXPECT_NE(b.hash, decode("products", {{"product_name", reason.substr(4)},
                                        {"category", longer.substr(0, 400)}})
                        .hash);
}

}  // namespace
}  // namespace cartograph::contracts
