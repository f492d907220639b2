#include "verifier/service/label.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace tidemark::verifier {
namespace {

absl::string_view KindText(tidemark::v1::DepositKind kind) {
  switch (kind) {
    case tidemark::v1::DEPOSIT_KIND_FULL:
      return "FULL";
    case tidemark::v1::DEPOSIT_KIND_INCR:
      return "INCR";
    case tidemark::v1::DEPOSIT_KIND_DIFF:
      return "DIFF";
    default:
      return "";
  }
}

template <typename Label>
rde::DepositInfo Info(const Label& label) {
  rde::DepositInfo info;
  info.type = std::string(KindText(label.kind()));
  info.id = label.identity().id();
  info.resend = static_cast<uint16_t>(label.identity().resend());
  info.prev_id = label.prev_id();
  info.watermark.time = absl::FromUnixSeconds(label.watermark_unix_seconds());
  info.watermark.text =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", *info.watermark.time, absl::UTCTimeZone());
  return info;
}

}  // namespace

rde::DepositInfo InfoOf(const tidemark::v1::ClearManifest& manifest) { return Info(manifest); }
rde::DepositInfo InfoOf(const tidemark::v1::DepositSummary& summary) { return Info(summary); }

std::vector<tidemark::v1::DepositSummary> UsableAsBases(
    std::vector<tidemark::v1::DepositSummary> deposits) {
  const auto passed = [](const tidemark::v1::DepositSummary& deposit) {
    return deposit.latest_verdict() == tidemark::v1::VERDICT_OUTCOME_PASS;
  };
  std::erase_if(deposits, [](const auto& deposit) { return deposit.shredded_log_index() != 0; });
  std::map<std::pair<std::string, std::string>, uint32_t> highest_passed;
  for (const auto& deposit : deposits) {
    if (!passed(deposit)) continue;
    uint32_t& highest = highest_passed[{deposit.identity().tld(), deposit.identity().id()}];
    highest = std::max(highest, deposit.identity().resend());
  }
  std::erase_if(deposits, [&](const auto& deposit) {
    const auto found = highest_passed.find({deposit.identity().tld(), deposit.identity().id()});
    return found != highest_passed.end() && !passed(deposit) &&
           deposit.identity().resend() > found->second;
  });
  return deposits;
}

void CompareLabel(const tidemark::v1::ClearManifest& manifest, DepositChecker& checker) {
  const rde::DepositInfo* deposit = checker.deposit();
  if (deposit == nullptr) return;
  const auto raise = [&checker](absl::string_view what, absl::string_view label,
                                absl::string_view content) {
    checker.AddCustodyFinding(
        Code::kManifestMismatch,
        absl::StrCat(what, ": the manifest says ", label.empty() ? "nothing" : Printable(label),
                     ", the deposit says ", content.empty() ? "nothing" : Printable(content)));
  };
  const tidemark::v1::DepositIdentity& identity = manifest.identity();
  const std::string* tld = checker.header_tld();
  if (tld != nullptr && absl::AsciiStrToLower(*tld) != identity.tld()) {
    raise("TLD", identity.tld(), *tld);
  }
  if (deposit->id != identity.id()) raise("id", identity.id(), deposit->id);
  if (deposit->resend.has_value() && *deposit->resend != identity.resend()) {
    raise("resend", absl::StrCat(identity.resend()), absl::StrCat(*deposit->resend));
  }
  if (deposit->type != KindText(manifest.kind())) {
    raise("kind", KindText(manifest.kind()), deposit->type);
  }
  if (deposit->watermark.time.has_value() &&
      absl::ToUnixSeconds(*deposit->watermark.time) != manifest.watermark_unix_seconds()) {
    raise("watermark",
          absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                           absl::FromUnixSeconds(manifest.watermark_unix_seconds()),
                           absl::UTCTimeZone()),
          deposit->watermark.text);
  }
  if (deposit->prev_id != manifest.prev_id()) raise("prevId", manifest.prev_id(), deposit->prev_id);
}

}  // namespace tidemark::verifier
