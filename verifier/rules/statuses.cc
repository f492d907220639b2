// Statuses that may not stand together: RFC 5731 section 2.3, RFC 5732 2.3, RFC 5733 2.2.
#include <bit>
#include <cstdint>
#include <optional>
#include <string>

#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

constexpr absl::string_view kNames[] = {
    "ok",
    "linked",
    "inactive",
    "pendingCreate",
    "pendingDelete",
    "pendingRenew",
    "pendingTransfer",
    "pendingUpdate",
    "clientDeleteProhibited",
    "serverDeleteProhibited",
    "clientRenewProhibited",
    "serverRenewProhibited",
    "clientTransferProhibited",
    "serverTransferProhibited",
    "clientUpdateProhibited",
    "serverUpdateProhibited",
    "clientHold",
    "serverHold",
};

constexpr uint32_t Bit(absl::string_view name) {
  uint32_t bit = 1;
  for (const absl::string_view known : kNames) {
    if (known == name) return bit;
    bit <<= 1;
  }
  return 0;
}

constexpr uint32_t kPending = Bit("pendingCreate") | Bit("pendingDelete") | Bit("pendingRenew") |
                              Bit("pendingTransfer") | Bit("pendingUpdate");

// `status` may not stand with any of `others`.
struct Conflict {
  uint32_t status;
  uint32_t others;
};
constexpr Conflict kConflicts[] = {
    // "ok" stands alone, save that hosts and contacts may be linked as well.
    {Bit("ok"), ~(Bit("ok") | Bit("linked"))},
    {Bit("pendingDelete"), Bit("clientDeleteProhibited") | Bit("serverDeleteProhibited")},
    {Bit("pendingRenew"), Bit("clientRenewProhibited") | Bit("serverRenewProhibited")},
    {Bit("pendingTransfer"), Bit("clientTransferProhibited") | Bit("serverTransferProhibited")},
    {Bit("pendingUpdate"), Bit("clientUpdateProhibited") | Bit("serverUpdateProhibited")},
    {Bit("pendingCreate"), kPending & ~Bit("pendingCreate")},
    {Bit("pendingDelete"), kPending & ~Bit("pendingDelete")},
    {Bit("pendingRenew"), kPending & ~Bit("pendingRenew")},
    {Bit("pendingTransfer"), kPending & ~Bit("pendingTransfer")},
};

std::string NamesOf(uint32_t bits) {
  std::string out;
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if ((bits >> i & 1) == 0) continue;
    absl::StrAppend(&out, out.empty() ? "" : ", ", kNames[i]);
  }
  return out;
}

class StatusesRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject& subject) override {
    Check(domain.statuses, subject);
  }
  void OnHost(const rde::Host& host, const Subject& subject) override {
    Check(host.statuses, subject);
  }
  void OnContact(const rde::Contact& contact, const Subject& subject) override {
    Check(contact.statuses, subject);
  }

 private:
  void Check(const std::vector<rde::StatusValue>& statuses, const Subject& subject) {
    if (statuses.size() < 2) return;
    uint32_t set = 0;
    for (const rde::StatusValue& status : statuses) set |= Bit(status.s);
    for (const Conflict& conflict : kConflicts) {
      const uint32_t against = set & conflict.others;
      if ((set & conflict.status) == 0 || against == 0) continue;
      j_.log.Raise(Code::kStatusConflict, subject, NamesOf(conflict.status), " may not stand with ",
                   NamesOf(against));
      return;
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewStatusesRule(Judgement& judgement) {
  return std::make_unique<StatusesRule>(judgement);
}

}  // namespace tidemark::verifier
