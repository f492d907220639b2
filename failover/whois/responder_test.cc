#include "failover/whois/responder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/testing.h"
#include "failover/lookup/limits.h"
#include "failover/lookup/registry_testing.h"
#include "failover/lookup/text.h"

namespace tidemark::failover::whois {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class WhoisTest : public ::testing::Test {
 protected:
  void Open(const std::vector<rde::Record>& records = SmallRegistry(),
            RddsConfig config = TestConfig()) {
    ASSERT_OK_AND_ASSIGN(registry_, MakeTestRegistry(records, std::move(config)));
    responder_ = std::make_unique<Responder>(*registry_.lookup);
  }
  std::string Ask(absl::string_view line) { return responder_->Respond(line); }

  TestRegistry registry_;
  std::unique_ptr<Responder> responder_;
};

constexpr char kEnd[] =
    ">>> Last update of WHOIS database: 2026-11-22T00:00:00Z <<<\r\n"
    "\r\n"
    "For more information on domain status codes, please visit https://icann.org/epp\r\n"
    "The terms of service of this registry apply: https://nic.example/\r\n";

TEST_F(WhoisTest, ADomainInTheFormOfSpecification4) {
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_EQ(Ask("Attributes.EXAMPLE.\r\n"),
            std::string("Domain Name: ATTRIBUTES.EXAMPLE\r\n"
                        "Registry Domain ID: D2-EX\r\n"
                        "Registrar WHOIS Server:\r\n"
                        "Registrar URL: javascript:alert(1)\r\n"
                        "Creation Date: 2020-01-02T03:04:05Z\r\n"
                        "Registry Expiry Date: 2030-01-02T03:04:05Z\r\n"
                        "Registrar: Registrar B <script>\r\n"
                        "Registrar IANA ID:\r\n"
                        "Registrar Abuse Contact Email:\r\n"
                        "Registrar Abuse Contact Phone:\r\n"
                        "Domain Status: ok https://icann.org/epp#ok\r\n"
                        "Name Server: NS1.ATTRIBUTES.EXAMPLE\r\n"
                        "Name Server: NS2.EXAMPLE.NET\r\n"
                        "DNSSEC: signedDelegation\r\n"
                        "URL of the ICANN Whois Inaccuracy Complaint Form: "
                        "https://icann.org/wicf/\r\n") +
                kEnd);
  const std::string text = Ask("whole.example");
  for (const char* line :
       {"Domain Name: WHOLE.EXAMPLE\r\n", "Registry Domain ID: D1-EX\r\n",
        "Registrar WHOIS Server: whois.a.example.net\r\n", "Registrar IANA ID: 9995\r\n",
        "Registrar Abuse Contact Email: abuse@a.example.net\r\n",
        "Updated Date: 2025-01-02T03:04:05Z\r\n",
        "Domain Status: clientHold https://icann.org/epp#clientHold\r\n",
        "Domain Status: addPeriod https://icann.org/epp#addPeriod\r\n",
        "Registry Registrant ID: REDACTED\r\n", "Registrant Name: REDACTED\r\n",
        "Registrant State/Province: ZH\r\n", "Registrant Country: CH\r\n",
        "Tech State/Province: REDACTED\r\n", "Tech Country: REDACTED\r\n",
        "Tech Email: REDACTED\r\n", "Name Server: NS1.WHOLE.EXAMPLE\r\n", "DNSSEC: unsigned\r\n",
        "DNSSEC DS Data: 12345 13 2 "
        "7791F1D51C2676071EF6E4EDC935A6D3D7D4E3C238C7839964EE53F0F2F85A79"
        "\r\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, ::testing::EndsWith(kEnd));
}

TEST_F(WhoisTest, NothingOfAContactIsInTheBytes) {
  ASSERT_NO_FATAL_FAILURE(Open());
  for (const char* line : {"whole.example", "owner", "registrar owner", "registrar Zebra"}) {
    const std::string text = Ask(line);
    for (const char* mark : {"Zebra", "Quagga", "Okapi", "777000"}) {
      EXPECT_THAT(text, Not(HasSubstr(mark))) << line;
    }
  }
}

TEST_F(WhoisTest, APolicyThatShowsEverythingShowsEverything) {
  RddsConfig config = TestConfig();
  config.redaction.fields.values.fill(Exposure::kAlways);
  config.redaction.roles.fill(true);
  ASSERT_NO_FATAL_FAILURE(Open(SmallRegistry(), config));
  const std::string text = Ask("whole.example");
  EXPECT_THAT(text, HasSubstr("Registry Admin ID: QuaggaRoid-EX\r\nAdmin Name: QuaggaNameint\r\n"));
  EXPECT_THAT(text, HasSubstr("Registrant Street: ZebraStreet1\r\nRegistrant Street: "
                              "ZebraStreet2\r\nRegistrant City: ZebraCity\r\n"));
  EXPECT_THAT(text, HasSubstr("Tech Phone: +41.17770003\r\nTech Phone Ext: 27770003\r\n"));
}

TEST_F(WhoisTest, NameserversAndRegistrars) {
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_EQ(Ask("NameServer NS1.whole.example\r\n"),
            std::string("Server Name: NS1.WHOLE.EXAMPLE\r\n"
                        "IP Address: 192.0.2.1\r\n"
                        "IP Address: 2001:db8::1\r\n"
                        "Registrar: Registrar A\r\n"
                        "Registrar WHOIS Server: whois.a.example.net\r\n"
                        "Registrar URL: https://a.example.net/\r\n") +
                kEnd);
  const std::string registrar = Ask("registrar registrar a");
  EXPECT_THAT(registrar, StartsWith("Registrar: Registrar A\r\nRegistrar IANA ID: 9995\r\n"
                                    "Street: 1 Harbour Road\r\nStreet: Pier 2\r\nCity: Bern\r\n"));
  EXPECT_EQ(Ask("registrar 9995"), registrar);
}

TEST_F(WhoisTest, WhatIsNotThereAndWhatIsNoQuery) {
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_THAT(Ask("none.example"), StartsWith("Domain not found.\r\n"));
  EXPECT_THAT(Ask("blocked.example"), StartsWith("Reserved name"));
  EXPECT_THAT(Ask("nameserver ns9.example"), StartsWith("Name server not found.\r\n"));
  EXPECT_THAT(Ask("registrar none"), StartsWith("Registrar not found.\r\n"));
  for (const std::string& line :
       {std::string(), std::string("a b c"), std::string("nameserver a b"), std::string("\x1b[2J"),
        std::string("registrar \x1b[2J"), std::string(5000, 'a'), std::string("a\0b", 3),
        std::string("\xFF")}) {
    EXPECT_THAT(Ask(line), StartsWith("No query")) << line;
  }
}

TEST_F(WhoisTest, AQuestionForAnAddressIsRefusedAndNotSaidToBeAboutNothing) {
  ASSERT_NO_FATAL_FAILURE(Open());
  for (const char* line : {"nameserver 192.0.2.1", "nameserver 2001:DB8::1\r\n"}) {
    EXPECT_THAT(Ask(line), StartsWith("Name servers are not found by their addresses")) << line;
  }
}

TEST_F(WhoisTest, NamesOfOtherTldsAreNotAnsweredWhateverTheDepositHas) {
  std::vector<rde::Record> records = SmallRegistry();
  rde::Domain domain;
  domain.name = "a.other";
  records.emplace_back(domain);
  ASSERT_NO_FATAL_FAILURE(Open(records));
  EXPECT_THAT(Ask("a.other"), StartsWith("Domain not found.\r\n"));
  EXPECT_THAT(Ask("nameserver shared.example.org"), StartsWith("Server Name: SHARED.EXAMPLE.ORG"));
}

TEST_F(WhoisTest, StatusesAreRegisteredOnesOnly) {
  std::vector<rde::Record> records = SmallRegistry();
  rde::Domain domain;
  domain.name = "odd.example";
  domain.host_objects = {"ns1.whole.example"};
  domain.statuses = {{.s = "sunrise", .lang = "", .text = ""}};
  records.emplace_back(domain);
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const std::string text = Ask("odd.example");
  EXPECT_THAT(text, HasSubstr("Domain Status: ok https://icann.org/epp#ok\r\n"));
  EXPECT_THAT(text, Not(HasSubstr("sunrise")));
}

TEST_F(WhoisTest, WhatIsCutIsSaidToBeCut) {
  constexpr char kCut[] = "The registry has more of this object than is told in an answer.\r\n";
  rde::Domain domain;
  domain.name = "wide.example";
  for (int i = 0; i < 1024; ++i) {
    domain.host_objects.push_back(absl::StrCat("ns", i, ".wide.example"));
  }
  rde::Domain narrow;
  narrow.name = "narrow.example";
  narrow.roid = std::string(kValueBytesMax + 1, 'r');
  ASSERT_NO_FATAL_FAILURE(Open({domain, narrow}));
  const std::string text = Ask("wide.example");
  const std::vector<std::string> parts = absl::StrSplit(text, "Name Server: ");
  EXPECT_EQ(parts.size(), kServersMax + 1);
  EXPECT_THAT(text, HasSubstr(kCut));
  EXPECT_THAT(Ask("narrow.example"), HasSubstr(kCut));
}

TEST_F(WhoisTest, AStoreThatCannotBeReadIsALineThatTellsNothing) {
  ASSERT_NO_FATAL_FAILURE(Open());
  DamageTestRegistry(registry_);
  for (const char* line : {"whole.example", "nameserver ns1.whole.example"}) {
    EXPECT_EQ(Ask(line), std::string("The registry's data could not be read.\r\n") + kEnd);
  }
}

// Whatever a deposit has in the fields that are shown, the reader's terminal only shows it.
TEST_F(WhoisTest, NoValueBeginsALineOrMovesATerminal) {
  std::vector<rde::Record> records = SmallRegistry();
  const std::string hostile =
      "x\r\nDomain Name: EVIL\x1b]0;title\x07\x7f\xC2\x9B"
      "2J\xE2\x80\xAE\xE2\x80\xA8y";
  for (rde::Record& record : records) {
    if (auto* registrar = std::get_if<rde::Registrar>(&record)) {
      registrar->name = hostile;
      registrar->url = hostile;
      registrar->email = std::string(5000, 'e');
      registrar->whois_name = "\xC3\xBC" + std::string(2000, 'w');
      for (rde::PostalInfo& info : registrar->postal_infos) info.address.city = hostile;
    } else if (auto* domain = std::get_if<rde::Domain>(&record)) {
      domain->roid = hostile;
      domain->statuses.push_back({.s = hostile, .lang = "", .text = ""});
    } else if (auto* contact = std::get_if<rde::Contact>(&record)) {
      for (rde::PostalInfo& info : contact->postal_infos) info.address.sp = hostile;
    }
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  for (const char* line :
       {"whole.example", "bare.example", "registrar 9995", "nameserver ns1.whole.example"}) {
    const std::string text = Ask(line);
    for (absl::string_view row : absl::StrSplit(text, "\r\n")) {
      EXPECT_FALSE(absl::StartsWith(row, "Domain Name: EVIL")) << line;
      EXPECT_LE(row.size(), kValueBytesMax + 64);
      while (!row.empty()) EXPECT_FALSE(IsControl(TakeCharacter(row))) << line;
    }
  }
}

}  // namespace
}  // namespace tidemark::failover::whois
