// A registry's own objects in a deposit, judged with its schemas and the base ones.
#include "verifier/extension/extension_check.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "verifier/check.h"
#include "verifier/extension/schema_set.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// An object of the registry's own, and one that extends RFC 9022's domain.
constexpr char kRegistrySchema[] = R"(<schema xmlns="http://www.w3.org/2001/XMLSchema"
  targetNamespace="urn:example:own-1.0" xmlns:own="urn:example:own-1.0"
  xmlns:rde="urn:ietf:params:xml:ns:rde-1.0" xmlns:rdeDomain="urn:ietf:params:xml:ns:rdeDomain-1.0"
  elementFormDefault="qualified">
 <import namespace="urn:ietf:params:xml:ns:rde-1.0"/>
 <import namespace="urn:ietf:params:xml:ns:rdeDomain-1.0"/>
 <element name="trademark" substitutionGroup="rde:content">
  <complexType><complexContent><extension base="rde:contentType">
   <sequence><element name="id" type="token"/><element name="class" type="unsignedByte"/></sequence>
   <attribute name="kind" type="token" use="required"/>
  </extension></complexContent></complexType>
 </element>
 <element name="domain" substitutionGroup="rdeDomain:abstractDomain"/>
 <element name="note" type="token"/>
</schema>)";

constexpr char kTrademark[] =
    "<own:trademark xmlns:own='urn:example:own-1.0' kind='word'><own:id>T1</own:id>"
    "<own:class>9</own:class></own:trademark>";

class ExtensionCheckTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::optional<std::string> shared = base::SharedDir();
    if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
    const std::string dir = base::TestDir();
    std::filesystem::copy(*shared + "/spec/xsd", dir);
    ASSERT_OK(base::WriteFile(dir + "/own.xsd", kRegistrySchema, base::FileMode::kPublic));
    ASSERT_OK_AND_ASSIGN(schemas_, SchemaSet::Load(dir));
  }

  Report Check(const std::string& xml) {
    CheckOptions options = GoodOptions();
    options.extension_uris = schemas_->namespaces();
    DepositChecker checker(std::move(options));
    base::StringSource source(xml);
    ExtensionCheck extension(*schemas_, source, checker);
    EXPECT_OK(rde::ReadDeposit(extension.source(), extension.sink()));
    EXPECT_OK(extension.Finish());
    return checker.Finish();
  }
  // The good deposit with `object` before the end of its contents.
  static std::string With(absl::string_view object) {
    const std::string more = absl::StrCat(object, "\n</rde:contents>");
    return DepositText({{"</rde:contents>", more}});
  }
  static std::vector<Finding> SchemaFindings(const Report& report) {
    std::vector<Finding> found;
    for (const Finding& finding : report.findings) {
      if (finding.code == Code::kSchemaValidationError) found.push_back(finding);
    }
    return found;
  }

  std::unique_ptr<SchemaSet> schemas_;
};

TEST_F(ExtensionCheckTest, WithoutObjectsOfItsOwnTheReportIsTheSame) {
  EXPECT_THAT(Check(DepositText()).findings, IsEmpty());
}

TEST_F(ExtensionCheckTest, AValidObjectIsCountedAndNotAFinding) {
  const Report report = Check(With(kTrademark));
  EXPECT_THAT(SchemaFindings(report), IsEmpty());
  EXPECT_THAT(CodesOf(report), Not(Contains("TDM_UNKNOWN_NAMESPACE")));
  EXPECT_EQ(report.counts.at("urn:example:own-1.0"), 1);
}

TEST_F(ExtensionCheckTest, ItsNamespaceMayBeCountedByTheHeader) {
  constexpr absl::string_view kEnd = "</rdeHeader:header>";
  const std::string more =
      absl::StrCat("<rdeHeader:count uri=\"urn:example:own-1.0\">0</rdeHeader:count>", kEnd);
  const std::string xml = DepositText({{kEnd, more}});
  EXPECT_THAT(CodesOf(Check(xml)), Not(Contains("TDM_UNKNOWN_NAMESPACE")));
  EXPECT_THAT(CodesOf(CheckText(xml, GoodOptions())), Contains("TDM_UNKNOWN_NAMESPACE"));
}

