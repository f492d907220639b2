#include "failover/rebuild/loading_sink.h"

#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
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

}  // namespace

void LoadingSink::OnDeposit(const rde::DepositInfo& info, const rde::Position&) {
  if (!status_.ok()) return;
  saw_deposit_ = true;
  deposit_ = info;
  report_.deposit_id = info.id;
  report_.kind = info.type;
  report_.watermark = info.watermark.text;
  report_.resend = info.resend;
  if (info.type == "DIFF" || info.type == "INCR") {
    status_ = absl::FailedPreconditionError(
        absl::StrCat("a ", info.type, " deposit says only what changed since deposit ",
                     info.prev_id.empty() ? "(unknown)" : absl::CHexEscape(info.prev_id),
                     "; give the FULL deposit"));
    return;
  }
  status_ = loader_.PutDeposit(info);
}

void LoadingSink::OnFlaw(const rde::Flaw& flaw) {
  if (report_.flaw_count++ < kReportEntriesMax) report_.flaws.push_back(flaw);
  if (flaw.object_uri.empty()) return;
  ++flaws_here_;
  if (IsSecDnsElement(flaw.element)) sec_dns_flawed_ = true;
}

void LoadingSink::OnRecord(const rde::Record& record, const rde::Position& at) {
  const uint64_t flaws = std::exchange(flaws_here_, 0);
  const bool sec_dns_flawed = std::exchange(sec_dns_flawed_, false);
  if (!status_.ok()) return;
  if (std::holds_alternative<rde::Delete>(record)) {
    ++report_.deletes_ignored;
    return;
  }
  if (const auto* header = std::get_if<rde::Header>(&record)) TakeHeader(*header);
  const std::optional<Identity> identity = IdentityOf(record);
  if (identity.has_value()) ++CountOf(report_.read, identity->type);
  const auto* domain = std::get_if<rde::Domain>(&record);
  const bool drop_sec_dns = sec_dns_flawed && domain != nullptr && domain->sec_dns.has_value();
  const absl::Status put = drop_sec_dns ? PutWithoutSecDns(*domain, at) : loader_.Put(record, at);
  if (absl::IsInvalidArgument(put)) {
    List(Shown(record), at, std::string(put.message()));
  } else if (!put.ok()) {
    status_ = put;
  } else if (drop_sec_dns) {
    List(Shown(record), at, "restored without its DNSSEC data, which is flawed");
  } else if (flaws > 0) {
    List(Shown(record), at, absl::StrCat("restored as it is, with ", flaws, " flaws"));
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
      if (count.uri == ObjectTypeUri(static_cast<ObjectType>(i)))
        report_.announced[i] = count.value;
    }
  }
}

void LoadingSink::List(std::string object, const rde::Position& at, std::string why) {
  if (report_.not_restored_count++ >= kReportEntriesMax) return;
  report_.not_restored.push_back({std::move(object), at, std::move(why)});
}

}  // namespace tidemark::failover
