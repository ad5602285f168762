// What is kept is bounded in bytes, so that nobody fills the memory by asking for every range.
#include "api/snapshot.hpp"

namespace cartograph::api {
namespace {

constexpr std::size_t kKeptBytesMax = 64 * 1024 * 1024;

std::size_t size_of(const KeptAnswer& answer) {
  return answer.body->size() + (answer.gzipped ? answer.gzipped->size() : 0);
}

}  // namespace

std::shared_ptr<const KeptAnswer> Snapshot::find(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(key);
  return found == kept_.end() ? nullptr : found->second.answer;
}

void Snapshot::keep(const std::string& key, std::shared_ptr<const KeptAnswer> answer, bool pinned) {
  const std::size_t size = size_of(*answer);
  if (size > kKeptBytesMax / 4) return;
  const std::lock_guard lock(mutex_);
  const auto [entry, is_new] = kept_.try_emplace(key);
  if (!is_new) return;
  entry->second.answer = std::move(answer);
  bytes_ += size;
  if (!pinned) entry->second.place = oldest_first_.insert(oldest_first_.end(), key);
  while (bytes_ > kKeptBytesMax && !oldest_first_.empty()) {
    const auto oldest = kept_.find(oldest_first_.front());
    bytes_ -= size_of(*oldest->second.answer);
    kept_.erase(oldest);
    oldest_first_.pop_front();
  }
}

std::unique_ptr<warehouse::Reader> Snapshot::borrow() {
  const std::lock_guard lock(mutex_);
  if (readers_.empty()) return nullptr;
  auto reader = std::move(readers_.back());
  readers_.pop_back();
  return reader;
}

void Snapshot::give_back(std::unique_ptr<warehouse::Reader> reader) {
  const std::lock_guard lock(mutex_);
  if (!is_retired_) readers_.push_back(std::move(reader));
}

void Snapshot::close_readers() {
  std::vector<std::unique_ptr<warehouse::Reader>> closing;
  const std::lock_guard lock(mutex_);
  closing.swap(readers_);
}

void Snapshot::retire() {
  {
    const std::lock_guard lock(mutex_);
    is_retired_ = true;
  }
  close_readers();
}

}  // namespace cartograph::api
