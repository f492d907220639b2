// The zone that a rebuild writes, and what the observer expects by its own reading of the same
// records: groups of names in which everything is named by everything, with whatever statuses,
// servers and addresses they can have. Two readings of the standards that share no code have to
// agree on every delegation, every DS and every address, of the whole zone and not of a sample.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/testing.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/testimony.h"
#include "failover/probe/wanted_content.h"
#include "failover/store/registry_store.h"
#include "failover/zone/zone.h"

namespace tidemark::tests {
namespace {

using failover::DepositWitness;
using failover::ZoneConfig;
using failover::ZonePolicy;
using failover::probe::Delegation;
using failover::probe::Expectations;
using failover::probe::OwnerContent;
using failover::probe::WantedContent;

constexpr uint32_t kSeed = 20261122;
constexpr int kGroups = 10'000;
constexpr size_t kZoneBytesMax = 64 << 20;

class Registry {
 public:
  std::vector<rde::Record> Make() {
    for (group_ = 0; group_ < kGroups; ++group_) {
      registered_.clear();
      const size_t domains = 2 + Below(6);
      for (size_t i = 0; i < domains; ++i) AddDomain();
      const size_t nndns = Below(4);
      for (size_t i = 0; i < nndns; ++i) AddNndn();
      const size_t hosts = Below(5);
      for (size_t i = 0; i < hosts; ++i) AddHost();
    }
    return std::move(records_);
  }

 private:
  size_t Below(size_t n) { return random_() % n; }
  bool OneIn(size_t n) { return Below(n) == 0; }
  const char* Any(const std::vector<const char*>& of) { return of[Below(of.size())]; }

  // Names of a group lie at, above and below each other.
  std::string AnyName() {
    std::string name = Any({"a", "b", "c", "A", "_d", "-e"});
    if (OneIn(3)) name = absl::StrCat(Any({"a", "b", "ns"}), ".", name);
    if (OneIn(6)) name = absl::StrCat(Any({"a", "ns"}), ".", name);
    return absl::StrCat(name, ".g", group_, ".example");
  }
  std::string AnyOriginal() {
    return registered_.empty() || OneIn(4) ? AnyName() : registered_[Below(registered_.size())];
  }
  std::string AnyServer() {
    if (OneIn(12)) return Any({"ns.other.test", "bad name", "NS1.nic.example."});
    return OneIn(2) ? AnyName() : absl::StrCat("ns.", AnyName());
  }
  std::vector<rde::HostAddress> AnyAddresses() {
    std::vector<rde::HostAddress> addresses;
    while (!OneIn(3)) {
      addresses.push_back(OneIn(3) ? rde::HostAddress{"v6", absl::StrCat("2001:DB8::", Below(4))}
                                   : rde::HostAddress{"v4", absl::StrCat("192.0.2.", Below(4))});
    }
    if (OneIn(10)) addresses.push_back({"v4", "192.0.2.256"});
    return addresses;
  }

  void AddDomain() {
    rde::Domain domain;
    domain.name = AnyName();
    // One object a name: a deposit has to have it so.
    if (!names_.insert(absl::AsciiStrToLower(domain.name)).second) return;
    registered_.push_back(domain.name);
    domain.roid = absl::StrCat("D", records_.size());
    if (OneIn(3)) {
      domain.statuses.push_back({Any({"inactive", "clientHold", "serverHold", "pendingCreate",
                                      "pendingDelete", "ok", "pendingUpdate"}),
                                 "", ""});
    }
    if (OneIn(6)) {
      domain.rgp_statuses.push_back(
          {Any({"redemptionPeriod", "pendingDelete", "pendingRestore", "addPeriod"}), "", ""});
    }
    if (OneIn(3)) {
      domain.original_name = AnyOriginal();
    } else {
      for (size_t n = Below(3); n > 0; --n) domain.host_objects.push_back(AnyServer());
      for (size_t n = Below(3); n > 0; --n) {
        domain.host_attributes.push_back({AnyServer(), AnyAddresses()});
      }
    }
    if (OneIn(3)) AddSecDns(domain.sec_dns.emplace());
    records_.emplace_back(std::move(domain));
  }

