#include "verifier/recoverability.h"

#include <algorithm>
#include <bit>

#include "base/text_words.h"
#include "verifier/country_set.h"

namespace tidemark::verifier {
namespace {

constexpr int64_t kExamplesPerLoss = 3;

// Fields as examples call them. Views: a literal's length would be counted for every contact.
constexpr absl::string_view kName = "name";
constexpr absl::string_view kOrg = "org";
constexpr absl::string_view kCity = "city";
constexpr absl::string_view kStreet = "street";
constexpr absl::string_view kEmail = "email";
constexpr absl::string_view kVoice = "voice";

// Countries whose own addresses are not written in Latin letters.
constexpr CountrySet kOtherScripts(
    "AEAMBDBGBYCNEGGEGRHKIQIRILJOJPKHKRKWKZLALBLKMKMMMNMONPOMPKQARUSASYTHTJTWUAYE");
static_assert(kOtherScripts.size() == 38);

bool IsNobodysMail(absl::string_view email) {
  size_t at = email.size();
  while (at > 0 && email[at - 1] != '@') --at;
  const absl::string_view host = email.substr(at);
  for (const absl::string_view nobody :
       {"example.com", "example.net", "example.org", "localhost"}) {
    if (base::EqualsFolded(host, nobody)) return true;
  }
  return base::EndsFolded(host, ".invalid") || base::EndsFolded(host, ".test") ||
         base::EndsFolded(host, ".example") || base::StartsFolded(email, "noreply@") ||
         base::StartsFolded(email, "no-reply@");
}

// "+1.5555555555", "+00.000000": one digit again and again.
bool IsNobodysNumber(absl::string_view number) {
  const auto dot = std::find(number.begin(), number.end(), '.');
  const auto local = dot == number.end() ? number.begin() : dot + 1;
  return number.end() - local >= 4 &&
         std::all_of(local, number.end(), [local](char c) { return c == *local; });
}

}  // namespace

struct Recoverability::Channel {
  absl::string_view field;
  absl::string_view text;  // for an example
  size_t loss;
  int points;
};

int Recoverability::Judge(const Channel& channel, const Subject& subject, uint32_t& lost) {
  if (channel.loss == kNoLoss) return channel.points;
  const Loss loss = static_cast<Loss>(channel.loss);
  lost |= uint32_t{1} << channel.loss;
  // An empty field has nothing to show.
  const int64_t shown = std::count_if(examples.begin(), examples.end(),
                                      [loss](const Example& e) { return e.loss == loss; });
  if (shown < kExamplesPerLoss && !channel.text.empty()) {
    examples.push_back({loss, LabelOf(subject), channel.field, Masked(channel.text)});
  }
  return loss == Loss::kDamaged || loss == Loss::kTransliterated ? channel.points / 2 : 0;
}

void Recoverability::Add(const rde::Contact& contact, const Subject& subject) {
  Channel who{kName, "", static_cast<size_t>(Loss::kEmpty), 40};
  Channel where{kCity, "", static_cast<size_t>(Loss::kEmpty), 25};
  bool other_script = false;
  bool ascii = true;
  for (const rde::PostalInfo& info : contact.postal_infos) {
    const TextLook name = LookAt(info.name);
    const TextLook org = LookAt(info.org);
    // The better of two is the one that lost less.
    if (std::max(name.loss, org.loss) >= who.loss) {
      who = name.loss >= org.loss ? Channel{kName, info.name, name.loss, 40}
                                  : Channel{kOrg, info.org, org.loss, 40};
    }
    const absl::string_view street =
        info.address.streets.empty() ? absl::string_view() : info.address.streets[0];
    const TextLook city = LookAt(info.address.city);
    // Both must be there: the worse of them counts.
    const size_t place = std::min(city.loss, LossOf(street));
    if (place >= where.loss) {
      where = place == city.loss ? Channel{kCity, info.address.city, place, 25}
                                 : Channel{kStreet, street, place, 25};
    }
    other_script = other_script || kOtherScripts.Has(info.address.cc);
    ascii = ascii && name.ascii && org.ascii && city.ascii;
  }
  if (other_script && ascii) {
    for (Channel* channel : {&who, &where}) {
      if (channel->loss == kNoLoss) channel->loss = static_cast<size_t>(Loss::kTransliterated);
    }
  }
  Channel mail{kEmail, contact.email, LossOf(contact.email), 25};
  if (mail.loss == kNoLoss && IsNobodysMail(contact.email)) {
    mail.loss = static_cast<size_t>(Loss::kPlaceholder);
  }
  Channel voice{kVoice, contact.voice.number, LossOf(contact.voice.number), 10};
  if (voice.loss == kNoLoss && IsNobodysNumber(contact.voice.number)) {
    voice.loss = static_cast<size_t>(Loss::kPlaceholder);
  }
  uint32_t lost = 0;
  int sum = 0;
  for (const Channel* channel : {&who, &where, &mail, &voice}) {
    sum += Judge(*channel, subject, lost);
  }
  ++contacts;
  points += sum;
  for (; lost != 0; lost &= lost - 1) ++losses[static_cast<size_t>(std::countr_zero(lost))];
  ++quarters[static_cast<size_t>(std::min(sum / 25, 3))];
}

}  // namespace tidemark::verifier
