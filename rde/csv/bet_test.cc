// CSV files that are read once, on a bet: the sink gets the same as if they were read twice, or the
// bet is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rde/csv/csv_testing.h"

namespace tidemark::rde::csv {
namespace {

using Files = std::map<std::string, std::string>;

std::string FileXml(absl::string_view name, absl::string_view attributes) {
  return absl::StrCat("<rdeCsv:file ", attributes, ">", name, "</rdeCsv:file>");
}

// Domains with statuses and contacts, behind them NNDN. `attributes`: of the file of the statuses.
std::string DepositXml(absl::string_view attributes = "") {
  return CsvDeposit(absl::StrCat(
      "<csvDomain:contents>", TableXml("domain", "csvDomain:fName rdeCsv:fRoid rdeCsv:fClID", "d"),
      TableXml("domainStatuses", "csvDomain:fName@parent=true csvDomain:fStatus",
               FileXml("s", attributes)),
      TableXml("domainContacts",
               "csvDomain:fName@parent=true csvContact:fId csvDomain:fContactType", "c"),
      "</csvDomain:contents><csvNNDN:contents>",
      TableXml("NNDN", "csvNNDN:fAName csvNNDN:fNameState", "n"), "</csvNNDN:contents>"));
}

Files GoodFiles() {
  return {{"d", "one.test,D1-TEST,reg-1\nb.test,D2-TEST,reg-1\nc.test,D3-TEST,reg-1\n"},
          {"s", "one.test,ok\nb.test,clientHold\nb.test,inactive\nc.test,ok\n"},
          {"c", "b.test,c-1,admin\nc.test,c-1,tech\n"},
          {"n", "www.test,blocked\n"}};
}

TEST(Bet, FilesAreReadOnceAndTheSameIsSaid) {
  const Reading twice = ReadWithFiles(DepositXml(), GoodFiles());
  ASSERT_EQ(twice.Flaws(), "");
  for (const int threads : {1, 2}) {
    int opened = 0;
    const std::optional<Reading> once = ReadOnBet(DepositXml(), GoodFiles(), threads, &opened);
    ASSERT_TRUE(once.has_value());
    EXPECT_EQ(once->Digest(), twice.Digest());
    EXPECT_EQ(opened, 4);
  }
}

TEST(Bet, WhatRowsSayIsNoReasonToLoseIt) {
  Files files = GoodFiles();
  files["d"] = "one.test,D1_TEST,reg-1\nb.test,,reg-1\nB.test,D3-TEST,r\nc.test,D3-TEST,r\n";
  files["s"] = "one.test,sleepy\nc.test,\n";
  const Reading twice = ReadWithFiles(DepositXml(), files);
  const std::optional<Reading> once = ReadOnBet(DepositXml(), files);
  ASSERT_TRUE(once.has_value());
  EXPECT_GT(once->flaws.size(), 5u);
  EXPECT_EQ(once->Digest(), twice.Digest());
}

TEST(Bet, IsLostByWhatIsWrongWithTheForm) {
  const auto loses = [](const std::string& file, const std::string& text,
                        absl::string_view attributes = "") {
    Files files = GoodFiles();
    files[file] = text;
    return !ReadOnBet(DepositXml(attributes), files).has_value();
  };
  const std::string good = GoodFiles()["s"];
  EXPECT_FALSE(loses("s", good));
  EXPECT_FALSE(loses("s", good, "cksum=\"3D28C7F1\""));
  EXPECT_FALSE(loses("s", good, "cksum=\"sha\" cksumAlg=\"SHA256\""));
  EXPECT_TRUE(loses("s", good, "cksum=\"3D28C7F2\""));
  EXPECT_TRUE(loses("s", good, "cksum=\"x\" cksumAlg=\"SHA256\""));
  EXPECT_TRUE(loses("s", good, "cksum=\"x\" cksumAlg=\"MD5\""));
  EXPECT_TRUE(loses("s", absl::StrCat(good, "c.test\n")));
  EXPECT_TRUE(loses("s", absl::StrCat(good, "c.test,ok,\n")));
  EXPECT_TRUE(loses("s", absl::StrCat(good, "c.test,\"ok\n")));
  EXPECT_TRUE(loses("s", absl::StrCat(good, "c.test,o\"k\n")));
  EXPECT_TRUE(loses("s", absl::StrCat(good, "c.test,o\x01k\n")));
  EXPECT_TRUE(loses("s", absl::StrCat(good, "c.test,o\xC3k\n")));
}

TEST(Bet, IsLostByRowsInAnotherOrder) {
  Files files = GoodFiles();
  // They begin as the parents do.
  files["s"] = "one.test,ok\nc.test,ok\nb.test,clientHold\n";
  EXPECT_FALSE(ReadOnBet(DepositXml(), files).has_value());
  files["s"] = absl::StrCat(GoodFiles()["s"], "d.test,ok\n");
  EXPECT_FALSE(ReadOnBet(DepositXml(), files).has_value());
}

TEST(Bet, IsNotMadeOnWhatShowsAtTheFirstRows) {
  for (const char* name : {"d", "s", "c", "n"}) {
    Files files = GoodFiles();
    files.erase(name);
    const Reading twice = ReadWithFiles(DepositXml(), files);
    const std::optional<Reading> once = ReadOnBet(DepositXml(), files);
    ASSERT_TRUE(once.has_value()) << name;
    EXPECT_EQ(once->Digest(), twice.Digest()) << name;
  }
  Files files = GoodFiles();
  files["s"] = "b.test,clientHold\none.test,ok\nc.test,ok\n";
  const std::optional<Reading> once = ReadOnBet(DepositXml(), files);
  ASSERT_TRUE(once.has_value());
  EXPECT_EQ(once->Digest(), ReadWithFiles(DepositXml(), files).Digest());
}

// Whatever is wrong, and however much.
TEST(Bet, IsLostOrMakesNoDifference) {
  std::mt19937_64 random(1);
  int lost = 0;
  int won = 0;
  for (int i = 0; i < 3'000; ++i) {
    Files files = GoodFiles();
    for (uint64_t changes = random() % 4; changes > 0; --changes) {
      std::string& text = std::next(files.begin(), static_cast<int>(random() % 4))->second;
      static constexpr absl::string_view kPieces[] = {
          "\"", ",",  "\n", "\r\n", " ",      "\xC3\xA4", "\xC3",        "\t",
          "x",  "ok", "",   ",,",   "b.test", "B.TEST",   "c.test,ok\n", "\"a,b\""};
      const absl::string_view piece = kPieces[random() % std::size(kPieces)];
      text.replace(random() % (text.size() + 1), random() % 6, std::string(piece));
    }
    const std::optional<Reading> once =
        ReadOnBet(DepositXml(), files, 1 + static_cast<int>(random() % 2));
    ++(once.has_value() ? won : lost);
    if (!once.has_value()) continue;
    ASSERT_EQ(once->Digest(), ReadWithFiles(DepositXml(), files).Digest()) << i;
  }
  EXPECT_GT(lost, 300);
  EXPECT_GT(won, 300);
}

}  // namespace
}  // namespace tidemark::rde::csv
