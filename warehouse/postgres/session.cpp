// Every answer of the server is read to its end before anything else happens on the connection.
//
// A cancellation reaches a server that is idle without effect: one that overtakes the statement it
// was meant for is asked for again while that statement does not answer, and resume() waits until
// none is under way, so that none hits a later statement.
#include "warehouse/postgres/session.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <cerrno>
#include <set>

#include "base/error.hpp"
#include "base/log.hpp"
#include "warehouse/engine_words.hpp"
#include "warehouse/postgres/binary_copy.hpp"
#include "warehouse/postgres/cell_text.hpp"
#include "warehouse/postgres/connection_url.hpp"
#include "warehouse/postgres/server_error.hpp"

namespace cartograph::warehouse::postgres {
namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

void ask_to_cancel(PGcancel* request) {
  char ignored[256];
  if (request != nullptr) PQcancel(request, ignored, sizeof(ignored));
}

void warn(void*, const PGresult* result) {
  const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (text == nullptr) return;
  // A cluster's coordinator, of views that are made before their tables are distributed.
  if (std::string_view(text).find("that is not in Citus' metadata") != std::string_view::npos)
    return;
  log::warning(fmt::format("the warehouse says: {}", text));
}

std::vector<Column> columns_of(const PGresult* result) {
  std::vector<Column> columns;
  for (int i = 0; i < PQnfields(result); ++i) {
    const std::string name = PQfname(result, i);
    const auto type = cell_type(PQftype(result, i));
    if (!type) {
      throw Error(
          fmt::format("column {} is of a type that has no text form here; write "
                      "cast({} as text)",
                      name, name));
    }
    columns.push_back({name, *type});
  }
  return columns;
}

}  // namespace

// The server's answers to one request. What is left of them is read when it goes, whatever happened
// to their reader.
class Session::Answers {
 public:
  explicit Answers(Session& session) : session_(session) {}
  ~Answers() {
    if (is_done_) return;
    // After an error the statement has ended by itself.
    if (!has_failed_) session_.cancel();
    while (const Result result = next()) leave_copy(result.get());
  }
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  Result next() {
    if (!has_begun_) session_.await_answer();
    has_begun_ = true;
    Result result(PQgetResult(session_.connection_.get()));
    if (!result) is_done_ = true;
    has_failed_ = has_failed_ || PQresultStatus(result.get()) == PGRES_FATAL_ERROR;
    return result;
  }

  // A COPY goes on until it is ended in its own words: libpq gives the same answer again and again.
  void refuse_copy(const PGresult* result) {
    if (!leave_copy(result)) return;
    throw Error(
        "COPY from or to the client is no statement for here: SELECT gives the rows, and psql "
        "copies");
  }

  // The COPY that has begun is the caller's to end.
  void leave_open() { is_done_ = true; }

 private:
  bool leave_copy(const PGresult* result) {
    PGconn* const connection = session_.connection_.get();
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COPY_IN || status == PGRES_COPY_BOTH) {
      PQputCopyEnd(connection, "nothing is copied from here");
    } else if (status == PGRES_COPY_OUT) {
      session_.cancel();
      char* row = nullptr;
      while (PQgetCopyData(connection, &row, 0) > 0) PQfreemem(row);
    } else {
      return false;
    }
    has_failed_ = true;
    return true;
  }

  Session& session_;
  bool has_begun_ = false;
  bool has_failed_ = false;
  bool is_done_ = false;
};

std::string quote_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

Session::Session(const std::string& url, const Options& options)
    : url_(url), name_(without_password(url)), options_(options) {
  reconnect();
}

void Session::reconnect() {
  // A network that dies without a word is noticed after two minutes; what stands before the URL is
  // overruled by it.
  const char* const keywords[] = {
      "keepalives_idle", "keepalives_interval",       "keepalives_count", "tcp_user_timeout",
      "dbname",          "fallback_application_name", "client_encoding",  nullptr};
  const char* const values[] = {"60",         "10",         "6",    "120000",
                                url_.c_str(), "cartograph", "UTF8", nullptr};
  close();
  connection_.reset(PQconnectdbParams(keywords, values, 1));
  if (PQstatus(connection_.get()) != CONNECTION_OK) throw_unreachable(name_, connection_.get());
  PQsetNoticeReceiver(connection_.get(), warn, nullptr);
  {
    const std::lock_guard lock(stopping_);
    cancel_.reset(PQgetCancel(connection_.get()));
  }
  set_up();
}

