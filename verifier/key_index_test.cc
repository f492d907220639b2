#include "verifier/key_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"

namespace tidemark::verifier {
namespace {

const KeyHasher kHasher(1, 2);

Key ContactKey(absl::string_view id) { return kHasher.Of(KeyKind::kContactId, id); }

TEST(KeyHasher, TellsKindsAndLengthsApart) {
  std::set<std::array<uint32_t, 3>> seen;
  std::string text;
  for (int length = 0; length <= 40; ++length, text += '\0') {
    for (int kind = 0; kind <= static_cast<int>(KeyKind::kNndnName); ++kind) {
      EXPECT_TRUE(seen.insert(kHasher.Of(static_cast<KeyKind>(kind), text).words).second);
    }
  }
}

TEST(KeyHasher, NamesHaveNoCaseAndOtherKeysHave) {
  EXPECT_EQ(kHasher.OfName(KeyKind::kDomainName, "A.tEst"),
            kHasher.OfName(KeyKind::kDomainName, "a.TesT"));
  EXPECT_FALSE(ContactKey("c") == ContactKey("C"));
}

TEST(KeyHasher, AnotherRunHasAnotherKey) {
  EXPECT_FALSE(KeyHasher().Of(KeyKind::kContactId, "c") ==
               KeyHasher().Of(KeyKind::kContactId, "c"));
}

TEST(KeyIndex, DefinesOnce) {
  KeyIndex index;
  EXPECT_FALSE(index.IsDefined(ContactKey("c")));
  EXPECT_TRUE(index.Define(ContactKey("c")));
  EXPECT_FALSE(index.Define(ContactKey("c")));
  EXPECT_TRUE(index.IsDefined(ContactKey("c")));
}

std::vector<Finding> DanglingOf(const KeyIndex& index) {
  FindingLog log;
  index.RaiseDangling(log);
  return log.Take();
}

TEST(KeyIndex, ReferenceDanglesUntilItsTargetComes) {
  KeyIndex index;
  index.BeginReferrer({"domain", "a.test", rde::Position{7, 99}});
  index.Refer(ContactKey("c"), Code::kDomainHasMissingContact, "contact", "c");
  index.Refer(ContactKey("c"), Code::kDomainHasMissingContact, "contact", "c");
  const std::vector<Finding> findings = DanglingOf(index);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].object, "domain a.test");
  EXPECT_EQ(findings[0].message, "contact c is not in the deposit (2 references)");
  EXPECT_EQ(findings[0].at->line, 7);
  EXPECT_EQ(findings[0].count, 2);
  EXPECT_FALSE(index.IsDefined(ContactKey("c")));
  EXPECT_TRUE(index.Define(ContactKey("c")));
  EXPECT_TRUE(DanglingOf(index).empty());
  index.Refer(ContactKey("c"), Code::kDomainHasMissingContact, "contact", "c");
  EXPECT_TRUE(DanglingOf(index).empty());
}

TEST(KeyIndex, OneTargetDanglesForEachCodeByItself) {
  KeyIndex index;
  index.BeginReferrer({"domain", "a.test", rde::Position{1, 1}});
  index.Refer(ContactKey("c"), Code::kDomainHasInvalidRegistrant, "registrant", "c");
  index.Refer(ContactKey("c"), Code::kDomainHasMissingContact, "contact", "c");
  EXPECT_EQ(DanglingOf(index).size(), 2u);
  index.Define(ContactKey("c"));
  EXPECT_TRUE(DanglingOf(index).empty());
}

// Against a naive reference, in random order, with definitions before and after references.
TEST(KeyIndex, AgreesWithMaps) {
  std::mt19937_64 random(7);
  KeyIndex index;
  std::set<std::string> defined;
  std::map<std::string, int64_t> references;
  for (int i = 0; i < 60000; ++i) {
    const std::string id = absl::StrCat("id-", random() % 20000);
    if (random() % 4 == 0) {
      EXPECT_EQ(index.Define(ContactKey(id)), defined.insert(id).second);
    } else {
      index.BeginReferrer({"domain", absl::StrCat("d", i), rde::Position{i, i}});
      index.Refer(ContactKey(id), Code::kDomainHasMissingContact, "contact", id);
      if (!defined.contains(id)) ++references[id];
    }
  }
  int64_t dangling = 0;
  for (const auto& [id, count] : references) {
    EXPECT_EQ(index.IsDefined(ContactKey(id)), defined.contains(id));
    if (!defined.contains(id)) dangling += count;
  }
  const std::vector<Finding> findings = DanglingOf(index);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].count, dangling);
}

TEST(KeyIndex, SaysWhenItIsFull) {
  KeyIndex index(/*bytes_max=*/100'000);
  for (int i = 0; i < 100'000 && !index.full(); ++i) index.Define(ContactKey(absl::StrCat(i)));
  EXPECT_TRUE(index.full());
  EXPECT_LE(index.bytes_used(), 100'000u);
}

TEST(KeyIndex, TakesAboutTwentyTwoBytesAKey) {
  KeyIndex index;
  for (int i = 0; i < 200'000; ++i) index.Define(ContactKey(absl::StrCat(i)));
  EXPECT_LT(index.bytes_used(), 200'000u * 26);
}

}  // namespace
}  // namespace tidemark::verifier
