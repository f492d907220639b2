#include "failover/drill/history/history.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/drill/history/signature.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;

constexpr char kNameFormat[] = "%E4Y%m%dT%H%M%SZ";
constexpr size_t kNameBytes = 16;
constexpr int kSameSecondMax = 100;
constexpr char kUnfinished[] = ".unfinished";
constexpr char kJsonFile[] = "report.json";
constexpr char kHtmlFile[] = "report.html";
// A page with a trend of years; what is longer is not ours.
constexpr size_t kReportFileBytesMax = 8 << 20;

// The time in a name of ours: "20261122T023000Z", with "-2" behind it for a second one.
std::optional<absl::Time> TimeOf(absl::string_view name) {
  if (name.size() < kNameBytes) return std::nullopt;
  const absl::string_view rest = name.substr(kNameBytes);
  if (!rest.empty() && (rest.size() < 2 || rest.size() > 3 || rest[0] != '-' ||
                        !std::all_of(rest.begin() + 1, rest.end(), absl::ascii_isdigit))) {
    return std::nullopt;
  }
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(kNameFormat, name.substr(0, kNameBytes), &time, &error)) {
    return std::nullopt;
  }
  return time;
}

absl::Status WriteSigned(const std::string& path, absl::string_view drill, absl::string_view bytes,
                         const crypto::SigningKey& key) {
  ASSIGN_OR_RETURN(const ReportFile file, ReportFileOf(path));
  RETURN_IF_ERROR(base::WriteFile(path, bytes, base::FileMode::kPublic));
  return base::WriteFile(path + ".sig", SignatureText(file, drill, bytes, key),
                         base::FileMode::kPublic);
}

// What lies at `path` as a file of `drill`.
absl::StatusOr<std::string> ReadFileOf(absl::string_view drill, const std::string& path,
                                       absl::Span<const crypto::VerifyKey> keys) {
  ASSIGN_OR_RETURN(SignedReport report, ReadSignedReport(path, keys));
  // A genuine report in another's place would tell a trend that never was.
  if (report.drill != drill) {
    return absl::DataLossError(absl::StrCat("of another drill: ", report.drill));
  }
  return std::move(report.bytes);
}

// A report that does not say what it was measured by meets nothing.
bool Meets(const KeptReport& report, const DrillDemands& demands) {
  if (report.point.verdict != DrillVerdict::kPass) return false;
  if (report.vault_id.empty() || report.vault_id != demands.vault_id) return false;
  const auto within = [](double seconds, absl::Duration limit) {
    return seconds <= absl::ToDoubleSeconds(limit);
  };
  if (!report.rpo_seconds.has_value() || !within(*report.rpo_seconds, demands.thresholds.rpo)) {
    return false;
  }
  for (const RecoveredFunction& function : kRecoveredFunctions) {
    const std::optional<double> seconds = function.SecondsIn(report.point.rto);
    if (seconds.has_value() && !within(*seconds, demands.thresholds.*function.threshold)) {
      return false;
    }
  }
  if (demands.by_release && !report.by_release) return false;
  if (!report.sample.has_value()) return false;
  return *report.sample == 0 || (demands.sample != 0 && *report.sample >= demands.sample);
}

absl::StatusOr<std::vector<std::string>> DirectoryNames(const std::string& dir) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(dir, error);
  if (error == std::errc::no_such_file_or_directory) return names;
  for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    // A link is nobody's report.
    if (fs::is_directory(entry->symlink_status(ignored))) {
      names.push_back(entry->path().filename().string());
    }
  }
  if (error) return base::ErrnoStatus(error.value(), dir);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> DrillHistory::Names(const std::string& tld) const {
  ASSIGN_OR_RETURN(std::vector<std::string> names, DirectoryNames(options_.dir + "/" + tld));
  // Of one second the second came later, and sorts later; 10 and above before 2 is bearable.
  names.erase(std::remove_if(names.begin(), names.end(),
                             [](const std::string& name) { return !TimeOf(name).has_value(); }),
              names.end());
  return names;
}

HistoryEntry DrillHistory::Look(const std::string& tld, const std::string& name) const {
  const std::string drill = absl::StrCat(tld, "/", name);
  const std::string dir = absl::StrCat(options_.dir, "/", drill, "/");
  const absl::StatusOr<std::string> text = ReadFileOf(drill, dir + kJsonFile, options_.keys);
  if (!text.ok()) return {name, std::nullopt, std::string(text.status().message())};
  const absl::Status page = ReadFileOf(drill, dir + kHtmlFile, options_.keys).status();
  if (!page.ok()) {
    return {name, std::nullopt, absl::StrCat("its page: ", page.message())};
  }
  absl::StatusOr<KeptReport> report = ParseKeptReport(*text);
  if (!report.ok()) return {name, std::nullopt, std::string(report.status().message())};
  if (report->tld != tld || report->point.at != *TimeOf(name)) {
    return {name, std::nullopt, "a report of another TLD or time"};
  }
  return {name, *std::move(report), ""};
}

absl::StatusOr<std::vector<HistoryEntry>> DrillHistory::List(const std::string& tld) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, Names(tld));
  std::vector<HistoryEntry> entries;
  for (size_t i = names.size() - std::min(names.size(), kHistoryEntriesMax); i < names.size();
       ++i) {
    entries.push_back(Look(tld, names[i]));
  }
  return entries;
}

