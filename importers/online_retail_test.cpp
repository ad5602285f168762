// What becomes of each kind of line, on small ledgers whose landing files are compared whole.
#include "importers/online_retail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "base/error.hpp"
#include "importers/ledger_on_disk.hpp"

namespace cartograph::importers {
namespace {

using testing::HasSubstr;

const std::string kOrders =
    "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,currency,"
    "payment_method,channel,country\n";
const std::string kItems =
    "order_id,line_number,sku,quantity,unit_price,discount_amount,tax_amount\n";
const std::string kReturns = "return_id,order_id,line_number,quantity,returned_at,reason\n";
const std::string kCustomers = "customer_id,email,full_name,country,signup_at\n";
const std::string kProducts = "sku,product_name,category,list_price,reorder_point,updated_at\n";
const std::string kUnmatched = "line,invoice,stock_code,quantity,reason\n";

// Imports a ledger of `rows` and keeps what came of it.
struct Imported {
  explicit Imported(const std::string& rows)
      : disk(std::string(kLedgerHeader) + rows),
        report(import_online_retail(disk.file(), disk.out())) {}

  std::string unmatched() const { return disk.landed("_unmatched.csv"); }
  std::int64_t unmatched_lines(Unmatched reason) const {
    return report.unmatched[static_cast<std::size_t>(reason)];
  }

