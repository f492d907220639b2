// One registry in the XML model, in the CSV model and in both: the verdict is the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "rde/records.h"
#include "tools/generator/generator.h"
#include "verifier/check.h"
#include "verifier/finding.h"
#include "verifier/input/deposit_input.h"
#include "verifier/report_json.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::Pair;

class ModelsTest : public ::testing::Test {
 protected:
  // Writes the registry to a directory of its own and returns that.
  std::string Make(const std::string& types, const generator::GeneratorOptions& base = Options()) {
    const std::string dir = absl::StrCat(base::TestDir(), "/", ++count_);
    EXPECT_OK(base::MakeDirs(dir, base::FileMode::kPublic));
    generator::GeneratorOptions options = base;
    if (!types.empty()) options.csv_uris = *generator::ParseCsvTypes(types);
    auto xml = base::FileSink::Create(absl::StrCat(dir, "/", generator::DepositName(options)),
                                      base::FileMode::kPublic);
    auto zone = base::FileSink::Create(absl::StrCat(dir, "/zone"), base::FileMode::kPublic);
    EXPECT_OK(generator::Generate(
        options, **xml, **zone, {},
        [&dir](const std::string& name) -> absl::StatusOr<std::unique_ptr<base::ByteSink>> {
          return base::FileSink::Create(absl::StrCat(dir, "/", name), base::FileMode::kPublic);
        }));
    EXPECT_OK((*xml)->Close());
    EXPECT_OK((*zone)->Close());
    return dir;
  }

  static generator::GeneratorOptions Options() {
    generator::GeneratorOptions options;
    options.domains = 300;
    return options;
  }

  static Report Check(const std::string& path, generator::HostModel hosts,
                      generator::DataModel data) {
    CheckOptions options;
    options.profile = Profile::kRst;
    options.now = absl::FromUnixSeconds(1795312800);
    options.host_model =
        hosts == generator::HostModel::kObjects ? HostModel::kObjects : HostModel::kAttributes;
    options.data_model =
        data == generator::DataModel::kMaximum ? DataModel::kMaximum : DataModel::kMinimum;
    auto input = DepositInput::Open(path, {});
    EXPECT_OK(input);
    if (!input.ok()) return Report();
    if (!(*input)->xml_name().empty()) options.file_name = (*input)->xml_name();
    DepositChecker checker(options);
    const auto read_xml = [](base::ByteSource& xml, rde::RecordSink& sink) {
      return rde::ReadDeposit(xml, sink);
    };
    const absl::Status read = ReadInput(**input, read_xml, Resources(), checker);
    if (!read.ok()) checker.CouldNotRead(read);
    return checker.Finish();
  }

  static Report Check(const std::string& path) {
    return Check(path, generator::HostModel::kObjects, generator::DataModel::kMaximum);
  }

  // How often the deposit has each code.
  static std::map<std::string, int64_t> FindingsOf(const Report& report) {
    std::map<std::string, int64_t> counts;
    for (const Finding& finding : report.findings) {
      counts[std::string(InfoOf(finding.code).name)] = finding.count;
    }
    return counts;
  }

  // Counts by object type, whatever the model.
  static std::map<std::string, int64_t> CountsOf(const Report& report) {
    std::map<std::string, int64_t> counts;
    for (const auto& [uri, count] : report.counts) {
      if (uri != rde::kPolicyUri) counts[absl::StrReplaceAll(uri, {{":csv", ":rde"}})] = count;
    }
    return counts;
  }

 private:
  int count_ = 0;
};

TEST_F(ModelsTest, CountsAndVerdictDoNotDependOnTheModel) {
  const Report xml = Check(Make(""));
  // A registry has hosts and contacts that no domain names, which INFO tells; nothing else.
  const std::map<std::string, int64_t> findings = FindingsOf(xml);
  EXPECT_THAT(findings, ElementsAre(Pair("TDM_CONTACT_UNREFERRED", Gt(0)),
                                    Pair("TDM_HOST_UNREFERRED", Gt(0))));
  EXPECT_EQ(xml.verdict, Verdict::kPass);
  for (const char* types : {"all", "domain", "domain,host", "contact,registrar,idnLanguage,NNDN"}) {
    const Report report = Check(Make(types));
    EXPECT_EQ(FindingsOf(report), findings) << types << "\n" << ReportJson(report);
    EXPECT_EQ(report.verdict, Verdict::kPass) << types;
    EXPECT_EQ(CountsOf(report), CountsOf(xml)) << types;
  }
}

TEST_F(ModelsTest, AThinRegistryWithHostAttributesIsTheSameToo) {
  generator::GeneratorOptions options = Options();
  options.host_model = generator::HostModel::kAttributes;
  options.data_model = generator::DataModel::kMinimum;
  const Report xml = Check(Make("", options), options.host_model, options.data_model);
  const Report csv = Check(Make("all", options), options.host_model, options.data_model);
  EXPECT_THAT(CodesOf(csv), IsEmpty()) << ReportJson(csv);
  EXPECT_EQ(CountsOf(csv), CountsOf(xml));
}

TEST_F(ModelsTest, ADirectoryItsXmlAndATarAreOneDeposit) {
  const std::string dir = Make("all");
  const std::string name = generator::DepositName(Options());
  auto tar = base::RunAndCapture(
      {"/bin/sh", "-c",
       absl::StrCat("cd ", dir, " && rm zone && tar -cf ../one.tar ", "*.csv ", name)},
      absl::Seconds(60), 1 << 16);
  ASSERT_OK(tar);
  ASSERT_EQ(tar->exit_status, 0) << tar->err;
  const std::string report = ReportJson(Check(dir));
  EXPECT_EQ(ReportJson(Check(absl::StrCat(dir, "/", name))), report);
  EXPECT_EQ(ReportJson(Check(absl::StrCat(dir, "/../one.tar"))), report);
}

TEST_F(ModelsTest, AFileThatIsALinkOutOfTheDirectoryIsMissing) {
  const std::string dir = Make("NNDN");
  const std::string csv = absl::StrCat(dir, "/example_2026-11-22_NNDN.csv");
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(csv));
  const std::string outside = absl::StrCat(base::TestDir(), "/outside.csv");
  ASSERT_OK(base::WriteFile(outside, text, base::FileMode::kPublic));
  ASSERT_EQ(std::remove(csv.c_str()), 0);
  ASSERT_EQ(symlink(outside.c_str(), csv.c_str()), 0);
  EXPECT_THAT(CodesOf(Check(dir)), ::testing::ElementsAre("RDE_MISSING_FILES"));
}

TEST_F(ModelsTest, ADirectoryHoldsOneXml) {
  const std::string dir = Make("");
  ASSERT_OK(base::WriteFile(absl::StrCat(dir, "/b.xml"), "<a/>", base::FileMode::kPublic));
  EXPECT_THAT(DepositInput::Open(dir, {}), base::StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::verifier
