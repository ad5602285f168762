// Statements, results as text, and loading, over DuckDB's C API.
#include "warehouse/duckdb/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <chrono>
#include <exception>
#include <thread>

#include "base/error.hpp"
#include "warehouse/duckdb/column_reader.hpp"
#include "warehouse/duckdb/parquet_source.hpp"
#include "warehouse/duckdb/row_scan.hpp"
#include "warehouse/engine_words.hpp"
#include "warehouse/lake_folder.hpp"
#include "warehouse/superseded.hpp"

namespace cartograph::warehouse::duckdb {
namespace {

using OwnedConfig = Owned<duckdb_config, duckdb_destroy_config>;
using OwnedResult = Owned<duckdb_result, duckdb_destroy_result>;
using OwnedStatement = Owned<duckdb_prepared_statement, duckdb_destroy_prepare>;
using OwnedChunk = Owned<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using OwnedType = Owned<duckdb_logical_type, duckdb_destroy_logical_type>;
using OwnedPending = Owned<duckdb_pending_result, duckdb_destroy_pending>;

[[noreturn]] void throw_engine_error(const char* words) {
  std::string text = words == nullptr ? "unknown error" : one_line(words);
  if (text.find("No space left") != std::string::npos) text += "; make room on the disk";
  throw Error(text);
}

// DuckDB's own loop spins while another thread has the statement's only task, and burns a core as
// long as that thread is not let run.
duckdb_state execute_pending(duckdb_pending_result pending, duckdb_result* result) {
  constexpr std::chrono::microseconds kPauseMin{20};
  constexpr std::chrono::microseconds kPauseMax{1'000};
  auto pause = kPauseMin;
  while (true) {
    const duckdb_pending_state state = duckdb_pending_execute_task(pending);
    if (state == DUCKDB_PENDING_NO_TASKS_AVAILABLE) {
      std::this_thread::sleep_for(pause);
      pause = std::min(2 * pause, kPauseMax);
    } else if (state == DUCKDB_PENDING_RESULT_NOT_READY) {
      pause = kPauseMin;
    } else if (state == DUCKDB_PENDING_ERROR) {
      return DuckDBError;
    } else {
      return duckdb_execute_pending(pending, result);
    }
  }
}

const char* error_of(duckdb_pending_result pending, duckdb_result* result) {
  const char* of_task = duckdb_pending_error(pending);
  return of_task != nullptr && *of_task != 0 ? of_task : duckdb_result_error(result);
}

// A query whose rows are fetched a chunk at a time.
class Stream {
 public:
  using Fail = std::function<void(const char* words)>;  // throws

  Stream(duckdb_connection connection, std::string_view sql, const Parameters& parameters,
         const std::function<void(duckdb_prepared_statement)>& expect_reading,
         const std::function<void()>& repeat_interruption, Fail fail)
      : fail_(std::move(fail)) {
    if (duckdb_prepare(connection, std::string(sql).c_str(), &statement_.handle) == DuckDBError) {
      fail_(duckdb_prepare_error(statement_.handle));
    }
    expect_reading(statement_.handle);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i]) {
        duckdb_bind_varchar_length(statement_.handle, i + 1, parameters[i]->data(),
                                   parameters[i]->size());
      } else {
        duckdb_bind_null(statement_.handle, i + 1);
      }
    }
    if (duckdb_pending_prepared_streaming(statement_.handle, &pending_.handle) == DuckDBError) {
      fail_(duckdb_pending_error(pending_.handle));
    }
    repeat_interruption();
    if (execute_pending(pending_.handle, &result_.handle) == DuckDBError) {
      fail_(error_of(pending_.handle, &result_.handle));
    }
  }

  duckdb_result& result() { return result_.handle; }

  void for_each_chunk(const std::function<void(duckdb_data_chunk)>& visit) {
    while (true) {
      const OwnedChunk chunk(duckdb_fetch_chunk(result_.handle));
      if (chunk.handle == nullptr) break;
      visit(chunk.handle);
    }
    const char* error = duckdb_result_error(&result_.handle);
    if (error != nullptr && *error != 0) fail_(error);
  }

