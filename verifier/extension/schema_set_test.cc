// Schema directories, good and bad, and what is never loaded.
#include "verifier/extension/schema_set.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::verifier {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Schema(absl::string_view target, absl::string_view body) {
  return absl::StrCat("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='",
                      target, "' xmlns:t='", target, "' xmlns:a='urn:a'",
                      " elementFormDefault='qualified'>", body, "</xs:schema>");
}

constexpr char kNumber[] = "<xs:element name='number' type='xs:int'/>";

class SchemaSetTest : public testing::Test {
 protected:
  void Put(const std::string& name, const std::string& content) {
    ASSERT_OK(base::WriteFile(absl::StrCat(dir_, "/", name), content, base::FileMode::kPublic));
  }
  // What is first wrong with `xml` by the schemas of the directory; "" if nothing.
  std::string Flaw(const std::string& xml) {
    class First final : public SchemaSink {
     public:
      void OnError(const SchemaError& error) override {
        if (text.empty()) text = absl::StrCat(error.fatal ? "fatal: " : "", error.detail);
      }
      std::string text;
    } first;
    const auto set = SchemaSet::Load(dir_);
    EXPECT_OK(set);
    base::StringSource source(xml);
    EXPECT_OK((*set)->Validate(source, first));
    return first.text;
  }

  const std::string dir_ = base::TestDir();
};

TEST_F(SchemaSetTest, JudgesByTheSchemasOfTheDirectory) {
  Put("a.xsd", Schema("urn:a", kNumber));
  EXPECT_EQ(Flaw("<number xmlns='urn:a'> 7 </number>"), "");
  EXPECT_NE(Flaw("<number xmlns='urn:b'>7</number>"), "");
  EXPECT_NE(Flaw("<number xmlns='urn:a'>7"), "");
}

TEST_F(SchemaSetTest, ErrorsNeverQuoteTheDocument) {
  Put("a.xsd", Schema("urn:a", kNumber));
  const std::string flaw = Flaw("<number xmlns='urn:a'>Jane Doe</number>");
  EXPECT_THAT(flaw, AllOf(Not(HasSubstr("Jane")), Not(HasSubstr("{")), HasSubstr("value")));
}

TEST_F(SchemaSetTest, ImportsAreFoundByNamespaceWhateverTheirLocation) {
  Put("a.xsd", Schema("urn:a", kNumber));
  for (const char* location : {"", "schemaLocation='http://schemas.example/a.xsd'",
                               "schemaLocation='../a.xsd'", "schemaLocation='/etc/a.xsd'"}) {
    Put("b.xsd", Schema("urn:b", absl::StrCat("<xs:import namespace='urn:a' ", location,
                                              "/><xs:element name='b'><xs:complexType><xs:sequence>"
                                              "<xs:element ref='a:number'/></xs:sequence>"
                                              "</xs:complexType></xs:element>")));
    EXPECT_EQ(Flaw("<b xmlns='urn:b'><number xmlns='urn:a'>7</number></b>"), "") << location;
    EXPECT_NE(Flaw("<b xmlns='urn:b'><number xmlns='urn:a'>x</number></b>"), "") << location;
  }
}

TEST_F(SchemaSetTest, AnIncompleteSetIsNamed) {
  Put("b.xsd", Schema("urn:b",
                      "<xs:import namespace='urn:a' schemaLocation='a.xsd'/>"
                      "<xs:element name='b' type='a:type'/>"));
  EXPECT_THAT(SchemaSet::Load(dir_),
              base::StatusIs(absl::StatusCode::kInvalidArgument,
                             AllOf(HasSubstr("namespace urn:a"), HasSubstr("must hold every"))));
  Put("b.xsd", Schema("urn:b", "<xs:include schemaLocation='../../etc/part.xsd'/>"));
  EXPECT_THAT(SchemaSet::Load(dir_),
              base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("part.xsd")));
}

TEST_F(SchemaSetTest, AnIncludeOutsideIsNotReadThoughTheFileExists) {
  const std::string outside = base::TestDir();
  ASSERT_OK(
      base::WriteFile(outside + "/part.xsd", Schema("urn:b", kNumber), base::FileMode::kPublic));
  Put("b.xsd",
      Schema("urn:b", absl::StrCat("<xs:include schemaLocation='", outside, "/part.xsd'/>")));
  EXPECT_THAT(SchemaSet::Load(dir_), base::StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(SchemaSetTest, ALinkOutOfTheDirectoryIsRefused) {
  const std::string outside = base::TestDir();
  ASSERT_OK(base::WriteFile(outside + "/a.xsd", Schema("urn:a", kNumber), base::FileMode::kPublic));
  ASSERT_EQ(::symlink((outside + "/a.xsd").c_str(), (dir_ + "/a.xsd").c_str()), 0);
  EXPECT_THAT(SchemaSet::Load(dir_),
              base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("leads out")));
}

TEST_F(SchemaSetTest, WhatIsNoSchemaIsRefusedWithItsPlace) {
  EXPECT_THAT(SchemaSet::Load(dir_), base::StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(SchemaSet::Load(dir_ + "/absent"), base::StatusIs(absl::StatusCode::kNotFound));
  Put("a.xsd", "<a/>");
  EXPECT_THAT(SchemaSet::Load(dir_), base::StatusIs(absl::StatusCode::kInvalidArgument));
  Put("a.xsd", Schema("urn:a", "\n<xs:element name='a' type='xs:nothing'/>"));
  EXPECT_THAT(SchemaSet::Load(dir_),
              base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a.xsd:2")));
  Put("a.xsd", "<!DOCTYPE a [<!ENTITY e SYSTEM '/etc/passwd'>]>" + Schema("urn:a", kNumber));
  EXPECT_THAT(SchemaSet::Load(dir_),
              base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("DOCTYPE")));
}

TEST_F(SchemaSetTest, HintsAndDoctypesInDocumentsLoadNothing) {
  const std::string outside = base::TestDir();
  ASSERT_OK(base::WriteFile(outside + "/b.xsd",
                            Schema("urn:b", "<xs:element name='b' type='xs:string'/>"),
                            base::FileMode::kPublic));
  Put("a.xsd", Schema("urn:a", kNumber));
  EXPECT_NE(Flaw(absl::StrCat("<b xmlns='urn:b' xmlns:xsi='http://www.w3.org/2001/XMLSchema-"
                              "instance' xsi:schemaLocation='urn:b file://",
                              outside, "/b.xsd'/>")),
            "");
  EXPECT_EQ(Flaw("<!DOCTYPE number [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
                 "<number xmlns='urn:a'>&e;</number>"),
            "fatal: a DOCTYPE");
}

TEST_F(SchemaSetTest, KnowsWhatMayStandForWhat) {
  Put("a.xsd", Schema("urn:a",
                      "<xs:element name='head' abstract='true'/>"
                      "<xs:element name='middle' substitutionGroup='t:head'/>"
                      "<xs:element name='leaf' substitutionGroup='t:middle'/>"
                      "<xs:element name='other'/>"));
  const auto set = SchemaSet::Load(dir_);
  ASSERT_OK(set);
  const SchemaSet::ElementName head = {"urn:a", "head"};
  EXPECT_EQ((*set)->UseOf({"urn:a", "leaf"}, head), SchemaSet::Use::kSubstitute);
  EXPECT_EQ((*set)->UseOf({"urn:a", "other"}, head), SchemaSet::Use::kNotASubstitute);
  EXPECT_EQ((*set)->UseOf({"urn:b", "leaf"}, head), SchemaSet::Use::kNotDeclared);
}

}  // namespace
}  // namespace tidemark::verifier
