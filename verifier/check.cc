#include "verifier/check.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/text_words.h"
#include "verifier/rules/judgement.h"
#include "verifier/rules/rule.h"
#include "verifier/rules/schema_flaws.h"

namespace tidemark::verifier {
namespace {

// Rules that look at the whole deposit, for a file that was not read to its end.
constexpr Code kWholeDepositCodes[] = {
    Code::kInvalidFilename,
    Code::kHeaderMissing,
    Code::kMissingObjectUri,
    Code::kMenuAndHeaderUrisDiffer,
    Code::kObjectCountMismatch,
    Code::kUnexpectedObject,
    Code::kDomainObjectMissing,
    Code::kDomainHasMissingNameserver,
    Code::kDomainHasMissingContact,
    Code::kDomainHasInvalidRegistrant,
    Code::kDomainHasInvalidClid,
    Code::kRegistrarObjectMissing,
    Code::kMissingEppParamsObject,
    Code::kPolicyObjectMissingObjects,
    Code::kNeverLinked,
    Code::kNeverSeveralStatuses,
    Code::kFieldNeverFilled,
    Code::kNeverSigned,
    Code::kReportMismatch,
    Code::kDriftMassDeletion,
    Code::kDriftDsLoss,
    Code::kDriftFieldLoss,
    Code::kDriftCounts,
    Code::kZoneDelegationMissing,
    Code::kZoneDelegationUnknown,
    Code::kZoneDelegationWithheld,
    Code::kZoneNsDiffers,
    Code::kZoneDsDiffers,
    Code::kZoneGlueDiffers,
};

// Findings are in order, and CRITICAL codes of RST are in RST's.
void MarkWhereRstStops(std::vector<Finding>& findings) {
  if (findings.empty()) return;
  const CodeInfo& first = InfoOf(findings.front().code);
  findings.front().rst_stops_here =
      first.severity == Severity::kCritical && absl::StartsWith(first.name, "RDE_");
}

}  // namespace

class DepositChecker::Impl {
 public:
  explicit Impl(CheckOptions options) : j_(std::move(options)), rules_(NewRules(j_)) {
    for (const auto& rule : rules_) {
      for (size_t hook = 0; hook < kHookCount; ++hook) {
        if (rule->has(static_cast<Hook>(hook))) listeners_[hook].push_back(rule.get());
      }
    }
  }

  void OnDeposit(const rde::DepositInfo& info, const rde::Position& at) {
    j_.deposit = info;
    j_.deposit_at = at;
    j_.ChooseRuleset();
  }

  void OnRecord(const rde::Record& record, const rde::Position& at) {
    std::visit([this, &at](const auto& object) { See(object, at); }, record);
  }

  void OnFlaw(const rde::Flaw& flaw) {
    complete_ = complete_ && !rde::EndsReading(flaw.kind);
    lacks_files_ = lacks_files_ || flaw.kind == rde::FlawKind::kCsvMissingFile ||
                   flaw.kind == rde::FlawKind::kCsvUnreadable;
    RaiseFlaw(flaw, j_);
  }

  void OnFile(uint16_t file, absl::string_view name, rde::FileKind kind) {
    files_[file] = Printable(name);
    if (kind != rde::FileKind::kCsv) return;
    csv_was_read_ = true;
    if (csv_files_.size() <= file) csv_files_.resize(size_t{file} + 1);
    csv_files_[file] = true;
  }

  void AddCustodyFinding(Code code, absl::string_view message) {
    j_.log.Raise(code, Subject{"deposit", "", std::nullopt}, message);
  }

  void JudgeRepository() { j_.replayed = true; }
  void NameFile(std::optional<std::string> name) { j_.file_name = std::move(name); }

  void AddFindings(Code code, int64_t count, std::vector<Finding> findings) {
    j_.log.RaiseLate(code, count, std::move(findings));
  }
  void AddSkip(Code code, absl::string_view why) { j_.SkipCode(code, why); }

  void CouldNotRead(const absl::Status& status) { unreadable_ = status; }

  const Judgement& judgement() const { return j_; }

