#include "verifier/report_json.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/time/time.h"
#include "verifier/statistics_json.h"

namespace tidemark::verifier {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(absl::string_view text) { return std::string(text); }

Json Time(const std::optional<absl::Time>& time) {
  if (!time.has_value()) return nullptr;
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", *time, absl::UTCTimeZone());
}

template <typename T>
Json Optional(const std::optional<T>& value) {
  if (!value.has_value()) return nullptr;
  return *value;
}

Json Of(const Finding& finding, const std::map<uint16_t, std::string>& files) {
  const CodeInfo& info = InfoOf(finding.code);
  Json json;
  json["code"] = Text(info.name);
  json["severity"] = Text(SeverityName(info.severity));
  json["clause"] = Text(info.clause);
  json["object"] = finding.object.empty() ? Json(nullptr) : Json(finding.object);
  if (finding.at.has_value() && finding.at->file != 0) {
    const auto file = files.find(finding.at->file);
    json["file"] = file == files.end() ? Json(nullptr) : Json(file->second);
  }
  json["line"] = finding.at.has_value() ? Json(finding.at->line) : Json(nullptr);
  json["offset"] = finding.at.has_value() ? Json(finding.at->offset) : Json(nullptr);
  std::string message = finding.message;
  if (!finding.sample.empty()) message += ": " + finding.sample;
  json["message"] = message;
  json["hint"] = Text(info.hint);
  json["count"] = finding.count;
  if (finding.rst_stops_here) json["rst_stops_here"] = true;
  return json;
}

}  // namespace

std::string ReportJson(const Report& report) {
  Json json;
  json["verdict"] = Text(VerdictName(report.verdict));
  json["tld"] = Optional(report.tld);
  Json& deposit = json["deposit"];
  deposit["id"] = Optional(report.deposit.id);
  deposit["kind"] = Optional(report.deposit.kind);
  deposit["watermark"] = Time(report.deposit.watermark);
  deposit["resend"] = Optional(report.deposit.resend);
  deposit["prevId"] = Optional(report.deposit.prev_id);
  json["ruleset"] = report.ruleset;
  json["profile"] = report.profile;
  json["now"] = Time(report.now);
  json["counts"] = Json::object();
  for (const auto& [uri, count] : report.counts) json["counts"][uri] = count;
  json["statistics"] = report.statistics.has_value() ? ToJson(*report.statistics) : Json(nullptr);
  json["recoverability"] =
      report.recoverability.has_value() ? ToJson(*report.recoverability) : Json(nullptr);
  json["skipped"] = Json::array();
  for (const Skip& skip : report.skipped) {
    json["skipped"].push_back({{"code", Text(InfoOf(skip.code).name)}, {"why", skip.why}});
  }
  json["findings"] = Json::array();
  for (const Finding& finding : report.findings)
    json["findings"].push_back(Of(finding, report.files));
  // What is quoted is printable ASCII already; a replacement is better than an exception.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace tidemark::verifier
