#include "verifier/report_parse.h"

#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "base/status.h"
#include "verifier/recoverability.h"
#include "verifier/statistics.h"

namespace tidemark::verifier {
namespace {

using Json = nlohmann::json;

// The report itself, statistics, a kind, its fields: 4. Room for what future blocks hold.
constexpr int kDepthMax = 8;
// A description of a flaw is far shorter; an object's name is a domain name.
constexpr size_t kTextBytesMax = 64 << 10;
constexpr size_t kFindingsMax = size_t{kCodeCount} * base::kFindingsPerCodeMax;
constexpr size_t kEntriesMax = 64 << 10;
// As previous_report.cc: no object takes fewer bytes.
constexpr int64_t kObjectsMax = static_cast<int64_t>(base::kDepositBytesMax / 32);

// What every reader of JSON can hold; sums of such counts stay within range.
constexpr int64_t kCountMax = int64_t{1} << 53;

// Nesting outside of strings; the parser's own memory grows with it.
bool IsTooDeep(absl::string_view json) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDepthMax) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

// Texts come to a terminal: what would move its cursor shows that it was there.
std::string Shown(std::string text) {
  for (char& c : text) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) c = '?';
  }
  return text;
}

// One object's fields, each taken with its type; the first that is not so latches.
class Fields {
 public:
  Fields(const Json& object, std::string name) : object_(object), name_(std::move(name)) {
    if (!object_.is_object()) Fail("", "is not an object");
  }

  const absl::Status& status() const { return status_; }
  void Fail(absl::string_view key, absl::string_view why) {
    if (!status_.ok()) return;
    status_ = absl::InvalidArgumentError(
        absl::StrCat("report: ", name_, key.empty() ? "" : ".", key, ": ", why));
  }

  // Null where it is absent or of another type, which fails.
  const Json* Array(const char* key) { return Typed(key, Json::value_t::array, "an array"); }
  const Json* Object(const char* key) { return Typed(key, Json::value_t::object, "an object"); }

  std::string Text(const char* key) {
    const Json* value = Typed(key, Json::value_t::string, "a string");
    if (value == nullptr) return "";
    std::string text = value->get<std::string>();
    if (text.size() > kTextBytesMax) Fail(key, "is too long");
    return Shown(std::move(text));
  }
  std::optional<std::string> OptionalText(const char* key) {
    if (IsNull(key)) return std::nullopt;
    return Text(key);
  }
  int64_t Number(const char* key, int64_t max) {
    const Json* value = Typed(key, Json::value_t::number_unsigned, "a number");
    if (value == nullptr) return 0;
    const uint64_t number = value->get<uint64_t>();
    if (number > static_cast<uint64_t>(max)) Fail(key, "is too large");
    return static_cast<int64_t>(std::min(number, static_cast<uint64_t>(max)));
  }
  std::optional<int64_t> OptionalNumber(const char* key, int64_t max) {
    if (IsNull(key)) return std::nullopt;
    return Number(key, max);
  }
  std::optional<absl::Time> OptionalTime(const char* key) {
    const std::optional<std::string> text = OptionalText(key);
    if (!text.has_value()) return std::nullopt;
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, *text, &time, &error)) Fail(key, "is not a time");
    return time;
  }

  // Absent is no.
  bool Flag(const char* key) {
    if (!Has(key)) return false;
    const Json* value = Typed(key, Json::value_t::boolean, "true or false");
    return value != nullptr && value->get<bool>();
  }

  bool Has(const char* key) const { return object_.is_object() && object_.contains(key); }
  bool IsNull(const char* key) const { return !Has(key) || object_.at(key).is_null(); }

 private:
  const Json* Typed(const char* key, Json::value_t type, absl::string_view what) {
    if (!status_.ok()) return nullptr;
    const auto value = object_.find(key);
    if (value != object_.end() && value->type() == type) return &*value;
    Fail(key, absl::StrCat("is not ", what));
    return nullptr;
  }

  const Json& object_;
  const std::string name_;
  absl::Status status_;
};

class Parser {
 public:
  explicit Parser(Report& report) : report_(report) {
    for (int i = 0; i < kCodeCount; ++i) {
      const CodeInfo& info = InfoOf(static_cast<Code>(i));
      codes_.emplace(info.name, info.code);
    }
  }

