// A generated registry goes into a PostgreSQL as a successor would have it: every row, sampled
// objects in full, and nothing visible of an export that died, or whose server did.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/installed_testing.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "failover/postgres/postgres_testing.h"
#include "failover/store/registry_store.h"
#include "tests/rebuild/program.h"
#include "tests/support/deposits.h"
#include "tools/generator/generator.h"

namespace tidemark::tests {
namespace {

using failover::kNull;
using failover::ObjectType;
using ::testing::HasSubstr;
using ::testing::Not;
using Row = std::vector<std::string>;

constexpr uint64_t kDomains = 3000;
constexpr size_t kSampled = 100;
constexpr uint32_t kSeed = 7;
constexpr absl::Duration kTimeout = absl::Minutes(2);

std::string OrNull(const std::string& text) { return text.empty() ? kNull : text; }

std::string Timestamp(const rde::DateTime& date) {
  return date.time.has_value()
             ? absl::FormatTime("%Y-%m-%d %H:%M:%E*S+00", *date.time, absl::UTCTimeZone())
             : kNull;
}

class ExportVerb : public ::testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<std::unique_ptr<failover::PostgresServer>> server =
        failover::PostgresServer::Start();
    if (absl::IsNotFound(server.status())) GTEST_SKIP() << server.status();
    ASSERT_OK(server);
    server_ = *std::move(server);
    dir_ = base::TestDir();
    generator::GeneratorOptions options;
    options.domains = kDomains;
    options.plant_dangling_host = true;
    ASSERT_OK_AND_ASSIGN(const GeneratedDeposit deposit, WriteDeposit(dir_, options));
    ASSERT_EQ(Tidemark({"rebuild", deposit.deposit_path, "--out", dir_ + "/out"}).exit_status, 0);
    ASSERT_OK_AND_ASSIGN(store_, failover::RegistryStore::Open(dir_ + "/out/registry"));
  }

  Row Line(std::vector<std::string> more = {}) const {
    Row line = {"export", dir_ + "/out", "--to-postgres", server_->url(), "--quiet"};
    line.insert(line.end(), more.begin(), more.end());
    return line;
  }

  std::string Visible() const {
    return server_->One("SELECT count(*) FROM pg_namespace WHERE nspname = 'tidemark_example'");
  }

