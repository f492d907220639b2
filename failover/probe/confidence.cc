#include "failover/probe/confidence.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace tidemark::failover::probe {
namespace {

// Who may see a value.
enum Tag : char {
  kNobody = 'n',
  kOfRegistrant = 'r',  // published of a registrant only
  kAgreed = 'a',        // the contact agreed
};

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

class Values {
 public:
  // Forbidden unless agreed to.
  void Add(absl::string_view value, Wish wish) {
    Append(value, wish == Wish::kAgrees ? kAgreed : kNobody);
  }
  // Published of registrants unless refused.
  void AddRegion(absl::string_view value, Wish wish) {
    Append(value, wish == Wish::kAgrees    ? kAgreed
                  : wish == Wish::kRefuses ? kNobody
                                           : kOfRegistrant);
  }
  std::string Take() && { return std::move(lines_); }

 private:
  void Append(absl::string_view value, Tag tag) {
    if (value.size() < kConfidentialBytesMin || absl::StrContains(value, '\n')) return;
    absl::StrAppend(&lines_, absl::string_view(reinterpret_cast<const char*>(&tag), 1),
                    absl::AsciiStrToLower(value), "\n");
  }
  std::string lines_;
};

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
  Values values;
  values.Add(contact.id, Wish::kNone);  // nobody is asked about it
  const Wish name = WishAbout(contact, said.name_types);
  const Wish organization = WishAbout(contact, said.org_types);
  const Wish address = WishAbout(contact, said.addr_types);
  for (const rde::PostalInfo& info : contact.postal_infos) {
    values.Add(info.name, name);
    values.Add(info.org, organization);
    for (const std::string& street : info.address.streets) values.Add(street, address);
    values.Add(info.address.city, address);
    values.Add(info.address.pc, address);
    values.AddRegion(info.address.sp, address);
    values.AddRegion(info.address.cc, address);
  }
  values.Add(contact.voice.number, WishAbout(contact, said.voice));
  values.Add(contact.voice.extension, WishAbout(contact, said.voice));
  values.Add(contact.fax.number, WishAbout(contact, said.fax));
  values.Add(contact.fax.extension, WishAbout(contact, said.fax));
  values.Add(contact.email, WishAbout(contact, said.email));
  return std::move(values).Take();
}

void AddConfidences(absl::string_view tagged_values, Role role, Confidences& out) {
  for (const absl::string_view line : absl::StrSplit(tagged_values, '\n', absl::SkipEmpty())) {
    const bool is_shown =
        role != Role::kOther &&
        (line[0] == kAgreed || (line[0] == kOfRegistrant && role == Role::kRegistrant));
    (is_shown ? out.shown : out.hidden).emplace_back(line.substr(1));
  }
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

}  // namespace tidemark::failover::probe
