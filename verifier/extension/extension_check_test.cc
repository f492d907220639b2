// A registry's own objects in a deposit, judged with its schemas and the base ones.
#include "verifier/extension/extension_check.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "verifier/check.h"
#include "verifier/extension/schema_set.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::AllOf;
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

// Objects with keys: classes of a mark are its own only once, a right names a class of its mark.
constexpr char kKeyedSchema[] = R"(<schema xmlns="http://www.w3.org/2001/XMLSchema"
  targetNamespace="urn:example:keyed-1.0" xmlns:k="urn:example:keyed-1.0"
  xmlns:rde="urn:ietf:params:xml:ns:rde-1.0" elementFormDefault="qualified">
 <import namespace="urn:ietf:params:xml:ns:rde-1.0"/>
 <element name="mark" substitutionGroup="rde:content">
  <complexType><complexContent><extension base="rde:contentType"><sequence>
   <element name="class" minOccurs="0" maxOccurs="unbounded">
    <complexType><attribute name="number" type="unsignedByte"/></complexType></element>
   <element name="right" type="unsignedByte" minOccurs="0" maxOccurs="unbounded"/>
  </sequence></extension></complexContent></complexType>
  <key name="classes"><selector xpath="k:class"/><field xpath="@number"/></key>
  <unique name="rights"><selector xpath="k:right"/><field xpath="."/></unique>
  <keyref name="rightOfClass" refer="k:classes"><selector xpath="k:right"/><field xpath="."/>
  </keyref>
 </element>
</schema>)";

std::string Mark(absl::string_view content) {
  return absl::StrCat("<k:mark xmlns:k='urn:example:keyed-1.0'>", content, "</k:mark>");
}

constexpr char kTrademark[] =
    "<own:trademark xmlns:own='urn:example:own-1.0' kind='word'><own:id>T1</own:id>"
    "<own:class>9</own:class></own:trademark>";

class ExtensionCheckTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::optional<std::string> shared = base::SharedDir();
    if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
    dir_ = base::TestDir();
    const std::string& dir = dir_;
    std::filesystem::copy(*shared + "/spec/xsd", dir);
    ASSERT_OK(base::WriteFile(dir + "/own.xsd", kRegistrySchema, base::FileMode::kPublic));
    ASSERT_OK(base::WriteFile(dir + "/keyed.xsd", kKeyedSchema, base::FileMode::kPublic));
    ASSERT_OK_AND_ASSIGN(schemas_, SchemaSet::Load(dir));
  }

  Report Check(const std::string& xml) {
    CheckOptions options = GoodOptions();
    options.extension_uris = schemas_->namespaces();
    options.skipped = UnjudgedBy(*schemas_);
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

  std::string dir_;
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

TEST_F(ExtensionCheckTest, KeysHoldWithinAnObject) {
  const std::string good = Mark("<k:class number='1'/><k:class number='2'/><k:right>2</k:right>");
  // Two objects may have the same keys, and each is judged by itself.
  EXPECT_THAT(SchemaFindings(Check(With(absl::StrCat(good, good)))), IsEmpty());
  struct Case {
    const char* content;
    const char* says;
  };
  for (const Case& bad :
       {Case{"<k:class number='1'/><k:class number='01'/>", "duplicate identity constraint key"},
        Case{"<k:class/>", "key with no value"},
        Case{"<k:class number='1'/><k:right>1</k:right><k:right>1</k:right>",
             "constraint unique values"},
        Case{"<k:class number='1'/><k:right>2</k:right>", "key for element '...' not found"}}) {
    const std::string xml = With(absl::StrCat(good, "\n", Mark(bad.content), "\n", good));
    const std::vector<Finding> found = SchemaFindings(Check(xml));
    ASSERT_EQ(found.size(), 1u) << bad.content;
    const size_t place = xml.find(bad.content);
    EXPECT_EQ(found[0].at->offset, static_cast<int64_t>(place)) << "after the object's start tag";
    EXPECT_EQ(found[0].at->line, 1 + std::count(xml.begin(), xml.begin() + place, '\n'));
    EXPECT_THAT(found[0].message, HasSubstr(bad.says));
  }
}

TEST_F(ExtensionCheckTest, KeysAreJudgedInWhateverWayTheObjectIsWritten) {
  // Prefixes from far out, a default namespace, references, CDATA, comments in values.
  for (const char* object :
       {"<mark xmlns='urn:example:keyed-1.0'><class number='&#49;'/><right><![CDATA[1]]></right>"
        "</mark>",
        "<a:mark xmlns:a='urn:example:keyed-1.0'><b:class xmlns:b='urn:example:keyed-1.0' "
        "number='1'/><c:class xmlns:c='urn:example:keyed-1.0' number='3'/><a:right>1<!-- -->"
        "</a:right></a:mark>"}) {
    EXPECT_THAT(SchemaFindings(Check(With(object))), IsEmpty()) << object;
    const std::string twice = absl::StrReplaceAll(object, {{"&#49;", "1"}, {"'3'", "'1'"}});
    const std::string bad =
        absl::StrReplaceAll(twice, {{"<right><", "<class number='1'/><right><"}});
    EXPECT_EQ(SchemaFindings(Check(With(bad))).size(), 1u) << bad;
  }
}

TEST_F(ExtensionCheckTest, AnObjectThatIsTooLargeForItsKeysIsOverALimit) {
  // In contents the reader itself ends at such an object; a delete may be of any length.
  ASSERT_OK(base::WriteFile(dir_ + "/keyed.xsd",
                            absl::StrReplaceAll(kKeyedSchema, {{"rde:content\"", "rde:delete\""},
                                                               {"contentType", "deleteType"}}),
                            base::FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(schemas_, SchemaSet::Load(dir_));
  const auto with = [](size_t marks) {
    std::string content;
    for (size_t i = 0; i < marks; ++i) absl::StrAppend(&content, "<k:right>1</k:right>");
    const std::string deletes =
        absl::StrCat("<rde:deletes>", Mark(absl::StrCat("<k:class number='1'/>", content)),
                     "</rde:deletes>", "<rde:contents>");
    return DepositText({{"<rde:contents>", deletes}, {"type=\"FULL\"", "type=\"DIFF\""}});
  };
  EXPECT_THAT(CodesOf(Check(with(1))), Not(Contains("TDM_LIMIT_EXCEEDED")));
  EXPECT_EQ(SchemaFindings(Check(with(2))).size(), 1u);
  EXPECT_THAT(CodesOf(Check(with(120'000))), Contains("TDM_LIMIT_EXCEEDED"));
}

TEST_F(ExtensionCheckTest, KeysOfOtherElementsAreSaidToBeUnjudged) {
  EXPECT_THAT(UnjudgedBy(*schemas_), IsEmpty());
  // An operator who gives a stricter schema of domains than RFC 9022's.
  const std::string path = dir_ + "/rdeDomain-1.0.xsd";
  ASSERT_OK_AND_ASSIGN(const std::string schema, base::ReadSmallFile(path));
  const std::string keyed = absl::StrReplaceAll(
      schema, {{"substitutionGroup=\"rdeDomain:abstractDomain\" />",
                "substitutionGroup=\"rdeDomain:abstractDomain\"><unique name=\"contacts\">"
                "<selector xpath=\"rdeDomain:contact\"/><field xpath=\".\"/></unique></element>"}});
  ASSERT_NE(keyed, schema);
  ASSERT_OK(base::WriteFile(path, keyed, base::FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(schemas_, SchemaSet::Load(dir_));
  const std::vector<Skip> unjudged = UnjudgedBy(*schemas_);
  ASSERT_EQ(unjudged.size(), 1u);
  EXPECT_THAT(unjudged[0].why, AllOf(HasSubstr("domain"), HasSubstr("rdeDomain-1.0")));
  EXPECT_THAT(Check(DepositText()).skipped, Contains(unjudged[0]));
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
