// What the store sells: a long tail of products of eight categories, some launched along the way,
// with prices that change a few times a year, and come back after a promotion.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "datagen/calendar.hpp"
#include "datagen/delivery.hpp"
#include "datagen/random.hpp"

namespace cartograph::datagen {

struct Product {
  std::string sku;
  std::string name;
  std::uint8_t category = 0;
  std::int64_t price_cents = 0;
  std::int64_t regular_price_cents = 0;  // to go back to after a promotion
  int promotion_ends = -1;               // day
  int launched = 0;                      // day; not above 0 is from the start
  std::int32_t reorder_point = 0;
};

class Catalogue {
 public:
  Catalogue(std::uint64_t seed, const Calendar& calendar);

  std::size_t size() const { return products_.size(); }
  const Product& product(std::size_t index) const { return products_[index]; }
  bool is_sold(std::size_t index, int day) const { return products_[index].launched <= day; }

  /// Puts into force what changes as the day begins, and sends it, some of it late.
  void begin_day(int day, Delivery& delivery);

  /// Draws the product that a customer asks for on `day`.
  std::size_t choose(int day, Random& random) const;

  /// Units of a product likely to be sold on the days [from, to).
  std::int64_t expected_units(std::size_t index, int from, int to) const;

 private:
  struct Version {
    int sent_on;
    std::size_t index;
    std::int64_t price_cents;
    Seconds updated_at;
  };

  void change_prices(int day, std::vector<Version>& versions);
  void send(const Version& version, Delivery& delivery) const;
  std::uint64_t weight(std::size_t index) const;

  std::uint64_t seed_;
  const Calendar& calendar_;
  std::vector<Product> products_;
  std::vector<std::uint64_t> weights_through_;  // popularity up to and with a product
  std::vector<Version> late_;
};

}  // namespace cartograph::datagen
