// The index of keys against a naive one, for any memory.
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"
#include "verifier/finding.h"
#include "verifier/finding_log.h"
#include "verifier/key_index.h"
#include "verifier/key_index_testing.h"

namespace tidemark::verifier {
namespace {

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

TEST(KeyIndexModel, AgreesForAnyMemory) {
  ExpectAgreement(SeededObjects(1, 20'000), {100 << 10, 1 << 20, kAmple});
  ExpectAgreement(SeededObjects(2, 5'000), {20 << 10, 300 << 10, kAmple});
}

// So little that every object spills, and a partition takes several tables.
TEST(KeyIndexModel, AgreesWithoutMemory) { ExpectAgreement(SeededObjects(4, 1000), {1, 100}); }

}  // namespace
}  // namespace tidemark::verifier