  LedgerOnDisk disk;
  ImportReport report;
};

TEST(OnlineRetail, MakesAnOrderOfAnInvoice) {
  const Imported imported(
      "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
      "536365,71053,LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n"
      "536366,22633,WARMER,1,2010-12-02 09:00:00,0,,Unspecified\n");
  EXPECT_EQ(imported.disk.landed("2010-12-01/orders.csv"),
            kOrders +
                "536365,17850,delivered,2010-12-01T08:26:00Z,2010-12-01T08:26:00Z,,"
                "2010-12-01T08:26:00Z,,GBP,,,GB\n");
  EXPECT_EQ(imported.disk.landed("2010-12-01/order_items.csv"),
            kItems + "536365,1,85123A,6,2.55,,\n536365,2,71053,6,3.39,,\n");
  EXPECT_EQ(imported.disk.landed("2010-12-02/orders.csv"),
            kOrders +
                "536366,,delivered,2010-12-02T09:00:00Z,2010-12-02T09:00:00Z,,"
                "2010-12-02T09:00:00Z,,GBP,,,\n");
  EXPECT_EQ(imported.disk.landed("2010-12-02/order_items.csv"),
            kItems + "536366,1,22633,1,0.00,,\n");
  EXPECT_EQ(imported.disk.landed("2010-12-01/returns.csv"), "(no file)");
  EXPECT_EQ(imported.disk.landed("2010-12-02/customers.csv"), "(no file)");
  EXPECT_EQ(imported.unmatched(), kUnmatched);
  EXPECT_EQ(imported.report.lines, 3);
  EXPECT_EQ(imported.report.order_lines, 3);
  EXPECT_EQ(imported.report.orders, 2);
  EXPECT_EQ(imported.report.landing_dates, 2);
}

TEST(OnlineRetail, ListsWhatBecomesNothingWithItsReason) {
  const Imported imported(
      "1,A,,5,2010-12-01 08:00,1,7,RSA\n"
      "2,a ,damages,-3,2010-12-01 09:00,0,,RSA\n"  // write-off, also at a negative price
      "2,A,,-3,2010-12-01 09:00,-1,,RSA\n"
      "A3,B,Adjust bad debt,1,2010-12-01 09:00,11062.06,,RSA\n"
      "A4,B,Adjust bad debt,-1,2010-12-01 09:00,-1,7,RSA\n"
      ",B,,1,2010-12-01 09:00,1,,RSA\n"
      "c5,A,,-1,2010-12-01 09:00,1,7,RSA\n"
      "C6,A,,1,2010-12-01 09:00,1,7,RSA\n"
      "C6,A,,0,2010-12-01 09:00,1,7,RSA\n"
      "7,A,,0,2010-12-01 09:00,1,7,RSA\n"
      "7,A,,1,2010-12-01 09:00,-0.001,7,RSA\n"
      "C8,A,,-1,2010-12-01 09:00,1,,RSA\n"
      "C8,\"A,1\",,-2,2010-12-01 09:00,1,7,RSA\n"
      "C8,A,,-9,2010-12-01 09:00,1,7,RSA\n"
      "C8,A,,-4,2010-12-01 09:00,1,7,RSA\n");
  EXPECT_EQ(imported.unmatched(), kUnmatched +
                                      "3,2,A,-3,stock write-off\n"
                                      "4,2,A,-3,stock write-off\n"
                                      "5,A3,B,1,adjustment\n"
                                      "6,A4,B,-1,adjustment\n"
                                      "7,,B,1,adjustment\n"
                                      "8,c5,A,-1,adjustment\n"
                                      "9,C6,A,1,cancellation without a negative quantity\n"
                                      "10,C6,A,0,cancellation without a negative quantity\n"
                                      "11,7,A,0,quantity 0\n"
                                      "12,7,A,1,negative price\n"
                                      "13,C8,A,-1,no customer\n"
                                      "14,C8,\"A,1\",-2,no sale before it\n"
                                      "15,C8,A,-4,more than was bought\n"
                                      "16,C8,A,-4,more than was bought\n");
  EXPECT_EQ(imported.report.lines, 15);
  EXPECT_EQ(imported.report.order_lines, 1);
  EXPECT_EQ(imported.report.cancellations_matched, 1);
  EXPECT_EQ(imported.report.matched_in_part, 1);
  EXPECT_THAT(imported.report.unmatched, testing::ElementsAre(1, 1, 1, 2, 4, 2, 1, 1));
}

TEST(OnlineRetail, NumbersOnlyTheLinesThatItKeeps) {
  const Imported imported(
      "1,A,,1,2010-12-01 08:00,1,7,RSA\n"
      "2,A,,1,2010-12-01 08:00,1,7,RSA\n"
      "1,B,,0,2010-12-01 08:00,1,7,RSA\n"
      "1,C,,1,2010-12-01 08:00,1,7,RSA\n"
      "3,C,,-1,2010-12-01 08:00,1,7,RSA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-01/order_items.csv"),
            kItems + "1,1,A,1,1.00,,\n2,1,A,1,1.00,,\n1,2,C,1,1.00,,\n");
  EXPECT_EQ(imported.report.orders, 2);
}

TEST(OnlineRetail, MatchesTheLatestSaleFirst) {
  const Imported imported(
      "1,A,,5,2010-12-01 08:00,1,7,RSA\n"
      "2,A,,5,2010-12-02 08:00,1,7,RSA\n"
      "C3,A,,-7,2010-12-03 08:00,1,7,RSA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-03/returns.csv"),
            kReturns + "C3-1,2,1,5,2010-12-03T08:00:00Z,\nC3-2,1,1,2,2010-12-03T08:00:00Z,\n");
  EXPECT_EQ(imported.report.returns, 2);
  EXPECT_EQ(imported.report.cancellations_matched, 1);
  EXPECT_EQ(imported.report.matched_in_part, 0);
}

TEST(OnlineRetail, MatchesOfOneTimeTheLastInTheFile) {
  const Imported imported(
      "1,A,,2,2010-12-01 08:00,1,7,RSA\n"
      "1,A,,2,2010-12-01 08:00,1,7,RSA\n"
      "2,A,,2,2010-12-01 08:00,1,7,RSA\n"
      "C3,A,,-3,2010-12-01 08:00,1,7,RSA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-01/returns.csv"),
            kReturns + "C3-1,2,1,2,2010-12-01T08:00:00Z,\nC3-2,1,2,1,2010-12-01T08:00:00Z,\n");
}

