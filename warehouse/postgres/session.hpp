// A connection to PostgreSQL through libpq, in UTC and with one schema in its search path. Errors
// that may pass by themselves (a lost connection, a serialisation failure, a server that is
// starting) are TransientError.
#pragma once

#include <libpq-fe.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "warehouse/parquet.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::postgres {

class Session : public virtual Connection {
 public:
  /// Connects to the valid `url`, as libpq does it: service files, .pgpass and TLS included.
  Session(const std::string& url, const Options& options);

  std::int64_t execute(std::string_view sql) override;
  std::vector<Column> for_each(std::string_view sql, const Parameters& parameters,
                               const RowVisitor& visit) override;
  /// Reads the files once and sends them by binary COPY, a few thousand rows at a time.
  void load(std::string_view table, const ParquetFiles& files) override;
  void interrupt() override;
  void resume() override;

  /// Whether the server still answered when it was last spoken to.
  bool is_alive() const;
  PGTransactionStatusType transaction_status() const;
  /// Closes the connection; nothing may be called afterwards.
  void close();

 private:
  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };

  struct FreeCancel {
    void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
  };

  void expect_not_interrupted() const;
  [[noreturn]] void refuse(const PGresult* result) const;
  void set_up(const std::string& schema);
  // The columns of `files` that `table` has, as a list of names and as DuckDB's expressions of the
  // table's types.
  struct LoadedColumns {
    std::string names;
    std::string expressions;
  };
  LoadedColumns loaded_columns(std::string_view table, const ParquetFiles& files);
  void send(std::string_view bytes);
  void finish_copy(const char* give_up_because);
  [[noreturn]] void throw_lost() const;

  std::string name_;  // for messages
  Options options_;
  std::unique_ptr<PGconn, Close> connection_;
  std::unique_ptr<PGcancel, FreeCancel> cancel_;
  std::atomic<bool> is_interrupted_ = false;
  std::unique_ptr<Parquet> parquet_;  // reads what is loaded; made when it is first needed
};

/// `name` as an SQL identifier.
std::string quote_name(std::string_view name);

}  // namespace cartograph::warehouse::postgres
