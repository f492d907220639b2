#include "failover/rebuild/loading_sink.h"

#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "failover/rebuild/output_dir.h"

namespace tidemark::failover {
namespace {

constexpr size_t kShownBytesMax = 128;

struct Identity {
  ObjectType type;
  absl::string_view key;
};

// Contacts are named by ROID: their ids are often people's names.
std::optional<Identity> IdentityOf(const rde::Record& record) {
  struct Visitor {
    std::optional<Identity> operator()(const rde::Domain& r) const {
      return Identity{ObjectType::kDomain, r.name};
    }
    std::optional<Identity> operator()(const rde::Host& r) const {
      return Identity{ObjectType::kHost, r.roid};
    }
    std::optional<Identity> operator()(const rde::Contact& r) const {
      return Identity{ObjectType::kContact, r.roid};
    }
    std::optional<Identity> operator()(const rde::Registrar& r) const {
      return Identity{ObjectType::kRegistrar, r.id};
    }
    std::optional<Identity> operator()(const rde::IdnTableRef& r) const {
      return Identity{ObjectType::kIdnTable, r.id};
    }
    std::optional<Identity> operator()(const rde::Nndn& r) const {
      return Identity{ObjectType::kNndn, r.a_name};
    }
    std::optional<Identity> operator()(const rde::EppParams&) const {
      return Identity{ObjectType::kEppParams, ""};
    }
    std::optional<Identity> operator()(const rde::Policy&) const {
      return Identity{ObjectType::kPolicy, ""};
    }
    std::optional<Identity> operator()(const rde::Header&) const {
      return Identity{ObjectType::kHeader, ""};
    }
    std::optional<Identity> operator()(const rde::Delete&) const { return std::nullopt; }
    std::optional<Identity> operator()(const rde::UnknownObject&) const { return std::nullopt; }
    std::optional<Identity> operator()(const rde::CsvTable&) const { return std::nullopt; }
  };
  return std::visit(Visitor(), record);
}

std::string Shown(const rde::Record& record) {
  if (const auto* unknown = std::get_if<rde::UnknownObject>(&record)) {
    return absl::StrCat("element ", absl::CHexEscape(unknown->local_name.substr(0, kShownBytesMax)),
                        " of ", absl::CHexEscape(unknown->uri.substr(0, kShownBytesMax)));
  }
  const std::optional<Identity> identity = IdentityOf(record);
  if (!identity.has_value()) return "";
  const std::string key = absl::CHexEscape(identity->key.substr(0, kShownBytesMax));
  return absl::StrCat(ObjectTypeName(identity->type), key.empty() ? "" : " ", key);
}

// A flaw in one of these could publish a DS that was never meant.
bool IsSecDnsElement(absl::string_view element) {
  for (const absl::string_view name : {"secDNS", "dsData", "keyData", "keyTag", "alg", "digestType",
                                       "digest", "flags", "protocol", "pubKey"}) {
    if (element == name) return true;
  }
  return false;
}

// Flaws of a whole CSV file or its definition, which no object has.
bool IsAboutFile(rde::FlawKind kind) {
  switch (kind) {
    case rde::FlawKind::kCsvDefinition:
    case rde::FlawKind::kCsvMissingFile:
    case rde::FlawKind::kCsvUnnamedFile:
    case rde::FlawKind::kCsvUnreadable:
    case rde::FlawKind::kCsvChecksum:
    case rde::FlawKind::kCsvForm:
      return true;
    default:
      return false;
  }
}

}  // namespace

void LoadingSink::OnDeposit(const rde::DepositInfo& info, const rde::Position&) {
  if (!status_.ok()) return;
  saw_deposit_ = true;
  deposit_ = info;
  report_.deposit_id = info.id;
  report_.kind = info.type;
  report_.watermark = info.watermark.text;
  report_.resend = info.resend;
  if (records_ == Records::kDeposit && (info.type == "DIFF" || info.type == "INCR")) {
    return Fail(absl::FailedPreconditionError(
        absl::StrCat("a ", info.type, " deposit says only what changed since deposit ",
                     info.prev_id.empty() ? "(unknown)" : absl::CHexEscape(info.prev_id),
                     "; give the FULL deposit")));
  }
  const absl::Status put = loader_.PutDeposit(info);
  if (!put.ok()) Fail(put);
}

void LoadingSink::OnFlaw(const rde::Flaw& flaw) {
  if (report_.flaw_count++ < kReportEntriesMax) report_.flaws.push_back(flaw);
  if (rde::EndsReading(flaw.kind) && !ended_early_) {
    ended_early_ = true;
    why_ended_ = flaw.detail;
  }
  if (flaw.kind == rde::FlawKind::kCsvMissingFile) ++csv_files_missing_;
  if (flaw.object_uri.empty() || IsAboutFile(flaw.kind)) return;
  const bool is_sec_dns = IsSecDnsElement(flaw.element);
  if (records_ == Records::kDeposit) {
    ++flaws_here_.count;
    flaws_here_.sec_dns = flaws_here_.sec_dns || is_sec_dns;
  } else if (is_sec_dns && flawed_sec_dns_.size() < base::kListEntriesMax) {
    flawed_sec_dns_.emplace(flaw.position.file, flaw.object_key);
  } else if (is_sec_dns) {
    Fail(absl::ResourceExhaustedError(
        absl::StrCat("over ", base::kListEntriesMax, " domains with flawed DNSSEC data")));
  }
}

LoadingSink::Flaws LoadingSink::TakeFlaws(const rde::Record& record, const rde::Position& at) {
  if (records_ == Records::kDeposit) return std::exchange(flaws_here_, {});
  const auto* domain = std::get_if<rde::Domain>(&record);
  if (domain == nullptr || flawed_sec_dns_.empty()) return {};
  return {0, flawed_sec_dns_.contains({at.file, domain->name})};
}

void LoadingSink::OnFile(uint16_t file, absl::string_view name, rde::FileKind kind) {
  report_.files[file] = absl::CHexEscape(name.substr(0, kShownBytesMax));
  if (kind == rde::FileKind::kCsv) {
    ++csv_files_sought_;
  } else {
    report_.bases.push_back(report_.files[file]);
  }
}

absl::Status LoadingSink::CheckCsvFiles() const {
  if (csv_files_named_ == 0 || csv_files_missing_ < csv_files_sought_) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "objects of the deposit are in ", csv_files_named_, " CSV files (", first_csv_file_,
      csv_files_named_ > 1 ? ", ...), of which none is at hand" : "), which is not at hand",
      "; give a directory or a tar that holds the XML and them"));
}