absl::StatusOr<DrillTrend> DrillHistory::Trend(const std::string& tld) const {
  ASSIGN_OR_RETURN(const std::vector<HistoryEntry> entries, List(tld));
  DrillTrend trend;
  for (const HistoryEntry& entry : entries) {
    if (entry.report.has_value()) {
      trend.earlier.push_back(entry.report->point);
    } else if (trend.refused_count++ < kRefusedReportsMax) {
      trend.refused.emplace_back(entry.name, entry.why_not);
    }
  }
  return trend;
}

absl::StatusOr<bool> DrillHistory::HasPassed(const std::string& tld, absl::Time since,
                                             absl::Time until, const DrillDemands& demands) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, Names(tld));
  return std::any_of(names.rbegin(), names.rend(), [&](const std::string& name) {
    const absl::Time began = *TimeOf(name);
    if (began < since || began > until) return false;
    const HistoryEntry entry = Look(tld, name);
    return entry.report.has_value() && Meets(*entry.report, demands);
  });
}

absl::StatusOr<std::optional<FoundDeposit>> DrillHistory::LastFound(const std::string& tld,
                                                                    absl::Time until) const {
  ASSIGN_OR_RETURN(std::vector<std::string> names, Names(tld));
  std::stable_partition(names.begin(), names.end(),
                        [until](const std::string& name) { return *TimeOf(name) > until; });
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    const HistoryEntry entry = Look(tld, *name);
    if (entry.report.has_value()) return entry.report->last_found;
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<std::string>> DrillHistory::KnownTlds(absl::Time until) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> tlds, DirectoryNames(options_.dir));
  std::vector<std::string> known;
  for (const std::string& tld : tlds) {
    ASSIGN_OR_RETURN(const std::optional<FoundDeposit> found, LastFound(tld, until));
    if (found.has_value()) known.push_back(tld);
  }
  return known;
}

// The name of a drill's directory that nobody has taken.
absl::StatusOr<std::string> DrillHistory::FreeName(const DrillReport& report) const {
  const std::string name = absl::FormatTime(kNameFormat, report.started_at, absl::UTCTimeZone());
  for (int i = 1; i < kSameSecondMax; ++i) {
    std::string numbered = i == 1 ? name : absl::StrCat(name, "-", i);
    struct stat info;
    const std::string path = absl::StrCat(options_.dir, "/", report.tld, "/", numbered);
    if (lstat(path.c_str(), &info) != 0) return numbered;
  }
  return absl::ResourceExhaustedError(
      absl::StrCat(options_.dir, "/", report.tld, "/", name, ": too many of one second"));
}

absl::StatusOr<KeptDrill> DrillHistory::Keep(DrillReport report,
                                             const crypto::SigningKey& key) const {
  const std::string parent = absl::StrCat(options_.dir, "/", report.tld);
  const std::string fresh = absl::StrCat(parent, "/", kUnfinished, "/");
  RETURN_IF_ERROR(base::RemoveTree(fresh));
  RETURN_IF_ERROR(base::MakeDirs(fresh, base::FileMode::kPublic));
  ASSIGN_OR_RETURN(const std::string name, FreeName(report));
  report.id = absl::StrCat(report.tld, "/", name);
  RETURN_IF_ERROR(WriteSigned(fresh + kJsonFile, report.id, ToJson(report), key));
  RETURN_IF_ERROR(WriteSigned(fresh + kHtmlFile, report.id, ToHtml(report), key));
  std::string path = absl::StrCat(parent, "/", name);
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return base::ErrnoStatus(errno, path);
  RETURN_IF_ERROR(base::SyncDir(parent));
  return KeptDrill{std::move(path), RemoveOld(report.tld, name)};
}

// One that is dated ahead, by a clock that was wrong, does not push out the one that was just kept.
absl::Status DrillHistory::RemoveOld(const std::string& tld, const std::string& kept) const {
  ASSIGN_OR_RETURN(std::vector<std::string> names, Names(tld));
  std::erase(names, kept);
  // One that stays is no reason for the others to.
  absl::Status first_error;
  for (size_t i = 0; i + options_.keep_reports <= names.size(); ++i) {
    first_error.Update(base::RemoveTree(absl::StrCat(options_.dir, "/", tld, "/", names[i])));
  }
  return first_error;
}

absl::StatusOr<SignedReport> ReadSignedReport(const std::string& path,
                                              absl::Span<const crypto::VerifyKey> keys) {
  ASSIGN_OR_RETURN(const ReportFile file, ReportFileOf(path));
  ASSIGN_OR_RETURN(std::string bytes, base::ReadSmallFile(path, kReportFileBytesMax));
  ASSIGN_OR_RETURN(const std::string signature, base::ReadSmallFile(path + ".sig"));
  absl::Status last = absl::DataLossError("no key to verify it with");
  for (const crypto::VerifyKey& key : keys) {
    absl::StatusOr<std::string> drill = CheckSignature(file, bytes, signature, key);
    last = drill.status();
    if (!last.ok()) continue;
    const auto began = TimeOf(absl::string_view(*drill).substr(drill->find('/') + 1));
    if (!began.has_value()) return absl::DataLossError("signed, and names no drill");
    return SignedReport{*std::move(drill), *began, std::move(bytes)};
  }
  return last;
}

}  // namespace tidemark::failover
