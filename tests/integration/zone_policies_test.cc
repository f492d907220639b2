// What the successor configures and what the deposit keeps from the zone, rebuilt and served by
// knotd: the observer finds all of it right if it was told of the configuration, and not otherwise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/status.h"
#include "base/testing.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/probe.h"
#include "tests/support/served_registry.h"

namespace tidemark::tests {
namespace {

using failover::DepositWitness;
using failover::ProbeResult;
using failover::ZonePolicy;
using ::testing::ElementsAre;

// RFC 5730, eppcom:roidType.
std::string Roid(const std::string& name) {
  return absl::StrCat(absl::StrReplaceAll(name, {{".", "_"}}), "-EX");
}

std::string Domain(const std::string& name, const std::string& status, const std::string& ns) {
  return absl::StrCat("<d:domain><d:name>", name, "</d:name><d:roid>D", Roid(name),
                      "</d:roid><d:status s=\"", status, "\"/>",
                      ns.empty() ? "" : absl::StrCat("<d:ns>", ns, "</d:ns>"),
                      "<d:clID>reg-a</d:clID><d:crDate>2020-01-01T00:00:00Z</d:crDate>"
                      "<d:exDate>2030-01-01T00:00:00Z</d:exDate></d:domain>\n");
}

std::string HostObj(const std::string& name) {
  return absl::StrCat("<domain:hostObj>", name, "</domain:hostObj>");
}

std::string HostAttr(const std::string& name, const std::string& address) {
  return absl::StrCat("<domain:hostAttr><domain:hostName>", name, "</domain:hostName>",
                      "<domain:hostAddr ip=\"v4\">", address,
                      "</domain:hostAddr></domain:hostAttr>");
}

std::string Host(const std::string& name, const std::string& address) {
  return absl::StrCat("<h:host><h:name>", name, "</h:name><h:roid>H", Roid(name),
                      "</h:roid><h:status s=\"ok\"/><h:addr ip=\"v4\">", address,
                      "</h:addr><h:clID>reg-a</h:clID>"
                      "<h:crDate>2020-01-01T00:00:00Z</h:crDate></h:host>\n");
}

std::string Nndn(const std::string& name, const std::string& original) {
  return absl::StrCat("<n:NNDN><n:aName>", name, "</n:aName><n:originalName>", original,
                      "</n:originalName><n:nameState>mirrored</n:nameState></n:NNDN>\n");
}

// a.example names servers at and below a name on hold, one of the zone's own, one that the domain
// above it and a stranger have addresses of, and one that nobody has registered.
std::string Deposit() {
  return absl::StrCat(
      R"(<?xml version="1.0" encoding="UTF-8"?>
<rde:deposit type="FULL" id="20261122001"
    xmlns:rde="urn:ietf:params:xml:ns:rde-1.0"
    xmlns:d="urn:ietf:params:xml:ns:rdeDomain-1.0"
    xmlns:h="urn:ietf:params:xml:ns:rdeHost-1.0"
    xmlns:n="urn:ietf:params:xml:ns:rdeNNDN-1.0"
    xmlns:r="urn:ietf:params:xml:ns:rdeRegistrar-1.0"
    xmlns:hd="urn:ietf:params:xml:ns:rdeHeader-1.0"
    xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">
 <rde:watermark>2026-11-22T00:00:00Z</rde:watermark>
 <rde:rdeMenu>
  <rde:version>1.0</rde:version>
  <rde:objURI>urn:ietf:params:xml:ns:rdeDomain-1.0</rde:objURI>
  <rde:objURI>urn:ietf:params:xml:ns:rdeHost-1.0</rde:objURI>
  <rde:objURI>urn:ietf:params:xml:ns:rdeNNDN-1.0</rde:objURI>
  <rde:objURI>urn:ietf:params:xml:ns:rdeRegistrar-1.0</rde:objURI>
 </rde:rdeMenu>
 <rde:contents>
  <hd:header><hd:tld>example</hd:tld>
   <hd:count uri="urn:ietf:params:xml:ns:rdeDomain-1.0">6</hd:count>
   <hd:count uri="urn:ietf:params:xml:ns:rdeHost-1.0">4</hd:count>
   <hd:count uri="urn:ietf:params:xml:ns:rdeNNDN-1.0">2</hd:count>
   <hd:count uri="urn:ietf:params:xml:ns:rdeRegistrar-1.0">1</hd:count></hd:header>
  <r:registrar><r:id>reg-a</r:id><r:name>A</r:name><r:gurid>9995</r:gurid></r:registrar>
)",
      Host("held.example", "192.0.2.1"), Host("ns.held.example", "192.0.2.2"),
      Host("ns1.nic.example", "192.0.2.3"), Host("ns.nobody.example", "192.0.2.4"),
      Domain("held.example", "serverHold", HostObj("ns.other.test")),
      Domain("nic.example", "clientHold", HostObj("ns.other.test")),
      Domain("gone.example", "pendingDelete", HostObj("ns.other.test")),
      Domain("a.example", "ok",
             absl::StrCat(HostObj("held.example"), HostObj("ns.held.example"),
                          HostObj("ns1.nic.example"), HostObj("ns.nobody.example"))),
      Domain("owner.example", "serverHold", HostAttr("ns.owner.example", "192.0.2.5")),
      Domain("user.example", "ok", HostAttr("ns.owner.example", "192.0.2.66")),
      Nndn("mirror.example", "a.example"), Nndn("shadow.example", "held.example"),
      " </rde:contents>\n</rde:deposit>\n");
}

class ZonePolicies : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIP_UNLESS_INSTALLED("knotd");
    dir_ = base::TestDir();
    ASSERT_OK(base::WriteFile(dir_ + "/deposit.xml", Deposit(), base::FileMode::kPublic));
  }

  void Serve(const std::string& config) {
    ASSERT_OK(base::WriteFile(dir_ + "/zone.toml", config, base::FileMode::kPublic));
    ASSERT_OK_AND_ASSIGN(served_, ServedRegistry::Start({.dir = dir_,
                                                         .deposit = dir_ + "/deposit.xml",
                                                         .config = dir_ + "/zone.toml"}));
  }

  absl::StatusOr<ProbeResult> Probe(const ZonePolicy& told) const {
    ASSIGN_OR_RETURN(
        const DepositWitness witness,
        DepositWitness::Read(
            WitnessedFile(dir_ + "/deposit.xml"),
            {.tld = "example", .policy = told, .registrations = failover::Registrations::kNo}));
    return failover::ProbeDelegations(
        {.target = {.address = "127.0.0.1", .port = served_->dns_port(), .tld = "example"},
         .witness = &witness});
  }

  // Names that an observer with this policy finds otherwise than it expects.
  std::set<std::string> Wrong(const ZonePolicy& told) const {
    std::set<std::string> names;
    const absl::StatusOr<ProbeResult> result = Probe(told);
    EXPECT_OK(result);
    if (!result.ok()) return names;
    for (const failover::ProbeDifference& difference : result->differences) {
      names.insert(difference.name);
    }
    return names;
  }

  std::string dir_;
  std::unique_ptr<ServedRegistry> served_;
};

