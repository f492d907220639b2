#include "base/config.h"

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::base {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

constexpr char kText[] = R"(name = "agent"
port = 700
quiet = true
grace = "1m30s"

[tls]
certificate = "certs/agent.pem"
key = "/etc/agent.key"
tlds = ["example", "co.uk"]

[[client]]
name = "one"
[[client]]
name = "two"
)";

// Every block of characters beyond ASCII, where a value, a key or white space is expected.
TEST(Config, LettersOutsideStringsAreAnErrorWithItsLine) {
  for (const char* letter :
       {"\u00a1", "\u00e4", "\u0420", "\u1681", "\u2010", "\u3001", "\ufe70"}) {
    for (const std::string& line : {absl::StrCat("b = 1", letter), absl::StrCat("b = ", letter),
                                    absl::StrCat(letter, " = 1"), absl::StrCat("b ", letter)}) {
      EXPECT_THAT(Config::Parse(absl::StrCat("a = 1\n", line, "\n"), "x.toml"),
                  StatusIs(kInvalid, HasSubstr("x.toml:2")))
          << line;
    }
    EXPECT_OK(Config::Parse(absl::StrCat("a = \"", letter, "\" # ", letter, "\n"), "x.toml"));
  }
}

TEST(Config, GettersReadEveryType) {
  ASSERT_OK_AND_ASSIGN(const Config config, Config::Parse(kText, "/etc/tidemark/agent.toml"));
  EXPECT_THAT(config.RequiredString("name"), IsOkAndHolds("agent"));
  EXPECT_THAT(config.IntOr("port", 1, 1, 65535), IsOkAndHolds(700));
  EXPECT_THAT(config.BoolOr("quiet", false), IsOkAndHolds(true));
  EXPECT_THAT(config.DurationOr("grace", absl::Seconds(1), absl::Seconds(1), absl::Hours(1)),
              IsOkAndHolds(absl::Seconds(90)));
  EXPECT_THAT(config.RequiredPath("tls.certificate"),
              IsOkAndHolds("/etc/tidemark/certs/agent.pem"));
  EXPECT_THAT(config.RequiredPath("tls.key"), IsOkAndHolds("/etc/agent.key"));
  EXPECT_THAT(config.StringListOr("tls.tlds", {}), IsOkAndHolds(ElementsAre("example", "co.uk")));
  EXPECT_THAT(config.TableCount("client"), IsOkAndHolds(2u));
  EXPECT_THAT(config.StringOr("client.0.name", ""), IsOkAndHolds("one"));
  EXPECT_THAT(config.CheckAllKeysKnown(),
              StatusIs(kInvalid, AllOf(HasSubstr("client.1.name"), Not(HasSubstr("client.0")))));
  EXPECT_THAT(config.StringOr("client.1.name", ""), IsOkAndHolds("two"));
  EXPECT_OK(config.CheckAllKeysKnown());
}

TEST(Config, MissingKeysGiveDefaults) {
  ASSERT_OK_AND_ASSIGN(const Config config, Config::Parse("", "dir/empty.toml"));
  EXPECT_FALSE(config.Has("a"));
  EXPECT_THAT(config.StringOr("a", "d"), IsOkAndHolds("d"));
  EXPECT_THAT(config.IntOr("a.b", 7, 0, 9), IsOkAndHolds(7));
  EXPECT_THAT(config.BoolOr("c", true), IsOkAndHolds(true));
  EXPECT_THAT(config.PathOr("p", "data"), IsOkAndHolds("dir/data"));
  EXPECT_THAT(config.PathOr("p", ""), IsOkAndHolds(""));
  EXPECT_THAT(config.TableCount("t"), IsOkAndHolds(0u));
  EXPECT_THAT(config.RequiredString("a.b"),
              StatusIs(kInvalid, AllOf(HasSubstr("dir/empty.toml"), HasSubstr("a.b"))));
  EXPECT_OK(config.CheckAllKeysKnown());
}