// Not by way of a class above, which may begin a transaction first.
void Session::set_up() {
  constexpr int kOldestServer = 150'000;
  if (PQserverVersion(connection_.get()) < kOldestServer) {
    throw Error(fmt::format("the warehouse {} is PostgreSQL {}; 15 or later is needed", name_,
                            parameter("server_version")));
  }
  if (parameter("server_encoding") != "UTF8") {
    throw Error(
        fmt::format("the database of {} is not in UTF-8; create it with encoding 'UTF8'", name_));
  }
  // Compiling a statement takes longer than it saves: nearly all of a run's run once. A run decodes
  // for as long as it takes, while its session has nothing to do. On a cluster, facts of different
  // keys can be joined; any other server takes that word without a meaning.
  Session::execute(fmt::format(
      "set client_min_messages = warning; set timezone = 'UTC'; set datestyle = 'ISO, YMD'; "
      "set extra_float_digits = 1; set standard_conforming_strings = on; set jit = off; "
      "set idle_session_timeout = 0; set idle_in_transaction_session_timeout = 0; "
      "set citus.enable_repartition_joins = on; set search_path = {}",
      quote_name(options_.schema)));
  try {
    // A server whose client was killed shall let go of the lock soon, not when its statement ends.
    // Not every system tells a server of a closed connection: there it notices at the end.
    Session::execute("set client_connection_check_interval = '1s'");
  } catch (const TransientError&) {
    throw;
  } catch (const Error& error) {
    log::info(fmt::format("the server cannot watch its clients: {}", error.what()));
  }
}

bool Session::is_alive() const {
  return connection_ && PQstatus(connection_.get()) == CONNECTION_OK;
}

PGTransactionStatusType Session::transaction_status() const {
  return PQtransactionStatus(connection_.get());
}

std::string_view Session::parameter(const char* name) const {
  const char* value = PQparameterStatus(connection_.get(), name);
  return value == nullptr ? "" : value;
}

void Session::close() {
  const std::lock_guard lock(stopping_);
  cancel_.reset();
  connection_.reset();
}

std::vector<std::string> Session::notifications() {
  if (PQconsumeInput(connection_.get()) == 0) throw_lost();
  struct Free {
    void operator()(PGnotify* notification) const { PQfreemem(notification); }
  };
  std::vector<std::string> payloads;
  while (const std::unique_ptr<PGnotify, Free> notification{PQnotifies(connection_.get())}) {
    payloads.emplace_back(notification->extra);
  }
  return payloads;
}

void Session::throw_lost() const {
  throw TransientError(fmt::format("the connection to {} was lost: {}", name_,
                                   one_line(PQerrorMessage(connection_.get()))));
}

void Session::interrupt() {
  const std::lock_guard lock(stopping_);
  is_interrupted_ = true;
  ask_to_cancel(cancel_.get());
}

void Session::resume() {
  const std::lock_guard lock(stopping_);
  is_interrupted_ = false;
}

void Session::cancel() {
  const std::lock_guard lock(stopping_);
  ask_to_cancel(cancel_.get());
}

void Session::expect_not_interrupted() const {
  if (is_interrupted_) throw Stopped("stopped");
}

void Session::refuse(const PGresult* result) const {
  const std::string_view state = state_of(result);
  if (state.empty()) throw_lost();
  if (state == kQueryCanceled) expect_not_interrupted();
  throw_refusal(result);
}

void Session::request(std::string_view sql) {
  expect_not_interrupted();
  if (PQsendQuery(connection_.get(), std::string(sql).c_str()) == 0) throw_lost();
}

// Only until the first byte: what a server has begun to answer it stops at the first asking, and
// TLS may hold back bytes that a poll knows nothing of.
void Session::await_answer() {
  constexpr int kAskAgainMs = 1000;
  while (PQisBusy(connection_.get()) != 0) {
    pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
    const int ready = ::poll(&socket, 1, kAskAgainMs);
    if (ready > 0 || (ready < 0 && errno != EINTR)) return;
    if (ready == 0 && is_interrupted_) cancel();
    if (ready == 0) PQconsumeInput(connection_.get());
  }
}

