#include "failover/dns/readiness.h"

#include <ldns/ldns.h>
#include <sys/time.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "failover/dns/served_zone.h"

namespace tidemark::failover {
namespace {

constexpr size_t kSoaSerial = 2;  // MNAME, RNAME, SERIAL: RFC 1035 section 3.3.13

struct PacketFree {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};
struct NameFree {
  void operator()(ldns_rdf* name) const { ldns_rdf_deep_free(name); }
};
struct ResolverFree {
  void operator()(ldns_resolver* resolver) const { ldns_resolver_deep_free(resolver); }
};
using Packet = std::unique_ptr<ldns_pkt, PacketFree>;
using Name = std::unique_ptr<ldns_rdf, NameFree>;
using Resolver = std::unique_ptr<ldns_resolver, ResolverFree>;

absl::StatusOr<Resolver> MakeResolver(const ServerAddress& server, absl::Duration timeout) {
  Resolver resolver(ldns_resolver_new());
  const bool is_v6 = server.address.find(':') != std::string::npos;
  const Name address(
      ldns_rdf_new_frm_str(is_v6 ? LDNS_RDF_TYPE_AAAA : LDNS_RDF_TYPE_A, server.address.c_str()));
  if (resolver == nullptr || address == nullptr ||
      ldns_resolver_push_nameserver(resolver.get(), address.get()) != LDNS_STATUS_OK) {
    return absl::InvalidArgumentError(absl::StrCat(server.address, " is not an address"));
  }
  ldns_resolver_set_port(resolver.get(), static_cast<uint16_t>(server.port));
  ldns_resolver_set_recursive(resolver.get(), false);
  ldns_resolver_set_dnssec(resolver.get(), true);
  ldns_resolver_set_edns_udp_size(resolver.get(), 1232);
  ldns_resolver_set_retry(resolver.get(), 1);
  ldns_resolver_set_timeout(resolver.get(), absl::ToTimeval(timeout));
  return resolver;
}

absl::StatusOr<Packet> Ask(ldns_resolver& resolver, const std::string& zone, ldns_rr_type type) {
  const Name name(ldns_dname_new_frm_str(zone.c_str()));
  if (name == nullptr) return absl::InvalidArgumentError("not a domain name");
  ldns_pkt* answer = nullptr;
  const ldns_status status =
      ldns_resolver_query_status(&answer, &resolver, name.get(), type, LDNS_RR_CLASS_IN, 0);
  Packet packet(answer);
  if (status != LDNS_STATUS_OK || packet == nullptr) return absl::UnavailableError("no answer");
  if (ldns_pkt_get_rcode(packet.get()) != LDNS_RCODE_NOERROR || !ldns_pkt_aa(packet.get())) {
    return absl::UnavailableError("no answer with authority");
  }
  return packet;
}

struct SignedSoa {
  uint32_t serial;
  SignatureTimes times;
};

// RFC 4034 section 3.1.5: the one of all times that the 32 bits can be which is nearest to now.
absl::Time TimeNear(absl::Time now, uint32_t seconds) {
  const auto ahead =
      static_cast<int32_t>(seconds - static_cast<uint32_t>(absl::ToUnixSeconds(now)));
  return absl::FromUnixSeconds(absl::ToUnixSeconds(now) + ahead);
}

// UNAVAILABLE if there is none that is signed.
absl::StatusOr<SignedSoa> SignedSoaOf(const ldns_pkt& packet) {
  const absl::Status not_signed = absl::UnavailableError("the SOA is not signed");
  absl::StatusOr<uint32_t> serial = not_signed;
  SignatureTimes times;
  const absl::Time now = absl::Now();
  const ldns_rr_list* answer = ldns_pkt_answer(&packet);
  for (size_t i = 0; i < ldns_rr_list_rr_count(answer); ++i) {
    const ldns_rr* rr = ldns_rr_list_rr(answer, i);
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA && ldns_rr_rd_count(rr) > kSoaSerial) {
      serial = ldns_rdf2native_int32(ldns_rr_rdf(rr, kSoaSerial));
    }
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG &&
        ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr)) == LDNS_RR_TYPE_SOA) {
      const uint32_t begin = ldns_rdf2native_int32(ldns_rr_rrsig_inception(rr));
      const uint32_t end = ldns_rdf2native_int32(ldns_rr_rrsig_expiration(rr));
      times.begin = std::max(times.begin, TimeNear(now, begin));
      times.end = std::min(times.end, TimeNear(now, end));
    }
  }
  if (!serial.ok() || times.end == absl::InfiniteFuture()) return not_signed;
  return SignedSoa{*serial, times};
}

