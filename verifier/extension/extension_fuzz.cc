// Whatever the deposit: what our reader reads to its end Xerces reads to its end as well, its
// errors have places in the file, and the records are the same as without it.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/status.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "verifier/extension/extension_check.h"
#include "verifier/extension/schema_set.h"

namespace tidemark::verifier {
namespace {

// As much of the base schema as an object of the registry's own hangs on.
constexpr char kBaseSchema[] = R"(<schema xmlns="http://www.w3.org/2001/XMLSchema"
  targetNamespace="urn:ietf:params:xml:ns:rde-1.0" xmlns:rde="urn:ietf:params:xml:ns:rde-1.0"
  elementFormDefault="qualified">
 <element name="deposit"><complexType><sequence>
  <any maxOccurs="unbounded" processContents="lax"/></sequence>
  <anyAttribute processContents="lax"/></complexType></element>
 <element name="contents"><complexType><sequence>
  <element ref="rde:content" maxOccurs="unbounded"/></sequence></complexType></element>
 <complexType name="contentType"/>
 <element name="content" type="rde:contentType" abstract="true"/>
</schema>)";

constexpr char kOwnSchema[] = R"(<schema xmlns="http://www.w3.org/2001/XMLSchema"
  targetNamespace="urn:example:own-1.0" xmlns:rde="urn:ietf:params:xml:ns:rde-1.0"
  elementFormDefault="qualified">
 <import namespace="urn:ietf:params:xml:ns:rde-1.0"/>
 <element name="mark" substitutionGroup="rde:content">
  <complexType><complexContent><extension base="rde:contentType">
   <sequence><element name="id" type="token"/>
    <element name="class" type="unsignedByte" minOccurs="0" maxOccurs="3"/>
    <element name="since" type="dateTime" minOccurs="0"/></sequence>
   <attribute name="kind" type="token" use="required"/>
  </extension></complexContent></complexType>
 </element>
</schema>)";

std::unique_ptr<SchemaSet> LoadSchemas() {
  const std::string dir = base::TestDir();
  CHECK(base::WriteFile(dir + "/rde.xsd", kBaseSchema, base::FileMode::kPublic).ok());
  CHECK(base::WriteFile(dir + "/own.xsd", kOwnSchema, base::FileMode::kPublic).ok());
  auto schemas = SchemaSet::Load(dir);
  std::filesystem::remove_all(dir);
  CHECK(schemas.ok());
  return *std::move(schemas);
}

const SchemaSet& Schemas() {
  static const SchemaSet* const schemas = LoadSchemas().release();
  return *schemas;
}

class Counts final : public rde::RecordSink {
 public:
  explicit Counts(size_t bytes) : bytes_(static_cast<int64_t>(bytes)) {}
  void OnDeposit(const rde::DepositInfo& info, const rde::Position&) override {
    absl::StrAppend(&records, info.id, "\n");
  }
  void OnRecord(const rde::Record& record, const rde::Position& at) override {
    absl::StrAppend(&records, record.index(), " ", at.line, " ", at.offset, "\n");
  }
  void OnFlaw(const rde::Flaw& flaw) override {
    CHECK(flaw.position.line >= 1);
    CHECK(flaw.position.offset >= 0 && flaw.position.offset <= bytes_);
    CHECK(!flaw.detail.empty());
  }

  std::string records;

 private:
  const int64_t bytes_;
};

}  // namespace
}  // namespace tidemark::verifier

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;
  const absl::string_view xml(reinterpret_cast<const char*>(data), size);
  verifier::Counts alone(size);
  base::StringSource source(xml);
  CHECK(rde::ReadDeposit(source, alone).ok());
  verifier::Counts both(size);
  base::StringSource again(xml);
  verifier::ExtensionCheck extension(verifier::Schemas(), again, both);
  CHECK(rde::ReadDeposit(extension.source(), extension.sink()).ok());
  CHECK(extension.Finish().ok());
  CHECK(alone.records == both.records);
  return 0;
}