std::int64_t Session::execute(std::string_view sql) {
  request(sql);
  Answers answers(*this);
  std::int64_t rows = 0;
  while (const Result result = answers.next()) {
    if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR) refuse(result.get());
    answers.refuse_copy(result.get());
    if (std::string_view(PQcmdStatus(result.get())).starts_with("INSERT ")) {
      rows += std::strtoll(PQcmdTuples(result.get()), nullptr, 10);
    }
  }
  return rows;
}

std::vector<Column> Session::for_each(std::string_view sql, const Parameters& parameters,
                                      const RowVisitor& visit) {
  expect_not_interrupted();
  std::vector<const char*> values;
  for (const Cell& parameter : parameters)
    values.push_back(parameter ? parameter->c_str() : nullptr);
  constexpr int kTextResults = 0;
  if (PQsendQueryParams(connection_.get(), std::string(sql).c_str(),
                        static_cast<int>(values.size()), nullptr, values.data(), nullptr, nullptr,
                        kTextResults) == 0) {
    throw_lost();
  }
  Answers answers(*this);
  PQsetSingleRowMode(connection_.get());
  std::vector<Column> columns;
  Row row;
  while (const Result result = answers.next()) {
    if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR) refuse(result.get());
    answers.refuse_copy(result.get());
    if (columns.empty()) columns = columns_of(result.get());
    row.resize(columns.size());
    for (int r = 0; r < PQntuples(result.get()); ++r) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const int field = static_cast<int>(i);
        if (PQgetisnull(result.get(), r, field) != 0) {
          row[i].reset();
        } else {
          row[i] = cell_text(columns[i].type,
                             {PQgetvalue(result.get(), r, field),
                              static_cast<std::size_t>(PQgetlength(result.get(), r, field))});
        }
      }
      visit(columns, row);
    }
  }
  return columns;
}

Session::LoadedColumns Session::loaded_columns(std::string_view table, const ParquetFiles& files) {
  std::set<std::string> present;
  for (std::string& name : parquet_->columns(files)) present.insert(std::move(name));
  LoadedColumns columns;
  for_each(
      "select attname, format_type(atttypid, atttypmod) from pg_attribute "
      "where attrelid = cast($1 as regclass) and attnum > 0 and not attisdropped "
      "order by attnum",
      {quote_name(table)}, [&](const auto&, const Row& row) {
        if (!present.contains(*row[0])) return;
        const std::string separator = columns.names.empty() ? "" : ", ";
        const std::string name = quote_name(*row[0]);
        columns.names += separator + name;
        columns.expressions += fmt::format("{}cast({} as {})", separator, name, *row[1]);
      });
  return columns;
}

void Session::load(std::string_view table, const ParquetFiles& files) {
  if (files.empty()) return;
  expect_not_interrupted();
  if (!parquet_) parquet_ = std::make_unique<Parquet>(options_);
  const LoadedColumns columns = loaded_columns(table, files);

  begin_copy(
      fmt::format("copy {} ({}) from stdin (format binary)", quote_name(table), columns.names));
  try {
    BinaryCopy stream([this](std::string_view bytes) { send(bytes); });
    parquet_->read(files, columns.expressions, [&](duckdb_data_chunk chunk) {
      expect_not_interrupted();
      stream.append(chunk);
    });
    stream.finish();
  } catch (const TransientError&) {
    throw;
  } catch (const std::exception& error) {
    finish_copy(error.what());
    throw;
  }
  finish_copy(nullptr);
}

void Session::begin_copy(const std::string& sql) {
  request(sql);
  Answers answers(*this);
  const Result started = answers.next();
  if (PQresultStatus(started.get()) != PGRES_COPY_IN) refuse(started.get());
  answers.leave_open();
}

void Session::send(std::string_view bytes) {
  if (PQputCopyData(connection_.get(), bytes.data(), static_cast<int>(bytes.size())) != 1) {
    finish_copy(nullptr);
    throw_lost();
  }
}

// Ends a COPY; throws what the server says, unless the COPY is given up for another reason.
void Session::finish_copy(const char* give_up_because) {
  PQputCopyEnd(connection_.get(), give_up_because);
  Answers answers(*this);
  while (const Result result = answers.next()) {
    if (PQresultStatus(result.get()) != PGRES_FATAL_ERROR || give_up_because != nullptr) continue;
    refuse(result.get());
  }
}

}  // namespace cartograph::warehouse::postgres
