// Ids that IANA registers: repository ids of roids, registrar ids. RST rde-07 to rde-10; RFC 5730
// section 2.8. What is malformed is the schema's to report.
#include <algorithm>
#include <string>

#include "absl/strings/strip.h"
#include "verifier/id_list.h"
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

// Characters of a repository id at most, RFC 5730 section 2.8.
constexpr int kRepositoryCharactersMax = 8;

int CharactersOf(absl::string_view utf8) {
  return static_cast<int>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

class RegistriesRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject& subject) override {
    CheckRoid(domain.roid, subject, Code::kDomainHasInvalidRoid);
  }
  void OnHost(const rde::Host& host, const Subject& subject) override {
    CheckRoid(host.roid, subject, Code::kHostHasInvalidRoid);
  }
  void OnContact(const rde::Contact& contact, const Subject& subject) override {
    CheckRoid(contact.roid, subject, Code::kContactHasInvalidRoid);
  }

  void OnRegistrar(const rde::Registrar& registrar, const Subject& subject) override {
    const IdList* ids = j_.options.registrar_ids;
    // xs:positiveInteger may have a sign.
    const absl::string_view gurid = absl::StripPrefix(registrar.gurid, "+");
    const bool number = !gurid.empty() && gurid.find_first_not_of("0123456789") == gurid.npos;
    if (ids == nullptr || !number || ids->Contains(gurid)) return;
    j_.log.Raise(Code::kRegistrarHasInvalidGurid, subject, "gurid ", Printable(gurid),
                 " is not in the list of registrar ids");
  }

  void Finish() override {
    if (j_.options.registrar_ids == nullptr) {
      j_.SkipCode(Code::kRegistrarHasInvalidGurid, "form only: --registrar-ids is not given");
    }
    if (j_.options.repository_ids != nullptr) return;
    for (const Code code :
         {Code::kDomainHasInvalidRoid, Code::kHostHasInvalidRoid, Code::kContactHasInvalidRoid}) {
      j_.SkipCode(code, "form only: --repository-ids is not given");
    }
  }

 private:
  void CheckRoid(absl::string_view roid, const Subject& subject, Code code) {
    const IdList* ids = j_.options.repository_ids;
    if (ids == nullptr) return;
    const size_t hyphen = roid.rfind('-');
    if (hyphen == absl::string_view::npos) return;
    const absl::string_view repository = roid.substr(hyphen + 1);
    // A registry has one of its own.
    if (repository == known_) return;
    if (repository.empty() || CharactersOf(repository) > kRepositoryCharactersMax) return;
    if (ids->Contains(repository)) {
      known_ = std::string(repository);
      return;
    }
    j_.log.Raise(code, subject, "repository id ", Printable(repository),
                 " is not in the list of repository ids");
  }

  std::string known_;  // one that is in the list
};

}  // namespace

std::unique_ptr<Rule> NewRegistriesRule(Judgement& judgement) {
  return Rule::New<RegistriesRule>(judgement);
}

}  // namespace tidemark::verifier
