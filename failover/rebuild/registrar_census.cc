#include "failover/rebuild/registrar_census.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

constexpr size_t kNamedInErrorMax = 20;
constexpr size_t kShownBytesMax = 64;

std::string Shown(absl::string_view id) { return absl::CHexEscape(id.substr(0, kShownBytesMax)); }

void Remark(RegistrarRemarkKind kind, absl::string_view registrar, std::string detail,
            RegistrarReport& report) {
  if (report.remark_count++ >= kRegistrarLinesMax) return;
  report.remarks.push_back({kind, Shown(registrar), std::move(detail)});
}

// "09999" and "9999" are one IANA id.
absl::string_view WithoutZeros(absl::string_view number) {
  while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
  return number;
}

// The map, asked by either id.
class Map {
 public:
  explicit Map(const RegistrarPolicy& policy) {
    for (const RegistrarMapEntry& entry : policy.map) {
      (entry.id.empty() ? by_iana_id_[entry.iana_id] : by_id_[entry.id]) = &entry;
    }
  }

  const RegistrarMapEntry* Find(absl::string_view id, absl::string_view iana_id) const {
    if (const auto it = by_id_.find(id); it != by_id_.end()) return it->second;
    const auto it = by_iana_id_.find(iana_id);
    return it == by_iana_id_.end() ? nullptr : it->second;
  }

 private:
  absl::flat_hash_map<absl::string_view, const RegistrarMapEntry*> by_id_;
  absl::flat_hash_map<absl::string_view, const RegistrarMapEntry*> by_iana_id_;
};

void SortAndCut(std::vector<RegistrarLine>& lines) {
  std::sort(lines.begin(), lines.end(),
            [](const RegistrarLine& a, const RegistrarLine& b) { return a.id < b.id; });
  if (lines.size() > kRegistrarLinesMax) lines.resize(kRegistrarLinesMax);
}

}  // namespace

RegistrarCensus::Entry* RegistrarCensus::EntryOf(const std::string& id) {
  const auto it = registrars_.find(id);
  if (it != registrars_.end()) return &it->second;
  if (registrars_.size() >= kIdsMax || id.size() > kIdBytesMax) {
    is_over_ = true;
    return nullptr;
  }
  return &registrars_[id];
}

template <typename R>
void RegistrarCensus::AddSponsored(const R& object, uint64_t RegistrarUses::*sponsored) {
  const auto count = [this](const std::string& id, uint64_t RegistrarUses::*use) {
    if (id.empty()) return;
    if (Entry* const entry = EntryOf(id); entry != nullptr) ++(entry->uses.*use);
  };
  count(object.cl_id, sponsored);
  count(object.cr_rr.id, &RegistrarUses::mentions);
  count(object.up_rr.id, &RegistrarUses::mentions);
  if constexpr (requires { object.transfer; }) {
    if (!object.transfer.has_value()) return;
    count(object.transfer->requested_by.id, &RegistrarUses::mentions);
    count(object.transfer->acting.id, &RegistrarUses::mentions);
  }
}

void RegistrarCensus::Add(const rde::Record& record) {
  if (const auto* domain = std::get_if<rde::Domain>(&record)) {
    AddSponsored(*domain, &RegistrarUses::domains);
  } else if (const auto* host = std::get_if<rde::Host>(&record)) {
    AddSponsored(*host, &RegistrarUses::hosts);
  } else if (const auto* contact = std::get_if<rde::Contact>(&record)) {
    AddSponsored(*contact, &RegistrarUses::contacts);
  } else if (const auto* registrar = std::get_if<rde::Registrar>(&record)) {
    Entry* const entry = EntryOf(registrar->id);
    if (entry == nullptr) return;
    entry->is_known = true;
    entry->iana_id = std::string(WithoutZeros(registrar->gurid));
  }
}

absl::StatusOr<RegistrarMapping> RegistrarCensus::Decide(const RegistrarPolicy& policy,
                                                         RegistrarReport& report) const {
  const bool may_change = !policy.map.empty() || policy.unknown != UnknownRegistrar::kKeep;
  if (is_over_ && may_change) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the deposit has or names over ", kIdsMax, " registrars, or one by over ",
                     kIdBytesMax, " bytes: it can be rebuilt as it is, but not mapped"));
  }
  if (is_over_) {
    Remark(RegistrarRemarkKind::kTooManyRegistrars, "",
           absl::StrCat("only ", kIdsMax, " of ids up to ", kIdBytesMax, " bytes were looked at"),
           report);
  }
  const Map map(policy);
  auto changes = std::make_shared<Changes>();
  for (const auto& [id, entry] : registrars_) {
    const RegistrarMapEntry* const mapped = map.Find(id, entry.iana_id);
    std::string to = id;
    if (mapped != nullptr) {
      if (!mapped->to.empty()) to = mapped->to;
    } else if (!entry.is_known) {
      if (policy.unknown == UnknownRegistrar::kReplace) to = policy.replacement;
      ++report.unknown_count;
      report.unknown_uses += entry.uses;
      report.unknown.push_back({id, "", to, entry.uses});
    }
    if (to == id) continue;
    if (mapped != nullptr) {
      ++report.mapped_count;
      report.mapped.push_back({id, entry.iana_id, to, entry.uses});
    }
    changes->emplace(id, std::move(to));
  }
  SortAndCut(report.mapped);
  SortAndCut(report.unknown);
  if (policy.unknown == UnknownRegistrar::kRefuse) {
    RETURN_IF_ERROR(CheckKnown(report));
    RETURN_IF_ERROR(CheckGivenToKnown(*changes));
  }
  RemarkOnMap(policy, report);
  RemarkOnResult(policy, *changes, report);
  if (changes->empty()) return RegistrarMapping();
  return RegistrarMapping([changes](absl::string_view id) -> absl::string_view {
    const auto it = changes->find(id);
    return it == changes->end() ? id : absl::string_view(it->second);
  });
}

