// CSV against the feeds' specification. A second, slow reader of the same rules stands in this
// file: what the fast one makes of random text, in one thread or several, has to be the same.
#include "ingestion/csv_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "base/utf8.hpp"
#include "tests/support.hpp"

namespace cartograph::ingestion {
namespace {

using tests::ReadFile;
using tests::RejectedRow;

constexpr std::string_view kHeader = "return_id,order_id,line_number,quantity,returned_at,reason\n";
constexpr std::size_t kBlock = 256 * 1024;

// A row of the feed returns that is good, but for what `reason` may do to it.
std::string row(std::int64_t number, std::string_view reason = "") {
  return fmt::format("R{},O1,1,1,2025-03-01,{}\n", number, reason);
}

std::string with_header(std::string_view rows) { return std::string(kHeader).append(rows); }

class CsvFile : public testing::Test {
 protected:
  ReadFile read(std::string_view content, std::size_t threads = 1) {
    return tests::read_landed(folder_, "returns.csv", content, {threads, {}});
  }
  // Reasons by line: "3 row: misplaced quote".
  std::vector<std::string> reasons(std::string_view rows) {
    std::vector<std::string> list;
    for (const RejectedRow& rejected : read(with_header(rows)).rejected) {
      list.push_back(fmt::format("{} {}", rejected.line, rejected.reasons));
    }
    return list;
  }
  std::vector<std::string> staged(std::string_view content, const std::string& column) {
    std::vector<std::string> list;
    for (const auto& staged_row : read(content).staged) {
      list.push_back(
          fmt::format("{} {}", staged_row.line, staged_row.values.at(column).value_or("null")));
    }
    return list;
  }

