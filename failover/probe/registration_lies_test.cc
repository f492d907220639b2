// Each kind of lie that a server can tell about a registration is found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/testing.h"
#include "failover/probe/registration_probe_testing.h"
#include "rde/records.h"

namespace tidemark::failover::probe {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// What an honest answer becomes, and the one flaw that this is.
struct Lie {
  const char* title;
  const char* from;
  const char* to;
  RegistrationFlaw flaw;
};

class RegistrationLie : public RegistrationProbeTest, public ::testing::WithParamInterface<Lie> {
 protected:
  // Of all that is asked, `answer` alone is a lie.
  void ExpectFound(std::string& answer) {
    const Lie& lie = GetParam();
    const std::string honest = answer;
    answer = absl::StrReplaceAll(answer, {{lie.from, lie.to}});
    ASSERT_NE(answer, honest);
    ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
    EXPECT_FALSE(result.good());
    EXPECT_EQ(result.right, result.asked - 1);
    EXPECT_EQ(CountOf(result, lie.flaw), 1u) << TextOf(result);
    EXPECT_EQ(result.differences.size(), 1u) << TextOf(result);
    first_right_seconds_ = result.first_right_seconds;
  }
  std::optional<double> first_right_seconds_;
};

std::string TitleOf(const ::testing::TestParamInfo<Lie>& info) { return info.param.title; }

class RdapLie : public RegistrationLie {};

TEST_P(RdapLie, IsFound) {
  ASSERT_NO_FATAL_FAILURE(ExpectFound(server_->pages["/domain/a.example"].body));
  EXPECT_FALSE(first_right_seconds_.has_value());
}

constexpr Lie kLies[] = {
    {"OtherName", R"("ldhName": "a.example")", R"("ldhName": "b.example")",
     RegistrationFlaw::kName},
    {"OtherRoid", "D-A.example", "D-B.example", RegistrationFlaw::kRoid},
    {"NoRoid", R"("handle": "D-A.example", )", "", RegistrationFlaw::kRoid},
    {"MissingStatus", R"("client transfer prohibited", )", "", RegistrationFlaw::kStatuses},
    {"ExtraStatus", R"("add period")", R"("add period", "client hold")",
     RegistrationFlaw::kStatuses},
    {"OtherRegistrar", R"("identifier": "9995")", R"("identifier": "9996")",
     RegistrationFlaw::kRegistrar},
    {"RegistrarWithoutItsId", R"("IANA Registrar ID")", R"("Other ID")",
     RegistrationFlaw::kRegistrar},
    {"OtherCreation", "2020-05-07T04:53:49Z", "2020-05-07T04:53:48Z", RegistrationFlaw::kDates},
    {"NoExpiry", R"("expiration")", R"("reinstantiation")", RegistrationFlaw::kDates},
    {"OtherZoneOfTime", "+01:00", "+02:00", RegistrationFlaw::kDates},
    {"OtherServer", "NS.other.test", "ns.wrong.test", RegistrationFlaw::kServers},
    {"OtherKeyTag", R"("keyTag": 1234)", R"("keyTag": 1235)", RegistrationFlaw::kDelegationSigner},
    {"KeyTagAsText", R"("keyTag": 1234)", R"("keyTag": "1234")",
     RegistrationFlaw::kDelegationSigner},
    {"OtherDigest", "7791F1D5", "7791F1D6", RegistrationFlaw::kDelegationSigner},
    {"Unsigned", R"("delegationSigned": true)", R"("delegationSigned": false)",
     RegistrationFlaw::kDelegationSigner},
    {"NotADomain", R"("objectClassName": "domain")", R"("objectClassName": "autnum")",
     RegistrationFlaw::kMalformed},
    {"AnEntity", R"("objectClassName": "domain")", R"("objectClassName": "entity")",
     RegistrationFlaw::kMalformed},
    {"NoJson", R"("events": [)", R"("events": [[)", RegistrationFlaw::kMalformed},
    {"StatusOfNumbers", R"("add period")", "7", RegistrationFlaw::kMalformed},
    {"OtherAddress", "192.0.2.9", "192.0.2.10", RegistrationFlaw::kAddresses},
    {"NoIpv6", R"(, "v6": ["2001:db8::1"])", "", RegistrationFlaw::kAddresses},
    {"OtherRegistrarsName", "Honest Names Ltd", "Other Names Ltd", RegistrationFlaw::kRegistrar},
    {"OtherRegistrarsEmail", "desk@honest", "desk@other", RegistrationFlaw::kRegistrar},
    {"Transferred", "last update of RDAP database", "transfer", RegistrationFlaw::kDates},
    {"RedactedRoid", R"("handle": "D-A.example", )",
     R"("redacted": [{"name": {"type": "Registry Domain ID"}}], )", RegistrationFlaw::kRoid},
    {"OtherState", "Oxfordshire", "Kent", RegistrationFlaw::kContacts},
    {"NoCountry", R"("cc": "GB")", R"("x": "GB")", RegistrationFlaw::kContacts},
    {"ShortPostalCode", R"("Oxfordshire", "")", R"("Oxfordshire", "OX1")",
     RegistrationFlaw::kPersonalData},
    // Personal data, wherever it stands and however it is spelt.
    {"Name", R"(["fn", {}, "text", ""])", R"(["fn", {}, "text", "Alice Liddell"])",
     RegistrationFlaw::kPersonalData},
    {"NameInANotice", R"("none")", R"("held for ALICE  LIDDELL: alice-1@mail.test")",
     RegistrationFlaw::kPersonalData},
    {"EscapedStreet", R"("none")", R"("\u0031 R\u0061bbit Hole Lane")",
     RegistrationFlaw::kPersonalData},
    {"NameOfAMember", R"("title": "Terms")", R"("title": "Terms", "robert hatter": 1)",
     RegistrationFlaw::kPersonalData},
    {"BehindAnotherOfItsName", R"("title": "Terms")", R"("title": "Carol Dodgson", "title": "T")",
     RegistrationFlaw::kPersonalData},
    {"StateOfATechnicalContact", R"("none")", R"("Teashire")", RegistrationFlaw::kPersonalData},
    {"IdOfAContact", R"("none")", R"("/entity/bob-123")", RegistrationFlaw::kPersonalData},
    // What the one or the other reader takes for the truth.
    {"AnotherExpiryFirst", R"("events": [)",
     R"("events": [{"eventAction": "expiration", "eventDate": "2001-01-01T00:00:00Z"},)",
     RegistrationFlaw::kMalformed},
    {"AnotherRegistrarFirst", R"("entities": [)",
     R"("entities": [{"objectClassName": "entity", "handle": "1", "roles": ["registrar"]},)",
     RegistrationFlaw::kMalformed},
    {"AnotherNameFirst", R"("objectClassName": "domain",)",
     R"("objectClassName": "domain", "ldhName": "evil.test",)", RegistrationFlaw::kMalformed},
    {"AMemberTwiceWithinAList", R"("keyTag": 1234)", R"("keyTag": 1, "keyTag": 1234)",
     RegistrationFlaw::kMalformed},
    {"Phone", R"("none")", R"("tel:+44.2071838750")", RegistrationFlaw::kPersonalData},
};
INSTANTIATE_TEST_SUITE_P(Each, RdapLie, ::testing::ValuesIn(kLies), TitleOf);

class WhoisLie : public RegistrationLie {};

TEST_P(WhoisLie, IsFound) { ExpectFound(server_->whois["a.example"]); }

constexpr Lie kWhoisLies[] = {
    {"OtherName", "Domain Name: A.", "Domain Name: B.", RegistrationFlaw::kName},
    {"OtherRoid", "D-A.example", "D-B.example", RegistrationFlaw::kRoid},
    {"MissingStatus", "Domain Status: addPeriod", "Domain Statu: addPeriod",
     RegistrationFlaw::kStatuses},
    {"OtherRegistrar", "IANA ID: 9995", "IANA ID: 9996", RegistrationFlaw::kRegistrar},
    {"OtherRegistrarsName", "Registrar: Honest", "Registrar: Other", RegistrationFlaw::kRegistrar},
    {"RegistrarWithAUrl", "Registrar IANA ID", "Registrar URL: http://x.test\r\nRegistrar IANA ID",
     RegistrationFlaw::kRegistrar},
    {"RedactedRoid", "D-A.example", "REDACTED", RegistrationFlaw::kRoid},
    {"OtherState", "Oxfordshire", "Kent", RegistrationFlaw::kContacts},
    {"OtherExpiry", "2028-05-07", "2029-05-07", RegistrationFlaw::kDates},
    {"MissingServer", "Name Server: NS1.A.EXAMPLE\r\n", "", RegistrationFlaw::kServers},
    {"OtherDs", "1234 8 2", "1234 8 1", RegistrationFlaw::kDelegationSigner},
    {"Unsigned", "signedDelegation", "unsigned", RegistrationFlaw::kDelegationSigner},
    {"Email", "REDACTED", "REDACTED\r\nRegistrant Email: Alice-1@mail.test",
     RegistrationFlaw::kPersonalData},
    {"NotFound", kWhois, "Domain not found.", RegistrationFlaw::kMalformed},
    {"AnotherExpiryFirst", "Registry Expiry Date",
     "Registry Expiry Date: 2001-01-01T00:00:00Z\r\nRegistry Expiry Date",
     RegistrationFlaw::kMalformed},
    {"AnotherNameFirst", "Domain Name", "Domain Name: EVIL.TEST\r\nDomain Name",
     RegistrationFlaw::kMalformed},
    {"AStatusOfNobodys", "Domain Status: addPeriod",
     "Domain Status: seizedByPolice https://icann.org/epp#x\r\nDomain Status: addPeriod",
     RegistrationFlaw::kStatuses},
};
INSTANTIATE_TEST_SUITE_P(Each, WhoisLie, ::testing::ValuesIn(kWhoisLies), TitleOf);

class NameserverLie : public RegistrationLie {};

TEST_P(NameserverLie, IsFound) { ExpectFound(server_->pages["/nameserver/ns1.a.example"].body); }

constexpr Lie kNameserverLies[] = {
    {"OtherAddress", "192.0.2.1", "192.0.2.2", RegistrationFlaw::kAddresses},
    {"NoAddress", "ipAddresses", "addresses", RegistrationFlaw::kAddresses},
    {"OtherStatus", "active", "pending delete", RegistrationFlaw::kStatuses},
    {"OtherRoid", "H-ns1", "H-ns2", RegistrationFlaw::kRoid},
    {"OtherRegistrar", "Honest", "Other", RegistrationFlaw::kRegistrar},
    {"OtherDate", "2019-01-02", "2019-01-03", RegistrationFlaw::kDates},
    {"ADomain", R"("nameserver")", R"("domain")", RegistrationFlaw::kMalformed},
};
INSTANTIATE_TEST_SUITE_P(Each, NameserverLie, ::testing::ValuesIn(kNameserverLies), TitleOf);

class ReservedNameLie : public RegistrationLie {};

TEST_P(ReservedNameLie, IsFound) {
  const std::string name = absl::StrContains(GetParam().title, "Blocked") ? "blocked" : "mirror";
  ExpectFound(server_->pages[absl::StrCat("/domain/", name, ".example")].body);
}

constexpr Lie kReservedNameLies[] = {
    {"NoNotice", "Reserved Name", "Other", RegistrationFlaw::kStatuses},
    {"NoJson", kVariant, "Not found", RegistrationFlaw::kMalformed},
    {"AMemberTwice", R"("errorCode")", R"("notices": [], "errorCode")",
     RegistrationFlaw::kMalformed},
    {"NoticeTwice", "Terms of Service", "Reserved Name", RegistrationFlaw::kStatuses},
    {"NoVariant", "A variant of", "Like", RegistrationFlaw::kStatuses},
    {"KeptForAHolder", "which it follows", "for its holder", RegistrationFlaw::kStatuses},
    {"OfAnotherName", "a.example", "b.example", RegistrationFlaw::kStatuses},
    {"OfALongerName", "/a.example", "/b.a.example", RegistrationFlaw::kStatuses},
    {"BlockedIsAVariant", "It cannot be registered", "A variant", RegistrationFlaw::kStatuses},
    {"BlockedHasAnOriginal", R"("description")",
     R"("links": [{"href": "https://rdap.test/domain/a.example"}], "description")",
     RegistrationFlaw::kStatuses},
};
INSTANTIATE_TEST_SUITE_P(Each, ReservedNameLie, ::testing::ValuesIn(kReservedNameLies), TitleOf);

TEST_F(RegistrationProbeTest, WhoisHasToSayThatANameIsReservedAndThatNoOtherIs) {
  server_->whois["mirror.example"] = "Domain not found.\r\n";
  server_->whois["blocked.example"] = "Reserved name: a variant of another.\r\n";
  const std::string made_up = witness_->testimony().absent.back();
  server_->whois[made_up] = kWhoisReserved;
  server_->pages["/domain/" + made_up] = {.status = 404, .body = kBlocked};
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kStatuses), 4u) << TextOf(result);
  EXPECT_EQ(result.right, result.asked - 4);
  EXPECT_THAT(TextOf(result), HasSubstr("nobody reserved it"));
}

