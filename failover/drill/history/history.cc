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

absl::Status WriteSigned(const std::string& path, absl::string_view bytes,
                         const crypto::SigningKey& key) {
  ASSIGN_OR_RETURN(const ReportFile file, ReportFileOf(path));
  RETURN_IF_ERROR(base::WriteFile(path, bytes, base::FileMode::kPublic));
  return base::WriteFile(path + ".sig", SignatureText(file, bytes, key), base::FileMode::kPublic);
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
  const std::string path = absl::StrCat(options_.dir, "/", tld, "/", name, "/report.json");
  const absl::StatusOr<std::string> text = ReadSignedReport(path, options_.keys);
  if (!text.ok()) return {name, std::nullopt, std::string(text.status().message())};
  absl::StatusOr<KeptReport> report = ParseKeptReport(*text);
  if (!report.ok()) return {name, std::nullopt, std::string(report.status().message())};
  // A genuine report in another's place would tell a trend that never was.
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

absl::StatusOr<std::optional<absl::Time>> DrillHistory::Latest() const {
  ASSIGN_OR_RETURN(const std::vector<std::string> tlds, DirectoryNames(options_.dir));
  std::optional<absl::Time> latest;
  for (const std::string& tld : tlds) {
    ASSIGN_OR_RETURN(const std::vector<std::string> names, Names(tld));
    if (names.empty()) continue;
    const absl::Time time = *TimeOf(names.back());
    latest = latest.has_value() ? std::max(*latest, time) : time;
  }
  return latest;
}

absl::StatusOr<std::string> DrillHistory::Keep(const DrillReport& report,
                                               const crypto::SigningKey& key) const {
  const std::string parent = absl::StrCat(options_.dir, "/", report.tld);
  const std::string fresh = absl::StrCat(parent, "/", kUnfinished);
  RETURN_IF_ERROR(base::RemoveTree(fresh));
  RETURN_IF_ERROR(base::MakeDirs(fresh, base::FileMode::kPublic));
  RETURN_IF_ERROR(WriteSigned(fresh + "/report.json", ToJson(report), key));
  RETURN_IF_ERROR(WriteSigned(fresh + "/report.html", ToHtml(report), key));
  const std::string name = absl::FormatTime(kNameFormat, report.started_at, absl::UTCTimeZone());
  for (int i = 1; i < kSameSecondMax; ++i) {
    const std::string path = absl::StrCat(parent, "/", name, i == 1 ? "" : absl::StrCat("-", i));
    struct stat info;
    if (lstat(path.c_str(), &info) == 0) continue;
    if (std::rename(fresh.c_str(), path.c_str()) != 0) return base::ErrnoStatus(errno, path);
    RETURN_IF_ERROR(base::SyncDir(parent));
    RETURN_IF_ERROR(RemoveOld(report.tld));
    return path;
  }
  return absl::ResourceExhaustedError(absl::StrCat(parent, "/", name, ": too many of one second"));
}

absl::Status DrillHistory::RemoveOld(const std::string& tld) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, Names(tld));
  for (size_t i = 0; i + options_.keep_reports < names.size(); ++i) {
    RETURN_IF_ERROR(base::RemoveTree(absl::StrCat(options_.dir, "/", tld, "/", names[i])));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::failover
