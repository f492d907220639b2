#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "failover/store/store_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::SizeIs;

using RegistryStoreTest = StoreTest;

rde::Domain NamedDomain(absl::string_view name, absl::string_view roid) {
  rde::Domain domain;
  domain.name = std::string(name);
  domain.roid = std::string(roid);
  return domain;
}

rde::Host NamedHost(absl::string_view name, absl::string_view roid) {
  rde::Host host;
  host.name = std::string(name);
  host.roid = std::string(roid);
  return host;
}

TEST_F(RegistryStoreTest, TheLastOfSeveralIsKeptAndTheOthersAreReported) {
  ASSERT_NO_FATAL_FAILURE(Create());
  ASSERT_NO_FATAL_FAILURE(Put(NamedDomain("a.example", "1")));
  ASSERT_NO_FATAL_FAILURE(Put(NamedDomain("b.example", "2")));
  ASSERT_NO_FATAL_FAILURE(Put(NamedDomain("A.Example", "3")));
  ASSERT_NO_FATAL_FAILURE(Put(NamedDomain("a.example", "4")));
  ASSERT_NO_FATAL_FAILURE(Finish());
  EXPECT_EQ(CountOf(store_->counts(), ObjectType::kDomain), 2u);
  EXPECT_EQ(summary_.duplicates, 2u);
  ASSERT_THAT(summary_.first_duplicates, SizeIs(2));
  EXPECT_EQ(summary_.first_duplicates[0].key, "a.example");
  EXPECT_EQ(summary_.first_duplicates[0].at.line, 3);
  ASSERT_OK_AND_ASSIGN(const rde::Domain kept, store_->FindDomain("a.example"));
  EXPECT_EQ(kept.roid, "4");
}

TEST_F(RegistryStoreTest, TwoHostsMayShareAName) {
  ASSERT_NO_FATAL_FAILURE(Create());
  ASSERT_NO_FATAL_FAILURE(Put(NamedHost("ns1.a.example", "H2")));
  ASSERT_NO_FATAL_FAILURE(Put(NamedHost("NS1.A.example", "H1")));
  ASSERT_NO_FATAL_FAILURE(Put(NamedHost("ns1.a.example.org", "H3")));
  ASSERT_NO_FATAL_FAILURE(Finish());
  ASSERT_OK_AND_ASSIGN(const std::vector<rde::Host> hosts,
                       store_->FindHostsByName("ns1.a.example"));
  ASSERT_THAT(hosts, SizeIs(2));
  EXPECT_EQ(hosts[0].roid, "H1");
  EXPECT_EQ(hosts[1].roid, "H2");
  EXPECT_EQ(summary_.duplicates, 0u);
}

TEST_F(RegistryStoreTest, HostsOfANameAreReadWithinWhatTheyMayCost) {
  ASSERT_NO_FATAL_FAILURE(Create());
  for (const char* roid : {"H1", "H2", "H3"}) {
    ASSERT_NO_FATAL_FAILURE(Put(NamedHost("ns1.a.example", roid)));
  }
  ASSERT_NO_FATAL_FAILURE(Finish());
  const auto find = [this](const HostsMax& max) {
    absl::StatusOr<FoundHosts> found = store_->FindFirstHostsByName("ns1.a.example", max);
    return found.ok() ? *std::move(found) : FoundHosts();
  };
  const FoundHosts all = find({.hosts = 3, .bytes = 1 << 20});
  EXPECT_THAT(all.hosts, SizeIs(3));
  EXPECT_FALSE(all.more);
  const FoundHosts two = find({.hosts = 2, .bytes = 1 << 20});
  EXPECT_THAT(two.hosts, SizeIs(2));
  EXPECT_TRUE(two.more);
  EXPECT_EQ(two.bytes, all.bytes / 3 * 2);
  const FoundHosts first = find({.hosts = 3, .bytes = 0});  // is read whatever it has
  ASSERT_THAT(first.hosts, SizeIs(1));
  EXPECT_EQ(first.hosts[0].roid, "H1");
  EXPECT_TRUE(first.more);
  EXPECT_THAT(find({.hosts = 3, .bytes = two.bytes}).hosts, SizeIs(2));
  ASSERT_OK_AND_ASSIGN(const FoundHosts none, store_->FindFirstHostsByName("ns2.a.example", {}));
  EXPECT_THAT(none.hosts, SizeIs(0));
  EXPECT_FALSE(none.more);
}