  Report Finish() {
    for (const Skip& skip : j_.options.skipped) j_.SkipCode(skip.code, skip.why);
    j_.unread_csv = !j_.replayed && !j_.csv_uris.empty() && !csv_was_read_;
    for (const auto& rule : rules_) rule->OnEnd();
    if (!unreadable_.ok()) {
      SkipWholeDeposit(absl::StrCat("the deposit could not be read: ", unreadable_.message()));
    } else if (!complete_) {
      SkipWholeDeposit("reading ended before the end of the file");
    } else if (j_.over_limit) {
      SkipWholeDeposit("the deposit has more namespaces and policies than are kept");
    } else if (lacks_files_) {
      SkipWholeDeposit("a CSV file is missing or could not be read");
    } else if (!j_.deposit.has_value()) {
      SkipWholeDeposit("the document is not a deposit");
    } else {
      for (const auto& rule : rules_) rule->Finish();
      if (j_.unread_csv) {
        j_.SkipCode(Code::kInvalidCsv, "the deposit's CSV files are not at hand");
      }
      read_whole_ = true;
    }
    Report report;
    report.findings = InForce(j_.log.Take());
    MarkWhereRstStops(report.findings);
    report.verdict = Judge(report.findings);
    FillDeposit(report);
    report.ruleset = std::string(j_.rules().name);
    report.profile = std::string(ProfileName(j_.rules().profile));
    report.now = j_.options.now;
    if (!j_.is_excerpt()) {
      for (const auto& [uri, count] : j_.counts) report.counts[Printable(uri)] = count.objects;
    }
    if (j_.header.has_value()) {
      for (const rde::HeaderCount& count : j_.header->counts) {
        const bool is_whole = count.rcdn.empty() && count.registrar_id.empty();
        if (!is_whole || !count.value.has_value() || count.uri == rde::kHeaderUri) continue;
        report.header_counts.emplace(Printable(count.uri), *count.value);
      }
    }
    FillStatistics(report);
    if (j_.compared_with != nullptr) report.previous = *j_.compared_with;
    report.files = files_;
    report.skipped.assign(j_.skipped.begin(), j_.skipped.end());
    return report;
  }

 private:
  // Without what the rule set does not have, or leaves out for the models given.
  std::vector<Finding> InForce(std::vector<Finding> findings) {
    const Ruleset& rules = j_.rules();
    const std::string absent = absl::StrCat("rule set ", rules.name, " does not have it");
    for (const Code code : rules.without) j_.SkipCode(code, absent);
    const bool no_hosts = rules.leaves_out_cases && j_.options.host_model == HostModel::kAttributes;
    const bool no_contacts = rules.leaves_out_cases && j_.options.data_model == DataModel::kMinimum;
    if (no_hosts) SkipCase("RDE_HOST_", "rde-08 is left out with --host-model attributes");
    if (no_contacts) SkipCase("RDE_CONTACT_", "rde-09 is left out with --data-model minimum");
    const auto is_out = [&](const Finding& finding) {
      const absl::string_view name = InfoOf(finding.code).name;
      return !rules.has(finding.code) || j_.withdrawn.contains(finding.code) ||
             (no_hosts && absl::StartsWith(name, "RDE_HOST_")) ||
             (no_contacts && absl::StartsWith(name, "RDE_CONTACT_"));
    };
    findings.erase(std::remove_if(findings.begin(), findings.end(), is_out), findings.end());
    return findings;
  }

  void SkipCase(absl::string_view prefix, absl::string_view why) {
    for (int i = 0; i < kCodeCount; ++i) {
      const Code code = static_cast<Code>(i);
      if (absl::StartsWith(InfoOf(code).name, prefix)) j_.SkipCode(code, why);
    }
  }

