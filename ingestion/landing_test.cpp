// Which files are deliveries, by their names alone.
#include "ingestion/landing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;
using List = std::vector<std::string>;

class LandingFolder : public testing::Test {
 protected:
  void land(const std::string& name) { tests::write_file(folder_ / name, "x"); }
  Listing list() { return list_landing(folder_.path()); }
  List files() {
    List names;
    for (const LandedFile& file : list().files) names.push_back(file.source_file);
    return names;
  }

  tests::TemporaryFolder folder_;
};

TEST_F(LandingFolder, FilesAreNamedByFeedSuffixFormatAndCompression) {
  const struct {
    const char* name;
    const char* feed;
    Format format;
    bool gzipped;
  } cases[] = {
      {"orders.csv", "orders", Format::csv, false},
      {"orders_02.csv", "orders", Format::csv, false},
      {"orders-eu.csv.gz", "orders", Format::csv, true},
      {"orders.part2.csv", "orders", Format::csv, false},
      {"order_items-eu.jsonl.gz", "order_items", Format::json_lines, true},
      {"order_items.ndjson", "order_items", Format::json_lines, false},
      {"returns.json", "returns", Format::json_array, false},
      {"customers.json.gz", "customers", Format::json_array, true},
      {"products_.csv", "products", Format::csv, false},
      {"inventory_movements.2025-03-10.ndjson.gz", "inventory_movements", Format::json_lines, true},
      {"orders_items.csv", "orders", Format::csv, false},
      {"returns.csv.json", "returns", Format::json_array, false},
      {"Orders.CSV", "orders", Format::csv, false},
      {"ORDER_ITEMS_EU.Jsonl.GZ", "order_items", Format::json_lines, true},
  };
  for (const auto& c : cases) {
    const tests::TemporaryFolder folder;
    tests::write_file(folder / "2025-03-10" / c.name, "x");
    const Listing listing = list_landing(folder.path());
    ASSERT_EQ(listing.files.size(), 1u) << c.name;
    const LandedFile& file = listing.files[0];
    EXPECT_EQ(file.feed->name, c.feed) << c.name;
    EXPECT_EQ(file.format, c.format) << c.name;
    EXPECT_EQ(file.gzipped, c.gzipped) << c.name;
    EXPECT_EQ(file.source_file, std::string("2025-03-10/") + c.name);
    EXPECT_EQ(file.landing_date, *parse_day("2025-03-10"));
    EXPECT_EQ(tests::read_file(file.path), "x");
    EXPECT_TRUE(listing.warnings.empty());
  }
}

TEST_F(LandingFolder, OtherNamesAreIgnoredWithAWarning) {
  for (const char* name :
       {"orders", "orders.gz", "orders.txt", "orders2.csv", "ordersx.csv", "order.csv",
        "orders.csv.zip", "orders.csv.gz.gz", "orders+1.csv", "my_orders.csv", "csv", "notes.txt",
        " orders.csv", "orders.csv ", "order_itemsx.csv"}) {
    const tests::TemporaryFolder folder;
    tests::write_file(folder / "2025-03-10" / name, "x");
    const Listing listing = list_landing(folder.path());
    EXPECT_TRUE(listing.files.empty()) << name;
    ASSERT_EQ(listing.warnings.size(), 1u) << name;
    EXPECT_NE(listing.warnings[0].find(std::string("2025-03-10/") + name), std::string::npos);
  }
}

TEST_F(LandingFolder, OfANameThatIsIgnoredAWarningShowsWhatCanBeShown) {
  land("2025-03-10/notes\xFF\n.txt");
  fs::create_directories(folder_ / "old\xFF");
  EXPECT_THAT(list().warnings,
              testing::UnorderedElementsAre(
                  testing::StartsWith("2025-03-10/notes\xEF\xBF\xBD\xEF\xBF\xBD.txt: "),
                  testing::StartsWith("old\xEF\xBF\xBD: ")));
}

TEST_F(LandingFolder, SomeNamesAreIgnoredSilently) {
  for (const char* name : {".orders.csv", "_SUCCESS", "_orders.csv", "orders.csv.tmp",
                           "orders.csv.part", ".tmp", "orders.csv.gz.part", "anything.tmp"}) {
    land(std::string("2025-03-10/") + name);
    land(name);
  }
  land("2025-03-10/deeper/orders.csv");
  land("2025-03-10/2025-03-11/orders.csv");
  land(".hidden/orders.csv");
  land("_archive/orders.csv");
  land("2025-03-11.part/orders.csv");
  const Listing listing = list();
  EXPECT_TRUE(listing.files.empty());
  EXPECT_TRUE(listing.warnings.empty()) << testing::PrintToString(listing.warnings);
}

TEST_F(LandingFolder, OnlyFoldersNamedWithARealDateCount) {
  for (const char* name :
       {"2025-02-29", "2025-13-01", "2025-3-10", "20250310", "2025-03-10x", "latest", "2025-03"}) {
    land(std::string(name) + "/orders.csv");
  }
  land("orders.csv");
  tests::write_file(folder_ / "2025-03-12", "a file, not a folder");
  const Listing listing = list();
  EXPECT_TRUE(listing.files.empty());
  EXPECT_EQ(listing.warnings.size(), 9u) << testing::PrintToString(listing.warnings);
}

