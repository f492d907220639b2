#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "failover/rebuild/rebuild.h"

namespace tidemark::failover {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kZoneRemarkLinesMax = 10;  // of each code, in the text

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
          {"mirrored", zone.mirrored},
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
            {"mirrored_without_original", zone.original_unpublished}}},
          {"remark_counts", std::move(counts)},
          {"remarks", std::move(remarks)}};
}

Json UsesJson(const RegistrarUses& uses) {
  return {{"domains", uses.domains},
          {"hosts", uses.hosts},
          {"contacts", uses.contacts},
          {"mentions", uses.mentions}};
}

Json LinesJson(const std::vector<RegistrarLine>& lines) {
  Json json = Json::array();
  for (const RegistrarLine& line : lines) {
    json.push_back({{"id", line.id},
                    {"iana_id", OrNull(line.iana_id)},
                    {"to", line.to},
                    {"uses", UsesJson(line.uses)}});
  }
  return json;
}

Json RegistrarsJson(const RegistrarReport& report) {
  Json remarks = Json::array();
  for (const RegistrarRemark& remark : report.remarks) {
    remarks.push_back({{"code", std::string(RegistrarRemarkCode(remark.kind))},
                       {"registrar", remark.registrar},
                       {"detail", remark.detail}});
  }
  return {{"mapped", {{"count", report.mapped_count}, {"first", LinesJson(report.mapped)}}},
          {"unknown",
           {{"count", report.unknown_count},
            {"uses", UsesJson(report.unknown_uses)},
            {"first", LinesJson(report.unknown)}}},
          {"remarks", {{"count", report.remark_count}, {"first", std::move(remarks)}}}};
}

Json DiskJson(const DiskReport& disk) {
  return {{"registry_bytes", disk.registry},
          {"zone_bytes", disk.zone},
          {"needed_bytes", disk.needed()},
          {"free_bytes", disk.free}};
}

absl::string_view Headline(const RebuildReport& report) {
  if (report.purpose == Purpose::kDryRun) {
    return report.complete() ? "dry run: every object would come back"
                             : "dry run: NOT everything would come back";
  }
  return report.complete() ? "every object came back" : "NOT everything came back";
}

std::string RegistrarsText(const RegistrarReport& report) {
  std::string out;
  for (const RegistrarLine& line : report.mapped) {
    absl::StrAppendFormat(
        &out, "  registrar %s is %s now: %d domains, %d hosts, %d contacts, %d mentions\n",
        absl::CHexEscape(line.id), line.to, line.uses.domains, line.uses.hosts, line.uses.contacts,
        line.uses.mentions);
  }
  for (const RegistrarLine& line : report.unknown) {
    absl::StrAppendFormat(
        &out, "  registrar %s is not in the deposit, %s: %d domains, %d hosts, %d contacts\n",
        absl::CHexEscape(line.id), line.to == line.id ? "kept" : absl::StrCat(line.to, " instead"),
        line.uses.domains, line.uses.hosts, line.uses.contacts);
  }
  const uint64_t unsaid =
      report.mapped_count - report.mapped.size() + report.unknown_count - report.unknown.size();
  if (unsaid > 0) absl::StrAppendFormat(&out, "  and %d registrars more\n", unsaid);
  for (const RegistrarRemark& remark : report.remarks) {
    absl::StrAppendFormat(&out, "  registrars: %s: %s: %s\n", RegistrarRemarkCode(remark.kind),
                          remark.registrar, remark.detail);
  }
  return out;
}

// Some of each code; the JSON has more.
std::string ZoneRemarksText(const ZoneReport& zone) {
  std::string out;
  for (const auto& [kind, count] : zone.remark_counts) {
    uint64_t shown = 0;
    for (const ZoneRemark& remark : zone.remarks) {
      if (remark.kind != kind || shown == kZoneRemarkLinesMax) continue;
      ++shown;
      absl::StrAppendFormat(&out, "  zone: %s: %s: %s\n", ZoneRemarkCode(kind), remark.object,
                            remark.detail);
    }
    if (count > shown) {
      absl::StrAppendFormat(&out, "  zone: %s: and %d more\n", ZoneRemarkCode(kind), count - shown);
    }
  }
  return out;
}

}  // namespace

std::string ToJson(const RebuildReport& report) {
  const Json json = {{"complete", report.complete()},
                     {"dry_run", report.purpose == Purpose::kDryRun},
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
                     {"registrars", RegistrarsJson(report.registrars)},
                     {"zone", ZoneJson(report)},
                     {"disk", DiskJson(report.disk)},
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
      Headline(report));
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
                        "  zone         %9d delegations (%d mirrored), %d NS, %d DS, "
                        "%d glue addresses; serial %d\n"
                        "  unpublished  %9d held, %d inactive, %d pendingCreate, "
                        "%d pendingDelete, %d mirroring such\n",
                        zone.delegations, zone.mirrored, zone.ns_records, zone.ds_records,
                        zone.glue_records, zone.serial, zone.held, zone.inactive,
                        zone.pending_create, zone.pending_delete, zone.original_unpublished);
  if (!report.read_to_end) absl::StrAppend(&out, "  the deposit could not be read to its end\n");
  for (const rde::Flaw& flaw : report.flaws) {
    absl::StrAppendFormat(&out, "  flaw at line %d: %s%s%s\n", flaw.position.line, flaw.element,
                          flaw.element.empty() ? "" : ": ", flaw.detail);
  }
  for (const NotRestored& entry : report.not_restored) {
    absl::StrAppendFormat(&out, "  %s (line %d): %s\n", entry.object, entry.at.line, entry.why);
  }
  out += ZoneRemarksText(zone);
  out += RegistrarsText(report.registrars);
  absl::StrAppendFormat(&out, "  disk         %9.1f MB, and %.1f MB were free\n",
                        static_cast<double>(report.disk.needed()) / 1e6,
                        static_cast<double>(report.disk.free) / 1e6);
  absl::StrAppendFormat(&out, "  %.2f s: reading %.2f, store %.2f, zone %.2f\n",
                        report.seconds_total, report.seconds_read, report.seconds_store,
                        report.seconds_zone);
  return out;
}

}  // namespace tidemark::failover
