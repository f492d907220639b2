// Names are host names, and those of the registry are below its TLD: RST rde-07, rde-08.
#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "verifier/rules/rule.h"
#include "verifier/rules/values.h"

namespace tidemark::verifier {
namespace {

// Hostile deposits may have a last label of its own for every name.
constexpr size_t kLastLabelsMax = 4096;

class NamesRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject& subject) override {
    CheckName(domain.name, subject, Code::kDomainHasInvalidName, waiting_domains_);
    CheckReserved(domain.name, subject);
    if (domain.idn_table_id.empty() && HasALabel(domain.name)) {
      j_.log.Raise(Code::kIdnTableIdMissing, subject, "the name has an A-label, and no idnTableId");
    }
  }

  void OnHost(const rde::Host& host, const Subject& subject) override {
    if (!IsHostName(host.name)) {
      RaiseInvalid(Code::kHostHasInvalidName, host.name, subject);
    } else if (j_.rules().tld_not_numeric && EndsInNumber(host.name)) {
      j_.log.Raise(Code::kHostHasInvalidName, subject, "the name ends in a label of digits alone");
    } else if (LastLabel(host.name).size() == host.name.size()) {
      j_.log.Raise(Code::kHostNameUnqualified, subject, "the name has one label");
    }
  }

  void OnNndn(const rde::Nndn& nndn, const Subject& subject) override {
    CheckName(nndn.a_name, subject, Code::kNndnInvalidName, waiting_nndns_);
    CheckReserved(nndn.a_name, subject);
    if (j_.rules().reads_closely && nndn.idn_table_id.empty() && HasALabel(nndn.a_name)) {
      j_.log.Raise(Code::kIdnTableIdMissing, subject, "the name has an A-label, and no idnTableId");
    }
  }

  void Finish() override {
    Judge(waiting_domains_, Code::kDomainHasInvalidName);
    Judge(waiting_nndns_, Code::kNndnInvalidName);
  }

 private:
  // Names that came before the TLD was known, by their last label.
  using Waiting = std::map<std::string, Tally, std::less<>>;

  void CheckName(absl::string_view name, const Subject& subject, Code code, Waiting& waiting) {
    if (!IsHostName(name)) {
      RaiseInvalid(code, name, subject);
    } else if (j_.tld().empty()) {
      Wait(name, subject, waiting);
    } else if (!IsBelow(name, j_.tld())) {
      j_.log.Raise(code, subject, "the name is not below ", Printable(j_.tld()));
    }
  }

  void CheckReserved(absl::string_view name, const Subject& subject) {
    if (!HasReservedLabel(name)) return;
    j_.log.Raise(Code::kLabelReserved, subject,
                 "a label has hyphens in third and fourth place, and does not begin with xn--");
  }

  void RaiseInvalid(Code code, absl::string_view name, const Subject& subject) {
    j_.log.Raise(code, subject,
                 name.empty() ? "the name is empty"
                              : "the name is not letters, digits and hyphens in "
                                "labels of 1 to 63, at most 253 in all");
  }

  void Wait(absl::string_view name, const Subject& subject, Waiting& waiting) {
    // A name of one label is below no TLD, not even the one that it is.
    const absl::string_view last = LastLabel(name);
    const std::string label = last.size() < name.size() ? absl::AsciiStrToLower(last) : "";
    if (waiting.size() >= kLastLabelsMax && !waiting.contains(label)) {
      overflow_ = true;
      return;
    }
    waiting[label].Add(subject, "the name is not below the header's TLD");
  }

  void Judge(Waiting& waiting, Code code) {
    if (waiting.empty()) return;
    const absl::string_view tld = j_.tld();
    const bool by_last_label = !tld.empty() && tld.find('.') == absl::string_view::npos;
    if (overflow_ || !by_last_label) {
      j_.SkipCode(code, "names came before the header, and --tld is not given");
    }
    if (!by_last_label) return;
    for (auto& [label, tally] : waiting) {
      if (label != tld) tally.Move(code, j_.log);
    }
  }

  Waiting waiting_domains_;
  Waiting waiting_nndns_;
  bool overflow_ = false;
};

}  // namespace

std::unique_ptr<Rule> NewNamesRule(Judgement& judgement) { return Rule::New<NamesRule>(judgement); }

}  // namespace tidemark::verifier
