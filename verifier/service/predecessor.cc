#include "verifier/service/predecessor.h"

#include <string>
#include <tuple>
#include <vector>

#include "base/status.h"
#include "proto/service.pb.h"
#include "vault/deposit_id.h"
#include "vault/manifest.h"

namespace tidemark::verifier {
namespace {

using tidemark::v1::DepositSummary;

// The newest watermark, and of that the highest resend.
bool IsNewer(const DepositSummary& a, const DepositSummary& b) {
  const auto rank = [](const DepositSummary& deposit) {
    return std::make_tuple(deposit.watermark_unix_seconds(), deposit.identity().resend(),
                           deposit.received_at_unix_micros());
  };
  return rank(a) > rank(b);
}

}  // namespace

absl::StatusOr<std::optional<PreviousReport>> FindPredecessor(vault::RemoteVault& vault,
                                                              const vault::AgentConnection& agent,
                                                              const SealedDeposit& deposit) {
  tidemark::v1::ListRequest request;
  request.set_tld(deposit.manifest.identity().tld());
  ASSIGN_OR_RETURN(const std::vector<DepositSummary> deposits, vault.List(request));
  const DepositSummary* newest = nullptr;
  for (const DepositSummary& other : deposits) {
    if (other.kind() != tidemark::v1::DEPOSIT_KIND_FULL ||
        other.latest_verdict() != tidemark::v1::VERDICT_OUTCOME_PASS ||
        other.shredded_log_index() != 0 ||
        other.watermark_unix_seconds() >= deposit.manifest.watermark_unix_seconds()) {
      continue;
    }
    if (newest == nullptr || IsNewer(other, *newest)) newest = &other;
  }
  if (newest == nullptr) return std::nullopt;
  ASSIGN_OR_RETURN(const vault::DepositId id, vault::IdOf(newest->identity()));
  ASSIGN_OR_RETURN(const SealedDeposit predecessor, FetchSealedDeposit(vault, agent, id));
  ASSIGN_OR_RETURN(const tidemark::v1::DepositRecord record, vault.Show(id));
  if (record.verdicts().empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const tidemark::v1::VerdictBody verdict,
                   CheckVerdict(predecessor, *record.verdicts().rbegin(), agent));
  absl::StatusOr<PreviousReport> report = ParsePreviousReport(verdict.report_json());
  if (!report.ok()) return std::nullopt;
  return *std::move(report);
}

}  // namespace tidemark::verifier
