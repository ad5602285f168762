// Reads one published state of a schema in one transaction, which sees what was committed when it
// began: with the first statement, so that one that is not asked holds nothing. It is never
// committed: temporary tables are its own, whatever else was tried would vanish with it. What
// for_each() is given may come from anyone and is read-only.
// One thread at a time, but for interrupt() and resume().
#pragma once

#include <optional>
#include <string>

#include "warehouse/postgres/session.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::postgres {

class PostgresReader final : public Session, public Reader {
 public:
  PostgresReader(const std::string& url, const Options& options);

  const std::optional<Published>& published() const override;
  /// Never throws; a connection that was lost is made anew by the next statement.
  void renew() override;

  std::int64_t execute(std::string_view sql) override;
  std::vector<Column> for_each(std::string_view sql, const Parameters& parameters,
                               const RowVisitor& visit) override;

 private:
  enum class State { idle, beginning, reading };

  void begin();
  void expect_reading();

  State state_ = State::idle;
  bool is_in_statement_ = false;  // one of for_each(), or what is left of one that failed
  std::optional<Published> published_;
};

}  // namespace cartograph::warehouse::postgres
