#include "verifier/input/deposit_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/gzip.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "verifier/check.h"
#include "verifier/finding.h"
#include "verifier/testing/csv_deposit_text.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Status ReadXmlOf(base::ByteSource& xml, rde::RecordSink& sink) {
  return rde::ReadDeposit(xml, sink);
}

// Judges what a stream holds.
Report CheckStream(base::ByteSource& content) {
  DepositChecker checker(GoodOptions());
  const absl::Status status = ReadStream(content, ReadXmlOf, {}, checker);
  if (!status.ok()) checker.CouldNotRead(status);
  return checker.Finish();
}
Report CheckBytes(absl::string_view bytes) {
  base::StringSource source(bytes);
  return CheckStream(source);
}

// Judges what a person names.
Report CheckPath(const std::string& path) {
  DepositChecker checker(GoodOptions());
  const auto input = DepositInput::Open(path, {});
  EXPECT_OK(input);
  if (input.ok()) {
    EXPECT_OK(ReadInput(**input, ReadXmlOf, {}, checker));
  }
  return checker.Finish();
}

class DepositInputTest : public ::testing::Test {
 protected:
  DepositInputTest() {
    EXPECT_OK(base::WriteFile(dir_ + "/test.xml", DepositText(), base::FileMode::kPrivate));
  }
  // Bytes of out.tar, which the shell makes by `command` in a directory that holds test.xml.
  std::string Make(const std::string& command) {
    const auto result = base::RunAndCapture(
        {"/bin/sh", "-c", absl::StrCat("cd ", dir_, " && ", command)}, absl::Seconds(60), 1 << 16);
    EXPECT_OK(result);
    EXPECT_EQ(result->exit_status, 0) << result->err;
    return base::ReadSmallFile(dir_ + "/out.tar").value_or("");
  }

  const std::string dir_ = base::TestDir();
};

// Gives some bytes, then an error of its own.
class FailingSource final : public base::ByteSource {
 public:
  FailingSource(absl::string_view data, absl::Status error)
      : source_(data), error_(std::move(error)) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    const auto got = source_.Read(buffer);
    if (got.ok() && *got == 0) return error_;
    return got;
  }
  absl::Status Close() override { return error_; }

 private:
  base::StringSource source_;
  const absl::Status error_;
};

TEST_F(DepositInputTest, StreamsAreWhatTheyBeginLike) {
  const std::string tar = Make("tar -cf out.tar test.xml");
  ASSERT_OK_AND_ASSIGN(const std::string zipped_tar, base::Gzip(tar));
  ASSERT_OK_AND_ASSIGN(const std::string zipped_xml, base::Gzip(DepositText()));
  for (const std::string& bytes : {DepositText(), tar, zipped_tar, zipped_xml}) {
    const Report report = CheckBytes(bytes);
    EXPECT_THAT(CodesOf(report), IsEmpty());
    EXPECT_EQ(report.verdict, Verdict::kPass);
  }
  EXPECT_THAT(ErrorCodesOf(CheckBytes("")), ElementsAre("RDE_XML_PARSE_ERROR"));
}

TEST_F(DepositInputTest, WhatIsNoFileOfADepositIsRefused) {
  const Report report = CheckBytes(Make("ln -s test.xml link && tar -cf out.tar test.xml link"));
  ExpectRaised(report, "TDM_FILES_REFUSED");
  EXPECT_THAT(CodesOf(report), ElementsAre("TDM_FILES_REFUSED"));
  EXPECT_EQ(report.verdict, Verdict::kFail);
  EXPECT_EQ(report.findings[0].message, "in the tar, link is a link");
  EXPECT_FALSE(report.findings[0].at.has_value());
  // A good neighbour: files in a folder.
  EXPECT_THAT(CodesOf(CheckBytes(Make("rm link && mkdir d && cp test.xml d && tar -cf out.tar d"))),
              IsEmpty());
}

TEST_F(DepositInputTest, OfAPathThatComesAgainTheLastCounts) {
  Make("tar -cf out.tar test.xml");
  const std::string later =
      DepositText({{"<rdeDomain:name>one.test", "<rdeDomain:name>one.toast"}});
  ASSERT_OK(base::WriteFile(dir_ + "/test.xml", later, base::FileMode::kPrivate));
  EXPECT_THAT(ErrorCodesOf(CheckBytes(Make("tar -rf out.tar test.xml"))),
              ElementsAre("RDE_DOMAIN_HAS_INVALID_NAME"));
}