TEST(OnlineRetail, MatchesOnlyTheSameCustomersSalesOfTheSameCodeUpToItsTime) {
  const Imported imported(
      "1,a,,5,2010-12-01 08:00,1,7,RSA\n"
      "2,A,,5,2010-12-01 08:00,1,8,RSA\n"
      "3,B,,5,2010-12-01 08:00,1,7,RSA\n"
      "C5,A,,-1,2010-12-02 08:00,1,7.0,RSA\n"
      "4,A,,5,2010-12-02 08:01,1,7,RSA\n"
      "C6,A,,-1,2010-11-30 08:00,1,7,RSA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-02/returns.csv"),
            kReturns + "C5-1,1,1,1,2010-12-02T08:00:00Z,\n");
  EXPECT_EQ(imported.unmatched(), kUnmatched + "7,C6,A,-1,no sale before it\n");
}

TEST(OnlineRetail, TakesCancellationsInOrderOfTimeAndThenOfTheFile) {
  const Imported imported(
      "1,A,,3,2010-12-01 08:00,1,7,RSA\n"
      "C4,A,,-2,2010-12-04 08:00,1,7,RSA\n"
      "C3,A,,-1,2010-12-03 08:00,1,7,RSA\n"
      "C2,A,,-1,2010-12-03 08:00,1,7,RSA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-03/returns.csv"),
            kReturns + "C3-1,1,1,1,2010-12-03T08:00:00Z,\nC2-1,1,1,1,2010-12-03T08:00:00Z,\n");
  EXPECT_EQ(imported.disk.landed("2010-12-04/returns.csv"),
            kReturns + "C4-1,1,1,1,2010-12-04T08:00:00Z,\n");
  EXPECT_EQ(imported.unmatched(), kUnmatched + "3,C4,A,-1,more than was bought\n");
  EXPECT_EQ(imported.report.cancellations_matched, 3);
  EXPECT_EQ(imported.report.matched_in_part, 1);
  EXPECT_EQ(imported.unmatched_lines(Unmatched::more_than_bought), 0);
}

TEST(OnlineRetail, CountsReturnsThroughAllLinesOfACancellation) {
  const Imported imported(
      "1,A,,3,2010-12-01 08:00,1,7,RSA\n"
      "1,B,,3,2010-12-01 08:00,1,7,RSA\n"
      "C2,B,,-1,2010-12-03 08:00,1,7,RSA\n"
      "C2,A,,-3,2010-12-03 08:00,1,7,RSA\n"
      "C2,A,,-2,2010-12-03 08:00,1,7,RSA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-03/returns.csv"),
            kReturns + "C2-1,1,2,1,2010-12-03T08:00:00Z,\nC2-2,1,1,3,2010-12-03T08:00:00Z,\n");
  EXPECT_EQ(imported.unmatched(), kUnmatched + "6,C2,A,-2,more than was bought\n");
}

TEST(OnlineRetail, GivesAllOfAnInvoiceTheEarliestTimeOfItsLines) {
  const Imported imported(
      "1,A,,3,2010-12-02 00:01,1,7,RSA\n"
      "1,B,,3,2010-12-01 23:59,1,7,RSA\n"
      "C2,A,,-1,2010-12-02 00:00,1,7,RSA\n"
      "C2,Z,,-1,2010-12-01 23:59,1,7,RSA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-01/orders.csv"),
            kOrders +
                "1,7,delivered,2010-12-01T23:59:00Z,2010-12-01T23:59:00Z,,"
                "2010-12-01T23:59:00Z,,GBP,,,ZA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-01/order_items.csv"),
            kItems + "1,1,A,3,1.00,,\n1,2,B,3,1.00,,\n");
  EXPECT_EQ(imported.disk.landed("2010-12-01/returns.csv"),
            kReturns + "C2-1,1,1,1,2010-12-01T23:59:00Z,\n");
  EXPECT_EQ(imported.report.landing_dates, 1);
}

