#include "failover/lookup/lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/testing.h"
#include "failover/lookup/registry_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::StatusIs;

class LookupTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_OK_AND_ASSIGN(registry_, MakeTestRegistry(SmallRegistry())); }
  const Lookup& lookup() const { return *registry_.lookup; }

  TestRegistry registry_;
};

TEST_F(LookupTest, WhatADepositClaimsOfDerivedStatusesIsNotBelieved) {
  ASSERT_OK_AND_ASSIGN(const DomainFacts whole, lookup().FindDomain("whole.example"));
  EXPECT_THAT(whole.statuses, ElementsAre("clientHold"));
  EXPECT_THAT(whole.rgp_statuses, ElementsAre("addPeriod"));
  ASSERT_OK_AND_ASSIGN(const DomainFacts bare, lookup().FindDomain("bare.example"));
  EXPECT_THAT(bare.statuses, ElementsAre("inactive"));
  ASSERT_OK_AND_ASSIGN(const DomainFacts attributes, lookup().FindDomain("attributes.example"));
  EXPECT_THAT(attributes.statuses, ElementsAre("ok"));
  ASSERT_OK_AND_ASSIGN(const ServerFacts used, lookup().FindServer("ns1.whole.example"));
  EXPECT_THAT(used.statuses, ElementsAre("ok", "linked"));
  ASSERT_OK_AND_ASSIGN(const ServerFacts unused, lookup().FindServer("unused.example.org"));
  EXPECT_THAT(unused.statuses, ElementsAre("serverUpdateProhibited"));
}

TEST_F(LookupTest, StatusesAreThoseOfTheKindOfObject) {
  registry_ = {};
  const auto of = [](const char* word) {
    return std::vector<rde::StatusValue>{{.s = word, .lang = "", .text = ""}};
  };
  rde::Host host;
  host.name = "ns.example";
  host.roid = "H-EX";
  host.statuses = of("clientHold");  // of domains
  rde::Domain domain;
  domain.name = "a.example";
  domain.statuses = of("addPeriod");  // of rgpStatus
  domain.rgp_statuses = of("clientHold");
  ASSERT_OK_AND_ASSIGN(registry_, MakeTestRegistry({host, domain}));
  ASSERT_OK_AND_ASSIGN(const ServerFacts server, lookup().FindServer("ns.example"));
  EXPECT_THAT(server.statuses, ElementsAre("ok"));
  EXPECT_EQ(server.left_out.statuses, 1u);
  ASSERT_OK_AND_ASSIGN(const DomainFacts facts, lookup().FindDomain("a.example"));
  EXPECT_THAT(facts.statuses, ElementsAre("inactive"));
  EXPECT_THAT(facts.rgp_statuses, IsEmpty());
  EXPECT_EQ(facts.left_out.statuses, 2u);
  EXPECT_FALSE(facts.left_out.is_cut());
}

