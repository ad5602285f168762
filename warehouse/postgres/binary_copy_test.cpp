// The bytes of the stream, as PostgreSQL's documentation of COPY has them.
#include "warehouse/postgres/binary_copy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "tests/support.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::warehouse::postgres {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kHeader = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"sv;
constexpr std::string_view kTrailer = "\377\377"sv;

std::string stream_of(const std::string& select) {
  duckdb::Session session("", duckdb::Access::read_write, {});
  session.execute("set TimeZone = 'UTC'");
  std::string stream;
  BinaryCopy copy([&](std::string_view bytes) { stream += bytes; });
  session.for_each_chunk(select, [&](duckdb_data_chunk chunk) { copy.append(chunk); });
  copy.finish();
  return stream;
}

// The length and bytes of the only value of one row.
std::string value(const std::string& expression) {
  const std::string stream = stream_of("select " + expression);
  const std::string lead = std::string(kHeader) + std::string("\0\1"sv);
  EXPECT_TRUE(stream.starts_with(lead));
  EXPECT_TRUE(stream.ends_with(kTrailer));
  return stream.substr(lead.size(), stream.size() - lead.size() - kTrailer.size());
}

TEST(PostgresBinaryCopy, NoRowsAreAHeaderAndATrailer) {
  EXPECT_EQ(stream_of("select 1 where false"), std::string(kHeader) + std::string(kTrailer));
}

TEST(PostgresBinaryCopy, NullIsALengthOfMinusOne) {
  EXPECT_EQ(value("cast(null as integer)"), "\377\377\377\377"sv);
}

TEST(PostgresBinaryCopy, NumbersAreInNetworkByteOrder) {
  EXPECT_EQ(value("cast(258 as integer)"), "\0\0\0\4\0\0\1\2"sv);
  EXPECT_EQ(value("cast(-2 as bigint)"), "\0\0\0\10\377\377\377\377\377\377\377\376"sv);
}

TEST(PostgresBinaryCopy, TextIsItsBytes) {
  EXPECT_EQ(value("'é'"), "\0\0\0\2\303\251"sv);
  EXPECT_EQ(value("''"), "\0\0\0\0"sv);
}

// Digits of base 10,000, the weight of the first, the sign, two decimal places.
TEST(PostgresBinaryCopy, MoneyHasNoDigitsThatAreZeroAtItsEnds) {
  EXPECT_EQ(value("cast(0 as numeric(18, 2))"), "\0\0\0\10\0\0\377\377\0\0\0\2"sv);
  EXPECT_EQ(value("cast(0.05 as numeric(18, 2))"), "\0\0\0\12\0\1\377\377\0\0\0\2\1\364"sv);
  EXPECT_EQ(value("cast(-3 as numeric(18, 2))"), "\0\0\0\12\0\1\0\0\100\0\0\2\0\3"sv);
  EXPECT_EQ(value("cast(10000 as numeric(18, 2))"), "\0\0\0\12\0\1\0\1\0\0\0\2\0\1"sv);
  EXPECT_EQ(value("cast(10002.5 as numeric(18, 2))"), "\0\0\0\16\0\3\0\1\0\0\0\2\0\1\0\2\23\210"sv);
}

TEST(PostgresBinaryCopy, TimeCountsFrom2000) {
  EXPECT_EQ(value("date '2000-01-02'"), "\0\0\0\4\0\0\0\1"sv);
  EXPECT_EQ(value("date '1999-12-31'"), "\0\0\0\4\377\377\377\377"sv);
  EXPECT_EQ(value("timestamptz '2000-01-01 00:00:00.000258+00'"), "\0\0\0\10\0\0\0\0\0\0\1\2"sv);
}

TEST(PostgresBinaryCopy, AUuidIsItsSixteenBytes) {
  EXPECT_EQ(value("cast('00112233-4455-6677-8899-aabbccddeeff' as uuid)"),
            "\0\0\0\20\0\21\42\63\104\125\146\167\210\231\252\273\314\335\356\377"sv);
}

TEST(PostgresBinaryCopy, OtherTypesAreRefused) {
  EXPECT_THAT(tests::message_of<Error>([] { stream_of("select interval '1 day'"); }),
              testing::HasSubstr("is not loaded"));
  EXPECT_THAT(tests::message_of<Error>([] { stream_of("select cast(1 as numeric(4, 1))"); }),
              testing::HasSubstr("numeric(18,2)"));
}

}  // namespace
}  // namespace cartograph::warehouse::postgres
