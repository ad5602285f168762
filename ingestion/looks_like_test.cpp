// Files that are not what their names say, and what is said of them.
#include "ingestion/looks_like.hpp"

#include <gmock/gmock.h>

namespace cartograph::ingestion {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const contracts::Feed& items() { return *contracts::find_feed("order_items"); }

constexpr const char* kHeader =
    "order_id,line_number,sku,quantity,unit_price,discount_amount,tax_amount";

std::string csv(std::string_view text) { return looks_like_csv(text, items(), nullptr); }
std::string json(std::string_view text, bool lines = false) {
  return looks_like_json(text, lines, items(), nullptr);
}

TEST(LooksLike, WorkbooksArchivesAndPages) {
  const auto of = looks_like_another_file;
  EXPECT_THAT(of("PK\x03\x04....[Content_Types].xml...xl/workbook.xml"),
              StartsWith("an Excel workbook"));
  EXPECT_THAT(of("PK\x03\x04...orders.csv"), StartsWith("a ZIP archive; unpack it"));
  EXPECT_THAT(of("PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
              StartsWith("a LibreOffice spreadsheet"));
  EXPECT_THAT(of("\xD0\xCF\x11\xE0\xA1\xB1"), StartsWith("an old Excel workbook"));
  EXPECT_THAT(of("\x1F\x8B\x08"), StartsWith("packed with gzip"));
  EXPECT_THAT(of("\n <!DOCTYPE html><html>"), StartsWith("a page of HTML"));
  EXPECT_THAT(of("<?xml version='1.0'?><rows/>"), StartsWith("XML"));
  using namespace std::string_view_literals;
  EXPECT_THAT(of("o\0r\0d\0e\0r\0_\0i\0d\0"sv), StartsWith("UTF-16 without"));
  EXPECT_THAT(of("\0o\0r\0d\0e\0r\0_\0i\0d"sv), StartsWith("UTF-16 without"));
  EXPECT_EQ(of(kHeader), "");
  EXPECT_EQ(of(""), "");
  EXPECT_EQ(of(std::string(1000, '\0')), "");
}

TEST(LooksLike, LinesThatEndInCarriageReturnsAlone) {
  EXPECT_THAT(csv(std::string(kHeader) + "\r1,1,A,1,1,,\r"), HasSubstr("lines end in CR alone"));
}

TEST(LooksLike, ATitleAboveTheHeader) {
  EXPECT_THAT(csv(std::string("Export of 3 March\n\n") + kHeader + "\n"),
              HasSubstr("its header, which is on line 3; take the lines above it away"));
}

TEST(LooksLike, NamesThatNearlyFit) {
  EXPECT_EQ(csv("Order ID,Line-Number,SKU,Quantity,Unit Price,Tax\n"),
            "a file with the shop's own names: 'Order ID', 'Line-Number', 'Unit Price' nearly fit. "
            "Rename them, or map them in the configuration:\n"
            "    [feeds.order_items.columns]\n"
            "    \"Order ID\" = \"order_id\"\n"
            "    \"Line-Number\" = \"line_number\"\n"
            "    \"Unit Price\" = \"unit_price\"\n"
            "    [feeds.order_items.defaults]\n"
            "    discount_amount = \"\"\n"
            "    tax_amount = \"\"");
  EXPECT_EQ(csv("foo,bar\n"), "");
  EXPECT_EQ(csv("order_id,line_number,sku,quantity,unit_price,tax_amount\n"),
            "a file without columns that may be empty; add them, or say so in the configuration:\n"
            "    [feeds.order_items.defaults]\n"
            "    discount_amount = \"\"");
}

TEST(LooksLike, CharactersThatCannotBeSeen) {
  const std::string told = csv("order\xE2\x80\x8B_id,line_number,sku,quantity,unit_price\n");
  EXPECT_THAT(told, HasSubstr("cannot be seen in its header: 'order<U+200B>_id'"));
  EXPECT_THAT(told, HasSubstr("\"order\\u200B_id\" = \"order_id\""));
}

TEST(LooksLike, AnotherFormatOrEncoding) {
  EXPECT_THAT(csv(R"({"order_id": 1})"), StartsWith("JSON; let its name end in .jsonl"));
  EXPECT_THAT(csv("[{}]"), StartsWith("JSON; let its name end in .json"));
  EXPECT_THAT(csv("order_id,St\xFC"
                  "ck\n"),
              HasSubstr("windows-1252"));
  EXPECT_THAT(json(kHeader), StartsWith("CSV"));
  EXPECT_THAT(json(kHeader, true), StartsWith("CSV"));
  EXPECT_THAT(json("[{}]", true), StartsWith("one JSON array"));
  EXPECT_THAT(json("{\"order_id\": 1}\n{\"order_id\": 2}\n"), HasSubstr(".jsonl"));
  EXPECT_THAT(json(R"({"data": [{"order_id": 1}]})"), HasSubstr("begins with 'data'"));
  EXPECT_THAT(json(R"([{"order_id": 1}, {"ord)"), HasSubstr("cut short"));
  EXPECT_EQ(json("nonsense"), "");
  EXPECT_EQ(json(""), "");
}

}  // namespace
}  // namespace cartograph::ingestion
