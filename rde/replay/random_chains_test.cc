// Seeded chains over few keys, so that everything collides, against a replay done the obvious way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/scratch.h"
#include "base/testing.h"
#include "rde/codec/codec.h"
#include "rde/replay/naive_replay.h"
#include "rde/replay/replayer.h"

namespace tidemark::rde {
namespace {

// What a replay delivers, as a set of encodings.
class Collector final : public RecordSink {
 public:
  void OnDeposit(const DepositInfo& info, const Position&) override { deposit = info.id; }
  void OnFlaw(const Flaw&) override { ++flaws; }
  void OnRecord(const Record& record, const Position&) override {
    if (std::holds_alternative<Header>(record)) {
      ++headers;
      return;
    }
    encodings.emplace_back();
    codec_.Append(record, encodings.back());
  }

  std::string deposit;
  std::vector<std::string> encodings;
  int flaws = 0;
  int headers = 0;

 private:
  RecordCodec codec_;
};

class Chance {
 public:
  explicit Chance(uint64_t seed) : random_(seed) {}
  size_t Below(size_t n) { return static_cast<size_t>(random_() % n); }
  bool OneIn(size_t n) { return Below(n) == 0; }

 private:
  std::mt19937_64 random_;
};

std::string Name(Chance& chance, const char* kind) {
  std::string name = absl::StrCat(kind, chance.Below(5), ".test");
  if (chance.OneIn(4)) name[0] = static_cast<char>(std::toupper(name[0]));
  return name;
}

Record Object(Chance& chance, int stamp) {
  const std::string mark = absl::StrCat("mark-", stamp);
  switch (chance.Below(9)) {
    case 0:
    case 1: {
      Domain domain;
      domain.name = Name(chance, "d");
      domain.registrant = mark;
      return domain;
    }
    case 2:
    case 3:
    case 4: {
      Host host;
      if (!chance.OneIn(10)) host.name = Name(chance, "n");
      if (!chance.OneIn(10)) host.roid = absl::StrCat("H", chance.Below(5), "-E");
      host.cl_id = mark;
      return host;
    }
    case 5: {
      Contact contact;
      if (!chance.OneIn(8)) contact.id = absl::StrCat("c-", chance.Below(4));
      contact.email = mark;
      return contact;
    }
    case 6: {
      Nndn nndn;
      nndn.a_name = Name(chance, "x");
      nndn.name_state = mark;
      return nndn;
    }
    case 7: {
      if (chance.OneIn(2)) return IdnTableRef{absl::StrCat("t", chance.Below(3)), mark, ""};
      Registrar registrar;
      registrar.id = absl::StrCat("r-", chance.Below(3));
      registrar.name = mark;
      return registrar;
    }
    default:
      if (chance.OneIn(3)) return EppParams{{mark}, {}, {}, {}, ""};
      if (chance.OneIn(2)) return Policy{mark, "", {}};
      return UnknownObject{"urn:example:own-1.0", mark};
  }
}

Record Deletion(Chance& chance) {
  Delete deletion;
  switch (chance.Below(6)) {
    case 0:
      deletion = {std::string(kDomainUri), Delete::KeyKind::kId, Name(chance, "d")};
      break;
    case 1:
      deletion = {std::string(kHostUri), Delete::KeyKind::kId, Name(chance, "n")};
      break;
    case 2:
      deletion = {std::string(kHostUri), Delete::KeyKind::kRoid,
                  absl::StrCat("H", chance.Below(5), "-E")};
      break;
    case 3:
      deletion = {std::string(kContactUri), Delete::KeyKind::kId,
                  absl::StrCat("c-", chance.Below(4))};
      break;
    case 4:
      deletion = {std::string(kNndnUri), Delete::KeyKind::kId, Name(chance, "x")};
      break;
    default:
      deletion = {std::string(chance.OneIn(2) ? kIdnUri : kRegistrarUri), Delete::KeyKind::kId,
                  absl::StrCat(chance.OneIn(2) ? "t" : "r-", chance.Below(3))};
  }
  return deletion;
}

std::vector<NaiveDeposit> RandomChain(Chance& chance) {
  std::vector<NaiveDeposit> chain(1 + chance.Below(6));
  int stamp = 0;
  for (size_t i = 0; i < chain.size(); ++i) {
    const size_t kind = chance.Below(8);
    chain[i].info.type = i == 0 || kind == 0 ? "FULL" : kind < 3 ? "INCR" : "DIFF";
    chain[i].info.id = absl::StrCat(i);
    chain[i].records.push_back(Header());
    const size_t size = chance.Below(i == 0 ? 20 : 8);
    for (size_t n = 0; n < size; ++n) {
      // Deletes stand first; one in a while a flawed deposit has them last.
      const bool is_delete = chance.OneIn(2);
      Record record = is_delete ? Deletion(chance) : Object(chance, ++stamp);
      const bool first = is_delete && !chance.OneIn(5);
      chain[i].records.insert(first ? chain[i].records.begin() : chain[i].records.end(),
                              std::move(record));
    }
  }
  return chain;
}

// What a delete finds is not told apart where a FULL, wrongly, has one ROID twice.
bool HasARoidTwiceInAFull(const std::vector<NaiveDeposit>& chain) {
  for (const NaiveDeposit& deposit : chain) {
    std::set<std::string> roids;
    for (const Record& record : deposit.records) {
      const auto* host = std::get_if<Host>(&record);
      if (deposit.info.type != "FULL" || host == nullptr || host->roid.empty()) continue;
      if (!roids.insert(host->roid).second) return true;
    }
  }
  return false;
}

int64_t Count(const Replayer& replayer, ReplayFlawKind kind) { return replayer.flaws(kind).count; }

TEST(RandomChains, GiveWhatTheObviousReplayGives) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<base::ScratchSpace> space,
                       base::NewPlainScratchSpace({.dir = base::TestDir()}));
  int64_t deletes_of_nothing = 0;
  int64_t repeated = 0;
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Chance chance(seed);
    const std::vector<NaiveDeposit> chain = RandomChain(chance);
    Collector collector;
    Replayer replayer({.space = space.get()}, collector);
    for (size_t i = 0; i < chain.size(); ++i) {
      RecordSink& sink = i + 1 == chain.size() ? replayer.BeginLast() : replayer.BeginBase("b.xml");
      sink.OnDeposit(chain[i].info, {});
      for (const Record& record : chain[i].records) sink.OnRecord(record, {});
    }
    ASSERT_OK(replayer.Finish());
    EXPECT_TRUE(replayer.delivered());
    EXPECT_EQ(collector.deposit, chain.back().info.id);
    EXPECT_EQ(collector.headers, 1);

    const NaiveRepository naive = NaiveReplay(chain);
    Collector expected;
    for (const Record& record : naive.objects) expected.OnRecord(record, {});
    std::sort(collector.encodings.begin(), collector.encodings.end());
    std::sort(expected.encodings.begin(), expected.encodings.end());
    ASSERT_EQ(collector.encodings, expected.encodings);
    ASSERT_EQ(Count(replayer, ReplayFlawKind::kDeleteInFull), naive.deletes_in_full);
    if (!HasARoidTwiceInAFull(chain)) {
      ASSERT_EQ(Count(replayer, ReplayFlawKind::kDeleteOfNothing), naive.deletes_of_nothing);
    }
    ASSERT_EQ(Count(replayer, ReplayFlawKind::kRepeated), naive.repeated);
    deletes_of_nothing += naive.deletes_of_nothing;
    repeated += naive.repeated;
  }
  // The chains were worth it.
  EXPECT_GT(deletes_of_nothing, 1000);
  EXPECT_GT(repeated, 300);
}

}  // namespace
}  // namespace tidemark::rde
