#include "rde/replay/replayer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/scratch.h"
#include "base/testing.h"

namespace tidemark::rde {
namespace {

using base::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Domain Named(const std::string& name, const std::string& mark = "") {
  Domain domain;
  domain.name = name;
  domain.registrant = mark;
  return domain;
}

Host HostOf(const std::string& name, const std::string& roid) {
  Host host;
  host.name = name;
  host.roid = roid;
  return host;
}

Header HeaderOf(const std::string& tld) {
  Header header;
  header.tld = tld;
  return header;
}

Delete NameOf(absl::string_view uri, const std::string& key) {
  return {std::string(uri), Delete::KeyKind::kId, key};
}
Delete RoidOf(const std::string& key) {
  return {std::string(kHostUri), Delete::KeyKind::kRoid, key};
}

Flaw FlawAt(FlawKind kind, const Position& at) {
  Flaw flaw;
  flaw.kind = kind;
  flaw.position = at;
  return flaw;
}

// Writes down what comes: "KIND KEY MARK @FILE:OFFSET".
class Log final : public RecordSink {
 public:
  void OnDeposit(const DepositInfo& info, const Position& at) override {
    lines.push_back(absl::StrCat("deposit ", info.id, Place(at)));
  }
  void OnFlaw(const Flaw& flaw) override {
    lines.push_back(absl::StrCat("flaw", Place(flaw.position)));
  }
  void OnFile(uint16_t file, absl::string_view name, FileKind) override {
    lines.push_back(absl::StrCat("file ", file, " ", name));
  }
  void OnRecord(const Record& record, const Position& at) override {
    std::string text = "other";
    if (const auto* domain = std::get_if<Domain>(&record)) {
      text = absl::StrCat("domain ", domain->name, " ", domain->registrant);
    } else if (const auto* host = std::get_if<Host>(&record)) {
      text = absl::StrCat("host ", host->roid);
    } else if (const auto* header = std::get_if<Header>(&record)) {
      text = absl::StrCat("header ", header->tld);
    } else if (const auto* params = std::get_if<EppParams>(&record)) {
      text = absl::StrCat("epp ", params->dcp_xml);
    } else if (const auto* policy = std::get_if<Policy>(&record)) {
      text = absl::StrCat("policy ", policy->scope);
    } else if (const auto* unknown = std::get_if<UnknownObject>(&record)) {
      text = absl::StrCat("unknown ", unknown->local_name);
    }
    lines.push_back(absl::StrCat(text, Place(at)));
  }

  std::vector<std::string> lines;

 private:
  static std::string Place(const Position& at) {
    return absl::StrCat(" @", at.file, ":", at.offset);
  }
};

class ReplayerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(space_, base::NewPlainScratchSpace({.dir = base::TestDir()}));
    replayer_ = std::make_unique<Replayer>(ReplayOptions{.space = space_.get()}, log_);
  }

  // Offsets count from 1 in every deposit.
  void Feed(RecordSink& sink, const char* type, const std::string& id,
            const std::vector<Record>& records) {
    DepositInfo info;
    info.type = type;
    info.id = id;
    sink.OnDeposit(info, {.line = 1, .offset = 0});
    int64_t offset = 0;
    for (const Record& record : records) sink.OnRecord(record, {.line = 1, .offset = ++offset});
  }
  void Base(const char* type, const std::string& id, const std::vector<Record>& records) {
    Feed(replayer_->BeginBase(id + ".xml"), type, id, records);
  }
  void Last(const char* type, const std::string& id, const std::vector<Record>& records) {
    Feed(replayer_->BeginLast(), type, id, records);
  }
  std::vector<std::string> Flaws(ReplayFlawKind kind) const {
    std::vector<std::string> texts;
    for (const ReplayFlaw& flaw : replayer_->flaws(kind).first) {
      texts.push_back(absl::StrCat(flaw.key, " @", flaw.at.file, ":", flaw.at.offset));
    }
    return texts;
  }

  std::unique_ptr<base::ScratchSpace> space_;
  Log log_;
  std::unique_ptr<Replayer> replayer_;
};