TEST_F(LookupTest, ServersAreObjectsAttributesOrNamesThatTheDepositDoesNotHave) {
  ASSERT_OK_AND_ASSIGN(const DomainFacts whole, lookup().FindDomain("whole.example"));
  ASSERT_THAT(whole.servers, SizeIs(2));
  EXPECT_EQ(whole.servers[0].name, "ns1.whole.example");
  EXPECT_EQ(whole.servers[0].roid, "H1-EX");
  EXPECT_THAT(whole.servers[0].addresses, SizeIs(2));
  EXPECT_EQ(whole.servers[1].name, "gone.example.org");
  EXPECT_EQ(whole.servers[1].objects, 0u);
  EXPECT_THAT(whole.servers[1].statuses, IsEmpty());
  ASSERT_OK_AND_ASSIGN(const DomainFacts attributes, lookup().FindDomain("attributes.example"));
  ASSERT_THAT(attributes.servers, SizeIs(2));
  EXPECT_THAT(attributes.servers[0].addresses,
              ElementsAre(Address{AddressFamily::kIpv4, "192.0.2.7"},
                          Address{AddressFamily::kIpv6, "2001:db8::7"}));
  EXPECT_EQ(attributes.servers[1].name, "ns2.example.net");
  EXPECT_THAT(lookup().FindServer("ns1.attributes.example"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(LookupTest, HostsOfOneNameAreOneServerWithTheAddressesOfAll) {
  ASSERT_OK_AND_ASSIGN(const ServerFacts server, lookup().FindServer("shared.example.org"));
  EXPECT_EQ(server.objects, 2u);
  EXPECT_EQ(server.roid, "H2-EX");
  EXPECT_THAT(server.addresses, ElementsAre(Address{AddressFamily::kIpv4, "192.0.2.2"},
                                            Address{AddressFamily::kIpv4, "192.0.2.3"}));
}

TEST_F(LookupTest, ADsCountsOnlyIfTheZoneHasIt) {
  ASSERT_OK_AND_ASSIGN(const DomainFacts held, lookup().FindDomain("whole.example"));
  EXPECT_THAT(held.ds, SizeIs(1));
  EXPECT_EQ(held.ds[0].key_tag, 12345);
  EXPECT_FALSE(held.delegation_signed);
  ASSERT_OK_AND_ASSIGN(const DomainFacts published, lookup().FindDomain("attributes.example"));
  EXPECT_THAT(published.keys, SizeIs(1));
  EXPECT_TRUE(published.delegation_signed);
}

TEST_F(LookupTest, RolesComeOnceAndTheWithheldOnesAreNamed) {
  ASSERT_OK_AND_ASSIGN(const DomainFacts whole, lookup().FindDomain("whole.example"));
  ASSERT_THAT(whole.contacts, SizeIs(2));
  EXPECT_EQ(whole.contacts[0].role, ContactRole::kRegistrant);
  EXPECT_EQ(whole.contacts[1].role, ContactRole::kTech);
  EXPECT_THAT(whole.withheld_roles, ElementsAre(ContactRole::kAdmin, ContactRole::kBilling));
}

TEST_F(LookupTest, ContactsAreFoundOnlyWhereThePolicyShowsTheirIds) {
  EXPECT_THAT(lookup().FindContact("owner"), StatusIs(absl::StatusCode::kNotFound));
  RddsConfig config = TestConfig();
  config.redaction.fields[ContactField::kId] = Exposure::kRegistrant;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Lookup> registrants,
                       Lookup::Create(*registry_.store, config));
  // "owner" is a registrant, "tech" is none, "idle" is nobody's contact.
  for (const char* const id : {"owner", "tech", "idle", "none"}) {
    EXPECT_THAT(registrants->FindContact(id), StatusIs(absl::StatusCode::kNotFound)) << id;
  }
  config.redaction.fields[ContactField::kId] = Exposure::kAlways;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Lookup> open,
                       Lookup::Create(*registry_.store, config));
  ASSERT_OK_AND_ASSIGN(const ContactFacts owner, open->FindContact("owner"));
  EXPECT_EQ(owner.contact.id, "owner");
  EXPECT_THAT(owner.statuses, ElementsAre("ok", "linked"));
  ASSERT_OK_AND_ASSIGN(const ContactFacts idle, open->FindContact("idle"));
  EXPECT_THAT(idle.statuses, ElementsAre("ok"));
  EXPECT_THAT(open->FindContact("none"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(LookupTest, RegistrarsGoByTheirIanaIdOrElseByTheirOwn) {
  const std::shared_ptr<const RegistrarFacts> a = lookup().FindRegistrar("9995");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->record.id, "reg-a");
  EXPECT_EQ(a->addition.abuse_email, "abuse@a.example.net");
  EXPECT_EQ(lookup().FindRegistrarByName("REGISTRAR a"), a);
  EXPECT_EQ(lookup().FindRegistrar("reg-a"), nullptr);
  EXPECT_NE(lookup().FindRegistrar("reg-b"), nullptr);
  ASSERT_OK_AND_ASSIGN(const DomainFacts bare, lookup().FindDomain("bare.example"));
  ASSERT_NE(bare.registrar, nullptr);
  EXPECT_EQ(bare.registrar->handle, "<gone>");
  EXPECT_FALSE(bare.registrar->can_be_asked_for);
  EXPECT_TRUE(a->can_be_asked_for);
  EXPECT_FALSE(bare.registrar->has_iana_id);
}

TEST_F(LookupTest, NoIdOfTheRegistrysOwnTakesAnIanaId) {
  registry_ = {};
  std::vector<rde::Record> records = SmallRegistry();
  rde::Registrar other;
  other.id = "9995";  // comes before "reg-a"
  other.name = "Other";
  records.emplace_back(other);
  ASSERT_OK_AND_ASSIGN(registry_, MakeTestRegistry(records));
  ASSERT_NE(lookup().FindRegistrar("9995"), nullptr);
  EXPECT_EQ(lookup().FindRegistrar("9995")->record.id, "reg-a");
  EXPECT_FALSE(lookup().FindRegistrarByName("Other")->can_be_asked_for);
}

TEST_F(LookupTest, VariantsKnowTheirOriginalAndTheOriginalItsVariants) {
  ASSERT_OK_AND_ASSIGN(const DomainFacts original, lookup().FindDomain("xn--bcher-kva.example"));
  EXPECT_EQ(original.unicode_name,
            "b\xC3\xBC"
            "cher.example");
  EXPECT_THAT(original.variants,
              ElementsAre(Variant{"buecher.example", true}, Variant{"mirrored.example", false}));
  ASSERT_OK_AND_ASSIGN(const DomainFacts variant, lookup().FindDomain("buecher.example"));
  EXPECT_EQ(variant.original_name, "xn--bcher-kva.example");
  EXPECT_TRUE(variant.original_is_registered);
  ASSERT_OK_AND_ASSIGN(const NndnFacts nndn, lookup().FindNndn("mirrored.example"));
  EXPECT_EQ(nndn.state, "mirrored");
  EXPECT_EQ(nndn.original_name, "xn--bcher-kva.example");
}

TEST_F(LookupTest, APolicyMayHideTheDomainsId) {
  RddsConfig config = TestConfig();
  config.redaction.domain_id = false;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Lookup> closed,
                       Lookup::Create(*registry_.store, config));
  ASSERT_OK_AND_ASSIGN(const DomainFacts bare, closed->FindDomain("bare.example"));
  EXPECT_EQ(bare.roid, "");
}

}  // namespace
}  // namespace tidemark::failover
