// For tests only: a small registry of TLD "example" with one of everything that answers depend on,
// and stores made of records.
#ifndef TIDEMARK_FAILOVER_LOOKUP_REGISTRY_TESTING_H_
#define TIDEMARK_FAILOVER_LOOKUP_REGISTRY_TESTING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "failover/lookup/lookup.h"
#include "failover/store/registry_store.h"
#include "rde/records.h"

namespace tidemark::failover {

// 2026-11-22T00:00:00Z, the watermark of the registries made here.
inline constexpr char kTestWatermark[] = "2026-11-22T00:00:00Z";

rde::DateTime DateOf(absl::string_view text);

// A contact every value of which is a word of its own that begins with `mark`, but for the state
// ("ZH") and the country ("CH"), which are public, and the telephone, whose number is all of
// `digits`.
rde::Contact MarkedContact(absl::string_view id, absl::string_view mark, absl::string_view digits);

// What is in it is in the source, which is short.
std::vector<rde::Record> SmallRegistry();

absl::StatusOr<std::unique_ptr<RegistryStore>> StoreOf(const std::vector<rde::Record>& records,
                                                       const std::string& dir);

// Defaults for "example", and what no deposit has of registrar 9995.
RddsConfig TestConfig();

// A store and what asks it.
struct TestRegistry {
  std::string dir;
  std::unique_ptr<RegistryStore> store;
  std::unique_ptr<Lookup> lookup;
};
absl::StatusOr<TestRegistry> MakeTestRegistry(const std::vector<rde::Record>& records,
                                              RddsConfig config = TestConfig());

// Overwrites the tables of its store, which stays open. What was read before may still be answered
// from memory.
void DamageTestRegistry(const TestRegistry& registry);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_LOOKUP_REGISTRY_TESTING_H_
