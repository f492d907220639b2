// What objects refer to must be in the deposit: RST rde-07 to rde-12, RFC 9022 8 (3), (4), (7).
//
// Whole repositories only: an object of a DIFF or INCR may refer to what its base holds.
#include <optional>
#include <string>

#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

constexpr Code kReferenceCodes[] = {
    Code::kDomainHasInvalidRegistrant, Code::kDomainHasMissingContact,
    Code::kDomainHasMissingNameserver, Code::kDomainHasInvalidClid,
    Code::kDomainHasInvalidCrrr,       Code::kDomainHasInvalidUprr,
    Code::kDomainHasInvalidRerr,       Code::kDomainHasInvalidAcrr,
    Code::kHostHasInvalidClid,         Code::kHostHasUnknownRegistrar,
    Code::kContactHasUnknownClid,      Code::kContactHasUnknownCrrr,
    Code::kContactHasUnknownUprr,      Code::kContactHasUnknownRerr,
    Code::kContactHasUnknownAcrr,      Code::kIdnObjectMissing,
};

// The codes of the five ways in which an object can name a registrar.
struct RegistrarCodes {
  Code cl_id, cr_rr, up_rr, re_rr, ac_rr;
};
constexpr RegistrarCodes kOfDomains{Code::kDomainHasInvalidClid, Code::kDomainHasInvalidCrrr,
                                    Code::kDomainHasInvalidUprr, Code::kDomainHasInvalidRerr,
                                    Code::kDomainHasInvalidAcrr};
constexpr RegistrarCodes kOfContacts{Code::kContactHasUnknownClid, Code::kContactHasUnknownCrrr,
                                     Code::kContactHasUnknownUprr, Code::kContactHasUnknownRerr,
                                     Code::kContactHasUnknownAcrr};
// Hosts have no transfers of their own.
constexpr RegistrarCodes kOfHosts{Code::kHostHasInvalidClid, Code::kHostHasUnknownRegistrar,
                                  Code::kHostHasUnknownRegistrar, Code::kHostHasUnknownRegistrar,
                                  Code::kHostHasUnknownRegistrar};

class ReferencesRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject&) override {
    if (!j_.is_repository()) return;
    const bool thin =
        j_.options.data_model == DataModel::kMinimum && !j_.rules().minimum_has_no_references;
    ReferToContact(domain.registrant,
                   thin ? Code::kContactNotEscrowed : Code::kDomainHasInvalidRegistrant,
                   "registrant");
    for (const rde::DomainContact& contact : domain.contacts) {
      ReferToContact(contact.id, thin ? Code::kContactNotEscrowed : Code::kDomainHasMissingContact,
                     "contact");
    }
    for (const std::string& host : domain.host_objects) {
      if (host.empty()) continue;
      j_.keys.Refer(j_.hasher.OfName(KeyKind::kHostName, host), Code::kDomainHasMissingNameserver,
                    "name server", host);
    }
    ReferToRegistrars(domain, domain.transfer, kOfDomains);
    ReferToIdnTable(domain.idn_table_id);
  }

  void OnHost(const rde::Host& host, const Subject&) override {
    if (!j_.is_repository()) return;
    ReferToRegistrars(host, std::nullopt, kOfHosts);
  }

  void OnContact(const rde::Contact& contact, const Subject&) override {
    if (!j_.is_repository()) return;
    ReferToRegistrars(contact, contact.transfer, kOfContacts);
  }

  void OnNndn(const rde::Nndn& nndn, const Subject&) override {
    if (!j_.is_repository()) return;
    ReferToIdnTable(nndn.idn_table_id);
  }

  void Finish() override {
    std::string why = j_.unread_csv ? "the deposit has CSV files, which were not read"
                      : !j_.is_repository()
                          ? "objects of a DIFF or INCR may refer to its base deposit"
                          : "";
    if (why.empty()) {
      const absl::Status status = j_.keys.RaiseDangling(j_.log);
      if (status.ok()) return;
      why = KeysLost(status);
    }
    for (const Code code : kReferenceCodes) j_.SkipCode(code, why);
  }

 private:
  void ReferToContact(absl::string_view id, Code code, absl::string_view role) {
    if (id.empty()) return;
    j_.keys.Refer(contacts_.Of(id), code, role, id);
  }

  void ReferToRegistrar(absl::string_view id, Code code, absl::string_view role) {
    if (id.empty()) return;
    j_.keys.Refer(registrars_.Of(id), code, role, id);
  }

  template <typename Object>
  void ReferToRegistrars(const Object& object, const std::optional<rde::TransferData>& transfer,
                         const RegistrarCodes& codes) {
    ReferToRegistrar(object.cl_id, codes.cl_id, "sponsoring registrar");
    ReferToRegistrar(object.cr_rr.id, codes.cr_rr, "creating registrar");
    ReferToRegistrar(object.up_rr.id, codes.up_rr, "updating registrar");
    if (!transfer.has_value()) return;
    ReferToRegistrar(transfer->requested_by.id, codes.re_rr, "transfer-requesting registrar");
    ReferToRegistrar(transfer->acting.id, codes.ac_rr, "transfer-acting registrar");
  }

  void ReferToIdnTable(absl::string_view id) {
    if (id.empty()) return;
    j_.keys.Refer(idn_tables_.Of(id), Code::kIdnObjectMissing, "IDN table", id);
  }

  LastKey contacts_{j_.hasher, KeyKind::kContactId};
  LastKey registrars_{j_.hasher, KeyKind::kRegistrarId};
  LastKey idn_tables_{j_.hasher, KeyKind::kIdnTableId};
};

}  // namespace

std::unique_ptr<Rule> NewReferencesRule(Judgement& judgement) {
  return Rule::New<ReferencesRule>(judgement);
}

}  // namespace tidemark::verifier
