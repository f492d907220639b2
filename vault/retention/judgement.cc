#include "vault/retention/judgement.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "vault/retention/plan.h"
#include "vault/retention/rows.h"
#include "vault/retention/witnessed_time.h"

namespace tidemark::vault::retention {
namespace {

absl::Status Why(const Policy& policy, const Fate& fate) {
  if (!fate.kept_by.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("it must be kept: ", absl::StrJoin(fate.kept_by, "; ")));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "by this copy's own policy (retention.days = ", absl::ToInt64Hours(policy.keep_for) / 24,
      ") and the times in the log it stays until ",
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(fate.keep_until_unix_micros),
                       absl::UTCTimeZone())));
}

}  // namespace

absl::Status JudgeShredding(const RocksStore& store, const Policy& policy,
                            const LoggedShredding& shredding) {
  const auto time_of = [&store](uint64_t index) -> absl::StatusOr<int64_t> {
    ASSIGN_OR_RETURN(const tidemark::v1::LogLeaf leaf, ReadLeaf(store, index));
    return leaf.time_unix_micros();
  };
  ASSIGN_OR_RETURN(const int64_t last, time_of(shredding.log_index - 1));
  // The plan was made at some moment between that leaf and this one; the latest that is believed.
  const absl::Time now = std::min(absl::FromUnixMicros(shredding.time_unix_micros),
                                  absl::FromUnixMicros(last) + kStepMax);
  ASSIGN_OR_RETURN(const WitnessedTime time,
                   WitnessedTime::Read(shredding.log_index, time_of, now));
  ASSIGN_OR_RETURN(TldRows rows, ReadTld(store, shredding.deposit.tld()));
  for (DepositFacts& facts : rows.facts) {
    // Of what is said to be shredded by this leaf or a later one: it was in custody until then.
    if (facts.shredded_log_index >= shredding.log_index) facts.shredded_log_index = 0;
  }
  Policy without_margin = policy;
  without_margin.trust_clock = true;
  const std::vector<Fate> fates = MakePlan(without_margin, time, rows.facts);
  for (size_t i = 0; i < fates.size(); ++i) {
    if (rows.facts[i].deposit != shredding.deposit) continue;
    return fates[i].is_due ? absl::OkStatus() : Why(policy, fates[i]);
  }
  return absl::FailedPreconditionError("this copy has no such deposit");
}

}  // namespace tidemark::vault::retention
