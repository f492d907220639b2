#include "failover/rdap/responder.h"

#include <string>
#include <variant>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "failover/rdap/responder_testing.h"

namespace tidemark::failover::rdap {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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
  const std::string url = "https://rdap.nic.example/domain/whole.example";
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
  // ICANN's conformance tool, -47701: the value is the base URL that IANA's list has.
  EXPECT_EQ(registrar["links"][1]["rel"], "about");
  EXPECT_EQ(registrar["links"][1]["value"], "https://rdap.a.example.net/");
  EXPECT_EQ(registrar["links"][1]["href"], "https://rdap.a.example.net/");
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
  EXPECT_EQ(variant["variants"][0]["relation"], json({"registered"}));
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

TEST_F(ResponderTest, AMirroredNameHasItsOriginalsServersOnlyIfThoseAreInTheZone) {
  std::vector<rde::Record> records = SmallRegistry();
  const auto add = [&records](const char* name, bool mirroring_ns, const char* original) {
    rde::Nndn nndn;
    nndn.a_name = name;
    nndn.name_state = "mirrored";
    nndn.mirroring_ns = mirroring_ns;
    nndn.original_name = original;
    records.emplace_back(nndn);
  };
  add("yes.example", true, "ATTRIBUTES.example.");
  add("otherwise.example", false, "attributes.example");
  add("held.example", true, "whole.example");
  add("gone.example", true, "none.example");
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const auto description = [this](const char* name) -> std::string {
    return Get(std::string("/domain/") + name, 404)["notices"][1]["description"][0];
  };
  EXPECT_THAT(description("yes.example"), HasSubstr("has its name servers"));
  for (const char* name : {"otherwise.example", "held.example", "gone.example"}) {
    EXPECT_THAT(description(name), Not(HasSubstr("name servers"))) << name;
  }
}

TEST_F(ResponderTest, NamesOfOtherTldsAreNotAnsweredWhateverTheDepositHas) {
  std::vector<rde::Record> records = SmallRegistry();
  rde::Domain domain;
  rde::Nndn nndn;
  for (const char* name : {"a.other", "example", "a.notexample"}) {
    domain.name = name;
    records.emplace_back(domain);
    nndn.a_name = std::string("b") + name;
    records.emplace_back(nndn);
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  for (const char* name : {"a.other", "example", "a.notexample", "ba.other", "bexample"}) {
    EXPECT_EQ(Get(std::string("/domain/") + name, 404)["notices"].size(), 1u) << name;
  }
  Get("/nameserver/shared.example.org");  // a host object of ours
}

TEST_F(ResponderTest, AnUnknownRegistrarHasNoLinkToAnAnswerThatThereIsNot) {
  ASSERT_NO_FATAL_FAILURE(Open());
  const json registrar = EntityOf(Get("/domain/bare.example"), "registrar");
  EXPECT_EQ(registrar["handle"], "<gone>");
  EXPECT_FALSE(registrar.contains("links"));
  EXPECT_EQ(EntityOf(Get("/domain/attributes.example"), "registrar")["links"][0]["href"],
            "https://rdap.nic.example/entity/reg-b");
}

TEST_F(ResponderTest, NothingOfARequestComesBackButACanonicalName) {
  ASSERT_NO_FATAL_FAILURE(Open());
  for (const char* target :
       {"/domain/WHOLE.example?Zq=1", "/domain/none.example?Zq", "/nameserver/NS1.whole.example?Zq",
        "/entity/9995?Zq", "/entity/Zq", "/help?Zq", "/Zq", "/ip/Zq", "/domain/Zq..b?Zq"}) {
    EXPECT_THAT(responder_->Respond(target).body, Not(HasSubstr("Zq"))) << target;
  }
  EXPECT_EQ(Get("/domain/WHOLE.example.?x")["notices"][0]["links"][0]["value"],
            "https://rdap.nic.example/domain/whole.example");
}

TEST_F(ResponderTest, UnregisteredStatusesAreLeftOutAndCounted) {
  std::vector<rde::Record> records = SmallRegistry();
  rde::Domain domain;
  domain.name = "odd.example";
  domain.host_objects = {"ns1.whole.example"};
  domain.statuses = {{.s = "sunrise", .lang = "", .text = ""},
                     {.s = "linked", .lang = "", .text = ""}};
  domain.rgp_statuses = {{.s = "sunset", .lang = "", .text = ""}};
  records.emplace_back(domain);
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const json body = Get("/domain/odd.example");
  EXPECT_EQ(body["status"], json({"active"}));
  EXPECT_EQ(body["remarks"][0]["title"], "Statuses");
  EXPECT_THAT(std::string(body["remarks"][0]["description"][0]), HasSubstr("3 "));
  EXPECT_THAT(answer_.body, Not(HasSubstr("sun")));
}

TEST_F(ResponderTest, ACountryIsTwoLettersOrNone) {
  std::vector<rde::Record> records = SmallRegistry();
  for (rde::Record& record : records) {
    auto* contact = std::get_if<rde::Contact>(&record);
    if (contact == nullptr || contact->id != "owner") continue;
    contact->postal_infos[0].address.cc = "Swiss";  // loc
    contact->postal_infos[1].address.cc = "ch";
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const json card = EntityOf(Get("/domain/whole.example"), "registrant")["vcardArray"][1];
  EXPECT_EQ(card[2][1]["cc"], "CH");
  EXPECT_FALSE(card[4][1].contains("cc"));
  EXPECT_THAT(answer_.body, Not(HasSubstr("Swiss")));
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
  EXPECT_NE(responder_->Respond("/domain/bare.example").etag, one.etag);
}

}  // namespace
}  // namespace tidemark::failover::rdap