 private:
  Fail fail_;
  OwnedStatement statement_;
  OwnedPending pending_;
  OwnedResult result_;
};

}  // namespace

Session::Session(const std::filesystem::path& path, Access access, const Options& options,
                 unsigned memory_percent)
    : path_(path),
      access_(access),
      options_(options),
      memory_(options.memory_bytes, memory_percent) {
  open();
}

void Session::reopen(const std::filesystem::path& path) {
  // It takes no part of the memory: it goes on with what this one has.
  Session fresh(path, access_, options_, 0);
  if (memory_.bytes() > 0) {
    fresh.execute(fmt::format("set memory_limit = '{}B'", memory_.bytes()));
  }
  const std::lock_guard lock(closing_);
  path_.swap(fresh.path_);
  read_lock_.swap(fresh.read_lock_);
  spill_.swap(fresh.spill_);
  std::swap(database_.handle, fresh.database_.handle);
  std::swap(connection_.handle, fresh.connection_.handle);
  std::swap(scans_rows_, fresh.scans_rows_);
  lake_.swap(fresh.lake_);
  listed_.swap(fresh.listed_);
}

// A run may put another file in the place of the one that was locked, before DuckDB opens it.
void Session::open() {
  if (access_ == Access::read_write) return open_database();
  while (true) {
    read_lock_ = std::make_unique<ReadLock>(path_);
    open_database();
    if (read_lock_->is_of(path_)) return;
    close();
  }
}

void Session::open_database() {
  OwnedConfig config;
  if (duckdb_create_config(&config.handle) == DuckDBError) throw Error("DuckDB has no memory left");
  const auto set = [&](const char* name, const std::string& value) {
    if (duckdb_set_config(config.handle, name, value.c_str()) == DuckDBError) {
      throw Error(fmt::format("DuckDB does not take {} = {}", name, value));
    }
  };
  // Nothing is ever fetched from anywhere, and rows need no order of insertion: a column has it.
  set("autoinstall_known_extensions", "false");
  set("autoload_known_extensions", "false");
  set("preserve_insertion_order", "false");
  if (access_ == Access::read_only) set("access_mode", "READ_ONLY");
  if (options_.threads > 0) set("threads", std::to_string(options_.threads));
  if (memory_.bytes() > 0) set("memory_limit", fmt::format("{}B", memory_.bytes()));
  // Two sessions that spill into one folder break each other's files.
  if (!options_.data.empty()) spill_ = std::make_unique<SpillFolder>(options_.data / "tmp");
  set("temp_directory", spill_ ? spill_->path().string() : "");
  char* error = nullptr;
  const std::string name = path_.empty() ? ":memory:" : path_.string();
  if (duckdb_open_ext(name.c_str(), &database_.handle, config.handle, &error) == DuckDBError) {
    const std::string words = error == nullptr ? "unknown error" : error;
    duckdb_free(error);
    throw Error(words);
  }
  if (duckdb_connect(database_.handle, &connection_.handle) == DuckDBError) {
    throw Error("cannot connect to DuckDB");
  }
  execute("set TimeZone = 'UTC'; set parquet_metadata_cache = true");
  if (!path_.empty() && !options_.data.empty()) find_lake();
  // A reader takes SQL from anyone: it shall reach no file but the warehouse and its lake.
  if (access_ == Access::read_only) execute("set enable_external_access = false");
}

void Session::find_lake() {
  if (!has_table("lake_files")) return;
  const Answer id = query("select value from settings where name = 'warehouse_id'");
  if (!id.rows.empty()) use_lake(lake_folder(options_.data, *id.rows[0][0]));
}

