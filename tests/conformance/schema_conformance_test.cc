// The reader's verdict on form, against that of a conformant validator: Xerces-C++ with the schemas
// of RFC 8909, RFC 9022 and EPP, over thousands of seeded mutations of good deposits in either
// model. Of the CSV model: the definitions; what the files hold is no schema's matter. Invalid
// means any flaw, of the schema or of XML itself. (libxml2's validator is no judge: it refuses
// white space around numbers.)
#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "tests/conformance/mutations.h"
#include "tests/conformance/places.h"
#include "tests/conformance/seeds.h"
#include "tests/conformance/values.h"
#include "tests/conformance/xml_tree.h"
#include "verifier/extension/schema_set.h"

namespace tidemark::conformance {
namespace {

constexpr int kMutantsPerKind = 400;
// The least part of a kind's mutants that must be of each verdict, unless it has only one.
constexpr int kPartMin = 25;  // 1 in 25

// What each judge says first; "" if the document is valid.
struct Opinions {
  std::string reader;
  std::string xerces;
  bool agree() const { return reader.empty() == xerces.empty(); }
};

class FlawSink final : public rde::RecordSink {
 public:
  void OnDeposit(const rde::DepositInfo&, const rde::Position&) override {}
  void OnRecord(const rde::Record&, const rde::Position&) override {}
  void OnFlaw(const rde::Flaw& flaw) override {
    if (first_.empty()) first_ = absl::StrCat(flaw.element, ": ", flaw.detail);
  }
  const std::string& first() const { return first_; }

 private:
  std::string first_;
};

class ErrorSink final : public verifier::SchemaSink {
 public:
  void OnError(const verifier::SchemaError& error) override {
    if (first_.empty()) first_ = absl::StrCat(error.element, ": ", error.detail);
  }
  const std::string& first() const { return first_; }

 private:
  std::string first_;
};

using AllSeeds = std::map<Model, std::vector<std::pair<std::string, Node>>>;

// The two judges, and what they judge.
class Judges : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::optional<std::string> shared = base::SharedDir();
    if (!shared.has_value()) return;
    auto schemas = verifier::SchemaSet::Load(*shared + "/spec/xsd");
    ASSERT_OK(schemas);
    schemas_ = schemas->release();
    auto seeds = std::make_unique<AllSeeds>();
    seeds->emplace(Model::kXml, Seeds(Model::kXml, *shared));
    seeds->emplace(Model::kCsv, Seeds(Model::kCsv, *shared));
    seeds_ = seeds.release();
  }
  static void TearDownTestSuite() {
    delete std::exchange(schemas_, nullptr);
    delete std::exchange(seeds_, nullptr);
  }
  void SetUp() override {
    if (!base::SharedDir().has_value()) GTEST_SKIP() << base::kNoSharedDir;
    ASSERT_NE(schemas_, nullptr);
  }

  static Opinions Judge(const std::string& xml) {
    FlawSink flaws;
    rde::XmlReader reader(flaws);
    EXPECT_OK(reader.Write(xml));
    EXPECT_OK(reader.Close());
    ErrorSink errors;
    base::StringSource source(xml);
    EXPECT_OK(schemas_->Validate(source, errors));
    return {flaws.first(), errors.first()};
  }

  static const verifier::SchemaSet* schemas_;
  static AllSeeds* seeds_;
};

const verifier::SchemaSet* Judges::schemas_ = nullptr;
AllSeeds* Judges::seeds_ = nullptr;

class SchemaConformance : public Judges,
                          public testing::WithParamInterface<std::tuple<Mutation, Model>> {
 protected:
  static const std::vector<std::pair<std::string, Node>>& seeds() {
    return seeds_->at(std::get<Model>(GetParam()));
  }
};

// Keeps the mutant for whoever looks into it, where Bazel keeps such things.
void Keep(const std::string& name, const std::string& xml) {
  const char* dir = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  if (dir == nullptr) return;
  EXPECT_OK(base::WriteFile(absl::StrCat(dir, "/", name), xml, base::FileMode::kPublic));
}