  absl::Status Parse(const Json& json) {
    Fields fields(json, "report");
    const std::string verdict = fields.Text("verdict");
    report_.tld = fields.OptionalText("tld");
    report_.ruleset = fields.Text("ruleset");
    report_.profile = fields.Text("profile");
    report_.now = fields.OptionalTime("now").value_or(absl::UnixEpoch());
    const Json* deposit = fields.Object("deposit");
    const Json* counts = fields.Object("counts");
    const Json* statistics = fields.IsNull("statistics") ? nullptr : fields.Object("statistics");
    const Json* recoverability =
        fields.IsNull("recoverability") ? nullptr : fields.Object("recoverability");
    const Json* skipped = fields.Array("skipped");
    const Json* findings = fields.Array("findings");
    RETURN_IF_ERROR(fields.status());
    RETURN_IF_ERROR(ParseDeposit(*deposit));
    RETURN_IF_ERROR(ParseCounts(*counts));
    if (statistics != nullptr) RETURN_IF_ERROR(ParseStatistics(*statistics));
    if (recoverability != nullptr) RETURN_IF_ERROR(ParseRecoverability(*recoverability));
    RETURN_IF_ERROR(ParseSkipped(*skipped));
    RETURN_IF_ERROR(ParseFindings(*findings));
    return SetVerdict(verdict);
  }

 private:
  absl::Status ParseDeposit(const Json& json) {
    Fields fields(json, "deposit");
    report_.deposit.id = fields.OptionalText("id");
    report_.deposit.kind = fields.OptionalText("kind");
    report_.deposit.watermark = fields.OptionalTime("watermark");
    if (const auto resend = fields.OptionalNumber("resend", 65535); resend.has_value()) {
      report_.deposit.resend = static_cast<uint16_t>(*resend);
    }
    report_.deposit.prev_id = fields.OptionalText("prevId");
    return fields.status();
  }

  absl::Status ParseCounts(const Json& json) {
    if (json.size() > kEntriesMax) return absl::InvalidArgumentError("report: too many counts");
    Fields fields(json, "counts");
    for (const auto& [uri, count] : json.items()) {
      report_.counts[Shown(uri)] = fields.Number(uri.c_str(), kCountMax);
    }
    return fields.status();
  }

  // Fields and statuses that are absent are 0, as an earlier version's may be.
  absl::Status ParseStatistics(const Json& json) {
    Statistics& statistics = report_.statistics.emplace();
    Fields kinds(json, "statistics");
    for (const Counted kind : kCounted) {
      const Json* of_kind = kinds.Object(std::string(CountedName(kind)).c_str());
      RETURN_IF_ERROR(kinds.status());
      KindStatistics& numbers = statistics.of(kind);
      Fields parts(*of_kind, absl::StrCat("statistics.", CountedName(kind)));
      numbers.objects = parts.Number("objects", kObjectsMax);
      const Json* fields = parts.Object("fields");
      const Json* statuses = parts.Object("statuses");
      RETURN_IF_ERROR(parts.status());
      const absl::Span<const absl::string_view> names = FieldNames(kind);
      RETURN_IF_ERROR(ParseNumbers(*fields, names, numbers.filled.data()));
      RETURN_IF_ERROR(ParseNumbers(*statuses, kStatusNames, numbers.statuses.data()));
    }
    return absl::OkStatus();
  }

  static absl::Status ParseNumbers(const Json& json, absl::Span<const absl::string_view> names,
                                   int64_t* numbers) {
    Fields fields(json, "statistics");
    for (const absl::string_view name : names) {
      *numbers++ = fields.OptionalNumber(std::string(name).c_str(), kObjectsMax).value_or(0);
    }
    return fields.status();
  }

  absl::Status ParseRecoverability(const Json& json) {
    Recoverability& of_people = report_.recoverability.emplace();
    Fields fields(json, "recoverability");
    const int64_t score = fields.Number("score", 100);
    of_people.contacts = fields.Number("contacts", kObjectsMax);
    of_people.points = score * of_people.contacts;  // rounded, as the score is
    const Json* quarters = fields.Array("quarters");
    const Json* losses = fields.Object("losses");
    const Json* examples = fields.Array("examples");
    RETURN_IF_ERROR(fields.status());
    if (quarters->size() != of_people.quarters.size()) fields.Fail("quarters", "are not four");
    for (size_t i = 0; fields.status().ok() && i < quarters->size(); ++i) {
      const Json& quarter = (*quarters)[i];
      const bool is_count = quarter.is_number_unsigned() &&
                            quarter.get<uint64_t>() <= static_cast<uint64_t>(kObjectsMax);
      if (!is_count) fields.Fail("quarters", "are not counts");
      if (is_count) of_people.quarters[i] = quarter.get<int64_t>();
    }
    RETURN_IF_ERROR(fields.status());
    Fields by_loss(*losses, "losses");
    for (size_t i = 0; i < kLossCount; ++i) {
      const std::string name(LossName(static_cast<Loss>(i)));
      of_people.losses[i] = by_loss.Number(name.c_str(), kObjectsMax);
    }
    RETURN_IF_ERROR(by_loss.status());
    return ParseExamples(*examples, of_people);
  }

