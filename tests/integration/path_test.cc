// The whole path on real input: check, deposit, verify, rebuild; the zone equals its source's.

#include <dirent.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {
namespace {

using ::nlohmann::json;

// Names that the deposit has in pendingDelete, as fully qualified lower-case owners.
std::set<std::string> PendingDelete(const std::string& deposit_path) {
  const absl::StatusOr<std::string> text = base::ReadSmallFile(deposit_path, 64 << 20);
  std::set<std::string> names;
  if (!text.ok()) return names;
  for (size_t at = text->find("s=\"pendingDelete\""); at != std::string::npos;
       at = text->find("s=\"pendingDelete\"", at + 1)) {
    const size_t name = text->rfind("<name>", at);
    const size_t end = text->find("</name>", name);
    names.insert(absl::StrCat(text->substr(name + 6, end - name - 6), "."));
  }
  return names;
}

std::set<std::string> Without(const std::set<std::string>& records,
                              const std::set<std::string>& owners) {
  std::set<std::string> kept;
  for (const std::string& record : records) {
    if (owners.count(record.substr(0, record.find(' '))) == 0) kept.insert(record);
  }
  return kept;
}

// check → deposit → verify → verdict → rebuild from the vault; leaves the zone at `zone_path`.
void FollowThePath(const std::string& tld, const std::string& deposit_path,
                   std::string& zone_path) {
  ASSERT_OK_AND_ASSIGN(const base::RunResult check,
                       Tidemark({"check", deposit_path, "--format", "json"}));
  ASSERT_EQ(check.exit_status, 0) << check.out << check.err;
  const json report = json::parse(check.out);
  const std::string id = absl::StrCat(tld, "/", report["deposit"]["id"].get<std::string>(), "/0");

  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({.tld = tld}));
  const std::string receipt = escrow->dir() + "/receipt";
  ASSERT_OK_AND_ASSIGN(
      const base::RunResult deposit,
      Tidemark({"deposit", deposit_path, "--config", escrow->depositor(), "--receipt", receipt}));
  ASSERT_EQ(deposit.exit_status, 0) << deposit.err;
  ASSERT_OK_AND_ASSIGN(const base::RunResult receipt_verify,
                       Tidemark({"receipt", "verify", receipt, "--agent", escrow->agent()}));
  EXPECT_EQ(receipt_verify.exit_status, 0) << receipt_verify.err;
  // Whatever is appended is an alteration too, though a message twice is a message.
  ASSERT_OK_AND_ASSIGN(const std::string kept, base::ReadSmallFile(receipt));
  for (const std::string& altered : {kept + kept, kept + "\xf8\x06\x01"}) {
    ASSERT_OK(base::WriteFile(receipt, altered, base::FileMode::kPublic));
    ASSERT_OK_AND_ASSIGN(const base::RunResult refused,
                         Tidemark({"receipt", "verify", receipt, "--agent", escrow->agent()}));
    EXPECT_EQ(refused.exit_status, 1) << refused.out;
  }

  ASSERT_OK_AND_ASSIGN(const base::RunResult verify,
                       Tidemark({"verify", id, "--config", escrow->verifier()}));
  EXPECT_EQ(verify.exit_status, 0) << verify.out << verify.err;
  ASSERT_OK_AND_ASSIGN(const base::RunResult verdict,
                       Tidemark({"verdict", id, "--config", escrow->operator_config()}));
  EXPECT_EQ(verdict.exit_status, 0) << verdict.out << verdict.err;

  const std::string out = escrow->dir() + "/rebuilt";
  ASSERT_OK_AND_ASSIGN(const base::RunResult rebuild,
                       Tidemark({"rebuild", id, "--out", out, "--config", escrow->verifier()}));
  EXPECT_EQ(rebuild.exit_status, 0) << rebuild.out << rebuild.err;
  zone_path = absl::StrCat(out, "/zone/", tld, ".zone");
}

class TestdataPath : public ::testing::TestWithParam<const char*> {};

TEST_P(TestdataPath, ZoneEqualsSourceInEveryDelegationButPendingDelete) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  const std::string tld = GetParam();
  const std::string folder = absl::StrCat(*shared, "/testdata/", tld, "/");
  const std::string deposit_path = absl::StrCat(folder, tld, "_2026-11-22_full_S1_R0.xml");
  std::string zone_path;
  ASSERT_NO_FATAL_FAILURE(FollowThePath(tld, deposit_path, zone_path));
  ASSERT_OK_AND_ASSIGN(const auto expected,
                       Delegations(absl::StrCat(folder, tld, ".zone"), tld, Glue::kWithout));
  ASSERT_OK_AND_ASSIGN(const auto actual, Delegations(zone_path, tld, Glue::kWithout));
  const std::set<std::string> leaving = PendingDelete(deposit_path);
  EXPECT_GT(actual.size(), 100u);
  EXPECT_EQ(Without(actual, leaving), actual);
  EXPECT_EQ(actual, Without(expected, leaving));
}

INSTANTIATE_TEST_SUITE_P(Shared, TestdataPath, ::testing::Values("example", "sample"));

class GeneratedPath : public ::testing::TestWithParam<generator::HostModel> {};

TEST_P(GeneratedPath, ZoneEqualsSourceWithGlueHoldsAndIpv6) {
  generator::GeneratorOptions options;
  options.tld = "harbour";
  options.domains = 3000;
  options.host_model = GetParam();
  ASSERT_OK_AND_ASSIGN(const GeneratedDeposit source, WriteDeposit(base::TestDir(), options));
  std::string zone_path;
  ASSERT_NO_FATAL_FAILURE(FollowThePath(options.tld, source.deposit_path, zone_path));
  ASSERT_OK_AND_ASSIGN(const auto expected,
                       Delegations(source.zone_path, options.tld, Glue::kWith));
  ASSERT_OK_AND_ASSIGN(const auto actual, Delegations(zone_path, options.tld, Glue::kWith));
  EXPECT_GT(actual.size(), options.domains);
  EXPECT_EQ(actual, expected);
}

INSTANTIATE_TEST_SUITE_P(HostModels, GeneratedPath,
                         ::testing::Values(generator::HostModel::kObjects,
                                           generator::HostModel::kAttributes));

TEST(Nomulus, CheckFindsTheMissingNameserverAndTheFileName) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  ASSERT_OK_AND_ASSIGN(const base::RunResult check,
                       Tidemark({"check", *shared + "/testdata/nomulus/full.xml", "--profile",
                                 "gtld", "--tld", "test", "--format", "json"}));
  EXPECT_EQ(check.exit_status, 1) << check.err;
  std::set<std::string> codes;
  const json report = json::parse(check.out);
  for (const json& finding : report["findings"]) {
    codes.insert(finding["code"].get<std::string>());
  }
  EXPECT_THAT(codes, ::testing::IsSupersetOf(
                         {"RDE_INVALID_FILENAME", "RDE_DOMAIN_HAS_MISSING_NAMESERVER"}));
}

}  // namespace
}  // namespace tidemark::tests
