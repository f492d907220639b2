// What a chain of deposits leaves, counted without putting it together.
#include "failover/probe/chain_count.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/testing.h"
#include "failover/probe/deposit_witness.h"
#include "rde/reader.h"
#include "rde/records.h"
#include "tests/support/deposits.h"
#include "tests/support/served_registry.h"

namespace tidemark::tests {
namespace {

using failover::ChainCount;
using failover::WitnessCounts;
using generator::DepositKind;

class ChainCounts : public ::testing::Test {
 protected:
  // The path of a night's deposit.
  std::string Made(int night, DepositKind kind) {
    const std::string dir = base::TestDir();
    const absl::StatusOr<GeneratedDeposit> made = WriteDeposit(
        dir,
        {.domains = 1500, .night = night, .kind = kind, .changed_fraction = 0.05, .csv_uris = {}});
    EXPECT_OK(made);
    return made.ok() ? made->deposit_path : "";
  }

  static WitnessCounts CountOf(const std::vector<std::string>& paths) {
    ChainCount count;
    for (const std::string& path : paths) EXPECT_OK(WitnessedFile(path)(count));
    WitnessCounts counts;
    count.SetCounts(counts);
    return counts;
  }

  // By the registry's own FULL of that night.
  void ExpectFullOf(int night, const WitnessCounts& counts) {
    ASSERT_OK_AND_ASSIGN(
        const failover::DepositWitness full,
        failover::DepositWitness::Read(WitnessedFile(Made(night, DepositKind::kFull)),
                                       {.tld = "example", .sample = 1}));
    EXPECT_EQ(counts.domains, full.counts().domains);
    EXPECT_EQ(counts.hosts, full.counts().hosts);
    EXPECT_EQ(counts.contacts, full.counts().contacts);
    EXPECT_EQ(counts.registrars, full.counts().registrars);
    EXPECT_EQ(counts.idn_tables, full.counts().idn_tables);
    EXPECT_EQ(counts.nndns, full.counts().nndns);
  }
};

TEST_F(ChainCounts, OfDiffsAreThoseOfTheFull) {
  ExpectFullOf(3, CountOf({Made(0, DepositKind::kFull), Made(1, DepositKind::kDiff),
                           Made(2, DepositKind::kDiff), Made(3, DepositKind::kDiff)}));
}

TEST_F(ChainCounts, OfAnIncrAreThoseOfTheFull) {
  ExpectFullOf(4, CountOf({Made(0, DepositKind::kFull), Made(4, DepositKind::kIncr)}));
}

TEST(ChainCount, KeysAreThoseOfRfc9022) {
  ChainCount count;
  rde::DepositInfo info;
  const auto begin = [&](const char* type) {
    info.type = type;
    count.OnDeposit(info, {});
  };
  const auto host = [&](const char* name, const char* roid) {
    rde::Host object;
    object.name = name;
    object.roid = roid;
    count.OnRecord(object, {});
  };
  const auto remove = [&](absl::string_view uri, rde::Delete::KeyKind kind, const char* key) {
    count.OnRecord(rde::Delete{std::string(uri), kind, key}, {});
  };
  const auto counts = [&] {
    WitnessCounts out;
    count.SetCounts(out);
    return out;
  };
  constexpr auto kId = rde::Delete::KeyKind::kId;
  constexpr auto kRoid = rde::Delete::KeyKind::kRoid;
  begin("FULL");
  host("old.example", "H0");
  begin("FULL");  // begins anew
  host("ns.a.test", "H1");
  host("NS.a.test", "H2");
  host("ns.b.test", "H3");
  rde::Domain domain;
  domain.name = "A.example";
  count.OnRecord(domain, {});
  remove(rde::kDomainUri, kId, "a.example");  // a FULL deletes nothing
  EXPECT_EQ(counts().hosts, 3u);
  EXPECT_EQ(counts().domains, 1u);
  begin("DIFF");
  remove(rde::kHostUri, kId, "ns.A.test.");
  host("ns.c.test", "H3");  // another name
  remove(rde::kContactUri, kId, "a.example");
  EXPECT_EQ(counts().hosts, 1u);
  remove(rde::kHostUri, kId, "ns.b.test");
  EXPECT_EQ(counts().hosts, 1u) << "it has another name now";
  remove(rde::kHostUri, kRoid, "H3");
  remove(rde::kDomainUri, kId, "a.EXAMPLE");
  EXPECT_EQ(counts().hosts, 0u);
  EXPECT_EQ(counts().domains, 0u);
  EXPECT_EQ(count.info().type, "DIFF");
}

}  // namespace
}  // namespace tidemark::tests
