// URLs, and passwords that look like other parts of them.
#include "warehouse/postgres/connection_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::warehouse::postgres {
namespace {

TEST(PostgresUrl, WhatLibpqTakesIsValid) {
  for (const char* url :
       {"postgresql://", "postgres://host", "postgresql://user@host/shop",
        "postgresql://user:p%40ss@host:5433/shop?sslmode=verify-full&application_name=x",
        "postgresql://one:5432,two:5433/shop?target_session_attrs=read-write",
        "postgresql://[::1]:5432/shop", "postgresql:///shop?host=%2Frun%2Fpostgresql",
        "postgresql://?service=shop", "postgresql:///shop?user=me@work",
        "postgresql://user:12?#secret@host/shop"}) {
    EXPECT_NO_THROW(expect_valid_url(url)) << url;
  }
}

TEST(PostgresUrl, AnUnescapedPasswordIsRefusedAndNotRepeated) {
  for (const char* url :
       {"postgresql://user:s@secret@host/shop", "postgresql://user:s/secret@host/shop",
        "postgresql://user:12/secret@host/shop", "postgresql://user:s?/secret@host/shop",
        "postgresql://user:12?/secret@host/shop", "postgresql://user:12?/secret=x@host/shop",
        "postgresql://user:s%secret@host/shop"}) {
    const std::string message = tests::message_of<UsageError>([&] { expect_valid_url(url); });
    EXPECT_THAT(message, testing::HasSubstr("%40 (@)")) << url;
    EXPECT_THAT(message, testing::Not(testing::HasSubstr("secret"))) << url;
  }
}

TEST(PostgresUrl, IsShownWithoutItsPassword) {
  EXPECT_EQ(without_password("postgresql://user:secret@host:5433/shop?password=secret"),
            "postgresql://user@host:5433/shop");
  EXPECT_EQ(without_password("postgresql:///shop?host=%2Frun%2Fpostgresql&user=me"),
            "postgresql://me@/shop?host=/run/postgresql");
  EXPECT_EQ(without_password("postgresql://?service=shop"), "postgresql:///?service=shop");
}

}  // namespace
}  // namespace cartograph::warehouse::postgres
