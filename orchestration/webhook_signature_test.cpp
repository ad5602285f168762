// The example of the specification of Standard Webhooks, and secrets that are none.
#include "orchestration/webhook_signature.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace cartograph::orchestration {
namespace {

TEST(WebhookSignature, IsWhatTheSpecificationComputes) {
  const auto headers =
      webhook_headers("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                      1614265330, R"({"test": 2432232314})");
  EXPECT_EQ(headers[0], "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek");
  EXPECT_EQ(headers[1], "webhook-timestamp: 1614265330");
  EXPECT_EQ(headers[2], "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, TakesNoSecretThatIsTooShortOrNoBase64) {
  EXPECT_TRUE(is_webhook_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  EXPECT_FALSE(is_webhook_secret(""));
  EXPECT_FALSE(is_webhook_secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  EXPECT_FALSE(is_webhook_secret("whsec_MfKQ9r8GKYqrTwjU"));
  EXPECT_FALSE(is_webhook_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"));
  EXPECT_FALSE(is_webhook_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!!"));
  EXPECT_FALSE(is_webhook_secret("whsec_" + std::string(4000, 'A')));
  EXPECT_THROW(webhook_headers("secret", "id", 0, ""), UsageError);
}

}  // namespace
}  // namespace cartograph::orchestration