TEST_F(ZonePolicies, ByDefaultNothingIsWrong) {
  ASSERT_NO_FATAL_FAILURE(Serve("[zone]\n"));
  ASSERT_OK_AND_ASSIGN(const ProbeResult result, Probe({}));
  for (const failover::ProbeDifference& difference : result.differences) {
    ADD_FAILURE() << difference.name << ": " << difference.what;
  }
  EXPECT_EQ(result.equal, 3u) << "a, user, mirror";
  EXPECT_EQ(result.absent_equal, 5u) << "held, nic, gone, owner, shadow";
}

TEST_F(ZonePolicies, WhatIsConfiguredIsRightForWhoeverWasTold) {
  ASSERT_NO_FATAL_FAILURE(
      Serve("[zone]\norphan_glue = false\npublish_pending_delete = true\n"
            "[[zone.nameserver]]\nname = \"ns1.nic.example\"\naddresses = [\"198.51.100.1\"]\n"
            "[[zone.nameserver]]\nname = \"ns.owner.example\"\naddresses = [\"198.51.100.2\"]\n"));
  ZonePolicy told;
  told.publish_pending_delete = true;
  told.orphan_glue = false;
  told.own_servers = {{"ns1.nic.example", {"198.51.100.1"}},
                      {"ns.owner.example", {"198.51.100.2"}}};
  ASSERT_OK_AND_ASSIGN(const ProbeResult result, Probe(told));
  for (const failover::ProbeDifference& difference : result.differences) {
    ADD_FAILURE() << difference.name << ": " << difference.what;
  }
  EXPECT_EQ(result.equal, 4u) << "gone, too";

  ZonePolicy other = told;
  other.orphan_glue = true;
  EXPECT_THAT(Wrong(other), ElementsAre("a.example", "mirror.example"));
  other = told;
  other.own_servers = {};
  EXPECT_THAT(Wrong(other), ElementsAre("a.example", "example", "mirror.example", "ns1.nic.example",
                                        "ns2.nic.example", "user.example"));
  other = told;
  other.publish_pending_delete = false;
  EXPECT_THAT(Wrong(other), ElementsAre("gone.example"));
}

}  // namespace
}  // namespace tidemark::tests
