// The part of verifier.toml that decides verdicts. That the confined judge goes by it is
// confined_judge_test's and tests/integration's.
#include "verifier/service/standards.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/config.h"
#include "base/file.h"
#include "base/testing.h"
#include "verifier/id_list.h"

namespace tidemark::verifier {
namespace {

using base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

absl::StatusOr<Standards> Load(const std::string& text, const std::string& dir = "") {
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Parse(text, dir + "/verifier.toml"));
  ASSIGN_OR_RETURN(Standards standards, LoadStandards(config));
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  return standards;
}

TEST(Standards, WithoutAnyNothingIsKnownOfATld) {
  ASSERT_OK_AND_ASSIGN(const Standards standards, Load(""));
  const Standard& any = standards.Of("test");
  EXPECT_EQ(any.profile, Profile::kGtld);
  EXPECT_EQ(any.ruleset, nullptr);
  EXPECT_FALSE(any.data_model.has_value());
  EXPECT_FALSE(any.host_model.has_value());
  EXPECT_FALSE(any.idn_tables.has_value());
  EXPECT_EQ(any.repository_ids, nullptr);
  EXPECT_EQ(any.registrar_ids, nullptr);
}

TEST(Standards, ATldHasWhatIsSaidOfItAndTheRestOfAll) {
  const std::string dir = base::TestDir();
  ASSERT_OK(base::WriteFile(dir + "/ids", "TEST\n", base::FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(const Standards standards, Load(R"(
[verifier]
ruleset = "rst-2024.09"
host_model = "objects"
idn_tables = ["LANG-1"]
repository_ids = "ids"
[verifier.drift]
changes_min = 7
[[verifier.tld]]
name = "Example"
profile = "cctld"
data_model = "minimum"
idn_tables = []
[[verifier.tld]]
name = "xn--q9jyb4c"
ruleset = "gtld-ra"
host_model = "attributes"
)",
                                                       dir));
  const Standard& other = standards.Of("other");
  EXPECT_EQ(other.ruleset->name, "rst-2024.09");
  EXPECT_EQ(other.profile, Profile::kRst);
  EXPECT_THAT(other.idn_tables, Optional(ElementsAre("LANG-1")));
  const Standard& example = standards.Of("example");
  EXPECT_EQ(example.profile, Profile::kCctld);
  EXPECT_EQ(example.ruleset, nullptr);
  EXPECT_EQ(example.data_model, DataModel::kMinimum);
  EXPECT_EQ(example.host_model, HostModel::kObjects);
  // The TLD has none, which is something that is known.
  EXPECT_THAT(example.idn_tables, Optional(IsEmpty()));
  const Standard& idn = standards.Of("xn--q9jyb4c");
  EXPECT_EQ(idn.ruleset->name, "gtld-ra");
  EXPECT_EQ(idn.host_model, HostModel::kAttributes);
  EXPECT_THAT(idn.idn_tables, Optional(ElementsAre("LANG-1")));
  for (const Standard* standard : {&other, &example, &idn}) {
    ASSERT_NE(standard->repository_ids, nullptr);
    EXPECT_TRUE(standard->repository_ids->Contains("TEST"));
    EXPECT_EQ(standard->drift.changes_min, 7);
  }
}

TEST(Standards, WhatCannotBeMeantIsRefusedWithItsKey) {
  struct Case {
    const char* text;
    const char* says;
  };
  for (const Case& bad : {
           Case{"[verifier]\nprofile = \"gtld\"\nruleset = \"gtld-ra\"", "verifier.ruleset"},
           Case{"[verifier]\nprofile = \"none\"", "none"},
           Case{"[verifier]\nruleset = \"none\"", "none"},
           Case{"[verifier]\ndata_model = \"some\"", "some"},
           Case{"[verifier]\nhost_model = \"some\"", "some"},
           Case{"[[verifier.tld]]\nprofile = \"gtld\"", "verifier.tld.0.name"},
           Case{"[[verifier.tld]]\nname = \"a\"\n[[verifier.tld]]\nname = \"A\"", "twice"},
           Case{"[[verifier.tld]]\nname = \"a\"\nmodel = \"b\"", "verifier.tld.0.model"},
           Case{"[verifier.drift]\ndeleted_percent_max = 101", "deleted_percent_max"},
       }) {
    EXPECT_THAT(Load(bad.text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(bad.says)))
        << bad.text;
  }
}

TEST(Standards, AListThatCannotBeReadIsNoListThatIsNotGiven) {
  EXPECT_THAT(Load("[verifier]\nregistrar_ids = \"not-there\""),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("not-there")));
}

TEST(Standards, VerbsThatJudgeNothingKnowAllKeys) {
  ASSERT_OK_AND_ASSIGN(const base::Config config, base::Config::Parse(R"(
[verifier]
profile = "gtld"
data_model = "minimum"
host_model = "objects"
idn_tables = []
repository_ids = "not-there"
registrar_ids = "not-there"
[verifier.drift]
growth_percent_max = 1
[[verifier.tld]]
name = "example"
ruleset = "cctld"
idn_tables = ["a"]
)",
                                                                      "verifier.toml"));
  EXPECT_OK(IgnoreStandards(config));
  EXPECT_OK(config.CheckAllKeysKnown());
}

}  // namespace
}  // namespace tidemark::verifier
