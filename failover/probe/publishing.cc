#include "failover/probe/publishing.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "failover/probe/names.h"
#include "failover/probe/record_text.h"

namespace tidemark::failover::probe {
namespace {

constexpr uint16_t kZoneKey = 0x0100;
constexpr uint16_t kRevoked = 0x0080;
constexpr int kProtocol = 3;
constexpr int kAlgorithmMin = 2;  // RFC 4034 appendix A.1: 0 is reserved, 1 must not be used
constexpr size_t kDigestBytesMax = 64;

struct RecordFree {
  void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
};

bool HasAny(const std::vector<rde::StatusValue>& statuses,
            std::initializer_list<absl::string_view> words) {
  return std::any_of(statuses.begin(), statuses.end(), [words](const rde::StatusValue& status) {
    return std::find(words.begin(), words.end(), status.s) != words.end();
  });
}

// IANA, "Digest Algorithms"; of others any whole number of bytes.
bool HasDigestSize(const rde::DsData& ds) {
  switch (ds.digest_type) {
    case 0:
      return false;
    case 1:
      return ds.digest.size() == 40;
    case 2:
    case 3:
      return ds.digest.size() == 64;
    case 4:
      return ds.digest.size() == 96;
    default:
      return !ds.digest.empty() && ds.digest.size() % 2 == 0 &&
             ds.digest.size() <= 2 * kDigestBytesMax;
  }
}

bool IsHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); });
}

// Of such characters nothing in a master file's syntax is made.
bool IsBase64(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/' || c == '=';
  });
}

}  // namespace

bool MayBeDelegated(const rde::Domain& domain, PendingDelete policy) {
  if (HasAny(domain.statuses, {"clientHold", "serverHold", "pendingCreate"})) return false;
  return policy == PendingDelete::kPublished ||
         !(HasAny(domain.statuses, {"pendingDelete"}) ||
           HasAny(domain.rgp_statuses, {"redemptionPeriod", "pendingDelete", "pendingRestore"}));
}

bool IsMirror(const rde::Domain& domain) {
  return !domain.original_name.empty() && domain.host_objects.empty() &&
         domain.host_attributes.empty() && !HasAny(domain.statuses, {"inactive"});
}

bool IsMirror(const rde::Nndn& nndn) { return nndn.name_state == "mirrored" && nndn.mirroring_ns; }

std::vector<std::string> ServersOf(const rde::Domain& domain) {
  std::vector<std::string> servers;
  const auto add = [&servers](absl::string_view text) {
    std::string name = PlainName(text);
    if (!name.empty()) servers.push_back(std::move(name));
  };
  for (const std::string& name : domain.host_objects) add(name);
  for (const rde::HostAttribute& host : domain.host_attributes) add(host.name);
  return servers;
}

std::vector<std::string> DsDataOf(const rde::Domain& domain) {
  std::vector<std::string> out;
  if (!domain.sec_dns.has_value()) return out;
  for (const rde::DsData& ds : domain.sec_dns->ds) {
    if (ds.algorithm == 0 || !HasDigestSize(ds) || !IsHex(ds.digest)) continue;
    out.push_back(absl::StrCat(ds.key_tag, " ", int{ds.algorithm}, " ", int{ds.digest_type}, " ",
                               absl::AsciiStrToLower(ds.digest)));
  }
  return out;
}

std::vector<std::string> KeyDataOf(const rde::Domain& domain) {
  std::vector<std::string> out;
  if (!domain.sec_dns.has_value()) return out;
  for (const rde::KeyData& key : domain.sec_dns->keys) {
    if ((key.flags & kZoneKey) == 0 || (key.flags & kRevoked) != 0 || key.protocol != kProtocol ||
        key.algorithm < kAlgorithmMin || !IsBase64(key.public_key)) {
      continue;
    }
    out.push_back(absl::StrCat(key.flags, " ", int{key.protocol}, " ", int{key.algorithm}, " ",
                               key.public_key));
  }
  return out;
}

std::string DsOfKey(absl::string_view name, absl::string_view key_data) {
  ldns_rr* raw = nullptr;
  const std::string line = absl::StrCat(name, ". 3600 IN DNSKEY ", key_data);
  const ldns_status status = ldns_rr_new_frm_str(&raw, line.c_str(), 0, nullptr, nullptr);
  const std::unique_ptr<ldns_rr, RecordFree> key(raw);
  if (status != LDNS_STATUS_OK || key == nullptr) return "";
  const std::unique_ptr<ldns_rr, RecordFree> ds(ldns_key_rr2ds(key.get(), LDNS_SHA256));
  return ds == nullptr ? "" : DsTextOf(ds.get());
}

}  // namespace tidemark::failover::probe
