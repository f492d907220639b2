#include "failover/probe/registration_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/testing.h"
#include "failover/probe/registration_probe_testing.h"

namespace tidemark::failover::probe {
namespace {

using base::StatusIs;
using ::testing::IsEmpty;

TEST_F(RegistrationProbeTest, RightAnswersAreRight) {
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_TRUE(result.good()) << TextOf(result);
  const uint64_t absent = witness_->testimony().absent.size();
  EXPECT_GT(absent, 10u);
  EXPECT_EQ(result.asked, 9 + 2 * absent)
      << "the domain and a server twice, a server, the registrar, contacts, absent names twice";
  EXPECT_EQ(result.by_question[static_cast<size_t>(RegistrationQuestion::kRdapDomain)].right, 1u);
  EXPECT_EQ(result.by_question[static_cast<size_t>(RegistrationQuestion::kWhoisDomain)].right, 1u);
  EXPECT_EQ(result.by_question[static_cast<size_t>(RegistrationQuestion::kRdapRegistrar)].right,
            1u);
  EXPECT_TRUE(result.first_right_seconds.has_value());
  EXPECT_EQ(server_->connections(), 1) << "the connection is kept";
  EXPECT_THAT(result.differences, IsEmpty());
}

TEST_F(RegistrationProbeTest, WhatIsAbsentMustNotBeFound) {
  const std::string name = witness_->testimony().absent[0];
  server_->pages["/domain/" + name] = {.body = kDomain};
  server_->whois[name] = kWhois;
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kStatusCode), 2u) << TextOf(result);
  EXPECT_EQ(result.right, result.asked - 2);
}

TEST_F(RegistrationProbeTest, ARegistrarMustBeTheOneAskedFor) {
  server_->pages["/entity/9995"].body = absl::StrReplaceAll(
      kRegistrar, {{R"("identifier": "9995")", R"("identifier": "1")"}, {"Honest", "Other"}});
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kRegistrar), 1u);
  EXPECT_EQ(result.differences.size(), 2u) << "IANA id and name";
}

TEST_F(RegistrationProbeTest, AnotherStatusOrMediaTypeIsNoAnswer) {
  server_->pages["/domain/a.example"].media_type = "text/html";
  server_->pages["/entity/9995"].status = 500;
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kMalformed), 1u);
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kStatusCode), 1u);
}

TEST_F(RegistrationProbeTest, AnAnswerThatIsCutOrTooLargeOrTooDeepIsNone) {
  server_->pages["/entity/9995"].body = std::string(2 << 20, ' ');
  server_->pages["/domain/a.example"].body =
      absl::StrCat(R"({"objectClassName": "domain", "x": )", std::string(5000, '['),
                   std::string(5000, ']'), "}");
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kMalformed), 1u) << TextOf(result);
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kUnanswered), 1u) << TextOf(result);
}

TEST_F(RegistrationProbeTest, AnAnswerThatEndsEarlyIsNone) {
  server_->cut_body_at = 1;
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kUnanswered),
            7 + witness_->testimony().absent.size());
}

TEST_F(RegistrationProbeTest, AConnectionThatIsClosedBetweenAnswersIsOpenedAgain) {
  server_->hangs_up = true;
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_TRUE(result.good()) << TextOf(result);
  EXPECT_GT(server_->connections(), 10);
}

TEST_F(RegistrationProbeTest, WhoisThatHadTooManyQuestionsIsAskedAgain) {
  server_->whois_refused = 2;
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_TRUE(result.good()) << TextOf(result);
}

TEST_F(RegistrationProbeTest, WhoisThatNeverAnswersIsNotAskedForEver) {
  server_->whois_refused = 1 << 20;
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kMalformed), 2 + witness_->testimony().absent.size())
      << TextOf(result);
}

TEST_F(RegistrationProbeTest, ASilentServerEndsAtTheDeadline) {
  server_->is_silent = true;
  options_.answer_timeout = absl::Milliseconds(50);
  options_.deadline = absl::Milliseconds(300);
  options_.whois_share = 0;
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_TRUE(result.deadline_passed);
  EXPECT_EQ(result.asked, 7 + witness_->testimony().absent.size());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kUnanswered), result.asked);
  EXPECT_EQ(result.right, 0u);
}

TEST_F(RegistrationProbeTest, ACertificateOfAnotherIsRefused) {
  ASSERT_OK(server_->Start());
  started_ = true;
  LyingServer other(base::TestDir());
  ASSERT_OK(other.Start());
  ASSERT_OK_AND_ASSIGN(const std::string certificate,
                       base::ReadSmallFile(other.certificate_path()));
  ASSERT_OK(base::WriteFile(server_->certificate_path(), certificate, base::FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kUnanswered),
            7 + witness_->testimony().absent.size());
}

TEST_F(RegistrationProbeTest, ACertificateForAnotherNameIsRefused) {
  ASSERT_OK(server_->Start());
  started_ = true;
  RegistrationProbeOptions options = {
      .target = {.rdap_url = absl::StrReplaceAll(server_->url(), {{"127.0.0.1", "rdap.test"}}),
                 .certificate_path = server_->certificate_path(),
                 .rdap_address = "127.0.0.1",
                 .whois_address = ""},
      .witness = &*witness_,
      .connections = 1};
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, ProbeRegistrations(options));
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kUnanswered), result.asked);
  EXPECT_GT(result.asked, 0u);
}

TEST_F(RegistrationProbeTest, ItStopsWhenTold) {
  options_.should_stop = [] { return true; };
  EXPECT_THAT(Probe(), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(RegistrationProbeTest, WrongOptionsAreRefused) {
  ASSERT_OK(server_->Start());
  RegistrationProbeOptions good;
  good.witness = &*witness_;
  good.target.rdap_url = server_->url();
  good.target.certificate_path = server_->certificate_path();
  const auto refused = [&good](const auto& spoil, absl::StatusCode code) {
    RegistrationProbeOptions options = good;
    spoil(options);
    EXPECT_THAT(ProbeRegistrations(options), StatusIs(code));
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  for (const char* url : {"", "http://127.0.0.1/", "https://127.0.0.1", "https:///",
                          "https://127.0.0.1:0/", "https://127.0.0.1:99999/", "https://[::1/"}) {
    refused([url](auto& options) { options.target.rdap_url = url; }, kInvalid);
  }
  refused([](auto& options) { options.connections = 0; }, kInvalid);
  refused([](auto& options) { options.whois_share = 1.5; }, kInvalid);
  refused([](auto& options) { options.witness = nullptr; }, kInvalid);
  refused([](auto& options) { options.target.whois_address = "nowhere"; }, kInvalid);
  refused([](auto& options) { options.target.certificate_path += ".none"; },
          absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace tidemark::failover::probe
