// One name, one roid, one id: RST rde-07 to rde-12, RFC 9022 8 (5).
//
// Keys are noted while reading and judged at its end (verifier/key_index.h), also where that was
// not the end of the deposit: what occurs twice does, whatever else would have come.
#include <map>

#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

constexpr Code kUniquenessCodes[] = {
    Code::kDomainHasNonUniqueName,  Code::kDomainHasNonUniqueRoid,
    Code::kHostHasNonUniqueName,    Code::kHostHasNonUniqueRoid,
    Code::kContactHasNonUniqueId,   Code::kContactHasNonUniqueRoid,
    Code::kRegistrarHasNonUniqueId, Code::kNndnHasNonUniqueName,
    Code::kNndnConflictsWithDomain, Code::kRoidShared,
};

// What objects with one key of two share: the identifier, and the roid beside it.
struct Identity {
  KeyKind kind;
  Code repeated;
};
constexpr Identity kIdentities[] = {
    {KeyKind::kDomainName, Code::kDomainHasNonUniqueName},
    {KeyKind::kContactId, Code::kContactHasNonUniqueId},
    {KeyKind::kRegistrarId, Code::kRegistrarHasNonUniqueId},
    {KeyKind::kIdnTableId, Code::kIdnObjectInvalid},
    {KeyKind::kNndnName, Code::kNndnHasNonUniqueName},
};
constexpr Identity kRoids[] = {
    {KeyKind::kDomainRoid, Code::kDomainHasNonUniqueRoid},
    {KeyKind::kContactRoid, Code::kContactHasNonUniqueRoid},
};

class UniquenessRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject&) override {
    DefineName(KeyKind::kDomainName, domain.name);
    DefineRoid(KeyKind::kDomainRoid, domain.roid);
  }

  void OnHost(const rde::Host& host, const Subject&) override {
    DefineName(KeyKind::kHostName, host.name);
    if (!host.roid.empty()) j_.keys.Define(KeyKind::kHostRoid, RoidKey(host.roid));
  }

  void OnContact(const rde::Contact& contact, const Subject&) override {
    Define(KeyKind::kContactId, contact.id);
    DefineRoid(KeyKind::kContactRoid, contact.roid);
  }

  void OnRegistrar(const rde::Registrar& registrar, const Subject&) override {
    Define(KeyKind::kRegistrarId, registrar.id);
  }

  void OnIdnTable(const rde::IdnTableRef& table, const Subject&) override {
    Define(KeyKind::kIdnTableId, table.id);
  }

  void OnNndn(const rde::Nndn& nndn, const Subject&) override {
    DefineName(KeyKind::kNndnName, nndn.a_name);
    if (nndn.a_name.empty()) return;
    j_.keys.Forbid(j_.hasher.OfName(KeyKind::kDomainName, nndn.a_name));
  }

  void OnEnd() override {
    const absl::Status status =
        j_.keys.ForEachRepeat([this](const KeyIndex::Repeat& repeat) { See(repeat); });
    if (status.ok()) {
      for (auto& [code, tally] : tallies_) tally.Move(code, j_.log);
      return;
    }
    for (const Code code : kUniquenessCodes) j_.SkipCode(code, KeysLost(status));
  }

 private:
  void Define(KeyKind kind, absl::string_view text) {
    if (!text.empty()) j_.keys.Define(kind, j_.hasher.Of(kind, text));
  }
  void DefineName(KeyKind kind, absl::string_view name) {
    if (!name.empty()) j_.keys.Define(kind, j_.hasher.OfName(kind, name));
  }
  void DefineRoid(KeyKind kind, absl::string_view roid) {
    if (!roid.empty()) j_.keys.Define(kind, RoidKey(roid), roid);
  }
  // RFC 5730 section 2.8: globally unique, whatever the type.
  Key RoidKey(absl::string_view roid) { return j_.hasher.Of(KeyKind::kDomainRoid, roid); }

  void See(const KeyIndex::Repeat& repeat) {
    // In a DIFF or INCR an object may come again as it was then: that is one flaw, not three.
    const bool again = j_.is_excerpt();
    bool fresh = true;
    for (const Identity& identity : kIdentities) {
      if (!repeat.Has(identity.kind)) continue;
      fresh = false;
      Raise(again ? Code::kObjectRepeated : identity.repeated, repeat,
            [](const ObjectNote&) { return "an earlier object has the same key"; });
    }
    for (const Identity& roid : kRoids) {
      if (!repeat.Has(roid.kind) || (again && !fresh)) continue;
      Raise(roid.repeated, repeat, [&roid](const ObjectNote& note) {
        return absl::StrCat("an earlier object has roid ",
                            Handle(KeyIndex::Repeat::TextOf(note, roid.kind)));
      });
    }
    SeeHost(repeat);
    if (repeat.clashes()) RaiseClash(repeat);
    if (repeat.has_roid_of_other_type()) {
      Raise(Code::kRoidShared, repeat,
            [](const ObjectNote&) { return "an earlier object of another type has this roid"; });
    }
  }

  // RFC 9022 section 5.2 keys hosts by ROID; RST wants the name unique as well.
  void SeeHost(const KeyIndex::Repeat& repeat) {
    const bool same_name = repeat.Has(KeyKind::kHostName);
    const bool same_roid = repeat.Has(KeyKind::kHostRoid);
    if (same_name && same_roid && j_.is_excerpt()) {
      Raise(Code::kObjectRepeated, repeat,
            [](const ObjectNote&) { return "the host occurs again"; });
      return;
    }
    if (same_roid) {
      Raise(Code::kHostHasNonUniqueRoid, repeat,
            [](const ObjectNote&) { return "an earlier host has this roid"; });
    }
    if (same_name) {
      Raise(j_.rules().host_names_unique || same_roid ? Code::kHostHasNonUniqueName
                                                      : Code::kHostNameShared,
            repeat, [](const ObjectNote&) { return "an earlier host has this name"; });
    }
  }

  // Between a domain and an NNDN: whichever comes second, the finding is about the NNDN.
  void RaiseClash(const KeyIndex::Repeat& repeat) {
    Tally& tally = tallies_[Code::kNndnConflictsWithDomain];
    if (tally.full()) return tally.Count();
    const ObjectNote note = repeat.Note();
    const bool is_nndn = note.kind == "nndn";
    tally.Add(Subject{"nndn", note.key, note.at},
              is_nndn ? "a domain has this name" : "this domain's name is an NNDN");
  }

  // The message is asked for only if it is kept.
  template <typename Message>
  void Raise(Code code, const KeyIndex::Repeat& repeat, Message message) {
    Tally& tally = tallies_[code];
    if (tally.full()) return tally.Count();
    const ObjectNote note = repeat.Note();
    tally.Add(note.subject(), message(note));
  }

  std::map<Code, Tally> tallies_;
};

}  // namespace

std::unique_ptr<Rule> NewUniquenessRule(Judgement& judgement) {
  return Rule::New<UniquenessRule>(judgement);
}

}  // namespace tidemark::verifier
