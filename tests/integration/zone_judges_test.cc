// A rebuilt zone, signed and served, before judges that are not ours: the zone that the registry
// itself had, the deposit as the only witness, five programs of others that check a signed zone,
// and delv.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/installed_testing.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/probe.h"
#include "failover/probe/whole_zone.h"
#include "rde/reader.h"
#include "rde/records.h"
#include "tests/integration/judged_registry.h"
#include "tests/support/deposits.h"
#include "tests/support/served_registry.h"

namespace tidemark::tests {
namespace {

using failover::DepositWitness;
using failover::ProbeResult;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr absl::Duration kTimeout = absl::Minutes(2);
constexpr size_t kOutputBytesMax = 16 << 20;

// Names that are pendingDelete, by a reading of the test's own.
class DeletedNames final : public rde::RecordSink {
 public:
  void OnDeposit(const rde::DepositInfo&, const rde::Position&) override {}
  void OnFlaw(const rde::Flaw&) override {}
  void OnRecord(const rde::Record& record, const rde::Position&) override {
    const auto* domain = std::get_if<rde::Domain>(&record);
    if (domain == nullptr) return;
    for (const rde::StatusValue& status : domain->statuses) {
      if (status.s == "pendingDelete") names.insert(absl::AsciiStrToLower(domain->name));
    }
  }
  std::set<std::string> names;
};

class ZoneJudges : public JudgedRegistry {
 protected:
  void SetUp() override {
    JudgedRegistry::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_NO_FATAL_FAILURE(Serve());
    target_ = {.address = "127.0.0.1", .port = served_->dns_port(), .tld = served_->tld()};
  }

  absl::StatusOr<DepositWitness> Delegations() const {
    return Witness({.tld = "", .registrations = failover::Registrations::kNo});
  }

  // What a program of others says of a zone; `line` begins with its name.
  static absl::StatusOr<base::RunResult> Check(std::vector<std::string> line) {
    line[0] = base::InstalledProgram(line[0]);
    return base::RunAndCapture(line, kTimeout, kOutputBytesMax);
  }

