#include "verifier/verdict.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/manifest.h"
#include "verifier/report_json.h"

namespace tidemark::verifier {
namespace {

constexpr uint32_t kFormat = 1;
// Everything in a verdict's body besides the report; a base has a digest, an id and a TLD.
constexpr size_t kBodyOverheadBytesMax =
    4096 + base::kChainDepositsMax * (128 + base::kDomainNameBytesMax);
static_assert(kBodyOverheadBytesMax < base::kVerdictBytesMax / 4, "most of it is the report");

// At most `per_code` findings of each code.
Report Cut(const Report& report, size_t per_code) {
  Report cut = report;
  cut.findings.clear();
  std::set<Skip> skipped(report.skipped.begin(), report.skipped.end());
  size_t of_code = 0;
  for (const Finding& finding : report.findings) {
    const bool same = !cut.findings.empty() && cut.findings.back().code == finding.code;
    of_code = same ? of_code + 1 : 1;
    if (of_code <= per_code) {
      cut.findings.push_back(finding);
    } else {
      skipped.insert({finding.code, "more findings of this code than fit into a verdict"});
    }
  }
  cut.skipped.assign(skipped.begin(), skipped.end());
  return cut;
}

// The vault must not learn a name from a verdict: what a finding is about keeps its kind alone
// ("domain"), and its message is the code's own. Place and count stay.
Report WithoutNames(Report report) {
  for (Finding& finding : report.findings) {
    finding.object.resize(std::min(finding.object.find(' '), finding.object.size()));
    finding.message = std::string(InfoOf(finding.code).title);
    finding.sample.clear();
  }
  if (report.recoverability.has_value()) report.recoverability->examples.clear();
  for (auto& [file, name] : report.files) name = absl::StrCat("file ", file);
  return report;
}

}  // namespace

tidemark::v1::VerdictOutcome OutcomeOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return tidemark::v1::VERDICT_OUTCOME_PASS;
    case Verdict::kFail:
      return tidemark::v1::VERDICT_OUTCOME_FAIL;
    case Verdict::kUndecided:
      return tidemark::v1::VERDICT_OUTCOME_UNDECIDED;
  }
  return tidemark::v1::VERDICT_OUTCOME_UNDECIDED;
}

std::string FittingReportJson(const Report& report, size_t bytes_max) {
  std::string json = ReportJson(report);
  for (size_t per_code = base::kFindingsPerCodeMax / 2; json.size() > bytes_max && per_code > 0;
       per_code /= 2) {
    json = ReportJson(Cut(report, per_code));
  }
  return json;
}

tidemark::v1::SignedVerdict MakeVerdict(const Report& report, const VerdictBinding& binding,
                                        const crypto::SigningKey& key) {
  tidemark::v1::VerdictBody body;
  body.set_format(kFormat);
  body.set_vault_id(binding.vault_id);
  *body.mutable_identity() = vault::ToProto(binding.deposit);
  body.set_manifest_digest(binding.manifest_digest);
  body.set_outcome(OutcomeOf(report.verdict));
  body.set_ruleset(report.ruleset);
  body.set_profile(report.profile);
  body.set_judged_at_unix_micros(absl::ToUnixMicros(binding.judged_at));
  body.set_content_mismatch(
      std::any_of(report.findings.begin(), report.findings.end(),
                  [](const Finding& finding) { return finding.code == Code::kContentMismatch; }));
  for (const VerdictBinding::Base& base : binding.bases) {
    tidemark::v1::VerdictBase& bound = *body.add_bases();
    *bound.mutable_identity() = vault::ToProto(base.deposit);
    bound.set_manifest_digest(base.manifest_digest);
  }
  body.set_report_json(
      FittingReportJson(WithoutNames(report), base::kVerdictBytesMax - kBodyOverheadBytesMax));
  tidemark::v1::SignedVerdict verdict;
  verdict.set_body(body.SerializeAsString());
  verdict.set_signature(key.Sign(crypto::SignaturePurpose::kVerdict, verdict.body()));
  return verdict;
}

}  // namespace tidemark::verifier
