// For tests only: a server that says the right things about one domain, and the probe that asks it.
#ifndef TIDEMARK_FAILOVER_PROBE_REGISTRATION_PROBE_TESTING_H_
#define TIDEMARK_FAILOVER_PROBE_REGISTRATION_PROBE_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/testing.h"
#include "failover/probe/lying_server_testing.h"
#include "failover/probe/registration_probe.h"
#include "failover/probe/testimony.h"
#include "failover/probe/witness_testing.h"

namespace tidemark::failover::probe {

// What a right server says of a.example.
inline constexpr char kDomain[] = R"({
 "rdapConformance": ["rdap_level_0", "redacted"],
 "objectClassName": "domain", "handle": "D-A.example", "ldhName": "a.example",
 "status": ["client transfer prohibited", "add period"],
 "nameservers": [
  {"objectClassName": "nameserver", "ldhName": "ns1.a.example",
   "ipAddresses": {"v4": ["192.0.2.1"], "v6": ["2001:db8::1"]}},
  {"objectClassName": "nameserver", "ldhName": "NS.other.test",
   "ipAddresses": {"v4": ["192.0.2.9"]}}],
 "secureDNS": {"delegationSigned": true, "dsData": [
  {"keyTag": 1234, "algorithm": 8, "digestType": 2,
   "digest": "7791F1D51C2676071EF6E4EDC935A6D3D7D4E3C238C7839964EE53F0F2F85A79"}]},
 "entities": [
  {"objectClassName": "entity", "handle": "9995", "roles": ["registrar"],
   "publicIds": [{"type": "IANA Registrar ID", "identifier": "9995"}],
   "vcardArray": ["vcard", [["version", {}, "text", "4.0"],
                            ["fn", {}, "text", "Honest Names Ltd"],
                            ["email", {}, "text", "desk@honest.test"]]]},
  {"objectClassName": "entity", "roles": ["registrant"],
   "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", ""],
     ["adr", {"cc": "GB"}, "text", ["", "", "", "", "Oxfordshire", "", ""]]]]}],
 "events": [
  {"eventAction": "registration", "eventDate": "2020-05-07T04:53:49Z"},
  {"eventAction": "expiration", "eventDate": "2028-05-07T04:53:49Z"},
  {"eventAction": "last changed", "eventDate": "2026-02-27T19:46:50+01:00"},
  {"eventAction": "last update of RDAP database", "eventDate": "2026-11-22T00:00:00Z"}],
 "notices": [{"title": "Terms", "description": ["none"]}]
})";

inline constexpr char kRegistrar[] = R"({"objectClassName": "entity", "handle": "9995",
 "publicIds": [{"type": "IANA Registrar ID", "identifier": "9995"}],
 "vcardArray": ["vcard", [["version", {}, "text", "4.0"],
                          ["fn", {}, "text", "Honest Names Ltd"],
                          ["email", {}, "text", "desk@honest.test"]]]})";

inline constexpr char kNameserver[] = R"({"objectClassName": "nameserver",
 "handle": "H-ns1.a.example", "ldhName": "ns1.a.example", "status": ["active", "associated"],
 "ipAddresses": {"v4": ["192.0.2.1"], "v6": ["2001:db8:0:0::1"]},
 "events": [{"eventAction": "registration", "eventDate": "2019-01-02T03:04:05Z"}],
 "entities": [
  {"objectClassName": "entity", "handle": "9995", "roles": ["registrar"],
   "publicIds": [{"type": "IANA Registrar ID", "identifier": "9995"}],
   "vcardArray": ["vcard", [["version", {}, "text", "4.0"],
                            ["fn", {}, "text", "Honest Names Ltd"],
                            ["email", {}, "text", "desk@honest.test"]]]}]})";
inline constexpr char kOtherNameserver[] = R"({"objectClassName": "nameserver",
 "handle": "H-ns.other.test", "ldhName": "ns.other.test", "status": ["active", "associated"],
 "ipAddresses": {"v4": ["192.0.2.9"]}})";

inline constexpr char kWhoisNameserver[] =
    "Server Name: NS.OTHER.TEST\r\n"
    "IP Address: 192.0.2.9\r\n"
    "Registrar:\r\n"
    "Registrar WHOIS Server:\r\n"
    "Registrar URL:\r\n";

// Of mirror.example and blocked.example, which nobody can register.
inline constexpr char kVariant[] = R"({"errorCode": 404, "notices": [
 {"title": "Terms of Service", "description": ["All rights reserved."]},
 {"title": "Reserved Name", "description": ["A variant of another name, which it follows."],
  "links": [{"rel": "related", "href": "https://rdap.test/domain/a.example"}]}]})";