TEST_F(LandingFolder, PickupIsByLandingDateThenByFileNameInByteOrder) {
  for (const char* name :
       {"2025-03-10/returns.csv", "2025-03-10/orders_b.csv", "2025-03-10/orders_B.csv",
        "2025-03-10/orders.csv", "2025-03-10/orders-1.csv", "2025-03-10/orders_10.csv",
        "2025-03-10/orders_2.csv", "2025-03-10/orders_é.csv", "2025-03-10/customers.json",
        "2024-12-31/returns.csv", "2025-03-09/orders.csv"}) {
    land(name);
  }
  EXPECT_EQ(files(),
            (List{"2024-12-31/returns.csv", "2025-03-09/orders.csv", "2025-03-10/customers.json",
                  "2025-03-10/orders-1.csv", "2025-03-10/orders.csv", "2025-03-10/orders_10.csv",
                  "2025-03-10/orders_2.csv", "2025-03-10/orders_B.csv", "2025-03-10/orders_b.csv",
                  "2025-03-10/orders_é.csv", "2025-03-10/returns.csv"}));
}

TEST_F(LandingFolder, SymbolicLinksAreFollowed) {
  const tests::TemporaryFolder elsewhere;
  tests::write_file(elsewhere / "export.bin", "x");
  tests::write_file(elsewhere / "day" / "returns.csv", "y");
  fs::create_directories(folder_ / "2025-03-10");
  fs::create_symlink(elsewhere / "export.bin", folder_ / "2025-03-10/orders.csv");
  fs::create_directory_symlink(elsewhere / "day", folder_ / "2025-03-11");
  fs::create_directory_symlink(elsewhere / "day", folder_ / "2025-03-10/orders_deeper.csv");
  EXPECT_EQ(files(), (List{"2025-03-10/orders.csv", "2025-03-11/returns.csv"}));
  EXPECT_TRUE(list().warnings.empty());
}

TEST_F(LandingFolder, ALinkThatLeadsNowhereIsIgnoredWithAWarning) {
  fs::create_directories(folder_ / "2025-03-10");
  fs::create_symlink(folder_ / "gone.csv", folder_ / "2025-03-10/orders.csv");
  const Listing listing = list();
  EXPECT_TRUE(listing.files.empty());
  ASSERT_EQ(listing.warnings.size(), 1u);
  EXPECT_NE(listing.warnings[0].find("2025-03-10/orders.csv"), std::string::npos);
}

TEST_F(LandingFolder, WhatIsNoFileIsIgnoredWithAWarning) {
  fs::create_directories(folder_ / "2025-03-10");
  ASSERT_EQ(::mkfifo((folder_ / "2025-03-10/orders.csv").c_str(), 0600), 0);
  const Listing listing = list();
  EXPECT_TRUE(listing.files.empty());
  ASSERT_EQ(listing.warnings.size(), 1u);
  EXPECT_NE(listing.warnings[0].find("2025-03-10/orders.csv"), std::string::npos);
}

TEST_F(LandingFolder, AFileNameThatIsNotUtf8EndsTheRunWithItsName) {
  land("2025-03-10/orders_\xFF.csv");
  const std::string message = tests::message_of<Error>([&] { list(); });
  EXPECT_NE(message.find("2025-03-10/orders_"), std::string::npos) << message;
}

TEST_F(LandingFolder, AMissingFolderIsAnErrorThatNamesIt) {
  const std::string message = tests::message_of<Error>([&] { list_landing(folder_ / "nowhere"); });
  EXPECT_NE(message.find((folder_ / "nowhere").string()), std::string::npos) << message;
}

TEST_F(LandingFolder, AnEmptyFolderHoldsNothing) {
  EXPECT_TRUE(list().files.empty());
  EXPECT_TRUE(list().warnings.empty());
}

TEST_F(LandingFolder, OfTheGoldenExampleHasItsFilesAndOneWarning) {
  const Listing listing = list_landing(tests::golden_landing());
  EXPECT_EQ(listing.files.size(), 17u);
  ASSERT_EQ(listing.warnings.size(), 1u);
  EXPECT_NE(listing.warnings[0].find("2025-05-20/notes.txt"), std::string::npos);
}

TEST(NearestFileName, IsOneThatWouldBeTaken) {
  for (const auto& [name, nearest] :
       std::map<std::string, std::string>{{"order.csv", "orders.csv"},
                                          {"order_item.csv", "order_items.csv"},
                                          {"Order Items.csv", "order_items.csv"},
                                          {"order-items-eu.csv", "order_items_eu.csv"},
                                          {"orders (1).csv", "orders_(1).csv"},
                                          {"orders2.csv.gz", "orders_2.csv.gz"},
                                          {"orders.xlsx", "orders.csv"},
                                          {"orders.csv.zip", "orders.csv"},
                                          {"orders", "orders.csv"},
                                          {"products.js", "products.json"},
                                          {"retruns.csv", "returns.csv"},
                                          {"custmers.csv", "customers.csv"},
                                          {"inventory_movement.csv", "inventory_movements.csv"}}) {
    EXPECT_EQ(nearest_file_name(name), nearest) << name;
  }
  for (const char* name : {"notes.txt", "", ".", "x", "müll", "....", "1.2.3"}) {
    const tests::TemporaryFolder folder;
    tests::write_file(folder / "2025-03-10" / nearest_file_name(name), "");
    EXPECT_EQ(list_landing(folder.path()).files.size(), 1u) << nearest_file_name(name);
  }
}

TEST(DateIn, FindsADateInOtherForms) {
  for (const char* name : {"2025-3-4", "20250304", "2025_03_04", "04.03.2025", "2025-03-04x",
                           "orders-2025-03-04.csv", "export 20250304"}) {
    const auto date = date_in(name);
    EXPECT_EQ(date ? to_string(*date) : "", "2025-03-04") << name;
  }
  for (const char* name : {"2025-02-30", "orders.csv", "20251304", "", "2025"}) {
    EXPECT_FALSE(date_in(name)) << name;
  }
}

}  // namespace
}  // namespace cartograph::ingestion
