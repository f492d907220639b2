#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "failover/rebuild/rebuild.h"

namespace tidemark::failover {
namespace {

using Json = nlohmann::ordered_json;

Json OrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value.has_value() ? Json(*value) : Json(nullptr);
}

Json ObjectsJson(const RebuildReport& report) {
  Json objects = Json::object();
  for (size_t i = 0; i < kObjectTypes; ++i) {
    if (report.read[i] == 0 && !report.announced[i].has_value()) continue;
    const auto type = static_cast<ObjectType>(i);
    objects[std::string(ObjectTypeName(type))] = {{"announced", OrNull(report.announced[i])},
                                                  {"read", report.read[i]},
                                                  {"restored", report.restored[i]}};
  }
  return objects;
}

// Null for the deposit's XML.
Json FileJson(const RebuildReport& report, const rde::Position& at) {
  const auto it = report.files.find(at.file);
  return it == report.files.end() ? Json(nullptr) : Json(it->second);
}

Json NotRestoredJson(const RebuildReport& report) {
  Json first = Json::array();
  for (const NotRestored& entry : report.not_restored) {
    first.push_back({{"object", entry.object},
                     {"file", FileJson(report, entry.at)},
                     {"line", entry.at.line},
                     {"offset", entry.at.offset},
                     {"why", entry.why}});
  }
  return {{"count", report.not_restored_count}, {"first", std::move(first)}};
}

Json FlawsJson(const RebuildReport& report) {
  Json first = Json::array();
  for (const rde::Flaw& flaw : report.flaws) {
    first.push_back({{"object_uri", OrNull(flaw.object_uri)},
                     {"element", OrNull(flaw.element)},
                     {"file", FileJson(report, flaw.position)},
                     {"line", flaw.position.line},
                     {"offset", flaw.position.offset},
                     {"detail", flaw.detail},
                     {"ends_reading", rde::EndsReading(flaw.kind)}});
  }
  return {{"count", report.flaw_count}, {"first", std::move(first)}};
}

Json ZoneJson(const RebuildReport& report) {
  const ZoneReport& zone = report.zone;
  Json counts = Json::object();
  for (const auto& [kind, count] : zone.remark_counts) {
    counts[std::string(ZoneRemarkCode(kind))] = count;
  }
  Json remarks = Json::array();
  for (const ZoneRemark& remark : zone.remarks) {
    remarks.push_back({{"code", std::string(ZoneRemarkCode(remark.kind))},
                       {"object", remark.object},
                       {"detail", remark.detail}});
  }
  return {{"file", absl::StrCat("zone/", report.tld, ".zone")},
          {"sha256", zone.sha256_hex},
          {"bytes", zone.bytes},
          {"serial", zone.serial},
          {"publish_pending_delete", report.publish_pending_delete},
          {"delegations", zone.delegations},
          {"signed_delegations", zone.signed_delegations},
          {"ns", zone.ns_records},
          {"ds", zone.ds_records},
          {"glue_hosts", zone.glue_hosts},
          {"glue", zone.glue_records},
          {"not_published",
           {{"held", zone.held},
            {"inactive", zone.inactive},
            {"pending_create", zone.pending_create},
            {"pending_delete", zone.pending_delete},
            {"without_name_servers", zone.without_servers}}},
          {"remark_counts", std::move(counts)},
          {"remarks", std::move(remarks)}};
}

}  // namespace

std::string ToJson(const RebuildReport& report) {
  const Json json = {{"complete", report.complete()},
                     {"tld", report.tld},
                     {"deposit",
                      {{"id", OrNull(report.deposit_id)},
                       {"kind", OrNull(report.kind)},
                       {"watermark", OrNull(report.watermark)},
                       {"resend", OrNull(report.resend)},
                       {"bases", report.bases},
                       {"bytes", report.deposit_bytes},
                       {"read_to_end", report.read_to_end}}},
                     {"objects", ObjectsJson(report)},
                     {"deletes_ignored", report.deletes_ignored},
                     {"not_restored", NotRestoredJson(report)},
                     {"flaws", FlawsJson(report)},
                     {"zone", ZoneJson(report)},
                     {"seconds",
                      {{"read", report.seconds_read},
                       {"store", report.seconds_store},
                       {"zone", report.seconds_zone},
                       {"total", report.seconds_total}}}};
  // Names of a hostile deposit may be anything; the report stays JSON.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string ToText(const RebuildReport& report) {
  std::string out = absl::StrFormat(
      "%s: deposit %s of %s, %s\n", report.tld,
      report.deposit_id.empty() ? "(no id)" : absl::CHexEscape(report.deposit_id),
      report.watermark.empty() ? "(no watermark)" : absl::CHexEscape(report.watermark),
      report.complete() ? "every object came back" : "NOT everything came back");
  for (size_t i = 0; i < kObjectTypes; ++i) {
    if (report.read[i] == 0 && !report.announced[i].has_value()) continue;
    absl::StrAppendFormat(&out, "  %-12s %9d restored of %d read",
                          ObjectTypeName(static_cast<ObjectType>(i)), report.restored[i],
                          report.read[i]);
    if (report.announced[i].has_value()) {
      absl::StrAppendFormat(&out, ", %d announced", *report.announced[i]);
    }
    out += "\n";
  }
  const ZoneReport& zone = report.zone;
  absl::StrAppendFormat(&out,
                        "  zone         %9d delegations, %d NS, %d DS, %d glue addresses; "
                        "serial %d\n"
                        "  unpublished  %9d held, %d inactive, %d pendingCreate, "
                        "%d pendingDelete, %d without name servers\n",
                        zone.delegations, zone.ns_records, zone.ds_records, zone.glue_records,
                        zone.serial, zone.held, zone.inactive, zone.pending_create,
                        zone.pending_delete, zone.without_servers);
  if (!report.read_to_end) absl::StrAppend(&out, "  the deposit could not be read to its end\n");
  for (const rde::Flaw& flaw : report.flaws) {
    absl::StrAppendFormat(&out, "  flaw at line %d: %s%s%s\n", flaw.position.line, flaw.element,
                          flaw.element.empty() ? "" : ": ", flaw.detail);
  }
  for (const NotRestored& entry : report.not_restored) {
    absl::StrAppendFormat(&out, "  %s (line %d): %s\n", entry.object, entry.at.line, entry.why);
  }
  for (const ZoneRemark& remark : zone.remarks) {
    absl::StrAppendFormat(&out, "  zone: %s: %s: %s\n", ZoneRemarkCode(remark.kind), remark.object,
                          remark.detail);
  }
  absl::StrAppendFormat(&out, "  %.2f s: reading %.2f, store %.2f, zone %.2f\n",
                        report.seconds_total, report.seconds_read, report.seconds_store,
                        report.seconds_zone);
  return out;
}

}  // namespace tidemark::failover
