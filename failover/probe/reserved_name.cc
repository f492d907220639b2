#include "failover/probe/reserved_name.h"

#include <algorithm>
#include <iterator>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "failover/probe/names.h"
#include "failover/probe/statement.h"

namespace tidemark::failover::probe {
namespace {

constexpr absl::string_view kTitle = "reserved name";

// What tells the states apart: a variant, and one that is kept for a holder.
struct StateWords {
  absl::string_view state;
  bool is_variant;
  bool is_kept;
};
constexpr StateWords kStates[] = {
    {"blocked", false, false}, {"withheld", true, true}, {"mirrored", true, false}};

std::vector<FoundFlaw> Flaw(absl::string_view what) {
  return {{RegistrationFlaw::kStatuses, std::string(what)}};
}

const StateWords* WordsOf(const ReservedName& reserved) {
  const auto* const found =
      std::find_if(std::begin(kStates), std::end(kStates),
                   [&](const StateWords& words) { return words.state == reserved.state; });
  return found == std::end(kStates) ? nullptr : found;
}

bool LeadsTo(const NoticeText& notice, const std::string& name) {
  return std::any_of(notice.targets.begin(), notice.targets.end(), [&](const std::string& target) {
    return absl::EndsWith(target, "/domain/" + name);
  });
}

}  // namespace

ReservedName ReservedNameOf(const rde::Nndn& nndn, absl::string_view name, absl::string_view tld) {
  std::string original = PlainName(nndn.original_name);
  if (!IsInside(original, tld)) original.clear();
  return {.name = std::string(name), .state = nndn.name_state, .original = std::move(original)};
}

std::vector<FoundFlaw> ReservedFlawsOfRdap(const ReservedName* reserved, absl::string_view body) {
  absl::StatusOr<std::vector<NoticeText>> notices = ReadNotices(body);
  if (!notices.ok()) {
    // What is not there needs no more than the status (RFC 7480 section 5.3).
    if (reserved == nullptr) return {};
    return {{RegistrationFlaw::kMalformed, std::string(notices.status().message())}};
  }
  std::erase_if(*notices, [](const NoticeText& notice) { return notice.title != kTitle; });
  if (reserved == nullptr) {
    return notices->empty() ? std::vector<FoundFlaw>()
                            : Flaw("nobody reserved it, says the deposit");
  }
  if (notices->size() != 1) return Flaw("expected one notice that it is a reserved name");
  const NoticeText& notice = notices->front();
  if (const StateWords* const words = WordsOf(*reserved); words != nullptr) {
    if (absl::StrContains(notice.description, "variant") != words->is_variant ||
        absl::StrContains(notice.description, "holder") != words->is_kept) {
      return Flaw(absl::StrCat("expected a reserved name that is ", words->state));
    }
  }
  // Another's name has to be written as it is in a URL.
  if (!reserved->original.empty() && IsHostname(reserved->original) &&
      !LeadsTo(notice, reserved->original)) {
    return Flaw(absl::StrCat("expected a link to ", reserved->original));
  }
  if (!reserved->state.empty() && reserved->original.empty() && !notice.targets.empty()) {
    return Flaw("a variant of a name that the deposit does not say");
  }
  return {};
}

std::vector<FoundFlaw> ReservedFlawsOfWhois(const ReservedName* reserved, absl::string_view text) {
  const std::string line = ReservedLine(text);
  if (reserved == nullptr) {
    return line.empty() ? std::vector<FoundFlaw>() : Flaw("nobody reserved it, says the deposit");
  }
  if (line.empty()) return Flaw("does not say that it is a reserved name");
  // That it is a variant WHOIS may leave out.
  const StateWords* const words = WordsOf(*reserved);
  if (words != nullptr && !words->is_variant && absl::StrContains(line, "variant")) {
    return Flaw("called a variant, and is none");
  }
  return {};
}

}  // namespace tidemark::failover::probe
