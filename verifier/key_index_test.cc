#include "verifier/key_index.h"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"
#include "verifier/key_index_testing.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;

Key ContactKey(absl::string_view id) { return Hasher().Of(KeyKind::kContactId, id); }

TEST(KeyHasher, TellsKindsAndLengthsApart) {
  std::set<std::pair<uint64_t, uint32_t>> seen;
  for (std::string text; text.size() <= 40; text += '\0') {
    for (int kind = 0; kind <= static_cast<int>(KeyKind::kNndnName); ++kind) {
      const Key key = Hasher().Of(static_cast<KeyKind>(kind), text);
      EXPECT_TRUE(seen.insert({key.low, key.high}).second);
    }
  }
}

TEST(KeyHasher, NamesHaveNoCaseAndOtherKeysHave) {
  EXPECT_EQ(Hasher().OfName(KeyKind::kDomainName, "A.tEst"),
            Hasher().OfName(KeyKind::kDomainName, "a.TesT"));
  EXPECT_FALSE(ContactKey("c") == ContactKey("C"));
}

TEST(KeyHasher, AnyByteAnywhereMakesAnotherKey) {
  for (const size_t bytes : {1u, 7u, 8u, 9u, 64u, 255u, 300u, 5000u}) {
    const std::string text(bytes, 'x');
    const Key key = ContactKey(text);
    for (size_t at = 0; at < bytes; at += 1 + bytes / 100) {
      std::string other = text;
      other[at] = 'y';
      EXPECT_FALSE(ContactKey(other) == key) << bytes << " " << at;
    }
    EXPECT_EQ(ContactKey(text), key) << bytes;  // also after longer ones
  }
}

TEST(KeyHasher, AnotherRunHasAnotherKey) {
  EXPECT_FALSE(KeyHasher().Of(KeyKind::kContactId, "c") ==
               KeyHasher().Of(KeyKind::kContactId, "c"));
}

// An index that holds everything in memory.
struct AmpleIndex {
  std::unique_ptr<base::ScratchSpace> space = NewSpace();
  KeyIndex index{*space, kAmple};
};

std::vector<Finding> DanglingOf(KeyIndex& index) {
  FindingLog log;
  EXPECT_OK(index.RaiseDangling(log));
  return log.Take();
}

TEST(KeyIndex, TellsWhoDefinesAKeyAgain) {
  AmpleIndex ample;
  KeyIndex& index = ample.index;
  index.BeginObject({"contact", "a", rde::Position{1, 10}});
  index.Define(KeyKind::kContactId, ContactKey("c"));
  index.BeginObject({"contact", "b", rde::Position{2, 20}});
  index.Define(KeyKind::kContactId, ContactKey("d"));
  index.Define(KeyKind::kContactRoid, Hasher().Of(KeyKind::kContactRoid, "R"), "R");
  index.BeginObject({"contact", "c", rde::Position{3, 30}});
  index.Define(KeyKind::kContactRoid, Hasher().Of(KeyKind::kContactRoid, "R"), "R");
  index.Define(KeyKind::kContactId, ContactKey("c"));
  EXPECT_THAT(RepeatsOf(index), ElementsAre("contact c@3 4 5R"));
}

// The kinds are 1, 3 and 5.
TEST(KeyIndex, TellsWhichRoidsOtherTypesHave) {
  AmpleIndex ample;
  KeyIndex& index = ample.index;
  int64_t line = 0;
  const auto define = [&](KeyKind kind, absl::string_view roid) {
    ++line;
    index.BeginObject({"object", "o", rde::Position{line, line * 10}});
    index.Define(kind, Hasher().Of(KeyKind::kDomainRoid, roid));
  };
  define(KeyKind::kDomainRoid, "A");
  define(KeyKind::kContactRoid, "A");
  define(KeyKind::kContactRoid, "A");
  define(KeyKind::kHostRoid, "B");
  define(KeyKind::kHostRoid, "B");
  define(KeyKind::kHostRoid, "A");
  define(KeyKind::kContactRoid, "C");
  EXPECT_THAT(RepeatsOf(index), ElementsAre("object o@2 other", "object o@3 5 other",
                                            "object o@5 3", "object o@6 other"));
}

TEST(KeyIndex, OfADefinitionAndWhatForbidsItTheLaterClashes) {
  AmpleIndex ample;
  KeyIndex& index = ample.index;
  index.BeginObject({"nndn", "a", rde::Position{1, 10}});
  index.Forbid(ContactKey("a"));
  index.BeginObject({"domain", "a", rde::Position{2, 20}});
  index.Define(KeyKind::kDomainName, ContactKey("a"));
  index.BeginObject({"domain", "b", rde::Position{3, 30}});
  index.Define(KeyKind::kDomainName, ContactKey("b"));
  index.BeginObject({"nndn", "b", rde::Position{4, 40}});
  index.Forbid(ContactKey("b"));
  index.BeginObject({"nndn", "b", rde::Position{5, 50}});
  index.Forbid(ContactKey("c"));
  index.Refer(ContactKey("c"), Code::kDomainHasMissingContact, "contact", "c");
  EXPECT_THAT(RepeatsOf(index), ElementsAre("domain a@2 clashes", "nndn b@4 clashes"));
  EXPECT_EQ(DanglingOf(index).size(), 1u);  // what is forbidden is not defined
}

