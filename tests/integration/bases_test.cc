// --base with everything else that `tidemark check` takes: CSV files, tars, messages, schemas.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"
#include "tools/generator/generator.h"
#include "verifier/openpgp/gpg_testing.h"

namespace tidemark::tests {
namespace {

using generator::DepositKind;
using ::nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kDomains[] = "urn:ietf:params:xml:ns:rdeDomain-1.0";

// The registry's FULL, in the CSV model or in XML, and the DIFF of the night after, in XML.
class Bases : public ::testing::Test {
 protected:
  std::string Write(const std::string& folder, DepositKind kind, const std::string& csv_types) {
    const std::string dir = absl::StrCat(dir_, "/", folder);
    EXPECT_OK(base::MakeDirs(dir, base::FileMode::kPrivate));
    generator::GeneratorOptions options;
    options.domains = 200;
    options.changed_fraction = 0.1;
    options.night = kind == DepositKind::kFull ? 0 : 1;
    options.kind = kind;
    if (!csv_types.empty()) options.csv_uris = *generator::ParseCsvTypes(csv_types);
    const auto written = WriteDeposit(dir, options);
    EXPECT_OK(written);
    return written.ok() ? written->deposit_path : "";
  }

  // The DIFF with the FULL's policies in it, which a FULL in the CSV model has as attributes.
  std::string WriteDiff() {
    const std::string diff = Write("diff", DepositKind::kDiff, "");
    const auto full = base::ReadSmallFile(Write("policies", DepositKind::kFull, ""), 64 << 20);
    EXPECT_OK(full);
    const size_t begin = full->find("<rdePolicy:policy");
    const size_t end = full->find("/>", full->rfind("<rdePolicy:policy")) + 2;
    EXPECT_OK(EditFile(diff, diff, [&](std::string text) {
      return absl::StrReplaceAll(
          text,
          {{"</rde:contents>", absl::StrCat(full->substr(begin, end - begin), "</rde:contents>")}});
    }));
    return diff;
  }

  static json Check(std::vector<std::string> words, int exit_status) {
    words.insert(words.begin(), "check");
    words.insert(words.end(), {"--format", "json", "--quiet", "--now", "2026-11-23T02:00:00Z"});
    const auto result = Tidemark(words);
    EXPECT_OK(result);
    EXPECT_EQ(result->exit_status, exit_status) << result->out << result->err;
    return json::parse(result->out, nullptr, false);
  }

  void Shell(const std::string& command) {
    const auto result = base::RunAndCapture(
        {"/bin/sh", "-c", absl::StrCat("cd ", dir_, " && ", command)}, absl::Minutes(1), 1 << 20);
    ASSERT_OK(result);
    ASSERT_EQ(result->exit_status, 0) << result->err;
  }

