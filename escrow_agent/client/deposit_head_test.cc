#include "escrow_agent/client/deposit_head.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/tar_writer.h"
#include "base/testing.h"

namespace tidemark::escrow_agent {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;

constexpr char kDeposit[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<rde:deposit type=\"DIFF\" id=\"A7\" prevId=\"A6\" resend=\"3\"\n"
    " xmlns:rde=\"urn:ietf:params:xml:ns:rde-1.0\"\n"
    " xmlns:h=\"urn:ietf:params:xml:ns:rdeHeader-1.0\">\n"
    "<rde:watermark>2026-11-22T00:00:00Z</rde:watermark>\n"
    "<rde:rdeMenu><rde:version>1.0</rde:version>"
    "<rde:objURI>urn:ietf:params:xml:ns:rdeDomain-1.0</rde:objURI></rde:rdeMenu>\n"
    "<rde:deletes></rde:deletes>"
    "<rde:contents>\n<h:header><h:tld>example</h:tld>"
    "<h:count uri=\"urn:ietf:params:xml:ns:rdeDomain-1.0\">1</h:count></h:header>\n";

// Rows of more than is read ahead: what stands behind them is not there yet.
const std::string kRows(1 << 20, '\n');

absl::StatusOr<DepositHead> Read(const std::string& file, const std::string& only_tld = "") {
  base::StringSource source(file);
  return ReadDepositHead(source, "", only_tld);
}

using Members = std::vector<std::pair<std::string, std::string>>;

std::string Tar(const Members& members) {
  std::string tar;
  base::StringSink sink(tar, 8 << 20);
  auto writer = *base::TarWriter::Create(sink, absl::UnixEpoch());
  for (const auto& [name, text] : members) {
    base::StringSource source(text);
    EXPECT_OK(writer->Add(name, text.size(), source));
  }
  EXPECT_OK(writer->Close());
  return tar;
}

// Of a file on disk.
absl::StatusOr<DepositHead> ReadFrom(const std::string& tar) {
  const std::string path = absl::StrCat(base::TestDir(), "/deposit.tar");
  EXPECT_OK(base::WriteFile(path, tar, base::FileMode::kPublic));
  const auto file = *base::FileSource::Open(path);
  return ReadDepositHead(*file, path, "");
}

void ExpectTarRefused(const Members& members, const std::string& why) {
  EXPECT_THAT(ReadFrom(Tar(members)), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)));
}

void ExpectRefused(const std::string& file, const std::string& why) {
  EXPECT_THAT(Read(file), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)));
}

std::string With(absl::string_view what, absl::string_view instead) {
  return absl::StrReplaceAll(kDeposit, {{what, instead}});
}

