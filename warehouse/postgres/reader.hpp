// Reads one published state of a schema in one transaction, which sees what was committed when it
// began: with the first statement, so that one that is not asked holds nothing. It is never
// committed: temporary tables are its own, whatever else was tried would vanish with it. What
// for_each() is given may come from anyone and is read-only.
// One thread at a time, but for interrupt() and resume().
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "warehouse/postgres/session.hpp"
#include "warehouse/postgres/settled_run.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::postgres {

/// No snapshot has rows that lie on the nodes of a cluster. A statement that reads such rows gives
/// them when all are there and known to be of one run. Where that run is not yet on every node, the
/// statement waits and reads again; where a newer one was published meanwhile it throws Superseded,
/// as everything does then until renew(). The coordinator's own tables know nothing of this.
class PostgresReader final : public Session, public Reader {
 public:
  PostgresReader(const std::string& url, const Options& options, const Nodes& nodes = kCitus);

  const std::optional<Published>& published() const override;
  /// Never throws; a connection that was lost is made anew by the next statement.
  void renew() override;

  std::int64_t execute(std::string_view sql) override;
  std::vector<Column> for_each(std::string_view sql, const Parameters& parameters,
                               const RowVisitor& visit) override;

 private:
  enum class State { idle, beginning, reading, superseded };

  void begin();
  void expect_reading();
  std::vector<Column> read(std::string_view sql, const Parameters& parameters,
                           const RowVisitor& visit);
  bool is_of_one_run();
  void begin_when_settled();
  std::string run() const { return published_ ? published_->run_id : std::string(); }

  const std::string url_;
  const Options options_;
  const Nodes nodes_;
  std::optional<bool> has_nodes_;     // nothing where it was not asked yet
  bool is_settled_ = false;           // nodes had the run when the transaction began
  bool reads_nodes_ = false;          // the transaction has
  bool has_own_tables_ = false;       // which end with the transaction
  std::string settled_run_;           // one that all nodes were found to have
  std::unique_ptr<Session> lookout_;  // sees what is published while the transaction lasts

  State state_ = State::idle;
  bool is_in_statement_ = false;  // one of for_each(), or what is left of one that failed
  std::optional<Published> published_;
};

}  // namespace cartograph::warehouse::postgres