TEST_F(ReplayerTest, DeliversWhatRemainsWhereItStands) {
  Base("FULL", "1", {HeaderOf("test"), Named("a.test"), Named("b.test", "old"), Named("c.test")});
  Last("DIFF", "2",
       {NameOf(kDomainUri, "C.test"), HeaderOf("test"), Named("B.TEST", "new"), Named("d.test")});
  ASSERT_OK(replayer_->Finish());
  EXPECT_THAT(log_.lines,
              ElementsAre("file 1 1.xml", "deposit 2 @0:0", "header test @0:2",
                          "domain a.test  @1:2", "domain B.TEST new @0:3", "domain d.test  @0:4"));
}

TEST_F(ReplayerTest, DeletesComeBeforeContentsWhereverTheyStand) {
  Base("FULL", "1", {Named("a.test", "old")});
  Last("DIFF", "2", {Named("a.test", "new"), NameOf(kDomainUri, "a.test")});
  ASSERT_OK(replayer_->Finish());
  EXPECT_THAT(log_.lines, ElementsAre("file 1 1.xml", "deposit 2 @0:0", "domain a.test new @0:1"));
  EXPECT_THAT(Flaws(ReplayFlawKind::kDeleteOfNothing), IsEmpty());
}

TEST_F(ReplayerTest, AnIncrSupersedesWhatCameSinceTheFull) {
  Base("FULL", "1", {Named("a.test"), Named("b.test")});
  Base("DIFF", "2", {NameOf(kDomainUri, "a.test"), Named("c.test")});
  Base("INCR", "3", {NameOf(kDomainUri, "b.test")});
  Last("DIFF", "4", {Named("d.test")});
  ASSERT_OK(replayer_->Finish());
  EXPECT_THAT(log_.lines,
              ElementsAre("file 1 1.xml", "file 2 2.xml", "file 3 3.xml", "deposit 4 @0:0",
                          "domain a.test  @1:1", "domain d.test  @0:1"));
}

TEST_F(ReplayerTest, AKeyTwiceInAFullComesTwiceAndInADiffOnce) {
  Base("FULL", "1", {Named("a.test", "1"), Named("a.test", "2"), Named("b.test", "1")});
  Last("DIFF", "2", {Named("b.test", "2"), Named("b.test", "3")});
  ASSERT_OK(replayer_->Finish());
  EXPECT_THAT(log_.lines, ElementsAre("file 1 1.xml", "deposit 2 @0:0", "domain a.test 1 @1:1",
                                      "domain a.test 2 @1:2", "domain b.test 3 @0:2"));
  EXPECT_THAT(Flaws(ReplayFlawKind::kRepeated), ElementsAre("b.test @0:2"));
}

TEST_F(ReplayerTest, ANameDeletesEveryHostThatHasItThen) {
  Base("FULL", "1",
       {HostOf("ns.test", "H1-E"), HostOf("NS.test", "H2-E"), HostOf("x.test", "H3-E")});
  // The third takes the name only now, and the second has another.
  Base("DIFF", "2", {HostOf("ns.test", "H3-E"), HostOf("y.test", "H2-E")});
  Base("DIFF", "3", {NameOf(kHostUri, "ns.test")});
  // The first comes back.
  Last("DIFF", "4", {RoidOf("H3-E"), HostOf("ns.test", "H1-E")});
  ASSERT_OK(replayer_->Finish());
  EXPECT_THAT(log_.lines, ElementsAre("file 1 1.xml", "file 2 2.xml", "file 3 3.xml",
                                      "deposit 4 @0:0", "host H2-E @2:2", "host H1-E @0:2"));
  // Deposit 3 had deleted it by its name.
  EXPECT_THAT(Flaws(ReplayFlawKind::kDeleteOfNothing), ElementsAre("H3-E @0:1"));
}

TEST_F(ReplayerTest, OneHostMayBeDeletedByNameAndByRoidAtOnce) {
  Base("FULL", "1", {HostOf("ns.test", "H1-E")});
  Last("DIFF", "2", {NameOf(kHostUri, "ns.test"), RoidOf("H1-E")});
  ASSERT_OK(replayer_->Finish());
  EXPECT_THAT(log_.lines, ElementsAre("file 1 1.xml", "deposit 2 @0:0"));
  EXPECT_THAT(Flaws(ReplayFlawKind::kDeleteOfNothing), IsEmpty());
}

