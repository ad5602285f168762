// Each statement of for_each() is a savepoint of its own, in which alone the transaction is
// read-only; what a statement that failed has left of it is taken back before the next one.
#include "warehouse/postgres/reader.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "warehouse/published.hpp"

namespace cartograph::warehouse::postgres {

PostgresReader::PostgresReader(const std::string& url, const Options& options)
    : Session(url, options) {
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
    state_ = State::reading;
  } catch (...) {
    state_ = State::idle;
    throw;
  }
}

void PostgresReader::expect_reading() {
  if (state_ == State::idle) begin();
  if (is_in_statement_) {
    Session::execute("rollback to savepoint reading; release savepoint reading");
  }
  is_in_statement_ = false;
}

std::int64_t PostgresReader::execute(std::string_view sql) {
  expect_reading();
  return Session::execute(sql);
}

std::vector<Column> PostgresReader::for_each(std::string_view sql, const Parameters& parameters,
                                             const RowVisitor& visit) {
  if (state_ == State::beginning) return Session::for_each(sql, parameters, visit);
  expect_reading();
  Session::execute("savepoint reading; set transaction read only");
  is_in_statement_ = true;
  auto columns = Session::for_each(sql, parameters, visit);
  Session::execute("release savepoint reading");
  is_in_statement_ = false;
  return columns;
}

}  // namespace cartograph::warehouse::postgres
