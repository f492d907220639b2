// The plan against resolvers: hour by hour, whatever a cache may hold that keeps to TTLs, somebody
// asks whichever server that leads to. Nobody may find the TLD bogus outside of a window that the
// plan tells, ask an old server after it was switched off, or find the TLD insecure once the plan
// is done. No formula of the plan stands here: only who serves what, and for how long it may be
// kept.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "failover/cutover/plan.h"
#include "failover/cutover/plan_testing.h"

namespace tidemark::failover {
namespace {

constexpr int kLongAgo = -1000;
constexpr int kForEver = 1000;

// In hours.
struct World {
  int parent_ns, parent_ds, parent_negative, propagation;
  int old_ns, old_address, old_keys, old_data;
  bool answering;
  bool same_names;  // a name server keeps its name, at another address
  enum class Keys { kLost, kUnsigned, kOtherZoneKey, kRollover } keys;
  // What the plan is told of the parent's DS; the file of --old-ds shows how it is.
  int told_ds;

  std::string ToString() const {
    return absl::StrCat("parent NS ", parent_ns, " DS ", parent_ds, " (told ", told_ds, ") none ",
                        parent_negative, " follows in ", propagation, "; old NS ", old_ns, " A ",
                        old_address, " DNSKEY ", old_keys, " data ", old_data,
                        answering ? "; answering" : "; silent", same_names ? ", same names" : "",
                        ", keys ", static_cast<int>(keys));
  }
};

CutoverFacts FactsOf(const World& world) {
  CutoverFacts facts = Facts();
  ZoneFacts old = OldZone();
  old.ns_ttl = absl::Hours(world.old_ns);
  old.address_ttl = absl::Hours(world.old_address);
  old.dnskey_ttl = absl::Hours(world.old_keys);
  old.signed_ttl_max = absl::Hours(world.old_data);
  old.ttl_max = old.signed_ttl_max;
  facts.old_ds = Texts{kOldDs};
  if (!world.same_names) old.servers[0].name = "ns9.nic.example";
  switch (world.keys) {
    case World::Keys::kLost:
      break;
    case World::Keys::kUnsigned:
      old.dnskeys.clear();
      old.dnskey_ttl = old.signed_ttl_max = absl::ZeroDuration();
      facts.old_ds = Texts{};
      break;
    case World::Keys::kOtherZoneKey:
      old.dnskeys = {"256 3 13 oldzsk", "257 3 13 newksk"};
      facts.old_ds = Texts{kNewDs};
      break;
    case World::Keys::kRollover:
      old.dnskeys = facts.new_zone.dnskeys;
      facts.old_ds = Texts{kNewDs, kOldDs};
      break;
  }
  facts.old_zone = old;
  facts.old_servers = world.answering ? OldServers::kAnswering : OldServers::kSilent;
  facts.parent = {.ns = absl::Hours(world.parent_ns),
                  .ds = absl::Hours(world.told_ds),
                  .negative = absl::Hours(world.parent_negative),
                  .propagation = absl::Hours(world.propagation)};
  facts.seen_ds_ttl = absl::Hours(world.parent_ds);
  return facts;
}

// When the parent's first server shows each change, by the plan's own steps.
struct Changes {
  int servers = kForEver;
  int ds_removed = kForEver;
  int ds_added = kForEver;
  int retired = kForEver;
  int done = kForEver;
};

Changes ChangesOf(const CutoverPlan& plan) {
  Changes changes;
  for (const PlanStep& step : plan.steps) {
    if (!step.after.has_value()) continue;
    const int hour = static_cast<int>(*step.after / absl::Hours(1));
    if (step.id == "retire-old-servers") changes.retired = hour;
    if (step.id == "done") changes.done = hour;
    for (const RecordChange& change : step.changes) {
      if (change.type == "NS") changes.servers = hour;
      if (change.type != "DS" || change.action == ChangeAction::kKeep) continue;
      (change.action == ChangeAction::kAdd ? changes.ds_added : changes.ds_removed) = hour;
    }
  }
  return changes;
}

// The last hour at which some cache can have it.
struct Kept {
  int parents_ns = kLongAgo;  // the old NS from the parent, with their glue
  int childs_ns = kLongAgo;   // from an old server itself
  int address = kLongAgo;     // of an old server, from itself
  int old_ds = kLongAgo;
  int no_ds = kLongAgo;
  int old_keys = kLongAgo;
  int old_data = kLongAgo;
};

class Resolvers {
 public:
  Resolvers(const World& world, const Changes& changes) : world_(world), changes_(changes) {}

  void Pass(int hour) {
    hour_ = hour;
    if (ParentMayShowBefore(changes_.servers)) Keep(kept_.parents_ns, world_.parent_ns);
    if (ParentMayShowBefore(changes_.ds_removed)) Keep(kept_.old_ds, world_.parent_ds);
    if (ParentMayShowNoDs()) Keep(kept_.no_ds, world_.parent_negative);
    AskOldServers();
  }

  // Somebody has a name of the old servers, or of the new ones with an old one's address.
  bool MayAskOldServers() const {
    return Has(kept_.parents_ns) || Has(kept_.childs_ns) ||
           (world_.same_names && Has(kept_.address));
  }
  bool MayLackDs() const { return Has(kept_.no_ds); }

