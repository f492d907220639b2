// The registry that the generator makes up: which objects exist on a night, what they refer to and
// how often they have changed. No text and no XML here; objects.h makes records of it, zone.h a
// zone.
//
// Populations, by number: domains 0 ... domain_numbers() - 1 (those from options.domains on are
// born on later nights; a few die); contacts, 13 for every block of ten domains; external hosts,
// four for every provider; in-zone hosts, two for every domain that OwnsHosts().
// The first 16 of every 1000 domains are one of each special kind (model.cc), so that a registry of
// 16 domains already has all of them; the others draw their kind.
//
// Threads: immutable after construction.
#ifndef TIDEMARK_TOOLS_GENERATOR_MODEL_H_
#define TIDEMARK_TOOLS_GENERATOR_MODEL_H_

#include <array>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "tools/generator/calendar.h"
#include "tools/generator/dice.h"
#include "tools/generator/generator.h"
#include "tools/generator/names.h"

namespace tidemark::generator {

inline constexpr uint64_t kBlockDomains = 10;
inline constexpr uint64_t kBlockContacts = 13;
inline constexpr uint64_t kProviderHosts = 4;
inline constexpr uint64_t kOwnedHosts = 2;

enum class Kind : uint8_t {
  kPlain,
  kClientHold,
  kServerHold,
  kInactive,        // no name servers
  kRedemption,      // pendingDelete, RGP redemptionPeriod
  kPendingRestore,  // pendingDelete, RGP pendingRestore
  kPendingDelete,   // pendingDelete, RGP pendingDelete
  kPendingCreate,
  kPendingTransfer,
};

// Of a variant that is no domain: RFC 9022 section 5.6.2.1.1.
enum class VariantState : uint8_t {
  kWithheld,
  kBlocked,
  kMirrored,           // by other means than name servers: the zone shows nothing of it
  kMirroredByServers,  // delegated as its original is, if that is
};

// How an object has changed since it was born (or since night 0).
struct Changes {
  int last_night = 0;  // 0: never
  // Times that each aspect changed; what the aspects are depends on the object.
  std::array<uint32_t, 3> aspects = {};
};

// A host by its place in the populations.
struct HostKey {
  bool in_zone = false;
  uint64_t number = 0;  // external: provider * 4 + n; in-zone: domain * 2 + n
};

struct DomainPlan {
  uint64_t number = 0;
  int born = 0;  // the night; 0 for the first ones
  Kind kind = Kind::kPlain;
  Script script = Script::kAscii;
  uint64_t original = 0;  // the domain whose label this one is a variant of, or its own number
  int variant = 0;        // of that label; 0: not a variant
  bool transferred = false;
  int ds_count = 0;
  int host_count = 0;
  std::array<HostKey, 4> hosts = {};
  uint32_t registrar = 0;         // sponsor
  uint32_t former_registrar = 0;  // differs if a transfer was asked for
  uint64_t registrant = 0;
  uint64_t admin = 0;
  uint64_t tech = 0;
  bool has_billing = false;
  uint64_t billing = 0;
  Changes changes;  // aspects: name servers, DS, locks

  bool published() const {
    return host_count > 0 && (kind == Kind::kPlain || kind == Kind::kPendingTransfer);
  }
};

class Model {
 public:
  // REQUIRES: Validate(options) is OK. `options` is copied.
  explicit Model(const GeneratorOptions& options);

  const GeneratorOptions& options() const { return options_; }
  // Watermark of night `night`, and of the deposit's own.
  UnixSeconds WatermarkOf(int night) const { return first_watermark_ + night * kDay; }
  UnixSeconds watermark() const { return WatermarkOf(options_.night); }

  uint64_t domain_numbers() const { return DomainNumbersOn(options_.night); }
  uint64_t contact_numbers() const;
  uint64_t external_host_numbers() const { return providers_ * kProviderHosts; }
  uint64_t in_zone_host_numbers() const { return domain_numbers() * kOwnedHosts; }
  uint32_t registrars() const { return registrars_; }

  // False for a domain that died on some night up to now.
  bool Exists(uint64_t domain) const { return !dead_.contains(domain); }
  // The night on which it did. REQUIRES: !Exists(domain).
  int DiedOn(uint64_t domain) const { return dead_.at(domain); }
  // True if a contact that nobody names since night `since` is gone by now.
  bool IsPurged(uint64_t contact, int since) const;
  bool OwnsHosts(uint64_t domain) const;
  // REQUIRES: domain < domain_numbers().
  DomainPlan PlanDomain(uint64_t domain) const;
  // True if variant `variant` of the domain's Chinese label is a domain, not an NNDN.
  bool VariantIsDomain(uint64_t domain, int variant) const;
  // REQUIRES: !VariantIsDomain(domain, variant).
  VariantState StateOfVariant(uint64_t domain, int variant) const;

  // Who created the domains and contacts of a block of ten domains.
  uint32_t RegistrarOfBlock(uint64_t block) const;
  int BornOfDomain(uint64_t domain) const;
  // A contact is as old as the first domain of its block.
  int BornOfContact(uint64_t contact) const;
  Changes ChangesOf(Stream stream, uint64_t number, int born) const;

  Dice DiceOf(Stream stream, uint64_t number) const { return Dice(options_.seed, stream, number); }
  // The second of night `night`'s day on which something happened.
  UnixSeconds MomentOfNight(int night, uint64_t roll) const;

 private:
  uint64_t DomainNumbersOn(int night) const {
    return options_.domains + births_ * static_cast<uint64_t>(night);
  }
  bool MayDie(uint64_t domain) const;
  void Bury();
  void PlanKind(const Dice& dice, DomainPlan& plan) const;
  void PlanSpecialKind(uint64_t slot, DomainPlan& plan) const;
  void PlanDelegation(const Dice& dice, DomainPlan& plan) const;
  void PlanExternalHosts(const Dice& dice, int count, DomainPlan& plan) const;
  void PlanPeople(const Dice& dice, DomainPlan& plan) const;

  const GeneratorOptions options_;
  const UnixSeconds first_watermark_;
  const uint64_t births_;  // and deaths, each night
  const uint64_t providers_;
  const uint32_t registrars_;
  absl::flat_hash_map<uint64_t, int> dead_;  // by domain: the night
};

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_MODEL_H_
