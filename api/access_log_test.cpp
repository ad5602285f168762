// What a line of the access log shows, and what it never shows.
#include "api/access_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace cartograph::api {
namespace {

using testing::HasSubstr;
using testing::Not;

Request request(std::string target) {
  Request request;
  request.method = "GET";
  request.target = std::move(target);
  request.peer = "10.0.0.1";
  request.headers = {{"Authorization", "Bearer secret"}, {"User-Agent", "a\x01\"b\n\xff"}};
  return request;
}

const AccessEntry kEntry{"id-1", "bi", std::chrono::microseconds(1234)};

TEST(AccessLine, IsTextOrJson) {
  const Response response{404, {}, std::make_shared<const std::string>("12345")};
  EXPECT_THAT(access_line(AccessLog::text, request("/runs?limit=1"), response, kEntry),
              HasSubstr(" 10.0.0.1 GET /runs?limit=1 404 5B 1.23ms bi id-1"));
  const auto line =
      boost::json::parse(access_line(AccessLog::json, request("/runs?limit=1"), response, kEntry));
  EXPECT_EQ(line.at("status").as_int64(), 404);
  EXPECT_EQ(line.at("target").as_string(), "/runs?limit=1");
  EXPECT_EQ(line.at("key").as_string(), "bi");
  EXPECT_EQ(line.at("request_id").as_string(), "id-1");
}

TEST(AccessLine, HoldsNoSecretAndIsOneLine) {
  for (const char* target : {"/runs?key=secret", "/runs?a=b&KEY=secret&c", "/runs?%6bey=secret",
                             "/runs?k%65y=secret\n", "/runs?key=secret\xff"}) {
    for (const AccessLog form : {AccessLog::text, AccessLog::json}) {
      const std::string line = access_line(form, request(target), {}, kEntry);
      EXPECT_THAT(line, Not(HasSubstr("secret"))) << target;
      EXPECT_EQ(line.find('\n'), std::string::npos) << target;
      if (form == AccessLog::text) continue;
      EXPECT_NO_THROW(boost::json::parse(line)) << target;
    }
  }
}

}  // namespace
}  // namespace cartograph::api
