// A question belongs to the snapshot that is current when it is asked; where the warehouse has
// moved on meanwhile, it is asked of the new one. So no answer mixes two runs.
#include "api/published_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "answers/store.hpp"
#include "api/problem.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace cartograph::api {
namespace {

constexpr std::chrono::milliseconds kLookEvery{150};
constexpr std::chrono::seconds kNewRunMax{5};  // from its publication until it is served
constexpr std::chrono::seconds kReadersKept{60};
constexpr int kAttempts = 3;

}  // namespace

PublishedState::PublishedState(warehouse::Warehouse& warehouse, StateSettings settings,
                               OnNewRun on_new_run)
    : warehouse_(warehouse), settings_(std::move(settings)), on_new_run_(std::move(on_new_run)) {
  look();
  threads_.emplace_back([this](const std::stop_token& stop) { watch(stop); });
  threads_.emplace_back([this](const std::stop_token& stop) { interrupt_overdue(stop); });
  for (int i = 0; i < settings_.threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
}

PublishedState::~PublishedState() { stop(); }

void PublishedState::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    for (const Asking& asking : asking_) asking.reader->interrupt();
  }
  for (std::jthread& thread : threads_) thread.request_stop();
  changed_.notify_all();
  threads_.clear();
  std::deque<Question> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(waiting_);
}

std::shared_ptr<Snapshot> PublishedState::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::optional<Instant> PublishedState::unreachable_since() const {
  const std::lock_guard lock(mutex_);
  return unreachable_since_;
}

std::size_t PublishedState::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

bool PublishedState::submit(Question question) {
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_ || waiting_.size() >= settings_.waiting_max) return false;
    waiting_.push_back(std::move(question));
  }
  changed_.notify_all();
  return true;
}

void PublishedState::reached() {
  const std::lock_guard lock(mutex_);
  if (unreachable_since_) log::info("the warehouse is reached again");
  unreachable_since_.reset();
}

void PublishedState::not_reached(const std::exception& why) {
  const std::lock_guard lock(mutex_);
  if (unreachable_since_) return;
  unreachable_since_ = now();
  log::warning(fmt::format("the warehouse cannot be reached{}: {}",
                           current_ ? ", the last published state is served" : "", why.what()));
}

void PublishedState::watch(const std::stop_token& stop) {
  auto readers_closed = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    look();
    std::erase_if(leaving_, [](const auto& snapshot) { return snapshot.use_count() == 1; });
    if (std::chrono::steady_clock::now() - readers_closed > kReadersKept) {
      readers_closed = std::chrono::steady_clock::now();
      if (const auto snapshot = current()) snapshot->close_readers();
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, kLookEvery, [&] { return is_stopping_; });
  }
}

// Asks whether something was published, and takes it in.
void PublishedState::look() {
  try {
    if (!watch_) {
      if (!warehouse_.exists()) return;
      watch_ = warehouse_.watch();
    }
    const bool is_changed = watch_->changed();
    bool is_outdated = false;
    {
      const std::lock_guard lock(mutex_);
      is_outdated = std::exchange(is_outdated_, false);
    }
    if (is_changed || is_outdated) install(warehouse_.reader());
    reached();
  } catch (const std::exception& error) {
    {
      const std::lock_guard lock(mutex_);
      is_outdated_ = true;
    }
    not_reached(error);
  }
}

void PublishedState::install(std::unique_ptr<warehouse::Reader> reader) {
  const auto published = reader->published();
  if (!published) return;
  StoreFacts facts{
      settings_.currency, settings_.timezone, {}, settings_.week_begins, settings_.year_begins};
  if (const auto store = answers::ask_one<answers::Store>(*reader)) {
    if (store->reporting_currency) facts.currency = *store->reporting_currency;
    if (store->reporting_timezone) facts.timezone = *store->reporting_timezone;
    facts.first_day = store->first_day;
  }
  const auto snapshot = std::make_shared<Snapshot>(*published, std::move(facts));
  std::list<Asking>::iterator mine;
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) return;
    mine = asking_.insert(asking_.end(), Asking{reader.get()});
  }
  const auto forget = [&] {
    const std::lock_guard lock(mutex_);
    asking_.erase(mine);
  };
  bool is_current = false;
  const auto ready = [&] {
    if (!std::exchange(is_current, true)) make_current(snapshot);
  };
  try {
    on_new_run_(snapshot, *reader, ready);
  } catch (const TransientError& error) {
    if (!is_current) {
      forget();
      throw;
    }
    log::warning(fmt::format("run {}: {}", published->run_id, error.what()));
  } catch (const std::exception& error) {
    log::warning(fmt::format("run {}: {}", published->run_id, error.what()));
  }
  forget();
  ready();
  snapshot->give_back(std::move(reader));
}

