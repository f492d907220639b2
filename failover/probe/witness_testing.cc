#include "failover/probe/witness_testing.h"

#include <utility>

#include "absl/time/time.h"
#include "rde/reader.h"

namespace tidemark::failover::probe {
namespace {

rde::Contact ContactOf(const std::string& id, const std::string& name, const std::string& state) {
  rde::Contact contact;
  contact.id = id;
  contact.postal_infos.push_back({"int",
                                  name,
                                  "Looking Glass Works",
                                  {{"1 Rabbit Hole Lane"}, "Oxbridge", state, "OX1 2JD", "GB"}});
  contact.voice = {"+44.2071838750", ""};
  contact.email = id + "@mail.test";
  return contact;
}

rde::Domain FullDomain() {
  rde::Domain domain =
      DomainOf("A.example", {"clientTransferProhibited"}, {"NS1.a.example", "ns.other.test"});
  domain.rgp_statuses.push_back({"addPeriod", "", ""});
  domain.sec_dns.emplace();
  domain.sec_dns->ds.push_back({1234, 8, 2, kTestDs, std::nullopt});
  domain.registrant = "alice-1";
  domain.contacts = {{"tech", "bob-123"}, {"admin", "carol-1"}};
  domain.cr_date = DateOf("2020-05-07T04:53:49.5Z");
  domain.ex_date = DateOf("2028-05-07T04:53:49Z");
  domain.up_date = DateOf("2026-02-27T18:46:50Z");
  return domain;
}

}  // namespace

rde::DateTime DateOf(const std::string& text) {
  rde::DateTime date{text, std::nullopt};
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) date.time = time;
  return date;
}

rde::Domain DomainOf(const std::string& name, const std::vector<std::string>& statuses,
                     const std::vector<std::string>& servers) {
  rde::Domain domain;
  domain.name = name;
  domain.roid = "D-" + name;
  for (const std::string& status : statuses) domain.statuses.push_back({status, "", ""});
  domain.host_objects = servers;
  domain.cl_id = "honest";
  return domain;
}

rde::Host HostOf(const std::string& name, const std::vector<std::string>& addresses) {
  rde::Host host;
  host.name = name;
  host.roid = "H-" + name;
  for (const std::string& address : addresses) host.addresses.push_back({"v4", address});
  return host;
}

rde::Nndn NndnOf(const std::string& name, const std::string& state, const std::string& original) {
  rde::Nndn nndn;
  nndn.a_name = name;
  nndn.name_state = state;
  nndn.original_name = original;
  return nndn;
}

ReadWitnessed TestDeposit::Reader() const {
  return [records = records](rde::RecordSink& sink) {
    sink.OnDeposit({}, {});
    for (const rde::Record& record : records) sink.OnRecord(record, {});
    return absl::OkStatus();
  };
}

TestDeposit SmallDeposit() {
  TestDeposit deposit;
  rde::Registrar registrar;
  registrar.id = "honest";
  registrar.name = "Honest Names Ltd";
  registrar.gurid = "9995";
  registrar.email = "desk@honest.test";
  // Hosts and contacts before what refers to them: no order is promised.
  deposit.records = {rde::Header{},
                     HostOf("ns1.a.example", {"192.0.2.1", "2001:DB8:0::1"}),
                     HostOf("ns.keys.example", {"192.0.2.7"}),
                     HostOf("ns.other.test", {"192.0.2.9"}),
                     registrar,
                     ContactOf("alice-1", "Alice Liddell", "Oxfordshire"),
                     ContactOf("bob-123", "Robert Hatter", "Teashire"),
                     ContactOf("carol-1", "Carol Dodgson", "Cheshire")};
  rde::Domain keys = DomainOf("keys.example", {"ok"}, {"ns.keys.example"});
  keys.sec_dns.emplace();
  keys.sec_dns->keys.push_back(
      {257, 3, 13,
       "bB31icORk3bNncAM+SSNWsBq1OL2lLtjLYkzMmm1nlN6jSSCoHpurbs6FnDcd0DjXfn26FZIiJ+"
       "4affOhsH4xA=="});
  rde::Domain redeemed = DomainOf("redeemed.example", {"ok"}, {"ns.other.test"});
  redeemed.rgp_statuses.push_back({"redemptionPeriod", "", ""});
  for (rde::Domain& domain : std::vector<rde::Domain>{
           FullDomain(), DomainOf("held.example", {"clientHold"}, {"ns.other.test"}),
           DomainOf("deleted.example", {"pendingDelete"}, {"ns.other.test"}),
           DomainOf("created.example", {"pendingCreate"}, {"ns.other.test"}),
           DomainOf("inactive.example", {"inactive"}, {}), std::move(redeemed), std::move(keys),
           DomainOf("old.a.example", {"ok"}, {"ns.other.test"})}) {
    deposit.records.push_back(std::move(domain));
  }
  deposit.records.push_back(NndnOf("mirror.example", "mirrored", "a.example"));
  deposit.records.push_back(NndnOf("blocked.example", "blocked", ""));
  return deposit;
}

}  // namespace tidemark::failover::probe
