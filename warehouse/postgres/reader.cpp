// Each statement of for_each() is a savepoint of its own, in which alone the transaction is
// read-only; what a statement that failed has left of it is taken back before the next one.
#include "warehouse/postgres/reader.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "warehouse/postgres/cluster.hpp"
#include "warehouse/postgres/row_spool.hpp"
#include "warehouse/published.hpp"
#include "warehouse/superseded.hpp"

namespace cartograph::warehouse::postgres {
namespace {

[[noreturn]] void throw_superseded() {
  throw Superseded(
      "a run was published while the one before was read; ask again, and the new one answers");
}

}  // namespace

PostgresReader::PostgresReader(const std::string& url, const Options& options, const Nodes& nodes)
    : Session(url, options), url_(url), options_(options), nodes_(nodes) {
  begin();
}

const std::optional<Published>& PostgresReader::published() const {
  // When the transaction begins is nothing that a caller can see.
  const_cast<PostgresReader*>(this)->expect_reading();
  return published_;
}

void PostgresReader::renew() {
  state_ = State::idle;
  is_in_statement_ = false;
  try {
    if (is_alive() && transaction_status() != PQTRANS_IDLE) Session::execute("rollback");
  } catch (const Error&) {
    close();  // which lets go as well
  }
}

void PostgresReader::begin() {
  if (!is_alive()) reconnect();
  // A standby refuses to begin a transaction that could write.
  Session::execute(fmt::format("{}begin isolation level repeatable read{}",
                               transaction_status() == PQTRANS_IDLE ? "" : "rollback; ",
                               parameter("in_hot_standby") == "on" ? "" : ", read write"));
  try {
    state_ = State::beginning;
    published_ = read_published(*this);
    if (!has_nodes_) has_nodes_ = has_nodes(*this, nodes_);
    if (*has_nodes_) suit_workers(*this);
    is_settled_ = *has_nodes_ && (run() == settled_run_ || is_settled(*this, run()));
    reads_nodes_ = false;
    has_own_tables_ = false;
    state_ = State::reading;
  } catch (...) {
    state_ = State::idle;
    throw;
  }
}

void PostgresReader::expect_reading() {
  if (state_ == State::superseded) throw_superseded();
  if (state_ == State::idle) begin();
  if (is_in_statement_) {
    Session::execute("rollback to savepoint reading; release savepoint reading");
  }
  is_in_statement_ = false;
}

std::int64_t PostgresReader::execute(std::string_view sql) {
  expect_reading();
  has_own_tables_ = true;
  return Session::execute(sql);
}

std::vector<Column> PostgresReader::for_each(std::string_view sql, const Parameters& parameters,
                                             const RowVisitor& visit) {
  if (state_ == State::beginning) return Session::for_each(sql, parameters, visit);
  expect_reading();
  if (!*has_nodes_) return read(sql, parameters, visit);
  while (true) {
    RowSpool rows;
    auto columns = read(sql, parameters, [&](const auto&, const Row& row) { rows.append(row); });
    if (is_of_one_run()) {
      rows.for_each([&](const Row& row) { visit(columns, row); });
      return columns;
    }
    begin_when_settled();
  }
}

std::vector<Column> PostgresReader::read(std::string_view sql, const Parameters& parameters,
                                         const RowVisitor& visit) {
  Session::execute("savepoint reading; set transaction read only");
  is_in_statement_ = true;
  auto columns = Session::for_each(sql, parameters, visit);
  Session::execute("release savepoint reading");
  is_in_statement_ = false;
  return columns;
}

// Whether all that the transaction has read is of its run.
bool PostgresReader::is_of_one_run() {
  if (!reads_nodes_) {
    Session::for_each(nodes_.are_read, {},
                      [&](const auto&, const Row& row) { reads_nodes_ = row[0] == "true"; });
  }
  if (!reads_nodes_) return true;
  if (!lookout_ || !lookout_->is_alive()) lookout_ = std::make_unique<Session>(url_, options_);
  return is_settled_ && latest_run(*lookout_) == run();
}

// What was given before holds on only of the same run, and without the tables of the transaction.
void PostgresReader::begin_when_settled() {
  const std::string given = run();
  const bool had_own_tables = has_own_tables_;
  renew();
  try {
    state_ = State::beginning;
    settled_run_ = await_settled(*this, nodes_);
    begin();
  } catch (...) {
    state_ = State::superseded;
    throw;
  }
  if (run() == given && !had_own_tables) return;
  renew();
  state_ = State::superseded;
  throw_superseded();
}

}  // namespace cartograph::warehouse::postgres
