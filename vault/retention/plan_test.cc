// The plan: a table of what each rule keeps, and seeded random catalogues against a naive model.
#include "vault/retention/plan.h"

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "vault/vault_testing.h"

namespace tidemark::vault::retention {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tidemark::v1::DEPOSIT_KIND_DIFF;
using tidemark::v1::DEPOSIT_KIND_FULL;
using tidemark::v1::DEPOSIT_KIND_INCR;
using tidemark::v1::VERDICT_OUTCOME_FAIL;
using tidemark::v1::VERDICT_OUTCOME_PASS;

constexpr int64_t kDayMicros = 86'400'000'000;

// Day 0 to `today`, a leaf each day: every day is witnessed.
WitnessedTime Witnessed(int today) {
  auto time = WitnessedTime::Read(
      today + 1, [](uint64_t index) { return static_cast<int64_t>(index) * kDayMicros; },
      absl::FromUnixMicros(today * kDayMicros));
  CHECK(time.ok());
  return *time;
}

struct Row {
  std::string id;  // "A1/0"
  tidemark::v1::DepositKind kind;
  std::string prev_id;
  int day;
  tidemark::v1::VerdictOutcome verdict = VERDICT_OUTCOME_PASS;
  std::vector<std::string> holds = {};
  uint64_t shredded = 0;
};

std::vector<DepositFacts> Facts(const std::vector<Row>& rows) {
  std::vector<DepositFacts> facts;
  for (const Row& row : rows) {
    facts.push_back({.deposit = Id(absl::StrCat("example/", row.id)),
                     .kind = row.kind,
                     .watermark_unix_seconds = row.day * 86'400,
                     .prev_id = row.prev_id,
                     .received_at_unix_micros = row.day * kDayMicros,
                     .latest_verdict = row.verdict,
                     .shredded_log_index = row.shredded,
                     .holds = row.holds});
  }
  std::sort(facts.begin(), facts.end(),
            [](const DepositFacts& a, const DepositFacts& b) { return a.deposit < b.deposit; });
  return facts;
}

std::set<std::string> Due(const std::vector<Row>& rows, int today, const Policy& policy = {}) {
  const std::vector<DepositFacts> facts = Facts(rows);
  const std::vector<Fate> fates = MakePlan(policy, Witnessed(today), facts);
  std::set<std::string> due;
  for (size_t i = 0; i < fates.size(); ++i) {
    if (fates[i].is_due) {
      due.insert(absl::StrCat(facts[i].deposit.id(), "/", facts[i].deposit.resend()));
    }
  }
  return due;
}

TEST(Plan, EachRuleKeepsWhatItNames) {
  const Row last = {"Z/0", DEPOSIT_KIND_FULL, "", 999};
  struct Case {
    std::string name;
    std::vector<Row> rows;
    std::set<std::string> due;
  };
  const std::vector<Case> cases = {
      {"an old FULL goes", {{"A/0", DEPOSIT_KIND_FULL, "", 0}, last}, {"A/0"}},
      {"a young one stays", {{"A/0", DEPOSIT_KIND_FULL, "", 700}, last}, {}},
      {"365 days and the margin of 8, to the day",
       {{"A/0", DEPOSIT_KIND_FULL, "", 1000 - 373},
        {"B/0", DEPOSIT_KIND_FULL, "", 1000 - 372},
        last},
       {"A/0"}},
      {"the only FULL stays", {{"A/0", DEPOSIT_KIND_FULL, "", 0}}, {}},
      {"the newest FULL that passed, and what came after it",
       {{"A/0", DEPOSIT_KIND_FULL, "", 0},
        {"B/0", DEPOSIT_KIND_FULL, "", 1},
        {"C/0", DEPOSIT_KIND_FULL, "", 2, VERDICT_OUTCOME_FAIL},
        {"D/0", DEPOSIT_KIND_DIFF, "C", 3, VERDICT_OUTCOME_FAIL}},
       {"A/0"}},
      {"without a pass, the newest FULL",
       {{"A/0", DEPOSIT_KIND_FULL, "", 0, VERDICT_OUTCOME_FAIL},
        {"B/0", DEPOSIT_KIND_FULL, "", 1, VERDICT_OUTCOME_FAIL}},
       {"A/0"}},
      {"without a FULL, everything", {{"A/0", DEPOSIT_KIND_DIFF, "X", 0}}, {}},
      {"a hold", {{"A/0", DEPOSIT_KIND_FULL, "", 0, VERDICT_OUTCOME_PASS, {"c"}}, last}, {}},
      {"a hold on a DIFF keeps its chain, and nothing beside it",
       {{"A/0", DEPOSIT_KIND_FULL, "", 0},
        {"B/0", DEPOSIT_KIND_FULL, "", 1},
        {"C/0", DEPOSIT_KIND_DIFF, "B", 2},
        {"D/0", DEPOSIT_KIND_DIFF, "C", 3, VERDICT_OUTCOME_PASS, {"c"}},
        {"E/0", DEPOSIT_KIND_DIFF, "D", 4},
        last},
       {"A/0", "E/0"}},
      {"a DIFF that is young keeps its chain",
       {{"A/0", DEPOSIT_KIND_FULL, "", 620}, {"B/0", DEPOSIT_KIND_DIFF, "A", 700}, last},
       {}},
      {"an INCR without prevId is on the newest FULL before it",
       {{"A/0", DEPOSIT_KIND_FULL, "", 0},
        {"B/0", DEPOSIT_KIND_FULL, "", 1},
        {"C/0", DEPOSIT_KIND_INCR, "", 700},
        last},
       {"A/0"}},
      {"a resend that is superseded has the rule of age only",
       {{"A/0", DEPOSIT_KIND_FULL, "", 0}, {"A/1", DEPOSIT_KIND_FULL, "", 1}},
       {"A/0"}},
      {"what passed does not give way to a resend that failed",
       {{"A/0", DEPOSIT_KIND_FULL, "", 0},
        {"A/1", DEPOSIT_KIND_FULL, "", 1, VERDICT_OUTCOME_FAIL}},
       {}},
      {"what builds on an id keeps the resend of it that passed, not a higher one that failed",
       {{"A/0", DEPOSIT_KIND_FULL, "", 0},
        {"A/1", DEPOSIT_KIND_FULL, "", 1, VERDICT_OUTCOME_FAIL},
        {"B/0", DEPOSIT_KIND_DIFF, "A", 700},
        last},
       {"A/1"}},
      {"a superseded one under a hold stays",
       {{"A/0", DEPOSIT_KIND_FULL, "", 0, VERDICT_OUTCOME_PASS, {"c"}},
        {"A/1", DEPOSIT_KIND_FULL, "", 1}},
       {}},
      {"what is gone is not due again, and supersedes still",
       {{"A/0", DEPOSIT_KIND_FULL, "", 0},
        {"A/1", DEPOSIT_KIND_FULL, "", 1, VERDICT_OUTCOME_PASS, {}, 7},
        last},
       {"A/0"}},
      {"a circle of prevIds ends",
       {{"A/0", DEPOSIT_KIND_DIFF, "B", 0},
        {"B/0", DEPOSIT_KIND_DIFF, "A", 1},
        {"C/0", DEPOSIT_KIND_DIFF, "C", 2, VERDICT_OUTCOME_PASS, {"c"}},
        last},
       {"A/0", "B/0"}},
  };
  for (const Case& test : cases) EXPECT_EQ(Due(test.rows, 1000), test.due) << test.name;
}

TEST(Plan, SaysInWordsWhyADepositStays) {
  const std::vector<DepositFacts> facts =
      Facts({{"A/0", DEPOSIT_KIND_FULL, "", 0, VERDICT_OUTCOME_PASS, {"case-7"}},
             {"B/0", DEPOSIT_KIND_DIFF, "A", 1}});
  const std::vector<Fate> fates = MakePlan({}, Witnessed(1000), facts);
  EXPECT_THAT(fates[0].kept_by, ElementsAre("hold case-7", HasSubstr("newest FULL with a pass"),
                                            "base of example/B/0"));
  EXPECT_THAT(fates[1].kept_by, ElementsAre("received after example/A/0"));
  EXPECT_EQ(fates[0].keep_until_unix_micros, 373 * kDayMicros);
}

TEST(Plan, TrustedClockHasNoMargin) {
  const std::vector<Row> rows = {{"A/0", DEPOSIT_KIND_FULL, "", 1000 - 365},
                                 {"B/0", DEPOSIT_KIND_FULL, "", 1000}};
  EXPECT_THAT(Due(rows, 1000), IsEmpty());
  EXPECT_THAT(Due(rows, 1000, {.trust_clock = true}), Contains("A/0"));
}

// The rules once more, as sets and without any cleverness.
std::set<std::string> NaiveDue(const std::vector<Row>& rows, int today) {
  const auto id = [](const Row& row) { return row.id.substr(0, row.id.find('/')); };
  const auto is_superseded = [&](const Row& row) {
    return std::any_of(rows.begin(), rows.end(), [&](const Row& other) {
      return id(other) == id(row) && other.id > row.id &&
             (row.verdict != VERDICT_OUTCOME_PASS || other.verdict == VERDICT_OUTCOME_PASS);
    });
  };
  const Row* full = nullptr;
  for (const bool want_pass : {true, false}) {
    if (full != nullptr) break;
    for (const Row& row : rows) {
      if (row.shredded != 0 || row.kind != DEPOSIT_KIND_FULL || is_superseded(row)) continue;
      if (want_pass && row.verdict != VERDICT_OUTCOME_PASS) continue;
      if (full == nullptr || row.day > full->day) full = &row;
    }
  }
  std::set<std::string> kept;
  for (const Row& row : rows) {
    if (row.shredded != 0) continue;
    const bool is_young = today - row.day < 373;
    const bool is_wanted = !is_superseded(row) && (full == nullptr || row.day >= full->day);
    if (is_young || is_wanted || !row.holds.empty()) kept.insert(row.id);
  }
  for (bool has_grown = true; has_grown;) {
    has_grown = false;
    for (const Row& row : rows) {
      if (!kept.contains(row.id) || row.kind == DEPOSIT_KIND_FULL) continue;
      const Row* base = nullptr;
      for (const Row& other : rows) {
        if (other.shredded != 0) continue;
        if (!row.prev_id.empty()) {
          const auto rank = [](const Row& resend) {
            return std::pair(resend.verdict == VERDICT_OUTCOME_PASS, resend.id);
          };
          if (id(other) == row.prev_id && (base == nullptr || rank(other) > rank(*base))) {
            base = &other;
          }
        } else if (row.kind == DEPOSIT_KIND_INCR && other.kind == DEPOSIT_KIND_FULL &&
                   !is_superseded(other) && other.day <= row.day) {
          if (base == nullptr || other.day > base->day) base = &other;
        }
      }
      if (base != nullptr && kept.insert(base->id).second) has_grown = true;
    }
  }
  std::set<std::string> due;
  for (const Row& row : rows) {
    if (row.shredded == 0 && !kept.contains(row.id)) due.insert(row.id);
  }
  return due;
}

TEST(Plan, RandomCataloguesAgreeWithTheNaiveModel) {
  std::mt19937_64 random(20261126);
  const auto pick = [&random](uint64_t n) { return random() % n; };
  int shredded = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<Row> rows;
    const int deposits = 1 + static_cast<int>(pick(14));
    std::vector<int> days;
    for (int i = 0; i < deposits; ++i) days.push_back(i * 60 + static_cast<int>(pick(60)));
    for (int i = 0; i < deposits; ++i) {
      Row row;
      // Few ids, so that there are resends; their number grows with time as it does in custody.
      const std::string id(1, static_cast<char>('A' + pick(8)));
      int resend = 0;
      for (const Row& other : rows) resend += other.id[0] == id[0] ? 1 : 0;
      row.id = absl::StrCat(id, "/", resend);
      const uint64_t kind = pick(5);
      row.kind = kind < 2 ? DEPOSIT_KIND_FULL : kind < 4 ? DEPOSIT_KIND_DIFF : DEPOSIT_KIND_INCR;
      if (row.kind != DEPOSIT_KIND_FULL && pick(4) != 0) {
        row.prev_id = std::string(1, static_cast<char>('A' + pick(9)));
      }
      row.day = days[i];
      if (pick(3) == 0) row.verdict = VERDICT_OUTCOME_FAIL;
      if (pick(6) == 0) row.holds = {"c"};
      if (pick(10) == 0) row.shredded = 1 + pick(100);
      rows.push_back(row);
    }
    const int today = 200 + static_cast<int>(pick(900));
    std::erase_if(rows, [today](const Row& row) { return row.day > today; });
    const std::set<std::string> due = Due(rows, today);
    ASSERT_EQ(due, NaiveDue(rows, today)) << "round " << round;
    shredded += static_cast<int>(due.size());
  }
  EXPECT_GT(shredded, 1000);  // it was about something
}

}  // namespace
}  // namespace tidemark::vault::retention