  Verdict Judge(const std::vector<Finding>& findings) const {
    const bool failed = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
      return InfoOf(finding.code).severity >= Severity::kError;
    });
    if (failed) return Verdict::kFail;
    // What we could not read, or not hold, or do not understand, is nobody's failure.
    const bool undecided =
        !unreadable_.ok() || !j_.trouble.ok() || j_.unread_csv || !j_.keys.status().ok();
    return undecided ? Verdict::kUndecided : Verdict::kPass;
  }

  void SkipWholeDeposit(absl::string_view why) {
    for (const Code code : kWholeDepositCodes) j_.SkipCode(code, why);
  }

  void FillDeposit(Report& report) const {
    if (!j_.tld().empty()) report.tld = std::string(j_.tld());
    if (!j_.deposit.has_value()) return;
    const auto text = [](const std::string& value) {
      return value.empty() ? std::nullopt : std::optional<std::string>(Printable(value));
    };
    report.deposit.id = text(j_.deposit->id);
    report.deposit.kind = text(j_.deposit->type);
    report.deposit.watermark = j_.deposit->watermark.time;
    report.deposit.resend = j_.deposit->resend;
    report.deposit.prev_id = text(j_.deposit->prev_id);
  }

  void FillStatistics(Report& report) const {
    if (!read_whole_ || !j_.is_repository() || j_.unread_csv) return;
    report.statistics = j_.statistics;
    if (j_.recoverability.contacts > 0) report.recoverability = j_.recoverability;
  }

  // False if there was no room for it.
  bool Count(absl::string_view uri, const rde::Position& at) {
    last_known_ = nullptr;
    // Objects of a sort mostly stand together.
    if (last_counted_ == j_.counts.end() || !base::Equals(last_counted_->first, uri)) {
      auto it = j_.counts.find(uri);
      if (it == j_.counts.end()) {
        if (!j_.Keep(uri.size(), Subject{"namespace", Printable(uri), at})) return false;
        it = j_.counts.emplace(std::string(uri), UriCount{0, at}).first;
      }
      last_counted_ = it;
    }
    ++last_counted_->second.objects;
    return true;
  }
  // The same of a literal, which is known by its place.
  void CountKnown(absl::string_view uri, const rde::Position& at) {
    if (last_known_ == uri.data()) {
      ++last_counted_->second.objects;
    } else {
      last_known_ = Count(uri, at) ? uri.data() : nullptr;
    }
  }

  // To all rules that have the hook.
  template <typename Object>
  void Tell(Hook hook, void (Rule::*method)(const Object&, const Subject&), const Object& object,
            const Subject& subject) {
    for (Rule* rule : listeners_[static_cast<size_t>(hook)]) (rule->*method)(object, subject);
  }

  // How objects of a sort are counted and called.
  struct Sort {
    Hook hook;
    absl::string_view uri;
    absl::string_view kind;
  };

  template <typename Object>
  void Pass(const Sort& sort, void (Rule::*method)(const Object&, const Subject&),
            const Object& object, absl::string_view key, const rde::Position& at) {
    CountKnown(CountsAsCsv(sort.uri, at) ? rde::CsvUriOf(sort.uri) : sort.uri, at);
    if constexpr (requires { object.statuses; }) j_.statuses = SetOf(object.statuses);
    const Subject subject{sort.kind, key, at};
    j_.keys.BeginObject(subject);
    Tell(sort.hook, method, object, subject);
  }

  void See(const rde::Header& o, const rde::Position& at) {
    if (j_.replayed && csv_was_read_) {
      for (const rde::HeaderCount& count : o.counts) {
        if (!rde::XmlUriOf(count.uri).empty()) j_.csv_uris.emplace(count.uri, at);
      }
    }
    Tell(Hook::kHeader, &Rule::OnHeader, o, {"header", "", at});
  }
  void See(const rde::Domain& o, const rde::Position& at) {
    Pass({Hook::kDomain, rde::kDomainUri, "domain"}, &Rule::OnDomain, o, o.name, at);
  }
  void See(const rde::Host& o, const rde::Position& at) {
    Pass({Hook::kHost, rde::kHostUri, "host"}, &Rule::OnHost, o, o.name, at);
  }
  void See(const rde::Contact& o, const rde::Position& at) {
    Pass({Hook::kContact, rde::kContactUri, "contact"}, &Rule::OnContact, o,
         o.roid.empty() ? o.id : o.roid, at);
  }
  void See(const rde::Registrar& o, const rde::Position& at) {
    Pass({Hook::kRegistrar, rde::kRegistrarUri, "registrar"}, &Rule::OnRegistrar, o, o.id, at);
  }
  void See(const rde::IdnTableRef& o, const rde::Position& at) {
    Pass({Hook::kIdnTable, rde::kIdnUri, "idnTableRef"}, &Rule::OnIdnTable, o, o.id, at);
  }
  void See(const rde::Nndn& o, const rde::Position& at) {
    Pass({Hook::kNndn, rde::kNndnUri, "nndn"}, &Rule::OnNndn, o, o.a_name, at);
  }
  void See(const rde::EppParams& o, const rde::Position& at) {
    Pass({Hook::kEppParams, rde::kEppParamsUri, "eppParams"}, &Rule::OnEppParams, o, "", at);
  }
  void See(const rde::Policy& o, const rde::Position& at) {
    Pass({Hook::kPolicy, rde::kPolicyUri, "policy"}, &Rule::OnPolicy, o, "", at);
  }
  void See(const rde::Delete& o, const rde::Position& at) {
    Tell(Hook::kDelete, &Rule::OnDelete, o, {"delete", "", at});
  }
  void See(const rde::UnknownObject& o, const rde::Position& at) { Count(o.uri, at); }
  void See(const rde::CsvTable& o, const rde::Position& at) {
    j_.csv_uris.emplace(o.uri, at);
    Tell(Hook::kCsvTable, &Rule::OnCsvTable, o, {"table", o.name, at});
  }

  // Deposits of one chain may be in different models. The repository that they give is in the model
  // of the last one, which says so by its tables and its header.
  bool CountsAsCsv(absl::string_view uri, const rde::Position& at) const {
    if (j_.replayed) return at.file != 0 && j_.in_csv(uri);
    return at.file < csv_files_.size() && csv_files_[at.file];
  }

  Judgement j_;
  RuleList rules_;
  std::array<std::vector<Rule*>, kHookCount> listeners_;  // by Hook, in the rules' order
  decltype(Judgement::counts)::iterator last_counted_ = j_.counts.end();
  const char* last_known_ = nullptr;  // the literal that last_counted_ is of, if it is one
  std::map<uint16_t, std::string> files_;
  std::vector<bool> csv_files_;  // by number
  bool csv_was_read_ = false;
  bool lacks_files_ = false;
  bool complete_ = true;
  bool read_whole_ = false;
  absl::Status unreadable_;
};

