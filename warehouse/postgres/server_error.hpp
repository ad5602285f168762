// What PostgreSQL and libpq say of an error, as the program's own errors: TransientError where it
// may pass by itself.
#pragma once

#include <libpq-fe.h>

#include <string>
#include <string_view>

namespace cartograph::warehouse::postgres {

/// The SQLSTATE of a statement that was cancelled.
constexpr std::string_view kQueryCanceled = "57014";

/// The SQLSTATE of a failed `result`; empty where the connection failed, not the statement.
std::string_view state_of(const PGresult* result);

/// Throws what the server says in a failed `result`, with its SQLSTATE.
[[noreturn]] void throw_refusal(const PGresult* result);

/// Throws what libpq says of a connection that could not be made.
[[noreturn]] void throw_unreachable(const std::string& warehouse, const PGconn* connection);

}  // namespace cartograph::warehouse::postgres
