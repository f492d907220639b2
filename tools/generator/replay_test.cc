// A night's differential on the nights before it gives what the night's FULL says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/scratch.h"
#include "base/testing.h"
#include "rde/codec/codec.h"
#include "rde/reader.h"
#include "rde/replay/replayer.h"
#include "tools/generator/generator.h"

namespace tidemark::generator {
namespace {

using ::testing::IsEmpty;

std::string Make(GeneratorOptions options, DepositKind kind, int night) {
  options.kind = kind;
  options.night = night;
  std::string deposit;
  std::string zone;
  base::StringSink deposit_sink(deposit, 64 << 20);
  base::StringSink zone_sink(zone, 64 << 20);
  EXPECT_OK(Generate(options, deposit_sink, zone_sink));
  return deposit;
}

// Objects and header as a set of encodings; deletes counted by kind.
class Objects final : public rde::RecordSink {
 public:
  void OnDeposit(const rde::DepositInfo& deposit, const rde::Position&) override { info = deposit; }
  void OnFlaw(const rde::Flaw& flaw) override { flaws.push_back(flaw.element + flaw.detail); }
  void OnRecord(const rde::Record& record, const rde::Position&) override {
    if (const auto* deletion = std::get_if<rde::Delete>(&record)) {
      const bool by_roid = deletion->key_kind == rde::Delete::KeyKind::kRoid;
      ++deletes[absl::StrCat(deletion->uri.substr(23), by_roid ? " by roid" : "")];
      return;
    }
    encodings.emplace_back();
    codec_.Append(record, encodings.back());
  }

  const std::vector<std::string>& Sorted() {
    std::sort(encodings.begin(), encodings.end());
    return encodings;
  }

  rde::DepositInfo info;
  std::vector<std::string> flaws;
  std::vector<std::string> encodings;
  std::map<std::string, int> deletes;

 private:
  rde::RecordCodec codec_;
};

void Read(const std::string& deposit, rde::RecordSink& sink) {
  base::StringSource source(deposit);
  EXPECT_OK(rde::ReadDeposit(source, sink));
}

void Replay(const std::vector<std::string>& chain, Objects& objects) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<base::ScratchSpace> space,
                       base::NewPlainScratchSpace({.dir = base::TestDir()}));
  rde::Replayer replayer({.space = space.get()}, objects);
  for (size_t i = 0; i + 1 < chain.size(); ++i) Read(chain[i], replayer.BeginBase("base.xml"));
  Read(chain.back(), replayer.BeginLast());
  ASSERT_OK(replayer.Finish());
  EXPECT_TRUE(replayer.delivered());
  for (const auto kind : {rde::ReplayFlawKind::kDeleteInFull, rde::ReplayFlawKind::kDeleteOfNothing,
                          rde::ReplayFlawKind::kRepeated, rde::ReplayFlawKind::kOtherTld}) {
    EXPECT_EQ(replayer.flaws(kind).count, 0);
  }
}

GeneratorOptions Registry(uint64_t seed) {
  GeneratorOptions options;
  options.domains = 1200;
  options.seed = seed;
  options.changed_fraction = 0.05;
  return options;
}

void ExpectSameRegistry(Objects& replayed, const std::string& full) {
  Objects expected;
  Read(full, expected);
  EXPECT_THAT(replayed.flaws, IsEmpty());
  // Bounded output where they differ.
  ASSERT_EQ(replayed.encodings.size(), expected.encodings.size());
  EXPECT_TRUE(replayed.Sorted() == expected.Sorted());
}

TEST(Replay, DiffsOfSeveralNightsGiveTheLastNightsFull) {
  for (const HostModel hosts : {HostModel::kObjects, HostModel::kAttributes}) {
    for (const DataModel data : {DataModel::kMaximum, DataModel::kMinimum}) {
      GeneratorOptions options = Registry(7);
      options.host_model = hosts;
      options.data_model = data;
      std::vector<std::string> chain = {Make(options, DepositKind::kFull, 0)};
      for (int night = 1; night <= 3; ++night) {
        chain.push_back(Make(options, DepositKind::kDiff, night));
        Objects replayed;
        Replay(chain, replayed);
        ExpectSameRegistry(replayed, Make(options, DepositKind::kFull, night));
      }
    }
  }
}

TEST(Replay, AnIncrAloneGivesTheLastNightsFull) {
  const GeneratorOptions options = Registry(8);
  const std::string full = Make(options, DepositKind::kFull, 0);
  const std::string incr = Make(options, DepositKind::kIncr, 3);
  Objects replayed;
  Replay({full, incr}, replayed);
  ExpectSameRegistry(replayed, Make(options, DepositKind::kFull, 3));
  // It supersedes what came between, and a DIFF goes on from it.
  Objects longer;
  Replay({full, Make(options, DepositKind::kDiff, 1), Make(options, DepositKind::kIncr, 2), incr,
          Make(options, DepositKind::kDiff, 4)},
         longer);
  ExpectSameRegistry(longer, Make(options, DepositKind::kFull, 4));
}

TEST(Replay, ADiffDeletesWhateverCanBeDeletedAndSaysWhatItBuildsOn) {
  GeneratorOptions options = Registry(9);
  options.changed_fraction = 0.2;
  Objects diff;
  Read(Make(options, DepositKind::kDiff, 1), diff);
  for (const char* kind :
       {"rdeDomain-1.0", "rdeHost-1.0", "rdeHost-1.0 by roid", "rdeContact-1.0"}) {
    EXPECT_GT(diff.deletes[kind], 0) << kind;
  }
  EXPECT_EQ(diff.info.type, "DIFF");
  EXPECT_EQ(diff.info.id, "20261123001");
  EXPECT_EQ(diff.info.prev_id, "20261122001");
  Objects full;
  Read(Make(options, DepositKind::kFull, 1), full);
  EXPECT_LT(diff.encodings.size(), full.encodings.size() / 2);
  EXPECT_GT(diff.encodings.size(), full.encodings.size() / 10);
}

TEST(Replay, AnIncrBuildsOnNightZero) {
  Objects incr;
  Read(Make(Registry(1), DepositKind::kIncr, 5), incr);
  EXPECT_EQ(incr.info.type, "INCR");
  EXPECT_EQ(incr.info.prev_id, "20261122001");
}

TEST(Replay, ADiffOfANightWithoutChangesHoldsItsHeaderAlone) {
  GeneratorOptions options = Registry(1);
  options.changed_fraction = 0;
  Objects diff;
  Read(Make(options, DepositKind::kDiff, 1), diff);
  EXPECT_EQ(diff.encodings.size(), 1u);
  EXPECT_THAT(diff.deletes, IsEmpty());
}

TEST(Replay, NamesSayTheKindAndNightZeroHasOnlyAFull) {
  GeneratorOptions options;
  options.night = 1;
  options.kind = DepositKind::kDiff;
  EXPECT_EQ(DepositName(options), "example_2026-11-23_diff_S1_R0.xml");
  EXPECT_EQ(ReportName(options), "example_2026-11-23_diff_R0.rep");
  options.kind = DepositKind::kIncr;
  EXPECT_EQ(DepositName(options), "example_2026-11-23_incr_S1_R0.xml");
  options.night = 0;
  EXPECT_THAT(Validate(options), base::StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::generator
