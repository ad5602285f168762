// The forms in which a ledger is taken, and how what is none is refused.
#include "importers/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "importers/ledger_on_disk.hpp"

namespace cartograph::importers {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string row(std::string_view date, std::string_view customer = "17850",
                std::string_view description = "LANTERN") {
  return std::string("536365,71053,")
      .append(description)
      .append(",6,")
      .append(date)
      .append(",3.39,")
      .append(customer)
      .append(",United Kingdom\n");
}

std::string with_header(const std::string& rows) { return std::string(kLedgerHeader) + rows; }

std::string time_of(std::string_view date) {
  const LedgerOnDisk disk(with_header(row(date)));
  return to_string(Ledger(disk.file()).lines().at(0).time);
}

std::string description_of(const std::string& bytes) {
  const LedgerOnDisk disk(bytes);
  return std::string(Ledger(disk.file()).lines().at(0).description);
}

std::string fault_of(const std::string& bytes) {
  const LedgerOnDisk disk(bytes);
  const std::string message = message_of<Error>([&] { Ledger{disk.file()}; });
  EXPECT_THAT(message, HasSubstr(disk.file().string()));
  return message;
}

TEST(Ledger, ReadsAllOfALine) {
  const LedgerOnDisk disk(with_header(
      " 536365 ,85123a ,\t WHITE HEART  ,-6,2010-12-01 08:26:00,2.55, 17850.0,United Kingdom \n"));
  const Ledger ledger(disk.file());
  ASSERT_EQ(ledger.lines().size(), 1u);
  const LedgerLine& line = ledger.lines()[0];
  EXPECT_EQ(line.number, 2);
  EXPECT_EQ(line.invoice, "536365");
  EXPECT_EQ(line.stock_code, "85123A");
  EXPECT_EQ(line.description, "WHITE HEART");
  EXPECT_EQ(line.quantity, -6);
  EXPECT_EQ(to_string(line.time), "2010-12-01T08:26:00.000000Z");
  EXPECT_EQ(line.price, Price::parse("2.55"));
  EXPECT_EQ(line.customer, "17850");
  EXPECT_EQ(line.country, "United Kingdom");
}

TEST(Ledger, TakesTheHeaderOfOnlineRetailII) {
  const LedgerOnDisk disk(
      "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n" +
      row("2009-12-01 07:45:00"));
  EXPECT_EQ(Ledger(disk.file()).lines().size(), 1u);
}

TEST(Ledger, TakesAQuotedHeader) {
  const LedgerOnDisk disk(
      "\"InvoiceNo\",\"StockCode\",\"Description\",\"Quantity\",\"InvoiceDate\", UnitPrice,"
      "\"CustomerID\",\"Country\"\r\n" +
      row("2009-12-01 07:45:00"));
  EXPECT_EQ(Ledger(disk.file()).lines().size(), 1u);
}

TEST(Ledger, TakesThreeFormsOfADate) {
  EXPECT_EQ(time_of("2010-12-01 08:26:30"), "2010-12-01T08:26:30.000000Z");
  EXPECT_EQ(time_of("2010-12-01 08:26"), "2010-12-01T08:26:00.000000Z");
  EXPECT_EQ(time_of("12/1/2010 8:26"), "2010-12-01T08:26:00.000000Z");
  EXPECT_EQ(time_of("12/13/2010 18:26"), "2010-12-13T18:26:00.000000Z");
}

TEST(Ledger, RefusesOtherDatesNamingTheLine) {
  for (const std::string_view date :
       {"", "2010-12-01", "13/1/2010 8:26", "2010-02-30 08:26", "2010-12-01 24:00",
        "2010-12-01 08:60:00", "2010-12-01 08:26:61", "2010-12-01 8:26", "01.12.2010 08:26",
        "12/1/10 8:26", "2010-12-01 08:26:00Z", "2010-12-01T08:26:00"}) {
    EXPECT_THAT(fault_of(with_header(row("2010-12-01 08:26") + row(date))),
                AllOf(HasSubstr("line 3: the date \"" + std::string(date) + "\""),
                      HasSubstr("import again")));
  }
}

TEST(Ledger, TakesTheDecimalZeroOffCustomersOnly) {
  const auto customer_of = [](std::string_view customer) {
    const LedgerOnDisk disk(with_header(row("2010-12-01 08:26", customer)));
    return std::string(Ledger(disk.file()).lines().at(0).customer);
  };
  EXPECT_EQ(customer_of("17850"), "17850");
  EXPECT_EQ(customer_of("17850.0"), "17850");
  EXPECT_EQ(customer_of(""), "");
  EXPECT_EQ(customer_of("A1.0"), "A1.0");
}

TEST(Ledger, ReadsUtf8AndLatin1Alike) {
  const std::string date = "2010-12-01 08:26";
  EXPECT_EQ(description_of(with_header(row(date, "1",
                                           "\xC2\xA3"
                                           "5 CAF\xC3\x89"))),
            "£5 CAFÉ");
  EXPECT_EQ(description_of(with_header(row(date, "1",
                                           "\xA3"
                                           "5 CAF\xC9"))),
            "£5 CAFÉ");
  EXPECT_EQ(description_of("\xEF\xBB\xBF" + with_header(row(date, "1",
                                                            "\xC2\xA3"
                                                            "5"))),
            "£5");
}

TEST(Ledger, ReadsQuotedValues) {
  const std::string date = "2010-12-01 08:26";
  EXPECT_EQ(description_of(with_header(row(date, "1", "\"PAPER, \"\"BIG\"\"\""))),
            "PAPER, \"BIG\"");
  EXPECT_EQ(description_of(with_header(row(date, "1", "\"TWO\nLINES\""))), "TWO\nLINES");
  EXPECT_EQ(description_of(with_header(row(date, "1", "\"\""))), "");
  EXPECT_EQ(description_of(with_header(row(date, "1", "12\" PLATE"))), "12\" PLATE");
}

TEST(Ledger, CountsLinesOfTheFileAcrossLineBreaksAndBlankLines) {
  const std::string date = "2010-12-01 08:26";
  const LedgerOnDisk disk(with_header(row(date) + row(date, "1", "\"TWO\nLINES\"") + row(date) +
                                      " \t\n\n" + row(date) + "\n"));
  std::vector<std::int64_t> numbers;
  const Ledger ledger(disk.file());
  for (const LedgerLine& line : ledger.lines()) numbers.push_back(line.number);
  EXPECT_THAT(numbers, testing::ElementsAre(2, 3, 5, 8));
}

TEST(Ledger, TakesCarriageReturnsAndAMissingLastLineEnd) {
  const LedgerOnDisk disk(
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r\n"
      "1,A,,1,2010-12-01 08:26,1,,\"RSA\"\r\n"
      "\r\n"
      "2,A,,1,2010-12-01 08:26,1,,Japan\r");
  const Ledger ledger(disk.file());
  ASSERT_EQ(ledger.lines().size(), 2u);
  EXPECT_EQ(ledger.lines()[0].country, "RSA");
  EXPECT_EQ(ledger.lines()[1].country, "Japan");
  EXPECT_EQ(ledger.lines()[1].number, 4);
}

TEST(Ledger, UnpacksGzipWhateverTheName) {
  const LedgerOnDisk disk(with_header(row("2010-12-01 08:26")));
  disk.pack();
  EXPECT_EQ(Ledger(disk.file()).lines().size(), 1u);
}

TEST(Ledger, RefusesAGzipFileThatIsCutShort) {
  const LedgerOnDisk disk(with_header(row("2010-12-01 08:26")));
  disk.pack();
  std::filesystem::resize_file(disk.file(), std::filesystem::file_size(disk.file()) - 12);
  EXPECT_THAT(message_of<Error>([&] { Ledger{disk.file()}; }), HasSubstr("fetch it again"));
}

TEST(Ledger, RefusesAnotherHeader) {
  for (const std::string bytes :
       {"", "\n", "InvoiceNo;StockCode\n", "PK\x03\x04",
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n",
        "StockCode,InvoiceNo,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"}) {
    EXPECT_THAT(fault_of(bytes), HasSubstr("the header is neither InvoiceNo,StockCode"));
  }
}

TEST(Ledger, RefusesLinesThatCannotBeRead) {
  EXPECT_THAT(fault_of(with_header("1,A,,1,2010-12-01 08:26,1,2\n")),
              HasSubstr("line 2: 7 values, expected 8"));
  EXPECT_THAT(fault_of(with_header("1,A,X, Y,1,2010-12-01 08:26,1,2,RSA\n")),
              HasSubstr("line 2: 9 values, expected 8"));
  for (const std::string quantity : {"", "1.5", "many", "3000000000"}) {
    EXPECT_THAT(fault_of(with_header("1,A,," + quantity + ",2010-12-01 08:26,1,2,RSA\n")),
                HasSubstr("line 2: the quantity \"" + quantity + "\""));
  }
  for (const std::string price : {"", "free", "1e3"}) {
    EXPECT_THAT(fault_of(with_header("1,A,,1,2010-12-01 08:26," + price + ",2,RSA\n")),
                HasSubstr("line 2: the price \"" + price + "\""));
  }
  EXPECT_THAT(fault_of(with_header("1,A,\"X,1,2010-12-01 08:26,1,2,RSA\n")),
              HasSubstr("line 2: a quoted value does not end"));
  EXPECT_THAT(fault_of(with_header("1,A,\"X\"Y,1,2010-12-01 08:26,1,2,RSA\n")),
              HasSubstr("line 2: something other than a comma"));
}

TEST(Ledger, SaysWhereThereIsNoFile) {
  EXPECT_THAT(message_of<UsageError>([] { Ledger{"/nowhere/ledger.csv"}; }),
              HasSubstr("there is no file /nowhere/ledger.csv"));
}

}  // namespace
}  // namespace cartograph::importers