TEST_F(RegistrationProbeTest, OfANameThatIsReservedInTwoWaysEitherIsRight) {
  TestDeposit deposit = OneDomain();
  deposit.records.push_back(NndnOf("blocked.example", "withheld", "a.example"));
  ASSERT_OK_AND_ASSIGN(witness_, DepositWitness::Read(deposit.Reader(), {.tld = "example"}));
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_TRUE(result.good()) << TextOf(result);
}

TEST_F(RegistrationProbeTest, NothingThatAServerSentIsRepeated) {
  std::string& page = server_->pages["/domain/a.example"].body;
  page = absl::StrReplaceAll(
      page,
      {{"NS.other.test", "secret.test"}, {"D-A.example", "secret"}, {"add period", "secret"}});
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_GE(result.differences.size(), 3u);
  EXPECT_THAT(TextOf(result),
              AllOf(HasSubstr("missing ns.other.test, unexpected 1"), Not(HasSubstr("secret"))));
}

// Of the deposit in which the registrant has this to say about what is shown of her.
absl::StatusOr<DepositWitness> WitnessOfAlice(const rde::Disclose& disclose) {
  TestDeposit deposit = OneDomain();
  for (rde::Record& record : deposit.records) {
    auto* contact = std::get_if<rde::Contact>(&record);
    if (contact != nullptr && contact->id == "alice-1") contact->disclose = disclose;
  }
  return DepositWitness::Read(deposit.Reader(), {.tld = "example"});
}

