// Registrars by themselves: RST rde-10, RFC 9022 section 5.4.2.1.
#include "base/text_words.h"
#include "verifier/rules/rule.h"
#include "verifier/rules/values.h"

namespace tidemark::verifier {
namespace {

class RegistrarsRule final : public Rule {
 public:
  using Rule::Rule;

  void OnRegistrar(const rde::Registrar& registrar, const Subject& subject) override {
    if (registrar.gurid.empty() && j_.rules().gurid_required) {
      j_.log.Raise(Code::kRegistrarHasMissingGurid, subject, "no gurid");
    }
    CheckAddresses(registrar, subject);
    if (!registrar.email.empty() && !IsEmail(registrar.email)) {
      Raise(subject, "email is not an address");
    }
    for (const std::string* url : {&registrar.url, &registrar.whois_url}) {
      if (!url->empty() && !IsAbsoluteUrl(*url)) Raise(subject, "a URL is not absolute");
    }
  }

 private:
  void CheckAddresses(const rde::Registrar& registrar, const Subject& subject) {
    int forms_int = 0;
    int forms_loc = 0;
    for (const rde::PostalInfo& info : registrar.postal_infos) {
      const bool loc = info.type == "loc";
      (loc ? forms_loc : forms_int) += 1;
      if (!IsCountryCode(info.address.cc)) {
        Raise(subject, "cc is not a code of ISO 3166-1 alpha-2");
      }
      if (!loc && j_.rules().reads_closely && !IsAllAscii(info.address)) {
        j_.log.Raise(Code::kIntPostalNotAscii, subject, "the int form has text beyond ASCII");
      }
    }
    if (forms_int > 1 || forms_loc > 1) Raise(subject, "two postalInfo are of one type");
  }

  static bool IsAllAscii(const rde::PostalAddress& address) {
    bool ascii =
        base::IsAscii(address.city) && base::IsAscii(address.sp) && base::IsAscii(address.pc);
    for (const std::string& street : address.streets) ascii = ascii && base::IsAscii(street);
    return ascii;
  }

  void Raise(const Subject& subject, absl::string_view flaw) {
    j_.log.Raise(Code::kRegistrarContactInvalid, subject, flaw);
  }
};

}  // namespace

std::unique_ptr<Rule> NewRegistrarsRule(Judgement& judgement) {
  return Rule::New<RegistrarsRule>(judgement);
}

}  // namespace tidemark::verifier
