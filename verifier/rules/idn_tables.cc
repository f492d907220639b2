// IDN table references: RST rde-11.
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "base/limits.h"
#include "verifier/rules/rule.h"
#include "verifier/rules/values.h"

namespace tidemark::verifier {
namespace {

class IdnTablesRule final : public Rule {
 public:
  using Rule::Rule;

  void OnIdnTable(const rde::IdnTableRef& table, const Subject& subject) override {
    if (!table.url.empty() && !IsAbsoluteUrl(table.url)) {
      j_.log.Raise(Code::kIdnObjectInvalid, subject, "url is not an absolute URL");
    }
    if (!table.url_policy.empty() && !IsAbsoluteUrl(table.url_policy)) {
      j_.log.Raise(Code::kIdnObjectInvalid, subject, "urlPolicy is not an absolute URL");
    }
    // Language tags have no case: RFC 5646 section 2.1.1.
    const std::string id = absl::AsciiStrToLower(table.id);
    if (!j_.options.idn_tables.has_value()) return;
    for (const std::string& wanted : *j_.options.idn_tables) {
      if (absl::AsciiStrToLower(wanted) != id) continue;
      found_.insert(id);
      return;
    }
    j_.log.Raise(Code::kIdnObjectUnexpected, subject, "not one of --idn-tables");
  }

  void Finish() override {
    if (!j_.options.idn_tables.has_value()) {
      j_.SkipCode(Code::kIdnObjectUnexpected, "--idn-tables is not given");
      j_.SkipCode(Code::kIdnObjectMissing, "--idn-tables is not given");
      return;
    }
    if (j_.unread_csv) {
      j_.SkipCode(Code::kIdnObjectMissing, "the deposit has CSV files, which were not read");
      return;
    }
    if (!j_.is_repository()) return;
    for (const std::string& wanted : *j_.options.idn_tables) {
      if (found_.contains(absl::AsciiStrToLower(wanted))) continue;
      j_.log.Raise(Code::kIdnObjectMissing, AboutDeposit(j_), "no IDN table ", Printable(wanted));
    }
  }

 private:
  std::set<std::string> found_;
};

}  // namespace

std::unique_ptr<Rule> NewIdnTablesRule(Judgement& judgement) {
  return Rule::New<IdnTablesRule>(judgement);
}

}  // namespace tidemark::verifier