DepositChecker::DepositChecker(CheckOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
DepositChecker::~DepositChecker() = default;

void DepositChecker::OnDeposit(const rde::DepositInfo& info, const rde::Position& at) {
  impl_->OnDeposit(info, at);
}
void DepositChecker::OnRecord(const rde::Record& record, const rde::Position& at) {
  impl_->OnRecord(record, at);
}
void DepositChecker::OnFlaw(const rde::Flaw& flaw) { impl_->OnFlaw(flaw); }
void DepositChecker::OnFile(uint16_t file, absl::string_view name, rde::FileKind kind) {
  impl_->OnFile(file, name, kind);
}
void DepositChecker::AddCustodyFinding(Code code, absl::string_view message) {
  impl_->AddCustodyFinding(code, message);
}
void DepositChecker::JudgeRepository() { impl_->JudgeRepository(); }
void DepositChecker::NameFile(std::optional<std::string> file_name) {
  impl_->NameFile(std::move(file_name));
}
void DepositChecker::AddFindings(Code code, int64_t count, std::vector<Finding> findings) {
  impl_->AddFindings(code, count, std::move(findings));
}
void DepositChecker::AddSkip(Code code, absl::string_view why) { impl_->AddSkip(code, why); }
void DepositChecker::CouldNotRead(const absl::Status& status) { impl_->CouldNotRead(status); }
const rde::DepositInfo* DepositChecker::deposit() const {
  const auto& deposit = impl_->judgement().deposit;
  return deposit.has_value() ? &*deposit : nullptr;
}
const Ruleset& DepositChecker::rules() const { return impl_->judgement().rules(); }
const std::string* DepositChecker::header_tld() const {
  const auto& header = impl_->judgement().header;
  return header.has_value() ? &header->tld : nullptr;
}
Report DepositChecker::Finish() { return impl_->Finish(); }
uint64_t DepositChecker::spilled_bytes() const {
  return impl_->judgement().scratch->written_bytes();
}

}  // namespace tidemark::verifier