absl::StatusOr<SignatureTimes> CheckSoa(ldns_resolver& resolver, const std::string& zone,
                                        uint32_t serial) {
  ASSIGN_OR_RETURN(const Packet packet, Ask(resolver, zone, LDNS_RR_TYPE_SOA));
  ASSIGN_OR_RETURN(const SignedSoa soa, SignedSoaOf(*packet));
  if (soa.serial != serial && !IsNewerSerial(soa.serial, serial)) {
    return absl::UnavailableError(
        absl::StrCat("an older zone, serial ", soa.serial, ", is answered, not ", serial));
  }
  return soa.times;
}

std::vector<std::string> PublicKeys(const ldns_pkt& packet) {
  std::vector<std::string> keys;
  const ldns_rr_list* answer = ldns_pkt_answer(&packet);
  for (size_t i = 0; i < ldns_rr_list_rr_count(answer); ++i) {
    const ldns_rr* rr = ldns_rr_list_rr(answer, i);
    if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_DNSKEY) continue;
    char* const text = ldns_rdf2str(ldns_rr_dnskey_key(rr));
    if (text == nullptr) continue;
    keys.emplace_back(text);
    std::free(text);
  }
  return keys;
}

}  // namespace

absl::StatusOr<SignatureTimes> CheckSignedSoa(const ServerAddress& server, const std::string& zone,
                                              uint32_t serial, Transport transport,
                                              absl::Duration timeout) {
  ASSIGN_OR_RETURN(const Resolver resolver, MakeResolver(server, timeout));
  if (transport == Transport::kUdp) return CheckSoa(*resolver, zone, serial);
  ldns_resolver_set_usevc(resolver.get(), true);
  absl::StatusOr<SignatureTimes> times = CheckSoa(*resolver, zone, serial);
  if (times.ok()) return times;
  return absl::UnavailableError(absl::StrCat("over TCP: ", times.status().message()));
}

absl::Status CheckBegun(const SignatureTimes& times, absl::Time now) {
  if (times.begin <= now) return absl::OkStatus();
  const auto text = [](absl::Time time) {
    return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
  };
  return absl::UnavailableError(
      absl::StrCat("signatures begin at ", text(times.begin), ", and the clock says ", text(now),
                   ": it was ahead when the zone was signed, or is behind now"));
}

absl::Status CheckSignedAnswers(const ServerAddress& server, const std::string& zone,
                                uint32_t serial, const std::vector<std::string>& public_keys,
                                absl::Duration timeout) {
  ASSIGN_OR_RETURN(const SignatureTimes times,
                   CheckSignedSoa(server, zone, serial, Transport::kUdp, timeout));
  RETURN_IF_ERROR(CheckBegun(times, absl::Now()));
  ASSIGN_OR_RETURN(const Resolver resolver, MakeResolver(server, timeout));
  ASSIGN_OR_RETURN(const Packet dnskey, Ask(*resolver, zone, LDNS_RR_TYPE_DNSKEY));
  const std::vector<std::string> served = PublicKeys(*dnskey);
  for (const std::string& key : public_keys) {
    if (std::find(served.begin(), served.end(), key) == served.end()) {
      return absl::UnavailableError("the keys served are not ours");
    }
  }
  // Truncated answers are asked for again over TCP (RFC 7766 section 5).
  return CheckSignedSoa(server, zone, serial, Transport::kTcp, timeout).status();
}

}  // namespace tidemark::failover
