// What follows from the deposit's kind and watermark alone: RFC 8909 section 5.1, RFC 9022 8 (9).
#include "absl/time/time.h"
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

class KindRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDelete(const rde::Delete&, const Subject& subject) override {
    if (j_.is_full()) {
      j_.log.Raise(Code::kDeletesInFull, subject, "a delete in a FULL deposit, which ignores it");
    }
  }

  void Finish() override {
    const rde::DepositInfo& deposit = *j_.deposit;
    if (deposit.type == "DIFF" && deposit.prev_id.empty()) {
      j_.log.Raise(Code::kPrevIdMissing, AboutDeposit(j_), "a DIFF without prevId");
    }
    if (j_.rules().own_predecessor_broken && j_.is_excerpt() && !deposit.id.empty() &&
        deposit.prev_id == deposit.id) {
      j_.log.Raise(Code::kChainBroken, AboutDeposit(j_), "the ", deposit.type,
                   " names itself as its predecessor");
    }
    if (!j_.rules().admits_differential && !j_.is_full()) {
      j_.log.Raise(Code::kInvalidFilename, AboutDeposit(j_), "the deposit is a ",
                   Printable(deposit.type), "; RST admits only FULL");
    } else if (!j_.rules().admits_incremental && deposit.type == "INCR") {
      j_.log.Raise(Code::kKindNotAdmitted, AboutDeposit(j_), "the deposit is an INCR");
    }
    if (const auto watermark = j_.watermark();
        watermark.has_value() && *watermark > j_.options.now) {
      j_.log.Raise(Code::kWatermarkInFuture, AboutDeposit(j_), "the watermark is ",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", *watermark, absl::UTCTimeZone()),
                   ", judged at ",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", j_.options.now, absl::UTCTimeZone()));
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewKindRule(Judgement& judgement) { return Rule::New<KindRule>(judgement); }

}  // namespace tidemark::verifier
