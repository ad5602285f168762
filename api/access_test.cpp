// Who is let in, how often, and who waits. Times are made up.
#include "api/access.hpp"

#include <gtest/gtest.h>

#include "api/problem.hpp"
#include "tests/support.hpp"

namespace cartograph::api {
namespace {

class AccessTest : public testing::Test {
 protected:
  AccessTest()
      : file_(folder_.path()),
        key_(file_.add("all", "")),
        export_key_(file_.add("one", "/metrics/daily")),
        ring_(file_) {}

  static Request bearer(const std::string& key) {
    Request request;
    request.peer = "10.0.0.1";
    request.headers = {{"Authorization", "Bearer " + key}};
    return request;
  }

  // The status that a request gets, or 200 where it is admitted.
  int status(Access& access, const Request& request, const std::string& target = "/runs",
             Moment at = {}) {
    try {
      const Target parsed = parse_target(target);
      access.admit(request, parsed, parsed.path, at);
      return 200;
    } catch (const Problem& problem) {
      headers_ = problem.headers();
      return problem.status();
    }
  }

  tests::TemporaryFolder folder_;
  KeyFile file_;
  std::string key_;
  std::string export_key_;
  KeyRing ring_;
  std::vector<Header> headers_;
};

TEST_F(AccessTest, NeedsAKeyOnlyWhereOneIsRequired) {
  Access open(ring_, false, 600);
  Access closed(ring_, true, 600);
  EXPECT_EQ(status(open, Request{}), 200);
  EXPECT_EQ(status(closed, Request{}), 401);
  ASSERT_NE(find_header(headers_, "WWW-Authenticate"), nullptr);
  EXPECT_TRUE(find_header(headers_, "WWW-Authenticate")->starts_with("Basic "));
}

TEST_F(AccessTest, TakesAKeyAsBearerOrAsAPassword) {
  Access access(ring_, true, 600);
  EXPECT_EQ(status(access, bearer(key_)), 200);
  // "me:secret" and the like, as curl --user sends it.
  Request basic;
  basic.headers = {{"Authorization", "Basic bWU6c2VjcmV0"}};
  const auto credential = credential_of(basic, parse_target("/"));
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->text, "secret");
  basic.headers = {{"Authorization", "Basic OnNlY3JldA=="}};
  EXPECT_EQ(credential_of(basic, parse_target("/"))->text, "secret");
}

TEST_F(AccessTest, RefusesAWrongKeyAlsoWhereNoneIsNeeded) {
  Access access(ring_, false, 600);
  EXPECT_EQ(status(access, bearer(key_ + "0")), 401);
  int address = 0;
  for (const char* header : {"Bearer", "Basic", "Basic !!!!", "Basic YQ==", "Digest x", ""}) {
    Request request;
    request.peer = "10.0.1." + std::to_string(++address);  // one that has not guessed before
    request.headers = {{"Authorization", header}};
    EXPECT_EQ(status(access, request), 401) << header;
  }
}

TEST_F(AccessTest, LetsOnlyExportKeysStandInTheUrl) {
  Access access(ring_, true, 600);
  EXPECT_EQ(status(access, Request{}, "/runs?key=" + key_), 401);
  EXPECT_EQ(status(access, Request{}, "/metrics/daily?key=" + export_key_), 200);
}

TEST_F(AccessTest, LetsAnExportKeyReadItsPathAlone) {
  Access access(ring_, true, 600);
  EXPECT_EQ(status(access, bearer(export_key_), "/runs"), 403);
  EXPECT_EQ(status(access, bearer(export_key_), "/metrics/daily"), 200);
}

TEST_F(AccessTest, LimitsHowOftenAKeyIsUsedAndSaysWhenItMayAgain) {
  Access access(ring_, true, 60);
  const Moment start{};
  for (int i = 0; i < 60; ++i) ASSERT_EQ(status(access, bearer(key_), "/runs", start), 200);
  EXPECT_EQ(status(access, bearer(key_), "/runs", start), 429);
  EXPECT_EQ(*find_header(headers_, "Retry-After"), "1");
  EXPECT_EQ(status(access, bearer(export_key_), "/metrics/daily", start), 200);
  EXPECT_EQ(status(access, bearer(key_), "/runs", start + std::chrono::seconds(1)), 200);
  EXPECT_EQ(status(access, bearer(key_), "/runs", start + std::chrono::seconds(1)), 429);
}

TEST_F(AccessTest, SlowsAnAddressDownThatGuesses) {
  Access access(ring_, true, 600);
  for (int i = 0; i < 5; ++i) ASSERT_EQ(status(access, bearer("x")), 401);
  EXPECT_EQ(status(access, bearer("x")), 429);
  EXPECT_EQ(*find_header(headers_, "Retry-After"), "2");
  EXPECT_EQ(status(access, bearer("x")), 429);
  EXPECT_EQ(*find_header(headers_, "Retry-After"), "4");
  EXPECT_EQ(status(access, bearer(key_)), 200);
  Request other = bearer("x");
  other.peer = "10.0.0.2";
  EXPECT_EQ(status(access, other), 401);
  EXPECT_EQ(status(access, bearer("x"), "/runs", Moment{} + std::chrono::hours(1)), 401);
}

}  // namespace
}  // namespace cartograph::api
