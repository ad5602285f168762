// A connection to PostgreSQL through libpq, in UTC and with one schema in its search path. Errors
// that may pass by themselves (a lost connection, a serialisation failure, a server that is
// starting) are TransientError. One thread at a time, but for interrupt() and resume().
#pragma once

#include <libpq-fe.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/parquet.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::postgres {

class Session : public virtual Connection {
 public:
  /// Connects to the valid `url`, as libpq does it: service files, .pgpass and TLS included.
  Session(const std::string& url, const Options& options);

  /// Like for_each(), leaves and refuses a COPY from or to the client.
  std::int64_t execute(std::string_view sql) override;
  std::vector<Column> for_each(std::string_view sql, const Parameters& parameters,
                               const RowVisitor& visit) override;
  /// Reads the files once and sends them by binary COPY, a few thousand rows at a time.
  void load(std::string_view table, const ParquetFiles& files) override;
  /// Asks the server, over a connection of its own, to cancel; returns when that has been asked.
  void interrupt() override;
  void resume() override;

  /// Connects anew; what the connection held on the server is gone. Throws like the constructor.
  void reconnect();
  /// Whether the server still answered when it was last spoken to.
  bool is_alive() const;
  PGTransactionStatusType transaction_status() const;
  /// What the server reports of itself, such as server_version or in_hot_standby.
  std::string_view parameter(const char* name) const;
  /// Closes the connection; nothing but reconnect() may be called afterwards.
  void close();

  /// The payloads of the notifications that have arrived since the last call. Never waits.
  std::vector<std::string> notifications();

 protected:
  void expect_not_interrupted() const;

 private:
  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct FreeCancel {
    void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
  };
  class Answers;

  // The columns of `files` that `table` has, as a list of names and as DuckDB's expressions of the
  // table's types.
  struct LoadedColumns {
    std::string names;
    std::string expressions;
  };

  void set_up();
  [[noreturn]] void refuse(const PGresult* result) const;
  [[noreturn]] void throw_lost() const;
  void request(std::string_view sql);
  void await_answer();
  void cancel();
  LoadedColumns loaded_columns(std::string_view table, const ParquetFiles& files);
  void begin_copy(const std::string& sql);
  void send(std::string_view bytes);
  void finish_copy(const char* give_up_because);

  const std::string url_;
  const std::string name_;  // for messages
  const Options options_;
  std::unique_ptr<PGconn, Close> connection_;
  std::mutex stopping_;  // guards cancel_, and that no cancellation outlives resume()
  std::unique_ptr<PGcancel, FreeCancel> cancel_;
  std::atomic<bool> is_interrupted_ = false;
  std::unique_ptr<Parquet> parquet_;  // reads what is loaded; made when it is first needed
};

/// `name` as an SQL identifier.
std::string quote_name(std::string_view name);

}  // namespace cartograph::warehouse::postgres