  // Some that no zone can have, and the same twice.
  void AddSecDns(rde::SecDns& sec_dns) {
    while (!OneIn(3)) {
      rde::DsData ds;
      ds.key_tag = static_cast<uint16_t>(Below(3));
      ds.algorithm = static_cast<uint8_t>(OneIn(8) ? 0 : 13);
      ds.digest_type = static_cast<uint8_t>(Below(6));
      const size_t digits = std::vector<size_t>{40, 64, 64, 64, 96, 2, 0, 63}[Below(8)];
      ds.digest = std::string(digits, Any({"A", "a", "7", "7", "x"})[0]);
      sec_dns.ds.push_back(std::move(ds));
    }
    while (OneIn(3)) {
      rde::KeyData key;
      key.flags = static_cast<uint16_t>(std::vector<int>{256, 257, 257, 385, 1}[Below(5)]);
      key.protocol = static_cast<uint8_t>(OneIn(8) ? 2 : 3);
      key.algorithm = static_cast<uint8_t>(OneIn(8) ? Below(3) : 13);
      key.public_key = Any({"AQPSKmynfzW4kyBv015MUG2DeIQ3", "Ag==", "Ag==", "?", ""});
      sec_dns.keys.push_back(std::move(key));
    }
  }

  void AddNndn() {
    rde::Nndn nndn;
    nndn.a_name = AnyName();
    if (!nndns_.insert(absl::AsciiStrToLower(nndn.a_name)).second) return;
    nndn.name_state = Any({"mirrored", "mirrored", "blocked", "withheld"});
    nndn.mirroring_ns = !OneIn(4);
    if (!OneIn(6)) nndn.original_name = AnyOriginal();
    records_.emplace_back(std::move(nndn));
  }

  void AddHost() {
    rde::Host host;
    host.name = OneIn(2) ? AnyName() : absl::StrCat("ns.", AnyName());
    host.roid = absl::StrCat("H", records_.size());
    host.addresses = AnyAddresses();
    records_.emplace_back(std::move(host));
  }

  std::mt19937 random_{kSeed};
  int group_ = 0;
  std::vector<rde::Record> records_;
  std::vector<std::string> registered_;  // of the group
  std::set<std::string> names_;
  std::set<std::string> nndns_;
};

// What a master file has at each name below the apex, read by the test itself.
std::map<std::string, OwnerContent> ContentOf(const std::string& zone) {
  std::map<std::string, OwnerContent> content;
  for (const absl::string_view line : absl::StrSplit(zone, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 4));
    const std::string owner(absl::StripSuffix(words[0], "."));
    if (owner == "example") continue;
    OwnerContent& at = content.try_emplace(owner, OwnerContent{.owner = owner}).first->second;
    if (words[3] == "NS") at.servers.emplace(absl::StripSuffix(words[4], "."));
    if (words[3] == "DS") at.ds.insert(words[4]);
    if (words[3] == "A" || words[3] == "AAAA") at.addresses.insert(words[4]);
  }
  return content;
}

class WitnessAgreement : public ::testing::Test {
 protected:
  void SetUp() override {
    records_ = Registry().Make();
    const std::string dir = base::TestDir() + "/registry";
    ASSERT_OK_AND_ASSIGN(const auto loader, failover::RegistryLoader::Create({.dir = dir}));
    for (const rde::Record& record : records_) ASSERT_OK(loader->Put(record, {}));
    ASSERT_OK(loader->Finish());
    ASSERT_OK_AND_ASSIGN(store_, failover::RegistryStore::Open(dir));
  }

  void ExpectAgreement(const ZoneConfig& config, const ZonePolicy& policy) {
    std::string text;
    base::StringSink sink(text, kZoneBytesMax);
    ASSERT_OK_AND_ASSIGN(const failover::ZoneReport report,
                         failover::WriteZone(*store_, "example", absl::UnixEpoch(), config, sink));
    const std::string path = base::TestDir() + "/zone";
    ASSERT_OK(base::WriteFile(path, text, base::FileMode::kPublic));
    ASSERT_OK_AND_ASSIGN(const Expectations zone, Expectations::Read(path, "example"));

    int readings = 0;
    const auto read = [&](rde::RecordSink& sink) {
      ++readings;
      sink.OnDeposit({}, {});
      for (const rde::Record& record : records_) sink.OnRecord(record, {});
      return absl::OkStatus();
    };
    ASSERT_OK_AND_ASSIGN(const DepositWitness witness,
                         DepositWitness::Read(read, {.tld = "example", .policy = policy}));
    EXPECT_LE(readings, 3);
    EXPECT_EQ(witness.counts().delegations, report.delegations);
    EXPECT_GT(report.delegations, uint64_t{kGroups / 2});
    EXPECT_GT(report.mirrored, uint64_t{kGroups / 20});
    EXPECT_GT(report.glue_hosts, uint64_t{kGroups / 4});
    Compare(zone, witness);

    readings = 0;
    ASSERT_OK_AND_ASSIGN(const DepositWitness of_all,
                         DepositWitness::Read(read, {.tld = "example",
                                                     .sample = 1,
                                                     .policy = policy,
                                                     .whole_zone = failover::WholeZone::kYes,
                                                     .scratch_dir = base::TestDir()}));
    EXPECT_LE(readings, 3);
    CompareAll(ContentOf(text), of_all);
  }

