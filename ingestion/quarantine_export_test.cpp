// Rejected rows put back into columns: all of them, and nothing that would pass by mistake.
#include "ingestion/quarantine_export.hpp"

#include <gmock/gmock.h>

#include "base/csv_text.hpp"
#include "base/error.hpp"
#include "ingestion/reject_spool.hpp"
#include "ingestion/source_file.hpp"
#include "tests/support.hpp"

namespace cartograph::ingestion {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

const contracts::Feed& returns() { return *contracts::find_feed("returns"); }

// The line that becomes of a row of `returns`, without its reasons, and how.
std::pair<Restored, std::string> restored(const RejectedRow& row,
                                          const std::optional<FileShape>& shape = std::nullopt) {
  std::string line;
  RowRestorer restorer(returns(), {});
  const Restored how = restorer.restore(row, shape, line);
  std::string reasons = ",";
  append_csv_value(reasons, row.reasons);
  if (const std::size_t at = line.find(reasons); at != std::string::npos) {
    line.erase(at, reasons.size());
  }
  return {how, line};
}

RejectedRow rejected(std::string source_file, std::int64_t line, std::string reasons,
                     std::string raw) {
  RejectedRow row;
  row.source_file = std::move(source_file);
  row.source_line = line;
  row.feed = &returns();
  row.reasons = std::move(reasons);
  row.raw_row = std::move(raw);
  return row;
}

RejectedRow csv_row(std::string reasons, std::string raw) {
  return rejected("2025-03-10/returns.csv", 2, std::move(reasons), std::move(raw));
}

RejectedRow json_row(std::string reasons, std::string raw) {
  return rejected("2025-03-10/returns.jsonl", 1, std::move(reasons), std::move(raw));
}

FileShape shape_of(std::string_view content) { return read_shape(content, returns(), nullptr); }

TEST(ReadShape, FindsFieldsByNameInAnyOrderAndCase) {
  const auto shape = shape_of(" \n\t\n ORDER_ID ,\"return_id\",x\nR,1,2\n");
  EXPECT_THAT(shape.columns, ElementsAre(std::optional<std::size_t>(1),
                                         std::optional<std::size_t>(0), std::nullopt));
  EXPECT_EQ(shape_of("sep=|\norder_id|return_id\n").separator, '|');
  EXPECT_TRUE(shape_of("").columns.empty());
  EXPECT_TRUE(shape_of("\n\n").columns.empty());
}

TEST(RowRestorer, PutsValuesIntoTheContractsColumns) {
  const auto columns = shape_of("quantity,x,reason,returned_at,order_id,line_number,return_id\n");
  EXPECT_EQ(restored(csv_row("quantity: out of range",
                             "0,?,\"say \"\"no\"\",\nplease\",2025-03-01,1001,1,R-1"),
                     columns),
            std::pair(Restored::in_columns,
                      std::string("R-1,1001,1,0,2025-03-01,\"say \"\"no\"\",\nplease\"\n")));
}

TEST(RowRestorer, TakesJsonApartByKeys) {
  EXPECT_EQ(
      restored(json_row("quantity: not an integer",
                        R"({"Quantity": 1.5, "order_id": 1001, "extra": [1], "return_id": "R-1",)"
                        R"( "returned_at": "2025-03-01", "line_number": 1, "reason": null})")),
      std::pair(Restored::in_columns, std::string("R-1,1001,1,1.5,2025-03-01,\n")));
}

TEST(RowRestorer, TriesTheContractsOrderWhereTheHeaderIsGone) {
  EXPECT_EQ(
      restored(csv_row("quantity: out of range", "R-1,1001,1,0,2025-03-01,broken")),
      std::pair(Restored::by_likely_columns, std::string("R-1,1001,1,0,2025-03-01,broken\n")));
  EXPECT_EQ(restored(csv_row("quantity: out of range", "R-1,1001,1,0,2025-03-01")),
            std::pair(Restored::by_likely_columns, std::string("R-1,1001,1,0,2025-03-01,\n")));
}

TEST(RowRestorer, DoesNotBelieveTheContractsOrderAgainstTheReasons) {
  EXPECT_EQ(
      restored(csv_row("quantity: out of range", "2025-03-01,R-1,1001,1,0,broken")),
      std::pair(Restored::by_hand, std::string(",,,,,,\"2025-03-01,R-1,1001,1,0,broken\"\n")));
  EXPECT_EQ(restored(csv_row("quantity: out of range", "R-1,1001,1,0")),
            std::pair(Restored::by_hand, std::string(",,,,,,\"R-1,1001,1,0\"\n")));
}

TEST(RowRestorer, KeepsTheWholeTextOfARowThatCannotBeSplit) {
  EXPECT_EQ(
      restored(csv_row("row: misplaced quote", "R-1,1001,1,1,2025-03-01,5\" mug")),
      std::pair(Restored::by_hand,
                std::string("R-1,1001,1,1,2025-03-01,,\"R-1,1001,1,1,2025-03-01,5\"\" mug\"\n")));
  EXPECT_EQ(
      restored(csv_row("row: unterminated quote", "R-1,\"1001,1\nR-2,1002,1\n")),
      std::pair(Restored::by_hand, std::string("R-1,,,,,,\"R-1,\"\"1001,1\nR-2,1002,1\n\"\n")));
  EXPECT_EQ(restored(csv_row("row: 7 fields, expected 6", "R-1,1001,1,1,2025-03-01,a,b")),
            std::pair(Restored::by_hand,
                      std::string("R-1,1001,1,1,2025-03-01,a,\"R-1,1001,1,1,2025-03-01,a,b\"\n")));
  EXPECT_EQ(restored(json_row("row: not a JSON object", "{\"return_id\": R-1}")),
            std::pair(Restored::by_hand, std::string(",,,,,,\"{\"\"return_id\"\": R-1}\"\n")));
}

TEST(RowRestorer, DoesNotLetBytesPassThatWereLostInQuarantine) {
  const auto columns = shape_of("return_id,order_id,line_number,quantity,returned_at,reason\n");
  const std::string lost =
      "R-1,1001,1,1,2025-03-01,a\xEF\xBF\xBD"
      "b";
  EXPECT_EQ(restored(csv_row("reason: control character", lost), columns).first, Restored::by_hand);
  EXPECT_EQ(restored(csv_row("row: not UTF-8", lost), columns).first, Restored::by_hand);
  EXPECT_EQ(
      restored(csv_row("quantity: out of range", "R-1,1001,1,0,2025-03-01,\xEF\xBF\xBD"), columns)
          .first,
      Restored::in_columns);
}

TEST(RowRestorer, DoesNotTakeACutTextForAWholeRow) {
  const auto columns = shape_of("return_id,order_id,line_number,quantity,returned_at,reason\n");
  std::string raw = "R-1,1001,1,0,2025-03-01,";
  raw.resize(kRawRowBytesMax, 'x');
  EXPECT_EQ(restored(csv_row("quantity: out of range; reason: too long", raw), columns).first,
            Restored::by_hand);
}

TEST(RowRestorer, LeavesOutFilesThatWereRejectedWhole) {
  RejectedRow header = csv_row("order_id: column missing", "return_id,line_number");
  header.source_line = 1;
  header.source_file += ".gz";
  EXPECT_EQ(restored(header), std::pair(Restored::whole_file, std::string()));
  RejectedRow array = json_row("row: not a JSON array", "{");
  array.source_file = "2025-03-10/returns.json";
  EXPECT_EQ(restored(array), std::pair(Restored::whole_file, std::string()));
}

// What came back is rejected again, for the same reasons or for its field too many.
TEST(RowRestorer, RowsComeBackWithTheReasonsThatTheyHad) {
  const std::string content =
      "reason,returned_at,return_id,order_id,extra,line_number,quantity\n"
      "\"a \"\"b\"\", c\",2025-02-30,R-1,1001,?,0,1.5\n"
      ",,,,,,\n"
      "\x01,2025-03-01,R-2,\" \",,1,1\n"
      "x,2025-03-01,R-3,1001,,1\n"
      "x,2025-03-01,R-4\",1001,,1,1\n"
      "a\xFF,2025-03-01,R-5,1001,,1,1\n" +
      std::string("a\0b", 3) +
      ",2025-03-01,R-6,1001,,1,1\n"
      "\"x,2025-03-01,R-7,1001,,1,1\nx,2025-03-01,R-8,1001,,1,1\n";
  const tests::TemporaryFolder folder;
  const auto first = tests::read_landed(folder, "returns.csv", content);
  ASSERT_EQ(first.rejected.size(), 8u);
  ASSERT_TRUE(first.staged.empty());
  RowRestorer restorer(returns(), {});
  std::string mended = restorer.header();
  const auto columns = shape_of(content);
  for (const auto& row : first.rejected) {
    restorer.restore(rejected("2025-03-10/returns.csv", row.line, row.reasons, row.raw), columns,
                     mended);
  }
  const tests::TemporaryFolder again;
  const auto second = tests::read_landed(again, "returns_mended.csv", mended);
  EXPECT_TRUE(second.staged.empty());
  ASSERT_EQ(second.rejected.size(), first.rejected.size());
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(second.rejected[i].reasons, first.rejected[i].reasons);
  }
  for (std::size_t i = 3; i < 8; ++i) {
    EXPECT_EQ(second.rejected[i].reasons, "row: 8 fields, expected 7") << first.rejected[i].reasons;
  }
}

