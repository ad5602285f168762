// What the store exports at the end of a day: the six feeds' files of one landing folder.
#pragma once

#include <filesystem>

#include "datagen/calendar.hpp"
#include "datagen/feed_file.hpp"

namespace cartograph::datagen {

class Delivery {
 public:
  Delivery(std::filesystem::path out, std::uint64_t seed, std::uint32_t noise_ppm,
           const Calendar& calendar);

  void begin_day(int index);
  /// Writes the day's folder. Throws Error.
  void end_day(int index);

  FeedFile<contracts::Order> orders;
  FeedFile<contracts::OrderItem> order_items;
  FeedFile<contracts::Return> returns;
  FeedFile<contracts::Customer> customers;
  FeedFile<contracts::Product> products;
  FeedFile<contracts::InventoryMovement> inventory_movements;

 private:
  std::filesystem::path out_;
  std::uint64_t seed_;
  const Calendar& calendar_;
};

}  // namespace cartograph::datagen