  std::string Sessions() const {
    return server_->One(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tidemark'");
  }

  std::string dir_;
  std::unique_ptr<failover::PostgresServer> server_;
  std::unique_ptr<failover::RegistryStore> store_;
};

TEST_F(ExportVerb, HasEveryRowAndSampledObjectsInFull) {
  const base::RunResult result = Tidemark(Line({"--format", "json"}));
  ASSERT_EQ(result.exit_status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  const auto report = nlohmann::json::parse(result.out, nullptr, false);
  ASSERT_TRUE(report.is_object()) << result.out;
  EXPECT_EQ(report["dangling"], nlohmann::json({{"domain_hosts.host", 1}}));
  for (const auto& [table, rows] : report["rows"].items()) {
    EXPECT_EQ(server_->One(absl::StrCat("SELECT count(*) FROM tidemark_example.", table)),
              absl::StrCat(rows.get<uint64_t>()))
        << table;
  }
  const std::pair<const char*, ObjectType> kinds[] = {
      {"domains", ObjectType::kDomain},      {"hosts", ObjectType::kHost},
      {"contacts", ObjectType::kContact},    {"registrars", ObjectType::kRegistrar},
      {"idn_tables", ObjectType::kIdnTable}, {"nndns", ObjectType::kNndn}};
  for (const auto& [table, type] : kinds) {
    EXPECT_EQ(report["rows"][table], CountOf(store_->counts(), type)) << table;
  }

  std::vector<rde::Domain> domains;
  ASSERT_OK(store_->ForEachDomain([&domains](const rde::Domain& domain) {
    domains.push_back(domain);
    return absl::OkStatus();
  }));
  std::mt19937 dice(kSeed);
  std::shuffle(domains.begin(), domains.end(), dice);
  domains.resize(std::min(domains.size(), kSampled));
  for (const rde::Domain& domain : domains) {
    SCOPED_TRACE(domain.name);
    EXPECT_EQ(
        server_->Rows(
            absl::StrCat("SELECT roid, registrant, cl_id, cr_id, cr_date, ex_date, up_id, up_date, "
                         "tr_date FROM tidemark_example.domains WHERE name = '",
                         domain.name, "'")),
        (std::vector<Row>{{OrNull(domain.roid), OrNull(domain.registrant), OrNull(domain.cl_id),
                           OrNull(domain.cr_rr.id), Timestamp(domain.cr_date),
                           Timestamp(domain.ex_date), OrNull(domain.up_rr.id),
                           Timestamp(domain.up_date), Timestamp(domain.tr_date)}}));
    std::vector<Row> parts;
    for (const std::string& host : domain.host_objects) parts.push_back({"host", host, ""});
    for (const rde::DomainContact& contact : domain.contacts) {
      parts.push_back({"contact", contact.type, contact.id});
    }
    if (domain.sec_dns.has_value()) {
      for (const rde::DsData& ds : domain.sec_dns->ds) {
        parts.push_back({"ds", absl::StrCat(ds.key_tag), ds.digest});
      }
    }
    EXPECT_EQ(server_->Rows(absl::StrCat(
                  "SELECT kind, a, b FROM (SELECT 1 AS n, position, 'host' AS kind, host AS a, '' "
                  "AS b FROM tidemark_example.domain_hosts WHERE domain = '",
                  domain.name,
                  "' UNION ALL SELECT 2, position, 'contact', type, contact FROM "
                  "tidemark_example.domain_contacts WHERE domain = '",
                  domain.name,
                  "' UNION ALL SELECT 3, position, 'ds', key_tag::text, digest FROM "
                  "tidemark_example.domain_ds WHERE domain = '",
                  domain.name, "') AS parts ORDER BY n, position")),
              parts);
  }
  // A second time it is there.
  const base::RunResult again = Tidemark(Line());
  EXPECT_EQ(again.exit_status, 2);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
  EXPECT_EQ(Tidemark(Line({"--replace"})).exit_status, 0);
}

TEST_F(ExportVerb, KilledInTheMiddleItLeavesNothingVisible) {
  SKIP_UNLESS_INSTALLED("strace");
  int left_nothing = 0;
  // How many calls an export needs is the kernel's to say: buffers are sent in parts. The last of
  // them only takes leave, after COMMIT: who dies there leaves everything.
  for (const int call : {3, 10, 20, 30, 45, 60, 100, 150, 200}) {
    SCOPED_TRACE(call);
    const int status =
        RunLine(WithFault({"sendto", absl::StrCat("signal=KILL:when=", call)}, Line())).exit_status;
    if (status != 0) {
      ASSERT_EQ(status, 128 + SIGKILL);
      const absl::Time deadline = absl::Now() + kTimeout;
      while (Sessions() != "0") ASSERT_LT(absl::Now(), deadline) << "the server still has it";
    }
    if (Visible() != "0") {
      EXPECT_EQ(server_->One("SELECT count(*) FROM tidemark_example.domains"),
                absl::StrCat(CountOf(store_->counts(), ObjectType::kDomain)));
      EXPECT_EQ(server_->One("SELECT count(*) FROM tidemark_example.nndns"),
                absl::StrCat(CountOf(store_->counts(), ObjectType::kNndn)));
      break;
    }
    ASSERT_NE(status, 0) << "a success that nobody sees";
    ++left_nothing;
  }
  EXPECT_GT(left_nothing, 3);
}

TEST_F(ExportVerb, AServerThatStopsInTheMiddleIsAClearError) {
  SKIP_UNLESS_INSTALLED("strace");
  base::SubprocessOptions options;
  options.argv = WithFault({"sendto", "delay_enter=20000"}, Line());
  options.err = base::ProcessOutput::Capture(1 << 20);
  ASSERT_OK_AND_ASSIGN(const auto exporter, base::Subprocess::Start(options));
  const absl::Time deadline = absl::Now() + kTimeout;
  while (server_->One("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tidemark' "
                      "AND query LIKE 'COPY %'") == "0") {
    ASSERT_LT(absl::Now(), deadline);
    ASSERT_FALSE(exporter->Wait(absl::ZeroDuration()).ok()) << exporter->err();
  }
  server_->Kill();
  EXPECT_THAT(exporter->Wait(kTimeout), base::IsOkAndHolds(2));
  EXPECT_THAT(exporter->err(), HasSubstr("tidemark export: "));
  EXPECT_THAT(exporter->err(), HasSubstr("PostgreSQL: "));
  EXPECT_THAT(exporter->err(), Not(HasSubstr(failover::kTestPassword)));
}

TEST_F(ExportVerb, WhatIsNoRebuildOrNoDatabaseExitsWith2) {
  EXPECT_EQ(Tidemark({"export", dir_, "--to-postgres", server_->url()}).exit_status, 2);
  const base::RunResult result =
      Tidemark({"export", dir_ + "/out", "--to-postgres", "postgresql://u:hush@/d?host=/absent"});
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_THAT(result.err, Not(HasSubstr("hush")));
}

}  // namespace
}  // namespace tidemark::tests
