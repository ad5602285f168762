// PNG of SVG.
#include "reports/picture.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::reports {
namespace {

constexpr std::string_view kPicture =
    R"(<svg width="90" height="40" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40">)"
    R"(<rect x="0" y="0" width="45" height="40" fill="#0072B2"/></svg>)";

std::uint32_t number_at(const std::string& bytes, std::size_t place) {
  std::uint32_t number = 0;
  for (std::size_t i = place; i < place + 4; ++i) {
    number = number << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return number;
}

TEST(Picture, IsAsWideAsAskedAndKeepsItsProportions) {
  const std::string png = png_of(kPicture, 1800);
  ASSERT_EQ(png.substr(1, 3), "PNG");
  EXPECT_EQ(number_at(png, 16), 1800U);
  EXPECT_EQ(number_at(png, 20), 800U);
}

TEST(Picture, HasTheSameBytesEachTime) { EXPECT_EQ(png_of(kPicture, 90), png_of(kPicture, 90)); }

TEST(Picture, TextIsDrawn) {
  std::string with_text(kPicture);
  with_text.insert(with_text.find("</svg>"), R"(<text x="50" y="20" font-size="12">A</text>)");
  EXPECT_NE(png_of(with_text, 900), png_of(kPicture, 900));
}

TEST(Picture, RefusesWhatIsNoPicture) {
  EXPECT_NE(tests::message_of<Error>([] { png_of("no picture", 100); }).find("PNG"),
            std::string::npos);
}

}  // namespace
}  // namespace cartograph::reports
