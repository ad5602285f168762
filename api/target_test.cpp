// Paths and parameters, and what is none.
#include "api/target.hpp"

#include <gtest/gtest.h>

#include "api/problem.hpp"

namespace cartograph::api {
namespace {

using Segments = std::vector<std::string>;
using Query = std::vector<std::pair<std::string, std::string>>;

TEST(Target, IsTakenApartAndDecoded) {
  const Target target = parse_target("/metrics/daily?from=2025-03-01&a=b%26c+d&e");
  EXPECT_EQ(target.segments, (Segments{"metrics", "daily"}));
  EXPECT_EQ(target.query, (Query{{"from", "2025-03-01"}, {"a", "b&c d"}, {"e", ""}}));
  EXPECT_EQ(target.path, "/metrics/daily");
}

TEST(Target, IsTheSameBelowV1) {
  EXPECT_EQ(parse_target("/v1/metrics").segments, parse_target("/metrics").segments);
  EXPECT_EQ(parse_target("/v1").segments, parse_target("/").segments);
}

TEST(Target, KeepsASlashThatIsPartOfASegment) {
  EXPECT_EQ(parse_target("/explain/orders/A%2F1").segments, (Segments{"explain", "orders", "A/1"}));
}

TEST(Target, TellsASlashAtTheEnd) {
  EXPECT_EQ(parse_target("/metrics/").segments, (Segments{"metrics", ""}));
  EXPECT_TRUE(parse_target("/").segments.empty());
}

TEST(Target, MayNameTheServerAsProxiesDo) {
  EXPECT_EQ(parse_target("http://host:8080/runs?limit=1").segments, (Segments{"runs"}));
  EXPECT_TRUE(parse_target("http://host").segments.empty());
}

TEST(Target, ThatCannotBeReadIsAProblem) {
  for (const char* wrong : {"", "metrics", "/%", "/%2", "/%zz", "/%ff", "/%c3", "/%00", "/a%0ab",
                            "/a?b=%e2%82", "/a#b", "//host\x01"}) {
    try {
      parse_target(wrong);
      ADD_FAILURE() << wrong;
    } catch (const Problem& problem) {
      EXPECT_EQ(problem.status(), 400) << wrong;
    }
  }
}

TEST(Secrets, AreNotShownHoweverTheyAreSpelt) {
  EXPECT_EQ(without_secrets("/a?key=cg_1&b=2"), "/a?key=…&b=2");
  EXPECT_EQ(without_secrets("/a?b=2&KEY=x"), "/a?b=2&KEY=…");
  EXPECT_EQ(without_secrets("/a?%6bey=cg_1"), "/a?%6bey=…");
  EXPECT_EQ(without_secrets("/a?from=2025-03-01"), "/a?from=2025-03-01");
}

TEST(PercentEncoded, IsDecodedToTheSame) {
  const std::string text = "a b&c=d/é%+~";
  EXPECT_EQ(parse_target("/?x=" + percent_encoded(text)).query.at(0).second, text);
}

}  // namespace
}  // namespace cartograph::api
