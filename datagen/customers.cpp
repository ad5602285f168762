// A customer's data are drawn anew from number and revision whenever they are sent: nothing but
// the sign-up and the revision is kept.
#include "datagen/customers.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "datagen/words.hpp"

namespace cartograph::datagen {
namespace {

constexpr std::int64_t kKnownBeforeMin = 20;
constexpr std::int64_t kKnownBeforeMax = 2'000'000;  // all of them are in the first day's file
constexpr std::int64_t kOrdersOfOneKnownBefore = 5;

}  // namespace

std::string customer_id(CustomerNumber number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 8 - std::min<std::size_t>(digits.size(), 8), '0');
  return "C" + digits;
}

Customers::Customers(std::uint64_t seed, const Calendar& calendar)
    : seed_(seed), calendar_(calendar) {
  const std::int64_t known =
      std::min(kKnownBeforeMin + calendar.orders() / kOrdersOfOneKnownBefore, kKnownBeforeMax);
  const Seconds start = calendar.midnight(0);
  for (std::int64_t i = 0; i < known; ++i) {
    constexpr int kTwoYears = 730;
    const Seconds age = kTwoYears * kDay * (known - i) / (known + 1);
    signed_up_.push_back(static_cast<std::uint32_t>(start - age));
    revision_.push_back(0);
    buyers_.push_back(static_cast<CustomerNumber>(i + 1));
  }
}

void Customers::begin_day(int day, Delivery& delivery) {
  if (day == 0) {
    for (std::size_t i = 0; i < signed_up_.size(); ++i) {
      send(static_cast<CustomerNumber>(i + 1), delivery);
    }
  }
  Random random(seed_, Stream::customer_day, static_cast<std::uint64_t>(day));
  const auto known = static_cast<std::uint32_t>(signed_up_.size());
  const std::int64_t browsers = calendar_.orders_on(day) * random.between(4, 9) / 100;
  for (std::int64_t i = 0; i < browsers; ++i) {
    buyers_.push_back(sign_up(calendar_.midnight(day) + Calendar::shopping_time(random), delivery));
  }
  if (day == 0) return;
  const std::uint32_t changes = known / 1500 + (random.chance(known % 1500, 1500) ? 1 : 0);
  // Nobody is in a day's file twice.
  std::set<std::uint32_t> changed;
  for (std::uint32_t i = 0; i < changes; ++i) changed.insert(random.below(known));
  for (const std::uint32_t index : changed) {
    if (revision_[index] < 255) ++revision_[index];
    send(index + 1, delivery);
  }
}

CustomerNumber Customers::choose(int day, Seconds at, Random& random, Delivery& delivery) {
  constexpr std::uint32_t kGuestPercent = 12;
  constexpr std::uint32_t kNewPercent = 53;
  constexpr int kLatelyDays = 75;
  const std::uint32_t percent = random.below(100);
  if (percent < kGuestPercent) return 0;
  CustomerNumber number = 0;
  if (percent < kGuestPercent + kNewPercent) {
    const Seconds before = random.between(kMinute, 20 * kMinute);
    number = sign_up(std::max(calendar_.midnight(day), at - before), delivery);
  } else {
    const auto all = static_cast<std::uint32_t>(buyers_.size());
    const std::int64_t lately =
        std::max(calendar_.orders_between(std::max(0, day - kLatelyDays), day + 1),
                 calendar_.orders() * kLatelyDays / calendar_.days());
    const std::uint32_t among =
        random.chance(1, 2) ? std::min(all, static_cast<std::uint32_t>(lately) + 1) : all;
    number = buyers_[all - 1 - random.below(among)];
  }
  buyers_.push_back(number);
  return number;
}

CustomerNumber Customers::sign_up(Seconds at, Delivery& delivery) {
  signed_up_.push_back(static_cast<std::uint32_t>(at));
  revision_.push_back(0);
  const auto number = static_cast<CustomerNumber>(signed_up_.size());
  send(number, delivery);
  return number;
}

std::uint8_t Customers::country(CustomerNumber number) const {
  // Every third change is a move.
  Random random(seed_, Stream::customer, number, 2 + revision_[number - 1] / 3);
  return static_cast<std::uint8_t>(random.weighted(kCountryWeights));
}

void Customers::send(CustomerNumber number, Delivery& delivery) const {
  Random random(seed_, Stream::customer, number);
  const PersonName& first = random.one_of(kFirstNames);
  const PersonName& last = random.one_of(kLastNames);
  const bool last_name_first = random.chance(1, 30);
  const bool without_name = random.chance(1, 90);
  const bool without_email = random.chance(1, 50);
  const bool without_country = random.chance(1, 40);
  const std::uint8_t revision = revision_[number - 1];

  const std::string id = customer_id(number);
  std::string name;
  if (last_name_first) {
    name.append(last.text).append(", ").append(first.text);
  } else {
    name.append(first.text).append(" ").append(last.text);
  }
  constexpr std::array<std::string_view, 3> kDomains{"@example.com", "@example.net",
                                                     "@example.org"};
  std::string email(first.plain);
  email.append(".").append(last.plain).append(std::to_string(number));
  email.append(kDomains[(number + revision) % kDomains.size()]);

  contracts::Customer row;
  row.customer_id = id;
  if (!without_email) row.email = email;
  if (!without_name) row.full_name = name;
  if (!without_country) row.country = kCountries[country(number)].code;
  row.signup_at = instant(signed_up_[number - 1]);
  delivery.customers.add(row);
}

}  // namespace cartograph::datagen