TEST(Config, EveryUnknownKeyIsNamedWithItsLine) {
  ASSERT_OK_AND_ASSIGN(const Config config,
                       Config::Parse("a = 1\nprot = 2\n[tls]\nkeyy = \"x\"\n[empty]\n\"b.c\" = 1\n"
                                     "[void]\n[b]\nd = 1\n",
                                     "f.toml"));
  EXPECT_OK(config.IntOr("a", 0, 0, 9));
  EXPECT_OK(config.IntOr("empty.b.c", 0, 0, 9));
  EXPECT_THAT(config.CheckAllKeysKnown(),
              StatusIs(kInvalid, AllOf(HasSubstr("f.toml: unknown key"), HasSubstr("prot (line 2)"),
                                       HasSubstr("tls.keyy (line 4)"), HasSubstr("empty.\"b.c\""),
                                       HasSubstr("void (line 7)"), HasSubstr("b.d"))));
}

TEST(Config, WrongTypeAndBoundsNameFileLineAndKey) {
  ASSERT_OK_AND_ASSIGN(const Config config, Config::Parse(kText, "f.toml"));
  EXPECT_THAT(config.RequiredString("port"),
              StatusIs(kInvalid, HasSubstr("f.toml:2: port: is an")));
  EXPECT_THAT(config.IntOr("port", 1, 1, 699), StatusIs(kInvalid, HasSubstr("want 1 to 699")));
  EXPECT_THAT(config.IntOr("name", 1, 1, 2), StatusIs(kInvalid));
  EXPECT_THAT(config.BoolOr("port", true), StatusIs(kInvalid));
  EXPECT_THAT(config.StringListOr("name", {}), StatusIs(kInvalid));
  EXPECT_THAT(config.StringListOr("client", {}), StatusIs(kInvalid, HasSubstr("element 0")));
  EXPECT_THAT(config.StringOr("tls", ""), StatusIs(kInvalid, HasSubstr("a table")));
  EXPECT_THAT(config.TableCount("tls.tlds"), StatusIs(kInvalid));
  EXPECT_THAT(config.DurationOr("name", absl::Seconds(1), absl::Seconds(1), absl::Hours(1)),
              StatusIs(kInvalid));
  EXPECT_THAT(config.DurationOr("grace", absl::Seconds(1), absl::Seconds(1), absl::Seconds(9)),
              StatusIs(kInvalid));
}

TEST(Config, NotTomlNamesTheLine) {
  EXPECT_THAT(Config::Parse("a = 1\nb = = 2\n", "f.toml"),
              StatusIs(kInvalid, HasSubstr("f.toml:2")));
  EXPECT_THAT(Config::Parse("a = 1\na = 2\n", "f.toml"), StatusIs(kInvalid));
  EXPECT_THAT(Config::Parse("a = " + std::string(5000, '['), "f.toml"), StatusIs(kInvalid));
}

TEST(Config, NumbersAreSetHoweverATableIsWritten) {
  for (const char* text : {"", "rdds = { limits = { burst = 1 }, base_url = \"u\" }\n",
                           "[rdds.limits]\nburst = 1\n[rdds]\nbase_url = \"u\"\n",
                           "rdds.limits.burst = 1\nrdds.base_url = \"u\"\n"}) {
    ASSERT_OK_AND_ASSIGN(
        const std::string set,
        Config::SetIntegers(text, "f.toml",
                            {{"rdds.limits.burst", 7}, {"rdds.limits.clients_max", 8}}));
    ASSERT_OK_AND_ASSIGN(const Config config, Config::Parse(set, "f.toml"));
    EXPECT_THAT(config.IntOr("rdds.limits.burst", 0, 0, 9), IsOkAndHolds(7));
    EXPECT_THAT(config.IntOr("rdds.limits.clients_max", 0, 0, 9), IsOkAndHolds(8));
    EXPECT_THAT(config.StringOr("rdds.base_url", "u"), IsOkAndHolds("u"));
    EXPECT_OK(config.CheckAllKeysKnown());
  }
  EXPECT_THAT(Config::SetIntegers("rdds = 3\n", "f.toml", {{"rdds.limits.burst", 7}}),
              StatusIs(kInvalid, HasSubstr("f.toml:1: rdds.limits.burst")));
}

TEST(Config, LoadResolvesBesideTheFile) {
  const std::string dir = TestDir();
  ASSERT_OK(WriteFile(dir + "/c.toml", "data = \"vault\"\n", FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(const Config config, Config::Load(dir + "/c.toml"));
  EXPECT_THAT(config.RequiredPath("data"), IsOkAndHolds(dir + "/vault"));
  EXPECT_THAT(Config::Load(dir + "/none.toml"), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace tidemark::base
