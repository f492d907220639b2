#include "failover/dns/dnskey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

constexpr char kKey[] =
    "Rr7r8bjLZEV3Xdq2/cEMceQlS2kh6rKQkC78YfLf41JSs2qxGxlu0eAz jPlsT4aYE7GB2XSJoMfSdznMkLJTZw==";

TEST(Dnskey, IsReadAsBindAndKeymgrWriteIt) {
  for (const std::string& text :
       {absl::StrCat("; This is a key-signing key\n\nExample. IN DNSKEY 257 3 13 ", kKey, "\n"),
        absl::StrCat("example. DNSKEY 257 3 13 ", kKey),
        absl::StrCat("example.\t3600\tIN\tDNSKEY\t257 3 13 ", kKey, " ; a comment\r\n"),
        absl::StrCat("EXAMPLE IN 3600 dnskey 257 3 13 ", kKey)}) {
    ASSERT_OK_AND_ASSIGN(const Dnskey key, ParseDnskey(text));
    EXPECT_EQ(key.owner, "example");
    EXPECT_EQ(key.flags, 257);
    EXPECT_TRUE(key.is_ksk());
    EXPECT_EQ(key.algorithm, 13);
    EXPECT_EQ(
        key.public_key,
        "Rr7r8bjLZEV3Xdq2/cEMceQlS2kh6rKQkC78YfLf41JSs2qxGxlu0eAzjPlsT4aYE7GB2XSJoMfSdznMkLJTZw"
        "==");
  }
}

TEST(Dnskey, WhatCannotSignTheZoneIsRefusedWithAReason) {
  const std::string key = kKey;
  const struct {
    std::string text;
    const char* why;
  } cases[] = {
      {"", "not a DNSKEY record"},
      {"; nothing\n", "not a DNSKEY record"},
      {"example. IN DS 1 13 2 00", "not a DNSKEY record"},
      {"example. IN DNSKEY 257 3 13", "not a DNSKEY record"},
      {"example. DNSKEY 257 3 13 " + key + "\nexample. DNSKEY 256 3 13 " + key, "more than one"},
      {"a..b DNSKEY 257 3 13 " + key, "owner"},
      {"example. DNSKEY 385 3 13 " + key, "revoked"},
      {"example. DNSKEY 0 3 13 " + key, "flags are 0"},
      {"example. DNSKEY 70000 3 13 " + key, "flags"},
      {"example. DNSKEY -1 3 13 " + key, "no number"},
      {"example. DNSKEY 257 4 13 " + key, "protocol is 4"},
      {"example. DNSKEY 257 3 5 " + key, "algorithm 5 is not supported"},
      {"example. DNSKEY 257 3 269 " + key, "algorithm 269 is not supported"},
      {"example. DNSKEY 257 3 14 " + key, "64 bytes is none of algorithm 14"},
      {"example. DNSKEY 257 3 8 " + key, "64 bytes is none of algorithm 8"},
      {"example. DNSKEY 257 3 13 !!!!", "base64"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(ParseDnskey(c.text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.why)))
        << c.text;
  }
}

}  // namespace
}  // namespace tidemark::failover
