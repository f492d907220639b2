#include "failover/probe/confidence.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace tidemark::failover {

bool DisclosurePolicy::ShowsRole(absl::string_view role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

namespace probe {
namespace {

enum class Wish { kNone, kAgrees, kRefuses };

bool IsListed(const std::vector<std::string>& types, absl::string_view type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

// `types`: the forms of a name, organization or address that <disclose> lists.
Wish WishAbout(const rde::Contact& contact, const std::vector<std::string>& types) {
  if (types.empty()) return Wish::kNone;
  if (!contact.disclose->flag) return Wish::kRefuses;
  for (const rde::PostalInfo& info : contact.postal_infos) {
    if (!IsListed(types, info.type)) return Wish::kNone;
  }
  return Wish::kAgrees;
}

Wish WishAbout(const rde::Contact& contact, bool is_listed) {
  if (!is_listed) return Wish::kNone;
  return contact.disclose->flag ? Wish::kAgrees : Wish::kRefuses;
}

// A value, as it is kept in a line: three letters in front.
struct Tagged {
  ContactValue value;
  Wish wish;
  bool is_extra;
  absl::string_view text;
};

char Letter(size_t number) { return static_cast<char>('a' + number); }

void Append(const Tagged& tagged, std::string& lines) {
  if (tagged.text.empty() || absl::StrContains(tagged.text, '\n')) return;
  lines.push_back(Letter(static_cast<size_t>(tagged.value)));
  lines.push_back(Letter(static_cast<size_t>(tagged.wish)));
  lines.push_back(Letter(tagged.is_extra ? 1 : 0));
  absl::StrAppend(&lines, tagged.text, "\n");
}

Tagged Parse(absl::string_view line) {
  return {.value = static_cast<ContactValue>(line[0] - 'a'),
          .wish = static_cast<Wish>(line[1] - 'a'),
          .is_extra = line[2] != 'a',
          .text = line.substr(3)};
}

bool MayBeShown(Shown shown, Wish wish, bool is_registrant) {
  if (shown == Shown::kNever || wish == Wish::kRefuses) return false;
  return wish == Wish::kAgrees || shown == Shown::kAlways ||
         (shown == Shown::kRegistrant && is_registrant);
}

// Whatever a contact's role, and whether or not its domain tells of such contacts at all.
bool MayBeShown(const Tagged& tagged, absl::string_view role, const DisclosurePolicy& policy) {
  return (role.empty() || policy.ShowsRole(role)) &&
         MayBeShown(policy.Of(tagged.value), tagged.wish, role == "registrant");
}

std::string PhoneText(const rde::Phone& phone) {
  return phone.extension.empty() ? phone.number : absl::StrCat(phone.number, " x", phone.extension);
}

bool IsPartOfWord(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || byte >= 0x80;
}

// "3 Station Road" is no part of "13 Station Road".
bool HasWords(absl::string_view text, absl::string_view words) {
  for (size_t at = text.find(words); at != absl::string_view::npos; at = text.find(words, at + 1)) {
    const size_t end = at + words.size();
    const bool begins = at == 0 || !IsPartOfWord(text[at - 1]) || !IsPartOfWord(words.front());
    const bool ends = end == text.size() || !IsPartOfWord(text[end]) || !IsPartOfWord(words.back());
    if (begins && ends) return true;
  }
  return false;
}

}  // namespace

std::string TaggedValues(const rde::Contact& contact) {
  static const rde::Disclose kSilent;
  const rde::Disclose& said = contact.disclose.has_value() ? *contact.disclose : kSilent;
  std::string lines;
  const auto add = [&lines](ContactValue value, Wish wish, absl::string_view text,
                            bool is_extra = false) {
    Append({value, wish, is_extra, text}, lines);
  };
  // Nobody is asked about these two. An answer has either.
  add(ContactValue::kId, Wish::kNone, contact.id, /*is_extra=*/true);
  add(ContactValue::kId, Wish::kNone, contact.roid, /*is_extra=*/true);
  const Wish address = WishAbout(contact, said.addr_types);
  std::set<std::string> forms;  // an answer has one of each
  for (const rde::PostalInfo& info : contact.postal_infos) {
    const bool is_extra =
        (info.type != "int" && info.type != "loc") || !forms.insert(info.type).second;
    add(ContactValue::kName, WishAbout(contact, said.name_types), info.name, is_extra);
    add(ContactValue::kOrganization, WishAbout(contact, said.org_types), info.org, is_extra);
    size_t line = 0;
    for (const std::string& street : info.address.streets) {
      add(ContactValue::kStreet, address, street, is_extra || ++line > kStreetLines);
    }
    add(ContactValue::kCity, address, info.address.city, is_extra);
    add(ContactValue::kState, address, info.address.sp, is_extra);
    add(ContactValue::kPostalCode, address, info.address.pc, is_extra);
    add(ContactValue::kCountry, address, info.address.cc, is_extra);
  }
  add(ContactValue::kPhone, WishAbout(contact, said.voice), PhoneText(contact.voice));
  add(ContactValue::kFax, WishAbout(contact, said.fax), PhoneText(contact.fax));
  add(ContactValue::kEmail, WishAbout(contact, said.email), contact.email);
  return lines;
}

ExpectedCard CardOf(absl::string_view tagged_values, absl::string_view role,
                    const DisclosurePolicy& policy) {
  ExpectedCard card;
  for (const absl::string_view line : absl::StrSplit(tagged_values, '\n', absl::SkipEmpty())) {
    const Tagged tagged = Parse(line);
    ExpectedValues& values = card[static_cast<size_t>(tagged.value)];
    if (MayBeShown(tagged, role, policy)) {
      AddExpected(tagged.value, tagged.text, tagged.is_extra, card);
    } else {
      values.is_hidden = true;
    }
  }
  return card;
}

void AddConfidences(absl::string_view tagged_values, absl::string_view role,
                    const DisclosurePolicy& policy, Confidences& out) {
  for (const absl::string_view line : absl::StrSplit(tagged_values, '\n', absl::SkipEmpty())) {
    const Tagged tagged = Parse(line);
    auto& texts = MayBeShown(tagged, role, policy) ? out.shown : out.hidden;
    const bool is_number =
        tagged.value == ContactValue::kPhone || tagged.value == ContactValue::kFax;
    const size_t end = is_number ? tagged.text.find(" x") : absl::string_view::npos;
    texts.push_back(absl::AsciiStrToLower(tagged.text.substr(0, end)));
    if (end != absl::string_view::npos) {
      texts.push_back(absl::AsciiStrToLower(tagged.text.substr(end + 2)));
    }
  }
  std::erase_if(out.hidden,
                [](const std::string& text) { return text.size() < kConfidentialBytesMin; });
}

bool Leaks(const Confidences& confidences, absl::string_view text,
           const std::vector<std::string>& known) {
  const auto is_in = [](const std::vector<std::string>& texts, const std::string& value) {
    return std::any_of(texts.begin(), texts.end(), [&value](const std::string& said) {
      return absl::StrContains(said, value);
    });
  };
  return std::any_of(
      confidences.hidden.begin(), confidences.hidden.end(), [&](const std::string& value) {
        return HasWords(text, value) && !is_in(known, value) && !is_in(confidences.shown, value);
      });
}

}  // namespace probe
}  // namespace tidemark::failover