  static void CompareAll(std::map<std::string, OwnerContent> zone, const DepositWitness& witness) {
    WantedContent::Reader reader(*witness.testimony().content);
    OwnerContent wanted;
    std::string last;
    size_t with_ds = 0;
    size_t with_addresses = 0;
    while (true) {
      ASSERT_OK_AND_ASSIGN(const bool more, reader.Next(wanted));
      if (!more) break;
      EXPECT_LT(last, wanted.owner);
      last = wanted.owner;
      with_ds += wanted.ds.empty() ? 0 : 1;
      with_addresses += wanted.addresses.empty() ? 0 : 1;
      const OwnerContent& got = zone[wanted.owner];
      EXPECT_EQ(wanted.servers, got.servers) << wanted.owner;
      EXPECT_EQ(wanted.ds, got.ds) << wanted.owner;
      EXPECT_EQ(wanted.addresses, got.addresses) << wanted.owner;
      zone.erase(wanted.owner);
    }
    EXPECT_THAT(zone, ::testing::IsEmpty()) << "in the zone, and not expected";
    EXPECT_GT(with_ds, size_t{kGroups / 20});
    EXPECT_GT(with_addresses, size_t{kGroups / 4});
  }

  static void Compare(const Expectations& zone, const DepositWitness& witness) {
    const Expectations& expected = witness.testimony().delegations;
    for (const std::string& name : zone.names()) {
      EXPECT_TRUE(expected.Has(name)) << name << " is delegated, against expectation";
    }
    for (const std::string& name : expected.names()) {
      ASSERT_TRUE(zone.Has(name)) << name << " is not delegated";
      const Delegation want = expected.Find(name);
      const Delegation got = zone.Find(name);
      EXPECT_EQ(want.servers, got.servers) << name;
      EXPECT_EQ(want.ds, got.ds) << name;
      EXPECT_EQ(want.glue, got.glue) << name;
    }
    EXPECT_EQ(zone.own_servers(), expected.own_servers());
    for (const std::string& name : witness.testimony().withheld) {
      EXPECT_FALSE(zone.Has(name)) << name << " is delegated, and was to be withheld";
      EXPECT_EQ(zone.AddressesAt(name), expected.AddressesAt(name)) << name;
    }
  }

  std::vector<rde::Record> records_;
  std::unique_ptr<failover::RegistryStore> store_;
};

TEST_F(WitnessAgreement, ByDefault) { ExpectAgreement({}, {}); }

TEST_F(WitnessAgreement, WithEverythingConfigured) {
  ZoneConfig config;
  config.publish_pending_delete = true;
  config.orphan_glue = false;
  config.servers = {{"ns1.nic.example", {{failover::AddressFamily::kIpv4, "198.51.100.1"}}},
                    {"a.g7.example", {{failover::AddressFamily::kIpv6, "2001:db8::7"}}},
                    {"ns.b.g8.example", {{failover::AddressFamily::kIpv4, "198.51.100.8"}}},
                    {"ns.out.test", {}}};
  ZonePolicy policy;
  policy.publish_pending_delete = true;
  policy.orphan_glue = false;
  policy.own_servers = {{"NS1.nic.example.", {"198.51.100.1"}},
                        {"a.g7.example", {"2001:DB8:0::7"}},
                        {"ns.b.g8.example", {"198.51.100.8"}},
                        {"ns.out.test", {}}};
  ExpectAgreement(config, policy);
}

}  // namespace
}  // namespace tidemark::tests
