// Every answer of the server is read to its end before anything else happens on the connection.
#include "warehouse/postgres/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "base/error.hpp"
#include "base/log.hpp"
#include "warehouse/postgres/binary_copy.hpp"
#include "warehouse/postgres/cell_text.hpp"
#include "warehouse/postgres/connection_url.hpp"

namespace cartograph::warehouse::postgres {
namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

// One line, without the white space that libpq's messages are laid out with.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_space = c == '\n' || c == '\t' || c == ' ';
    if (!is_space) line += c;
    if (is_space && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

bool is_transient(std::string_view state) {
  constexpr std::array<std::string_view, 6> kStates = {
      "40001",                    // serialisation failure
      "40P01",                    // deadlock
      "57P01", "57P02", "57P03",  // the server is shut down, has crashed, is starting
      "53300",                    // too many connections
  };
  return state.starts_with("08") ||
         std::find(kStates.begin(), kStates.end(), state) != kStates.end();
}

// Of a connection that could not be made there is no code, only words.
bool is_transient_refusal(std::string_view words) {
  constexpr std::array<std::string_view, 14> kPassing = {"Connection refused",
                                                         "timeout expired",
                                                         "timed out",
                                                         "could not translate host name",
                                                         "server closed the connection",
                                                         "Connection reset",
                                                         "No route to host",
                                                         "Network is unreachable",
                                                         "Host is unreachable",
                                                         "Is the server running",
                                                         "the database system is",
                                                         "too many",
                                                         "remaining connection slots",
                                                         "terminating connection"};
  return std::any_of(kPassing.begin(), kPassing.end(), [&](std::string_view passing) {
    return words.find(passing) != std::string_view::npos;
  });
}

[[noreturn]] void throw_refusal(const PGresult* result) {
  const auto field = [&](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string(text == nullptr ? "" : text);
  };
  std::string text = field(PG_DIAG_MESSAGE_PRIMARY);
  for (const int code : {PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT}) {
    if (const std::string more = field(code); !more.empty()) text += "; " + more;
  }
  constexpr std::string_view kDiskFull = "53100";
  const std::string state = field(PG_DIAG_SQLSTATE);
  if (state == kDiskFull) text += "; make room on the server's disk";
  text += fmt::format(" ({})", state);
  if (is_transient(state)) throw TransientError(text);
  throw Error(text);
}

// Reads what is left of the server's answers, whatever happened to their reader.
class Answers {
 public:
  explicit Answers(PGconn* connection) : connection_(connection) {}
  ~Answers() {
    if (done_) return;
    // After an error the statement has ended by itself, and a cancellation could hit the next one.
    if (!failed_) cancel();
    while (Result(PQgetResult(connection_))) {
    }
  }
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  Result next() {
    Result result(PQgetResult(connection_));
    if (!result) done_ = true;
    failed_ = failed_ || PQresultStatus(result.get()) == PGRES_FATAL_ERROR;
    return result;
  }

 private:
  void cancel() {
    PGcancel* request = PQgetCancel(connection_);
    if (request == nullptr) return;
    char ignored[256];
    PQcancel(request, ignored, sizeof(ignored));
    PQfreeCancel(request);
  }

  PGconn* connection_;
  bool done_ = false;
  bool failed_ = false;
};

void warn(void*, const PGresult* result) {
  const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (text != nullptr) log::warning(fmt::format("the warehouse says: {}", text));
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

std::string quote_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

Session::Session(const std::string& url, const Options& options)
    : name_(without_password(url)), options_(options) {
  // A network that dies without a word is noticed after two minutes; what stands before the URL is
  // overruled by it.
  const char* const keywords[] = {
      "keepalives_idle", "keepalives_interval",       "keepalives_count", "tcp_user_timeout",
      "dbname",          "fallback_application_name", "client_encoding",  nullptr};
  const char* const values[] = {"60",        "10",         "6",    "120000",
                                url.c_str(), "cartograph", "UTF8", nullptr};
  connection_.reset(PQconnectdbParams(keywords, values, 1));
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    const std::string text = fmt::format("cannot connect to the warehouse {}: {}", name_,
                                         one_line(PQerrorMessage(connection_.get())));
    if (is_transient_refusal(text)) throw TransientError(text);
    throw Error(text);
  }
  PQsetNoticeReceiver(connection_.get(), warn, nullptr);
  cancel_.reset(PQgetCancel(connection_.get()));
  set_up(options.schema);
}

void Session::set_up(const std::string& schema) {
  constexpr int kOldestServer = 150'000;
  if (PQserverVersion(connection_.get()) < kOldestServer) {
    throw Error(fmt::format("the warehouse {} is PostgreSQL {}; 15 or later is needed", name_,
                            PQparameterStatus(connection_.get(), "server_version")));
  }
  if (std::strcmp(PQparameterStatus(connection_.get(), "server_encoding"), "UTF8") != 0) {
    throw Error(
        fmt::format("the database of {} is not in UTF-8; create it with encoding 'UTF8'", name_));
  }
  // Compiling a statement takes longer than it saves: nearly all of a run's run once.
  execute(fmt::format(
      "set client_min_messages = warning; set timezone = 'UTC'; set datestyle = 'ISO, YMD'; "
      "set extra_float_digits = 1; set standard_conforming_strings = on; set jit = off; "
      "set search_path = {}",
      quote_name(schema)));
  try {
    // A server whose client was killed shall let go of the lock soon, not when its statement ends.
    execute("set client_connection_check_interval = '1s'");
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

void Session::close() { connection_.reset(); }

void Session::throw_lost() const {
  throw TransientError(fmt::format("the connection to {} was lost: {}", name_,
                                   one_line(PQerrorMessage(connection_.get()))));
}

void Session::interrupt() {
  is_interrupted_ = true;
  char ignored[256];
  if (cancel_) PQcancel(cancel_.get(), ignored, sizeof(ignored));
}

void Session::resume() { is_interrupted_ = false; }

void Session::expect_not_interrupted() const {
  if (is_interrupted_) throw Stopped("stopped");
}

void Session::refuse(const PGresult* result) const {
  constexpr std::string_view kQueryCanceled = "57014";
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr) throw_lost();
  if (state == kQueryCanceled) expect_not_interrupted();
  throw_refusal(result);
}

std::int64_t Session::execute(std::string_view sql) {
  expect_not_interrupted();
  if (PQsendQuery(connection_.get(), std::string(sql).c_str()) == 0) throw_lost();
  Answers answers(connection_.get());
  std::int64_t rows = 0;
  while (const Result result = answers.next()) {
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_FATAL_ERROR) refuse(result.get());
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
      throw Error("COPY from or to the client is not a statement to execute");
    }
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
  Answers answers(connection_.get());
  PQsetSingleRowMode(connection_.get());
  std::vector<Column> columns;
  Row row;
  while (const Result result = answers.next()) {
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_FATAL_ERROR) refuse(result.get());
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

  const std::string copy =
      fmt::format("copy {} ({}) from stdin (format binary)", quote_name(table), columns.names);
  const Result started(PQexec(connection_.get(), copy.c_str()));
  if (PQresultStatus(started.get()) != PGRES_COPY_IN) refuse(started.get());
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

void Session::send(std::string_view bytes) {
  if (PQputCopyData(connection_.get(), bytes.data(), static_cast<int>(bytes.size())) != 1) {
    finish_copy(nullptr);
    throw_lost();
  }
}

// Ends a COPY; throws what the server says, unless the COPY is given up for another reason.
void Session::finish_copy(const char* give_up_because) {
  PQputCopyEnd(connection_.get(), give_up_because);
  Answers answers(connection_.get());
  while (const Result result = answers.next()) {
    if (PQresultStatus(result.get()) != PGRES_FATAL_ERROR || give_up_because != nullptr) continue;
    refuse(result.get());
  }
}

}  // namespace cartograph::warehouse::postgres
