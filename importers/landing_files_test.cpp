// Landing files on disk: one a date and feed, or an error that names the place.
#include "importers/landing_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "importers/ledger_on_disk.hpp"

namespace cartograph::importers {
namespace {

contracts::Return piece(std::string_view return_id) {
  contracts::Return row;
  row.return_id = return_id;
  return row;
}

TEST(LandingFiles, WriteOneFileADateAndFeed) {
  const LedgerOnDisk disk("");
  LandingFiles files;
  const Day day = *day_of(2010, 12, 1);
  files.add(day, piece("a"));
  files.add(day + 1, piece("b"));
  files.add(day, piece("c"));
  files.add(day, contracts::Customer{});
  EXPECT_EQ(files.dates(), 2);
  files.write(disk.out(), "_notes.txt", "notes");
  EXPECT_EQ(disk.landed("2010-12-01/returns.csv"),
            "return_id,order_id,line_number,quantity,returned_at,reason\na,,,,,\nc,,,,,\n");
  EXPECT_EQ(disk.landed("2010-12-01/customers.csv"),
            "customer_id,email,full_name,country,signup_at\n,,,,\n");
  EXPECT_EQ(disk.landed("2010-12-02/returns.csv"),
            "return_id,order_id,line_number,quantity,returned_at,reason\nb,,,,,\n");
  EXPECT_EQ(disk.landed("_notes.txt"), "notes");
}

TEST(LandingFiles, NameThePlaceThatCannotBeWritten) {
  const LedgerOnDisk disk("");
  const LandingFiles files;
  EXPECT_THAT(message_of<Error>([&] { files.write(disk.file() / "below", "_notes.txt", ""); }),
              testing::HasSubstr((disk.file() / "below").string()));
  std::filesystem::create_directories(disk.out() / "_notes.txt");
  EXPECT_THAT(message_of<Error>([&] { files.write(disk.out(), "_notes.txt", ""); }),
              testing::HasSubstr("_notes.txt cannot be written"));
}

}  // namespace
}  // namespace cartograph::importers
