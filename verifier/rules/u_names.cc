// A-labels and what stands beside them: uName and originalName, RFC 9022 sections 4.5, 5.1.2.1 and
// 5.6.2.1, IDNA2008.
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "verifier/rules/idn_label.h"
#include "verifier/rules/rule.h"
#include "verifier/rules/values.h"

namespace tidemark::verifier {
namespace {

class UNamesRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject& subject) override {
    CheckNames(domain.name, domain.u_name, subject);
    CheckOriginal(domain.name, domain.original_name, subject);
  }

  void OnNndn(const rde::Nndn& nndn, const Subject& subject) override {
    CheckNames(nndn.a_name, nndn.u_name, subject);
    CheckOriginal(nndn.a_name, nndn.original_name, subject);
    // RFC 9022 section 5.6.2.1: delegated as the original is.
    if (j_.rules().reads_closely && nndn.name_state == "mirrored" && nndn.original_name.empty()) {
      j_.log.Raise(Code::kOriginalNameInvalid, subject,
                   "the name mirrors another, and originalName does not say which");
    }
  }

 private:
  void CheckNames(absl::string_view name, absl::string_view u_name, const Subject& subject) {
    // Most names are no IDN and have no uName. A name that is none at all has its own code.
    if ((u_name.empty() && !HasALabel(name)) || !IsHostName(name)) return;
    const std::optional<std::string> unicode = UnicodeNameOf(name);
    if (!unicode.has_value()) {
      j_.log.Raise(Code::kALabelInvalid, subject, "a label begins with xn-- and is no A-label");
    } else if (!u_name.empty() && !absl::EqualsIgnoreCase(u_name, *unicode)) {
      j_.log.Raise(Code::kUNameMismatch, subject,
                   absl::EqualsIgnoreCase(u_name, name) ? "uName repeats the A-label form"
                                                        : "uName has another A-label form");
    }
  }

  void CheckOriginal(absl::string_view name, absl::string_view original, const Subject& subject) {
    if (original.empty()) return;
    const absl::string_view flaw = !IsHostName(original)                    ? "is no host name"
                                   : absl::EqualsIgnoreCase(original, name) ? "is the name itself"
                                   : !j_.tld().empty() && !IsBelow(original, j_.tld())
                                       ? "is not below the TLD"
                                       : "";
    if (!flaw.empty()) j_.log.Raise(Code::kOriginalNameInvalid, subject, "originalName ", flaw);
  }
};

}  // namespace

std::unique_ptr<Rule> NewUNamesRule(Judgement& judgement) {
  return Rule::New<UNamesRule>(judgement);
}

}  // namespace tidemark::verifier
