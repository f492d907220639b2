// One name, one roid, one id: RST rde-07 to rde-12, RFC 9022 8 (5).
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

class UniquenessRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject& subject) override {
    const bool fresh =
        DefineName(KeyKind::kDomainName, domain.name, subject, Code::kDomainHasNonUniqueName);
    if (fresh || !j_.is_excerpt()) {
      CheckRoid(KeyKind::kDomainRoid, domain.roid, subject, Code::kDomainHasNonUniqueRoid);
    }
    if (nndns_ > 0) CheckNotNndn(domain.name, subject);
  }

  // RFC 9022 section 5.2 keys hosts by ROID; RST wants the name unique as well.
  void OnHost(const rde::Host& host, const Subject& subject) override {
    const bool fresh_name =
        host.name.empty() || j_.keys.Define(j_.hasher.OfName(KeyKind::kHostName, host.name));
    const bool fresh_roid =
        host.roid.empty() || j_.keys.Define(j_.hasher.Of(KeyKind::kHostRoid, host.roid));
    if (!fresh_roid && !fresh_name && j_.is_excerpt()) {
      j_.log.Raise(Code::kObjectRepeated, subject, "the host occurs again");
      return;
    }
    if (!fresh_roid) {
      j_.log.Raise(Code::kHostHasNonUniqueRoid, subject, "an earlier host has this roid");
    }
    if (fresh_name) return;
    j_.log.Raise(j_.rules().host_names_unique || !fresh_roid ? Code::kHostHasNonUniqueName
                                                             : Code::kHostNameShared,
                 subject, "an earlier host has this name");
  }

  void OnContact(const rde::Contact& contact, const Subject& subject) override {
    const bool fresh =
        Define(KeyKind::kContactId, contact.id, subject, Code::kContactHasNonUniqueId);
    if (fresh || !j_.is_excerpt()) {
      CheckRoid(KeyKind::kContactRoid, contact.roid, subject, Code::kContactHasNonUniqueRoid);
    }
  }

  void OnRegistrar(const rde::Registrar& registrar, const Subject& subject) override {
    Define(KeyKind::kRegistrarId, registrar.id, subject, Code::kRegistrarHasNonUniqueId);
  }

  void OnIdnTable(const rde::IdnTableRef& table, const Subject& subject) override {
    Define(KeyKind::kIdnTableId, table.id, subject, Code::kIdnObjectInvalid);
  }

  void OnNndn(const rde::Nndn& nndn, const Subject& subject) override {
    ++nndns_;
    DefineName(KeyKind::kNndnName, nndn.a_name, subject, Code::kNndnHasNonUniqueName);
    if (!nndn.a_name.empty() &&
        j_.keys.IsDefined(j_.hasher.OfName(KeyKind::kDomainName, nndn.a_name))) {
      j_.log.Raise(Code::kNndnConflictsWithDomain, subject, "a domain has this name");
    }
  }

  void Finish() override {
    if (!j_.keys.full()) return;
    for (const Code code :
         {Code::kDomainHasNonUniqueName, Code::kDomainHasNonUniqueRoid, Code::kHostHasNonUniqueName,
          Code::kHostHasNonUniqueRoid, Code::kContactHasNonUniqueId, Code::kContactHasNonUniqueRoid,
          Code::kRegistrarHasNonUniqueId, Code::kNndnHasNonUniqueName,
          Code::kNndnConflictsWithDomain}) {
      j_.SkipCode(code, "more keys than this run may hold in memory");
    }
  }

 private:
  bool Define(KeyKind kind, absl::string_view text, const Subject& subject, Code code) {
    return text.empty() || Report(j_.keys.Define(j_.hasher.Of(kind, text)), subject, code);
  }

  bool DefineName(KeyKind kind, absl::string_view name, const Subject& subject, Code code) {
    return name.empty() || Report(j_.keys.Define(j_.hasher.OfName(kind, name)), subject, code);
  }

  bool Report(bool fresh, const Subject& subject, Code code) {
    if (fresh) return true;
    const bool repeated = j_.is_excerpt();
    j_.log.Raise(repeated ? Code::kObjectRepeated : code, subject,
                 "an earlier object has the same key");
    return false;
  }

  void CheckRoid(KeyKind kind, absl::string_view roid, const Subject& subject, Code code) {
    if (roid.empty() || j_.keys.Define(j_.hasher.Of(kind, roid))) return;
    j_.log.Raise(code, subject, "an earlier object has roid ", Printable(roid));
  }

  void CheckNotNndn(absl::string_view name, const Subject& subject) {
    if (j_.keys.IsDefined(j_.hasher.OfName(KeyKind::kNndnName, name))) {
      j_.log.Raise(Code::kNndnConflictsWithDomain, Subject{"nndn", name, subject.at},
                   "this domain's name is an NNDN");
    }
  }

  int64_t nndns_ = 0;
};

}  // namespace

std::unique_ptr<Rule> NewUniquenessRule(Judgement& judgement) {
  return std::make_unique<UniquenessRule>(judgement);
}

}  // namespace tidemark::verifier
