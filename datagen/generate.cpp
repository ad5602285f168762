// Within a day: prices and arrivals in the morning, then customers and orders, then the shelves.
#include "datagen/generate.hpp"

#include <cmath>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "datagen/calendar.hpp"
#include "datagen/catalogue.hpp"
#include "datagen/customers.hpp"
#include "datagen/delivery.hpp"
#include "datagen/orders.hpp"
#include "datagen/stock.hpp"

namespace cartograph::datagen {
namespace {

constexpr int kDaysMax = 3'660;
constexpr std::int64_t kOrdersMax = 200'000'000;
constexpr Day kFirstStart = *day_of(1975, 1, 1);  // customers and prices reach back years before
constexpr Day kLastDay = *day_of(2100, 12, 31);

void check(const StoreOptions& options) {
  if (options.days < 1 || options.days > kDaysMax) {
    throw UsageError("--days is from 1 to " + std::to_string(kDaysMax) + ", not " +
                     std::to_string(options.days));
  }
  if (options.orders < 1 || options.orders > kOrdersMax) {
    throw UsageError("--orders is from 1 to " + std::to_string(kOrdersMax) + ", not " +
                     std::to_string(options.orders));
  }
  if (!(options.noise >= 0 && options.noise <= 1)) {
    throw UsageError("--noise is a share from 0 to 1, not " + std::to_string(options.noise));
  }
  if (options.start < kFirstStart || kLastDay < options.start + (options.days - 1)) {
    throw UsageError("--start " + to_string(options.start) + " does not fit: all days lie from " +
                     to_string(kFirstStart) + " to " + to_string(kLastDay));
  }
  std::error_code failure;
  const std::string folder = options.out.string();
  if (folder.empty()) throw UsageError("--out needs a folder to write to");
  const bool is_there = std::filesystem::exists(options.out, failure);
  if (!failure && is_there) {
    if (!std::filesystem::is_directory(options.out, failure)) {
      throw UsageError("--out " + folder + " is a file: give a folder that is not there yet");
    }
    if (!std::filesystem::is_empty(options.out, failure) && !failure) {
      throw UsageError("--out " + folder +
                       " is not empty: give another folder, or remove this one first");
    }
  }
  if (failure) throw UsageError("--out " + folder + " cannot be read: " + failure.message());
}

}  // namespace

StoreSummary generate(const StoreOptions& options, const DaysWritten& days_written) {
  check(options);
  const auto noise_ppm = static_cast<std::uint32_t>(std::llround(options.noise * 1'000'000));
  const Calendar calendar(options.seed, options.start, options.days, options.orders);
  Delivery delivery(options.out, options.seed, noise_ppm, calendar);
  Catalogue catalogue(options.seed, calendar);
  Customers customers(options.seed, calendar);
  Stock stock(options.seed, calendar, catalogue, delivery);
  Orders orders(options.seed, calendar, catalogue, customers, stock, delivery);
  for (int day = 0; day < options.days; ++day) {
    delivery.begin_day(day);
    catalogue.begin_day(day, delivery);
    stock.begin_day(day);
    customers.begin_day(day, delivery);
    orders.live_through(day);
    stock.end_day(day);
    delivery.end_day(day);
    if (days_written) days_written(day + 1, options.days);
  }
  return {{delivery.orders.summary(), delivery.order_items.summary(), delivery.returns.summary(),
           delivery.customers.summary(), delivery.products.summary(),
           delivery.inventory_movements.summary()}};
}

}  // namespace cartograph::datagen
