// What of the configuration the front end reads itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/config.h"
#include "base/testing.h"
#include "failover/front/front_end.h"

namespace tidemark::failover::front {
namespace {

TEST(UrlParts, AreHostAndPath) {
  const auto expect = [](absl::string_view url, absl::string_view host, absl::string_view path) {
    EXPECT_EQ(PartsOf(url).host, host) << url;
    EXPECT_EQ(PartsOf(url).path, path) << url;
  };
  expect("https://rdap.nic.example/", "rdap.nic.example", "/");
  expect("https://rdap.nic.example", "rdap.nic.example", "/");
  expect("https://rdap.nic.example:8443/a/b", "rdap.nic.example", "/a/b/");
  expect("https://user@h:1/rdap/", "h", "/rdap/");
  expect("https://[2001:db8::1]:8443/rdap/", "2001:db8::1", "/rdap/");
}

TEST(CheckBaseUrl, TakesOnlyWhatCanBeServed) {
  for (const char* good : {"https://rdap.nic.example/", "https://h:8443/a/b/", "https://[::1]/"}) {
    EXPECT_OK(CheckBaseUrl(good)) << good;
  }
  for (const char* bad : {"http://h/", "https:///", "https://h/?q=1", "https://h/a#b",
                          "https://u@h/", "https://h/a//b/", "https://h/../"}) {
    EXPECT_THAT(CheckBaseUrl(bad), base::StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
}

TEST(LoadLimits, ReadsEveryKeyWithinItsBounds) {
  ASSERT_OK_AND_ASSIGN(
      const base::Config config,
      base::Config::Parse("[rdds.limits]\nconnections_max = 10\nconnections_per_client_max = 11\n"
                          "requests_per_second = 12\nburst = 13\n"
                          "requests_per_connection_max = 14\nheader_bytes_max = 5000\n"
                          "clients_max = 15\nhandshake_max = \"1s\"\nrequest_max = \"2s\"\n"
                          "idle_max = \"3s\"\nanswer_max = \"4s\"\nconnection_max = \"5s\"\n"
                          "connections_per_network_max = 16\noutgoing_bytes_max = 2000000\n"
                          "threads = 3\n",
                          "t"));
  ASSERT_OK_AND_ASSIGN(const Limits limits, LoadLimits(config));
  EXPECT_OK(config.CheckAllKeysKnown());
  EXPECT_EQ(limits.connections_max, 10);
  EXPECT_EQ(limits.connections_per_client_max, 11);
  EXPECT_EQ(limits.requests_per_second, 12);
  EXPECT_EQ(limits.burst, 13);
  EXPECT_EQ(limits.requests_per_connection_max, 14);
  EXPECT_EQ(limits.header_bytes_max, 5000u);
  EXPECT_EQ(limits.clients_max, 15u);
  EXPECT_EQ(limits.handshake_max, absl::Seconds(1));
  EXPECT_EQ(limits.request_max, absl::Seconds(2));
  EXPECT_EQ(limits.idle_max, absl::Seconds(3));
  EXPECT_EQ(limits.answer_max, absl::Seconds(4));
  EXPECT_EQ(limits.connection_max, absl::Seconds(5));
  EXPECT_EQ(limits.connections_per_network_max, 16);
  EXPECT_EQ(limits.outgoing_bytes_max, 2'000'000u);
  EXPECT_EQ(limits.threads, 3);
  for (const char* bad :
       {"connections_max = 1", "threads = 0", "outgoing_bytes_max = 1", "requests_per_second = 0",
        "burst = 0", "header_bytes_max = 100", "idle_max = \"0s\"", "clients_max = 1024"}) {
    ASSERT_OK_AND_ASSIGN(const base::Config wrong,
                         base::Config::Parse(absl::StrCat("[rdds.limits]\n", bad), "t"));
    EXPECT_THAT(LoadLimits(wrong), base::StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
}

}  // namespace
}  // namespace tidemark::failover::front
