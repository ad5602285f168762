// The table of changes is held against cctz's own lookup: every zone of this machine, around every
// change.
#include "base/time_zone.hpp"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph {
namespace {

using testing::HasSubstr;

using Seconds = cctz::time_point<cctz::seconds>;

Instant instant_of(Seconds at) { return {at.time_since_epoch().count() * kMicrosPerSecond}; }

std::string words_of(const LocalLookup& found) {
  switch (found.occurrence) {
    case Occurrence::unique: return "once " + to_string(found.first);
    case Occurrence::skipped: return "never " + to_string(found.first);
    case Occurrence::repeated:
      return fmt::format("twice {} {}", to_string(found.first), to_string(found.last));
  }
  return {};
}

class Cctz {
 public:
  explicit Cctz(const std::string& name) {
    if (!cctz::load_time_zone(name, &zone_)) ADD_FAILURE() << name;
  }
  LocalTime local_time(Instant instant) const {
    // Downwards, also before 1970.
    const std::int64_t fraction =
        (instant.micros % kMicrosPerSecond + kMicrosPerSecond) % kMicrosPerSecond;
    const cctz::civil_second shown =
        zone_.lookup(Seconds{cctz::seconds{(instant.micros - fraction) / kMicrosPerSecond}}).cs;
    const cctz::civil_day day(shown);
    return {{static_cast<std::int32_t>(day - cctz::civil_day(1970, 1, 1))},
            (shown - cctz::civil_second(day)) * kMicrosPerSecond + fraction};
  }
  std::string words_of(LocalTime time) const {
    const auto found =
        zone_.lookup(cctz::civil_second(cctz::civil_day(1970, 1, 1) + time.day.since_epoch) +
                     time.micros / kMicrosPerSecond);
    if (found.kind == cctz::time_zone::civil_lookup::UNIQUE) {
      return "once " + to_string(instant_of(found.pre));
    }
    if (found.kind == cctz::time_zone::civil_lookup::SKIPPED) {
      return "never " + to_string(instant_of(found.trans));
    }
    return fmt::format("twice {} {}", to_string(instant_of(found.pre)),
                       to_string(instant_of(found.post)));
  }

 private:
  cctz::time_zone zone_;
};

TEST(TimeZoneNames, AreThoseOfTheTzDatabaseAndNoOthers) {
  const std::vector<std::string> names = time_zone_names();
  EXPECT_GT(names.size(), 590u);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  for (const char* name : {"UTC", "Europe/Berlin", "CET", "EET", "MET", "WET", "EST", "EST5EDT",
                           "Etc/GMT+3", "GMT0", "Zulu", "America/Argentina/Buenos_Aires"}) {
    EXPECT_EQ(load_time_zone(name).name, name);
  }
  for (const char* name : {"",
                           "PST",
                           "BST",
                           "IST",
                           "UTC+3",
                           "europe/berlin",
                           "utc",
                           "Z",
                           "-05",
                           "posix/Europe/Berlin",
                           "right/UTC",
                           "Fixed/UTC+01:00:00",
                           "file:Europe/Berlin",
                           "localtime",
                           "Factory",
                           "posixrules",
                           "tzdata.zi",
                           "Europe",
                           "/usr/share/zoneinfo/UTC",
                           "EST5EDT,M3.2.0,M11.1.0"}) {
    EXPECT_THROW(load_time_zone(name), UsageError) << name;
  }
}

TEST(TimeZoneNames, AnUnknownOneIsAnErrorThatNamesTheNearest) {
  const auto nearest_to = [](const std::string& name) {
    return tests::message_of<UsageError>([&] { load_time_zone(name); });
  };
  EXPECT_THAT(nearest_to("europe/berlin"), HasSubstr("is Europe/Berlin "));
  EXPECT_THAT(nearest_to("cet"), HasSubstr("is CET ")) << "though EET and MET are as near";
  EXPECT_THAT(nearest_to("America/New York"), HasSubstr("is America/New_York "));
  EXPECT_THAT(nearest_to("Europe/Berln"), HasSubstr("'Europe/Berln'"));
}

// TZDIR for as long as it lives.
class TzdataFolder {
 public:
  explicit TzdataFolder(const std::filesystem::path& folder) {
    if (const char* before = std::getenv("TZDIR")) before_ = before;
    ::setenv("TZDIR", folder.c_str(), 1);
  }
  ~TzdataFolder() { before_.empty() ? ::unsetenv("TZDIR") : ::setenv("TZDIR", before_.c_str(), 1); }