TEST_F(RegistrationProbeTest, WhatAContactAgreedToShowIsShown) {
  rde::Disclose agreed;
  agreed.flag = true;
  agreed.name_types = {"int"};
  ASSERT_OK_AND_ASSIGN(witness_, WitnessOfAlice(agreed));
  std::string& page = server_->pages["/domain/a.example"].body;
  page = absl::StrReplaceAll(
      page, {{R"("none")", R"("Alice Liddell")"},
             {R"(["fn", {}, "text", ""])", R"(["fn", {}, "text", "Alice Liddell"])"}});
  std::string& text = server_->whois["a.example"];
  text = absl::StrReplaceAll(text, {{"Name: REDACTED", "Name: Alice Liddell"}});
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_TRUE(result.good()) << TextOf(result);
}

TEST_F(RegistrationProbeTest, ARefusalHidesAlsoTheRegistrantsState) {
  rde::Disclose refused;
  refused.flag = false;
  refused.addr_types = {"int"};
  ASSERT_OK_AND_ASSIGN(witness_, WitnessOfAlice(refused));
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kPersonalData), 2u) << "in RDAP and WHOIS";
}

TEST_F(RegistrationProbeTest, LiesOfWhoisAboutANameServerAreFound) {
  std::string& text = server_->whois["nameserver ns.other.test"];
  text = absl::StrReplaceAll(text, {{"192.0.2.9", "192.0.2.8"}, {"Registrar:", "Registrar: x"}});
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kAddresses), 1u) << TextOf(result);
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kRegistrar), 1u) << TextOf(result);
  EXPECT_EQ(result.right, result.asked - 1);
}

