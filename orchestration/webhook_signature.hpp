// The signature of a webhook, as Standard Webhooks has it, which receivers can check with a library
// or a few lines: docs/notifications.md. HMAC-SHA256 over "id.time.body". Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cartograph::orchestration {

/// Whether it is "whsec_" and the base64 of 24 to 64 bytes.
bool is_webhook_secret(std::string_view secret);

/// The headers webhook-id, webhook-timestamp and webhook-signature for `body`, sent at
/// `unix_seconds`. Throws UsageError where the secret is none.
std::vector<std::string> webhook_headers(std::string_view secret, std::string_view id,
                                         std::int64_t unix_seconds, std::string_view body);

}  // namespace cartograph::orchestration
