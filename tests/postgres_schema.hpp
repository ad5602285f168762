// A schema of a test's own on the server of tests/postgres_server.hpp, which goes with the object.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "warehouse/postgres/session.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::tests {

class PostgresSchema {
 public:
  /// `name` is any that a schema can have; a number that no other process's schema has is added.
  explicit PostgresSchema(std::string_view name);
  ~PostgresSchema();
  PostgresSchema(const PostgresSchema&) = delete;
  PostgresSchema& operator=(const PostgresSchema&) = delete;

  const warehouse::Options& options() const { return options_; }
  /// A session of its own in the schema.
  std::unique_ptr<warehouse::postgres::Session> connect() const;

 private:
  warehouse::Options options_;
};

}  // namespace cartograph::tests
