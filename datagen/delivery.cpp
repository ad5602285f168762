// Some systems export JSON on some days, and the customers' export is now and then a day late.
#include "datagen/delivery.hpp"

#include <system_error>
#include <utility>

#include "base/error.hpp"

namespace cartograph::datagen {

Delivery::Delivery(std::filesystem::path out, std::uint64_t seed, std::uint32_t noise_ppm,
                   const Calendar& calendar)
    : orders(out, seed, noise_ppm, 0),
      order_items(out, seed, noise_ppm, 1),
      returns(out, seed, noise_ppm, 2),
      customers(out, seed, noise_ppm, 3),
      products(out, seed, noise_ppm, 4),
      inventory_movements(out, seed, noise_ppm, 5),
      out_(std::move(out)),
      seed_(seed),
      calendar_(calendar) {}

void Delivery::begin_day(int index) {
  Random random(seed_, Stream::file, static_cast<std::uint64_t>(index));
  orders.begin(index, Format::csv);
  order_items.begin(index, Format::csv);
  returns.begin(index, random.chance(1, 3) ? Format::json_lines : Format::csv);
  customers.begin(index, random.chance(1, 6) ? Format::json_lines : Format::csv);
  products.begin(index, index > 0 && random.chance(1, 3) ? Format::json : Format::csv);
  inventory_movements.begin(index, Format::csv);
}

void Delivery::end_day(int index) {
  const std::filesystem::path folder = out_ / to_string(calendar_.day(index));
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw Error("cannot make the folder " + folder.string() + ": " + failure.message());
  orders.finish(folder, true);
  order_items.finish(folder, true);
  returns.finish(folder, false);
  Random random(seed_, Stream::file, static_cast<std::uint64_t>(index), 1);
  const bool customers_late = index > 0 && random.chance(1, 24);
  if (!customers_late) customers.finish(folder, false);
  products.finish(folder, false);
  inventory_movements.finish(folder, true);
}

}  // namespace cartograph::datagen
