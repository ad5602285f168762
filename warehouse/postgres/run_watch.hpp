// Notices publications in a schema: a commit of a writer notifies those who listen, and a look at
// one indexed row of run_log says whether it has published. Has a connection of its own; while
// nothing comes, the server is asked nothing. One thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "warehouse/postgres/session.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::postgres {

/// What a writer executes before it commits: wakes the watches of its schema when it has.
std::string notification_of(const std::string& schema);

class RunWatch final : public PublicationWatch {
 public:
  RunWatch(std::string url, const Options& options);

  bool changed() override;

 private:
  void connect();
  bool is_time_to_look();
  std::string latest_run();

  const std::string url_;
  const Options options_;
  std::unique_ptr<Session> session_;
  bool is_listening_ = false;
  std::optional<std::string> seen_;  // nothing where the server has not yet been reached
  std::chrono::steady_clock::time_point looked_at_;
};

}  // namespace cartograph::warehouse::postgres
