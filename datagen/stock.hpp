// The warehouse: what is on hand and promised of each product, and the movements that change it.
// Purchase orders follow expected sales; some suppliers are late, so some products run low.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "datagen/catalogue.hpp"

namespace cartograph::datagen {

class Stock {
 public:
  Stock(std::uint64_t seed, const Calendar& calendar, const Catalogue& catalogue,
        Delivery& delivery);

  /// Receives what arrives before the warehouse opens.
  void begin_day(int day);
  /// Counts some shelves and orders what runs low.
  void end_day(int day);

  std::int64_t on_hand(std::size_t product) const { return levels_[product].on_hand; }
  std::int64_t available(std::size_t product) const {
    return levels_[product].on_hand - levels_[product].allocated;
  }

  void allocate(std::size_t product, int quantity, Seconds at, std::string_view reference);
  void ship(std::size_t product, int quantity, Seconds at, std::string_view reference);
  void take_back(std::size_t product, int quantity, Seconds at, std::string_view reference);

 private:
  struct Level {
    std::int64_t on_hand = 0;
    std::int64_t allocated = 0;
    std::int64_t on_order = 0;
  };
  struct Arrival {
    std::size_t product;
    int quantity;
    std::uint32_t purchase_order;
  };

  void move(contracts::MovementType type, std::size_t product, int quantity, Seconds at,
            std::string_view reference);
  void count_shelf(std::size_t product, int day, Random& random);
  void order_if_low(std::size_t product, int day, Random& random);

  std::uint64_t seed_;
  const Calendar& calendar_;
  const Catalogue& catalogue_;
  Delivery& delivery_;
  std::vector<Level> levels_;
  std::vector<std::vector<Arrival>> arrivals_;  // by day
  std::uint32_t purchase_orders_ = 0;
  std::uint32_t movements_ = 0;
};

}  // namespace cartograph::datagen