TEST_P(SchemaConformance, ReaderAndXercesAgree) {
  const Mutation& mutation = std::get<Mutation>(GetParam());
  int valid = 0;
  int invalid = 0;
  int disagreements = 0;
  uint64_t seed_number = 0;
  for (int made = 0; made < kMutantsPerKind; ++seed_number) {
    ASSERT_LT(seed_number, 100 * kMutantsPerKind) << "hardly any document has a place for it";
    const auto& [name, document] = seeds()[seed_number % seeds().size()];
    Dice dice(seed_number);
    const std::optional<std::string> xml = Mutant(mutation, document, dice);
    if (!xml.has_value()) continue;
    ++made;
    const Opinions opinions = Judge(*xml);
    ++(opinions.xerces.empty() ? valid : invalid);
    if (opinions.agree()) continue;
    Keep(absl::StrCat(mutation.name, "_", seed_number, ".xml"), *xml);
    EXPECT_LT(++disagreements, 10);
    ADD_FAILURE() << mutation.name << " " << seed_number << " of " << name
                  << "\n  reader: " << opinions.reader << "\n  Xerces: " << opinions.xerces;
    if (disagreements == 10) break;
  }
  // A judge that says the same of everything would agree with nobody here.
  const int least = kMutantsPerKind / kPartMin;
  EXPECT_GE(valid, mutation.verdicts == Verdicts::kAllInvalid ? 0 : least);
  EXPECT_GE(invalid, mutation.verdicts == Verdicts::kAllValid ? 0 : least);
  if (mutation.verdicts != Verdicts::kBoth) {
    EXPECT_EQ(std::min(valid, invalid), 0);
  }
  RecordProperty("valid", valid);
  RecordProperty("invalid", invalid);
}

// A document of the XML model with `text` as the value of the first element of this local name; ""
// where no seed has one.
std::string WithValue(const std::vector<std::pair<std::string, Node>>& seeds,
                      absl::string_view local, absl::string_view text) {
  for (const auto& [name, document] : seeds) {
    Node changed = document;
    for (const Place& place : Values(changed)) {
      if (LocalOf(place.node->name) != local) continue;
      place.node->SetText(Escaped(text));
      return WriteTree(changed);
    }
  }
  return "";
}

// Which of them a kind's dice take is chance; here each of them is judged.
TEST_F(Judges, AgreeOnEachDateThatMutationsTake) {
  int valid = 0;
  for (const absl::string_view date : Dates()) {
    for (const char* element : {"watermark", "crDate"}) {
      const std::string xml = WithValue(seeds_->at(Model::kXml), element, date);
      ASSERT_NE(xml, "") << element;
      const Opinions opinions = Judge(xml);
      EXPECT_TRUE(opinions.agree()) << element << " " << date << "\n  reader: " << opinions.reader
                                    << "\n  Xerces: " << opinions.xerces;
      valid += opinions.xerces.empty() ? 1 : 0;
    }
  }
  EXPECT_GT(valid, 40);
}

// What the verifier's rules judge beyond the schemas is the schemas' to allow.
TEST_F(Judges, TakeWhatOnlyTheVerifierRefuses) {
  const struct {
    const char* element;
    const char* text;
  } kValues[] = {
      {"crDate", "2026-11-22T23:59:60Z"},
      {"crDate", "2026-11-22T12:34:60Z"},
      {"crDate", "2026-11-22T00:00:00+00:00"},
      {"crDate", "2026-11-22T00:00:00-00:00"},
      {"name", "192.0.2.1"},
      {"name", "localhost"},
      {"name", "ab--cd.test"},
      {"aName", "xn--mnchen-3ya.test"},
  };
  for (const auto& value : kValues) {
    const Opinions opinions = Judge(WithValue(seeds_->at(Model::kXml), value.element, value.text));
    EXPECT_EQ(opinions.reader, "") << value.text;
    EXPECT_EQ(opinions.xerces, "") << value.text;
  }
  // No text of XML has these, which CSV could carry.
  for (const char* text : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    const Opinions opinions = Judge(WithValue(seeds_->at(Model::kXml), "name", text));
    EXPECT_NE(opinions.reader, "");
    EXPECT_NE(opinions.xerces, "");
  }
}

TEST_P(SchemaConformance, SeedsAreValid) {
  for (const auto& [name, document] : seeds()) {
    const Opinions opinions = Judge(WriteTree(document));
    EXPECT_EQ(opinions.xerces, "") << name;
    EXPECT_EQ(opinions.reader, "") << name;
  }
}

// Kinds for which a document of definitions has no place: ROIDs, digests and keys are in the files.
std::vector<Mutation> CsvMutations() {
  std::vector<Mutation> mutations;
  for (const Mutation& mutation : Mutations()) {
    const absl::string_view name = mutation.name;
    if (name != "WordCharacter" && name != "ReplaceBinary") mutations.push_back(mutation);
  }
  return mutations;
}

std::string NameOf(const testing::TestParamInfo<std::tuple<Mutation, Model>>& info) {
  return std::get<Mutation>(info.param).name;
}

INSTANTIATE_TEST_SUITE_P(XmlModel, SchemaConformance,
                         testing::Combine(testing::ValuesIn(Mutations()),
                                          testing::Values(Model::kXml)),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(CsvModel, SchemaConformance,
                         testing::Combine(testing::ValuesIn(CsvMutations()),
                                          testing::Values(Model::kCsv)),
                         NameOf);

}  // namespace
}  // namespace tidemark::conformance