TEST_F(ExtensionCheckTest, AnInvalidObjectIsASchemaErrorWithItsPlace) {
  const std::string xml = With(
      "<own:trademark xmlns:own='urn:example:own-1.0' kind='word'><own:id>T1</own:id>\n"
      "<own:class>secret</own:class></own:trademark>");
  const std::vector<Finding> found = SchemaFindings(Check(xml));
  ASSERT_EQ(found.size(), 1u);
  const auto place = xml.find("secret");
  EXPECT_EQ(found[0].at->line, 1 + std::count(xml.begin(), xml.begin() + place, '\n'));
  EXPECT_THAT(found[0].message, HasSubstr("class"));
  EXPECT_THAT(found[0].message, Not(HasSubstr("secret")));
}

TEST_F(ExtensionCheckTest, ErrorsOfItsStartTagCountAsWell) {
  EXPECT_EQ(SchemaFindings(Check(With("<own:trademark xmlns:own='urn:example:own-1.0'><own:id>T1"
                                      "</own:id><own:class>9</own:class></own:trademark>")))
                .size(),
            1u);
}

TEST_F(ExtensionCheckTest, WhatExtendsADomainIsJudgedAsOne) {
  constexpr char kOwnDomain[] =
      "<own:domain xmlns:own='urn:example:own-1.0' "
      "xmlns:d='urn:ietf:params:xml:ns:rdeDomain-1.0'><d:name>x.test</d:name><d:roid>D9-TEST"
      "</d:roid><d:status s='ok'/><d:clID>reg-1</d:clID></own:domain>";
  EXPECT_THAT(SchemaFindings(Check(With(kOwnDomain))), IsEmpty());
  EXPECT_EQ(SchemaFindings(Check(With("<own:domain xmlns:own='urn:example:own-1.0'/>"))).size(),
            1u);
}

TEST_F(ExtensionCheckTest, WhatNoSchemaDeclaresOrMayStandThereIsSaidOnce) {
  for (const char* object :
       {"<x xmlns='urn:example:nobody'><y/></x>", "<note xmlns='urn:example:own-1.0'>a</note>"}) {
    const Report report = Check(With(object));
    EXPECT_EQ(SchemaFindings(report).size(), 1u) << object;
    EXPECT_THAT(CodesOf(report), Not(Contains("TDM_UNKNOWN_NAMESPACE")));
  }
}

TEST_F(ExtensionCheckTest, WhatTheReaderJudgesIsNotSaidTwice) {
  // In an object of RFC 9022, and between objects.
  for (const char* after : {"<rdeDomain:roid>D1-TEST</rdeDomain:roid>", "<rde:contents>"}) {
    const std::string xml = DepositText({{after, absl::StrCat(after, "text")}});
    EXPECT_EQ(SchemaFindings(Check(xml)).size(), 1u) << after;
    EXPECT_EQ(SchemaFindings(CheckText(xml, GoodOptions())).size(), 1u) << after;
  }
  EXPECT_EQ(SchemaFindings(Check(With(absl::StrCat("text", kTrademark)))).size(), 1u);
}

TEST_F(ExtensionCheckTest, CountsAreTrueBeyondTheFindingsThatAreKept) {
  std::string objects;
  for (int i = 0; i < 60; ++i) objects += "<x xmlns='urn:example:nobody'/>";
  const std::vector<Finding> found = SchemaFindings(Check(With(objects)));
  ASSERT_EQ(found.size(), 25u);
  EXPECT_EQ(found[0].count, 60);
}

TEST_F(ExtensionCheckTest, NothingIsValidatedBeyondTheEndOfReading) {
  const std::string xml = absl::StrCat(With("<x xmlns='urn:example:nobody'/>"), "<");
  const Report report = Check(xml);
  EXPECT_EQ(SchemaFindings(report).size(), 1u);
  EXPECT_THAT(CodesOf(report), Contains("RDE_XML_PARSE_ERROR"));
  const Report cut = Check(xml.substr(0, xml.find("<x xmlns=")) + "<!DOCTYPE x>");
  EXPECT_THAT(SchemaFindings(cut), IsEmpty());
}

TEST_F(ExtensionCheckTest, AReaderThatStopsReadingWaitsForNobody) {
  DepositChecker checker(GoodOptions());
  const std::string xml = DepositText();
  base::StringSource source(xml);
  ExtensionCheck extension(*schemas_, source, checker);
  std::vector<char> buffer(100);
  EXPECT_OK(extension.source().Read(absl::MakeSpan(buffer)));
}

}  // namespace
}  // namespace tidemark::verifier
