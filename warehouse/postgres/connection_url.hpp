// A PostgreSQL URL as the configuration names it: checked before libpq sees it, and shown to people
// without its password.
#pragma once

#include <string>

namespace cartograph::warehouse::postgres {

/// Throws UsageError, which repeats nothing of the URL, where it cannot be one or where a password
/// in it could be taken for another part.
void expect_valid_url(const std::string& url);

/// User, host, port, database and service of a valid `url`; never a password.
std::string without_password(const std::string& url);

}  // namespace cartograph::warehouse::postgres
