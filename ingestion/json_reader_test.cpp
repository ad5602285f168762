// JSON files: an array of objects, or an object a line.
#include "ingestion/json_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support.hpp"

namespace cartograph::ingestion {
namespace {

using tests::ReadFile;
using tests::RejectedRow;
using List = std::vector<std::string>;

constexpr std::size_t kBlock = 256 * 1024;

// An object of the feed returns that is good, but for what the members may do to it.
std::string object(std::int64_t number, std::string_view members = "") {
  return fmt::format(R"({{"return_id":"R{}","order_id":"O1","line_number":1,"quantity":1,)"
                     R"("returned_at":"2025-03-01"{}}})",
                     number, members);
}

class JsonFile : public testing::Test {
 protected:
  ReadFile lines(std::string_view content, std::size_t threads = 1) {
    return tests::read_landed(folder_, "returns.jsonl", content, {threads, {}});
  }
  ReadFile array(std::string_view content, std::size_t threads = 1) {
    return tests::read_landed(folder_, "returns.json", content, {threads, {}});
  }
  static List staged(const ReadFile& read) {
    List list;
    for (const auto& row : read.staged) {
      list.push_back(fmt::format("{} {}", row.line, *row.values.at("return_id")));
    }
    return list;
  }
  static List rejected(const ReadFile& read) {
    List list;
    for (const RejectedRow& row : read.rejected) {
      list.push_back(fmt::format("{} {} {}", row.line, row.reasons, row.raw));
    }
    return list;
  }