TEST(OnlineRetail, SendsACustomerWithTheFirstInvoiceOfAnyKind) {
  const Imported imported(
      "5,A,,1,2010-12-05 08:00,1,8,Japan\n"
      "3,A,,1,2010-12-03 08:00,1,7,RSA\n"
      "C2,A,,-1,2010-12-02 08:00,1,7,West Indies\n"
      "4,A,,1,2010-12-04 08:00,1,,RSA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-02/customers.csv"),
            kCustomers + "7,,,,2010-12-02T08:00:00Z\n");
  EXPECT_EQ(imported.disk.landed("2010-12-05/customers.csv"),
            kCustomers + "8,,,JP,2010-12-05T08:00:00Z\n");
  EXPECT_EQ(imported.disk.landed("2010-12-03/customers.csv"), "(no file)");
  EXPECT_EQ(imported.report.customers, 2);
}

TEST(OnlineRetail, SendsAProductOnceAMonthWithItsMostFrequentPriceAndName) {
  const Imported imported(
      "1,A,rare,1,2010-12-02 08:00,9,7,RSA\n"
      "1,a,HEART,50,2010-12-02 08:00,2.5,7,RSA\n"
      "2,A,HEART,1,2010-12-03 08:00,2.50,7,RSA\n"
      "3,A,,1,2010-12-31 23:59,3,7,RSA\n"
      "3,A,,1,2010-12-31 23:59,3.0,7,RSA\n"
      "3,A,,1,2010-12-31 23:59,1,7,RSA\n"
      "4,A,b,1,2011-01-01 00:00,1,7,RSA\n"
      "4,A,a,1,2011-01-01 00:00,2,7,RSA\n"
      "5,B,,1,2011-01-05 00:00,2,7,RSA\n"
      "6,C,lost,-1,2011-01-05 00:00,2,7,RSA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-02/products.csv"),
            kProducts + "A,HEART,,3.00,,2010-12-01T00:00:00Z\n");
  EXPECT_EQ(imported.disk.landed("2010-12-03/products.csv"), "(no file)");
  EXPECT_EQ(imported.disk.landed("2011-01-01/products.csv"),
            kProducts + "A,a,,2.00,,2011-01-01T00:00:00Z\n");
  EXPECT_EQ(imported.disk.landed("2011-01-05/products.csv"),
            kProducts + "B,B,,2.00,,2011-01-01T00:00:00Z\n");
  EXPECT_EQ(imported.report.products, 3);
}

TEST(OnlineRetail, SendsAProductWithTheEarliestSaleEvenIfTheFileIsNotInOrder) {
  const Imported imported(
      "2,A,,1,2010-12-09 08:00,1,7,RSA\n"
      "1,A,,1,2010-12-02 08:00,1,7,RSA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-02/products.csv"),
            kProducts + "A,A,,1.00,,2010-12-01T00:00:00Z\n");
  EXPECT_EQ(imported.disk.landed("2010-12-09/products.csv"), "(no file)");
}

TEST(OnlineRetail, WritesPricesWithMoreThanTwoDecimalsAsTheyAre) {
  const Imported imported(
      "1,PADS,,1,2010-12-01 08:00,0.001,7,RSA\n"
      "1,A,,1,2010-12-01 08:00,2.550,7,RSA\n"
      "1,A,,1,2010-12-01 08:00,2.55,7,RSA\n"
      "1,A,,1,2010-12-01 08:00,2.549999999999999999,7,RSA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-01/order_items.csv"),
            kItems +
                "1,1,PADS,1,0.001,,\n1,2,A,1,2.550,,\n1,3,A,1,2.55,,\n"
                "1,4,A,1,2.549999999999999999,,\n");
  EXPECT_EQ(imported.disk.landed("2010-12-01/products.csv"),
            kProducts +
                "PADS,PADS,,0.001,,2010-12-01T00:00:00Z\n"
                "A,A,,2.55,,2010-12-01T00:00:00Z\n");
  EXPECT_EQ(imported.report.long_prices, 4);
}