TEST_F(DepositInputTest, EveryTruncationLacksFiles) {
  const std::string tar = Make("tar -cf out.tar test.xml");
  const size_t end_of_file = 512 + DepositText().size();
  for (size_t size = 512; size < end_of_file; size += 499) {
    EXPECT_THAT(CodesOf(CheckBytes(absl::string_view(tar).substr(0, size))),
                ElementsAre("RDE_MISSING_FILES"))
        << size;
  }
  ASSERT_OK_AND_ASSIGN(const std::string zipped, base::Gzip(tar));
  for (size_t size = 3; size < zipped.size(); size += 97) {
    EXPECT_THAT(CodesOf(CheckBytes(absl::string_view(zipped).substr(0, size))),
                ElementsAre("RDE_MISSING_FILES"))
        << size;
  }
}

TEST_F(DepositInputTest, XmlInGzipThatIsCutOffOrDamagedLacksFiles) {
  ASSERT_OK_AND_ASSIGN(std::string zipped, base::Gzip(DepositText()));
  EXPECT_THAT(CodesOf(CheckBytes(zipped.substr(0, zipped.size() - 9))),
              ElementsAre("RDE_MISSING_FILES"));
  zipped[zipped.size() - 6] ^= 1;  // of the checksum
  EXPECT_THAT(CodesOf(CheckBytes(zipped)), ElementsAre("RDE_MISSING_FILES"));
}

TEST_F(DepositInputTest, BombsInGzipAreOverTheLimit) {
  ASSERT_OK_AND_ASSIGN(const std::string xml,
                       base::Gzip(DepositText() + std::string(8 << 20, ' ')));
  const std::string tar =
      Make("head -c 8000000 /dev/zero > bomb.csv && tar -cf - test.xml bomb.csv | gzip > out.tar");
  for (const std::string& bytes : {xml, tar}) {
    const Report report = CheckBytes(bytes);
    EXPECT_THAT(CodesOf(report), ElementsAre("TDM_LIMIT_EXCEEDED"));
    EXPECT_EQ(report.verdict, Verdict::kFail);
  }
}

TEST_F(DepositInputTest, WhatGzipAppendsIsNotOfTheName) {
  ASSERT_OK_AND_ASSIGN(const std::string zipped, base::Gzip(DepositText()));
  for (const char* name : {"/a_full_S1_R0.xml.gz", "/a_full_S1_R0.xml"}) {
    ASSERT_OK(base::WriteFile(dir_ + name, zipped, base::FileMode::kPrivate));
    ASSERT_OK_AND_ASSIGN(const auto input, DepositInput::Open(dir_ + name, {}));
    EXPECT_EQ(input->xml_name(), "a_full_S1_R0.xml");
  }
}

TEST_F(DepositInputTest, FilesOfATarThatNothingNamesAreTold) {
  EXPECT_THAT(CodesOf(CheckBytes(Make("echo x > more.csv && tar -cf out.tar test.xml more.csv"))),
              ElementsAre("TDM_CSV_FILE_UNNAMED"));
}

TEST_F(DepositInputTest, AnErrorOfTheStreamIsNobodysFlaw) {
  const std::string tar = Make("tar -cf out.tar test.xml");
  ASSERT_OK_AND_ASSIGN(const std::string zipped, base::Gzip(tar));
  for (const std::string& bytes : {tar.substr(0, 3000), zipped.substr(0, 600), std::string()}) {
    for (const absl::Status& error :
         {absl::DataLossError("altered"), absl::ResourceExhaustedError("too long"),
          absl::UnavailableError("gone")}) {
      FailingSource source(bytes, error);
      const Report report = CheckStream(source);
      EXPECT_THAT(CodesOf(report), IsEmpty()) << error;
      EXPECT_EQ(report.verdict, Verdict::kUndecided) << error;
    }
  }
}