  static absl::Status ParseExamples(const Json& json, Recoverability& of_people) {
    if (json.size() > kEntriesMax) return absl::InvalidArgumentError("report: too many examples");
    const absl::Span<const absl::string_view> names = FieldNames(Counted::kContact);
    for (const Json& entry : json) {
      Fields fields(entry, "example");
      const std::string loss = fields.Text("loss");
      const std::string name = fields.Text("field");
      size_t number = 0;
      while (number < kLossCount && loss != LossName(static_cast<Loss>(number))) ++number;
      const auto field = std::find(names.begin(), names.end(), name);
      if (number == kLossCount) fields.Fail("loss", "is not known to this version");
      if (field == names.end()) fields.Fail("field", "is not known to this version");
      Recoverability::Example example;
      example.object = fields.Text("object");
      example.sample = fields.Text("sample");
      RETURN_IF_ERROR(fields.status());
      example.loss = static_cast<Loss>(number);
      example.field = *field;
      of_people.examples.push_back(std::move(example));
    }
    return absl::OkStatus();
  }

  absl::Status ParseSkipped(const Json& json) {
    if (json.size() > kEntriesMax) return absl::InvalidArgumentError("report: too many skipped");
    for (const Json& entry : json) {
      Fields fields(entry, "skipped");
      const Code code = ParseCode(fields);
      report_.skipped.push_back({code, fields.Text("why")});
      RETURN_IF_ERROR(fields.status());
    }
    return absl::OkStatus();
  }

  absl::Status ParseFindings(const Json& json) {
    if (json.size() > kFindingsMax) return absl::InvalidArgumentError("report: too many findings");
    for (const Json& entry : json) {
      Fields fields(entry, "finding");
      Finding finding;
      finding.code = ParseCode(fields);
      finding.object = fields.OptionalText("object").value_or("");
      finding.message = fields.Text("message");
      finding.count = fields.Number("count", kCountMax);
      finding.rst_stops_here = fields.Flag("rst_stops_here");
      if (!fields.IsNull("line") || !fields.IsNull("offset")) {
        rde::Position at;
        at.line = fields.Number("line", std::numeric_limits<int64_t>::max());
        at.offset = fields.Number("offset", std::numeric_limits<int64_t>::max());
        if (fields.Has("file")) at.file = FileNumber(fields.OptionalText("file"));
        finding.at = at;
      }
      RETURN_IF_ERROR(fields.status());
      report_.findings.push_back(std::move(finding));
    }
    return absl::OkStatus();
  }

  absl::Status SetVerdict(const std::string& verdict) {
    for (const Verdict known : {Verdict::kPass, Verdict::kFail, Verdict::kUndecided}) {
      if (verdict != VerdictName(known)) continue;
      report_.verdict = known;
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError("report: unknown verdict");
  }

  Code ParseCode(Fields& fields) const {
    const auto code = codes_.find(fields.Text("code"));
    if (code != codes_.end()) return code->second;
    fields.Fail("code", "is not known to this version");
    return Code{};
  }

  // Numbers are this report's own; what matters is that equal names are equal.
  uint16_t FileNumber(const std::optional<std::string>& name) {
    constexpr uint16_t kNameless = std::numeric_limits<uint16_t>::max();
    if (!name.has_value()) return kNameless;
    const auto [known, is_new] =
        files_.emplace(*name, static_cast<uint16_t>(std::min<size_t>(files_.size() + 1, 65534)));
    if (is_new) report_.files[known->second] = *name;
    return known->second;
  }

  Report& report_;
  absl::flat_hash_map<absl::string_view, Code> codes_;
  std::map<std::string, uint16_t> files_;
};

}  // namespace

absl::StatusOr<Report> ParseReportJson(absl::string_view json) {
  if (json.size() > kReportJsonBytesMax) return absl::InvalidArgumentError("report: too long");
  if (IsTooDeep(json)) return absl::InvalidArgumentError("report: nested too deeply");
  const Json parsed = Json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) return absl::InvalidArgumentError("report: not JSON");
  Report report;
  RETURN_IF_ERROR(Parser(report).Parse(parsed));
  return report;
}

}  // namespace tidemark::verifier