inline constexpr char kBlocked[] = R"({"errorCode": 404, "notices": [
 {"title": "Reserved Name", "description": ["It cannot be registered."]}]})";
inline constexpr char kWhoisReserved[] = "Reserved name: it cannot be registered.\r\n";

inline constexpr char kWhois[] =
    "Domain Name: A.EXAMPLE\r\n"
    "Registry Domain ID: D-A.example\r\n"
    "Updated Date: 2026-02-27T18:46:50Z\r\n"
    "Creation Date: 2020-05-07T04:53:49Z\r\n"
    "Registry Expiry Date: 2028-05-07T04:53:49Z\r\n"
    "Registrar: Honest Names Ltd\r\n"
    "Registrar IANA ID: 9995\r\n"
    "Domain Status: clientTransferProhibited https://icann.org/epp#clientTransferProhibited\r\n"
    "Domain Status: addPeriod https://icann.org/epp#addPeriod\r\n"
    "Registrant Name: REDACTED\r\n"
    "Registrant State/Province: Oxfordshire\r\n"
    "Registrant Country: gb\r\n"
    "Name Server: NS1.A.EXAMPLE\r\n"
    "Name Server: NS.OTHER.TEST\r\n"
    "DNSSEC: signedDelegation\r\n"
    "DNSSEC DS Data: 1234 8 2 "
    "7791F1D51C2676071EF6E4EDC935A6D3D7D4E3C238C7839964EE53F0F2F85A79\r\n";

// The deposit with the domain a.example alone.
inline TestDeposit OneDomain() {
  TestDeposit deposit = SmallDeposit();
  std::erase_if(deposit.records, [](const rde::Record& record) {
    const auto* domain = std::get_if<rde::Domain>(&record);
    return domain != nullptr && domain->name != "A.example";
  });
  for (rde::Record& record : deposit.records) {
    auto* host = std::get_if<rde::Host>(&record);
    if (host == nullptr || host->name != "ns1.a.example") continue;
    host->cl_id = "honest";
    host->cr_date = DateOf("2019-01-02T03:04:05.678Z");
  }
  return deposit;
}

class RegistrationProbeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = std::make_unique<LyingServer>(base::TestDir());
    Publish();
    ASSERT_OK_AND_ASSIGN(DepositWitness witness,
                         DepositWitness::Read(OneDomain().Reader(), {.tld = "example"}));
    witness_.emplace(std::move(witness));
  }

  // All that a right server says.
  void Publish() {
    server_->pages["/domain/a.example"] = {.body = kDomain};
    server_->pages["/entity/9995"] = {.body = kRegistrar};
    server_->pages["/nameserver/ns1.a.example"] = {.body = kNameserver};
    server_->pages["/nameserver/ns.other.test"] = {.body = kOtherNameserver};
    server_->pages["/domain/mirror.example"] = {.status = 404, .body = kVariant};
    server_->pages["/domain/blocked.example"] = {.status = 404, .body = kBlocked};
    server_->whois["mirror.example"] = kWhoisReserved;
    server_->whois["blocked.example"] = kWhoisReserved;
    server_->whois["a.example"] = kWhois;
    server_->whois["nameserver ns.other.test"] = kWhoisNameserver;
  }

  absl::StatusOr<RegistrationProbeResult> Probe() {
    if (!started_) RETURN_IF_ERROR(server_->Start());
    started_ = true;
    options_.target = {.rdap_url = server_->url(),
                       .certificate_path = server_->certificate_path(),
                       .rdap_address = "",
                       .whois_address = "127.0.0.1",
                       .whois_port = server_->whois_port()};
    options_.witness = &*witness_;
    options_.connections = 1;  // the server has patience for one
    options_.whois_connections = 1;
    return ProbeRegistrations(options_);
  }

  std::unique_ptr<LyingServer> server_;
  std::optional<DepositWitness> witness_;
  RegistrationProbeOptions options_;
  bool started_ = false;
};

inline uint64_t CountOf(const RegistrationProbeResult& result, RegistrationFlaw flaw) {
  return result.by_flaw[static_cast<size_t>(flaw)];
}

inline std::string TextOf(const RegistrationProbeResult& result) {
  std::string out;
  for (const RegistrationDifference& difference : result.differences) {
    absl::StrAppend(&out, RegistrationQuestionName(difference.question), " ", difference.name, " ",
                    RegistrationFlawName(difference.flaw), ": ", difference.what, "\n");
  }
  return out;
}

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_REGISTRATION_PROBE_TESTING_H_
