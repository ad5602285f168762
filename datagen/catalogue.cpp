// Popularity falls as 1 / (rank + 12), the form of a long tail; ranks are dealt out at random.
#include "datagen/catalogue.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "datagen/words.hpp"

namespace cartograph::datagen {
namespace {

constexpr std::int64_t kProductsMin = 200;
constexpr std::int64_t kProductsMax = 20'000;
constexpr std::uint32_t kHistoryDays = 700;  // how long before the story a product may be known

// 12.95, 13.00, 13.49, …: what prices end in.
std::int64_t shelf_price(std::int64_t cents, Random& random) {
  constexpr std::array<std::int64_t, 6> kEndings{95, 90, 99, 50, 0, 49};
  return std::max<std::int64_t>(cents / 100, 2) * 100 + random.one_of(kEndings);
}

std::string sku_of(std::string_view code, std::size_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 5 - std::min<std::size_t>(digits.size(), 5), '0');
  return std::string(code) + "-" + digits;
}

Product make_product(std::size_t index, const Calendar& calendar, Random& random) {
  Product product;
  product.category = static_cast<std::uint8_t>(random.below(kCategories.size()));
  const Category& category = kCategories[product.category];
  product.sku = sku_of(category.code, index + 1);
  product.name = std::string(random.one_of(category.materials));
  product.name.append(" ").append(random.one_of(category.things));
  product.name.append(random.one_of(category.variants));
  // The lowest of three draws: most of a range is cheap.
  std::int64_t cents = category.dearest_cents;
  for (int draw = 0; draw < 3; ++draw) {
    cents = std::min(cents, random.between(category.cheapest_cents, category.dearest_cents));
  }
  product.price_cents = product.regular_price_cents = shelf_price(cents, random);
  const bool launched_later = random.chance(15, 100);
  product.launched = launched_later ? static_cast<int>(random.between(1, calendar.days()))
                                    : -static_cast<int>(random.below(kHistoryDays));
  return product;
}

void rename(Product& product) {
  constexpr std::string_view kMark = " (new)";
  if (product.name.ends_with(kMark)) {
    product.name.resize(product.name.size() - kMark.size());
  } else {
    product.name += kMark;
  }
}

}  // namespace

Catalogue::Catalogue(std::uint64_t seed, const Calendar& calendar)
    : seed_(seed), calendar_(calendar) {
  const auto count =
      static_cast<std::size_t>(std::min(kProductsMin + calendar.orders() / 100, kProductsMax));
  std::vector<std::uint64_t> ranks(count);
  for (std::size_t i = 0; i < count; ++i) ranks[i] = i;
  Random deal(seed, Stream::product_rank, 0);
  for (std::size_t left = count; left > 1; --left) {
    std::swap(ranks[left - 1], ranks[deal.below(static_cast<std::uint32_t>(left))]);
  }
  std::uint64_t through = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Random random(seed, Stream::product, i);
    products_.push_back(make_product(i, calendar, random));
    constexpr std::uint64_t kScale = 1'200'000;
    weights_through_.push_back(through += kScale / (ranks[i] + 12));
  }
  // Some three days' sales, and never nothing.
  for (std::size_t i = 0; i < count; ++i) {
    Random random(seed, Stream::product, i, 1);
    const std::int64_t a_quarter = expected_units(i, calendar.days(), calendar.days() + 90);
    products_[i].reorder_point = static_cast<std::int32_t>(a_quarter / 30 + random.between(1, 3));
  }
}

std::uint64_t Catalogue::weight(std::size_t index) const {
  return weights_through_[index] - (index == 0 ? 0 : weights_through_[index - 1]);
}

std::int64_t Catalogue::expected_units(std::size_t index, int from, int to) const {
  constexpr std::uint64_t kUnitsOfTenOrders = 33;
  const auto orders = static_cast<std::uint64_t>(calendar_.orders_between(from, to));
  return static_cast<std::int64_t>(orders * kUnitsOfTenOrders * weight(index) /
                                   (10 * weights_through_.back()));
}

std::size_t Catalogue::choose(int day, Random& random) const {
  constexpr int kTriesMax = 20;
  const unsigned month = calendar_.month(day);
  std::size_t index = 0;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    const std::uint64_t at = random.next() % weights_through_.back();
    index = static_cast<std::size_t>(
        std::upper_bound(weights_through_.begin(), weights_through_.end(), at) -
        weights_through_.begin());
    const int percent = kCategories[products_[index].category].month_percent[month - 1];
    if (is_sold(index, day) && random.chance(static_cast<std::uint32_t>(percent), 100)) break;
  }
  // Whatever the draws, an order is never for what is not sold yet.
  while (!is_sold(index, day)) index = (index + 1) % products_.size();
  return index;
}

void Catalogue::begin_day(int day, Delivery& delivery) {
  std::vector<Version> versions;
  change_prices(day, versions);
  std::vector<Version> still_late;
  for (const Version& version : late_) {
    (version.sent_on <= day ? versions : still_late).push_back(version);
  }
  late_ = std::move(still_late);
  for (const Version& version : versions) {
    if (version.sent_on <= day) {
      send(version, delivery);
    } else {
      late_.push_back(version);
    }
  }
}

void Catalogue::change_prices(int day, std::vector<Version>& versions) {
  constexpr std::uint32_t kHundredYears = 36'500;  // days: what follows is a hundredth of a year's
  for (std::size_t i = 0; i < products_.size(); ++i) {
    Product& product = products_[i];
    if (!is_sold(i, day)) continue;
    Random random(seed_, Stream::product_day, i, static_cast<std::uint64_t>(day) + 1);
    const Seconds midnight = calendar_.midnight(day);
    if (day == 0) {
      versions.push_back(
          {0, i, product.price_cents, midnight + product.launched * kDay - random.below(kDay)});
      continue;
    }
    if (product.launched == day) {
      const int late = random.chance(1, 10) ? 1 : 0;
      versions.push_back({day + late, i, product.price_cents, midnight});
      continue;
    }
    const std::uint32_t event = random.below(kHundredYears);
    if (product.promotion_ends == day) {
      product.price_cents = product.regular_price_cents;
      product.promotion_ends = -1;
    } else if (event < 300 && product.promotion_ends < 0) {
      const std::int64_t percent =
          random.chance(2, 3) ? random.between(103, 112) : random.between(88, 97);
      product.price_cents = shelf_price(product.price_cents * percent / 100, random);
      product.regular_price_cents = product.price_cents;
    } else if (event < 420 && product.promotion_ends < 0) {
      product.price_cents = product.price_cents * random.between(70, 85) / 100;
      product.promotion_ends = day + static_cast<int>(random.between(7, 21));
    } else if (event >= 420 && event < 460) {
      rename(product);
    } else {
      continue;
    }
    const int late = random.chance(1, 40) ? static_cast<int>(random.between(1, 3)) : 0;
    versions.push_back({day + late, i, product.price_cents, midnight});
  }
}

void Catalogue::send(const Version& version, Delivery& delivery) const {
  const Product& product = products_[version.index];
  contracts::Product row;
  row.sku = product.sku;
  row.product_name = product.name;
  if (version.index % 50 != 49) row.category = kCategories[product.category].name;
  row.list_price = Money{version.price_cents};
  row.reorder_point = product.reorder_point;
  row.updated_at = instant(version.updated_at);
  delivery.products.add(row);
}

}  // namespace cartograph::datagen