void Session::use_lake(const std::filesystem::path& lake) {
  // What leads up out of a link leads elsewhere in the path made normal.
  lake_ = std::filesystem::absolute(lake);
  const std::string folder = quote_literal(as_pattern(lake_ / ""));
  if (access_ == Access::read_only) {
    // It asks of the pattern, and of the file that it finds.
    execute(fmt::format("set allowed_directories = [{}, {}]", folder,
                        quote_literal((lake_ / "").string())));
    listed_ = listed_files(*this, lake_);
    // Files that are not what was listed are not read: who asks for their rows is told why.
    if (!fault_of(listed_).empty()) return;
  }
  execute(fmt::format("set variable {} = {}", kLakeVariable, folder));
}

Session::~Session() { close(); }

// While an exception unwinds the stack, DuckDB does not wait for the tasks of a statement before it
// destroys what they use; in a thread of its own none does.
void Session::close() {
  if (std::uncaught_exceptions() > 0) {
    std::thread([this] { close_database(); }).join();
  } else {
    close_database();
  }
}

void Session::close_database() {
  const std::lock_guard lock(closing_);
  // A statement whose result nobody waits for any more would be worked on to its end.
  if (connection_.handle != nullptr) duckdb_interrupt(connection_.handle);
  connection_.reset();
  database_.reset();
  spill_.reset();
  read_lock_.reset();
  scans_rows_ = false;
}

void Session::interrupt() {
  const std::lock_guard lock(closing_);
  is_interrupted_ = true;
  if (connection_.handle != nullptr) duckdb_interrupt(connection_.handle);
}

void Session::resume() {
  const std::lock_guard lock(closing_);
  is_interrupted_ = false;
}

void Session::expect_not_interrupted() const {
  if (is_interrupted_) throw Stopped("stopped");
}

// DuckDB forgets an interruption when it begins with a statement, and only then. The statement has
// begun: it has to be told, and executed, so that it ends.
void Session::repeat_interruption() const {
  if (is_interrupted_) duckdb_interrupt(connection_.handle);
}

void Session::fail(const char* words) const {
  expect_not_interrupted();
  const std::string_view text = words == nullptr ? "" : words;
  const bool is_of_lake = text.find(lake_.native()) != std::string_view::npos ||
                          text.find(as_pattern(lake_)) != std::string_view::npos ||
                          text.find("read_parquet") != std::string_view::npos;
  if (!listed_.empty() && is_of_lake) expect_listed_files();
  const std::string damage = damage_of(one_line(text), lake_);
  if (!damage.empty()) throw Error(damage);
  throw_engine_error(words);
}

void Session::expect_listed_files() const {
  const std::string fault = fault_of(listed_);
  if (fault.empty()) return;
  if (!is_outdated()) throw Error(fault);
  throw Superseded("what was read is not there any more: a run has published meanwhile; ask again");
}

