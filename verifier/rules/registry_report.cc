// The registry's own report (rde/registry_report.h) against the deposit. FULL deposits: against
// what was counted; others: against the deposit's header, which the report repeats.
#include <optional>
#include <string>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

class RegistryReportRule final : public Rule {
 public:
  using Rule::Rule;

  void Finish() override {
    if (!j_.options.registry_report.has_value()) {
      for (const Code code : {Code::kReportMismatch, Code::kReportInvalid}) {
        j_.SkipCode(code, "--report is not given");
      }
      return;
    }
    const absl::StatusOr<rde::RegistryReport>& report = *j_.options.registry_report;
    if (!report.ok()) {
      j_.log.Raise(Code::kReportInvalid, Subject{"report", "", std::nullopt},
                   report.status().message());
      j_.SkipCode(Code::kReportMismatch, "the report cannot be read");
      return;
    }
    CheckCreation(*report);
    CompareDeposit(*report);
    CompareCounts(*report);
  }

 private:
  template <typename... Parts>
  void Raise(const Parts&... parts) {
    j_.log.Raise(Code::kReportMismatch, AboutDeposit(j_), parts...);
  }

  // A deposit holds what was at its watermark, so nobody can have made it, or told of it, before.
  void CheckCreation(const rde::RegistryReport& report) {
    const std::optional<absl::Time>& created = report.cr_date.time;
    const std::optional<absl::Time>& watermark = report.watermark.time;
    if (!j_.rules().reads_closely || !created.has_value() || !watermark.has_value()) return;
    if (*created >= *watermark) return;
    j_.log.Raise(Code::kReportInvalid, Subject{"report", "", std::nullopt},
                 "crDate is before the watermark");
  }

  void CompareDeposit(const rde::RegistryReport& report) {
    const rde::DepositInfo& deposit = *j_.deposit;
    if (report.id != deposit.id) {
      Raise("id: the report says ", Printable(report.id), ", the deposit ", Printable(deposit.id));
    }
    if (deposit.resend.has_value() && report.resend != *deposit.resend) {
      Raise("resend: the report says ", report.resend, ", the deposit ", *deposit.resend);
    }
    if (report.kind != deposit.type) {
      Raise("kind: the report says ", report.kind, ", the deposit ", Printable(deposit.type));
    }
    if (deposit.watermark.time.has_value() && report.watermark.time != deposit.watermark.time) {
      Raise("watermark: the report says ", Printable(report.watermark.text), ", the deposit ",
            Printable(deposit.watermark.text));
    }
    if (!j_.tld().empty() && !absl::EqualsIgnoreCase(report.header.tld, j_.tld())) {
      Raise("tld: the report says ", Printable(report.header.tld), ", the deposit ",
            Printable(j_.tld()));
    }
  }

  static const rde::HeaderCount* Find(const rde::Header& header, const rde::HeaderCount& like) {
    for (const rde::HeaderCount& count : header.counts) {
      if (std::tie(count.uri, count.rcdn, count.registrar_id) ==
          std::tie(like.uri, like.rcdn, like.registrar_id)) {
        return &count;
      }
    }
    return nullptr;
  }

  // What the deposit has of what `count` counts; absent if that is not known.
  std::optional<int64_t> InDeposit(const rde::HeaderCount& count) const {
    if (count.rcdn.empty() && count.registrar_id.empty() && j_.is_repository() && !j_.unread_csv) {
      return j_.count_of(count.uri);
    }
    const rde::HeaderCount* same = j_.header.has_value() ? Find(*j_.header, count) : nullptr;
    return same == nullptr ? std::nullopt : same->value;
  }

  void CompareCounts(const rde::RegistryReport& report) {
    for (const rde::HeaderCount& count : report.header.counts) {
      // A report may count the header itself, as its own may.
      const std::optional<int64_t> here =
          count.uri == rde::kHeaderUri ? count.value : InDeposit(count);
      if (here == count.value) continue;
      const std::string what = absl::StrCat(
          Printable(count.uri),
          count.registrar_id.empty() ? "" : absl::StrCat(" of ", Printable(count.registrar_id)));
      if (here.has_value()) {
        Raise(what, ": the report counts ", *count.value, ", the deposit has ", *here);
      } else {
        Raise(what, ": the report counts ", *count.value, ", the deposit's header does not");
      }
    }
    if (!j_.header.has_value()) return;
    for (const rde::HeaderCount& count : j_.header->counts) {
      if (Find(report.header, count) != nullptr) continue;
      Raise(Printable(count.uri), ": the deposit's header counts it, the report does not");
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewRegistryReportRule(Judgement& judgement) {
  return Rule::New<RegistryReportRule>(judgement);
}

}  // namespace tidemark::verifier
