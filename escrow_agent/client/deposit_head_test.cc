#include "escrow_agent/client/deposit_head.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
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

absl::StatusOr<DepositHead> Read(const std::string& file, const std::string& only_tld = "") {
  base::StringSource source(file);
  return ReadDepositHead(source, only_tld);
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
  std::string tar(1024, '\0');
  tar.replace(257, 5, "ustar");
  ExpectRefused(tar, "is a tar");
  ExpectRefused("\x1f\x8b\x08", "in gzip");
  ExpectRefused("\x85\x01\x0c", "OpenPGP");
  ExpectRefused("-----BEGIN PGP MESSAGE-----\n", "OpenPGP");
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