absl::Status RegistrarCensus::CheckKnown(const RegistrarReport& report) const {
  if (report.unknown_count == 0) return absl::OkStatus();
  const size_t named = std::min(kNamedInErrorMax, report.unknown.size());
  const RegistrarUses& uses = report.unknown_uses;
  return absl::FailedPreconditionError(absl::StrCat(
      report.unknown_count, " registrars are named that neither the deposit nor the map has, as ",
      "sponsors of ", uses.domains, " domains, ", uses.hosts, " hosts and ", uses.contacts,
      " contacts: ",
      absl::StrJoin(report.unknown.begin(), report.unknown.begin() + named, ", ",
                    [](std::string* out, const RegistrarLine& line) {
                      absl::StrAppend(out, Shown(line.id));
                    }),
      report.unknown_count > named ? ", ..." : ""));
}

// The successor's id of nobody is as unknown as any other.
absl::Status RegistrarCensus::CheckGivenToKnown(const Changes& changes) const {
  const std::map<absl::string_view, size_t> without = GivenToNobody(changes);
  if (without.empty()) return absl::OkStatus();
  size_t left = kNamedInErrorMax;
  std::string named;
  for (const auto& [id, count] : without) {
    if (left-- == 0) break;
    absl::StrAppend(&named, named.empty() ? "" : ", ", Shown(id));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the map gives objects to ", without.size(),
                   " ids that no registrar of the deposit has or becomes: ", named,
                   without.size() > kNamedInErrorMax ? ", ..." : ""));
}

std::map<absl::string_view, size_t> RegistrarCensus::CountRegistrars(const Changes& changes) const {
  std::map<absl::string_view, size_t> registrars;
  for (const auto& [id, entry] : registrars_) {
    if (!entry.is_known) continue;
    const auto it = changes.find(id);
    ++registrars[it == changes.end() ? id : it->second];
  }
  return registrars;
}

std::map<absl::string_view, size_t> RegistrarCensus::GivenToNobody(const Changes& changes) const {
  const std::map<absl::string_view, size_t> registrars = CountRegistrars(changes);
  std::map<absl::string_view, size_t> without;
  for (const auto& [id, to] : changes) {
    if (!registrars.contains(to)) ++without[to];
  }
  return without;
}

void RegistrarCensus::RemarkOnMap(const RegistrarPolicy& policy, RegistrarReport& report) const {
  if (policy.map.empty()) return;
  absl::flat_hash_map<absl::string_view, size_t> by_iana_id;
  for (const auto& [id, entry] : registrars_) {
    if (!entry.iana_id.empty()) ++by_iana_id[entry.iana_id];
  }
  for (const RegistrarMapEntry& entry : policy.map) {
    if (!entry.id.empty()) {
      if (registrars_.contains(entry.id)) continue;
      Remark(RegistrarRemarkKind::kNotInDeposit, entry.id, "no object has or names this id",
             report);
      continue;
    }
    const auto it = by_iana_id.find(entry.iana_id);
    if (it == by_iana_id.end()) {
      Remark(RegistrarRemarkKind::kNotInDeposit, entry.iana_id, "no registrar has this IANA id",
             report);
    } else if (it->second > 1) {
      Remark(RegistrarRemarkKind::kSharedIanaId, entry.iana_id,
             absl::StrCat(it->second, " registrars have this IANA id"), report);
    }
  }
}

void RegistrarCensus::RemarkOnResult(const RegistrarPolicy& policy, const Changes& changes,
                                     RegistrarReport& report) const {
  const std::map<absl::string_view, size_t> registrars = CountRegistrars(changes);
  for (const auto& [id, count] : registrars) {
    if (count == 1) continue;
    Remark(RegistrarRemarkKind::kSharedId, id,
           absl::StrCat(count, " registrars of the deposit are this one now"), report);
  }
  for (const auto& [id, count] : GivenToNobody(changes)) {
    Remark(RegistrarRemarkKind::kNoSuchRegistrar, id,
           absl::StrCat("takes the place of ", count, " ids, but is no registrar of the registry"),
           report);
  }
  // Somebody's decision, also where unknown registrars are refused; whoever reads the report has to
  // see it.
  for (const RegistrarMapEntry& entry : policy.map) {
    if (!entry.to.empty() || !registrars_.contains(entry.id) || registrars.contains(entry.id)) {
      continue;
    }
    Remark(RegistrarRemarkKind::kNoSuchRegistrar, entry.id,
           "is kept by the map, but is no registrar of the registry", report);
  }
}

}  // namespace tidemark::failover