void LoadingSink::OnRecord(const rde::Record& record, const rde::Position& at) {
  const Flaws flaws = TakeFlaws(record, at);
  if (!status_.ok()) return;
  if (const auto* table = std::get_if<rde::CsvTable>(&record)) {
    if (csv_files_named_ == 0 && !table->files.empty()) {
      first_csv_file_ = absl::CHexEscape(table->files[0].name.substr(0, kShownBytesMax));
    }
    csv_files_named_ += table->files.size();
    return;
  }
  if (std::holds_alternative<rde::Delete>(record)) {
    ++report_.deletes_ignored;
    return;
  }
  if (const auto* header = std::get_if<rde::Header>(&record)) TakeHeader(*header);
  const std::optional<Identity> identity = IdentityOf(record);
  if (identity.has_value()) ++CountOf(report_.read, identity->type);
  const auto* domain = std::get_if<rde::Domain>(&record);
  const bool drop_sec_dns = flaws.sec_dns && domain != nullptr && domain->sec_dns.has_value();
  const absl::Status put = drop_sec_dns ? PutWithoutSecDns(*domain, at) : loader_.Put(record, at);
  if (absl::IsInvalidArgument(put)) {
    List(Shown(record), at, std::string(put.message()));
    return;
  }
  if (!put.ok()) return Fail(put);
  registrars_.Add(record);
  if (drop_sec_dns) {
    List(Shown(record), at, "restored without its DNSSEC data, which is flawed");
  } else if (flaws.count > 0) {
    List(Shown(record), at, absl::StrCat("restored as it is, with ", flaws.count, " flaws"));
  }
}

absl::Status LoadingSink::PutWithoutSecDns(const rde::Domain& domain, const rde::Position& at) {
  rde::Domain copy = domain;
  copy.sec_dns.reset();
  return loader_.Put(copy, at);
}

void LoadingSink::TakeHeader(const rde::Header& header) {
  if (!saw_header_) header_tld_ = header.tld;
  saw_header_ = true;
  for (const rde::HeaderCount& count : header.counts) {
    // Counts of one registrar or of one registry-class name are parts of the others.
    if (!count.rcdn.empty() || !count.registrar_id.empty()) continue;
    for (size_t i = 0; i < kObjectTypes; ++i) {
      const absl::string_view uri = ObjectTypeUri(static_cast<ObjectType>(i));
      if (count.uri == uri || (!uri.empty() && rde::XmlUriOf(count.uri) == uri)) {
        report_.announced[i] = count.value;
      }
    }
  }
}

void LoadingSink::Fail(absl::Status status) {
  if (!status_.ok()) return;
  status_ = std::move(status);
  has_failed_.store(true, std::memory_order_relaxed);
}

void LoadingSink::List(std::string object, const rde::Position& at, std::string why) {
  if (report_.not_restored_count++ >= kReportEntriesMax) return;
  report_.not_restored.push_back({std::move(object), at, std::move(why)});
}

}  // namespace tidemark::failover
