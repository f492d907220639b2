// Statuses that may not stand together: RFC 5731 section 2.3, RFC 5732 2.3, RFC 5733 2.2, RFC 3915
// section 3.1.
#include <algorithm>
#include <string>
#include <vector>

#include "base/text_words.h"
#include "verifier/rules/rule.h"
#include "verifier/status_names.h"

namespace tidemark::verifier {
namespace {

constexpr StatusSet kPending = StatusBit("pendingCreate") | StatusBit("pendingDelete") |
                               StatusBit("pendingRenew") | StatusBit("pendingTransfer") |
                               StatusBit("pendingUpdate");

// `status` may not stand with any of `others`.
struct Conflict {
  StatusSet status;
  StatusSet others;
};
constexpr Conflict kConflicts[] = {
    // "ok" stands alone, save that hosts and contacts may be linked as well.
    {StatusBit("ok"), ~(StatusBit("ok") | StatusBit("linked"))},
    {StatusBit("pendingDelete"),
     StatusBit("clientDeleteProhibited") | StatusBit("serverDeleteProhibited")},
    {StatusBit("pendingRenew"),
     StatusBit("clientRenewProhibited") | StatusBit("serverRenewProhibited")},
    {StatusBit("pendingTransfer"),
     StatusBit("clientTransferProhibited") | StatusBit("serverTransferProhibited")},
    {StatusBit("pendingUpdate"),
     StatusBit("clientUpdateProhibited") | StatusBit("serverUpdateProhibited")},
    {StatusBit("pendingCreate"), kPending & ~StatusBit("pendingCreate")},
    {StatusBit("pendingDelete"), kPending & ~StatusBit("pendingDelete")},
    {StatusBit("pendingRenew"), kPending & ~StatusBit("pendingRenew")},
    {StatusBit("pendingTransfer"), kPending & ~StatusBit("pendingTransfer")},
};

std::string NamesOf(StatusSet bits) {
  std::string out;
  for (size_t i = 0; i < std::size(kStatusNames); ++i) {
    if ((bits >> i & 1) == 0) continue;
    absl::StrAppend(&out, out.empty() ? "" : ", ", kStatusNames[i]);
  }
  return out;
}

constexpr StatusSet kInactive = StatusBit("inactive");
constexpr StatusSet kPendingDelete = StatusBit("pendingDelete");

bool HasRgp(const rde::Domain& domain, absl::string_view wanted) {
  return std::any_of(domain.rgp_statuses.begin(), domain.rgp_statuses.end(),
                     [wanted](const rde::StatusValue& status) { return status.s == wanted; });
}

bool HasRepeated(const std::vector<rde::StatusValue>& statuses) {
  for (size_t i = 1; i < statuses.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      if (!statuses[i].s.empty() && base::Equals(statuses[i].s, statuses[k].s)) return true;
    }
  }
  return false;
}

class StatusesRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject& subject) override {
    Check(domain.statuses, subject);
    CheckInactive(domain, subject);
    if (!domain.rgp_statuses.empty()) CheckRgp(domain, subject);
  }
  void OnHost(const rde::Host& host, const Subject& subject) override {
    Check(host.statuses, subject);
  }
  void OnContact(const rde::Contact& contact, const Subject& subject) override {
    Check(contact.statuses, subject);
  }

 private:
  void Check(const std::vector<rde::StatusValue>& statuses, const Subject& subject) {
    const StatusSet set = j_.statuses;
    if (j_.rules().reads_closely && HasRepeated(statuses)) {
      j_.log.Raise(Code::kStatusConflict, subject, "one status stands twice");
    }
    if ((set & (set - 1)) == 0) return;  // at most one
    for (const Conflict& conflict : kConflicts) {
      const StatusSet against = set & conflict.others;
      if ((set & conflict.status) == 0 || against == 0) continue;
      j_.log.Raise(Code::kStatusConflict, subject, NamesOf(conflict.status), " may not stand with ",
                   NamesOf(against));
      return;
    }
  }

  void CheckInactive(const rde::Domain& domain, const Subject& subject) {
    if (domain.host_objects.empty() && domain.host_attributes.empty()) return;
    if ((j_.statuses & kInactive) == 0) return;
    j_.log.Raise(Code::kStatusConflict, subject, "inactive may not stand with name servers");
  }

  void CheckRgp(const rde::Domain& domain, const Subject& subject) {
    if (j_.rules().reads_closely && HasRepeated(domain.rgp_statuses)) {
      j_.log.Raise(Code::kRgpContradicts, subject, "one grace period stands twice");
    }
    int of_deletion = 0;
    for (const absl::string_view s : {"redemptionPeriod", "pendingRestore", "pendingDelete"}) {
      if (HasRgp(domain, s)) ++of_deletion;
    }
    if (of_deletion > 1) {
      j_.log.Raise(Code::kRgpContradicts, subject,
                   "redemptionPeriod, pendingRestore and pendingDelete exclude each other");
    } else if (of_deletion == 1 && (j_.statuses & kPendingDelete) == 0) {
      j_.log.Raise(Code::kRgpContradicts, subject,
                   "a grace period of a deletion, and the domain is not pendingDelete");
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewStatusesRule(Judgement& judgement) {
  return Rule::New<StatusesRule>(judgement);
}

}  // namespace tidemark::verifier
