#include "verifier/zone/comparison.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "verifier/rules/dnskey.h"
#include "verifier/rules/values.h"
#include "verifier/zone/master_file.h"
#include "verifier/zone/owner.h"

namespace tidemark::verifier {
namespace {

bool Has(const std::vector<rde::StatusValue>& statuses, absl::string_view wanted) {
  return std::any_of(statuses.begin(), statuses.end(),
                     [wanted](const rde::StatusValue& status) { return status.s == wanted; });
}

// Why a domain is not in the zone; "" if it should be.
absl::string_view WithheldBy(const rde::Domain& domain) {
  for (const absl::string_view status :
       {"pendingCreate", "clientHold", "serverHold", "inactive", "pendingDelete"}) {
    if (Has(domain.statuses, status)) return status;
  }
  // A deposit that forgot the status itself does not put a deleted name back.
  for (const absl::string_view status : {"redemptionPeriod", "pendingDelete"}) {
    if (Has(domain.rgp_statuses, status)) return status;
  }
  if (domain.host_objects.empty() && domain.host_attributes.empty()) return "no name servers";
  return "";
}

}  // namespace

ZoneComparison::ZoneComparison(base::ScratchSpace& space, uint64_t memory_bytes_max)
    : sorter_({.space = &space, .memory_bytes_max = memory_bytes_max}) {}

absl::Status ZoneComparison::Put(absl::string_view owner, char kind, absl::string_view data,
                                 char side, absl::string_view note) {
  key_.assign(owner.data(), owner.size());
  key_.push_back('\0');
  key_.push_back(kind);
  absl::StrAppend(&key_, data);
  value_.assign(1, side);
  absl::StrAppend(&value_, note);
  return sorter_.Add(key_, value_);
}

absl::Status ZoneComparison::PutAddresses(absl::string_view owner,
                                          const std::vector<rde::HostAddress>& addresses,
                                          absl::string_view place) {
  for (const rde::HostAddress& address : addresses) {
    const bool v6 = address.version == "v6";
    char bytes[16];
    // What is no address has a code of its own.
    if (inet_pton(v6 ? AF_INET6 : AF_INET, address.address.c_str(), bytes) != 1) continue;
    RETURN_IF_ERROR(Put(owner, v6 ? entry::kAaaa : entry::kA, absl::string_view(bytes, v6 ? 16 : 4),
                        entry::kDeposit, place));
  }
  return absl::OkStatus();
}

absl::Status ZoneComparison::PutDs(const rde::Domain& domain, absl::string_view owner,
                                   absl::string_view place) {
  if (!domain.sec_dns.has_value()) return absl::OkStatus();
  for (const rde::DsData& ds : domain.sec_dns->ds) {
    // Cut where no zone can have it any more, so that it differs.
    const std::string data =
        absl::StrCat(ds.key_tag, " ", int{ds.algorithm}, " ", int{ds.digest_type}, " ",
                     absl::AsciiStrToUpper(absl::string_view(ds.digest).substr(0, 1024)));
    RETURN_IF_ERROR(Put(owner, entry::kDs, data, entry::kDeposit, place));
  }
  // The registry makes DS of a key by itself; which digest types it takes is its own affair.
  for (const rde::KeyData& key : domain.sec_dns->keys) {
    const std::optional<std::string> rdata = KeyRdata(key);
    if (!rdata.has_value()) continue;
    RETURN_IF_ERROR(Put(owner, entry::kKey, absl::StrCat(KeyTagOf(*rdata), " ", int{key.algorithm}),
                        entry::kDeposit, place));
  }
  return absl::OkStatus();
}

absl::Status ZoneComparison::Add(const rde::Domain& domain, const rde::Position& at) {
  if (!IsHostName(domain.name)) return absl::OkStatus();
  const std::string owner = absl::AsciiStrToLower(domain.name);
  const std::string place = PackPlace(at);
  const absl::string_view withheld = WithheldBy(domain);
  RETURN_IF_ERROR(Put(owner, entry::kDomain, "", entry::kDeposit, absl::StrCat(place, withheld)));
  for (const rde::HostAttribute& host : domain.host_attributes) {
    if (!IsHostName(host.name)) continue;
    RETURN_IF_ERROR(PutAddresses(absl::AsciiStrToLower(host.name), host.addresses, place));
  }
  if (!withheld.empty()) return absl::OkStatus();
  const auto put_server = [&](absl::string_view name) -> absl::Status {
    if (!IsHostName(name)) return absl::OkStatus();
    const std::string server = absl::AsciiStrToLower(name);
    RETURN_IF_ERROR(Put(owner, entry::kNs, server, entry::kDeposit, place));
    return Put(server, entry::kUsed, "", entry::kDeposit, place);
  };
  for (const std::string& host : domain.host_objects) RETURN_IF_ERROR(put_server(host));
  for (const rde::HostAttribute& host : domain.host_attributes) {
    RETURN_IF_ERROR(put_server(host.name));
  }
  return PutDs(domain, owner, place);
}

absl::Status ZoneComparison::Add(const rde::Host& host, const rde::Position& at) {
  if (!IsHostName(host.name)) return absl::OkStatus();
  return PutAddresses(absl::AsciiStrToLower(host.name), host.addresses, PackPlace(at));
}

absl::Status ZoneComparison::Add(const rde::Nndn& nndn, const rde::Position& at) {
  // A mirrored name is delegated as its original is; nothing in the deposit says that it must be.
  if (nndn.name_state != "mirrored" || !IsHostName(nndn.a_name)) return absl::OkStatus();
  return Put(absl::AsciiStrToLower(nndn.a_name), entry::kMirrored, "", entry::kDeposit,
             PackPlace(at));
}

absl::Status ZoneComparison::AddZone(base::ByteSource& source, absl::string_view tld) {
  tld_ = absl::AsciiStrToLower(tld);
  bool has_apex = false;
  RETURN_IF_ERROR(ReadMasterFile(source, tld_, [&](const ZoneRecord& record) -> absl::Status {
    const bool at_apex = record.owner == tld_;
    has_apex = has_apex || (at_apex && record.type == ZoneType::kNs);
    if (!at_apex && !IsBelow(record.owner, tld_)) return absl::OkStatus();
    const std::string place = PackPlace({record.line, 0, 0});
    if (record.type == ZoneType::kNs) {
      RETURN_IF_ERROR(
          Put(record.data, at_apex ? entry::kOwnServer : entry::kUsed, "", entry::kZone, place));
    }
    if (at_apex) return absl::OkStatus();
    return Put(record.owner, static_cast<char>(record.type), record.data, entry::kZone, place);
  }));
  // RFC 1034 section 4.2.1: every zone has NS records at its apex.
  if (has_apex) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("it has no NS records of ", tld_, ": is it the zone of that TLD?"));
}

absl::Status ZoneComparison::Finish(FindingLog& log) {
  RETURN_IF_ERROR(sorter_.Sort());
  ZoneOwner owner;
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, sorter_.Next());
    if (!more) break;
    const absl::string_view key = sorter_.key();
    const size_t end = key.find('\0');
    if (key.substr(0, end) != owner.name()) {
      owner.Judge(tld_, log);
      owner.Begin(key.substr(0, end));
    }
    owner.Take(key[end + 1], key.substr(end + 2), sorter_.value());
  }
  owner.Judge(tld_, log);
  return absl::OkStatus();
}

}  // namespace tidemark::verifier