TEST(OnlineRetail, WritesNamesSoThatTheyCanBeReadAgain) {
  const Imported imported("1,A,\"PAPER , \"\"BIG\"\" \n\xA3\",1,2010-12-01 08:00,1,7,RSA\n");
  EXPECT_EQ(imported.disk.landed("2010-12-01/products.csv"),
            kProducts + "A,\"PAPER , \"\"BIG\"\" \n£\",,1.00,,2010-12-01T00:00:00Z\n");
}

TEST(OnlineRetail, ReportsCountriesThatItDoesNotKnow) {
  const Imported imported(
      "1,A,,1,2010-12-01 08:00,1,7,Atlantis\n"
      "1,B,,1,2010-12-01 08:00,1,7,Atlantis\n");
  EXPECT_THAT(imported.disk.landed("2010-12-01/orders.csv"), HasSubstr(",GBP,,,\n"));
  EXPECT_THAT(imported.report.unknown_countries,
              testing::ElementsAre(testing::Pair("Atlantis", 2)));
  EXPECT_THAT(to_text(imported.report), HasSubstr("2  lines name a country without a known code"));
}

TEST(OnlineRetail, SaysInItsReportWhatBecameOfEveryLine) {
  const Imported imported(
      "1,A,,1,2010-12-01 08:00,0.001,7,RSA\n"
      "C2,A,,-2,2010-12-01 08:00,1,7,RSA\n"
      "A3,A,,1,2010-12-01 08:00,1,7,RSA\n");
  const std::string text = to_text(imported.report);
  for (const std::string_view part :
       {"3  lines in the ledger, of which\n", "1  became order lines\n",
        "1  cancellations became returns (1 of them in part)\n",
        "0  are listed in _unmatched.csv: no customer\n",
        "1  are listed in _unmatched.csv: adjustment\n", "1  landing dates, with rows of\n",
        "1  orders\n", "1  order_items\n", "1  returns\n", "1  customers\n", "1  products\n",
        "2  of these rows have a price with more than two decimals"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(OnlineRetail, MakesOnlyTheListOfAnEmptyLedger) {
  const Imported imported("");
  EXPECT_EQ(imported.unmatched(), kUnmatched);
  EXPECT_EQ(imported.report.lines, 0);
  EXPECT_EQ(imported.report.landing_dates, 0);
}

TEST(OnlineRetail, RefusesAFolderThatIsNotEmpty) {
  const LedgerOnDisk disk{std::string(kLedgerHeader)};
  std::filesystem::create_directory(disk.out());
  EXPECT_NO_THROW(import_online_retail(disk.file(), disk.out()));
  EXPECT_THAT(message_of<UsageError>([&] { import_online_retail(disk.file(), disk.out()); }),
              HasSubstr("is not an empty folder"));
  EXPECT_THAT(message_of<UsageError>([&] { import_online_retail(disk.file(), disk.file()); }),
              HasSubstr("is not an empty folder"));
}

TEST(OnlineRetail, WritesNothingWhereALineCannotBeRead) {
  const LedgerOnDisk disk(std::string(kLedgerHeader) +
                          "1,A,,1,2010-12-01 08:00,1,7,RSA\n"
                          "1,A,,1,yesterday,1,7,RSA\n");
  EXPECT_THAT(message_of<Error>([&] { import_online_retail(disk.file(), disk.out()); }),
              HasSubstr("ledger.csv, line 3: the date \"yesterday\""));
  EXPECT_FALSE(std::filesystem::exists(disk.out()));
}

}  // namespace
}  // namespace cartograph::importers