TEST_F(DepositInputTest, ScratchThatCannotBeHadIsNobodysFlaw) {
  const std::string tar = Make("tar -cf out.tar test.xml");
  base::StringSource source(tar);
  Resources resources;
  resources.scratch_dir = dir_ + "/absent";
  EXPECT_THAT(DepositInput::OfStream(source, resources),
              base::StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DepositInputTest, CsvFilesComeFromFoldersOfATar) {
  const std::string deposit = CsvDepositText();
  ASSERT_OK(base::WriteFile(dir_ + "/text", deposit, base::FileMode::kPrivate));
  const std::string tar = Make(
      "mkdir -p in/rows && awk '/^=== /{to=\"in/rows/\" $2; printf \"\" > to; next} "
      "{print > (to ? to : \"in/test.xml\")}' text && tar -cf out.tar in");
  const Report report = CheckBytes(tar);
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:csvDomain-1.0"), 2);
}

// A deposit in the CSV model whose XML is in gzip, or was split.
class PackedXmlTest : public DepositInputTest {
 protected:
  PackedXmlTest() {
    EXPECT_OK(base::WriteFile(dir_ + "/text", CsvDepositText(), base::FileMode::kPrivate));
    Make(
        "mkdir plain && awk '/^=== /{to=\"plain/\" $2; printf \"\" > to; next} "
        "{print > (to ? to : \"plain/test_2026-11-22_full_S1_R0.xml\")}' text && "
        "cp -r plain zipped && gzip zipped/*.xml && cp -r plain split && cd split && "
        "split -n 3 --numeric-suffixes=1 -a 1 *.xml part && rm *.xml && "
        "for n in 1 2 3; do mv part$n test_2026-11-22_full_S${n}_R0.xml; done");
  }
  const std::string zipped_ = dir_ + "/zipped/test_2026-11-22_full_S1_R0.xml.gz";
};

TEST_F(PackedXmlTest, HasItsCsvFilesBesideIt) {
  for (const std::string& path : {dir_ + "/plain", dir_ + "/zipped", dir_ + "/split", zipped_}) {
    const Report report = CheckPath(path);
    EXPECT_THAT(CodesOf(report), IsEmpty()) << path;
    EXPECT_EQ(report.verdict, Verdict::kPass) << path;
    EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:csvDomain-1.0"), 2) << path;
  }
  DepositChecker checker(GoodOptions());
  std::vector<std::string> parts;
  for (const char* part : {"S3", "S1", "S2"}) {
    parts.push_back(absl::StrCat(dir_, "/split/test_2026-11-22_full_", part, "_R0.xml"));
  }
  ASSERT_OK_AND_ASSIGN(const auto input, DepositInput::OpenParts(parts, {}));
  EXPECT_OK(ReadInput(*input, ReadXmlOf, {}, checker));
  EXPECT_EQ(checker.Finish().verdict, Verdict::kPass);
}

TEST_F(PackedXmlTest, LacksTheSameFilesAsPlainXml) {
  Make("rm */host.csv && for d in plain zipped split; do echo x > $d/more.csv; done");
  const std::vector<std::string> codes = CodesOf(CheckPath(dir_ + "/plain"));
  EXPECT_THAT(codes, ::testing::Contains("TDM_CSV_FILE_UNNAMED"));
  EXPECT_THAT(codes, ::testing::Contains("RDE_MISSING_FILES"));
  EXPECT_EQ(CodesOf(CheckPath(dir_ + "/zipped")), codes);
  EXPECT_EQ(CodesOf(CheckPath(dir_ + "/split")), codes);
}

TEST_F(PackedXmlTest, IsReadAnyNumberOfTimes) {
  for (const std::string& path : {dir_ + "/zipped", dir_ + "/split"}) {
    ASSERT_OK_AND_ASSIGN(const auto input, DepositInput::Open(path, {}));
    std::vector<std::string> texts(3);
    for (std::string& text : texts) {
      ASSERT_OK_AND_ASSIGN(const auto xml, input->OpenXml());
      base::StringSink sink(text, 1 << 20);
      ASSERT_OK(base::CopyAll(*xml, sink));
    }
    EXPECT_GT(texts[0].size(), 1'000u);
    EXPECT_THAT(texts, ::testing::Each(texts[0]));
  }
}

TEST_F(PackedXmlTest, ThatIsCutOffLacksFiles) {
  Make("cd zipped && head -c 300 *.gz > cut && mv cut *.gz");
  EXPECT_THAT(CodesOf(CheckPath(dir_ + "/zipped")), ElementsAre("RDE_MISSING_FILES"));
}

TEST_F(PackedXmlTest, BesidesPlainXmlIsNotTheDeposit) {
  Make("cp zipped/*.gz plain/other.xml.gz");
  EXPECT_THAT(CodesOf(CheckPath(dir_ + "/plain")), IsEmpty());
  Make("cp zipped/*.gz zipped/other.xml.gz");
  EXPECT_THAT(DepositInput::Open(dir_ + "/zipped", {}),
              base::StatusIs(absl::StatusCode::kInvalidArgument,
                             ::testing::HasSubstr("holds 2 XML files in gzip")));
}

TEST_F(PackedXmlTest, MayBePartsEachInGzip) {
  Make("gzip split/*.xml");
  const Report report = CheckPath(dir_ + "/split");
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:csvDomain-1.0"), 2);
  ASSERT_OK_AND_ASSIGN(const auto input, DepositInput::Open(dir_ + "/split", {}));
  EXPECT_EQ(input->xml_name(), "test_2026-11-22_full_S1_R0.xml");
  Make("rm split/*_S2_*");
  const Report lacking = CheckPath(dir_ + "/split");
  ASSERT_THAT(CodesOf(lacking), ElementsAre("RDE_MISSING_FILES"));
  EXPECT_EQ(lacking.findings[0].message,
            "part test_2026-11-22_full_S2_R0.xml.gz is missing; there are S1, S3");
}

// As with one file in a directory.
TEST_F(PackedXmlTest, LinksAndPipesAreNoParts) {
  Make("cd split && mkdir ../out && mv *_S2_* ../out && ln -s ../out/*_S2_* . && mkfifo pipe.xml");
  const Report report = CheckPath(dir_ + "/split");
  ASSERT_THAT(CodesOf(report), ElementsAre("RDE_MISSING_FILES"));
  EXPECT_EQ(report.findings[0].message,
            "part test_2026-11-22_full_S2_R0.xml is missing; there are S1, S3");
  // A pipe by a part's name would wait for a writer for ever.
  Make("cd split && rm *_S2_* && mkfifo test_2026-11-22_full_S2_R0.xml");
  EXPECT_THAT(CodesOf(CheckPath(dir_ + "/split")), ElementsAre("RDE_MISSING_FILES"));
}

TEST_F(PackedXmlTest, BesidesAnotherWhateverItsCaseIsNotChosen) {
  Make("cp plain/*.xml split/OTHER.XML");
  EXPECT_THAT(DepositInput::Open(dir_ + "/split", {}),
              base::StatusIs(absl::StatusCode::kInvalidArgument,
                             ::testing::HasSubstr("holds 4 XML files that are not the parts")));
}

TEST_F(PackedXmlTest, ThatWasChangedIsNotReadAgain) {
  Make("cp -r zipped again");
  for (const std::string& change :
       {std::string("tar -cf out.tar -C plain . && cp out.tar zipped/*.gz"),
        std::string("cp again/*.gz zipped/new && mv zipped/new zipped/*.gz"),
        std::string("for f in zipped/*.gz; do echo x >> $f; done")}) {
    Make("rm -r zipped && cp -r again zipped");
    ASSERT_OK_AND_ASSIGN(const auto input, DepositInput::Open(dir_ + "/zipped", {}));
    EXPECT_OK(input->OpenXml()) << change;
    Make(change);
    EXPECT_THAT(input->OpenXml(),
                base::StatusIs(absl::StatusCode::kFailedPrecondition,
                               ::testing::HasSubstr("was changed while it was judged")))
        << change;
  }
}

TEST_F(PackedXmlTest, IsReadTwiceAtATime) {
  for (const std::string& path : {dir_ + "/zipped", dir_ + "/split"}) {
    ASSERT_OK_AND_ASSIGN(const auto input, DepositInput::Open(path, {}));
    ASSERT_OK_AND_ASSIGN(const auto one, input->OpenXml());
    ASSERT_OK_AND_ASSIGN(const auto two, input->OpenXml());
    std::vector<std::string> texts(2);
    base::StringSink sink_one(texts[0], 1 << 20);
    base::StringSink sink_two(texts[1], 1 << 20);
    ASSERT_OK(base::CopyAll(*one, sink_one));
    ASSERT_OK(base::CopyAll(*two, sink_two));
    EXPECT_GT(texts[0].size(), 1'000u);
    EXPECT_EQ(texts[0], texts[1]);
  }
}

// A tar of any size can be in gzip as a whole.
TEST_F(PackedXmlTest, InATarIsAFlawThatSaysWhatToDo) {
  const Report zipped = CheckBytes(Make("tar -cf out.tar -C zipped ."));
  ASSERT_THAT(CodesOf(zipped), ElementsAre("RDE_MISSING_FILES"));
  EXPECT_THAT(zipped.findings[0].message, ::testing::HasSubstr("put in the XML itself"));
  const Report split = CheckBytes(Make("tar -cf out.tar -C split ."));
  ASSERT_THAT(CodesOf(split), ElementsAre("TDM_FILES_REFUSED"));
  EXPECT_THAT(split.findings[0].message, ::testing::HasSubstr("3 parts of an XML file; join them"));
  EXPECT_THAT(CodesOf(CheckBytes(Make("tar -cf out.tar -C plain ."))), IsEmpty());
}

}  // namespace
}  // namespace tidemark::verifier
