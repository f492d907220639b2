// The order of objects, and flaws that are planted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/testing.h"
#include "tools/generator/generator.h"
#include "tools/generator/generator_testing.h"
#include "tools/generator/naive_deposit.h"
#include "tools/generator/shuffle.h"

namespace tidemark::generator {
namespace {

std::vector<std::string> SortedObjects(const std::string& deposit) {
  std::vector<std::string> all;
  for (const char* element : {"rdeRegistrar:registrar", "rdeHost:host", "rdeContact:contact",
                              "rdeDomain:domain", "rdeNNDN:NNDN"}) {
    for (std::string& object : ObjectsOf(deposit, element)) all.push_back(std::move(object));
  }
  std::sort(all.begin(), all.end());
  return all;
}

TEST(Generator, ShuffledHasTheSameObjectsInAnotherOrder) {
  GeneratorOptions options = Domains(2500);
  options.night = 1;
  options.changed_fraction = 0.05;
  const Night ordered = Make(options);
  options.shuffled = true;
  const Night shuffled = Make(options);
  EXPECT_EQ(shuffled.deposit.size(), ordered.deposit.size());
  EXPECT_EQ(SortedObjects(shuffled.deposit), SortedObjects(ordered.deposit));
  EXPECT_EQ(HeaderCounts(shuffled.deposit), HeaderCounts(ordered.deposit));
  EXPECT_EQ(shuffled.zone, ordered.zone);
  EXPECT_EQ(Make(options).deposit, shuffled.deposit);
  // Kinds are mixed: a domain comes within the first tenth, and a contact within the last.
  const size_t tenth = shuffled.deposit.size() / 10;
  EXPECT_LT(shuffled.deposit.find("<rdeDomain:domain>"), tenth);
  EXPECT_GT(shuffled.deposit.rfind("<rdeContact:contact>"), shuffled.deposit.size() - tenth);
}

TEST(Generator, PlantedFlawsAreOneEachAndCounted) {
  for (const bool shuffled : {false, true}) {
    GeneratorOptions options = Domains(1000);
    options.shuffled = shuffled;
    const Night good = Make(options);
    options.plant_duplicate_domain = true;
    options.plant_dangling_host = true;
    const Night planted = Make(options);
    EXPECT_EQ(planted.zone, good.zone);
    const std::vector<std::string> domains = ObjectsOf(planted.deposit, "rdeDomain:domain");
    EXPECT_EQ(HeaderCounts(planted.deposit)["rdeDomain-1.0"], 1001);
    EXPECT_EQ(domains.size(), 1001u);
    std::set<std::string> names, roids, hosts, missing;
    for (const std::string& domain : domains) {
      names.insert(Value(domain, "rdeDomain:name"));
      roids.insert(Value(domain, "rdeDomain:roid"));
    }
    EXPECT_EQ(names.size(), 1000u);
    EXPECT_EQ(roids.size(), 1001u);
    for (std::string& name : Values(planted.deposit, "rdeHost:name")) hosts.insert(std::move(name));
    for (std::string& name : Values(planted.deposit, "domain:hostObj")) {
      if (hosts.contains(name)) continue;
      EXPECT_TRUE(missing.insert(std::move(name)).second);
    }
    EXPECT_EQ(missing.size(), 1u);
  }
}

TEST(Shuffle, IsAPermutation) {
  for (const uint64_t n : {1, 2, 3, 4, 5, 16, 17, 1000, 65536, 100'003}) {
    const Shuffle shuffle(n, 7);
    std::vector<bool> seen(n);
    uint64_t in_place = 0;
    for (uint64_t i = 0; i < n; ++i) {
      const uint64_t to = shuffle(i);
      ASSERT_LT(to, n);
      EXPECT_FALSE(seen[to]) << n;
      seen[to] = true;
      in_place += to == i;
    }
    if (n >= 1000) {
      EXPECT_LT(in_place, 10u);
    }
  }
}

TEST(Generator, DanglingHostNeedsHostObjects) {
  GeneratorOptions options = Domains(20);
  options.plant_dangling_host = true;
  EXPECT_OK(Validate(options));
  options.host_model = HostModel::kAttributes;
  EXPECT_THAT(Validate(options), base::StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::generator