contracts::Context german() {
  contracts::FeedMapping mapping;
  mapping.columns = {
      {"Rücknahme", "return_id"}, {"order_id", "reason"}, {"Bestellung", "order_id"}};
  mapping.values = {{"quantity", {{"eine", "1"}}}};
  contracts::Context context;
  context.mappings =
      std::make_shared<const contracts::Mappings>(contracts::Mappings{{"returns", mapping}});
  context.encoding = contracts::Encoding::windows_1252;
  return context;
}

TEST(RowRestorer, UsesTheShopsNamesWordsAndEncoding) {
  const auto context = german();
  const auto shape = read_shape("Rücknahme;Bestellung;line_number;quantity;returned_at;order_id\n",
                                returns(), context.mapping("returns"));
  RowRestorer restorer(returns(), context);
  EXPECT_EQ(restorer.header(),
            "\xEF\xBB\xBFreturn_id,Bestellung,line_number,quantity,returned_at,reason,"
            "rejected_because\n");
  std::string line;
  const auto row = csv_row("returned_at: not a timestamp", "R-1;1001;1;eine;gestern;zu, klein");
  EXPECT_EQ(restorer.restore(row, shape, line), Restored::in_columns);
  EXPECT_EQ(line, "R-1,1001,1,eine,gestern,\"zu, klein\",returned_at: not a timestamp\n");
  EXPECT_EQ(restorer.key(row, shape), std::vector<std::string>{"R-1"});
}