// Some files of the lake can be reached, and DuckDB does not tell reading them from writing them.
void Session::expect_reading(duckdb_prepared_statement statement, std::string_view sql) const {
  if (access_ != Access::read_only) return;
  const auto has = [&](std::string_view word) {
    const auto found = std::ranges::search(
        sql, word, [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
    return !found.empty();
  };
  switch (duckdb_prepared_statement_type(statement)) {
    case DUCKDB_STATEMENT_TYPE_SELECT:
    case DUCKDB_STATEMENT_TYPE_INSERT:
    case DUCKDB_STATEMENT_TYPE_UPDATE:
    case DUCKDB_STATEMENT_TYPE_DELETE:
    case DUCKDB_STATEMENT_TYPE_CREATE:
    case DUCKDB_STATEMENT_TYPE_ALTER:
    case DUCKDB_STATEMENT_TYPE_DROP:
    case DUCKDB_STATEMENT_TYPE_ANALYZE:
    case DUCKDB_STATEMENT_TYPE_VACUUM:  // which ANALYZE is, too
    case DUCKDB_STATEMENT_TYPE_TRANSACTION:
    case DUCKDB_STATEMENT_TYPE_VARIABLE_SET:
    case DUCKDB_STATEMENT_TYPE_SET: return;
    case DUCKDB_STATEMENT_TYPE_EXPLAIN:
      // What is analyzed is done.
      if (!has("analyze") || !has("copy")) return;
      break;
    default: break;
  }
  throw Error("who reads the warehouse cannot write files, nor open others: ask by a query");
}

std::int64_t Session::execute(std::string_view sql) {
  Owned<duckdb_extracted_statements, duckdb_destroy_extracted> statements;
  const idx_t count =
      duckdb_extract_statements(connection_.handle, std::string(sql).c_str(), &statements.handle);
  if (count == 0) fail(duckdb_extract_statements_error(statements.handle));
  std::int64_t rows = 0;
  for (idx_t i = 0; i < count; ++i) {
    expect_not_interrupted();
    OwnedStatement statement;
    if (duckdb_prepare_extracted_statement(connection_.handle, statements.handle, i,
                                           &statement.handle) == DuckDBError) {
      fail(duckdb_prepare_error(statement.handle));
    }
    expect_reading(statement.handle, sql);
    OwnedPending pending;
    if (duckdb_pending_prepared(statement.handle, &pending.handle) == DuckDBError) {
      fail(duckdb_pending_error(pending.handle));
    }
    repeat_interruption();
    OwnedResult result;
    if (execute_pending(pending.handle, &result.handle) == DuckDBError) {
      fail(error_of(pending.handle, &result.handle));
    }
    if (duckdb_prepared_statement_type(statement.handle) == DUCKDB_STATEMENT_TYPE_INSERT) {
      rows += static_cast<std::int64_t>(duckdb_rows_changed(&result.handle));
    }
  }
  return rows;
}

std::vector<Column> Session::for_each(std::string_view sql, const Parameters& parameters,
                                      const RowVisitor& visit) {
  expect_not_interrupted();
  Stream stream(
      connection_.handle, sql, parameters,
      [&](duckdb_prepared_statement statement) { expect_reading(statement, sql); },
      [this] { repeat_interruption(); }, [this](const char* words) { fail(words); });
  std::vector<Column> columns;
  std::vector<ColumnReader> readers;
  for (idx_t i = 0; i < duckdb_column_count(&stream.result()); ++i) {
    const std::string name = duckdb_column_name(&stream.result(), i);
    const duckdb_type type = duckdb_column_type(&stream.result(), i);
    const OwnedType logical(duckdb_column_logical_type(&stream.result(), i));
    if (!ColumnReader::readable(type)) {
      throw Error(
          fmt::format("column {} is of a type that has no text form here; write "
                      "cast({} as text)",
                      name, name));
    }
    readers.emplace_back(type, logical.handle);
    columns.push_back({name, readers.back().cell_type()});
  }
  Row row(columns.size());
  stream.for_each_chunk([&](duckdb_data_chunk chunk) {
    for (std::size_t i = 0; i < readers.size(); ++i) {
      readers[i].attach(duckdb_data_chunk_get_vector(chunk, i));
    }
    for (idx_t r = 0; r < duckdb_data_chunk_get_size(chunk); ++r) {
      for (std::size_t i = 0; i < readers.size(); ++i) row[i] = readers[i].read(r);
      visit(columns, row);
    }
  });
  return columns;
}

void Session::for_each_chunk(std::string_view sql,
                             const std::function<void(duckdb_data_chunk)>& visit) {
  expect_not_interrupted();
  Stream(
      connection_.handle, sql, {},
      [&](duckdb_prepared_statement statement) { expect_reading(statement, sql); },
      [this] { repeat_interruption(); }, [this](const char* words) { fail(words); })
      .for_each_chunk(visit);
}

void Session::load(std::string_view table, const std::vector<std::filesystem::path>& files) {
  if (files.empty()) return;
  execute(fmt::format("insert into {} by name select * from {}", table, parquet_source(files)));
}

std::string Session::scan(RowSource& source) {
  if (!scans_rows_) register_row_scan(connection_.handle);
  scans_rows_ = true;
  return row_scan_expression(source);
}

}  // namespace cartograph::warehouse::duckdb