// Iterators are kept from question to question and used by whoever asks next.
TEST_F(RegistryStoreTest, ManyThreadsMayAskAtOnce) {
  ASSERT_NO_FATAL_FAILURE(Create());
  constexpr int kHosts = 200;
  for (int i = 0; i < kHosts; ++i) {
    ASSERT_NO_FATAL_FAILURE(
        Put(NamedHost(absl::StrCat("ns", i, ".a.example"), absl::StrCat("H", i))));
  }
  ASSERT_NO_FATAL_FAILURE(Finish());
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([this, thread, &wrong] {
      for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < kHosts; ++i) {
          const int n = (i * 7 + thread * 31) % kHosts;
          const absl::StatusOr<FoundHosts> found = store_->FindFirstHostsByName(
              absl::StrCat("ns", n, ".a.example"), {.hosts = 2, .bytes = 4096});
          if (!found.ok() || found->hosts.size() != 1 ||
              found->hosts[0].roid != absl::StrCat("H", n)) {
            ++wrong;
          }
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(RegistryStoreTest, AReplacedHostLosesItsOldName) {
  ASSERT_NO_FATAL_FAILURE(Create());
  ASSERT_NO_FATAL_FAILURE(Put(NamedHost("old.a.example", "H1")));
  ASSERT_NO_FATAL_FAILURE(Put(NamedHost("new.a.example", "H1")));
  ASSERT_NO_FATAL_FAILURE(Finish());
  ASSERT_OK_AND_ASSIGN(const std::vector<rde::Host> old, store_->FindHostsByName("old.a.example"));
  EXPECT_THAT(old, SizeIs(0));
  ASSERT_OK_AND_ASSIGN(const std::vector<rde::Host> now, store_->FindHostsByName("new.a.example"));
  EXPECT_THAT(now, SizeIs(1));
}

TEST_F(RegistryStoreTest, WhatCannotBeAKeyIsRefusedAndLoadingGoesOn) {
  ASSERT_NO_FATAL_FAILURE(Create());
  using ::tidemark::base::StatusIs;
  const absl::StatusCode invalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(loader_->Put(NamedDomain("", "1"), {}), StatusIs(invalid));
  EXPECT_THAT(loader_->Put(NamedDomain(std::string(2000, 'a'), "1"), {}), StatusIs(invalid));
  EXPECT_THAT(loader_->Put(NamedHost("ns1.a.example", ""), {}), StatusIs(invalid));
  EXPECT_THAT(loader_->Put(rde::Delete{}, {}), StatusIs(invalid));
  EXPECT_THAT(loader_->Put(rde::UnknownObject{}, {}), StatusIs(invalid));
  ASSERT_NO_FATAL_FAILURE(Put(NamedDomain("a.example", "1")));
  ASSERT_NO_FATAL_FAILURE(Finish());
  EXPECT_EQ(CountOf(store_->counts(), ObjectType::kDomain), 1u);
}

// Many runs, a few repetitions, against a map in memory.
TEST_F(RegistryStoreTest, ManySortedRunsGiveEveryRowInOrder) {
  constexpr uint32_t kSeed = 20261122;
  std::mt19937 random(kSeed);
  std::map<std::string, std::string> expected;
  ASSERT_NO_FATAL_FAILURE(Create(/*run_bytes_max=*/4096));
  int repeated = 0;
  for (int i = 0; i < 5000; ++i) {
    const std::string name = absl::StrCat("d", random() % 100'000, ".example");
    const std::string roid = absl::StrCat(i);
    repeated += expected.contains(name) ? 1 : 0;
    expected[name] = roid;
    ASSERT_NO_FATAL_FAILURE(Put(NamedDomain(name, roid)));
  }
  ASSERT_NO_FATAL_FAILURE(Finish());
  EXPECT_EQ(summary_.duplicates, static_cast<uint64_t>(repeated));
  EXPECT_EQ(CountOf(store_->counts(), ObjectType::kDomain), expected.size());
  auto next = expected.begin();
  ASSERT_OK(store_->ForEachDomain([&](const rde::Domain& domain) {
    EXPECT_EQ(domain.name, next->first);
    EXPECT_EQ(domain.roid, next->second);
    ++next;
    return absl::OkStatus();
  }));
  EXPECT_TRUE(next == expected.end());
}

void ExpectReferred(const RegistryStore& store, absl::string_view host, absl::string_view contact,
                    bool expected) {
  ASSERT_OK_AND_ASSIGN(const bool host_is, store.IsHostReferredTo(host));
  EXPECT_EQ(host_is, expected) << host;
  ASSERT_OK_AND_ASSIGN(const bool contact_is, store.IsContactReferredTo(contact));
  EXPECT_EQ(contact_is, expected) << contact;
}

TEST_F(RegistryStoreTest, WhatADomainNamesIsReferredToInWhateverOrderTheyCame) {
  ASSERT_NO_FATAL_FAILURE(Create(/*run_bytes_max=*/4096));
  ASSERT_NO_FATAL_FAILURE(Put(NamedHost("ns1.a.example", "H1")));
  for (int i = 0; i < 200; ++i) {
    rde::Domain domain = NamedDomain(absl::StrCat("d", i, ".example"), absl::StrCat(i));
    domain.host_objects = {"NS1.a.example", absl::StrCat("ns", i, ".b.example")};
    domain.host_attributes = {{.name = "attribute.a.example", .addresses = {}}};
    domain.registrant = absl::StrCat("registrant", i);
    domain.contacts = {{.type = "tech", .id = "tech"}, {.type = "admin", .id = "admin"}};
    ASSERT_NO_FATAL_FAILURE(Put(domain));
  }
  ASSERT_NO_FATAL_FAILURE(Finish());
  ExpectReferred(*store_, "ns1.a.example", "tech", true);
  ExpectReferred(*store_, "ns199.B.example", "registrant199", true);
  ExpectReferred(*store_, "attribute.a.example", "registrant200", false);
  ExpectReferred(*store_, "ns1.a.exampl", "TECH", false);
}

TEST_F(RegistryStoreTest, OfADomainThatCameTwiceOnlyTheLastRefers) {
  ASSERT_NO_FATAL_FAILURE(Create());
  rde::Domain domain = NamedDomain("a.example", "1");
  domain.host_objects = {"old.b.example", "both.b.example"};
  domain.registrant = "old";
  ASSERT_NO_FATAL_FAILURE(Put(domain));
  domain.host_objects = {"new.b.example", "both.b.example"};
  domain.registrant = "new";
  ASSERT_NO_FATAL_FAILURE(Put(domain));
  ASSERT_NO_FATAL_FAILURE(Finish());
  ExpectReferred(*store_, "old.b.example", "old", false);
  ExpectReferred(*store_, "new.b.example", "new", true);
  ExpectReferred(*store_, "both.b.example", "new", true);
}

TEST_F(RegistryStoreTest, VariantsAreFoundByTheirOriginal) {
  ASSERT_NO_FATAL_FAILURE(Create());
  rde::Domain domain = NamedDomain("b.example", "1");
  domain.original_name = "A.example";
  ASSERT_NO_FATAL_FAILURE(Put(domain));
  for (const char* name : {"d.example", "C.example"}) {
    rde::Nndn nndn;
    nndn.a_name = name;
    nndn.original_name = "a.example";
    ASSERT_NO_FATAL_FAILURE(Put(nndn));
  }
  ASSERT_NO_FATAL_FAILURE(Finish());
  using ::testing::ElementsAre;
  const Variant b{.name = "b.example", .is_domain = true};
  const Variant c{.name = "c.example", .is_domain = false};
  const Variant d{.name = "d.example", .is_domain = false};
  EXPECT_THAT(store_->FindVariantsOf("a.example", 8), base::IsOkAndHolds(ElementsAre(b, c, d)));
  EXPECT_THAT(store_->FindVariantsOf("a.example", 1), base::IsOkAndHolds(ElementsAre(b)));
  EXPECT_THAT(store_->FindVariantsOf("a.exampl", 8), base::IsOkAndHolds(SizeIs(0)));
}

TEST_F(RegistryStoreTest, AStoreOfAnEarlierFormatIsRefusedAsOne) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : {"default", "domain", "host", "host_by_name", "contact", "registrar",
                           "idn_table", "nndn", "again"}) {
    families.emplace_back(name, options);
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, dir_, families, &handles, &db).ok());
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  delete db;
  EXPECT_THAT(RegistryStore::Open(dir_), base::StatusIs(absl::StatusCode::kFailedPrecondition,
                                                        ::testing::HasSubstr("rebuild it")));
}

TEST_F(RegistryStoreTest, AnUnfinishedStoreIsRefused) {
  ASSERT_NO_FATAL_FAILURE(Create());
  ASSERT_NO_FATAL_FAILURE(Put(NamedDomain("a.example", "1")));
  loader_.reset();
  EXPECT_THAT(RegistryStore::Open(dir_), base::StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(RegistryStore::Open(dir_ + "-none"), base::StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace tidemark::failover