  const std::string dir_ = base::TestDir();
};

TEST_F(Bases, ABaseInCsvFilesGivesWhatTheSameInXmlGives) {
  const std::string diff = WriteDiff();
  const std::string xml = Write("xml", DepositKind::kFull, "");
  const std::string csv = Write("csv", DepositKind::kFull, "all");
  Shell("tar -czf csv.tgz csv");
  const json report = Check({diff, "--base", xml}, 0);
  EXPECT_GT(report["counts"][kDomains], 100);
  for (const std::string& base : {csv, dir_ + "/csv", dir_ + "/csv.tgz"}) {
    const json on_csv = Check({diff, "--base", base}, 0);
    EXPECT_EQ(on_csv["counts"], report["counts"]) << base;
    EXPECT_EQ(on_csv["statistics"], report["statistics"]) << base;
  }
}

TEST_F(Bases, MessagesAreJudgedOnMessages) {
  verifier::Gpg gpg(dir_);
  ASSERT_OK(gpg.MakeKeys());
  const std::string full = Write("full", DepositKind::kFull, "all");
  const std::string diff = WriteDiff();
  constexpr char kDiff[] = "example_2026-11-23_diff_S1_R0.ryde";
  constexpr char kFull[] = "example_2026-11-22_full_S1_R0.ryde";
  Shell("tar -cf full.tar -C full .");
  ASSERT_OK(gpg.Encrypt("full.tar", kFull, "agent"));
  Shell("tar -cf diff.tar -C diff example_2026-11-23_diff_S1_R0.xml");
  ASSERT_OK(gpg.Encrypt("diff.tar", kDiff, "agent"));
  ASSERT_OK(gpg.Sign(kDiff, "diff.sig", "registry", verifier::Gpg::Form::kBinary));
  const json plain = Check({diff, "--base", full}, 0);
  const json sealed = Check({gpg.Path(kDiff), "--decryption-key", gpg.Path("secret.agent"),
                             "--signature", gpg.Path("diff.sig"), "--public-key",
                             gpg.Path("public.registry"), "--base", gpg.Path(kFull)},
                            0);
  EXPECT_EQ(sealed["counts"], plain["counts"]);
  // A base in plain text will do as well, and one that is to nobody here is nobody's flaw.
  EXPECT_EQ(Check({gpg.Path(kDiff), "--decryption-key", gpg.Path("secret.agent"), "--base", full},
                  0)["counts"],
            plain["counts"]);
  EXPECT_EQ(Check({diff, "--base", gpg.Path(kFull)}, 2)["verdict"], "undecided");
}

TEST_F(Bases, SchemasOfTheRegistrysOwnJudgeTheWholeChain) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  Shell(absl::StrCat("mkdir xsd && cp ", *shared, "/spec/xsd/*.xsd xsd/"));
  ASSERT_OK(base::WriteFile(dir_ + "/xsd/own.xsd", R"(<?xml version="1.0"?>
<schema targetNamespace="urn:example:own-1.0" xmlns:own="urn:example:own-1.0"
    xmlns:rde="urn:ietf:params:xml:ns:rde-1.0" xmlns="http://www.w3.org/2001/XMLSchema"
    elementFormDefault="qualified">
  <import namespace="urn:ietf:params:xml:ns:rde-1.0" schemaLocation="rde-1.0.xsd"/>
  <element name="thing" type="own:thingType" substitutionGroup="rde:content"/>
  <complexType name="thingType"><complexContent><extension base="rde:contentType">
    <sequence><element name="size" type="unsignedByte"/></sequence>
  </extension></complexContent></complexType>
</schema>)",
                            base::FileMode::kPrivate));
  const auto with_thing = [this](const std::string& from, const std::string& name,
                                 const std::string& size) {
    const std::string path = absl::StrCat(dir_, "/", name);
    EXPECT_OK(EditFile(from, path, [&size](std::string text) {
      return absl::StrReplaceAll(
          text, {{"</rde:contents>",
                  absl::StrCat("<own:thing xmlns:own=\"urn:example:own-1.0\"><own:size>", size,
                               "</own:size></own:thing></rde:contents>")}});
    }));
    return path;
  };
  const std::string full = Write("full", DepositKind::kFull, "");
  const std::string diff = Write("diff", DepositKind::kDiff, "");
  const auto schema_errors = [this](const std::string& file, const std::string& base, int status) {
    std::vector<std::string> files;
    const json report = Check({file, "--base", base, "--xsd", dir_ + "/xsd"}, status);
    for (const json& finding : report["findings"]) {
      if (finding["code"] != "RDE_SCHEMA_VALIDATION_ERROR") continue;
      files.push_back(finding["file"].is_string() ? std::string(finding["file"]) : "itself");
    }
    return files;
  };
  constexpr char kName[] = "example_2026-11-23_diff_S1_R0.xml";
  const std::string good = with_thing(diff, kName, "7");
  EXPECT_THAT(schema_errors(good, with_thing(full, "full.xml", "8"), 1), ElementsAre());
  EXPECT_THAT(schema_errors(good, with_thing(full, "bad.xml", "800"), 1), ElementsAre("bad.xml"));
  EXPECT_THAT(schema_errors(with_thing(diff, kName, "700"), full, 1), ElementsAre("itself"));
}

}  // namespace
}  // namespace tidemark::tests