TEST(RowRestorer, WritesADecimalCommaAsAPoint) {
  const contracts::Feed& items = *contracts::find_feed("order_items");
  RejectedRow row = csv_row("quantity: not an integer", "1;1;A;x;12,50;1.000,00;-0,5");
  row.source_file = "2025-03-10/order_items.CSV";
  row.feed = &items;
  RowRestorer restorer(items, {});
  const auto shape = read_shape(
      "order_id;line_number;sku;quantity;unit_price;discount_amount;tax_amount\n", items, nullptr);
  std::string line;
  EXPECT_EQ(restorer.restore(row, shape, line), Restored::in_columns);
  EXPECT_EQ(line, "1,1,A,x,12.50,\"1.000,00\",-0.5,quantity: not an integer\n");
  EXPECT_EQ(restorer.key(row, shape), (std::vector<std::string>{"1", "1"}));
  row.raw_row = "1;one;A;1;1;;";
  EXPECT_EQ(restorer.key(row, shape), std::nullopt) << "a key that is at fault is none";
}

TEST(SourceShapes, AreCertainOnlyWhileTheFileIsTheOneThatWasLoaded) {
  const tests::TemporaryFolder folder;
  const std::string content = "order_id;return_id\n";
  const auto plain = tests::write_file(folder / "landing/2025-03-10/returns.csv", content);
  const auto gz =
      tests::write_file(folder / "landing/2025-03-10/returns_2.csv.gz", tests::gzip(content));
  SourceShapes shapes(folder / "landing", folder / "tmp", {});
  const auto find = [&](SourceShapes& known, const std::string& file, const std::string& checksum) {
    RejectedRow row = rejected(file, 2, "", "");
    row.checksum = checksum;
    return known.find(row);
  };
  const std::string checksum = fingerprint(plain).checksum;
  const ColumnMap expected{1, 0};
  const auto known = find(shapes, "2025-03-10/returns.csv", checksum);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->columns, expected);
  EXPECT_EQ(known->separator, ';');
  EXPECT_TRUE(known->is_certain);
  EXPECT_TRUE(find(shapes, "2025-03-10/returns_2.csv.gz", fingerprint(gz).checksum)->is_certain);
  EXPECT_FALSE(find(shapes, "2025-03-10/returns.csv", "another")->is_certain);
  EXPECT_FALSE(find(shapes, "2025-03-10/gone.csv", checksum));
  SourceShapes nowhere(folder / "nowhere", folder / "tmp", {});
  EXPECT_FALSE(find(nowhere, "2025-03-10/returns.csv", checksum));
}

TEST(MendedFile, KeepsWhatSomebodyMayHaveWorkedOn) {
  const tests::TemporaryFolder folder;
  const auto write = [&](std::string_view content) {
    MendedFile file(folder / "out", returns());
    file.append(content);
    return file.finish();
  };
  EXPECT_TRUE(write("first").empty());
  EXPECT_TRUE(write("first").empty());
  EXPECT_EQ(write("second"), folder / "out/_returns_mended.csv.1");
  EXPECT_EQ(write("third"), folder / "out/_returns_mended.csv.2");
  EXPECT_EQ(tests::read_file(folder / "out/returns_mended.csv"), "third");
  EXPECT_EQ(tests::read_file(folder / "out/_returns_mended.csv.1"), "first");
}

TEST(MendedFile, LeavesNothingBehindWhereItIsNotFinished) {
  const tests::TemporaryFolder folder;
  { MendedFile(folder / "out", returns()).append("half"); }
  EXPECT_TRUE(std::filesystem::is_empty(folder / "out"));
  tests::write_file(folder / "file", "");
  EXPECT_THAT(tests::message_of<Error>([&] { MendedFile(folder / "file", returns()); }),
              StartsWith("cannot write into"));
}

}  // namespace
}  // namespace cartograph::ingestion
