#include "verifier/previous_report.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::verifier {
namespace {

using Json = nlohmann::json;

// No object takes fewer than 32 bytes, so no deposit has more; sums and products stay within range.
constexpr int64_t kObjectsMax = static_cast<int64_t>(base::kDepositBytesMax / 32);

absl::Status Refuse(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("not a report to compare with: ", why));
}

const Json* Find(const Json& json, absl::string_view key) {
  if (!json.is_object()) return nullptr;
  const auto it = json.find(std::string(key));
  return it == json.end() ? nullptr : &*it;
}

// A count of objects: absent is 0.
absl::StatusOr<int64_t> CountIn(const Json& json, absl::string_view key) {
  const Json* value = Find(json, key);
  if (value == nullptr) return 0;
  if (!value->is_number_integer()) return Refuse(absl::StrCat(key, " is not a number"));
  // What does not fit into 64 bits is not an integer to the parser.
  const int64_t count = value->is_number_unsigned() && value->get<uint64_t>() > INT64_MAX
                            ? -1
                            : value->get<int64_t>();
  if (count < 0 || count > kObjectsMax) {
    return Refuse(absl::StrCat(key, " is out of range"));
  }
  return count;
}

absl::StatusOr<KindStatistics> KindIn(const Json& json, Counted kind) {
  KindStatistics numbers;
  ASSIGN_OR_RETURN(numbers.objects, CountIn(json, "objects"));
  const Json* fields = Find(json, "fields");
  const Json* statuses = Find(json, "statuses");
  if (fields == nullptr || statuses == nullptr) return Refuse("its statistics are not whole");
  const absl::Span<const absl::string_view> names = FieldNames(kind);
  for (size_t i = 0; i < names.size(); ++i) {
    ASSIGN_OR_RETURN(numbers.filled[i], CountIn(*fields, names[i]));
  }
  for (size_t i = 0; i < kStatusCount; ++i) {
    ASSIGN_OR_RETURN(numbers.statuses[i], CountIn(*statuses, kStatusNames[i]));
  }
  return numbers;
}

}  // namespace

absl::StatusOr<PreviousReport> ParsePreviousReport(absl::string_view text) {
  if (text.size() > base::kReportBytesMax) return Refuse("it is too large");
  const Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Refuse("it is not a JSON object");
  PreviousReport report;
  const Json* tld = Find(json, "tld");
  if (tld != nullptr && tld->is_string()) report.tld = tld->get<std::string>();
  const Json* deposit = Find(json, "deposit");
  const Json* watermark = deposit == nullptr ? nullptr : Find(*deposit, "watermark");
  std::string error;
  if (watermark == nullptr || !watermark->is_string() ||
      !absl::ParseTime(absl::RFC3339_full, watermark->get<std::string>(), &report.watermark,
                       &error)) {
    return Refuse("it has no watermark");
  }
  const Json* counts = Find(json, "counts");
  if (counts == nullptr || !counts->is_object() || counts->size() > base::kHeaderEntriesMax) {
    return Refuse("it has no counts");
  }
  for (const auto& [uri, value] : counts->items()) {
    ASSIGN_OR_RETURN(report.counts[uri], CountIn(*counts, uri));
  }
  const Json* statistics = Find(json, "statistics");
  if (statistics == nullptr || statistics->is_null()) return Refuse("it has no statistics");
  for (const Counted kind : kCounted) {
    const Json* of_kind = Find(*statistics, CountedName(kind));
    if (of_kind == nullptr) return Refuse("its statistics are not whole");
    ASSIGN_OR_RETURN(report.statistics.of(kind), KindIn(*of_kind, kind));
  }
  return report;
}

}  // namespace tidemark::verifier