 private:
  std::string before_;
};

TEST(Tzdata, ThatIsMissingIsAnErrorThatNamesThePackage) {
  const tests::TemporaryFolder folder;
  const TzdataFolder here(folder.path());
  const auto message = [] {
    return tests::message_of<Error>([] { load_time_zone("Europe/Berlin"); });
  };
  EXPECT_THAT(message(), HasSubstr((folder / "tzdata.zi").string()));
  EXPECT_THAT(message(), HasSubstr("install the package tzdata"));
  tests::write_file(folder / "tzdata.zi", "half of a line");
  EXPECT_THAT(message(), HasSubstr("install the package tzdata"));
  EXPECT_EQ(load_time_zone("UTC").offsets, TimeZone{}.offsets) << "UTC needs no tzdata";
}

TEST(Tzdata, ThatListsAZoneWithoutItsFileIsAnError) {
  const tests::TemporaryFolder folder;
  const TzdataFolder here(folder.path());
  tests::write_file(folder / "tzdata.zi",
                    "# version 2031a\nZ Mars/Base 1 - MST\nL Mars/Base Moon\n");
  const std::string message = tests::message_of<Error>([] { load_time_zone("Moon"); });
  EXPECT_THAT(message, HasSubstr("the time zone Moon"));
  EXPECT_EQ(time_zone_names(), (std::vector<std::string>{"Mars/Base", "Moon"}));
}

TEST(TimeZone, OfEveryNameShowsWhatCctzDoesThroughoutAndAroundEveryChange) {
  for (const std::string& name : time_zone_names()) {
    const TimeZone zone = load_time_zone(name);
    const Cctz cctz(name);
    ASSERT_EQ(zone.offsets.front().at, kZonesBegin) << name;
    const auto agree = [&](Instant instant) {
      ASSERT_EQ(local_time(zone, instant), cctz.local_time(instant))
          << name << " at " << to_string(instant);
    };
    for (Day day = utc_day(kZonesBegin); day < utc_day(kZonesEnd); day = day + 4) {
      agree(day.start_utc());
    }
    agree({kZonesEnd.micros - 1});
    for (std::size_t i = 1; i < zone.offsets.size(); ++i) {
      ASSERT_NE(zone.offsets[i].seconds_east, zone.offsets[i - 1].seconds_east) << name;
      for (const std::int64_t beside : {-1, 0, 1}) {
        agree({zone.offsets[i].at.micros + beside * kMicrosPerSecond});
      }
    }
  }
}

TEST(TimeZone, OfEveryNameFindsWhatItsClocksShowAsCctzDoes) {
  for (const std::string& name : time_zone_names()) {
    const TimeZone zone = load_time_zone(name);
    const Cctz cctz(name);
    for (std::size_t i = 1; i < zone.offsets.size(); ++i) {
      // Around the change, and around the time to which it sets clocks.
      for (const std::size_t side : {i - 1, i}) {
        for (const std::int64_t beside : {-3'600, -1, 0, 1, 1'800}) {
          const std::int64_t shown = zone.offsets[i].at.micros +
                                     (zone.offsets[side].seconds_east + beside) * kMicrosPerSecond;
          const Day day = utc_day({shown});
          const LocalTime time{day, shown - day.start_utc().micros};
          ASSERT_EQ(words_of(look_up(zone, time)), cctz.words_of(time))
              << name << " on " << to_string(day);
        }
      }
    }
  }
}

TEST(TimeZone, TellsTimesThatAChangeSkipsOrRepeats) {
  const TimeZone berlin = load_time_zone("Europe/Berlin");
  const auto at = [&](Day day, std::int64_t minutes) {
    return words_of(look_up(berlin, {day, minutes * 60 * kMicrosPerSecond}));
  };
  const Day spring = *day_of(2026, 3, 29);
  EXPECT_EQ(at(spring, 119), "once 2026-03-29T00:59:00.000000Z");
  EXPECT_EQ(at(spring, 120), "never 2026-03-29T01:00:00.000000Z");
  EXPECT_EQ(at(spring, 179), "never 2026-03-29T01:00:00.000000Z");
  EXPECT_EQ(at(spring, 180), "once 2026-03-29T01:00:00.000000Z");
  const Day autumn = *day_of(2026, 10, 25);
  EXPECT_EQ(at(autumn, 119), "once 2026-10-24T23:59:00.000000Z");
  EXPECT_EQ(at(autumn, 120), "twice 2026-10-25T00:00:00.000000Z 2026-10-25T01:00:00.000000Z");
  EXPECT_EQ(at(autumn, 179), "twice 2026-10-25T00:59:00.000000Z 2026-10-25T01:59:00.000000Z");
  EXPECT_EQ(at(autumn, 180), "once 2026-10-25T02:00:00.000000Z");
  const TimeZone apia = load_time_zone("Pacific/Apia");
  EXPECT_EQ(words_of(look_up(apia, {*day_of(2011, 12, 30), 0})),
            "never 2011-12-30T10:00:00.000000Z")
      << "a whole day";
  EXPECT_EQ(words_of(look_up(TimeZone{}, {*day_of(1900, 1, 1), 1})),
            "once 1900-01-01T00:00:00.000001Z");
}

TEST(TimeZone, HasItsVersionAndAHashOfItsRulesAlone) {
  EXPECT_FALSE(load_time_zone("Europe/Berlin").version.empty());
  EXPECT_EQ(rules_hash(load_time_zone("Europe/Berlin")),
            rules_hash(load_time_zone("Arctic/Longyearbyen")))
      << "another name for the same days";
  EXPECT_EQ(rules_hash(load_time_zone("Etc/UTC")), rules_hash(TimeZone{}));
  EXPECT_NE(rules_hash(load_time_zone("CET")), rules_hash(load_time_zone("EET")));
  EXPECT_EQ(rules_hash(TimeZone{}).size(), 32u);
  TimeZone other = load_time_zone("Europe/Berlin");
  const std::string before = rules_hash(other);
  other.offsets.back().at.micros += kMicrosPerSecond;
  EXPECT_NE(rules_hash(other), before);
}

}  // namespace
}  // namespace cartograph
