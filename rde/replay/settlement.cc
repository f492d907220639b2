#include "rde/replay/settlement.h"

#include <utility>
#include <variant>

#include "base/status.h"
#include "rde/replay/sort_entry.h"

namespace tidemark::rde {
namespace {

// Within one deposit contents are later than deletes, and the newest event of a key comes first.
enum class Phase : uint8_t { kContent, kDelete };

void SetEventKey(const ObjectKey& key, uint16_t deposit, Phase phase, std::string& out) {
  out.clear();
  AppendSortPrefix(key, out);
  AppendNumber(static_cast<uint16_t>(kNoDeposit - deposit), out);
  AppendNumber(static_cast<uint8_t>(phase), out);
}

}  // namespace

Settlement::Settlement(base::ScratchSpace& space, uint64_t memory_bytes_max, FlawTally& flaws)
    : flaws_(flaws),
      events_({.space = &space, .memory_bytes_max = memory_bytes_max / 2}),
      gone_({.space = &space, .memory_bytes_max = memory_bytes_max / 4}),
      host_names_(space, memory_bytes_max / 4) {}

absl::Status Settlement::AddObject(const Record& object, uint64_t ordinal, uint16_t deposit,
                                   const Position& at) {
  const std::optional<ObjectKey> key = KeyOf(object);
  const auto* host = std::get_if<Host>(&object);
  std::optional<ObjectKey> name;
  if (host != nullptr) name = NameKeyOf(*host);
  if (!key.has_value()) {
    // A host without ROID, which is flawed, still goes by its name.
    if (!name.has_value()) return absl::OkStatus();
    return host_names_.AddVersion(*name, {.ordinal = ordinal, .begin = deposit, .remains = true},
                                  "");
  }
  std::string sort_key;
  SetEventKey(*key, deposit, Phase::kContent, sort_key);
  std::string value;
  AppendPlain(Event{ordinal, at}, value);
  if (name.has_value()) value.append(name->text);
  return events_.Add(sort_key, value);
}

absl::Status Settlement::AddDelete(const Delete& deletion, uint16_t deposit, const Position& at) {
  const std::optional<ObjectKey> key = KeyOf(deletion);
  // What has no meaning as a key is the reader's to report.
  if (!key.has_value()) return absl::OkStatus();
  if (key->kind == KeyedKind::kHostName) return host_names_.AddDelete(*key, deposit, at);
  std::string sort_key;
  SetEventKey(*key, deposit, Phase::kDelete, sort_key);
  std::string value;
  AppendPlain(Event{0, at}, value);
  return events_.Add(sort_key, value);
}

absl::Status Settlement::Settle(const std::vector<Deposit>& deposits) {
  deposits_ = deposits;
  RETURN_IF_ERROR(events_.Sort());
  while (true) {
    ASSIGN_OR_RETURN(const bool more, events_.Next());
    if (!more) break;
    absl::string_view key = events_.key();
    absl::string_view value = events_.value();
    ObjectKey here = TakeSortPrefix(key);
    if (here.kind != key_.kind || here.text != key_.text) {
      RETURN_IF_ERROR(EndKey());
      key_ = std::move(here);
    }
    const auto deposit = static_cast<uint16_t>(kNoDeposit - TakeNumber<uint16_t>(key));
    if (!deposits_[deposit].counts) continue;
    const bool is_delete = TakeNumber<uint8_t>(key) == static_cast<uint8_t>(Phase::kDelete);
    const Event event = TakePlain<Event>(value);
    RETURN_IF_ERROR(Take(deposit, is_delete, event, value));
  }
  RETURN_IF_ERROR(EndKey());
  std::vector<bool> counts;
  for (const Deposit& deposit : deposits_) counts.push_back(deposit.counts);
  RETURN_IF_ERROR(host_names_.Settle(
      counts, [this](uint64_t ordinal) { return Gone(ordinal); }, flaws_));
  return gone_.Sort();
}

absl::Status Settlement::Take(uint16_t deposit, bool is_delete, const Event& event,
                              absl::string_view name) {
  if (deposit != block_.deposit) {
    RETURN_IF_ERROR(EndBlock());
    block_.deposit = deposit;
  }
  if (!is_delete) return TakeContent(event, name);
  if (++block_.deletes > 1) {
    flaws_.Add(ReplayFlawKind::kRepeated, key_, event.at, "the deposit deletes it twice");
    return absl::OkStatus();
  }
  block_.delete_at = event.at;
  return absl::OkStatus();
}

absl::Status Settlement::TakeContent(const Event& event, absl::string_view name) {
  if (++block_.contents > 1) {
    if (deposits_[block_.deposit].is_full) {
      RETURN_IF_ERROR(EndContent());
    } else {
      // The last one in document order stays.
      flaws_.Add(ReplayFlawKind::kRepeated, key_, event.at,
                 "the deposit has an earlier object with this key");
      RETURN_IF_ERROR(Gone(block_.last.ordinal));
    }
  }
  block_.last = event;
  block_.name.assign(name.data(), name.size());
  return absl::OkStatus();
}

// Of the last object of the block. A FULL that has a key twice is wrong, and stays so for the rules
// to see: each of its objects ends here.
absl::Status Settlement::EndContent() {
  if (settled_) RETURN_IF_ERROR(Gone(block_.last.ordinal));
  if (key_.kind != KeyedKind::kHostRoid || block_.name.empty()) return absl::OkStatus();
  HostVersion version{.ordinal = block_.last.ordinal,
                      .begin = block_.deposit,
                      .end = newer_,
                      .remains = !settled_,
                      // Of several hosts of one ROID another may be what the delete finds.
                      .ended_by_delete = newer_delete_.has_value() && block_.contents == 1};
  if (newer_delete_.has_value()) version.delete_at = *newer_delete_;
  return host_names_.AddVersion({KeyedKind::kHostName, block_.name}, version, key_.text);
}

absl::Status Settlement::EndBlock() {
  if (block_.deposit == kNoDeposit) return absl::OkStatus();
  if (block_.contents > 0) {
    RETURN_IF_ERROR(EndContent());
    pending_delete_.reset();
  }
  if (block_.deletes > 0) {
    // Deletes of a newer deposit found the object gone already.
    if (pending_delete_.has_value()) {
      flaws_.Add(ReplayFlawKind::kDeleteOfNothing, key_, *pending_delete_,
                 "an earlier deposit deleted it");
    }
    pending_delete_ = block_.delete_at;
  }
  settled_ = true;
  newer_ = block_.deposit;
  newer_delete_.reset();
  if (block_.deletes > 0) newer_delete_ = block_.delete_at;
  block_ = Block();
  return absl::OkStatus();
}

absl::Status Settlement::EndKey() {
  RETURN_IF_ERROR(EndBlock());
  if (pending_delete_.has_value()) {
    flaws_.Add(ReplayFlawKind::kDeleteOfNothing, key_, *pending_delete_,
               "no deposit has it before");
  }
  pending_delete_.reset();
  newer_delete_.reset();
  newer_ = kNoDeposit;
  settled_ = false;
  return absl::OkStatus();
}

absl::Status Settlement::Gone(uint64_t ordinal) {
  std::string key;
  AppendNumber(ordinal, key);
  return gone_.Add(key, "");
}

absl::StatusOr<bool> Settlement::IsGone(uint64_t ordinal) {
  const auto at = [this] {
    absl::string_view key = gone_.key();
    return TakeNumber<uint64_t>(key);
  };
  while (!asked_ || (has_gone_ && at() < ordinal)) {
    asked_ = true;
    ASSIGN_OR_RETURN(has_gone_, gone_.Next());
  }
  return has_gone_ && at() == ordinal;
}

}  // namespace tidemark::rde
