// The lives of orders: from basket through payment, shipping and delivery to what comes back.
// Events are lived through in order of time; what is sent is what the store knows at a day's end.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "datagen/catalogue.hpp"
#include "datagen/customers.hpp"
#include "datagen/stock.hpp"

namespace cartograph::datagen {

class Orders {
 public:
  Orders(std::uint64_t seed, const Calendar& calendar, const Catalogue& catalogue,
         Customers& customers, Stock& stock, Delivery& delivery);

  /// Everything that happens to orders on `day`; to be called for each day in turn.
  void live_through(int day);

 private:
  static constexpr std::size_t kLinesMax = 6;
  enum class Step : std::uint8_t { create, pay, fulfil, deliver, send_some_back, send_all_back };

  struct Line {
    std::uint32_t product = 0;
    std::uint8_t quantity = 0;
    std::uint8_t quantity_back = 0;
  };

  struct OpenOrder {
    explicit OpenOrder(Random own) : random(own) {}
    Random random;
    std::uint32_t number = 0;
    CustomerNumber customer = 0;
    Seconds due = 0;  // of `next`
    Step next = Step::create;
    bool is_done = false;
    bool is_unsent = false;  // its row has changed since it was last sent
    bool may_still_return = false;
    std::uint8_t channel = 0;
    std::uint8_t country = 0;
    std::uint8_t line_count = 0;
    std::optional<contracts::PaymentMethod> method;
    contracts::OrderStatus status = contracts::OrderStatus::created;
    Seconds created_at = 0;
    Seconds paid_at = 0;  // here and below 0 is not yet
    Seconds fulfilled_at = 0;
    Seconds delivered_at = 0;
    Seconds returned_at = 0;
    std::array<Line, kLinesMax> lines{};
  };

  struct Due {
    Seconds at;
    std::uint32_t number;
    std::uint32_t slot;
  };

  void open_new_orders(int day);
  void take_step(OpenOrder& order, int day);

  void create(OpenOrder& order, int day);
  void fill_basket(OpenOrder& order, int day);
  void send_line(const OpenOrder& order, std::size_t line, int day, Random& random);
  void pay(OpenOrder& order);
  void promise(OpenOrder& order, Seconds at);
  void fulfil(OpenOrder& order);
  void deliver(OpenOrder& order);
  void send_some_back(OpenOrder& order);
  void send_all_back(OpenOrder& order);
  void restock(OpenOrder& order, std::size_t line, int quantity);
  void send_stray_rows(int day);
  void send(OpenOrder& order);

  std::uint64_t seed_;
  const Calendar& calendar_;
  const Catalogue& catalogue_;
  Customers& customers_;
  Stock& stock_;
  Delivery& delivery_;
  std::uint32_t orders_ = 0;
  std::uint32_t returns_ = 0;
  std::uint32_t strays_ = 0;
  std::vector<OpenOrder> open_;  // by slot
  std::vector<std::uint32_t> free_slots_;
  std::vector<Due> today_;               // a heap, the earliest on top
  std::vector<std::vector<Due>> later_;  // by day
};

}  // namespace cartograph::datagen
