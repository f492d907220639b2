// Contacts by themselves: RST rde-09, RFC 5733 section 2.4. Their data is never quoted.
#include "base/text_words.h"
#include "verifier/rules/rule.h"
#include "verifier/rules/values.h"

namespace tidemark::verifier {
namespace {

bool IsAllAscii(const rde::PostalInfo& info) {
  bool ascii = base::IsAscii(info.name) && base::IsAscii(info.org) &&
               base::IsAscii(info.address.city) && base::IsAscii(info.address.sp) &&
               base::IsAscii(info.address.pc);
  for (const std::string& street : info.address.streets) ascii = ascii && base::IsAscii(street);
  return ascii;
}

class ContactsRule final : public Rule {
 public:
  using Rule::Rule;

  void OnContact(const rde::Contact& contact, const Subject& subject) override {
    int forms_int = 0;
    int forms_loc = 0;
    for (const rde::PostalInfo& info : contact.postal_infos) {
      (base::Is(info.type, "loc") ? forms_loc : forms_int) += 1;
      if (!IsCountryCode(info.address.cc)) {
        Finding* finding = j_.log.Raise(Code::kContactHasInvalidCc, subject,
                                        "cc is not a code of ISO 3166-1 alpha-2");
        if (finding != nullptr) finding->sample = Masked(info.address.cc);
      }
      if (base::Is(info.type, "int") && !IsAllAscii(info)) {
        j_.log.Raise(Code::kIntPostalNotAscii, subject, "the int form has text beyond ASCII");
      }
    }
    if (forms_int > 1 || forms_loc > 1) {
      j_.log.Raise(Code::kContactHasMultiplePostalinfoTypes, subject, forms_int, " int and ",
                   forms_loc, " loc forms");
    }
    if (!IsEmail(contact.email)) {
      Finding* finding =
          j_.log.Raise(Code::kContactHasInvalidEmail, subject,
                       contact.email.empty() ? "no e-mail address" : "email is not an address");
      if (finding != nullptr) finding->sample = Masked(contact.email);
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewContactsRule(Judgement& judgement) {
  return Rule::New<ContactsRule>(judgement);
}

}  // namespace tidemark::verifier
