// The documents for ICANN, held against the schemas by Xerces-C++: of a file, and of a deposit in
// custody.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"
#include "verifier/reports/reports.h"

namespace tidemark::tests {
namespace {

using ::testing::HasSubstr;

class Documents : public ::testing::Test {
 protected:
  void SetUp() override {
    shared_ = base::SharedDir();
    if (!shared_.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  }

  // What the validator says: 0 valid, 1 not.
  int Validate(const std::string& document) const {
    const std::string path = base::TestDir() + "/document.xml";
    EXPECT_OK(base::WriteFile(path, document, base::FileMode::kPrivate));
    const auto result = base::RunAndCapture(
        {Runfile("tests/bench/xerces_validate"), *shared_ + "/spec/xsd/all-rde.xsd", path},
        absl::Minutes(1), 1 << 20);
    EXPECT_OK(result);
    if (!result.ok()) return -1;
    if (result->exit_status != 0) last_errors_ = result->err;
    return result->exit_status;
  }

  std::optional<std::string> shared_;
  mutable std::string last_errors_;
};

TEST_F(Documents, ReportsOfOtherPeoplesDepositsAreValidAndCountAsTheirOwn) {
  for (const char* name : {"example", "sample"}) {
    SCOPED_TRACE(name);
    const std::string stem =
        absl::StrCat(*shared_, "/testdata/", name, "/", name, "_2026-11-22_full");
    ASSERT_OK_AND_ASSIGN(const base::RunResult result,
                         Tidemark({"check", stem + "_S1_R0.xml", "--format", "rde-report"}));
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(Validate(result.out), 0) << last_errors_;
    // The report that came with the deposit: the same counts, however it is written.
    ASSERT_OK_AND_ASSIGN(const std::string theirs, base::ReadSmallFile(stem + "_R0.rep"));
    size_t counts = 0;
    for (size_t at = theirs.find("uri=\""); at != std::string::npos;
         at = theirs.find("uri=\"", at + 1)) {
      const std::string count = theirs.substr(at, theirs.find("</", at) - at);
      EXPECT_THAT(result.out, HasSubstr(count + "</"));
      ++counts;
    }
    EXPECT_EQ(counts, absl::string_view(name) == "example" ? 6u : 3u);
  }
}

TEST_F(Documents, ValidatorRefusesWhatIsNoReport) {
  ASSERT_OK_AND_ASSIGN(
      const base::RunResult result,
      Tidemark({"check", *shared_ + "/testdata/example/example_2026-11-22_full_S1_R0.xml",
                "--format", "rde-report"}));
  ASSERT_EQ(Validate(result.out), 0) << last_errors_;
  EXPECT_EQ(
      Validate(absl::StrReplaceAll(result.out, {{"<rdeReport:kind>FULL", "<rdeReport:kind>ALL"}})),
      1);
}

TEST_F(Documents, NothingReceivedIsValid) {
  verifier::NotificationFacts facts;
  facts.agent_name = "An Escrow Agent";
  ASSERT_OK_AND_ASSIGN(const std::string xml,
                       verifier::NothingReceivedXml(absl::CivilDay(2026, 11, 22), facts));
  EXPECT_EQ(Validate(xml), 0) << last_errors_;
}

TEST_F(Documents, NoticesOfDepositsInCustodyAreValid) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({.tld = "example"}));
  const std::string good = *shared_ + "/testdata/example/example_2026-11-22_full_S1_R0.xml";
  // The same the next day, with a count that is wrong.
  const std::string bad = base::TestDir() + "/example_2026-11-23_full_S1_R0.xml";
  ASSERT_OK(EditFile(good, bad, [](std::string text) {
    return absl::StrReplaceAll(text, {{"TOVN4J", "TOVN4K"}, {">788<", ">789<"}});
  }));
  for (const std::string& file : {good, bad}) {
    ASSERT_OK_AND_ASSIGN(const base::RunResult deposit,
                         Tidemark({"deposit", file, "--config", escrow->depositor()}));
    ASSERT_EQ(deposit.exit_status, 0) << deposit.err;
  }
  struct Case {
    const char* id;
    int exit_status;
    const char* status;
  };
  for (const Case& notice :
       {Case{"example/TOVN4J", 0, ">DVPN<"}, Case{"example/TOVN4K", 1, ">DVFN<"}}) {
    SCOPED_TRACE(notice.id);
    ASSERT_OK_AND_ASSIGN(const base::RunResult verified,
                         Tidemark({"verify", notice.id, "--config", escrow->verifier()}));
    EXPECT_EQ(verified.exit_status, notice.exit_status) << verified.out << verified.err;
    const std::vector<std::string> verdict = {"verdict", notice.id, "--config",
                                              escrow->operator_config(), "--format"};
    std::vector<std::string> notification = verdict;
    notification.insert(notification.end(), {"rde-notification", "--dea-name", "An Escrow Agent"});
    ASSERT_OK_AND_ASSIGN(const base::RunResult xml, Tidemark(notification));
    EXPECT_EQ(xml.exit_status, notice.exit_status) << xml.err;
    EXPECT_THAT(xml.out, HasSubstr(notice.status));
    EXPECT_THAT(xml.out, HasSubstr("lastFullDate>2026-11-22<"));
    EXPECT_EQ(Validate(xml.out), 0) << last_errors_;
    std::vector<std::string> page = verdict;
    page.push_back("html");
    ASSERT_OK_AND_ASSIGN(const base::RunResult html, Tidemark(page));
    EXPECT_EQ(html.exit_status, notice.exit_status) << html.err;
    EXPECT_THAT(html.out, HasSubstr(notice.exit_status == 0 ? "<h1>Passed" : "<h1>Failed"));
  }
  // Wrong usage: a notice needs the agent's name.
  ASSERT_OK_AND_ASSIGN(const base::RunResult nameless,
                       Tidemark({"verdict", "example/TOVN4J", "--config", escrow->operator_config(),
                                 "--format", "rde-notification"}));
  EXPECT_EQ(nameless.exit_status, 2);
}

}  // namespace
}  // namespace tidemark::tests
