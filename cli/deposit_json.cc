#include "cli/deposit_json.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/hex.h"

namespace tidemark::cli {
namespace {

constexpr char kTimeFormat[] = "%Y-%m-%dT%H:%M:%SZ";

Json OrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

absl::string_view KindName(tidemark::v1::DepositKind kind) {
  switch (kind) {
    case tidemark::v1::DEPOSIT_KIND_FULL:
      return "FULL";
    case tidemark::v1::DEPOSIT_KIND_INCR:
      return "INCR";
    case tidemark::v1::DEPOSIT_KIND_DIFF:
      return "DIFF";
    default:
      return "unknown";
  }
}

absl::string_view OutcomeName(tidemark::v1::VerdictOutcome outcome) {
  switch (outcome) {
    case tidemark::v1::VERDICT_OUTCOME_PASS:
      return "pass";
    case tidemark::v1::VERDICT_OUTCOME_FAIL:
      return "fail";
    case tidemark::v1::VERDICT_OUTCOME_UNDECIDED:
      return "undecided";
    default:
      return "none";
  }
}

std::string IdText(const tidemark::v1::DepositIdentity& identity) {
  return absl::StrCat(identity.tld(), "/", identity.id(), "/", identity.resend());
}

std::string TimeFromMicros(int64_t unix_micros) {
  return absl::FormatTime(kTimeFormat, absl::FromUnixMicros(unix_micros), absl::UTCTimeZone());
}

std::string TimeFromSeconds(int64_t unix_seconds) {
  return absl::FormatTime(kTimeFormat, absl::FromUnixSeconds(unix_seconds), absl::UTCTimeZone());
}

Json ReceiptJson(const tidemark::v1::ReceiptBody& receipt) {
  return {
      {"deposit", IdText(receipt.identity())},
      {"kind", std::string(KindName(receipt.kind()))},
      {"watermark", TimeFromSeconds(receipt.watermark_unix_seconds())},
      {"received_at", TimeFromMicros(receipt.received_at_unix_micros())},
      {"clock_state", receipt.clock_state()},
      {"stored_bytes", receipt.stored_bytes()},
      {"log_index", receipt.log_index()},
      {"manifest_digest", base::HexEncode(receipt.manifest_digest())},
      {"content_commitment", base::HexEncode(receipt.content_commitment())},
      {"vault_id", base::HexEncode(receipt.vault_id())},
  };
}

std::string ReceiptText(const tidemark::v1::ReceiptBody& receipt) {
  return absl::StrCat("  deposit      ", IdText(receipt.identity()), " (", KindName(receipt.kind()),
                      ", watermark ", TimeFromSeconds(receipt.watermark_unix_seconds()),
                      ")\n  received at  ", TimeFromMicros(receipt.received_at_unix_micros()),
                      " (clock ", receipt.clock_state(), ")\n  kept as      ",
                      receipt.stored_bytes(), " bytes, log entry ", receipt.log_index(),
                      "\n  manifest     ", base::HexEncode(receipt.manifest_digest()), "\n");
}

Json SummaryJson(const tidemark::v1::DepositSummary& summary) {
  return {
      {"deposit", IdText(summary.identity())},
      {"tld", summary.identity().tld()},
      {"id", summary.identity().id()},
      {"resend", summary.identity().resend()},
      {"kind", std::string(KindName(summary.kind()))},
      {"watermark", TimeFromSeconds(summary.watermark_unix_seconds())},
      {"prevId", OrNull(summary.prev_id())},
      {"stored_bytes", summary.stored_bytes()},
      {"received_at", TimeFromMicros(summary.received_at_unix_micros())},
      {"verdict", summary.latest_verdict() == tidemark::v1::VERDICT_OUTCOME_UNSPECIFIED
                      ? Json(nullptr)
                      : Json(std::string(OutcomeName(summary.latest_verdict())))},
      {"superseded", summary.superseded()},
      {"shredded_log_index",
       summary.shredded_log_index() == 0 ? Json(nullptr) : Json(summary.shredded_log_index())},
  };
}

void PrintJson(const Json& json) {
  const std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace);
  std::printf("%s\n", text.c_str());
}

}  // namespace tidemark::cli
