// The deposit against the published zone (verifier/zone/comparison.h).
#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "verifier/rules/rule.h"
#include "verifier/zone/comparison.h"

namespace tidemark::verifier {
namespace {

constexpr Code kZoneCodes[] = {Code::kZoneDelegationMissing,  Code::kZoneDelegationUnknown,
                               Code::kZoneDelegationWithheld, Code::kZoneNsDiffers,
                               Code::kZoneDsDiffers,          Code::kZoneGlueDiffers};

// What the sort wants at least.
constexpr uint64_t kMemoryBytesMin = 8 << 20;

class ZoneRule final : public Rule {
 public:
  explicit ZoneRule(Judgement& judgement) : Rule(judgement) {
    if (j_.options.zone == nullptr) return;
    comparison_ = std::make_unique<ZoneComparison>(
        *j_.scratch, std::max(kMemoryBytesMin, j_.options.resources.memory_bytes_max / 2));
  }

  void OnDomain(const rde::Domain& domain, const Subject& subject) override {
    Add(domain, subject);
  }
  void OnHost(const rde::Host& host, const Subject& subject) override { Add(host, subject); }
  void OnNndn(const rde::Nndn& nndn, const Subject& subject) override { Add(nndn, subject); }

  void Finish() override {
    std::string why = WhyNot();
    if (why.empty()) {
      status_.Update(comparison_->AddZone(*j_.options.zone, j_.tld()));
      if (status_.ok()) status_ = comparison_->Finish(j_.log);
      if (status_.ok()) return;
      why = absl::StrCat("the zone could not be compared: ", status_.message());
    }
    // Whoever asked for the comparison must not take silence for agreement.
    if (!status_.ok()) j_.trouble.Update(status_);
    for (const Code code : kZoneCodes) j_.SkipCode(code, why);
  }

 private:
  std::string WhyNot() const {
    if (j_.options.zone == nullptr) return "--zone is not given";
    if (!status_.ok()) return absl::StrCat("the zone could not be compared: ", status_.message());
    if (!j_.is_repository() || j_.unread_csv) return "the deposit is not the whole repository";
    if (j_.tld().empty()) return "the TLD is not known";
    return "";
  }

  template <typename Object>
  void Add(const Object& object, const Subject& subject) {
    if (comparison_ == nullptr || !status_.ok()) return;
    status_ = comparison_->Add(object, subject.at.value_or(rde::Position{}));
  }

  absl::Status status_;
  std::unique_ptr<ZoneComparison> comparison_;
};

}  // namespace

std::unique_ptr<Rule> NewZoneRule(Judgement& judgement) { return Rule::New<ZoneRule>(judgement); }

}  // namespace tidemark::verifier