TEST_F(RegistrationProbeTest, AContactThatIsFoundByItsIdIsALeak) {
  server_->pages["/entity/bob-123"] = {.body = R"({"objectClassName": "entity", "handle": "x",
                  "vcardArray": ["vcard", [["fn", {}, "text", "Robert Hatter"]]]})"};
  server_->pages["/entity/alice-1"] = {.status = 404, .body = "{\"x\": \"Alice Liddell\"}"};
  server_->pages["/entity/carol-1"] = {.body = R"({"objectClassName": "entity"})"};
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kPersonalData), 2u) << TextOf(result);
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kStatusCode), 1u) << TextOf(result);
  EXPECT_THAT(TextOf(result), AllOf(HasSubstr("tech of a.example"), Not(HasSubstr("bob-123"))));
}

// Where registrants' ids are shown in answers about domains: asked for by itself a contact is
// nobody's registrant, and that it is there is not to be told.
TEST_F(RegistrationProbeTest, AContactThatIsConfirmedWhereOnlyRegistrantsAreShownIsAFlaw) {
  DisclosurePolicy policy;
  policy.values[static_cast<size_t>(ContactValue::kId)] = Shown::kRegistrant;
  ASSERT_OK_AND_ASSIGN(witness_, DepositWitness::Read(OneDomain().Reader(),
                                                      {.tld = "example", .disclosure = policy}));
  server_->pages["/entity/alice-1"] = {.body = R"({"objectClassName": "entity"})"};
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kStatusCode), 1u) << TextOf(result);
}

