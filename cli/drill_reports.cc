#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/status.h"
#include "cli/drill_modes.h"
#include "crypto/sign.h"
#include "failover/drill/history/history.h"

namespace tidemark::cli {
namespace {

std::string SecondsText(const std::optional<double>& seconds) {
  return seconds.has_value() ? absl::StrFormat("%.2f s", *seconds) : "-";
}

std::string AgeText(const std::optional<double>& seconds) {
  return seconds.has_value() ? absl::StrFormat("%.1f h", *seconds / 3600) : "-";
}

absl::StatusOr<std::vector<failover::HistoryEntry>> List(const DrillArguments& arguments) {
  ASSIGN_OR_RETURN(const failover::DrillConfig config, failover::LoadDrillConfig(arguments.config));
  ASSIGN_OR_RETURN(const failover::DrillHistory history, failover::OpenHistory(config));
  return history.List(arguments.tld);
}

// A key in hex, or a file that holds one.
absl::StatusOr<crypto::VerifyKey> LoadVerifyKey(const std::string& text) {
  absl::StatusOr<crypto::VerifyKey> key = crypto::VerifyKey::FromHex(text);
  if (key.ok()) return key;
  ASSIGN_OR_RETURN(const std::string file, base::ReadSmallFile(text));
  return crypto::VerifyKey::FromHex(absl::StripAsciiWhitespace(file));
}

}  // namespace

void ShowHistory(const DrillArguments& arguments, Session& session) {
  const auto entries = List(arguments);
  if (!entries.ok()) return Fail(session, "drill", entries.status());
  std::printf("%-19s %-10s %10s %10s %10s %10s %9s  %s\n", "drill", "verdict", "DNS", "DNSSEC",
              "RDAP", "WHOIS", "data age", "deposit");
  for (const failover::HistoryEntry& entry : *entries) {
    if (!entry.report.has_value()) {
      std::printf("%-19s NOT BELIEVED: %s\n", entry.name.c_str(), entry.why_not.c_str());
      session.exit = Exit::kNo;
      continue;
    }
    const failover::RecoveryTimes& rto = entry.report->point.rto;
    std::printf("%-19s %-10s %10s %10s %10s %10s %9s  %s\n", entry.name.c_str(),
                std::string(failover::DrillVerdictName(entry.report->point.verdict)).c_str(),
                SecondsText(rto.dns).c_str(), SecondsText(rto.dnssec).c_str(),
                SecondsText(rto.rdap).c_str(), SecondsText(rto.whois).c_str(),
                AgeText(entry.report->rpo_seconds).c_str(), entry.report->deposit_id.c_str());
  }
  if (!session.quiet) std::printf("%zu drills of .%s\n", entries->size(), arguments.tld.c_str());
}

void VerifyReport(const DrillArguments& arguments, Session& session) {
  const auto key = LoadVerifyKey(arguments.key);
  if (!key.ok()) return Fail(session, "drill", base::Annotate(key.status(), "--key"));
  const auto signed_report = failover::ReadSignedReport(arguments.verify, {*key});
  if (!signed_report.ok()) {
    Fail(session, "drill", signed_report.status());
    if (absl::IsDataLoss(signed_report.status())) session.exit = Exit::kNo;
    return;
  }
  std::printf(
      "Verified: signed by %s, unaltered. Drill %s, begun at %s", key->ToHex().c_str(),
      signed_report->drill.c_str(),
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", signed_report->began_at, absl::UTCTimeZone()).c_str());
  // A page says nothing that a program reads.
  const auto report = failover::ParseKeptReport(signed_report->bytes);
  if (report.ok()) {
    const std::string verdict(failover::DrillVerdictName(report->point.verdict));
    std::printf(": %s", verdict.c_str());
  }
  std::printf(".\n");
}

void MakeReportKey(const DrillArguments& arguments, Session& session) {
  const crypto::SigningKey key = crypto::SigningKey::Generate();
  absl::Status status = key.Save(arguments.make_key);
  if (status.ok()) {
    status = base::WriteFile(arguments.make_key + ".pub", key.verify_key().ToHex() + "\n",
                             base::FileMode::kPublic);
  }
  if (!status.ok()) return Fail(session, "drill", status);
  if (session.quiet) return;
  std::printf("%s signs reports of drills: keep it secret; %s.pub verifies them\n",
              arguments.make_key.c_str(), arguments.make_key.c_str());
}

}  // namespace tidemark::cli