  tests::TemporaryFolder folder_;
};

using List = std::vector<std::string>;

// The slow reader.

struct SlowRow {
  std::int64_t line = 1;
  std::string raw;
  std::vector<std::string> fields;
  bool blank = false;
  RowFault fault = RowFault::none;
  std::size_t next = 0;
  std::int64_t line_breaks = 0;
};

bool line_end_at(std::string_view text, std::size_t at) {
  return at == text.size() || text[at] == '\n' ||
         (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n');
}

SlowRow slow_row(std::string_view text, std::size_t from) {
  SlowRow slow;
  std::size_t at = from;
  std::size_t stop = std::string_view::npos;  // at the LF that ends the row, or the end
  while (stop == std::string_view::npos) {
    std::string field;
    if (at < text.size() && text[at] == '"') {
      ++at;
      bool closed = false;
      while (at < text.size()) {
        if (text[at] == '"' && at + 1 < text.size() && text[at + 1] == '"') {
          field += '"';
          at += 2;
        } else if (text[at] == '"') {
          closed = true;
          ++at;
          break;
        } else {
          field += text[at++];
        }
      }
      if (!closed) {
        slow.fault = RowFault::unterminated_quote;
        stop = text.size();
        break;
      }
      if (!line_end_at(text, at) && text[at] != ',') {
        slow.fault = RowFault::misplaced_quote;
        stop = std::min(text.find('\n', at), text.size());
        break;
      }
    } else {
      while (!line_end_at(text, at) && text[at] != ',' && text[at] != '"') field += text[at++];
      if (at < text.size() && text[at] == '"') {
        slow.fault = RowFault::misplaced_quote;
        stop = std::min(text.find('\n', at), text.size());
        break;
      }
      if (line_end_at(text, at) && slow.fields.empty()) {
        slow.blank = field.find_first_not_of(" \t") == std::string::npos;
      }
    }
    slow.fields.push_back(field);
    if (line_end_at(text, at)) {
      stop = at < text.size() && text[at] == '\r' ? at + 1 : at;
    } else {
      ++at;
    }
  }
  slow.next = stop < text.size() ? stop + 1 : stop;
  slow.line_breaks = std::count(text.begin() + static_cast<std::ptrdiff_t>(from),
                                text.begin() + static_cast<std::ptrdiff_t>(slow.next), '\n');
  slow.raw = text.substr(from, stop - from);
  if (stop < text.size() && slow.raw.ends_with('\r')) slow.raw.pop_back();
  return slow;
}

// What becomes of each row of a file of returns, "line staged values" or "line rejected reasons
// raw".
List slow_outcomes(std::string_view text) {
  const contracts::Feed& feed = *contracts::find_feed("returns");
  const contracts::Context context;
  const contracts::Lineage lineage{Instant{1}, "2025-03-10/returns.csv", "run"};
  const auto decoder = feed.make_decoder(context, lineage);
  List list;
  std::int64_t line = 1;
  bool header = true;
  for (std::size_t at = 0; at < text.size();) {
    const SlowRow slow = slow_row(text, at);
    at = slow.next;
    const std::int64_t first_line = line;
    line += slow.line_breaks;
    if (slow.blank) continue;
    if (header) {
      header = false;
      continue;
    }
    std::string reason(message(slow.fault));
    if (reason.empty() && !simdjson::validate_utf8(slow.raw)) reason = "row: not UTF-8";
    if (reason.empty() && slow.fields.size() != feed.fields.size()) {
      reason = fmt::format("row: {} fields, expected {}", slow.fields.size(), feed.fields.size());
    }
    if (reason.empty()) {
      RowBatch batch(feed.staging);
      const std::vector<std::string_view> values(slow.fields.begin(), slow.fields.end());
      if (decoder->decode(values, first_line, batch)) {
        list.push_back(fmt::format("{} staged {}|{}", first_line, batch.column(0).texts[0],
                                   batch.column(5).valid[0] ? batch.column(5).texts[0] : "null"));
        continue;
      }
      reason = decoder->reasons();
    }
    list.push_back(fmt::format("{} rejected {}|{}", first_line, reason,
                               printable(std::string_view(slow.raw).substr(0, kRawRowBytesMax))));
  }
  std::sort(list.begin(), list.end());
  return list;
}

List fast_outcomes(const ReadFile& read) {
  List list;
  for (const auto& staged_row : read.staged) {
    list.push_back(fmt::format("{} staged {}|{}", staged_row.line,
                               *staged_row.values.at("return_id"),
                               staged_row.values.at("reason").value_or("null")));
  }
  for (const RejectedRow& rejected : read.rejected) {
    list.push_back(fmt::format("{} rejected {}|{}", rejected.line, rejected.reasons, rejected.raw));
  }
  std::sort(list.begin(), list.end());
  return list;
}

// The first difference, so that a failure among a million rows can be read.
std::string difference(const List& expected, const List& actual) {
  for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    const std::string a = i < expected.size() ? expected[i].substr(0, 300) : "(nothing)";
    const std::string b = i < actual.size() ? actual[i].substr(0, 300) : "(nothing)";
    if (i >= expected.size() || i >= actual.size() || expected[i] != actual[i]) {
      return fmt::format("expected: {}\nread:     {}", a, b);
    }
  }
  return "";
}

// One row.

std::string parsed(std::string_view text) {
  TextArena arena;
  CsvRow csv;
  read_csv_row(text, ',', 8, arena, csv);
  if (csv.fault != RowFault::none) return std::string(message(csv.fault));
  if (csv.blank) return "blank";
  std::string joined;
  for (std::size_t i = 0; i < csv.field_count; ++i) joined += fmt::format("[{}]", csv.fields[i]);
  return joined;
}

TEST(CsvRow, IsCutAtCommas) {
  EXPECT_EQ(parsed("a,b,c\nd"), "[a][b][c]");
  EXPECT_EQ(parsed("a"), "[a]");
  EXPECT_EQ(parsed(",,\n"), "[][][]");
  EXPECT_EQ(parsed(" a , b "), "[ a ][ b ]");
}

TEST(CsvRow, EndsInLfOrCrLfAndNothingElse) {
  EXPECT_EQ(parsed("a,b\r\nc"), "[a][b]");
  EXPECT_EQ(parsed("a\rb,c\r\n"), "[a\rb][c]");
  EXPECT_EQ(parsed("a,b\r"), "[a][b\r]") << "a CR at the end of the file is no line end";
  EXPECT_EQ(parsed("a,b\r\r\n"), "[a][b\r]");
  EXPECT_EQ(parsed("\"a\"\r\nb"), "[a]");
}

TEST(CsvRow, AQuotedFieldMayHoldCommasLineEndsAndDoubledQuotes) {
  EXPECT_EQ(parsed("\"a,b\",c\n"), "[a,b][c]");
  EXPECT_EQ(parsed("\"a\nb\r\nc\",d\n"), "[a\nb\r\nc][d]");
  EXPECT_EQ(parsed("\"say \"\"hi\"\"\"\n"), "[say \"hi\"]");
  EXPECT_EQ(parsed("\"\"\n"), "[]");
  EXPECT_EQ(parsed("\"\"\"\"\n"), "[\"]");
  EXPECT_EQ(parsed("\"\"\"\"\"\",\"\"\n"), "[\"\"][]");
  EXPECT_EQ(parsed("\"a\""), "[a]");
  EXPECT_EQ(parsed("\"a\","), "[a][]");
}

TEST(CsvRow, MisplacedQuoteEndsTheRowAtTheNextLineEnd) {
  for (const char* text : {"a\"b,c\nd", "a,b\"\nd", " \"a\",b\nd", "\"a\"b,c\nd", "\"a\" ,b\nd",
                           "\"a\"\rb\nd", "a,\"b\"\"\"c\nd", "x,\"a\"b,\"open\nd"}) {
    TextArena arena;
    CsvRow csv;
    read_csv_row(text, ',', 8, arena, csv);
    EXPECT_EQ(message(csv.fault), "row: misplaced quote") << text;
    EXPECT_EQ(csv.size, std::string_view(text).find('\n') + 1) << text;
    EXPECT_EQ(csv.line_breaks, 1) << text;
  }
}

TEST(CsvRow, ALineEndInsideTheQuotesDoesNotEndAMisplacedOne) {
  TextArena arena;
  CsvRow csv;
  read_csv_row("\"a\nb\"c,d\r\ne", ',', 8, arena, csv);
  EXPECT_EQ(csv.fault, RowFault::misplaced_quote);
  EXPECT_EQ(csv.raw, "\"a\nb\"c,d");
  EXPECT_EQ(csv.line_breaks, 2);
}

TEST(CsvRow, AQuoteThatIsNeverClosedTakesTheRestOfTheText) {
  for (const char* text : {"a,\"b\nc,d\n", "\"", "\"a\"\"", "\"a\"\"\n", "\"\"\"", "\"a\n\nb"}) {
    TextArena arena;
    CsvRow csv;
    read_csv_row(text, ',', 8, arena, csv);
    EXPECT_EQ(message(csv.fault), "row: unterminated quote") << text;
    EXPECT_EQ(csv.size, std::string_view(text).size()) << text;
    EXPECT_EQ(csv.raw, text);
  }
}

TEST(CsvRow, OfSpacesAndTabsOnlyIsBlank) {
  for (const char* text : {"\n", "\r\n", " \n", "\t \r\n", " "}) {
    EXPECT_EQ(parsed(text), "blank") << text;
  }
  EXPECT_EQ(parsed(","), "[][]");
  EXPECT_EQ(parsed("\"\"\n"), "[]");
  EXPECT_EQ(parsed("\"  \"\n"), "[  ]");
  EXPECT_EQ(parsed("\r"), "[\r]");
  EXPECT_EQ(parsed("\v\n"), "[\v]");
}

TEST(CsvRow, CountsFieldsBeyondTheRoomItHas) {
  TextArena arena;
  CsvRow csv;
  read_csv_row("a,b,c,d,e\n", ',', 2, arena, csv);
  EXPECT_EQ(csv.field_count, 5u);
  ASSERT_EQ(csv.fields.size(), 2u);
  EXPECT_EQ(csv.fields[1], "b");
}

TEST(CsvRow, OfLongFieldsIsReadWhereverTheirSeparatorsFall) {
  for (std::size_t length = 55; length < 75; ++length) {
    const std::string a(length, 'a');
    const std::string b(128 - length, 'b');
    EXPECT_EQ(parsed(a + "," + b + "\nx"), "[" + a + "][" + b + "]") << length;
    EXPECT_EQ(parsed("\"" + a + "\",\"" + b + "\"\r\nx"), "[" + a + "][" + b + "]") << length;
    EXPECT_EQ(parsed("x," + a + "\"\nx"), "row: misplaced quote") << length;
  }
}

TEST(CsvRow, ReadsRandomTextAsTheSlowReaderDoes) {
  const std::uint64_t seed = tests::random_seed();
  SCOPED_TRACE(fmt::format("TEST_SEED={}", seed));
  std::mt19937_64 random(seed);
  constexpr std::string_view kLetters = "aa ,,\"\"\"\n\r";
  for (int round = 0; round < 200'000; ++round) {
    std::string text(1 + random() % (round % 10 == 0 ? 200 : 12), ' ');
    for (char& c : text) c = kLetters[random() % kLetters.size()];
    TextArena arena;
    CsvRow csv;
    read_csv_row(text, ',', 300, arena, csv);
    const SlowRow slow = slow_row(text, 0);
    bool same = csv.fault == slow.fault && csv.size == slow.next && csv.raw == slow.raw &&
                csv.line_breaks == slow.line_breaks && csv.blank == slow.blank;
    if (slow.fault == RowFault::none) {
      same = same && csv.field_count == slow.fields.size();
      for (std::size_t i = 0; same && i < slow.fields.size(); ++i) {
        same = csv.fields[i] == slow.fields[i];
      }
    }
    ASSERT_TRUE(same) << testing::PrintToString(text) << " size " << csv.size << " for "
                      << slow.next;
  }
}

// The header.

TEST_F(CsvFile, ColumnsAreMatchedByNameInAnyOrderAndLetterCase) {
  const auto read_row = read(
      "REASON, Quantity\t,line_NUMBER,order_id,returned_at,return_id\n"
      "late,3,2,O9,2025-03-01,R1\n");
  EXPECT_EQ(read_row.only("return_id"), "R1");
  EXPECT_EQ(read_row.only("order_id"), "O9");
  EXPECT_EQ(read_row.only("line_number"), "2");
  EXPECT_EQ(read_row.only("quantity"), "3");
  EXPECT_EQ(read_row.only("reason"), "late");
  EXPECT_TRUE(read_row.unknown_columns.empty());
}

TEST_F(CsvFile, HeaderNamesMayBeQuoted) {
  const auto read_row = read(
      "\"return_id\",\" Order_Id \",line_number,quantity,returned_at\n"
      "R1,O1,1,1,2025-03-01\n");
  EXPECT_EQ(read_row.only("order_id"), "O1");
}

TEST_F(CsvFile, AByteOrderMarkIsSkipped) {
  EXPECT_EQ(read("\xEF\xBB\xBF" + with_header(row(1))).only("return_id"), "R1");
  EXPECT_EQ(read("\xEF\xBB\xBF\"return_id\",order_id,line_number,quantity,returned_at\n"
                 "R1,O1,1,1,2025-03-01\n")
                .only("return_id"),
            "R1");
}

TEST_F(CsvFile, ASecondByteOrderMarkIsTrimmedOffTheFirstName) {
  EXPECT_EQ(read("\xEF\xBB\xBF\xEF\xBB\xBF" + with_header(row(1))).only("return_id"), "R1");
}

TEST_F(CsvFile, AColumnThatMayBeMissingIsNullThen) {
  const auto read_row =
      read("return_id,order_id,line_number,quantity,returned_at\nR1,O1,1,1,2025-03-01\n");
  EXPECT_EQ(read_row.only("reason"), "null");
  EXPECT_TRUE(read_row.rejected_whole.empty());
}

TEST_F(CsvFile, AnUnknownColumnIsIgnoredAndReported) {
  const auto read_row = read(
      "return_id,order_id,mood,line_number,quantity,returned_at,reason, Colour \n"
      "R1,O1,\"fine, thanks\",1,1,2025-03-01,late,red\n");
  EXPECT_EQ(read_row.only("reason"), "late");
  EXPECT_EQ(read_row.unknown_columns, (std::set<std::string>{"Colour", "mood"}));
}

TEST_F(CsvFile, AnUnknownColumnTwiceIsNoFault) {
  const auto read_row = read(
      "x,return_id,order_id,line_number,quantity,returned_at,x\n"
      "1,R1,O1,1,1,2025-03-01,2\n");
  EXPECT_EQ(read_row.only("return_id"), "R1");
}

TEST_F(CsvFile, ManyUnknownColumnsBeforeTheFeedsAreNoFault) {
  std::string header;
  std::string values;
  for (int i = 0; i < 5'000; ++i) {
    header += fmt::format("extra_{},", i);
    values += ",";
  }
  const auto read_row = read(header + std::string(kHeader) + values + row(1));
  EXPECT_EQ(read_row.only("return_id"), "R1");
}

TEST_F(CsvFile, MissingColumnsRejectItWholeEachNamedInOrder) {
  const auto whole = read("\xEF\xBB\xBF\n  \nquantity,return_id\n1,R1\n1,R2\n");
  EXPECT_TRUE(whole.staged.empty());
  ASSERT_EQ(whole.rejected.size(), 1u);
  EXPECT_EQ(whole.rejected[0].reasons,
            "order_id: column missing; line_number: column missing; returned_at: column missing");
  EXPECT_EQ(whole.rejected[0].line, 1);
  EXPECT_EQ(whole.rejected[0].raw, "quantity,return_id");
  EXPECT_EQ(whole.rejected_whole, whole.rejected[0].reasons);
  EXPECT_EQ(whole.rows_read, 1);
  EXPECT_EQ(whole.rows_quarantined, 1);
}

TEST_F(CsvFile, AColumnNamedTwiceRejectsItWhole) {
  const auto whole = read(
      "return_id,order_id,ORDER_ID,line_number,quantity,returned_at,reason,"
      "reason\r\nR1,O1,O1,1,1,2025-03-01,,\r\n");
  EXPECT_TRUE(whole.staged.empty());
  ASSERT_EQ(whole.rejected.size(), 1u);
  EXPECT_EQ(whole.rejected[0].reasons, "order_id: column repeated; reason: column repeated");
  EXPECT_EQ(whole.rejected[0].raw,
            "return_id,order_id,ORDER_ID,line_number,quantity,returned_at,reason,reason");
}

TEST_F(CsvFile, WithoutAHeaderLacksEveryColumn) {
  constexpr std::string_view kAll =
      "return_id: column missing; order_id: column missing; line_number: column missing; "
      "quantity: column missing; returned_at: column missing";
  for (const char* content : {"", "\n", " \t\r\n\n", "\xEF\xBB\xBF", "   "}) {
    const auto whole = read(content);
    EXPECT_EQ(whole.rejected_whole, kAll) << content;
    ASSERT_EQ(whole.rejected.size(), 1u);
    EXPECT_EQ(whole.rejected[0].raw, "");
    EXPECT_EQ(whole.rejected[0].line, 1);
    EXPECT_EQ(whole.rows_read, 1);
  }
}

TEST_F(CsvFile, AHeaderThatCannotBeReadRejectsItWhole) {
  EXPECT_EQ(read("return_id,\xFF\nR1,x\n").rejected_whole, "row: not UTF-8");
  EXPECT_EQ(read("return_id,\"order_id\nR1,x\n").rejected_whole, "row: unterminated quote");
  EXPECT_EQ(read("return_id,\"order_id\"x\nR1,x\n").rejected_whole, "row: misplaced quote");
  EXPECT_EQ(read("return\"_id\n" + row(1)).rejected_whole, "row: misplaced quote");
  EXPECT_EQ(read("\xFF"
                 "return\"_id\n" +
                 row(1))
                .rejected_whole,
            "row: misplaced quote");
  const auto whole = read("\xFFreturn_id\r\n" + row(1));
  ASSERT_EQ(whole.rejected.size(), 1u);
  EXPECT_EQ(whole.rejected[0].raw, "\xEF\xBF\xBDreturn_id");
  EXPECT_TRUE(whole.staged.empty());
}

TEST_F(CsvFile, AControlCharacterInAHeaderRejectsItWhole) {
  EXPECT_EQ(read("return_id,order_id\rR1,O1\r").rejected_whole, "row: control character");
  EXPECT_EQ(read("return_id,\"order\nid\"\n").rejected_whole, "row: control character");
  EXPECT_EQ(read("return_id,\xC2\x85\n").rejected_whole, "row: control character");
  EXPECT_EQ(read("return_id,\xFF,\x01\n").rejected_whole, "row: not UTF-8");
}

// Separators.

TEST_F(CsvFile, TheSeparatorIsTheOneThatNamesTheMostColumns) {
  for (const char separator : {',', ';', '\t', '|'}) {
    std::string content = with_header(row(1) + row(2, "\"a\"\"b\""));
    std::replace(content.begin(), content.end(), ',', separator);
    EXPECT_EQ(staged(content, "reason").size(), 2u) << separator;
    EXPECT_EQ(staged(content, "reason")[1], "3 a\"b") << separator;
  }
}

TEST_F(CsvFile, OfEqualSeparatorsTheFirstCounts) {
  EXPECT_EQ(read("return_id;x,order_id\n").rejected_whole,
            "return_id: column missing; line_number: column missing; quantity: column missing; "
            "returned_at: column missing");
  EXPECT_TRUE(
      read("return_id;return_id,order_id\n").unknown_columns.contains("return_id;return_id"))
      << "a column counts once";
}

TEST_F(CsvFile, ASeparatorByWhichTheQuotesAreFaultyIsNone) {
  const std::string header = "return_id;order_id;line_number;quantity;returned_at;\"a,b\"\n";
  EXPECT_TRUE(read(header).rejected_whole.empty());
  EXPECT_EQ(read("return_id,\"a;b\",order_id\n").unknown_columns, std::set<std::string>{"a;b"});
}

TEST_F(CsvFile, AFirstLineMayNameTheSeparator) {
  const std::string rows =
      "return_id|order_id|line_number|quantity|returned_at\nR1|O1|1|1|2025-03-01\n";
  EXPECT_EQ(staged("sep=|\n" + rows, "return_id"), List{"3 R1"});
  EXPECT_EQ(staged("\xEF\xBB\xBFSEP=|\r\n\n" + rows, "return_id"), List{"4 R1"});
  EXPECT_EQ(read("sep=;\n" + rows).rejected[0].raw,
            "return_id|order_id|line_number|quantity|returned_at");
  EXPECT_TRUE(read("\nsep=|\n" + rows).rejected_whole.starts_with("return_id: column missing"))
      << "it is the first line or none";
  EXPECT_TRUE(read("sep=|x\n" + rows).rejected_whole.starts_with("return_id: column missing"));
  EXPECT_TRUE(read("sep=:\n" + rows).rejected_whole.starts_with("return_id: column missing"));
  EXPECT_TRUE(read("sep=|").rejected_whole.starts_with("return_id: column missing"));
}

TEST_F(CsvFile, OfTabsALineIsBlankThatHoldsNothingElse) {
  std::string content = with_header(row(1) + ",,,,,\n" + row(2));
  std::replace(content.begin(), content.end(), ',', '\t');
  EXPECT_EQ(staged(content, "return_id"), (List{"2 R1", "4 R2"}));
}

TEST_F(CsvFile, MoneyMayHaveACommaWhereTheCommaDoesNotSeparate) {
  const tests::TemporaryFolder folder;
  const auto price = [&](std::string_view separator, std::string_view value) {
    std::string content;
    for (const std::string_view text : std::initializer_list<std::string_view>{
             "sku", "product_name", "category", "list_price", "reorder_point", "updated_at\n", "A",
             "b", "", value, "", "2025-03-01"}) {
      content.append(text);
      if (!text.ends_with('\n')) content.append(separator);
    }
    content.resize(content.size() - separator.size());
    return tests::read_landed(folder, "products.csv", content).only("list_price");
  };
  EXPECT_EQ(price(";", "12,50"), "1250");
  EXPECT_EQ(price("\t", "12.50"), "1250");
  EXPECT_EQ(price(",", "\"12,50\""), "<list_price: not a decimal>");
}

// The shop's own names and words.

TEST_F(CsvFile, ReadsColumnsAndWordsByTheShopsNames) {
  const auto mappings = std::make_shared<contracts::Mappings>();
  (*mappings)["returns"] = {{{" Retoure ", "return_id"}, {"return_id", "reason"}},
                            {{"reason", {{"zu klein", "too small"}, {"-", ""}}}},
                            {{"quantity", "1"}, {"reason", "unknown"}}};
  const auto read_mapped = [&](const std::string& content) {
    return tests::read_landed(folder_, "returns.csv", content, {.context = {.mappings = mappings}});
  };
  const std::string header = "RETOURE;order_id;line_number;returned_at;Return_ID\n";
  const auto result = read_mapped(header + "R1;O1;1;2025-03-01; Zu Klein \nR2;O1;2;2025-03-01;-\n");
  ASSERT_EQ(result.staged.size(), 2u) << result.rejected_whole;
  EXPECT_EQ(result.staged[0].values.at("return_id"), "R1");
  EXPECT_EQ(result.staged[0].values.at("reason"), "too small");
  EXPECT_EQ(result.staged[1].values.at("reason"), "unknown") << "a default fills what is null";
  EXPECT_EQ(result.staged[1].values.at("quantity"), "1");
  EXPECT_EQ(
      read_mapped("RETOURE;order_id;line_number;returned_at;Return_ID;reason\n").rejected_whole,
      "reason: column repeated");
  EXPECT_EQ(read_mapped("order_id;line_number;returned_at;return_id\n").rejected_whole,
            "return_id: column missing");
}

TEST_F(CsvFile, OfAHeaderOnlyHasNoRows) {
  for (std::string_view content : {kHeader, kHeader.substr(0, kHeader.size() - 1)}) {
    const auto nothing = read(content);
    EXPECT_EQ(nothing.rows_read, 0);
    EXPECT_TRUE(nothing.rejected.empty());
    EXPECT_TRUE(nothing.rejected_whole.empty());
  }
}

// Rows.

TEST_F(CsvFile, LinesAreCountedByLfFromOne) {
  EXPECT_EQ(staged("\n\n" + with_header(row(1) + " \t\r\n" + row(2, "\"a\nb\r\nc\"") + row(3)),
                   "return_id"),
            (List{"4 R1", "6 R2", "9 R3"}));
}

TEST_F(CsvFile, ALoneCrCountsNoLine) {
  EXPECT_EQ(staged(with_header(row(1, "a\rb") + row(2)), "return_id"), (List{"2 R1", "3 R2"}));
  EXPECT_EQ(staged(with_header(row(1, "a\rb")), "reason"), (List{"2 a\rb"}));
}

TEST_F(CsvFile, CrLfEndsLinesOfHeaderAndRows) {
  EXPECT_EQ(staged("return_id,order_id,line_number,quantity,returned_at,reason\r\n"
                   "R1,O1,1,1,2025-03-01,a\r\nR2,O1,1,1,2025-03-01,\"b\"\r\n"
                   "R3,O1,1,1,2025-03-01,c",
                   "reason"),
            (List{"2 a", "3 b", "4 c"}));
}

TEST_F(CsvFile, ACrAtTheEndOfTheFileBelongsToTheValue) {
  EXPECT_EQ(staged(with_header("R1,O1,1,1,2025-03-01,a\r"), "reason"), (List{"2 a\r"}));
  EXPECT_EQ(reasons("R1,O1,1,1,2025-03-01,\"a\"\r"), (List{"2 row: misplaced quote"}));
  EXPECT_EQ(reasons("\r"), (List{"2 row: 1 fields, expected 6"}));
}

TEST_F(CsvFile, BlankLinesAreNoRows) {
  const auto result = read(with_header("\n \t\n" + row(1) + "\r\n\n" + row(2) + "  "));
  EXPECT_EQ(result.rows_read, 2);
  EXPECT_EQ(result.staged.size(), 2u);
  EXPECT_TRUE(result.rejected.empty());
}

TEST_F(CsvFile, RowsOfCommasOrEmptyQuotesAreRows) {
  EXPECT_EQ(reasons("\"\"\n,,,,,\n"),
            (List{"2 row: 1 fields, expected 6",
                  "3 return_id: required; order_id: required; line_number: required; "
                  "quantity: required; returned_at: required"}));
}

TEST_F(CsvFile, TheNumberOfFieldsIsThatOfTheHeader) {
  EXPECT_EQ(reasons("R1,O1,1,1,2025-03-01\nR2,O1,1,1,2025-03-01,,\n"),
            (List{"2 row: 5 fields, expected 6", "3 row: 7 fields, expected 6"}));
  const auto with_unknown =
      read("x,return_id,order_id,line_number,quantity,returned_at,reason\n" + row(1));
  EXPECT_EQ(with_unknown.only_reasons(), "<row: 6 fields, expected 7>");
}

TEST_F(CsvFile, ARowThatCannotBeReadGivesTheFirstReasonOnly) {
  EXPECT_EQ(reasons("\xFF,\"a\"b\n"), (List{"2 row: misplaced quote"}));
  EXPECT_EQ(reasons("\xFF,\"ab\n\n"), (List{"2 row: unterminated quote"}));
  EXPECT_EQ(reasons("\xFF,b\n"), (List{"2 row: not UTF-8"}));
  EXPECT_EQ(reasons("a,b\"\n"), (List{"2 row: misplaced quote"}));
}

TEST_F(CsvFile, NotUtf8CountsInUnknownColumnsToo) {
  const auto result = read(
      "x,return_id,order_id,line_number,quantity,returned_at,reason\n"
      "\xC3(," +
      row(1) + "ok," + row(2));
  ASSERT_EQ(result.rejected.size(), 1u);
  EXPECT_EQ(result.rejected[0],
            (RejectedRow{2, "row: not UTF-8", "\xEF\xBF\xBD(,R1,O1,1,1,2025-03-01,"}));
  ASSERT_EQ(result.staged.size(), 1u);
}

TEST_F(CsvFile, KindsOfBytesThatAreNotUtf8) {
  for (const char* bytes : {"\xFF", "\x80", "\xC0\xAF", "\xC3", "\xED\xA0\x80", "\xE2\x82",
                            "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE0\x80\xAF"}) {
    EXPECT_EQ(reasons(row(1, bytes)), (List{"2 row: not UTF-8"})) << bytes;
  }
  EXPECT_EQ(staged(with_header(row(1, "\xF0\x9F\x98\x80 \xEF\xBF\xBF")), "reason"),
            (List{"2 \xF0\x9F\x98\x80 \xEF\xBF\xBF"}));
}

TEST_F(CsvFile, GoesOnBehindABadRow) {
  EXPECT_EQ(reasons(row(1) + "R2,\"O1\"1,1,1,2025-03-01,\n" + row(3) + "R4,O1,1,0,2025-03-01,\n" +
                    row(5)),
            (List{"3 row: misplaced quote", "5 quantity: out of range"}));
}

TEST_F(CsvFile, AnUnterminatedQuoteTakesTheRestIntoOneRow) {
  const auto result = read(with_header(row(1) + "R2,O1,1,1,2025-03-01,\"open\n" + row(3) + row(4)));
  EXPECT_EQ(result.staged.size(), 1u);
  ASSERT_EQ(result.rejected.size(), 1u);
  EXPECT_EQ(result.rejected[0].line, 3);
  EXPECT_EQ(result.rejected[0].reasons, "row: unterminated quote");
  EXPECT_EQ(result.rejected[0].raw.find("R2,O1,1,1,2025-03-01,\"open\nR3,O1"), 0u);
  EXPECT_EQ(result.rows_read, 2);
}

TEST_F(CsvFile, RawTextIsTheRowWithoutItsLineEnd) {
  const auto result = read(with_header("a,\"b\r\nc\",d\r\n" + std::string("x\0y,1\n", 6)));
  ASSERT_EQ(result.rejected.size(), 2u);
  EXPECT_EQ(result.rejected[0].raw, "a,\"b\r\nc\",d");
  EXPECT_EQ(result.rejected[1].raw, "x\xEF\xBF\xBDy,1");
}

TEST_F(CsvFile, ANulIsAControlCharacterOfItsField) {
  EXPECT_EQ(reasons(row(1, std::string("a\0b", 3))), (List{"2 reason: control character"}));
}

TEST_F(CsvFile, RowsReadAreRowsStagedAndQuarantined) {
  const auto result = read(with_header(row(1) + "\n" + "x\n" + row(2) + "y,\"z\n"));
  EXPECT_EQ(result.rows_read, 4);
  EXPECT_EQ(result.rows_quarantined, 2);
  EXPECT_EQ(result.staged.size(), 2u);
}

TEST_F(CsvFile, AnotherReportingCurrencyIsAsked) {
  const auto result = tests::read_landed(
      folder_, "orders.csv",
      "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,"
      "currency,payment_method\n1,,created,2025-03-01,,,,,usd,\n",
      {1, "EUR"});
  EXPECT_EQ(result.only_reasons(), "<currency: expected EUR>");
}

// Files of many blocks.

TEST_F(CsvFile, OfManyBlocksIsReadAlikeByAnyNumberOfThreads) {
  const std::string plain(80, 'p');
  std::string text(kHeader);
  for (int i = 0; text.size() < 8 * kBlock; ++i) {
    text += row(i, i % 97 == 0   ? "\"two\nlines, and \"\"quotes\"\"\""
                   : i % 89 == 0 ? "\xFF"
                                 : plain);
    if (i % 1000 == 0) text += "\n";
  }
  const List expected = slow_outcomes(text);
  for (const std::size_t threads : {1u, 3u}) {
    const ReadFile result = read(text, threads);
    EXPECT_GE(result.blocks, 7u);
    EXPECT_EQ(difference(expected, fast_outcomes(result)), "") << threads << " threads";
    EXPECT_EQ(result.rows_read,
              static_cast<std::int64_t>(result.staged.size() + result.rejected.size()));
  }
}

TEST_F(CsvFile, QuotesCommasAndLineEndsMayFallAnywhereAroundABlocksEnd) {
  // The text of interest is moved byte by byte over the place where the first block is cut.
  for (const std::string_view interest :
       {"\"a\nb\n\"\"c\"\"\n\"\r", "\"a\"\"\"\r", "a\"b\r", "\"a\"b\r", "\"a,b\n\n\"\r", "\xFF\r",
        "a\rb\r", "\"x\ny\"z\r", "a\"b,\"c\nU,O1,1,1,2025-03-01,\"x\ny\nz\"",
        "\"a\"b,\"c\nU,O1,1,1,2025-03-01,\"x\ny\nz\""}) {
    std::string filler(kHeader);
    int number = 0;
    while (filler.size() < kBlock - 11'000) filler += row(++number, std::string(10'000, 'f'));
    while (filler.size() < kBlock - 400) filler += row(++number, std::string(100, 'f'));
    const std::string target = fmt::format("T,O1,1,1,2025-03-01,{}\n", interest);
    for (std::size_t shift = 0; shift < target.size() + 3; ++shift) {
      std::string text = filler;
      const std::size_t room = kBlock + kHeader.size() - shift - text.size();
      text += row(0, std::string(room - row(0).size(), 'x'));
      text += target;
      for (int i = 0; i < 40; ++i) text += row(++number);
      const ReadFile result = read(text, 2);
      ASSERT_EQ(difference(slow_outcomes(text), fast_outcomes(result)), "")
          << testing::PrintToString(interest) << " moved by " << shift;
    }
  }
}

TEST_F(CsvFile, ARowMayBeLongerThanABlock) {
  const std::string long_text(3 * kBlock + 17, 'x');
  const std::string long_quoted = "\"" + long_text + "\n\"\"" + long_text + "\"";
  const std::string text = with_header(row(1) + row(2, long_text) + row(3) + row(4, long_quoted) +
                                       row(5) + row(6, long_text + "\"") + row(7));
  const ReadFile result = read(text, 2);
  EXPECT_EQ(result.staged.size(), 4u);
  ASSERT_EQ(result.rejected.size(), 3u);
  EXPECT_EQ(result.rejected[0].line, 3);
  EXPECT_EQ(result.rejected[0].reasons, "reason: too long");
  EXPECT_EQ(result.rejected[1].line, 5);
  EXPECT_EQ(result.rejected[1].reasons, "reason: too long");
  EXPECT_EQ(result.rejected[2].line, 8);
  EXPECT_EQ(result.rejected[2].reasons, "row: misplaced quote");
  EXPECT_EQ(result.staged.back().line, 9);
}

TEST_F(CsvFile, AColumnThatIsIgnoredMayBeLongerThanABlock) {
  const std::string long_text(2 * kBlock, 'x');
  std::string text = "x,return_id,order_id,line_number,quantity,returned_at,reason\n";
  for (int i = 0; i < 5; ++i) text += "\"" + long_text + "\n\"\"\"," + row(i, "ok");
  const ReadFile result = read(text, 2);
  ASSERT_EQ(result.staged.size(), 5u);
  EXPECT_EQ(result.staged[4].line, 10);
}

TEST_F(CsvFile, AnUnterminatedQuoteFarBeforeTheEndKeepsTheRowsBeforeIt) {
  std::string text(kHeader);
  int number = 0;
  while (text.size() < 3 * kBlock + 1000) text += row(++number, "\"quoted\"");
  const int good = number;
  text += "R,O1,1,1,2025-03-01,\"open\n";
  while (text.size() < 24 * kBlock) text += row(++number);
  for (const std::size_t threads : {1u, 3u}) {
    const ReadFile result = read(text, threads);
    EXPECT_EQ(result.staged.size(), static_cast<std::size_t>(good));
    ASSERT_EQ(result.rejected.size(), 1u);
    EXPECT_EQ(result.rejected[0].reasons, "row: unterminated quote");
    EXPECT_EQ(result.rejected[0].line, good + 2);
  }
}

TEST_F(CsvFile, AQuoteInAnUnquotedFieldOpensNothing) {
  std::string text(kHeader);
  for (int i = 0; text.size() < 4 * kBlock; ++i) text += row(i, i % 50 == 0 ? "5\" pipe" : "a");
  const ReadFile result = read(text, 2);
  EXPECT_EQ(difference(slow_outcomes(text), fast_outcomes(result)), "");
  for (const RejectedRow& rejected : result.rejected) {
    ASSERT_EQ(rejected.reasons, "row: misplaced quote");
  }
}

TEST_F(CsvFile, RandomTextOfManyBlocksIsReadAsTheSlowReaderDoes) {
  const std::uint64_t seed = tests::random_seed();
  SCOPED_TRACE(fmt::format("TEST_SEED={}", seed));
  std::mt19937_64 random(seed);
  constexpr std::string_view kPieces[] = {"a",
                                          "b c",
                                          " ",
                                          "\"quoted\"",
                                          "\"two\nlines\"",
                                          "\"a \"\"b\"\"\"",
                                          "\"\r\n\"",
                                          "\"\"",
                                          "stray\"",
                                          "\"x\"y",
                                          "\xFF",
                                          "é",
                                          "\r",
                                          ",",
                                          "\n",
                                          "\t",
                                          "\"",
                                          "\"\"\"",
                                          "\r\n",
                                          "1,2"};
  for (int round = 0; round < 9; ++round) {
    // Rarer accidents in later rounds, so that good stretches lie between them.
    const std::uint64_t rarity = std::uint64_t{3} << round;
    std::string text(kHeader);
    for (int i = 0; text.size() < 4 * kBlock; ++i) {
      std::string reason;
      const bool accident = random() % rarity == 0;
      if (accident) {
        for (std::uint64_t n = random() % 4; n > 0; --n)
          reason += kPieces[random() % std::size(kPieces)];
      } else if (random() % 8 == 0) {
        reason = kPieces[3 + random() % 5];
      } else {
        reason.assign(random() % 200, 'r');
      }
      text += row(i, reason);
    }
    const ReadFile result = read(text, 1 + static_cast<std::size_t>(round % 3));
    ASSERT_EQ(difference(slow_outcomes(text), fast_outcomes(result)), "") << "round " << round;
  }
}

}  // namespace
}  // namespace cartograph::ingestion