  // Some choice of DS, DNSKEY set and records that may be had at this hour does not validate.
  bool MayBeBogus() const {
    for (const Side ds : {Side::kOld, Side::kNew}) {
      if (!MayHaveDs(ds)) continue;
      for (const Side keys : {Side::kOld, Side::kNew}) {
        if (!MayHave(keys, kept_.old_keys)) continue;
        for (const Side data : {Side::kOld, Side::kNew}) {
          if (!MayHave(data, kept_.old_data)) continue;
          if (!Validates(ds, keys, data)) return true;
        }
      }
    }
    return false;
  }

 private:
  enum class Side { kOld, kNew };

  bool Has(int until) const { return hour_ <= until; }
  void Keep(int& until, int ttl) const { until = std::max(until, hour_ + ttl); }
  bool ParentMayShowBefore(int change) const { return hour_ < change + world_.propagation; }
  bool ParentHasDsAtFirst() const { return world_.keys != World::Keys::kUnsigned; }
  bool ParentMayShowNoDs() const {
    if (!ParentMayShowBefore(changes_.ds_added)) return false;
    return world_.keys == World::Keys::kUnsigned ||
           (world_.keys == World::Keys::kLost && hour_ >= changes_.ds_removed);
  }

  void AskOldServers() {
    const bool by_name = Has(kept_.parents_ns) || Has(kept_.childs_ns);
    // Silent from the first change on; those that answer, until they are switched off.
    if (!MayAskOldServers() || hour_ >= (world_.answering ? changes_.retired : 0)) return;
    // What they say of themselves is taken beside the parent's word, and when that is due it is the
    // parent who is asked (RFC 6781 section 4.3.5.2); else this would never end.
    if (Has(kept_.parents_ns)) Keep(kept_.childs_ns, world_.old_ns);
    if (by_name) Keep(kept_.address, world_.old_address);
    if (world_.keys != World::Keys::kUnsigned) Keep(kept_.old_keys, world_.old_keys);
    Keep(kept_.old_data, world_.old_data);
  }

  bool MayHaveDs(Side side) const {
    if (side == Side::kNew) {
      // With keys of ours in it from the first: what is left when the stale one is removed.
      if (world_.keys == World::Keys::kRollover) return hour_ >= changes_.ds_removed;
      return hour_ >= changes_.ds_added;
    }
    return ParentHasDsAtFirst() && Has(kept_.old_ds);
  }
  // Keys or records: of the old side from a cache, or from a server just now, which the cache has
  // by then; of the new side from its servers, as soon as some server of the parent names them.
  bool MayHave(Side side, int old_until) const {
    return side == Side::kOld ? Has(old_until) : hour_ >= changes_.servers;
  }

  bool Validates(Side ds, Side keys, Side data) const {
    switch (world_.keys) {
      case World::Keys::kLost:
      case World::Keys::kUnsigned:
        return ds == keys && keys == data;
      case World::Keys::kOtherZoneKey:
        return keys == data;
      case World::Keys::kRollover:
        // The old DNSKEY set is signed by the key of the stale DS alone; both have the same keys.
        return keys == Side::kNew || ds == Side::kOld;
    }
    return false;
  }

  const World& world_;
  const Changes changes_;
  int hour_ = kLongAgo;
  Kept kept_;
};

bool IsTold(const CutoverPlan& plan, int hour) {
  return std::any_of(plan.windows.begin(), plan.windows.end(), [hour](const PlanWindow& window) {
    return window.seen == Seen::kBogus &&
           (!window.from.has_value() || *window.from <= absl::Hours(hour)) &&
           (!window.until.has_value() || absl::Hours(hour) < *window.until);
  });
}

// What goes wrong first; "": nothing.
std::string FirstTrouble(const World& world) {
  const CutoverPlan plan = Plan(FactsOf(world));
  const Changes changes = ChangesOf(plan);
  Resolvers resolvers(world, changes);
  int last = 0;
  for (const PlanStep& step : plan.steps) {
    last = std::max(last,
                    static_cast<int>(step.after.value_or(absl::ZeroDuration()) / absl::Hours(1)));
  }
  for (int hour = -50; hour < last + 50; ++hour) {
    resolvers.Pass(hour);
    if (hour < 0) continue;
    if (resolvers.MayBeBogus() && !IsTold(plan, hour)) return absl::StrCat("bogus at ", hour);
    if (hour >= changes.retired && resolvers.MayAskOldServers()) {
      return absl::StrCat("an old server is asked at ", hour, ", gone since ", changes.retired);
    }
    if (hour >= changes.done && resolvers.MayLackDs()) return absl::StrCat("insecure at ", hour);
  }
  return "";
}

TEST(CutoverPlan, NoCacheThatKeepsToTtlsIsLedAstray) {
  std::mt19937 random(11);
  const auto some = [&random] { return static_cast<int>(random() % 12); };
  for (int i = 0; i < 8000; ++i) {
    World world{.parent_ns = some(),
                .parent_ds = some(),
                .parent_negative = some(),
                .propagation = some() / 3,
                .old_ns = some(),
                .old_address = some(),
                .old_keys = some(),
                .old_data = some(),
                .answering = random() % 2 == 0,
                .same_names = random() % 2 == 0,
                .keys = static_cast<World::Keys>(random() % 4),
                .told_ds = 0};
    world.told_ds = random() % 2 == 0 ? world.parent_ds : static_cast<int>(random() % 3);
    // A file shows the DS that there is.
    if (world.keys == World::Keys::kUnsigned) world.parent_ds = world.told_ds;
    ASSERT_EQ(FirstTrouble(world), "") << world.ToString();
  }
}

}  // namespace
}  // namespace tidemark::failover