  failover::ProbeTarget target_;
};

TEST_P(ZoneJudges, EveryDelegationIsTheSourcesButForDeletedOnes) {
  DeletedNames deleted;
  ASSERT_OK(WitnessedFile(deposit_)(deleted));
  ASSERT_OK_AND_ASSIGN(
      const ProbeResult result,
      failover::ProbeDelegations({.target = target_, .master_file = source_zone_}));
  EXPECT_GT(result.equal, 100u);
  EXPECT_EQ(result.asked, result.expected) << "each was answered";
  EXPECT_EQ(result.difference_count, result.differences.size());
  for (const failover::ProbeDifference& difference : result.differences) {
    EXPECT_TRUE(deleted.names.contains(difference.name))
        << difference.name << ": " << difference.what;
    EXPECT_THAT(difference.what, StartsWith("no referral"));
  }
  std::cout << GetParam().title << ": " << result.equal << " of " << result.expected
            << " delegations equal the source's, " << result.difference_count
            << " are pendingDelete\n";
}

TEST_P(ZoneJudges, TheDepositAloneBearsItOut) {
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Delegations());
  ASSERT_OK_AND_ASSIGN(const ProbeResult result,
                       failover::ProbeDelegations({.target = target_, .witness = &witness}));
  EXPECT_TRUE(result.good());
  for (const failover::ProbeDifference& difference : result.differences) {
    ADD_FAILURE() << difference.name << ": " << difference.what;
  }
  EXPECT_EQ(result.expected, witness.counts().delegations);
  EXPECT_EQ(result.absent_asked, witness.counts().withheld);
  EXPECT_EQ(result.absent_equal, result.absent_asked);
  EXPECT_GT(result.absent_asked, 0u);
  std::cout << GetParam().title << ": " << result.equal << " delegated, " << result.absent_equal
            << " not delegated, as the deposit has it\n";
}

TEST_P(ZoneJudges, EveryRecordOfTheZoneIsOneThatTheDepositWants) {
  ASSERT_OK_AND_ASSIGN(
      const DepositWitness witness,
      Witness({.tld = "", .sample = 1, .registrations = failover::Registrations::kNo}));
  ASSERT_OK_AND_ASSIGN(
      const failover::WholeZoneResult result,
      failover::ProbeWholeZone({.target = target_,
                                .key_name = ServedRegistry::kTransferKeyName,
                                .key_secret_base64 = ServedRegistry::TransferSecret(),
                                .witness = &witness,
                                .now = absl::Now()}));
  EXPECT_TRUE(result.good());
  for (const failover::ProbeDifference& difference : result.differences) {
    ADD_FAILURE() << difference.name << ": " << difference.what;
  }
  EXPECT_EQ(result.delegations, witness.counts().delegations);
  EXPECT_GT(result.records, result.delegations);
  std::cout << GetParam().title << ": " << result.records << " records looked at\n";
}

TEST_P(ZoneJudges, CheckersOfOthersAcceptTheSignedZone) {
  SKIP_UNLESS_INSTALLED("ldns-verify-zone", "dnssec-verify", "kzonecheck", "named-checkzone",
                        "nsd-checkzone");
  ASSERT_OK_AND_ASSIGN(const std::string zone, served_->FlushSignedZone());
  const std::string tld = served_->tld();
  const std::vector<std::vector<std::string>> checkers = {
      {"ldns-verify-zone", zone},      {"dnssec-verify", "-q", "-o", tld, zone},
      {"kzonecheck", "-o", tld, zone}, {"named-checkzone", "-q", "-i", "local", tld, zone},
      {"nsd-checkzone", tld, zone},
  };
  for (const std::vector<std::string>& checker : checkers) {
    ASSERT_OK_AND_ASSIGN(const base::RunResult run, Check(checker));
    EXPECT_EQ(run.exit_status, 0) << checker[0] << ": " << run.out << run.err;
  }
}

TEST_P(ZoneJudges, CheckersOfOthersRefuseItWhereOneByteIsWrong) {
  SKIP_UNLESS_INSTALLED("ldns-verify-zone", "dnssec-verify");
  ASSERT_OK_AND_ASSIGN(const std::string zone, served_->FlushSignedZone());
  const std::string altered = dir_ + "/altered.zone";
  // A DS that its signature is not of.
  ASSERT_OK(EditFile(zone, altered, [](std::string text) {
    const size_t ds = text.find("\tDS\t");
    EXPECT_NE(ds, std::string::npos);
    const size_t digit = text.find_last_of("0123456789ABCDEFabcdef", text.find('\n', ds));
    text[digit] = text[digit] == '0' ? '1' : '0';
    return text;
  }));
  for (const std::vector<std::string>& checker : std::vector<std::vector<std::string>>{
           {"ldns-verify-zone", altered}, {"dnssec-verify", "-q", "-o", served_->tld(), altered}}) {
    ASSERT_OK_AND_ASSIGN(const base::RunResult run, Check(checker));
    EXPECT_NE(run.exit_status, 0) << checker[0];
  }
}

TEST_P(ZoneJudges, DelvValidatesEveryAnswerOfTheSample) {
  SKIP_UNLESS_INSTALLED("delv");
  ASSERT_OK_AND_ASSIGN(const DepositWitness witness, Delegations());
  ASSERT_OK_AND_ASSIGN(const failover::ValidationResult result,
                       failover::ValidateSample({.target = target_,
                                                 .witness = &witness,
                                                 .trust_anchor_path = served_->trust_anchor_path(),
                                                 .sample_max = 30}));
  EXPECT_TRUE(result.good());
  EXPECT_THAT(result.failures, IsEmpty());
  EXPECT_GT(result.sampled, 20u) << "the apex, absent names, and signed delegations";
  std::cout << GetParam().title << ": delv validates " << result.validated << " of "
            << result.sampled << "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Zones, ZoneJudges,
    ::testing::Values(JudgedDeposit{.title = "OthersExample", .others = "example"},
                      JudgedDeposit{.title = "OthersSample", .others = "sample"},
                      JudgedDeposit{.title = "HostObjects"},
                      JudgedDeposit{.title = "HostAttributes",
                                    .made = {.domains = 2000,
                                             .host_model = generator::HostModel::kAttributes}},
                      JudgedDeposit{.title = "CsvModel",
                                    .made = {.domains = 2000,
                                             .csv_uris = {std::string(rde::kCsvDomainUri),
                                                          std::string(rde::kCsvHostUri)}}}),
    TitleOf);

}  // namespace
}  // namespace tidemark::tests
