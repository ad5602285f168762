// What commands do where a newer run has superseded the one that they were reading.
#pragma once

#include "base/log.hpp"
#include "warehouse/superseded.hpp"

namespace cartograph::cli {

/// What `read` returns, which opens a reader of its own. It is called again, a few times, where a
/// run was published meanwhile and the one before is not kept; so it prints nothing before it has
/// read everything.
template <class Read>
auto reread_if_superseded(const Read& read) {
  constexpr int kTimesMax = 3;
  for (int i = 1; i < kTimesMax; ++i) {
    try {
      return read();
    } catch (const warehouse::Superseded&) {
      log::info("a run was published meanwhile: the new one is read");
    }
  }
  return read();
}

}  // namespace cartograph::cli
