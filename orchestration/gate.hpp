// Who has begun something that takes long enters; once the gate is closed nothing new begins, and
// those within are asked to end. Not thread-safe: for one executor's thread, whose context runs
// until the last of them has left.
#pragma once

#include <functional>
#include <list>
#include <utility>

namespace cartograph::orchestration {

class Gate {
 public:
  Gate() = default;
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  /// Within from its construction to its end. `on_close` is called once the gate closes, and at
  /// once where it is closed already: who enters a closed gate is to leave it again.
  class Entry {
   public:
    Entry(Gate& gate, std::function<void()> on_close)
        : gate_(gate), place_(gate.within_.insert(gate.within_.end(), std::move(on_close))) {
      if (gate.is_closed_) (*place_)();
    }
    ~Entry() { gate_.within_.erase(place_); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    Gate& gate_;
    std::list<std::function<void()>>::iterator place_;
  };

  bool is_closed() const { return is_closed_; }

  /// Asks those within to end. Closing it again does nothing.
  void close() {
    if (std::exchange(is_closed_, true)) return;
    // Who is asked may leave at once.
    for (auto next = within_.begin(); next != within_.end();) (*next++)();
  }

 private:
  std::list<std::function<void()>> within_;
  bool is_closed_ = false;
};

}  // namespace cartograph::orchestration
