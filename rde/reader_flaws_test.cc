// Every kind of flaw beside a neighbour that is good: reading goes on, and the object arrives.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "rde/reader_testing.h"

namespace tidemark::rde {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::string_view kDomain =
    "<rdeDomain:domain><rdeDomain:name>a.test</rdeDomain:name><rdeDomain:roid>D1-T</rdeDomain:roid>"
    "<rdeDomain:status s=\"ok\"/><rdeDomain:clID>RegX</rdeDomain:clID>"
    "<rdeDomain:crRr>RegX</rdeDomain:crRr>"
    "<rdeDomain:crDate>2026-11-22T00:00:00Z</rdeDomain:crDate></rdeDomain:domain>";
constexpr absl::string_view kHost =
    "<rdeHost:host><rdeHost:name>ns1.a.test</rdeHost:name><rdeHost:roid>H1-T</rdeHost:roid>"
    "<rdeHost:status s=\"ok\"/><rdeHost:clID>RegX</rdeHost:clID></rdeHost:host>";
constexpr absl::string_view kContact =
    "<rdeContact:contact><rdeContact:id>c01</rdeContact:id><rdeContact:roid>C1-T</rdeContact:roid>"
    "<rdeContact:status s=\"ok\"/><rdeContact:postalInfo "
    "type=\"int\"><contact:name>N</contact:name>"
    "<contact:addr><contact:city>C</contact:city><contact:cc>US</contact:cc></contact:addr>"
    "</rdeContact:postalInfo><rdeContact:email>e</rdeContact:email><rdeContact:clID>RegX"
    "</rdeContact:clID></rdeContact:contact>";

// `object` with `from` replaced by `to`, in a deposit of its own.
Reading ReadWith(absl::string_view object, absl::string_view from, absl::string_view to) {
  EXPECT_THAT(std::string(object), HasSubstr(std::string(from)));
  const Reading reading = Read(DepositOf(absl::StrReplaceAll(object, {{from, to}})));
  EXPECT_TRUE(reading.complete);
  return reading;
}
std::string FlawsOf(absl::string_view object, absl::string_view from, absl::string_view to) {
  const Reading reading = ReadWith(object, from, to);
  EXPECT_EQ(reading.records.size(), 1u);
  return reading.Flaws();
}

TEST(Flaws, GoodObjectsHaveNone) {
  EXPECT_EQ(Read(DepositOf(absl::StrCat(kDomain, kHost, kContact))).Flaws(), "");
}

TEST(Flaws, MissingElement) {
  EXPECT_EQ(FlawsOf(kDomain, "<rdeDomain:clID>RegX</rdeDomain:clID>", ""), "missing clID");
  EXPECT_EQ(FlawsOf(kDomain, "<rdeDomain:status s=\"ok\"/>", ""), "missing status");
  EXPECT_EQ(FlawsOf(kDomain, "<rdeDomain:crRr>RegX</rdeDomain:crRr>", ""), "");
  EXPECT_EQ(FlawsOf(kContact, "<contact:city>C</contact:city>", ""), "missing city");
  EXPECT_EQ(Read(DepositOf("<rdeDomain:domain/>")).Flaws(),
            "missing name, missing roid, missing status, missing clID");
}

TEST(Flaws, RepeatedElementKeepsTheFirst) {
  const Reading reading = ReadWith(kDomain, "<rdeDomain:roid>",
                                   "<rdeDomain:name>b.test</rdeDomain:name><rdeDomain:roid>");
  EXPECT_EQ(reading.Flaws(), "repeated name");
  EXPECT_EQ(reading.Only<Domain>().name, "a.test");
}

TEST(Flaws, OverMaxOccursAllAreDelivered) {
  std::string statuses;
  for (int i = 0; i < 7; ++i) statuses += "<rdeHost:status s=\"ok\"/>";
  EXPECT_EQ(FlawsOf(kHost, "<rdeHost:status s=\"ok\"/>", statuses), "");
  statuses += "<rdeHost:status s=\"linked\"/>";
  const Reading reading = ReadWith(kHost, "<rdeHost:status s=\"ok\"/>", statuses);
  EXPECT_EQ(reading.Flaws(), "repeated status");
  EXPECT_EQ(reading.Only<Host>().statuses.size(), 8u);
}

TEST(Flaws, OutOfOrderElementIsStillRead) {
  const Reading reading =
      ReadWith(kDomain, "</rdeDomain:domain>",
               "<rdeDomain:registrant>c01</rdeDomain:registrant></rdeDomain:domain>");
  EXPECT_EQ(reading.Flaws(), "unexpected registrant");
  EXPECT_THAT(reading.flaws[0].detail, HasSubstr("before crDate"));
  EXPECT_EQ(reading.Only<Domain>().registrant, "c01");
}

TEST(Flaws, UnexpectedElementIsSkippedWithAllBelowIt) {
  const Reading reading = ReadWith(
      kDomain, "<rdeDomain:clID>",
      "<rdeDomain:authInfo><domain:pw>secret</domain:pw>t</rdeDomain:authInfo><rdeDomain:clID>");
  EXPECT_EQ(reading.Flaws(), "unexpected authInfo");
  EXPECT_EQ(reading.Only<Domain>().cl_id, "RegX");
  // The right name in the wrong namespace.
  EXPECT_EQ(FlawsOf(kDomain, "rdeDomain:clID>", "rdeHost:clID>"), "unexpected clID, missing clID");
  // An element where a value should be.
  EXPECT_EQ(FlawsOf(kDomain, "RegX</rdeDomain:clID>", "Reg<x/>X</rdeDomain:clID>"), "unexpected x");
}

TEST(Flaws, ChoiceOfTwo) {
  const auto ns = [](absl::string_view content) {
    return FlawsOf(kDomain, "<rdeDomain:clID>",
                   absl::StrCat("<rdeDomain:ns>", content, "</rdeDomain:ns><rdeDomain:clID>"));
  };
  constexpr absl::string_view kObject = "<domain:hostObj>ns1.a.test</domain:hostObj>";
  constexpr absl::string_view kAttribute =
      "<domain:hostAttr><domain:hostName>ns1.a.test</domain:hostName></domain:hostAttr>";
  EXPECT_EQ(ns(absl::StrCat(kObject, kObject)), "");
  EXPECT_EQ(ns(absl::StrCat(kAttribute, kAttribute)), "");
  EXPECT_EQ(ns(absl::StrCat(kObject, kAttribute, kAttribute)), "unexpected hostAttr");
  EXPECT_EQ(ns(absl::StrCat(kAttribute, kObject)), "unexpected hostObj");
  EXPECT_EQ(ns(""), "missing hostObj");
}

TEST(Flaws, HeaderNeedsExactlyOneId) {
  constexpr absl::string_view kCount = "<rdeHeader:count uri=\"x\">1</rdeHeader:count>";
  const auto header = [&](absl::string_view ids) {
    return Read(DepositOf(absl::StrCat("<rdeHeader:header>", ids, kCount, "</rdeHeader:header>")))
        .Flaws();
  };
  EXPECT_EQ(header("<rdeHeader:tld>t</rdeHeader:tld>"), "");
  EXPECT_EQ(header(""), "missing tld");
  EXPECT_EQ(header("<rdeHeader:tld>t</rdeHeader:tld><rdeHeader:ppsp>p</rdeHeader:ppsp>"),
            "unexpected ppsp");
  EXPECT_EQ(header("<rdeHeader:tld>t</rdeHeader:tld><rdeHeader:tld>t</rdeHeader:tld>"),
            "repeated tld");
}

TEST(Flaws, InvalidValueIsKeptAsItCame) {
  const Reading reading = ReadWith(kDomain, "2026-11-22T00:00:00Z", " 2026-11-22 ");
  EXPECT_EQ(reading.Flaws(), "invalid crDate");
  EXPECT_EQ(reading.Only<Domain>().cr_date.text, "2026-11-22");
  EXPECT_FALSE(reading.Only<Domain>().cr_date.time.has_value());
  EXPECT_EQ(FlawsOf(kDomain, "D1-T", "D1_T"), "invalid roid");
  EXPECT_EQ(FlawsOf(kDomain, "<rdeDomain:clID>RegX", "<rdeDomain:clID>R"), "invalid clID");
  EXPECT_EQ(FlawsOf(kContact, ">US<", ">USA<"), "invalid cc");
}

TEST(Flaws, TextBetweenElements) {
  EXPECT_EQ(FlawsOf(kDomain, "<rdeDomain:clID>", "stray<rdeDomain:clID>"), "invalid domain");
  EXPECT_EQ(FlawsOf(kDomain, "<rdeDomain:clID>", " \n\t<rdeDomain:clID>"), "");
  // An empty type does not even have white space: RFC 9022 policy is one.
  EXPECT_EQ(
      Read(DepositOf("<rdePolicy:policy scope=\"s\" element=\"e\"></rdePolicy:policy>")).Flaws(),
      "");
  EXPECT_EQ(
      Read(DepositOf("<rdePolicy:policy scope=\"s\" element=\"e\"> </rdePolicy:policy>")).Flaws(),
      "invalid policy");
}

TEST(Flaws, Attributes) {
  EXPECT_EQ(FlawsOf(kDomain, " s=\"ok\"", ""), "missing @s");
  EXPECT_EQ(FlawsOf(kDomain, "s=\"ok\"", "s=\"OK\""), "invalid @s");
  EXPECT_EQ(FlawsOf(kDomain, "s=\"ok\"", "s=\" ok&#10;\" lang='en'"), "");
  EXPECT_EQ(FlawsOf(kDomain, "s=\"ok\"", "s=\"ok\" x=\"1\""), "unexpected @x");
  EXPECT_EQ(FlawsOf(kDomain, "s=\"ok\"", "s=\"ok\" xml:lang=\"en\""), "unexpected @lang");
  EXPECT_EQ(FlawsOf(kDomain, "s=\"ok\"", "rdeDomain:s=\"ok\""), "unexpected @s, missing @s");
  EXPECT_EQ(FlawsOf(kDomain, "s=\"ok\"", "s=\"ok\" xsi:schemaLocation=\"a b\""), "");
  EXPECT_EQ(FlawsOf(kDomain, "s=\"ok\"", "s=\"ok\" xsi:schemaLocation=\"a b c\""),
            "invalid @schemaLocation");
  EXPECT_EQ(FlawsOf(kDomain, "s=\"ok\"", "s=\"ok\" xsi:type=\"domain:statusType\""), "");
  EXPECT_EQ(FlawsOf(kDomain, "s=\"ok\"",
                    "s=\"ok\" xsi:type=\" statusType\" xmlns=\""
                    "urn:ietf:params:xml:ns:domain-1.0\""),
            "");
  for (const char* type :
       {"", "statusType", "host:statusType", "nobody:statusType", ":statusType"}) {
    EXPECT_EQ(FlawsOf(kDomain, "s=\"ok\"", absl::StrCat("s=\"ok\" xsi:type=\"", type, "\"")),
              "invalid @type")
        << type;
  }
  EXPECT_EQ(FlawsOf(kDomain, "s=\"ok\"", "s=\"ok\" xsi:nil=\"false\""), "unexpected @nil");
  EXPECT_EQ(FlawsOf(kDomain, "s=\"ok\"", "s=\"ok\" xsi:x=\"1\""), "unexpected @x");
  EXPECT_EQ(FlawsOf(kDomain, "<rdeDomain:crRr>", "<rdeDomain:crRr client=\"jd\">"),
            "invalid @client");
  EXPECT_EQ(Read(DepositOf("<rdePolicy:policy scope=\"s\"/>")).Flaws(), "missing @element");
}

TEST(Flaws, AuthInfoIsSeenInWhatIsSkipped) {
  EXPECT_EQ(Read(DepositOf("<n:o xmlns:n=\"urn:n\"><n:a><n:authInfo/></n:a></n:o>")).Flaws(),
            "unknown namespace o, credentials authInfo");
  EXPECT_EQ(Read(DepositOf("<n:authInfo xmlns:n=\"urn:n\"/>")).Flaws(),
            "unknown namespace authInfo, credentials authInfo");
}

TEST(Flaws, UnknownNamespaceIsDeliveredAsSuch) {
  const Reading reading = Read(
      DepositOf(absl::StrCat("<n:name xmlns:n=\"urn:x:name\"><n:a><b/>t</n:a></n:name>", kHost)));
  EXPECT_EQ(reading.Flaws(), "unknown namespace name");
  EXPECT_EQ(reading.flaws[0].object_uri, "urn:x:name");
  ASSERT_EQ(reading.records.size(), 2u);
  EXPECT_EQ(std::get<UnknownObject>(reading.records[0].first).uri, "urn:x:name");
  EXPECT_EQ(std::get<UnknownObject>(reading.records[0].first).local_name, "name");
  EXPECT_EQ(std::get<Host>(reading.records[1].first).name, "ns1.a.test");
  // In deletes there is nothing to deliver.
  const Reading deletes = Read(DepositOf("", "<n:delete xmlns:n=\"urn:x:name\"/>"));
  EXPECT_EQ(deletes.Flaws(), "unknown namespace delete");
  EXPECT_TRUE(deletes.records.empty());
}

TEST(Flaws, KnownNamespacesHaveNoOtherObjects) {
  EXPECT_EQ(Read(DepositOf("<rdeDomain:abstractDomain/>")).Flaws(), "unexpected abstractDomain");
  EXPECT_EQ(Read(DepositOf("<domain:infData/>")).Flaws(), "unexpected infData");
  EXPECT_EQ(Read(DepositOf("<object/>")).Flaws(), "unexpected object");
  EXPECT_EQ(Read(DepositOf("<rdeDomain:delete/>")).Flaws(), "unexpected delete");
  EXPECT_EQ(Read(DepositOf("", "<rdeDomain:domain/>")).Flaws(), "unexpected domain");
  EXPECT_EQ(Read(DepositOf("", "<rdeEppParams:delete/>")).Flaws(), "unexpected delete");
  EXPECT_EQ(Read(DepositOf("", "<rdeIDN:delete/>")).Flaws(), "missing id");
}

TEST(Flaws, WhatHasNoTypeMayHoldAnythingButObjectsAndCommands) {
  const auto flaws = [](absl::string_view content) {
    return FlawsOf(kContact, "</rdeContact:contact>",
                   absl::StrCat("<rdeContact:disclose flag=\"1\"><contact:voice x=\"y\">", content,
                                "</contact:voice></rdeContact:disclose></rdeContact:contact>"));
  };
  EXPECT_EQ(flaws("text <x xmlns=\"urn:x\"><rdeDomain:name/></x>"), "");
  EXPECT_EQ(flaws("<x xmlns=\"urn:x\"><rdeDomain:domain/></x>"), "unexpected domain");
  EXPECT_EQ(flaws("<contact:create/>"), "unexpected create");
  EXPECT_EQ(flaws("<rde:content/>"), "unexpected content");
}

TEST(Flaws, NameTheObjectTheyAreIn) {
  const Reading domain = ReadWith(kDomain, "2026-11-22T00:00:00Z", "x");
  EXPECT_EQ(domain.flaws.at(0).object_uri, kDomainUri);
  EXPECT_EQ(domain.flaws.at(0).object_key, "a.test");
  const Reading host = ReadWith(kHost, "\"ok\"", "\"\"");
  EXPECT_EQ(host.flaws.at(0).object_key, "H1-T");
  const Reading contact = ReadWith(kContact, ">e<", "><");
  EXPECT_EQ(contact.flaws.at(0).object_key, "c01");
  // The next object starts without a key.
  const Reading next = Read(DepositOf(absl::StrCat(kHost, "<rdeHost:host x=\"1\"/>")));
  EXPECT_EQ(next.flaws.at(0).object_key, "");
  const Reading outside = Read(DepositOf("stray"));
  EXPECT_EQ(outside.Flaws(), "invalid contents");
  EXPECT_EQ(outside.flaws.at(0).object_uri, "");
}

TEST(Flaws, AKeyIsCutAtALimitAndNeverInACharacter) {
  std::string name(254, 'a');
  name += "中文";
  const Reading reading = ReadWith(kDomain, "a.test", name);
  EXPECT_EQ(reading.Flaws(), "invalid name");
  EXPECT_EQ(reading.flaws[0].object_key, std::string(254, 'a'));
  EXPECT_EQ(reading.Only<Domain>().name, name);
}

TEST(Flaws, DetailsNeverRepeatTheValue) {
  const Reading reading = ReadWith(kContact, "<contact:cc>US", "<contact:cc>Secretland");
  EXPECT_EQ(reading.Flaws(), "invalid cc");
  EXPECT_EQ(reading.flaws[0].detail, "contact:ccType: text of 2 characters");
}

}  // namespace
}  // namespace tidemark::rde
