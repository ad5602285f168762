// Accept, Accept-Encoding and If-None-Match, as clients send them.
#include "api/negotiation.hpp"

#include <gtest/gtest.h>

#include "api/problem.hpp"

namespace cartograph::api {
namespace {

Request with(const std::string& name, const std::string& value) {
  Request request;
  request.headers = {{name, value}};
  return request;
}

TEST(Accept, IsJsonUnlessCsvIsPreferred) {
  EXPECT_EQ(format_of(Request{}), Format::json);
  for (const char* json :
       {"*/*", "application/json", "", "text/html,application/xml;q=0.9,*/*;q=0.8",
        "text/csv;q=0.5, application/json", "application/*", "text/csv, application/json"}) {
    EXPECT_EQ(format_of(with("Accept", json)), Format::json) << json;
  }
  for (const char* csv : {"text/csv", "TEXT/CSV", "text/*", "text/csv, */*;q=0.1",
                          "application/json;q=0.2, text/csv ; q=0.9"}) {
    EXPECT_EQ(format_of(with("accept", csv)), Format::csv) << csv;
  }
}

TEST(Accept, OfNeitherFormIsAProblem) {
  for (const char* neither : {"text/html", "application/json;q=0", "image/*"}) {
    EXPECT_THROW(format_of(with("Accept", neither)), Problem) << neither;
  }
}

TEST(AcceptEncoding, TakesGzipWhereItIsNamedOrAnyIsTaken) {
  EXPECT_FALSE(accepts_gzip(Request{}));
  for (const char* yes : {"gzip", "deflate, gzip;q=1.0, *;q=0.5", "GZIP", "*", "br,gzip;q=0.001"}) {
    EXPECT_TRUE(accepts_gzip(with("Accept-Encoding", yes))) << yes;
  }
  for (const char* no : {"identity", "gzip;q=0", "*;q=0", "gzip;q=0.000, *", "br"}) {
    EXPECT_FALSE(accepts_gzip(with("Accept-Encoding", no))) << no;
  }
}

TEST(IfNoneMatch, NamesTagsWeakOrStrongOrAll) {
  for (const char* yes : {"\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"}) {
    EXPECT_TRUE(has_already(with("If-None-Match", yes), "\"a\"")) << yes;
  }
  for (const char* no : {"\"b\"", "a", "", "\"aa\""}) {
    EXPECT_FALSE(has_already(with("If-None-Match", no), "\"a\"")) << no;
  }
}

}  // namespace
}  // namespace cartograph::api
