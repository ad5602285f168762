// Dropped through a session of its own: the test's may be broken by then.
#include "tests/postgres_schema.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "tests/postgres_server.hpp"

namespace cartograph::tests {

PostgresSchema::PostgresSchema(std::string_view name) {
  options_.schema = fmt::format("{}_{}", name, ::getpid());
  connect()->execute("create schema " + warehouse::postgres::quote_name(options_.schema));
}

PostgresSchema::~PostgresSchema() {
  connect()->execute(
      fmt::format("drop schema {} cascade", warehouse::postgres::quote_name(options_.schema)));
}

std::unique_ptr<warehouse::postgres::Session> PostgresSchema::connect() const {
  return std::make_unique<warehouse::postgres::Session>(postgres_url(), options_);
}

}  // namespace cartograph::tests
