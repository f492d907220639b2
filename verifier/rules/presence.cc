// Objects that must be there, and those of which there is one: RST rde-07 to rde-10, 13, 14.
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

class PresenceRule final : public Rule {
 public:
  using Rule::Rule;

  void OnEppParams(const rde::EppParams&, const Subject& subject) override {
    if (++epp_params_ > 1) {
      j_.log.Raise(Code::kMultipleEppParamsObjects, subject, "EPP parameters number ", epp_params_);
    }
  }

  void Finish() override {
    static constexpr Code kCodes[] = {Code::kDomainObjectMissing,    Code::kHostObjectMissing,
                                      Code::kContactObjectMissing,   Code::kRegistrarObjectMissing,
                                      Code::kMissingEppParamsObject, Code::kPolicyObjectMissing};
    if (!j_.is_repository() || j_.unread_csv) {
      for (const Code code : kCodes) {
        j_.SkipCode(code, j_.unread_csv
                              ? "the deposit has CSV files, which were not read"
                              : "a DIFF or INCR without its base is not the whole repository");
      }
      return;
    }
    Demand(rde::kDomainUri, Code::kDomainObjectMissing);
    Demand(rde::kRegistrarUri, Code::kRegistrarObjectMissing);
    if (j_.rules().epp_params_required) Demand(rde::kEppParamsUri, Code::kMissingEppParamsObject);
    const CheckOptions& options = j_.options;
    if (!options.host_model.has_value()) {
      j_.SkipCode(Code::kHostObjectMissing, "--host-model is not given");
    } else if (*options.host_model == HostModel::kObjects) {
      Demand(rde::kHostUri, Code::kHostObjectMissing);
    }
    if (!options.data_model.has_value()) {
      j_.SkipCode(Code::kContactObjectMissing, "--data-model is not given");
      j_.SkipCode(Code::kPolicyObjectMissing, "--data-model is not given");
      return;
    }
    if (*options.data_model != DataModel::kMinimum) {
      Demand(rde::kContactUri, Code::kContactObjectMissing);
    }
    if (*options.data_model == DataModel::kMaximum) {
      if (j_.in_csv(rde::kDomainUri) && j_.count_of(rde::kDomainUri) == 0) {
        j_.SkipCode(Code::kPolicyObjectMissing, "all domains are in the CSV model");
      } else {
        Demand(rde::kPolicyUri, Code::kPolicyObjectMissing);
      }
    }
  }

 private:
  void Demand(absl::string_view uri, Code code) {
    if (j_.objects_of(uri) == 0) j_.log.Raise(code, AboutDeposit(j_), "no object of ", uri);
  }

  int64_t epp_params_ = 0;
};

}  // namespace

std::unique_ptr<Rule> NewPresenceRule(Judgement& judgement) {
  return Rule::New<PresenceRule>(judgement);
}

}  // namespace tidemark::verifier
