#include "verifier/key_index.h"

#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/scratch.h"
#include "base/testing.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;

// The same in every run.
KeyHasher& Hasher() {
  static KeyHasher hasher(1);
  return hasher;
}

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

std::unique_ptr<base::ScratchSpace> NewSpace(uint64_t bytes_max = 1ull << 30) {
  auto space = base::NewPlainScratchSpace({.dir = base::TestDir(), .bytes_max = bytes_max});
  EXPECT_OK(space);
  return *std::move(space);
}

constexpr uint64_t kAmple = 64 << 20;

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

std::vector<std::string> RepeatsOf(KeyIndex& index) {
  std::vector<std::string> repeats;
  EXPECT_OK(index.ForEachRepeat([&repeats](const KeyIndex::Repeat& repeat) {
    const ObjectNote note = repeat.Note();
    std::string line = absl::StrCat(note.kind, " ", note.key, "@", note.at.line);
    for (int kind = 0; kind <= static_cast<int>(KeyKind::kNndnName); ++kind) {
      const auto key_kind = static_cast<KeyKind>(kind);
      if (!repeat.Has(key_kind)) continue;
      absl::StrAppend(&line, " ", kind, KeyIndex::Repeat::TextOf(note, key_kind));
    }
    if (repeat.clashes()) line += " clashes";
    repeats.push_back(line);
  }));
  return repeats;
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

// ---- Against a naive index, for any memory.

struct Reference {
  std::string target;
  Code code;
};
struct Object {
  std::string name;
  std::vector<std::string> ids;  // of kinds kContactId, kHostName
  std::vector<std::string> forbidden;
  std::vector<Reference> references;
};

constexpr KeyKind kKinds[] = {KeyKind::kContactId, KeyKind::kHostName};
constexpr Code kCodes[] = {Code::kDomainHasInvalidRegistrant, Code::kDomainHasMissingContact,
                           Code::kContactHasUnknownClid};

// Some keys occur once, some often, some are referred to by nearly everybody.
std::vector<Object> SeededObjects(uint64_t seed, int count) {
  std::mt19937_64 random(seed);
  const auto id = [&random, count] {
    const uint64_t spread = random() % 3;
    if (spread == 0) return absl::StrCat("popular-", random() % 5);
    return absl::StrCat("id-", random() % static_cast<uint64_t>(count * (spread == 1 ? 1 : 20)));
  };
  std::vector<Object> objects;
  for (int i = 0; i < count; ++i) {
    Object object{absl::StrCat("object-", i), {}, {}, {}};
    for (uint64_t n = random() % 3; n > 0; --n) object.ids.push_back(id());
    if (random() % 4 == 0) object.forbidden.push_back(id());
    for (uint64_t n = random() % 12; n > 0; --n) {
      object.references.push_back({id(), kCodes[random() % 3]});
    }
    objects.push_back(std::move(object));
  }
  return objects;
}

struct Outcome {
  std::vector<std::string> repeats;
  std::vector<std::string> findings;
  bool operator==(const Outcome&) const = default;
};

Key KeyOf(size_t kind, const std::string& id) { return Hasher().Of(kKinds[kind], id); }

void ListFindings(FindingLog& log, Outcome& outcome) {
  for (const Finding& finding : log.Take()) {
    outcome.findings.push_back(absl::StrCat(InfoOf(finding.code).name, " ", finding.object, " ",
                                            finding.at->line, " ", finding.message, " ",
                                            finding.count));
  }
}

Outcome IndexOutcome(const std::vector<Object>& objects, KeyIndex& index) {
  for (size_t i = 0; i < objects.size(); ++i) {
    const auto at = static_cast<int64_t>(i);
    index.BeginObject({"object", objects[i].name, rde::Position{at, at * 1000}});
    for (size_t k = 0; k < objects[i].ids.size(); ++k) {
      index.Define(kKinds[k], KeyOf(k, objects[i].ids[k]), objects[i].ids[k]);
    }
    for (const std::string& id : objects[i].forbidden) index.Forbid(KeyOf(0, id));
    for (const Reference& reference : objects[i].references) {
      index.Refer(KeyOf(0, reference.target), reference.code, "target", reference.target);
    }
  }
  Outcome outcome{RepeatsOf(index), {}};
  FindingLog log;
  EXPECT_OK(index.RaiseDangling(log));
  for (const KeyKind kind : kKinds) {
    EXPECT_OK(index.RaiseUnreferred(
        kind, kind == kKinds[0] ? Code::kGlueMissing : Code::kStatusConflict, "unused", log));
  }
  ListFindings(log, outcome);
  return outcome;
}

Outcome NaiveOutcome(const std::vector<Object>& objects) {
  Outcome outcome;
  std::set<std::pair<size_t, std::string>> defined;
  std::set<std::string> forbidden, referred;
  for (size_t i = 0; i < objects.size(); ++i) {
    std::string line = absl::StrCat("object ", objects[i].name, "@", i);
    const size_t bare = line.size();
    bool clashes = false;
    // By kind, as RepeatsOf() lists them.
    std::map<int, std::string> again;
    for (size_t k = 0; k < objects[i].ids.size(); ++k) {
      const std::string& id = objects[i].ids[k];
      clashes = clashes || (k == 0 && forbidden.contains(id));
      if (!defined.insert({k, id}).second) again[static_cast<int>(kKinds[k])] = id;
    }
    for (const std::string& id : objects[i].forbidden) {
      clashes = clashes || defined.contains({0, id});
      forbidden.insert(id);
    }
    for (const auto& [kind, id] : again) absl::StrAppend(&line, " ", kind, id);
    if (clashes) line += " clashes";
    if (line.size() > bare) outcome.repeats.push_back(line);
    for (const Reference& reference : objects[i].references) referred.insert(reference.target);
  }
  FindingLog log;
  std::map<std::pair<std::string, Code>, std::pair<size_t, int64_t>> loose;
  std::vector<std::pair<std::string, Code>> order;
  std::set<std::pair<size_t, std::string>> seen;
  for (size_t i = 0; i < objects.size(); ++i) {
    for (const Reference& reference : objects[i].references) {
      if (defined.contains({0, reference.target})) continue;
      const auto [it, fresh] = loose.insert({{reference.target, reference.code}, {i, 0}});
      if (fresh) order.push_back(it->first);
      ++it->second.second;
    }
    for (size_t k = 0; k < objects[i].ids.size(); ++k) {
      const std::string& id = objects[i].ids[k];
      if (!seen.insert({k, id}).second || (k == 0 && referred.contains(id))) continue;
      const auto at = static_cast<int64_t>(i);
      log.Raise(k == 0 ? Code::kGlueMissing : Code::kStatusConflict,
                {"object", objects[i].name, rde::Position{at, at * 1000}}, "unused");
    }
  }
  std::map<Code, size_t> kept;
  for (const auto& target : order) {
    const auto& [first, count] = loose[target];
    const auto at = static_cast<int64_t>(first);
    std::vector<Finding> findings;
    if (++kept[target.second] <= base::kFindingsPerCodeMax) {
      std::string message = absl::StrCat("target ", target.first, " is not in the deposit");
      if (count > 1) absl::StrAppend(&message, " (", count, " references)");
      findings.push_back({Code{}, absl::StrCat("object ", objects[first].name),
                          rde::Position{at, at * 1000}, std::move(message), "", 0});
    }
    log.RaiseLate(target.second, count, std::move(findings));
  }
  ListFindings(log, outcome);
  return outcome;
}

void ExpectAgreement(const std::vector<Object>& objects, const std::vector<uint64_t>& memories) {
  const Outcome expected = NaiveOutcome(objects);
  EXPECT_GT(expected.repeats.size(), objects.size() / 10);
  EXPECT_EQ(expected.findings.size(), 5 * base::kFindingsPerCodeMax);
  for (const uint64_t memory_bytes : memories) {
    const auto space = NewSpace();
    KeyIndex index(*space, memory_bytes);
    const Outcome outcome = IndexOutcome(objects, index);
    EXPECT_TRUE(outcome.repeats == expected.repeats) << memory_bytes;
    EXPECT_TRUE(outcome.findings == expected.findings) << memory_bytes;
    EXPECT_EQ(space->written_bytes() > 0, memory_bytes < kAmple) << memory_bytes;
  }
}

TEST(KeyIndex, AgreesWithANaiveIndexForAnyMemory) {
  ExpectAgreement(SeededObjects(1, 20'000), {100 << 10, 1 << 20, kAmple});
  ExpectAgreement(SeededObjects(2, 5'000), {20 << 10, 300 << 10, kAmple});
}

// So little that every object spills, and a partition takes several tables.
TEST(KeyIndex, AgreesWithANaiveIndexWithoutMemory) {
  ExpectAgreement(SeededObjects(4, 1000), {1, 100});
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
