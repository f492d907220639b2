// What lookup says of a name and what the zone has of it, on one store of domains with whatever
// statuses, servers and names they can have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/bytes.h"
#include "base/testing.h"
#include "failover/lookup/lookup.h"
#include "failover/lookup/registry_testing.h"
#include "failover/zone/zone.h"

namespace tidemark::failover {
namespace {

constexpr uint32_t kSeed = 20261122;
constexpr int kDomains = 2000;
constexpr size_t kZoneBytesMax = 16 << 20;

class Registry {
 public:
  std::vector<rde::Record> Make() {
    std::vector<rde::Record> records;
    for (int i = 0; i < kDomains; ++i) records.emplace_back(MakeDomain(i));
    return records;
  }

 private:
  bool OneIn(uint32_t n) { return random_() % n == 0; }
  const char* Any(const std::vector<const char*>& of) { return of[random_() % of.size()]; }

  rde::Domain MakeDomain(int i) {
    rde::Domain domain;
    domain.name = absl::StrCat("d", i, ".example");
    if (i > 0 && OneIn(4)) domain.name = absl::StrCat("x", i, ".d", random_() % i, ".example");
    if (OneIn(30)) domain.name = absl::StrCat("d", i, ".other");
    if (OneIn(4)) {
      domain.statuses.push_back({Any({"inactive", "clientHold", "serverHold", "pendingCreate",
                                      "pendingDelete", "ok", "pendingUpdate", "linked", "what"}),
                                 "", ""});
    }
    if (OneIn(6)) {
      domain.rgp_statuses.push_back(
          {Any({"redemptionPeriod", "pendingDelete", "pendingRestore", "addPeriod"}), "", ""});
    }
    const auto server = [this] {
      return Any({"ns1.a.example", "NS1.a.example.", "ns.b.org", "a b"});
    };
    if (!OneIn(4)) {
      for (int n = 0; n < 3; ++n) {
        if (OneIn(2)) domain.host_objects.emplace_back(server());
      }
    } else if (OneIn(2)) {
      domain.host_attributes.push_back({.name = server(), .addresses = {}});
    }
    // Without servers it mirrors that one, whose name may be anything's.
    if (OneIn(4)) domain.original_name = absl::StrCat("d", random_() % kDomains, ".example");
    if (OneIn(2)) AddSecDns(domain.sec_dns.emplace());
    return domain;
  }

  void AddSecDns(rde::SecDns& sec_dns) {
    if (OneIn(4)) return;
    sec_dns.ds.push_back({.key_tag = 1,
                          .algorithm = 13,
                          .digest_type = 2,
                          .digest = std::string(OneIn(3) ? 63 : 64, 'A'),
                          .key_data = std::nullopt});
    if (OneIn(3)) {
      sec_dns.ds.clear();
      sec_dns.keys.push_back(
          {.flags = 257, .protocol = 3, .algorithm = 13, .public_key = OneIn(2) ? "AQ==" : "?"});
    }
  }

  std::mt19937 random_{kSeed};
};

// The data of a zone's records of one type, by owner.
std::map<std::string, std::vector<std::string>> RecordsOf(const std::string& zone,
                                                          absl::string_view type) {
  std::map<std::string, std::vector<std::string>> records;
  for (const absl::string_view line : absl::StrSplit(zone, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> parts = absl::StrSplit(line, absl::MaxSplits(' ', 4));
    if (parts.size() == 5 && parts[3] == type) {
      records[parts[0].substr(0, parts[0].size() - 1)].push_back(parts[4]);
    }
  }
  return records;
}

void ExpectAgreement(const std::vector<rde::Record>& records, const RegistryStore& store,
                     const ZoneConfig& zone_config) {
  std::string text;
  base::StringSink sink(text, kZoneBytesMax);
  ASSERT_OK_AND_ASSIGN(const ZoneReport report,
                       WriteZone(store, "example", absl::UnixEpoch(), zone_config, sink));
  auto servers = RecordsOf(text, "NS");
  auto signers = RecordsOf(text, "DS");
  RddsConfig config = TestConfig();
  config.zone = zone_config;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Lookup> lookup, Lookup::Create(store, config));
  size_t delegated = 0;
  for (const rde::Record& record : records) {
    const std::string& name = std::get<rde::Domain>(record).name;
    const absl::StatusOr<DomainFacts> domain = lookup->FindDomain(name);
    if (!domain.ok()) {
      EXPECT_THAT(name, ::testing::EndsWith(".other"));
      EXPECT_FALSE(servers.contains(name)) << name;
      continue;
    }
    EXPECT_EQ(domain->is_delegated, servers.contains(name)) << name;
    EXPECT_EQ(domain->delegation_signed, signers.contains(name)) << name;
    const bool is_inactive = std::find(domain->statuses.begin(), domain->statuses.end(),
                                       "inactive") != domain->statuses.end();
    EXPECT_EQ(is_inactive, domain->servers.empty()) << name;
    if (!domain->is_delegated) continue;
    ++delegated;
    std::vector<std::string> told;
    for (const ServerFacts& server : domain->servers) told.push_back(server.name + ".");
    EXPECT_THAT(servers[name], ::testing::UnorderedElementsAreArray(told)) << name;
    if (signers.contains(name)) {
      EXPECT_EQ(signers[name].size(), domain->ds.size() + domain->keys.size()) << name;
    }
  }
  EXPECT_EQ(delegated, report.delegations);
  EXPECT_GT(report.mirrored, 0U);
  EXPECT_GT(delegated, size_t{kDomains / 4});
  EXPECT_GT(signers.size(), size_t{kDomains / 16});
}

TEST(ZoneAgreement, LookupSaysOfEveryDomainWhatTheZoneHasOfIt) {
  const std::vector<rde::Record> records = Registry().Make();
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RegistryStore> store,
                       StoreOf(records, base::TestDir() + "/registry"));
  ZoneConfig zone;
  ExpectAgreement(records, *store, zone);
  zone.publish_pending_delete = true;
  ExpectAgreement(records, *store, zone);
}

}  // namespace
}  // namespace tidemark::failover