TEST_F(ReplayerTest, WhatACsvDepositDeletesIsDeleted) {
  Base("FULL", "1", {Named("a.test"), HostOf("ns.test", "H1-E")});
  Last("DIFF", "2",
       {NameOf("urn:ietf:params:xml:ns:csvDomain-1.0", "a.test"),
        Delete{"urn:ietf:params:xml:ns:csvHost-1.0", Delete::KeyKind::kRoid, "H1-E"}});
  ASSERT_OK(replayer_->Finish());
  EXPECT_THAT(log_.lines, ElementsAre("file 1 1.xml", "deposit 2 @0:0"));
}

TEST_F(ReplayerTest, TheNewestDepositWithParametersOrPoliciesSpeaksForThem) {
  Base("FULL", "1", {EppParams{{}, {}, {}, {}, "1"}, Policy{"1", "", {}}, Policy{"1b", "", {}}});
  Base("DIFF", "2", {Policy{"2", "", {}}});
  Last("DIFF", "3", {EppParams{{}, {}, {}, {}, "3"}, EppParams{{}, {}, {}, {}, "3b"}});
  ASSERT_OK(replayer_->Finish());
  EXPECT_THAT(log_.lines, ElementsAre("file 1 1.xml", "file 2 2.xml", "deposit 3 @0:0",
                                      "policy 2 @2:1", "epp 3 @0:1", "epp 3b @0:2"));
}

TEST_F(ReplayerTest, WhatHasNoUsableKeyIsKept) {
  const std::string endless(2000, 'x');
  Base("FULL", "1", {Named(""), Named(endless), UnknownObject{"urn:example:own-1.0", "thing"}});
  Last("DIFF", "2", {Named(""), NameOf(kDomainUri, endless), NameOf("urn:example:own-1.0", "a")});
  ASSERT_OK(replayer_->Finish());
  EXPECT_THAT(log_.lines, ElementsAre("file 1 1.xml", "deposit 2 @0:0", "domain   @1:1",
                                      absl::StrCat("domain ", endless, "  @1:2"),
                                      "unknown thing @1:3", "domain   @0:1"));
}

TEST_F(ReplayerTest, DeletesOfNothingAndInAFullAreNamedButNoContactIs) {
  Base("FULL", "1", {NameOf(kDomainUri, "a.test"), Named("a.test")});
  Base("DIFF", "2", {NameOf(kDomainUri, "a.test"), NameOf(kDomainUri, "a.test")});
  Last("DIFF", "3",
       {NameOf(kDomainUri, "a.test"), NameOf(kHostUri, "ns.test"), RoidOf("H1-E"),
        NameOf(kContactUri, "john-doe")});
  ASSERT_OK(replayer_->Finish());
  EXPECT_THAT(Flaws(ReplayFlawKind::kDeleteInFull), ElementsAre(" @1:1"));
  EXPECT_THAT(Flaws(ReplayFlawKind::kRepeated), ElementsAre("a.test @2:2"));
  EXPECT_THAT(Flaws(ReplayFlawKind::kDeleteOfNothing),
              ElementsAre("a.test @0:1", "ns.test @0:2", "H1-E @0:3", " @0:4"));
}

TEST_F(ReplayerTest, FlawsAreCountedAndTheFirstByPlaceKept) {
  Base("FULL", "1", {});
  std::vector<Record> records;
  // In the order of their keys the last ones come first.
  for (int i = 0; i < 100; ++i) records.push_back(NameOf(kDomainUri, absl::StrCat(199 - i)));
  Last("DIFF", "2", records);
  ASSERT_OK(replayer_->Finish());
  EXPECT_EQ(replayer_->flaws(ReplayFlawKind::kDeleteOfNothing).count, 100);
  const std::vector<std::string> flaws = Flaws(ReplayFlawKind::kDeleteOfNothing);
  ASSERT_EQ(flaws.size(), 25u);
  EXPECT_EQ(flaws.front(), "199 @0:1");
  EXPECT_EQ(flaws.back(), "175 @0:25");
}

