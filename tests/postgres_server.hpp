// A PostgreSQL server for tests that speak to one without the program: tests/postgres_server.py,
// kept as long as this process lives, or the one that TEST_POSTGRES_URL names.
#pragma once

#include <string>

namespace cartograph::tests {

/// The server's URL; the first call starts it. Throws std::runtime_error where it cannot.
const std::string& postgres_url();

}  // namespace cartograph::tests
