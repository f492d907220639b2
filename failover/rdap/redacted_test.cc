#include <string>
#include <utility>
#include <vector>

#include "failover/rdap/responder_testing.h"

namespace tidemark::failover::rdap {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RedactedTest : public ResponderTest {};

bool HasRedaction(const json& body, const std::string& naming, const std::string& name,
                  const std::string& method) {
  if (!body.contains("redacted")) return false;
  for (const json& entry : body["redacted"]) {
    if (entry["name"] == json{{naming, name}} && entry["method"] == method) return true;
  }
  return false;
}

// The claim that matters: nothing of a person is in the bytes unless it may be.
TEST_F(RedactedTest, NothingOfAContactIsInTheBytes) {
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

TEST_F(RedactedTest, WhatIsLeftOutIsNamedAsTheProfileNamesIt) {
  ASSERT_NO_FATAL_FAILURE(Open());
  const json body = Get("/domain/whole.example");
  EXPECT_THAT(body["rdapConformance"], ::testing::Contains("redacted"));
  const json registrant = EntityOf(body, "registrant");
  EXPECT_FALSE(registrant.contains("handle"));
  EXPECT_THAT(CardValues(registrant, "fn"), ::testing::ElementsAre(""));
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
  EXPECT_TRUE(CardValues(tech, "adr").empty());
  EXPECT_TRUE(HasRedaction(body, "description", "Tech Address", "removal"));
  EXPECT_FALSE(HasRedaction(body, "description", "Tech State/Province", "emptyValue"));
  EXPECT_TRUE(HasRedaction(body, "description", "Admin Contact", "removal"));
  EXPECT_TRUE(HasRedaction(body, "description", "Billing Contact", "removal"));
  EXPECT_EQ(EntityOf(body, "administrative"), nullptr);
}

TEST_F(RedactedTest, WhatAPersonAgreedToIsShownAndWhatItRefusedIsNot) {
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

TEST_F(RedactedTest, APolicyThatShowsEverythingShowsEverything) {
  RddsConfig config = TestConfig();
  config.redaction.fields.values.fill(Exposure::kAlways);
  config.redaction.roles.fill(true);
  ASSERT_NO_FATAL_FAILURE(Open(SmallRegistry(), config));
  const json body = Get("/domain/whole.example");
  EXPECT_FALSE(body.contains("redacted"));
  EXPECT_THAT(body["rdapConformance"], Not(::testing::Contains("redacted")));
  // The profile (section 2.7.3) wants ROIDs; a contact is asked for by its id.
  EXPECT_EQ(EntityOf(body, "administrative")["handle"], "QuaggaRoid-EX");
  EXPECT_EQ(EntityOf(body, "billing"), nullptr);  // its contact is not in the deposit
  EXPECT_THAT(
      CardValues(EntityOf(body, "technical"), "tel"),
      ::testing::ElementsAre("tel:+41.17770003;ext=27770003", "tel:+41.37770003;ext=47770003"));
  const json contact = Get("/entity/idle");
  EXPECT_EQ(contact["handle"], "TapirRoid-EX");
  EXPECT_EQ(contact["links"][0]["value"], "https://rdap.nic.example/entity/idle");
  EXPECT_EQ(contact["status"], json({"active"}));
}

TEST_F(RedactedTest, OfAnAddressThatIsShownInPartTheRestIsEmpty) {
  std::vector<rde::Record> records = SmallRegistry();
  RddsConfig config = TestConfig();
  config.redaction.fields[ContactField::kCity] = Exposure::kAlways;
  ASSERT_NO_FATAL_FAILURE(Open(records, config));
  const json body = Get("/domain/whole.example");
  EXPECT_EQ(CardValues(EntityOf(body, "technical"), "adr")[0],
            json({"", "", "", "OkapiCity", "", "", ""}));
  EXPECT_TRUE(HasRedaction(body, "description", "Tech Street", "emptyValue"));
  EXPECT_TRUE(HasRedaction(body, "description", "Tech Country", "removal"));
  EXPECT_FALSE(HasRedaction(body, "description", "Tech Address", "removal"));
}

// RFC 9537 section 4.2: one of the paths, methods and names of its lists, and the path leads to
// nothing that is there, or to an empty value.
TEST_F(RedactedTest, EveryEntryHasTheMembersOfRfc9537) {
  ASSERT_NO_FATAL_FAILURE(Open());
  const json body = Get("/domain/whole.example");
  ASSERT_GT(body["redacted"].size(), 20u);
  for (const json& entry : body["redacted"]) {
    const std::string method = entry["method"];
    EXPECT_EQ(entry.contains("postPath"), method == "emptyValue") << entry;
    EXPECT_EQ(entry.contains("prePath"), method != "emptyValue") << entry;
    EXPECT_EQ(entry.contains("replacementPath"), method == "replacementValue") << entry;
    EXPECT_EQ(entry["pathLang"], "jsonpath");
    EXPECT_EQ(entry["name"].size(), 1u);
    EXPECT_EQ(entry["reason"], json({{"description", "Server policy"}}));
  }
}

// ICANN's conformance tool, -65201 and -65202: what is hidden of an address of mail is replaced.
TEST_F(RedactedTest, AHiddenAddressOfMailIsReplacedAlsoWhereTheRegistrarHasNoSite) {
  std::vector<rde::Record> records = SmallRegistry();
  for (rde::Record& record : records) {
    if (auto* registrar = std::get_if<rde::Registrar>(&record)) registrar->url = "no URL";
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const json body = Get("/domain/whole.example");
  EXPECT_THAT(CardValues(EntityOf(body, "technical"), "contact-uri"),
              ::testing::ElementsAre("https://nic.example/"));
  EXPECT_TRUE(HasRedaction(body, "type", "Tech Email", "replacementValue"));
}

TEST_F(RedactedTest, WhatTheDepositDoesNotHaveIsNotSaidToBeHidden) {
  std::vector<rde::Record> records = SmallRegistry();
  for (rde::Record& record : records) {
    if (auto* domain = std::get_if<rde::Domain>(&record)) domain->roid.clear();
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const json body = Get("/domain/whole.example");
  EXPECT_FALSE(body.contains("handle"));
  EXPECT_FALSE(HasRedaction(body, "type", "Registry Domain ID", "removal"));
  RddsConfig config = TestConfig();
  config.redaction.domain_id = false;
  registry_ = {};
  ASSERT_NO_FATAL_FAILURE(Open(records, config));
  EXPECT_TRUE(HasRedaction(Get("/domain/whole.example"), "type", "Registry Domain ID", "removal"));
}

}  // namespace
}  // namespace tidemark::failover::rdap
