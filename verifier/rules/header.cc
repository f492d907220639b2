// The header: there once, for the TLD under judgement. RFC 9022 section 5.9.
#include <set>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "verifier/rules/rule.h"
#include "verifier/rules/values.h"

namespace tidemark::verifier {
namespace {

class HeaderRule final : public Rule {
 public:
  explicit HeaderRule(Judgement& judgement) : Rule(judgement) {
    if (j_.options.tld.has_value()) j_.set_tld(absl::AsciiStrToLower(*j_.options.tld));
  }

  void OnHeader(const rde::Header& header, const Subject& subject) override {
    if (j_.header.has_value()) {
      j_.log.Raise(Code::kHeaderRepeated, subject, "a second header");
      return;
    }
    j_.header = header;
    // A count of nothing is the schema's to report.
    std::erase_if(j_.header->counts,
                  [](const rde::HeaderCount& count) { return count.uri.empty(); });
    j_.header_at = subject.at.value_or(rde::Position{});
    CheckTld(header, subject);
    CheckCounts(header, subject);
  }

  void Finish() override {
    if (!j_.header.has_value()) {
      j_.log.Raise(Code::kHeaderMissing, AboutDeposit(j_), "no header in the deposit");
    }
  }

 private:
  void CheckTld(const rde::Header& header, const Subject& subject) {
    if (header.tld.empty()) {
      // A missing element is the schema's; an id of another kind is ours.
      if (!header.registrar.empty() || !header.ppsp.empty() || !header.reseller.empty()) {
        j_.log.Raise(Code::kTldMismatch, subject, "the header names no TLD");
      }
      return;
    }
    const std::string tld = absl::AsciiStrToLower(header.tld);
    if (!IsHostName(tld)) {
      j_.log.Raise(Code::kTldMismatch, subject, "the header's tld ", Printable(tld),
                   " is not a name of letters, digits and hyphens");
    } else if (j_.options.tld.has_value() && tld != j_.tld()) {
      j_.log.Raise(Code::kTldMismatch, subject, "the header says ", Printable(tld),
                   ", expected is ", Printable(j_.tld()));
    }
    if (!j_.options.tld.has_value()) {
      absl::string_view bare = absl::StripSuffix(absl::StripPrefix(tld, "."), ".");
      if (IsHostName(bare)) j_.set_tld(std::string(bare));
    }
  }

  void CheckCounts(const rde::Header& header, const Subject& subject) {
    std::set<std::tuple<std::string, std::string, std::string>> seen;
    for (const rde::HeaderCount& count : header.counts) {
      if (!seen.emplace(count.uri, count.rcdn, count.registrar_id).second) {
        j_.log.Raise(Code::kHeaderCountRepeated, subject, "a second count of ",
                     Printable(count.uri));
      }
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewHeaderRule(Judgement& judgement) {
  return Rule::New<HeaderRule>(judgement);
}

}  // namespace tidemark::verifier
