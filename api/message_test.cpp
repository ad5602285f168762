// Heads as they go out, and requests that the server does not read.
#include "api/message.hpp"

#include <gtest/gtest.h>

namespace cartograph::api {
namespace {

Request asked(std::vector<Header> headers) {
  Request request;
  request.method = "GET";
  request.target = "/";
  request.headers = std::move(headers);
  return request;
}

TEST(Refusal, LeavesAPlainRequestAlone) {
  EXPECT_FALSE(refusal(asked({{"Host", "a"}}), 11));
  EXPECT_FALSE(refusal(asked({{"Host", "a"}, {"Content-Length", "0"}}), 11));
  EXPECT_FALSE(refusal(asked({}), 10));
}

TEST(Refusal, TurnsAwayBodies) {
  EXPECT_EQ(refusal(asked({{"Host", "a"}, {"Content-Length", "1"}}), 11)->status, 413);
  EXPECT_EQ(refusal(asked({{"Host", "a"}, {"transfer-encoding", "chunked"}}), 11)->status, 413);
  EXPECT_EQ(refusal(asked({{"Host", "a"}, {"Transfer-Encoding", "identity"}}), 11)->status, 413);
}

TEST(Refusal, TurnsAwayUpgradesAndOtherNumbersOfHosts) {
  EXPECT_EQ(refusal(asked({{"Host", "a"}, {"Upgrade", "h2c"}}), 11)->status, 400);
  EXPECT_EQ(refusal(asked({}), 11)->status, 400);
  EXPECT_EQ(refusal(asked({{"Host", "a"}, {"Host", "b"}}), 11)->status, 400);
}

TEST(HeadOf, SaysTheLengthAlsoWhereTheBodyIsLeftOut) {
  Response response;
  response.headers = {{"Content-Type", "text/plain"}};
  response.body = std::make_shared<const std::string>("four");
  response.without_body = true;
  EXPECT_EQ(head_of(response, "DATE", true),
            "HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n"
            "Connection: keep-alive\r\n\r\n");
}

TEST(HeadOf, SaysNoLengthWhereThereCanBeNoBody) {
  Response response;
  response.status = 304;
  EXPECT_EQ(head_of(response, "DATE", false),
            "HTTP/1.1 304 Not Modified\r\nDate: DATE\r\nConnection: close\r\n\r\n");
}

TEST(FindHeader, LooksInAnyLetterCase) {
  const std::vector<Header> headers = {{"Accept", "a"}, {"ACCEPT", "b"}};
  ASSERT_NE(find_header(headers, "accept"), nullptr);
  EXPECT_EQ(*find_header(headers, "accept"), "a");
  EXPECT_EQ(find_header(headers, "accep"), nullptr);
}

}  // namespace
}  // namespace cartograph::api