  tests::TemporaryFolder folder_;
};

// Lines.

TEST_F(JsonFile, EachLineIsARow) {
  const auto result = lines(object(1) + "\n" + object(2) + "\r\n" + object(3));
  EXPECT_EQ(staged(result), (List{"1 R1", "2 R2", "3 R3"}));
  EXPECT_EQ(result.rows_read, 3);
}

TEST_F(JsonFile, NdjsonIsReadAlike) {
  const auto result =
      tests::read_landed(folder_, "returns-eu.ndjson", object(1) + "\n" + object(2));
  EXPECT_EQ(staged(result), (List{"1 R1", "2 R2"}));
}

TEST_F(JsonFile, BlankLinesAreNoRowsButCount) {
  const auto result = lines("\n \t\r\n" + object(1) + "\n\n" + object(2) + "\n  ");
  EXPECT_EQ(staged(result), (List{"3 R1", "5 R2"}));
  EXPECT_EQ(result.rows_read, 2);
}

TEST_F(JsonFile, AnEmptyFileOfLinesHasNoRows) {
  for (const char* content : {"", "\n\n", "\xEF\xBB\xBF"}) {
    const auto result = lines(content);
    EXPECT_EQ(result.rows_read, 0);
    EXPECT_TRUE(result.rejected.empty());
    EXPECT_TRUE(result.rejected_whole.empty());
  }
}

TEST_F(JsonFile, AByteOrderMarkIsSkipped) {
  EXPECT_EQ(staged(lines("\xEF\xBB\xBF" + object(1))), (List{"1 R1"}));
  EXPECT_EQ(staged(array("\xEF\xBB\xBF[" + object(1) + "]")), (List{"1 R1"}));
}

TEST_F(JsonFile, ALineThatIsNoObjectIsRejectedAlone) {
  const auto result =
      lines(object(1) + "\n[1]\n{\"a\":\n" + object(2) + " x\n\"text\"\r\n" +
            object(3, R"(,"reason":["a"])") + "\n" + object(4) + object(5) + "\n" + object(6));
  EXPECT_EQ(staged(result), (List{"1 R1", "8 R6"}));
  EXPECT_EQ(
      rejected(result),
      (List{"2 row: not a JSON object [1]", "3 row: not a JSON object {\"a\":",
            "4 row: not a JSON object " + object(2) + " x", "5 row: not a JSON object \"text\"",
            "6 row: not a JSON object " + object(3, R"(,"reason":["a"])"),
            "7 row: not a JSON object " + object(4) + object(5)}));
  EXPECT_EQ(result.rows_read, 8);
  EXPECT_EQ(result.rows_quarantined, 6);
}

TEST_F(JsonFile, ALineThatIsNotUtf8IsRejectedAsThat) {
  const auto result = lines("{\"x\":\"\xFF\"}\n\xFF{\n" + object(1));
  EXPECT_EQ(rejected(result),
            (List{"1 row: not UTF-8 {\"x\":\"\xEF\xBF\xBD\"}", "2 row: not UTF-8 \xEF\xBF\xBD{"}));
  EXPECT_EQ(staged(result), (List{"3 R1"}));
}

TEST_F(JsonFile, ALineWithALoneSurrogateIsNoObject) {
  EXPECT_EQ(lines(R"({"x":"\ud83d"})").only_reasons(), "<row: not a JSON object>");
}

TEST_F(JsonFile, AFieldsFaultsAreFoundAsInCsv) {
  EXPECT_EQ(lines(R"({"return_id":"R1","order_id":" ","line_number":1.0,"quantity":1e2,)"
                  R"("returned_at":true})")
                .only_reasons(),
            "<order_id: required; line_number: not an integer; quantity: not an integer; "
            "returned_at: not a timestamp>");
  EXPECT_EQ(lines(R"({"return_id":"a\u0000b","order_id":"O1","line_number":"2","quantity":"\t3 ",)"
                  R"("returned_at":"2025-03-01"})")
                .only_reasons(),
            "<return_id: control character>");
}

TEST_F(JsonFile, StringsMayHoldNumbersAndNumbersTexts) {
  const auto result = lines(R"({"return_id":12345678901234567890,"order_id":false,)"
                            R"("line_number":"2","quantity":" 3 ","returned_at":"2025-03-01"})");
  EXPECT_EQ(result.only("return_id"), "12345678901234567890");
  EXPECT_EQ(result.only("order_id"), "false");
  EXPECT_EQ(result.only("line_number"), "2");
  EXPECT_EQ(result.only("quantity"), "3");
}

TEST_F(JsonFile, MoneyDoesNotPassThroughAFloat) {
  const auto result = tests::read_landed(
      folder_, "products.jsonl",
      R"({"sku":"S","product_name":"N","list_price":999999.99,"updated_at":"2025-01-01"})");
  EXPECT_EQ(result.only("list_price"), "99999999");
  const auto exponent = tests::read_landed(
      folder_, "products.jsonl",
      R"({"sku":"S","product_name":"N","list_price":1e2,"updated_at":"2025-01-01"})");
  EXPECT_EQ(exponent.only_reasons(), "<list_price: not a decimal>");
  const auto tail = tests::read_landed(
      folder_, "products.jsonl",
      R"({"sku":"S","product_name":"N","list_price":1.101,"updated_at":"2025-01-01"})");
  EXPECT_EQ(tail.only_reasons(), "<list_price: more than 2 decimal places>");
}

TEST_F(JsonFile, AnAbsentKeyIsANullNeverAMissingColumn) {
  const auto result = lines("{}");
  EXPECT_EQ(result.only_reasons(),
            "<return_id: required; order_id: required; line_number: required; "
            "quantity: required; returned_at: required>");
  EXPECT_TRUE(result.rejected_whole.empty());
}

TEST_F(JsonFile, UnknownKeysAreReportedOnce) {
  const auto result = lines(object(1, R"(,"mood":1)") + "\n" +
                            object(2, R"(,"mood":2,"\u0061":{})") + "\n" + object(3));
  EXPECT_EQ(result.staged.size(), 3u);
  EXPECT_EQ(result.unknown_columns, (std::set<std::string>{"a", "mood"}));
}

TEST_F(JsonFile, RandomKeysDoNotFillMemory) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += object(i, fmt::format(R"(,"key_{}":1)", i)) + "\n";
  const auto result = lines(text);
  EXPECT_EQ(result.staged.size(), 1000u);
  EXPECT_LE(result.unknown_columns.size(), 100u);
  EXPECT_TRUE(result.unknown_columns.contains("key_0"));
}

TEST_F(JsonFile, LinesOfManyBlocksAreReadAlikeByAnyNumberOfThreads) {
  std::string text;
  List expected_rows;
  List expected_rejects;
  for (int i = 1; text.size() < 10 * kBlock; ++i) {
    if (i % 101 == 0) {
      text += "{broken\n";
      expected_rejects.push_back(fmt::format("{} row: not a JSON object {{broken", i));
    } else if (i % 53 == 0) {
      text += "\r\n";
    } else {
      text += object(i, R"(,"reason":"a\nb \"c\" é")") + "\n";
      expected_rows.push_back(fmt::format("{} R{}", i, i));
    }
  }
  for (const std::size_t threads : {1u, 3u}) {
    const auto result = lines(text, threads);
    EXPECT_GE(result.blocks, 9u);
    EXPECT_TRUE(staged(result) == expected_rows) << threads;
    EXPECT_TRUE(rejected(result) == expected_rejects) << threads;
    EXPECT_EQ(result.staged.back().values.at("reason"), "a\nb \"c\" é");
  }
}

TEST_F(JsonFile, ALineMayBeLongerThanABlock) {
  const std::string long_text(3 * kBlock, 'x');
  const auto result = lines(object(1) + "\n" + object(2, ",\"x\":\"" + long_text + "\"") + "\n" +
                                object(3) + "\n" + object(4, ",\"x\":\"" + long_text + "\""),
                            2);
  EXPECT_EQ(staged(result), (List{"1 R1", "2 R2", "3 R3", "4 R4"}));
}

// Arrays.

TEST_F(JsonFile, EachElementIsARowNumberedFromOne) {
  const auto result =
      array("\n[\n" + object(1) + ",\n\n" + object(2) + " , " + object(3) + "\n]\n");
  EXPECT_EQ(staged(result), (List{"1 R1", "2 R2", "3 R3"}));
  EXPECT_EQ(result.rows_read, 3);
}

TEST_F(JsonFile, AnElementThatIsNoObjectIsRejectedAlone) {
  const auto result = array(fmt::format("[{}, 7, null, [ ], \"x\", {},{}]", object(1),
                                        object(6, R"(,"order_id":{})"), object(7)));
  EXPECT_EQ(staged(result), (List{"1 R1", "7 R7"}));
  EXPECT_EQ(rejected(result),
            (List{"2 row: not a JSON object 7", "3 row: not a JSON object null",
                  "4 row: not a JSON object [ ]", "5 row: not a JSON object \"x\"",
                  "6 row: not a JSON object " + object(6, R"(,"order_id":{})")}));
  EXPECT_TRUE(result.rejected_whole.empty());
}

TEST_F(JsonFile, AnEmptyArrayHasNoRows) {
  for (const char* content : {"[]", " [ \n ] \n"}) {
    const auto result = array(content);
    EXPECT_EQ(result.rows_read, 0);
    EXPECT_TRUE(result.rejected.empty());
    EXPECT_TRUE(result.rejected_whole.empty());
  }
}

TEST_F(JsonFile, AnArrayMayLieUnderTheFeedsName) {
  for (const std::string& content :
       {"{\"returns\":[" + object(1) + "]}", " { \"RETURNS\" : [" + object(1) + "] }\n",
        "\xEF\xBB\xBF{\"retu\\u0072ns\":[" + object(1) + "]}"}) {
    const auto result = array(content);
    EXPECT_EQ(result.rejected_whole, "") << content;
    EXPECT_EQ(result.staged.size(), 1u) << content;
    EXPECT_EQ(result.staged.at(0).line, 1);
  }
}

TEST_F(JsonFile, AnythingButOneValidArrayIsRejectedWhole) {
  const std::string one = object(1);
  const std::string surrogate = "[" + one + ",\n{\"x\":\"\\ude00\"}]";
  const List contents{"",
                      " \n",
                      "{}",
                      one,
                      one + "\n" + one,
                      "[" + one,
                      "[" + one + ",]",
                      "[," + one + "]",
                      "[" + one + " " + one + "]",
                      "[" + one + "]]",
                      "[" + one + "] x",
                      "[" + one + "][]",
                      "[" + one + ",{\"a\":01}]",
                      "[" + one + ",\xFF]",
                      "[\"\xED\xA0\x80\"]",
                      surrogate,
                      "[",
                      "]",
                      "null",
                      "{\"orders\":[]}",
                      "{\"returns\":[],\"x\":1}",
                      "{\"x\":1,\"returns\":[]}",
                      "{\"returns\":{}}",
                      "{\"returns\":[]",
                      "{\"returns\":[]}]",
                      "\xEF\xBB\xBF\xEF\xBB\xBF[]",
                      "[" + one + ",{\"a\":1,}]",
                      std::string("[\0]", 3),
                      "[" + one + "]" + std::string(1, '\0')};
  for (const std::string& content : contents) {
    const auto whole = array(content);
    EXPECT_EQ(whole.rejected_whole, "row: not a JSON array") << content;
    EXPECT_TRUE(whole.staged.empty()) << content;
    ASSERT_EQ(whole.rejected.size(), 1u) << content;
    EXPECT_EQ(whole.rejected[0].line, 1) << content;
    EXPECT_EQ(whole.rejected[0].reasons, "row: not a JSON array");
    EXPECT_EQ(whole.rows_read, 1) << content;
    EXPECT_EQ(whole.rows_quarantined, 1) << content;
  }
}

TEST_F(JsonFile, AFaultAtTheEndOfALongArrayRejectsItWhole) {
  std::string text = "[";
  for (int i = 1; text.size() < 5 * kBlock; ++i) text += object(i) + ",\n";
  const auto whole = array(text + "{\"a\":}]", 2);
  EXPECT_TRUE(whole.staged.empty());
  EXPECT_EQ(whole.rejected_whole, "row: not a JSON array");
  EXPECT_EQ(whole.rows_read, 1);
  EXPECT_EQ(array(text + object(0) + "]", 2).rejected_whole, "");
}

TEST_F(JsonFile, ArraysOfManyBlocksAreReadAlikeByAnyNumberOfThreads) {
  std::string text = "[";
  List expected;
  for (int i = 1; text.size() < 10 * kBlock; ++i) {
    text += (i > 1 ? "\n ," : "") + object(i, R"(,"x":[{"y":"],"}],"reason":"[\",\"]")");
    expected.push_back(fmt::format("{} R{}", i, i));
  }
  text += "]";
  for (const std::size_t threads : {1u, 3u}) {
    const auto result = array(text, threads);
    EXPECT_GE(result.blocks, 9u);
    EXPECT_TRUE(staged(result) == expected) << threads;
    EXPECT_EQ(result.staged.front().values.at("reason"), "[\",\"]");
  }
}

TEST_F(JsonFile, AGzippedArrayIsUnpackedFirst) {
  const auto result =
      tests::read_landed(folder_, "returns.json.gz", tests::gzip(fmt::format("[{}]", object(1))));
  EXPECT_EQ(staged(result), (List{"1 R1"}));
}

// Formats beside each other.

TEST_F(JsonFile, TheSameRowHasTheSameHashInEveryFormatColumnOrderAndSpacing) {
  const auto hash = [&](const std::string& name, std::string_view content) {
    const auto read = tests::read_landed(folder_, name, content);
    EXPECT_EQ(read.staged.size(), 1u) << name << " " << read.only_reasons();
    return read.staged.empty() ? "" : read.staged[0].values.at("row_hash").value_or("null");
  };
  const std::string csv =
      hash("orders.csv",
           "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,"
           "currency,payment_method,channel,country\n"
           "1,C1,paid,2025-03-01,2025-03-01T10:00:00Z,,,,USD,card,,us\n");
  EXPECT_EQ(
      hash("orders.csv",
           "X,PAYMENT_METHOD,Country,currency,returned_at,delivered_at,fulfilled_at,paid_at,"
           "created_at,status,customer_id,order_id\r\n"
           "9,Card,\"US\", usd ,,,,2025-03-01 12:00:00.000+02:00,2025-03-01T00:00:00,PAID, C1,"
           "\"1\"\r\n"),
      csv);
  const std::string json =
      R"({"country":"US","order_id":1,"customer_id":"C1","status":"paid",)"
      R"("created_at":"2025-03-01","paid_at":"2025-03-01T10:00:00.0Z","currency":"USD",)"
      R"("payment_method":"card","channel":null})";
  EXPECT_EQ(hash("orders.jsonl", json), csv);
  EXPECT_EQ(hash("orders.json.gz", tests::gzip(fmt::format("[{}]", json))), csv);
  EXPECT_NE(hash("orders.jsonl", std::string(json).replace(json.find("C1"), 2, "C2")), csv);
}

}  // namespace
}  // namespace cartograph::ingestion
