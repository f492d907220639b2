// What changed since the previous deposit beyond what a registry changes in a night. Numbers only:
// which names went is known to whoever holds both deposits.
#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "verifier/rules/rule.h"
#include "verifier/statistics.h"

namespace tidemark::verifier {
namespace {

constexpr Code kDriftCodes[] = {Code::kDriftMassDeletion, Code::kDriftDsLoss, Code::kDriftFieldLoss,
                                Code::kDriftCounts};

// Come and go with a day's business; only their end altogether tells something.
bool IsPassing(absl::string_view name) {
  return absl::StartsWith(name, "pending") || name == "rgpStatus" || name == "trnData";
}

class DriftRule final : public Rule {
 public:
  using Rule::Rule;

  void Finish() override {
    const std::string why = WhyNot();
    if (!why.empty()) {
      for (const Code code : kDriftCodes) j_.SkipCode(code, why);
      return;
    }
    const PreviousReport& previous = **j_.options.previous;
    j_.compared_with = &previous;
    CompareCounts(previous.counts);
    for (const Counted kind : kCounted) {
      CompareKind(kind, previous.statistics.of(kind), j_.statistics.of(kind));
    }
  }

 private:
  std::string WhyNot() const {
    if (!j_.options.previous.has_value()) return "no previous report is given";
    if (!j_.options.previous->ok()) return std::string(j_.options.previous->status().message());
    const PreviousReport& previous = **j_.options.previous;
    if (!j_.is_repository() || j_.unread_csv) return "the deposit is not the whole repository";
    if (previous.tld != j_.tld()) return "the previous report is of another TLD";
    if (!j_.watermark().has_value() || previous.watermark >= *j_.watermark()) {
      return "the previous report is not older than this deposit";
    }
    return "";
  }

  bool IsBeyond(int64_t change, int64_t of, int64_t percent_max) const {
    return change >= j_.options.drift.changes_min && change * 100 > of * percent_max;
  }

  template <typename... Parts>
  void Raise(Code code, const Parts&... parts) {
    j_.log.Raise(code, AboutDeposit(j_), parts...);
  }

  // By object type: a registry may go from one model to the other.
  void CompareCounts(const std::map<std::string, int64_t>& counts) {
    std::map<std::string, int64_t> before;
    for (const auto& [uri, count] : counts) {
      const absl::string_view xml_uri = rde::XmlUriOf(uri);
      before[xml_uri.empty() ? uri : std::string(xml_uri)] += count;
    }
    for (const auto& [uri, count] : before) {
      const int64_t now = j_.objects_of(uri);
      const std::string change =
          absl::StrCat(Printable(uri), ": ", count, " before, ", now, " now");
      const bool registered =
          uri == rde::kDomainUri || uri == rde::kHostUri || uri == rde::kContactUri;
      if (registered && IsBeyond(count - now, count, j_.options.drift.deleted_percent_max)) {
        Raise(Code::kDriftMassDeletion, change);
      } else if ((count > 0 && now == 0) ||
                 (!registered &&
                  IsBeyond(count - now, count, j_.options.drift.deleted_percent_max)) ||
                 (count > 0 && IsBeyond(now - count, count, j_.options.drift.growth_percent_max))) {
        Raise(Code::kDriftCounts, change);
      }
    }
  }

  void CompareKind(Counted kind, const KindStatistics& before, const KindStatistics& now) {
    if (before.objects == 0 || now.objects == 0) return;
    const absl::Span<const absl::string_view> fields = FieldNames(kind);
    for (size_t i = 0; i < fields.size(); ++i) {
      CompareShare(kind, fields[i], {before.objects, before.filled[i]},
                   {now.objects, now.filled[i]});
    }
    for (size_t i = 0; i < kStatusCount; ++i) {
      CompareShare(kind, kStatusNames[i], {before.objects, before.statuses[i]},
                   {now.objects, now.statuses[i]});
    }
  }

  struct Share {
    int64_t objects;
    int64_t with;
  };
  void CompareShare(Counted kind, absl::string_view name, const Share& before, const Share& now) {
    // Of fewer objects fewer have it; more objects take nothing away. No count is over 2^31
    // (previous_report.cc), so the product fits.
    const int64_t expected = before.with * std::min(before.objects, now.objects) / before.objects;
    const int64_t lost = expected - now.with;
    const bool is_ds = kind == Counted::kDomain && name == "secDNS";
    const DriftLimits& limits = j_.options.drift;
    const int64_t percent_max = IsPassing(name) ? (now.with == 0 ? 0 : 100)
                                : is_ds         ? limits.unsigned_percent_max
                                                : limits.field_loss_percent_max;
    if (!IsBeyond(lost, expected, percent_max)) return;
    Raise(is_ds ? Code::kDriftDsLoss : Code::kDriftFieldLoss, CountedName(kind), "s with ", name,
          ": ", before.with, " of ", before.objects, " before, ", now.with, " of ", now.objects,
          " now");
  }
};

}  // namespace

std::unique_ptr<Rule> NewDriftRule(Judgement& judgement) { return Rule::New<DriftRule>(judgement); }

}  // namespace tidemark::verifier
