#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/generator/fields.h"
#include "tools/generator/objects.h"
#include "tools/generator/people.h"

namespace tidemark::generator {
namespace {

// What changes about a contact.
constexpr int kAspectMail = 0;
constexpr int kAspectPhone = 1;
constexpr int kAspectAddress = 2;

// Percent of the contacts of countries with a spelling of their own that give it.
constexpr uint64_t kLocPercent = 72;

// Replaces every 9 by a digit and every A by a letter.
void FillPattern(absl::string_view pattern, uint64_t roll, std::string& out) {
  for (char c : pattern) {
    if (c == '9') {
      c = static_cast<char>('0' + roll % 10);
      roll /= 10;
    } else if (c == 'A') {
      c = static_cast<char>('A' + roll % 26);
      roll /= 26;
    }
    out.push_back(c);
  }
}

// The letters of `name` in lower case: a local part that needs no quoting.
void AppendMailName(absl::string_view name, std::string& out) {
  for (char c : name) {
    if (absl::ascii_isalpha(c)) out.push_back(absl::ascii_tolower(c));
  }
}

template <typename T>
const T& Pick(absl::Span<const T> from, const Dice& dice, RecordField field, uint32_t version = 0) {
  return from[dice.Below(from.size(), field, version)];
}

// Who a contact is and where: the choices that both spellings share.
struct Person {
  const Country& country;
  const Spelling& given;
  const Spelling& family;
  const Spelling& street;
  const City& city;
  uint64_t house;
  uint64_t postal_roll;
  bool is_company;
};

void SetPostalInfo(const Person& person, absl::string_view Spelling::*form, rde::PostalInfo& out) {
  const bool is_local = form == &Spelling::local;
  const absl::string_view given = person.given.*form;
  const absl::string_view family = person.family.*form;
  out.type = is_local ? "loc" : "int";
  out.name = is_local && person.country.family_first ? absl::StrCat(family, " ", given)
                                                     : absl::StrCat(given, " ", family);
  out.org.clear();
  if (person.is_company) out.org = absl::StrCat(family, " ", person.country.company.*form);
  out.address.streets.resize(1);
  out.address.streets[0] = person.country.number_first
                               ? absl::StrCat(person.house, " ", person.street.*form)
                               : absl::StrCat(person.street.*form, " ", person.house);
  const absl::string_view city = person.city.name.*form;
  out.address.city.assign(city.data(), city.size());
  out.address.sp.assign(person.city.province.data(), person.city.province.size());
  out.address.pc.clear();
  FillPattern(person.city.postal_code, person.postal_roll, out.address.pc);
  out.address.cc.assign(person.country.code.data(), person.country.code.size());
}

void SetPhone(const Country& country, const Dice& dice, RecordField field, uint32_t version,
              rde::Phone& out) {
  out.extension.clear();
  out.number.clear();
  absl::StrAppend(&out.number, country.calling_code, ".");
  FillPattern(country.phone, dice.Roll(field, version), out.number);
}

}  // namespace

void Objects::ContactId(uint64_t number, std::string& out) {
  char text[16];
  std::snprintf(text, sizeof(text), "ct%08llu", static_cast<unsigned long long>(number + 1));
  out.assign(text);
}

void Objects::MakeContact(uint64_t number, rde::Contact& out) {
  const Dice dice = model_.DiceOf(Stream::kContact, number);
  const int born = model_.BornOfContact(number);
  const Changes changes = model_.ChangesOf(Stream::kContact, number, born);
  const uint32_t moved = changes.aspects[kAspectAddress];
  const Country& country = Pick(Countries(), dice, kFieldCountry);
  const Person person = {country,
                         Pick(country.given, dice, kFieldGiven),
                         Pick(country.family, dice, kFieldFamily),
                         Pick(country.streets, dice, kFieldStreet, moved),
                         Pick(country.cities, dice, kFieldCity, moved),
                         1 + dice.Below(240, kFieldHouse, moved),
                         dice.Roll(kFieldPostalCode, moved),
                         dice.Below(10, kFieldCompany) < 6};

  ContactId(number, out.id);
  Roid('C', number + 1, out.roid);
  out.statuses.clear();
  out.statuses.push_back({census_.contact_linked[number] ? "linked" : "ok", "", ""});
  const bool has_loc =
      person.family.ascii != person.family.local && dice.Below(100, kFieldLoc) < kLocPercent;
  out.postal_infos.resize(has_loc ? 2 : 1);
  SetPostalInfo(person, &Spelling::ascii, out.postal_infos[0]);
  if (has_loc) SetPostalInfo(person, &Spelling::local, out.postal_infos[1]);

  const uint32_t phones = changes.aspects[kAspectPhone];
  SetPhone(country, dice, kFieldPhone, phones, out.voice);
  if (dice.Below(10, kFieldExtension) == 0) out.voice.extension = "204";
  out.fax = {};
  if (person.is_company && dice.Below(3, kFieldFax) == 0) {
    SetPhone(country, dice, kFieldFax, phones, out.fax);
  }
  const uint32_t mails = changes.aspects[kAspectMail];
  out.email.clear();
  AppendMailName(person.given.ascii, out.email);
  out.email.push_back('.');
  AppendMailName(person.family.ascii, out.email);
  absl::StrAppend(&out.email, dice.Below(1000, kFieldMail, mails), "@");
  mail_labels_.AppendAscii(dice.Roll(kFieldMail, mails) % (kLabelNumbersMax / 16), out.email);
  out.email.append(".net");

  const uint32_t registrar = model_.RegistrarOfBlock(number / kBlockContacts);
  RegistrarId(registrar, out.cl_id);
  out.cr_rr.id = out.cl_id;
  const UnixSeconds created = born > 0
                                  ? model_.MomentOfNight(born, dice.Roll(kFieldNightMoment))
                                  : Between(AddYears(model_.WatermarkOf(0), -14),
                                            model_.WatermarkOf(0) - kDay, dice.Roll(kFieldCreated));
  SetDate(created, out.cr_date);
  SetUpdate(dice, changes, created, registrar, out.up_rr, out.up_date);
  out.disclose.reset();
  const uint64_t disclose = dice.Below(10, kFieldDisclose);
  if (disclose < 3) {
    rde::Disclose& choice = out.disclose.emplace();
    choice.flag = disclose == 0;
    choice.addr_types = {"int"};
    choice.voice = true;
    choice.email = disclose != 1;
  }
}

}  // namespace tidemark::generator