TEST(DepositHead, SaysWhatTheDepositSays) {
  ASSERT_OK_AND_ASSIGN(const DepositHead head, Read(kDeposit));
  EXPECT_EQ(head.id.ToString(), "example/A7/3");
  EXPECT_EQ(head.kind, tidemark::v1::DEPOSIT_KIND_DIFF);
  EXPECT_EQ(head.prev_id, "A6");
  EXPECT_EQ(head.watermark_unix_seconds, 1'795'305'600);
  EXPECT_EQ(head.bytes, kDeposit);
  EXPECT_FALSE(head.is_archive);
}

TEST(DepositHead, WhatFollowsTheHeaderIsNotLookedAt) {
  const std::string file = absl::StrCat(kDeposit, std::string(100'000, '<'));
  ASSERT_OK_AND_ASSIGN(const DepositHead head, Read(file));
  EXPECT_EQ(head.id.id(), "A7");
  EXPECT_LT(head.bytes.size(), 20'000u);
}

TEST(DepositHead, MenuOrHeaderSayThatObjectsAreInCsvFiles) {
  constexpr char kXml[] = "urn:ietf:params:xml:ns:rdeDomain-1.0";
  constexpr char kCsv[] = "urn:ietf:params:xml:ns:csvDomain-1.0";
  ASSERT_OK_AND_ASSIGN(const DepositHead xml, Read(kDeposit));
  EXPECT_FALSE(xml.names_csv_files);
  for (const absl::string_view element : {"<rde:objURI>", "<h:count uri=\""}) {
    ASSERT_OK_AND_ASSIGN(const DepositHead csv,
                         Read(With(absl::StrCat(element, kXml), absl::StrCat(element, kCsv))));
    EXPECT_TRUE(csv.names_csv_files) << element;
  }
}

TEST(DepositHead, WhatIsPackedIsNamed) {
  ExpectRefused("\x1f\x8b\x08", "in gzip");
  ExpectRefused("\x85\x01\x0c", "OpenPGP");
  ExpectRefused("-----BEGIN PGP MESSAGE-----\n", "OpenPGP");
}

TEST(DepositHead, AFileOnDiskMayHaveItsXmlAnywhereInATar) {
  for (const Members& members : {Members{{"a.xml", kDeposit}, {"b.csv", kRows}},
                                 Members{{"b.csv", kRows}, {"f/a.xml", kDeposit}},
                                 Members{{"b.csv", kRows}, {"f/g/a.XML", kDeposit}},
                                 // The last of a path counts.
                                 Members{{"a.xml", "<other/>"}, {"a.xml", kDeposit}}}) {
    const std::string tar = Tar(members);
    ASSERT_OK_AND_ASSIGN(const DepositHead head, ReadFrom(tar));
    EXPECT_EQ(head.id.ToString(), "example/A7/3");
    EXPECT_TRUE(head.is_archive);
    EXPECT_EQ(head.bytes, tar.substr(0, head.bytes.size()));
  }
}

TEST(DepositHead, AStreamHasTheXmlFirstInATar) {
  for (const absl::string_view name : {"a.xml", "f/a.xml", "f/g/a.XML"}) {
    const std::string tar = Tar({{std::string(name), kDeposit}, {"b.csv", kRows}});
    ASSERT_OK_AND_ASSIGN(const DepositHead head, Read(tar));
    EXPECT_EQ(head.id.ToString(), "example/A7/3");
    EXPECT_TRUE(head.is_archive);
    EXPECT_EQ(head.bytes, tar.substr(0, head.bytes.size()));
  }
  for (const absl::string_view name : {"b.csv", "a.xml.gz"}) {
    ExpectRefused(Tar({{std::string(name), kRows}, {"a.xml", kDeposit}}), "put the XML first");
  }
}

TEST(DepositHead, WhatWasReadOfAStreamAndItsRestAreTheFile) {
  const std::string tar = Tar({{"a.xml", kDeposit}, {"b.csv", kRows}});
  base::StringSource source(tar);
  ASSERT_OK_AND_ASSIGN(DepositHead head, ReadDepositHead(source, "", ""));
  base::StringSink sink(head.bytes, 8 << 20);
  ASSERT_OK(base::CopyAll(source, sink));
  EXPECT_TRUE(head.bytes == tar);
}

// As many folders before its first file as there is patience for.
TEST(DepositHead, AStreamIsNotKeptWithoutEnd) {
  std::string folder = Tar({{"f/", ""}}).substr(0, 512);
  folder[156] = '5';
  folder.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : folder) sum += static_cast<unsigned char>(c);
  folder.replace(148, 6, absl::StrFormat("%06o", sum));
  std::string folders;
  while (folders.size() < 2 * kHeadBytesMax) folders += folder;
  const std::string xml = Tar({{"f/a.xml", kDeposit}});
  EXPECT_OK(Read(folders + xml));
  ExpectRefused(absl::StrCat(folders, folders, folders, xml), "no head of a deposit within");
}

// As the verifier has it, which would refuse them.
TEST(DepositHead, ATarHasOneXmlFile) {
  ExpectTarRefused({{"a.xml", kDeposit}, {"b.xml", kDeposit}}, "holds 2 XML files");
  ExpectTarRefused({{"report.xml", "<report/>"}, {"a.xml", kDeposit}}, "holds 2 XML files");
  ExpectTarRefused({{"a.xml", kDeposit}, {"f/a.xml", kDeposit}}, "holds 2 XML files");
  ExpectTarRefused({{"b.csv", kRows}}, "no XML file");
  ExpectTarRefused({{"a.xml", With("DIFF", "THIN")}}, "type");
  ExpectTarRefused({{"a.xml", "<other/>"}}, "not an RFC 8909 deposit");
}

TEST(DepositHead, ATarThatIsCutOffIsRefusedOnDisk) {
  const std::string tar = Tar({{"a.xml", kDeposit}, {"b.csv", kRows}});
  EXPECT_THAT(ReadFrom(tar.substr(0, 100'000)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no whole tar")));
  ExpectRefused(tar.substr(0, 700), "not an RFC 8909 deposit");
  std::string no_tar(1024, '\0');
  no_tar.replace(257, 5, "ustar");
  ExpectRefused(no_tar, "not an RFC 8909 deposit");
}

TEST(DepositHead, ResendIsNoughtWhenAbsent) {
  ASSERT_OK_AND_ASSIGN(const DepositHead head, Read(With(" resend=\"3\"", "")));
  EXPECT_EQ(head.id.resend(), 0);
}

TEST(DepositHead, EachFlawThatLeavesNoIdentityIsRefused) {
  ExpectRefused("", "not an RFC 8909 deposit");
  ExpectRefused(With("DIFF", "THIN"), "type");
  ExpectRefused(With("A7", "a b"), "not an RFC 8909 deposit");
  ExpectRefused(With("\"3\"", "\"x\""), "resend");
  ExpectRefused(With("2026-11-22T00:00:00Z", "yesterday"), "watermark");
  ExpectRefused(With("<h:tld>example</h:tld>", ""), "TLD");
  ExpectRefused(With(">example<", ">EX AMPLE<"), "not an RFC 8909 deposit");
  ExpectRefused(std::string(kDeposit).substr(0, 500), "not an RFC 8909 deposit");
}

TEST(DepositHead, BehindLongDeletesTheConfiguredTldIsTaken) {
  std::string deletes = "<rde:deletes>";
  while (deletes.size() < kHeadBytesMax) {
    absl::StrAppend(&deletes, "<d:delete xmlns:d=\"urn:ietf:params:xml:ns:rdeDomain-1.0\">",
                    "<d:name>gone.example</d:name></d:delete>\n");
  }
  absl::StrAppend(&deletes, "</rde:deletes>");
  const std::string file = With("<rde:deletes></rde:deletes>", deletes);
  ExpectRefused(file, "no header");
  ASSERT_OK_AND_ASSIGN(const DepositHead head, Read(file, "example"));
  EXPECT_EQ(head.id.ToString(), "example/A7/3");
}

}  // namespace
}  // namespace tidemark::escrow_agent
