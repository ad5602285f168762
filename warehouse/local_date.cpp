// A tree of comparisons, since engines try the branches of a case one by one.
#include "warehouse/local_date.hpp"

#include <fmt/format.h>

#include <span>

namespace cartograph::warehouse {
namespace {

std::string halved(std::span<const UtcOffset> offsets) {
  if (offsets.size() == 1) return fmt::format("{}", offsets[0].seconds_east);
  const std::size_t half = offsets.size() / 2;
  return fmt::format("case when instant < timestamptz '{}' then {} else {} end",
                     to_string(offsets[half].at), halved(offsets.first(half)),
                     halved(offsets.subspan(half)));
}

}  // namespace

std::string seconds_east_sql(const TimeZone& zone) { return halved(zone.offsets); }

}  // namespace cartograph::warehouse
