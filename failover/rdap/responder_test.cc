#include "failover/rdap/responder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/testing.h"
#include "failover/lookup/registry_testing.h"

namespace tidemark::failover::rdap {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class ResponderTest : public ::testing::Test {
 protected:
  void Open(const std::vector<rde::Record>& records = SmallRegistry(),
            RddsConfig config = TestConfig()) {
    ASSERT_OK_AND_ASSIGN(registry_, MakeTestRegistry(records, std::move(config)));
    responder_ = std::make_unique<Responder>(*registry_.lookup);
  }
  json Get(const std::string& target, int status = 200) {
    answer_ = responder_->Respond(target);
    EXPECT_EQ(answer_.status, status) << target << "\n" << answer_.body;
    const json body = json::parse(answer_.body, nullptr, false);
    EXPECT_FALSE(body.is_discarded()) << answer_.body;
    EXPECT_EQ(body["rdapConformance"][0], "rdap_level_0");
    return body;
  }

  TestRegistry registry_;
  std::unique_ptr<Responder> responder_;
  Answer answer_;
};

// The entity of a role; null if there is none.
json EntityOf(const json& body, const std::string& role) {
  for (const json& entity : body["entities"]) {
    if (entity["roles"][0] == role) return entity;
  }
  return nullptr;
}

// The values of a property of an entity's card.
std::vector<json> CardValues(const json& entity, const std::string& property) {
  std::vector<json> values;
  for (const json& entry : entity["vcardArray"][1]) {
    if (entry[0] == property) values.push_back(entry[3]);
  }
  return values;
}

bool HasRedaction(const json& body, const std::string& naming, const std::string& name,
                  const std::string& method) {
  if (!body.contains("redacted")) return false;
  for (const json& entry : body["redacted"]) {
    if (entry["name"] == json{{naming, name}} && entry["method"] == method) return true;
  }
  return false;
}

TEST_F(ResponderTest, ADomainHasWhatTheProfileRequires) {
  ASSERT_NO_FATAL_FAILURE(Open());
  const json body = Get("/domain/Whole.Example.");
  EXPECT_EQ(body["objectClassName"], "domain");
  EXPECT_EQ(body["handle"], "D1-EX");
  EXPECT_EQ(body["ldhName"], "whole.example");
  EXPECT_EQ(body["status"], json({"client hold", "add period"}));
  EXPECT_EQ(body["port43"], "whois.nic.example");
  EXPECT_EQ(body["lang"], "en");
  const json events = json::parse(R"([
      {"eventAction": "registration", "eventDate": "2020-01-02T03:04:05Z"},
      {"eventAction": "expiration", "eventDate": "2030-01-02T03:04:05Z"},
      {"eventAction": "last changed", "eventDate": "2025-01-02T03:04:05Z"},
      {"eventAction": "transfer", "eventDate": "2024-01-02T03:04:05Z"},
      {"eventAction": "last update of RDAP database", "eventDate": "2026-11-22T00:00:00Z"}])");
  EXPECT_EQ(body["events"], events);
  EXPECT_EQ(body["secureDNS"]["delegationSigned"], false);
  EXPECT_EQ(body["secureDNS"]["maxSigLife"], 604800);
  EXPECT_EQ(body["secureDNS"]["dsData"].size(), 1u);
  ASSERT_EQ(body["nameservers"].size(), 2u);
  EXPECT_EQ(body["nameservers"][0]["status"], json({"active", "associated"}));
  EXPECT_EQ(body["nameservers"][0]["ipAddresses"],
            json({{"v4", {"192.0.2.1"}}, {"v6", {"2001:db8::1"}}}));
  const std::string url = "https://rdap.nic.example/domain/Whole.Example.";
  EXPECT_EQ(body["notices"][0]["links"][0]["rel"], "terms-of-service");
  EXPECT_EQ(body["notices"][1]["title"], "Status Codes");
  EXPECT_EQ(body["notices"][1]["links"][0]["rel"], "glossary");
  EXPECT_EQ(body["notices"][1]["links"][0]["value"], url);
  EXPECT_EQ(body["notices"][2]["title"], "RDDS Inaccuracy Complaint Form");
  EXPECT_EQ(body["links"][0]["href"], "https://rdap.nic.example/domain/whole.example");
  EXPECT_EQ(body["links"][1]["href"], "https://rdap.a.example.net/domain/whole.example");
}