TEST_F(ReplayerTest, ABaseOfAnotherTldIsNamed) {
  Base("FULL", "1", {HeaderOf("toast")});
  Base("DIFF", "2", {HeaderOf("TEST.")});
  Last("DIFF", "3", {HeaderOf("test")});
  ASSERT_OK(replayer_->Finish());
  EXPECT_THAT(Flaws(ReplayFlawKind::kOtherTld), ElementsAre(" @1:1"));
}

TEST_F(ReplayerTest, FilesOfEveryDepositGetNumbersOfTheirOwn) {
  RecordSink& base = replayer_->BeginBase("1.xml");
  base.OnFile(1, "domain.csv", FileKind::kCsv);
  Feed(base, "FULL", "1", {Named("a.test")});
  base.OnRecord(Named("b.test"), {.line = 7, .offset = 70, .file = 1});
  RecordSink& last = replayer_->BeginLast();
  last.OnFile(1, "hosts.csv", FileKind::kCsv);
  Feed(last, "DIFF", "2", {});
  last.OnRecord(Named("c.test"), {.line = 8, .offset = 80, .file = 1});
  last.OnFlaw(FlawAt(FlawKind::kInvalidValue, {.line = 9, .offset = 90, .file = 1}));
  ASSERT_OK(replayer_->Finish());
  EXPECT_THAT(log_.lines, ElementsAre("file 1 1.xml", "file 2 domain.csv", "file 3 hosts.csv",
                                      "flaw @3:90", "deposit 2 @0:0", "domain a.test  @1:1",
                                      "domain b.test  @2:70", "domain c.test  @3:80"));
}

TEST_F(ReplayerTest, APartOfAChainIsNoRepository) {
  RecordSink& base = replayer_->BeginBase("1.xml");
  Feed(base, "FULL", "1", {Named("a.test")});
  base.OnFlaw(FlawAt(FlawKind::kNotWellFormed, {.line = 9, .offset = 90}));
  Last("DIFF", "2", {Named("b.test")});
  ASSERT_OK(replayer_->Finish());
  EXPECT_FALSE(replayer_->delivered());
  EXPECT_THAT(log_.lines, ElementsAre("file 1 1.xml", "flaw @1:90", "deposit 2 @0:0"));
}

TEST_F(ReplayerTest, WhatMemoryDoesNotHoldComesBackFromScratch) {
  const std::string mark(2000, 'm');
  std::vector<Record> full;
  for (int i = 0; i < 30'000; ++i) full.push_back(Named(absl::StrCat("d", i, ".test"), mark));
  Base("FULL", "1", full);
  EXPECT_GT(space_->written_bytes(), 20u << 20);
  Last("DIFF", "2", {NameOf(kDomainUri, "d0.test"), Named("d29999.test", "new")});
  ASSERT_OK(replayer_->Finish());
  ASSERT_EQ(log_.lines.size(), 2u + 29'999u);
  EXPECT_EQ(log_.lines[2], absl::StrCat("domain d1.test ", mark, " @1:2"));
  EXPECT_EQ(log_.lines[29'999], absl::StrCat("domain d29998.test ", mark, " @1:29999"));
  EXPECT_EQ(log_.lines.back(), "domain d29999.test new @0:2");
}

TEST(Replayer, AFullDiskIsAnErrorAndNotHalfARepository) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<base::ScratchSpace> space,
                       base::NewPlainScratchSpace({.dir = base::TestDir(), .bytes_max = 1 << 20}));
  Log log;
  Replayer replayer({.space = space.get()}, log);
  const std::string mark(2000, 'm');
  DepositInfo info;
  info.type = "FULL";
  RecordSink& sink = replayer.BeginLast();
  sink.OnDeposit(info, {});
  for (int i = 0; i < 20'000; ++i) sink.OnRecord(Named(absl::StrCat("d", i, ".test"), mark), {});
  EXPECT_THAT(replayer.status(), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(replayer.Finish(), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_FALSE(replayer.delivered());
  EXPECT_THAT(log.lines, IsEmpty());
}

}  // namespace
}  // namespace tidemark::rde