TEST(KeyIndex, ReferenceWithoutATargetDangles) {
  for (const bool comes : {false, true}) {
    AmpleIndex ample;
    KeyIndex& index = ample.index;
    index.BeginObject({"domain", "a.test", rde::Position{7, 99, 3}});
    index.Refer(ContactKey("c"), Code::kDomainHasMissingContact, "contact", "c");
    index.Refer(ContactKey("c"), Code::kDomainHasMissingContact, "contact", "c");
    index.BeginObject({"contact", "c", rde::Position{8, 120}});
    if (comes) index.Define(KeyKind::kContactId, ContactKey("c"));
    const std::vector<Finding> findings = DanglingOf(index);
    ASSERT_EQ(findings.size(), comes ? 0u : 1u);
    if (comes) continue;
    EXPECT_EQ(findings[0].object, "domain a.test");
    EXPECT_EQ(findings[0].message, "contact c is not in the deposit (2 references)");
    EXPECT_EQ(findings[0].at->line, 7);
    EXPECT_EQ(findings[0].at->offset, 99);
    EXPECT_EQ(findings[0].at->file, 3);
    EXPECT_EQ(findings[0].count, 2);
  }
}

TEST(KeyIndex, OneTargetDanglesForEachCodeByItself) {
  AmpleIndex ample;
  ample.index.BeginObject({"domain", "a.test", rde::Position{1, 1}});
  ample.index.Refer(ContactKey("c"), Code::kDomainHasInvalidRegistrant, "registrant", "c");
  ample.index.Refer(ContactKey("c"), Code::kDomainHasMissingContact, "contact", "c");
  EXPECT_EQ(DanglingOf(ample.index).size(), 2u);
}

TEST(KeyIndex, TellsWhatNothingRefersTo) {
  AmpleIndex ample;
  KeyIndex& index = ample.index;
  for (int i = 0; i < 100; ++i) {
    index.BeginObject({"contact", absl::StrCat("c", i), rde::Position{i, i}});
    index.Define(KeyKind::kContactId, ContactKey(absl::StrCat(i)));
    index.Define(KeyKind::kContactRoid, Hasher().Of(KeyKind::kContactRoid, absl::StrCat(i)));
    if (i % 2 == 0) continue;
    index.Refer(ContactKey(absl::StrCat(i - 1)), Code::kDomainHasMissingContact, "contact", "");
  }
  FindingLog log;
  EXPECT_OK(index.RaiseUnreferred(KeyKind::kContactId, Code::kContactNotEscrowed, "unused", log));
  EXPECT_OK(index.RaiseUnreferred(KeyKind::kHostName, Code::kGlueMissing, "unused", log));
  const std::vector<Finding> findings = log.Take();
  ASSERT_EQ(findings.size(), base::kFindingsPerCodeMax);
  for (size_t i = 0; i < findings.size(); ++i) {
    EXPECT_EQ(findings[i].object, absl::StrCat("contact c", 2 * i + 1));
    EXPECT_EQ(findings[i].message, "unused");
    EXPECT_EQ(findings[i].count, 50);
  }
}

// What is met all the time is counted, not logged.
TEST(KeyIndex, ReferencesToAHandfulOfKeysTakeNoMemory) {
  const auto space = NewSpace();
  KeyIndex index(*space, 2 << 20);
  index.BeginObject({"registrar", "r", rde::Position{1, 1}});
  for (int i = 0; i < 200; ++i) {
    index.Define(KeyKind::kRegistrarId, ContactKey(absl::StrCat("r", i)));
  }
  for (int i = 0; i < 1'000'000; ++i) {
    const std::string id = absl::StrCat("r", i % 200);
    index.Refer(ContactKey(id), Code::kDomainHasInvalidClid, "sponsoring registrar", id);
  }
  index.BeginObject({"domain", "d", rde::Position{2, 2}});
  EXPECT_TRUE(DanglingOf(index).empty());
  EXPECT_EQ(space->written_bytes(), 0u);
}

TEST(KeyIndex, MillionsOfRepeatsOfOneKeyAreBounded) {
  const auto space = NewSpace();
  KeyIndex index(*space, 1 << 20);
  constexpr int kObjects = 300'000;
  for (int i = 0; i < kObjects; ++i) {
    index.BeginObject({"contact", "c", rde::Position{i, i}});
    index.Define(KeyKind::kContactId, ContactKey("c"));
    index.Refer(ContactKey(absl::StrCat("none", i)), Code::kDomainHasMissingContact, "contact",
                absl::StrCat("none", i));
  }
  int repeats = 0;
  EXPECT_OK(index.ForEachRepeat([&repeats](const KeyIndex::Repeat&) { ++repeats; }));
  EXPECT_EQ(repeats, kObjects - 1);
  const std::vector<Finding> findings = DanglingOf(index);
  ASSERT_EQ(findings.size(), base::kFindingsPerCodeMax);
  EXPECT_EQ(findings[24].message, "contact none24 is not in the deposit");
  EXPECT_EQ(findings[0].count, kObjects);
}

TEST(KeyIndex, NothingIsToldOnceScratchFailed) {
  for (const uint64_t bytes_max : {0ull, 50ull << 10, 500ull << 10}) {
    const auto space = NewSpace(bytes_max);
    KeyIndex index(*space, 100 << 10);
    for (int i = 0; i < 50'000; ++i) {
      index.BeginObject({"contact", "c", rde::Position{i, i}});
      index.Define(KeyKind::kContactId, ContactKey("c"));
    }
    int repeats = 0;
    EXPECT_THAT(index.ForEachRepeat([&repeats](const KeyIndex::Repeat&) { ++repeats; }),
                base::StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(repeats, 0);
    FindingLog log;
    EXPECT_EQ(index.RaiseDangling(log), index.status());
    EXPECT_EQ(index.RaiseUnreferred(KeyKind::kContactId, Code::kGlueMissing, "", log),
              index.status());
    EXPECT_TRUE(log.Take().empty());
  }
}

}  // namespace
}  // namespace tidemark::verifier