TEST_F(ResponderTest, ActiveStandsAloneAndRedemptionDoesNot) {
  std::vector<rde::Record> records = SmallRegistry();
  for (const char* period : {"addPeriod", "redemptionPeriod"}) {
    rde::Domain domain;
    domain.name = std::string(period) + ".example";
    domain.cl_id = "reg-a";
    domain.host_objects = {"ns1.whole.example"};
    domain.statuses = {{.s = "ok", .lang = "", .text = ""}};
    domain.rgp_statuses = {{.s = period, .lang = "", .text = ""}};
    records.emplace_back(domain);
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  EXPECT_EQ(Get("/domain/addPeriod.example")["status"], json({"add period"}));
  EXPECT_EQ(Get("/domain/redemptionPeriod.example")["status"],
            json({"pending delete", "redemption period"}));
}

TEST_F(ResponderTest, TheRegistrarComesWithItsIanaIdAndAbuseContact) {
  ASSERT_NO_FATAL_FAILURE(Open());
  const json registrar = EntityOf(Get("/domain/whole.example"), "registrar");
  EXPECT_EQ(registrar["handle"], "9995");
  EXPECT_EQ(registrar["publicIds"],
            json::parse(R"([{"type": "IANA Registrar ID", "identifier": "9995"}])"));
  EXPECT_THAT(CardValues(registrar, "fn"), ::testing::ElementsAre("Registrar A"));
  EXPECT_THAT(CardValues(registrar, "tel"), ::testing::ElementsAre("tel:+41.31555010;ext=7"));
  EXPECT_EQ(CardValues(registrar, "adr")[0][2], json({"1 Harbour Road", "Pier 2"}));
  EXPECT_EQ(CardValues(registrar, "adr")[0][6], "");
  EXPECT_EQ(registrar["links"][1]["rel"], "about");
  const json abuse = EntityOf(registrar, "abuse");
  EXPECT_THAT(CardValues(abuse, "email"), ::testing::ElementsAre("abuse@a.example.net"));
  const json same = Get("/entity/9995");
  EXPECT_EQ(same["handle"], "9995");
  EXPECT_EQ(same["vcardArray"], registrar["vcardArray"]);
  Get("/entity/reg-a", 404);
  const json other = Get("/entity/reg-b");
  EXPECT_FALSE(other.contains("publicIds"));
  EXPECT_THAT(answer_.body, Not(HasSubstr("javascript")));
  EXPECT_THAT(answer_.body, Not(HasSubstr("<")));
}

// The claim that matters: nothing of a person is in the bytes unless it may be.
TEST_F(ResponderTest, NothingOfAContactIsInTheBytes) {
  ASSERT_NO_FATAL_FAILURE(Open());
  for (const char* target :
       {"/domain/whole.example", "/entity/owner", "/entity/tech", "/entity/boss"}) {
    const Answer answer = responder_->Respond(target);
    for (const char* mark : {"Zebra", "Quagga", "Okapi", "777000"}) {
      EXPECT_THAT(answer.body, Not(HasSubstr(mark))) << target;
    }
  }
  const Answer domain = responder_->Respond("/domain/whole.example");
  for (const char* id : {"owner", "boss", "\"tech\"", "nobody"}) {
    EXPECT_THAT(domain.body, Not(HasSubstr(id)));
  }
  EXPECT_EQ(responder_->Respond("/entity/owner").status, 404);
}

TEST_F(ResponderTest, WhatIsLeftOutIsNamedAsTheProfileNamesIt) {
  ASSERT_NO_FATAL_FAILURE(Open());
  const json body = Get("/domain/whole.example");
  EXPECT_THAT(body["rdapConformance"], ::testing::Contains("redacted"));
  const json registrant = EntityOf(body, "registrant");
  EXPECT_FALSE(registrant.contains("handle"));
  EXPECT_THAT(CardValues(registrant, "fn"), ::testing::ElementsAre("", ""));
  EXPECT_EQ(CardValues(registrant, "adr")[0], json({"", "", "", "", "ZH", "", ""}));
  EXPECT_EQ(registrant["vcardArray"][1][2][1]["cc"], "CH");
  EXPECT_THAT(CardValues(registrant, "contact-uri"),
              ::testing::ElementsAre("https://a.example.net/"));
  for (const auto& [name, method] :
       std::vector<std::pair<std::string, std::string>>{{"Registry Registrant ID", "removal"},
                                                        {"Registrant Name", "emptyValue"},
                                                        {"Registrant Organization", "removal"},
                                                        {"Registrant Street", "emptyValue"},
                                                        {"Registrant City", "emptyValue"},
                                                        {"Registrant Postal Code", "emptyValue"},
                                                        {"Registrant Phone", "removal"},
                                                        {"Registrant Phone Ext", "removal"},
                                                        {"Registrant Fax", "removal"},
                                                        {"Registrant Fax Ext", "removal"},
                                                        {"Registrant Email", "replacementValue"},
                                                        {"Registry Tech ID", "removal"},
                                                        {"Tech Name", "emptyValue"},
                                                        {"Tech Phone", "removal"},
                                                        {"Tech Phone Ext", "removal"},
                                                        {"Tech Email", "replacementValue"}}) {
    EXPECT_TRUE(HasRedaction(body, "type", name, method)) << name;
  }
  const json tech = EntityOf(body, "technical");
  EXPECT_EQ(CardValues(tech, "adr")[0], json({"", "", "", "", "", "", ""}));
  EXPECT_FALSE(tech["vcardArray"][1][2][1].contains("cc"));
  EXPECT_TRUE(HasRedaction(body, "description", "Tech State/Province", "emptyValue"));
  EXPECT_TRUE(HasRedaction(body, "description", "Tech Country", "removal"));
  EXPECT_TRUE(HasRedaction(body, "description", "Admin Contact", "removal"));
  EXPECT_TRUE(HasRedaction(body, "description", "Billing Contact", "removal"));
  EXPECT_EQ(EntityOf(body, "administrative"), nullptr);
}

TEST_F(ResponderTest, WhatAPersonAgreedToIsShownAndWhatItRefusedIsNot) {
  std::vector<rde::Record> records = SmallRegistry();
  for (rde::Record& record : records) {
    auto* contact = std::get_if<rde::Contact>(&record);
    if (contact == nullptr || contact->id != "owner") continue;
    contact->disclose.emplace().flag = true;
    contact->disclose->email = true;
    contact->disclose->org_types = {"int", "loc"};
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const json body = Get("/domain/whole.example");
  const json registrant = EntityOf(body, "registrant");
  EXPECT_THAT(CardValues(registrant, "email"), ::testing::ElementsAre("Zebra@mail.test"));
  EXPECT_THAT(CardValues(registrant, "org"), ::testing::ElementsAre("ZebraOrgint", "ZebraOrgloc"));
  EXPECT_TRUE(CardValues(registrant, "contact-uri").empty());
  EXPECT_FALSE(HasRedaction(body, "type", "Registrant Email", "replacementValue"));
  EXPECT_THAT(answer_.body, Not(HasSubstr("ZebraName")));
  EXPECT_THAT(answer_.body, Not(HasSubstr("Okapi")));
}

TEST_F(ResponderTest, APolicyThatShowsEverythingShowsEverything) {
  RddsConfig config = TestConfig();
  config.redaction.fields.values.fill(Exposure::kAlways);
  config.redaction.roles.fill(true);
  ASSERT_NO_FATAL_FAILURE(Open(SmallRegistry(), config));
  const json body = Get("/domain/whole.example");
  EXPECT_FALSE(body.contains("redacted"));
  EXPECT_THAT(body["rdapConformance"], Not(::testing::Contains("redacted")));
  EXPECT_EQ(EntityOf(body, "administrative")["handle"], "boss");
  EXPECT_EQ(EntityOf(body, "billing"), nullptr);  // its contact is not in the deposit
  EXPECT_THAT(
      CardValues(EntityOf(body, "technical"), "tel"),
      ::testing::ElementsAre("tel:+41.17770003;ext=27770003", "tel:+41.37770003;ext=47770003"));
  const json contact = Get("/entity/idle");
  EXPECT_EQ(contact["handle"], "idle");
  EXPECT_EQ(contact["status"], json({"active"}));
}

TEST_F(ResponderTest, VariantsAreListedOnBothSides) {
  ASSERT_NO_FATAL_FAILURE(Open());
  const json body = Get("/domain/b%C3%BCcher.example");
  EXPECT_EQ(body["ldhName"], "xn--bcher-kva.example");
  EXPECT_EQ(body["unicodeName"],
            "b\xC3\xBC"
            "cher.example");
  EXPECT_EQ(body["variants"], json::parse(R"([
      {"relation": ["registered"], "idnTable": "de",
       "variantNames": [{"ldhName": "buecher.example"}]},
      {"relation": ["unregistered"], "idnTable": "de",
       "variantNames": [{"ldhName": "mirrored.example"}]}])"));
  const json variant = Get("/domain/buecher.example");
  EXPECT_EQ(variant["variants"][0]["relation"], json({"conjoined"}));
  EXPECT_EQ(variant["variants"][0]["variantNames"][0]["ldhName"], "xn--bcher-kva.example");
}

TEST_F(ResponderTest, WhatIsNoDomainIsNotFoundAndAReservedNameIsSaidToBeOne) {
  ASSERT_NO_FATAL_FAILURE(Open());
  const json none = Get("/domain/none.example", 404);
  EXPECT_EQ(none["errorCode"], 404);
  EXPECT_EQ(none["notices"].size(), 1u);
  Get("/domain/not-a-domain.invalid", 404);
  const json blocked = Get("/domain/blocked.example", 404);
  EXPECT_EQ(blocked["notices"][1]["title"], "Reserved Name");
  const json mirrored = Get("/domain/mirrored.example", 404);
  EXPECT_EQ(mirrored["notices"][1]["links"][0]["href"],
            "https://rdap.nic.example/domain/xn--bcher-kva.example");
}

TEST_F(ResponderTest, NameserversAreObjects) {
  ASSERT_NO_FATAL_FAILURE(Open());
  const json server = Get("/nameserver/NS1.whole.example");
  EXPECT_EQ(server["objectClassName"], "nameserver");
  EXPECT_EQ(server["handle"], "H1-EX");
  EXPECT_EQ(EntityOf(server, "registrar")["handle"], "9995");
  const json shared = Get("/nameserver/shared.example.org");
  EXPECT_THAT(shared["remarks"][0]["description"][0], HasSubstr("2 hosts"));
  EXPECT_EQ(shared["ipAddresses"]["v4"], json({"192.0.2.2", "192.0.2.3"}));
  Get("/nameserver/gone.example.org", 404);
}

TEST_F(ResponderTest, HelpAndRefusals) {
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_EQ(Get("/help")["notices"][1]["title"], "Help");
  EXPECT_EQ(Get("/ip/192.0.2.1", 501)["errorCode"], 501);
  EXPECT_EQ(Get("/autnum/1", 501)["errorCode"], 501);
  EXPECT_EQ(Get("/domains?name=*", 501)["errorCode"], 501);
  EXPECT_EQ(Get("/domain/a..b", 400)["errorCode"], 400);
  Get("/domain/<script>alert(1)</script>", 400);
  EXPECT_THAT(answer_.body, Not(HasSubstr("<")));
}

TEST_F(ResponderTest, AStoreThatCannotBeReadIsAnErrorThatTellsNothing) {
  ASSERT_NO_FATAL_FAILURE(Open());
  DamageTestRegistry(registry_);
  for (const char* target : {"/domain/whole.example", "/nameserver/ns1.whole.example"}) {
    const json body = Get(target, 500);
    EXPECT_EQ(body["errorCode"], 500);
    EXPECT_EQ(body["description"], json({"The registry's data could not be read."}));
    EXPECT_THAT(answer_.body, Not(HasSubstr(".sst")));
  }
  Get("/help");
}

TEST_F(ResponderTest, ADateThatNoReaderTakesIsLeftOut) {
  std::vector<rde::Record> records = SmallRegistry();
  for (rde::Record& record : records) {
    if (auto* domain = std::get_if<rde::Domain>(&record)) {
      domain->ex_date.time = absl::FromCivil(absl::CivilDay(99999, 1, 1), absl::UTCTimeZone());
      domain->up_date.time = absl::FromCivil(absl::CivilDay(-5, 1, 1), absl::UTCTimeZone());
    }
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const json events = json::parse(R"([
      {"eventAction": "registration", "eventDate": "2020-01-02T03:04:05Z"},
      {"eventAction": "last update of RDAP database", "eventDate": "2026-11-22T00:00:00Z"}])");
  EXPECT_EQ(Get("/domain/bare.example")["events"], events);
}

TEST_F(ResponderTest, TheSameQuestionHasTheSameTagAndAnotherOneAnother) {
  ASSERT_NO_FATAL_FAILURE(Open());
  const Answer one = responder_->Respond("/domain/whole.example");
  const Answer again = responder_->Respond("/domain/whole.example");
  EXPECT_EQ(one.body, again.body);
  EXPECT_EQ(one.etag, again.etag);
  EXPECT_EQ(one.etag.size(), 34u);
  EXPECT_EQ(one.last_modified, registry_.lookup->watermark());
  EXPECT_NE(responder_->Respond("/domain/bare.example").etag, one.etag);
}

}  // namespace
}  // namespace tidemark::failover::rdap
