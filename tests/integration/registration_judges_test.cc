// RDAP and WHOIS of a rebuilt registry as they are served, before the observer, whose only witness
// is the deposit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/testing.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/registration_probe.h"
#include "tests/integration/judged_registry.h"

namespace tidemark::tests {
namespace {

using failover::DepositWitness;
using failover::RegistrationProbeOptions;
using failover::RegistrationProbeResult;
using failover::RegistrationQuestion;

constexpr char kNoLimits[] = "[rdds.limits]\nrequests_per_second = 100000\nburst = 100000\n";

class RegistrationJudges : public JudgedRegistry {
 protected:
  absl::StatusOr<RegistrationProbeResult> Probe(const failover::WitnessOptions& options) {
    ASSIGN_OR_RETURN(const DepositWitness witness, Witness(options));
    domains_ = witness.counts().domains;
    return failover::ProbeRegistrations(
        {.target = {.rdap_url = served_->ready()["rdap_url"],
                    .certificate_path = served_->ready()["rdap_certificate"],
                    .whois_address = "127.0.0.1",
                    .whois_port = served_->ready()["whois_port"]},
         .witness = &witness,
         .whois_share = 0.2});
  }

  uint64_t domains_ = 0;
};

void ExpectGood(const RegistrationProbeResult& result) {
  EXPECT_TRUE(result.good()) << result.right << " of " << result.asked;
  for (const failover::RegistrationDifference& difference : result.differences) {
    ADD_FAILURE() << RegistrationQuestionName(difference.question) << " " << difference.name << " "
                  << RegistrationFlawName(difference.flaw) << ": " << difference.what;
  }
}

const RegistrationProbeResult::Count& CountOf(const RegistrationProbeResult& result,
                                              RegistrationQuestion question) {
  return result.by_question[static_cast<size_t>(question)];
}

TEST_P(RegistrationJudges, EveryRegistrationIsTheDepositsAndNothingLeaks) {
  ASSERT_NO_FATAL_FAILURE(Serve(kNoLimits));
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe({}));
  ExpectGood(result);
  EXPECT_EQ(CountOf(result, RegistrationQuestion::kRdapDomain).right, domains_);
  EXPECT_GE(CountOf(result, RegistrationQuestion::kWhoisDomain).right, domains_ / 5);
  EXPECT_GT(CountOf(result, RegistrationQuestion::kRdapAbsent).right, 0u);
  EXPECT_GT(CountOf(result, RegistrationQuestion::kRdapRegistrar).right, 0u);
  EXPECT_TRUE(result.first_right_seconds.has_value());
  std::cout << GetParam().title << ":";
  for (size_t i = 0; i < failover::kRegistrationQuestions; ++i) {
    std::cout << " " << RegistrationQuestionName(static_cast<RegistrationQuestion>(i)) << " "
              << result.by_question[i].right << "/" << result.by_question[i].asked;
  }
  std::cout << "\n";
}

// As a stranger is served: the observer waits where it had too many questions.
TEST_P(RegistrationJudges, ASampleIsRightUnderTheLimitsForStrangers) {
  ASSERT_NO_FATAL_FAILURE(Serve("[rdds.limits]\nrequests_per_second = 200\nburst = 20\n"));
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result,
                       Probe({.tld = "", .sample = 100, .seed = 3}));
  ExpectGood(result);
  EXPECT_EQ(CountOf(result, RegistrationQuestion::kRdapDomain).asked, 100u);
}

// The witness's policy is not the server's: what the server shows by its configuration is found.
TEST_P(RegistrationJudges, APolicyThatShowsMoreIsFound) {
  ASSERT_NO_FATAL_FAILURE(
      Serve(absl::StrCat(kNoLimits, "[rdds.redaction]\nname = \"always\"\nemail = \"always\"\n")));
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result,
                       Probe({.tld = "", .sample = 100, .seed = 3}));
  const uint64_t found =
      result.by_flaw[static_cast<size_t>(failover::RegistrationFlaw::kPersonalData)];
  if (GetParam().others == "sample" ||
      GetParam().made.data_model == generator::DataModel::kMinimum) {
    EXPECT_EQ(found, 0u) << "there are no contacts";
  } else {
    EXPECT_GT(found, 50u);
    EXPECT_EQ(result.asked - result.right, found) << "and nothing else";
  }
}

// Told what is configured, the observer expects exactly that.
TEST_P(RegistrationJudges, WhatTheConfigurationPublishesIsTheDeposits) {
  ASSERT_NO_FATAL_FAILURE(Serve(absl::StrCat(
      kNoLimits,
      "[rdds.redaction]\nid = \"always\"\nname = \"always\"\norganization = \"registrant\"\n"
      "street = \"always\"\ncity = \"registrant\"\ncountry = \"never\"\nphone = \"always\"\n"
      "email = \"registrant\"\nroles = [\"registrant\", \"admin\", \"tech\", \"billing\"]\n"
      "domain_id = false\n")));
  using failover::ContactValue;
  using failover::Shown;
  failover::WitnessOptions options;
  failover::DisclosurePolicy& policy = options.disclosure;
  const auto set = [&policy](ContactValue value, Shown shown) {
    policy.values[static_cast<size_t>(value)] = shown;
  };
  for (const ContactValue value :
       {ContactValue::kId, ContactValue::kName, ContactValue::kStreet, ContactValue::kPhone}) {
    set(value, Shown::kAlways);
  }
  for (const ContactValue value :
       {ContactValue::kOrganization, ContactValue::kCity, ContactValue::kEmail}) {
    set(value, Shown::kRegistrant);
  }
  set(ContactValue::kCountry, Shown::kNever);
  policy.roles = {"registrant", "admin", "tech", "billing"};
  policy.domain_id = false;
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe(options));
  ExpectGood(result);
}

INSTANTIATE_TEST_SUITE_P(
    Deposits, RegistrationJudges,
    ::testing::Values(JudgedDeposit{.title = "OthersExample", .others = "example"},
                      JudgedDeposit{.title = "OthersSample", .others = "sample"},
                      JudgedDeposit{.title = "HostObjects"},
                      JudgedDeposit{.title = "HostAttributesWithoutContacts",
                                    .made = {.domains = 2000,
                                             .host_model = generator::HostModel::kAttributes,
                                             .data_model = generator::DataModel::kMinimum}}),
    TitleOf);

}  // namespace
}  // namespace tidemark::tests