// What the successor publishes beyond ICANN's policy has to be there, and be the deposit's.
TEST_F(RegistrationProbeTest, WhatThePolicyPublishesHasToBeThere) {
  DisclosurePolicy policy;
  policy.values[static_cast<size_t>(ContactValue::kName)] = Shown::kAlways;
  policy.values[static_cast<size_t>(ContactValue::kCity)] = Shown::kRegistrant;
  policy.roles = {"registrant"};
  ASSERT_OK_AND_ASSIGN(witness_, DepositWitness::Read(OneDomain().Reader(),
                                                      {.tld = "example", .disclosure = policy}));
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult hidden, Probe());
  EXPECT_EQ(CountOf(hidden, RegistrationFlaw::kContacts), 2u) << TextOf(hidden);
  EXPECT_EQ(hidden.right, hidden.asked - 2) << "in RDAP and WHOIS";

  server_ = std::make_unique<LyingServer>(base::TestDir());
  started_ = false;
  Publish();
  std::string& page = server_->pages["/domain/a.example"].body;
  page = absl::StrReplaceAll(
      page, {{R"(["fn", {}, "text", ""])", R"(["fn", {}, "text", "Alice Liddell"])"},
             {R"("", "Oxfordshire")", R"("Oxbridge", "Oxfordshire")"}});
  std::string& text = server_->whois["a.example"];
  text =
      absl::StrReplaceAll(text, {{"Registrant Name: REDACTED",
                                  "Registrant Name: Alice Liddell\r\nRegistrant City: Oxbridge"}});
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult shown, Probe());
  EXPECT_TRUE(shown.good()) << TextOf(shown);
}

TEST_F(RegistrationProbeTest, ARoidThatThePolicyHidesMustNotBeTold) {
  DisclosurePolicy policy;
  policy.domain_id = false;
  ASSERT_OK_AND_ASSIGN(witness_, DepositWitness::Read(OneDomain().Reader(),
                                                      {.tld = "example", .disclosure = policy}));
  ASSERT_OK_AND_ASSIGN(const RegistrationProbeResult result, Probe());
  EXPECT_EQ(CountOf(result, RegistrationFlaw::kRoid), 2u) << "in RDAP and WHOIS";
}

}  // namespace
}  // namespace tidemark::failover::probe
