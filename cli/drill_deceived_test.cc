// The verb drill when a program that it runs deceives it or breaks off: never a pass.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/net.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "cli/drill_testing.h"

namespace tidemark::cli {
namespace {

namespace fs = std::filesystem;
using ::nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;

// Programs of which `tidemark` is not as it should be: instead of one of its verbs it runs a
// script, in which $real is the real one.
class TrickedDrill : public NightlyDrill {
 protected:
  base::RunResult DrillWith(const std::string& verb, const std::string& script) {
    const std::string bin = dir_ + "/bin";
    fs::create_directories(bin);
    for (const char* program :
         {"tidemark-verbs", "tidemarkd", "tidemark-verifier", "tidemark-judge"}) {
      fs::copy_file(fs::canonical(Runfile(absl::StrCat("cli/", program))),
                    absl::StrCat(bin, "/", program));
    }
    EXPECT_OK(base::WriteFile(
        bin + "/tidemark",
        absl::StrCat("#!/bin/sh\nreal=", Runfile("cli/tidemark"), "\nif [ \"$1\" != ", verb,
                     " ]; then exec $real \"$@\"; fi\n", script, "\n"),
        base::FileMode::kPublic));
    fs::permissions(bin + "/tidemark", fs::perms::owner_all);
    const auto result = base::RunAndCapture(
        {bin + "/tidemark-verbs", "drill", "--config", dir_ + "/drill.toml", "--tld", "example"},
        kTimeout, kOutputBytesMax);
    EXPECT_OK(result);
    return result.value_or(base::RunResult{-1, "", ""});
  }
};

TEST_F(TrickedDrill, AZoneThatLacksOneDelegationIsANo) {
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(dir_ + "/drill.toml"));
  ASSERT_OK(base::WriteFile(dir_ + "/drill.toml",
                            absl::StrReplaceAll(text, {{"sample = 100", "sample = \"all\""}}),
                            base::FileMode::kPublic));
  const base::RunResult result = DrillWith("rebuild", R"(
$real "$@"; status=$?
out=$(echo "$@" | sed 's/.*--out \([^ ]*\).*/\1/')
zone=$out/zone/example.zone
name=$(awk '$3 == "NS" || $4 == "NS" {last = $1} END {print last}' $zone)
awk -v name=$name '$1 != name' $zone > $zone.new
digest() { sha256sum < $1 | cut -d' ' -f1; }
sed -i "s/$(digest $zone)/$(digest $zone.new)/" $out/report.json
mv $zone.new $zone
exit $status)");
  EXPECT_EQ(result.exit_status, 1) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_EQ(report["verdict"], "fail");
  EXPECT_EQ(report["delegations"]["equal"].get<int>() + 1,
            report["delegations"]["expected"].get<int>());
  ExpectNothingLeft();
}

// What nobody asks for: the sample and the counts of the report are as they should be.
TEST_F(TrickedDrill, AZoneThatHasTooMuchIsANo) {
  const base::RunResult result = DrillWith("rebuild", R"(
$real "$@"; status=$?
out=$(echo "$@" | sed 's/.*--out \([^ ]*\).*/\1/')
zone=$out/zone/example.zone
old=$(sha256sum < $zone | cut -d' ' -f1)
cat >> $zone <<END
stray.example. 3600 IN NS ns.evil.test.
www.stray-held.example. 3600 IN A 192.0.2.66
stray-held.example. 3600 IN MX 10 mail.evil.test.
stray-held.example. 3600 IN TXT "still here"
example. 3600 IN A 192.0.2.66
END
sed -i "s/$old/$(sha256sum < $zone | cut -d' ' -f1)/" $out/report.json
exit $status)");
  EXPECT_EQ(result.exit_status, 1) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_EQ(report["verdict"], "fail");
  EXPECT_EQ(report["delegations"]["equal"], report["delegations"]["expected"]);
  const json zone = report["probe"]["whole_zone"];
  const std::string differences = zone["differences"].dump();
  for (const char* difference :
       {R"("name":"stray.example","what":"delegated, and the deposit does not want it")",
        R"("name":"www.stray-held.example","what":"an address where the deposit wants none")",
        R"("name":"stray-held.example","what":"MX does not belong here")",
        R"("name":"stray-held.example","what":"TXT does not belong here")",
        R"("name":"example","what":"A does not belong here")"}) {
    EXPECT_THAT(differences, HasSubstr(difference));
  }
  EXPECT_THAT(differences, ::testing::Not(HasSubstr("still here"))) << "no content";
  EXPECT_EQ(zone["delegations"], zone["delegations_wanted"]);
}

TEST_F(TrickedDrill, AListThatCallsTheDataYoungerIsANo) {
  const base::RunResult result = DrillWith("list", R"(
$real "$@" | /usr/bin/python3 -c 'import json, sys
listed = json.load(sys.stdin)
for deposit in listed["deposits"]:
    deposit["watermark"] = deposit["watermark"].replace("T00:00:00", "T00:00:01")
print(json.dumps(listed))')");
  EXPECT_EQ(result.exit_status, 1) << result.out << result.err;
  EXPECT_THAT(NewestReport()["reasons"].dump(), HasSubstr("than the vault's list"));
}

TEST_F(TrickedDrill, ARebuildThatSpeaksOfNothingIsANo) {
  const base::RunResult result = DrillWith("rebuild", R"(
$real "$@" | /usr/bin/python3 -c 'import json, sys
report = json.load(sys.stdin)
report["objects"] = {}
print(json.dumps(report))')");
  EXPECT_EQ(result.exit_status, 1) << result.out << result.err;
  EXPECT_THAT(NewestReport()["reasons"].dump(), HasSubstr("domain: the observer counted 250"));
  for (const char* type :
       {"host", "contact", "registrar", "idnTableRef", "NNDN", "eppParams", "policy"}) {
    EXPECT_THAT(NewestReport()["reasons"].dump(),
                HasSubstr(absl::StrCat(type, ": the observer counted ")));
  }
}

// As one that loses a contact and has the header say so, too.
TEST_F(TrickedDrill, ARebuildThatLosesAContactIsANo) {
  const base::RunResult result = DrillWith("rebuild", R"(
$real "$@" | /usr/bin/python3 -c 'import json, sys
report = json.load(sys.stdin)
contacts = report["objects"]["contact"]
for count in contacts:
    contacts[count] -= 1
print(json.dumps(report))')");
  EXPECT_EQ(result.exit_status, 1) << result.out << result.err;
  const json reasons = NewestReport()["reasons"];
  ASSERT_EQ(reasons.size(), 1u) << reasons;
  EXPECT_THAT(reasons[0].get<std::string>(), HasSubstr("contact: the observer counted "));
}

TEST_F(TrickedDrill, OfWhatAProgramSaysWithoutEndTheEndIsKept) {
  const base::RunResult result = DrillWith("rebuild", R"(
/usr/bin/python3 -c 'import sys
for line in range(400000): print("line", line, file=sys.stderr)'
exit 2)");
  EXPECT_EQ(result.exit_status, 2) << result.out << result.err;
  const std::string log = dir_ + "/history/example/last-logs/rebuild.log";
  ASSERT_OK_AND_ASSIGN(const std::string kept, base::ReadSmallFile(log, kOutputBytesMax));
  EXPECT_EQ(kept.size(), 1u << 20);
  EXPECT_THAT(kept, EndsWith("line 399999\n"));
  EXPECT_EQ(fs::status(fs::path(log).parent_path()).permissions(), fs::perms::owner_all);
}

TEST_F(TrickedDrill, DataThatAreTooOldAreANoThoughALaterStageBreaksOff) {
  WriteConfig("", kRelease, "1m");
  const base::RunResult result = DrillWith("rebuild", "exit 2");
  EXPECT_EQ(result.exit_status, 1) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_EQ(report["verdict"], "fail");
  EXPECT_EQ(report["rpo"]["within"], false);
  EXPECT_THAT(report["stage_outcomes"].dump(),
              HasSubstr(R"({"name":"rebuild","outcome":"broken off"})"));
}

// Somebody listens where WHOIS is to be, in the network that the drill serves in.
TEST_F(TrickedDrill, APortThatIsTakenIsUndecidedAndNamed) {
  ASSERT_OK_AND_ASSIGN(const int port, base::FreeLoopbackPort());
  const base::RunResult result =
      DrillWith("serve", absl::StrReplaceAll(R"(
/usr/bin/python3 -c 'import socket, subprocess, sys
s = socket.socket()
s.bind(("127.0.0.1", PORT))
s.listen()
sys.exit(subprocess.call(sys.argv[1:]))' \
  $real $(echo "$@" | sed 's/whois-port 0/whois-port PORT/'))",
                                             {{"PORT", absl::StrCat(port)}}));
  EXPECT_EQ(result.exit_status, 2) << result.out << result.err;
  EXPECT_EQ(NewestReport()["verdict"], "undecided");
  EXPECT_THAT(NewestReport()["reasons"].dump(), HasSubstr("taken by another program"));
  ExpectNothingLeft();
}

}  // namespace
}  // namespace tidemark::cli
