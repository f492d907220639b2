#include "tools/generator/model.h"

#include <algorithm>

#include "tools/generator/fields.h"

namespace tidemark::generator {
namespace {

// What the first domains of every thousand are. Slots 4 and 6 own hosts that nobody else names:
// their addresses must not be published. Slot 1 is on hold, but slot 2 names its host.
enum Slot : uint64_t {
  kSlotOwnHosts = 0,
  kSlotClientHold = 1,
  kSlotTransferred = 2,
  kSlotInactive = 3,
  kSlotRedemption = 4,
  kSlotChinese = 5,
  kSlotServerHold = 6,
  kSlotPendingTransfer = 7,
  kSlotVariant = 8,
  kSlotPendingDelete = 9,
  kSlotPendingCreate = 10,
  kSlotSharedHosts = 11,
  kSlotGerman = 12,
  kSlotRussian = 13,
  kSlotPendingRestore = 14,
  kSlotFourHosts = 15,
  kSlots = 16,
};
constexpr uint64_t kSlotPeriod = 1000;
// One domain in 16 owns hosts.
constexpr uint64_t kOwnerPeriod = 16;
// The variant of a Chinese label that is a domain of its own: both characters traditional.
constexpr int kDomainVariant = 3;

uint64_t SlotOf(uint64_t domain) { return domain % kSlotPeriod; }
bool IsSpecial(uint64_t domain) { return SlotOf(domain) < kSlots; }

// Fields of a domain's dice.
enum Field : uint32_t {
  kFieldKind,
  kFieldScript,
  kFieldTransferred,
  kFieldHostChoice,
  kFieldProvider,
  kFieldHostCount,
  kFieldDs,
  kFieldDsCount,
  kFieldRegistrar,
  kFieldRegistrant,
  kFieldAdmin,
  kFieldAdminOther,
  kFieldTech,
  kFieldBilling,
  kFieldBillingWho,
};
// Fields of the dice that draw changes, apart from the fields of the object's own.
constexpr uint32_t kFieldChanged = 1000;
constexpr uint32_t kFieldAspect = 1001;
constexpr uint32_t kFieldPurged = 1002;

constexpr int kAspectNameServers = 0;

uint64_t BirthsANight(const GeneratorOptions& options) {
  if (options.changed_fraction <= 0) return 0;
  const double births = static_cast<double>(options.domains) * options.changed_fraction / 20;
  return std::max<uint64_t>(1, static_cast<uint64_t>(births));
}

}  // namespace

Model::Model(const GeneratorOptions& options)
    : options_(options),
      first_watermark_(absl::ToUnixSeconds(options.watermark)),
      births_(BirthsANight(options)),
      providers_(std::max<uint64_t>(3, options.domains / 10)),
      registrars_(static_cast<uint32_t>(std::min<uint64_t>(50, 8 + options.domains / 2000))) {
  Bury();
}

uint64_t Model::contact_numbers() const {
  return (domain_numbers() + kBlockDomains - 1) / kBlockDomains * kBlockContacts;
}

bool Model::OwnsHosts(uint64_t domain) const {
  const uint64_t slot = SlotOf(domain);
  return domain % kOwnerPeriod == 0 || slot == kSlotOwnHosts || slot == kSlotClientHold ||
         slot == kSlotRedemption || slot == kSlotServerHold;
}

// Owners of hosts stay, as EPP wants it; the special ones stay for the tests' sake.
bool Model::MayDie(uint64_t domain) const { return !OwnsHosts(domain) && !IsSpecial(domain); }

void Model::Bury() {
  constexpr int kTriesMax = 64;  // a small registry may have nobody left to delete
  for (int night = 1; night <= options_.night; ++night) {
    const uint64_t candidates = DomainNumbersOn(night - 1);
    for (uint64_t i = 0; i < births_; ++i) {
      const Dice dice = DiceOf(Stream::kDeletion, static_cast<uint64_t>(night));
      uint64_t domain = dice.Below(candidates, static_cast<uint32_t>(i));
      for (int tries = 0; tries < kTriesMax; ++tries, domain = (domain + 1) % candidates) {
        if (!MayDie(domain) || dead_.contains(domain)) continue;
        dead_.emplace(domain, night);
        break;
      }
    }
  }
}

bool Model::IsPurged(uint64_t contact, int since) const {
  const Dice dice = DiceOf(Stream::kContact, contact);
  for (int night = since + 1; night <= options_.night; ++night) {
    if (dice.Chance(options_.changed_fraction, kFieldPurged, static_cast<uint32_t>(night))) {
      return true;
    }
  }
  return false;
}

uint32_t Model::RegistrarOfBlock(uint64_t block) const {
  return static_cast<uint32_t>(DiceOf(Stream::kBlock, block).Below(registrars_, kFieldRegistrar));
}

int Model::BornOfDomain(uint64_t domain) const {
  if (domain < options_.domains) return 0;
  return 1 + static_cast<int>((domain - options_.domains) / births_);
}

int Model::BornOfContact(uint64_t contact) const {
  return BornOfDomain(contact / kBlockContacts * kBlockDomains);
}

Changes Model::ChangesOf(Stream stream, uint64_t number, int born) const {
  Changes changes;
  if (options_.night == born) return changes;
  const Dice dice = DiceOf(stream, number);
  for (int night = born + 1; night <= options_.night; ++night) {
    const uint32_t version = static_cast<uint32_t>(night);
    if (!dice.Chance(options_.changed_fraction, kFieldChanged, version)) continue;
    changes.last_night = night;
    // Half of the changes are of the first aspect.
    const uint64_t draw = dice.Below(4, kFieldAspect, version);
    ++changes.aspects[draw < 2 ? 0 : draw - 1];
  }
  return changes;
}

UnixSeconds Model::MomentOfNight(int night, uint64_t roll) const {
  return WatermarkOf(night) - 1 - static_cast<UnixSeconds>((roll >> 32) * (kDay - 2) >> 32);
}

bool Model::VariantIsDomain(uint64_t domain, int variant) const {
  const uint64_t variant_domain = domain + (kSlotVariant - kSlotChinese);
  return SlotOf(domain) == kSlotChinese && variant == kDomainVariant &&
         variant_domain < domain_numbers();
}

VariantState Model::StateOfVariant(uint64_t domain, int variant) const {
  const Dice dice = DiceOf(Stream::kDomain, domain);
  switch ((static_cast<uint64_t>(variant) + dice.Below(3, kFieldVariantState)) % 3) {
    case 0:
      return VariantState::kWithheld;
    case 1:
      return VariantState::kBlocked;
    default:
      return dice.Below(2, kFieldMirroring) == 0 ? VariantState::kMirroredByServers
                                                 : VariantState::kMirrored;
  }
}

DomainPlan Model::PlanDomain(uint64_t domain) const {
  const Dice dice = DiceOf(Stream::kDomain, domain);
  DomainPlan plan;
  plan.number = domain;
  plan.original = domain;
  plan.born = BornOfDomain(domain);
  plan.changes = ChangesOf(Stream::kDomain, domain, plan.born);
  if (IsSpecial(domain)) {
    PlanSpecialKind(SlotOf(domain), plan);
  } else {
    PlanKind(dice, plan);
  }
  PlanDelegation(dice, plan);
  PlanPeople(dice, plan);
  return plan;
}

void Model::PlanKind(const Dice& dice, DomainPlan& plan) const {
  // In thousandths.
  const uint64_t kind = dice.Below(1000, kFieldKind);
  plan.kind = kind < 6    ? Kind::kClientHold
              : kind < 10 ? Kind::kServerHold
              : kind < 20 ? Kind::kInactive
              : kind < 25 ? Kind::kRedemption
              : kind < 26 ? Kind::kPendingRestore
              : kind < 30 ? Kind::kPendingDelete
              : kind < 31 ? Kind::kPendingCreate
              : kind < 36 ? Kind::kPendingTransfer
                          : Kind::kPlain;
  const uint64_t script = dice.Below(1000, kFieldScript);
  plan.script = script < 8    ? Script::kGerman
                : script < 14 ? Script::kRussian
                : script < 20 ? Script::kChinese
                              : Script::kAscii;
  plan.transferred =
      plan.kind == Kind::kPlain && plan.born == 0 && dice.Below(100, kFieldTransferred) < 5;
}

void Model::PlanSpecialKind(uint64_t slot, DomainPlan& plan) const {
  switch (static_cast<Slot>(slot)) {
    case kSlotClientHold:
      plan.kind = Kind::kClientHold;
      break;
    case kSlotTransferred:
      plan.transferred = plan.born == 0;
      break;
    case kSlotInactive:
      plan.kind = Kind::kInactive;
      break;
    case kSlotRedemption:
      plan.kind = Kind::kRedemption;
      break;
    case kSlotVariant:
      plan.original = plan.number - (kSlotVariant - kSlotChinese);
      plan.variant = kDomainVariant;
      [[fallthrough]];
    case kSlotChinese:
      plan.script = Script::kChinese;
      break;
    case kSlotServerHold:
      plan.kind = Kind::kServerHold;
      break;
    case kSlotPendingTransfer:
      plan.kind = Kind::kPendingTransfer;
      break;
    case kSlotPendingDelete:
      plan.kind = Kind::kPendingDelete;
      break;
    case kSlotPendingCreate:
      plan.kind = Kind::kPendingCreate;
      break;
    case kSlotGerman:
      plan.script = Script::kGerman;
      break;
    case kSlotRussian:
      plan.script = Script::kRussian;
      break;
    case kSlotPendingRestore:
      plan.kind = Kind::kPendingRestore;
      break;
    case kSlotOwnHosts:
    case kSlotSharedHosts:
    case kSlotFourHosts:
    case kSlots:
      break;
  }
}

void Model::PlanExternalHosts(const Dice& dice, int count, DomainPlan& plan) const {
  // Few providers serve many domains: the square of a uniform draw.
  const uint32_t version = plan.changes.aspects[kAspectNameServers];
  const double uniform =
      static_cast<double>(dice.Roll(kFieldProvider, version) >> 11) / 9007199254740992.0;
  const auto provider = static_cast<uint64_t>(uniform * uniform * static_cast<double>(providers_));
  for (int i = 0; i < count; ++i) {
    plan.hosts[plan.host_count++] = {false, provider * kProviderHosts + static_cast<uint64_t>(i)};
  }
}

void Model::PlanDelegation(const Dice& dice, DomainPlan& plan) const {
  if (plan.kind == Kind::kInactive) return;
  // A special domain keeps its name servers; its changes are others.
  const bool is_special = IsSpecial(plan.number);
  if (is_special) plan.changes.aspects[kAspectNameServers] = 0;
  const uint32_t version = plan.changes.aspects[kAspectNameServers];
  const uint64_t slot = is_special ? SlotOf(plan.number) : uint64_t{kSlots};

  auto add_host_of = [&](uint64_t owner, uint64_t n) {
    plan.hosts[plan.host_count++] = {true, owner * kOwnedHosts + n};
  };
  if (slot == kSlotClientHold) {
    add_host_of(plan.number, 0);
    PlanExternalHosts(dice, 1, plan);
  } else if (slot == kSlotTransferred) {
    add_host_of(plan.number - (kSlotTransferred - kSlotClientHold), 0);
    PlanExternalHosts(dice, 2, plan);
  } else if (slot == kSlotSharedHosts) {
    add_host_of(plan.number - (kSlotSharedHosts - kSlotOwnHosts), 0);
    add_host_of(plan.number - (kSlotSharedHosts - kSlotOwnHosts), 1);
  } else if (OwnsHosts(plan.number) && version % 2 == 0) {
    add_host_of(plan.number, 0);
    add_host_of(plan.number, 1);
  } else if (!is_special && dice.Below(100, kFieldHostChoice, version) < 12) {
    const uint64_t neighbour = plan.number / kOwnerPeriod * kOwnerPeriod;
    add_host_of(neighbour, 0);
    add_host_of(neighbour, 1);
  } else {
    const uint64_t draw = dice.Below(10, kFieldHostCount, version);
    PlanExternalHosts(dice, slot == kSlotFourHosts || draw == 9 ? 4 : draw >= 7 ? 3 : 2, plan);
  }

  const bool has_ds = slot == kSlotOwnHosts || slot == kSlotChinese || slot == kSlotServerHold ||
                      dice.Below(100, kFieldDs) < 8;
  if (has_ds) plan.ds_count = dice.Below(10, kFieldDsCount) == 0 ? 2 : 1;
}

void Model::PlanPeople(const Dice& dice, DomainPlan& plan) const {
  const uint64_t block = plan.number / kBlockDomains;
  plan.former_registrar = RegistrarOfBlock(block);
  plan.registrar = plan.former_registrar;
  if (plan.transferred) {
    plan.registrar =
        (plan.registrar + 1 + static_cast<uint32_t>(dice.Below(registrars_ - 1, kFieldRegistrar))) %
        registrars_;
  }
  const uint64_t first = block * kBlockContacts;
  // A variant belongs to the registrant of its original, which is in the same block.
  plan.registrant = first + DiceOf(Stream::kDomain, plan.original).Below(9, kFieldRegistrant);
  plan.admin =
      dice.Below(2, kFieldAdmin) == 0 ? plan.registrant : first + dice.Below(11, kFieldAdminOther);
  plan.tech = first + 9 + dice.Below(4, kFieldTech);
  plan.has_billing = dice.Below(100, kFieldBilling) < 15;
  plan.billing = first + dice.Below(kBlockContacts, kFieldBillingWho);
}

}  // namespace tidemark::generator
