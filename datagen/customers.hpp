// Who buys: customers known before the story begins, new ones each day, guests, and those who come
// back. Whoever bought lately, and whoever bought often, is likelier to buy again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datagen/calendar.hpp"
#include "datagen/delivery.hpp"
#include "datagen/random.hpp"

namespace cartograph::datagen {

/// A customer's number; 0 is a guest.
using CustomerNumber = std::uint32_t;

std::string customer_id(CustomerNumber number);

class Customers {
 public:
  Customers(std::uint64_t seed, const Calendar& calendar);

  /// Sends those known before, those who sign up without buying, and those who changed.
  void begin_day(int day, Delivery& delivery);

  /// Draws who places an order at `at` of `day`; somebody new signs up for it.
  CustomerNumber choose(int day, Seconds at, Random& random, Delivery& delivery);

  /// Index of the country in which a customer lives now.
  std::uint8_t country(CustomerNumber number) const;

 private:
  CustomerNumber sign_up(Seconds at, Delivery& delivery);
  void send(CustomerNumber number, Delivery& delivery) const;

  std::uint64_t seed_;
  const Calendar& calendar_;
  std::vector<std::uint32_t> signed_up_;  // by number - 1; seconds, which fit until 2106
  std::vector<std::uint8_t> revision_;    // by number - 1: how often a customer's data changed
  std::vector<CustomerNumber> buyers_;    // of the orders so far, oldest first
};

}  // namespace cartograph::datagen
