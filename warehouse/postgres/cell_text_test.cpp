// From the server's text to a cell's.
#include "warehouse/postgres/cell_text.hpp"

#include <gtest/gtest.h>

namespace cartograph::warehouse::postgres {
namespace {

TEST(PostgresCellText, TimestampsHaveSixDigitsAndEndInZ) {
  EXPECT_EQ(cell_text(CellType::timestamp, "2025-03-01 10:00:00+00"),
            "2025-03-01T10:00:00.000000Z");
  EXPECT_EQ(cell_text(CellType::timestamp, "2025-03-01 10:00:00.5+00"),
            "2025-03-01T10:00:00.500000Z");
  EXPECT_EQ(cell_text(CellType::timestamp, "2025-03-01 10:00:00.123456+00"),
            "2025-03-01T10:00:00.123456Z");
  EXPECT_EQ(cell_text(CellType::timestamp, "2025-03-01 10:00:00"), "2025-03-01T10:00:00.000000Z");
  EXPECT_EQ(cell_text(CellType::timestamp, "0044-03-15 10:00:00+00 BC"),
            "0044-03-15T10:00:00.000000Z BC");
  EXPECT_EQ(cell_text(CellType::timestamp, "infinity"), "infinity");
}

TEST(PostgresCellText, BooleansAreWords) {
  EXPECT_EQ(cell_text(CellType::boolean, "t"), "true");
  EXPECT_EQ(cell_text(CellType::boolean, "f"), "false");
}

TEST(PostgresCellText, RealsAreNeverWithoutAPoint) {
  EXPECT_EQ(cell_text(CellType::real, "75"), "75.0");
  EXPECT_EQ(cell_text(CellType::real, "0.1"), "0.1");
  EXPECT_EQ(cell_text(CellType::real, "1e+20"), "1e+20");
  EXPECT_EQ(cell_text(CellType::real, "NaN"), "nan");
  EXPECT_EQ(cell_text(CellType::real, "-Infinity"), "-inf");
}

TEST(PostgresCellText, OtherValuesStandAsTheyAre) {
  EXPECT_EQ(cell_text(CellType::decimal, "12.30"), "12.30");
  EXPECT_EQ(cell_text(CellType::text, "t"), "t");
  EXPECT_EQ(cell_text(CellType::date, "2025-03-01"), "2025-03-01");
}

TEST(PostgresCellText, ATypeWithoutATextFormHasNone) {
  EXPECT_EQ(cell_type(1186), std::nullopt);  // interval
  EXPECT_EQ(cell_type(1700), CellType::decimal);
}

}  // namespace
}  // namespace cartograph::warehouse::postgres