// Nothing new is asked of the one before; what its sessions hold is needed.
void PublishedState::make_current(const std::shared_ptr<Snapshot>& snapshot) {
  {
    const std::lock_guard lock(mutex_);
    if (current_) leaving_.push_back(current_);
    current_ = snapshot;
  }
  changed_.notify_all();
  for (const auto& old : leaving_) old->retire();
}

void PublishedState::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Question question;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [&] { return !waiting_.empty() || is_stopping_; });
      if (is_stopping_ || waiting_.empty()) continue;
      question = std::move(waiting_.front());
      waiting_.pop_front();
    }
    try {
      answer(question);
    } catch (const TransientError& error) {
      not_reached(error);
      question.failed(error);
    } catch (const std::exception& error) {
      question.failed(error);
    }
  }
}

void PublishedState::answer(const Question& question) {
  for (int attempt = 1;; ++attempt) {
    const auto snapshot = current();
    if (!snapshot) throw Error("no run has been published yet");
    try {
      auto reader = reader_of(*snapshot);
      if (!reader) {
        if (attempt < kAttempts) continue;
        throw TransientError("runs are published faster than they are read");
      }
      ask(question, snapshot, *reader);
      snapshot->give_back(std::move(reader));
      return;
    } catch (const TransientError&) {
      // Sessions that were open before the warehouse went away and came back are of no use.
      snapshot->close_readers();
      if (attempt == kAttempts) throw;
    }
  }
}

void PublishedState::ask(const Question& question, const std::shared_ptr<Snapshot>& snapshot,
                         warehouse::Reader& reader) {
  std::list<Asking>::iterator mine;
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) throw Stopped("the server is stopping");
    mine = asking_.insert(asking_.end(),
                          {&reader, std::chrono::steady_clock::now() + settings_.answer_max});
  }
  const auto was_overdue = [&] {
    const std::lock_guard lock(mutex_);
    const bool is_overdue = mine->is_overdue;
    asking_.erase(mine);
    return is_overdue;
  };
  try {
    question.ask(snapshot, reader);
  } catch (const Stopped&) {
    if (!was_overdue()) throw;
    throw Problem(503,
                  fmt::format("This answer takes longer than the {} s that one may take; ask for "
                              "less, such as a shorter range.",
                              std::chrono::duration<double>(settings_.answer_max).count()),
                  {{"Retry-After", "30"}});
  } catch (...) {
    was_overdue();
    throw;
  }
  if (was_overdue()) reader.resume();  // interrupted when it had just answered
}

void PublishedState::interrupt_overdue(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto now = std::chrono::steady_clock::now();
    for (Asking& asking : asking_) {
      if (asking.deadline > now || asking.is_overdue) continue;
      asking.is_overdue = true;
      asking.reader->interrupt();
    }
    changed_.wait_for(lock, stop, kLookEvery, [&] { return is_stopping_; });
  }
}

// There was a warehouse: where it cannot be opened now, whatever the reason, it may be again later.
std::unique_ptr<warehouse::Reader> PublishedState::open() {
  try {
    return warehouse_.reader();
  } catch (const TransientError&) {
    throw;
  } catch (const Error& error) {
    throw TransientError(error.what());
  }
}

std::unique_ptr<warehouse::Reader> PublishedState::reader_of(Snapshot& snapshot) {
  if (auto reader = snapshot.borrow()) return reader;
  auto reader = open();
  const auto& published = reader->published();
  if (published && published->run_id == snapshot.published().run_id) return reader;
  {
    const std::lock_guard lock(mutex_);
    is_outdated_ = true;
  }
  changed_.notify_all();
  // The thread that watches takes the new run in, and computes first what the dashboard asks first.
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kNewRunMax, [&] { return is_stopping_ || current_.get() != &snapshot; });
  return nullptr;
}

}  // namespace cartograph::api
