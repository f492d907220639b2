// The verb drill, and a zone in which something is otherwise than the deposit has it, or that does
// not validate, or of which nobody can say whether it does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "cli/drill_testing.h"

namespace tidemark::cli {
namespace {

namespace fs = std::filesystem;
using ::nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kJustRun[] = "exec $real \"$@\"";

// The drill asks by questions for one name of each kind; what is otherwise is found all the same.
TEST_F(TrickedDrill, WhateverIsOtherwiseInTheZoneIsANoOutsideTheSample) {
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(dir_ + "/drill.toml"));
  ASSERT_OK(base::WriteFile(dir_ + "/drill.toml",
                            absl::StrReplaceAll(text, {{"sample = 100", "sample = 1"}}),
                            base::FileMode::kPublic));
  const std::string lies_path = dir_ + "/lies.json";
  const base::RunResult result = DrillWith("rebuild", absl::StrReplaceAll(R"(
$real "$@"; status=$?
out=$(echo "$@" | sed 's/.*--out \([^ ]*\).*/\1/')
zone=$out/zone/example.zone
old=$(sha256sum < $zone | cut -d' ' -f1)
/usr/bin/python3 - $zone <<'END'
import json, sys
lines = open(sys.argv[1]).read().splitlines()
lies = []
own = {"example.", "ns1.nic.example.", "ns2.nic.example."}
def owners(kinds, without=()):
    names = [l.split()[0] for l in lines if l.split()[3] in kinds and l.split()[0] not in own]
    bad = {l.split()[0] for l in lines if l.split()[3] in without}
    return [n for n in dict.fromkeys(names) if n not in bad]
def lie(name, what):
    lies.append([name.rstrip("."), what])
signed = owners(["DS"])
plain = owners(["NS"], without=["DS"])
hosts = owners(["A"], without=["NS", "AAAA"])
assert len(signed) > 2 and len(plain) > 3 and len(hosts) > 2, (signed, plain, hosts)
def edit(name, kind, change):
    global lines
    lines = [c for l in lines
             for c in (change(l) if l.split()[0] == name and l.split()[3] == kind else [l])]
edit(signed[0], "DS", lambda l: [l[:-1] + "0123456789abcdef"[int(l[-1], 16) ^ 1]])
lie(signed[0], "DS: expected [")
edit(signed[1], "DS", lambda l: [])
lie(signed[1], "got []")
edit(plain[0], "NS", lambda l: [" ".join(l.split()[:-1] + ["ns.evil.test."])])
lie(plain[0], "got [ns.evil.test]")
edit(plain[1], "NS", lambda l: [l.replace(" 1800 ", " 60 ")])
lie(plain[1], "TTL of NS: expected 1800, got [60]")
edit(hosts[0], "A", lambda l: [" ".join(l.split()[:-1] + ["192.0.2.99"])])
lie(hosts[0], "got [192.0.2.99]")
edit(hosts[1], "A", lambda l: [])
lie(hosts[1], "got []")
edit(hosts[2], "A", lambda l: [l, " ".join(l.split()[:-1] + ["192.0.2.98"])])
lie(hosts[2], "192.0.2.98")
open(sys.argv[1], "w").write("\n".join(lines) + "\n")
json.dump(lies, open("LIES", "w"))
END
sed -i "s/$old/$(sha256sum < $zone | cut -d' ' -f1)/" $out/report.json
exit $status)",
                                                                          {{"LIES", lies_path}}));
  EXPECT_EQ(result.exit_status, 1) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_EQ(report["verdict"], "fail");
  ASSERT_OK_AND_ASSIGN(const std::string lies_text, base::ReadSmallFile(lies_path));
  const json lies = json::parse(lies_text);
  EXPECT_EQ(lies.size(), 7u);
  const json zone = report["probe"]["whole_zone"];
  EXPECT_EQ(zone["difference_count"], lies.size()) << zone["differences"];
  for (const json& lie : lies) {
    int found = 0;
    for (const json& difference : zone["differences"]) {
      found += difference["name"] == lie[0] &&
               difference["what"].get<std::string>().find(lie[1]) != std::string::npos;
    }
    EXPECT_EQ(found, 1) << lie << zone["differences"];
  }
  EXPECT_EQ(zone["ns"]["different"], 1);
  EXPECT_EQ(zone["ds"]["different"], 2);
  EXPECT_EQ(zone["ds"]["missing"], 1);
  EXPECT_EQ(zone["addresses"]["different"], 3);
  EXPECT_EQ(zone["addresses"]["missing"], 1);
  EXPECT_EQ(zone["ttls"]["different"], 1);
  EXPECT_THAT(report["reasons"].dump(), HasSubstr("probe: 7 differences between the whole zone"));
  EXPECT_EQ(report["zone_verification"]["valid"], true) << "signed it is, whatever it says";
  ExpectNothingLeft();
}

// Programs of others in place of the validators, or none.
class Validating : public TrickedDrill {
 protected:
  // A PATH with everything but the validators of whole zones.
  std::string Path() {
    const std::string path = dir_ + "/path";
    fs::create_directories(path);
    for (const char* folder : {"/usr/bin", "/usr/sbin"}) {
      for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename();
        if (name == "dnssec-verify" || name == "ldns-verify-zone") continue;
        std::error_code ignored;  // a name may be in both
        fs::create_symlink(entry.path(), absl::StrCat(path, "/", name), ignored);
      }
    }
    return path;
  }

  base::RunResult DrillWithValidator(const std::string& script) {
    const std::string path = Path();
    if (!script.empty()) {
      const std::string program = path + "/dnssec-verify";
      EXPECT_OK(base::WriteFile(program, absl::StrCat("#!/bin/sh\n", script, "\n"),
                                base::FileMode::kPublic));
      fs::permissions(program, fs::perms::owner_all);
    }
    return DrillWith("none", kJustRun, path);
  }
};

TEST_F(Validating, WhenThereIsNoneItPassesAndIsNotKnown) {
  const base::RunResult result = DrillWithValidator("");
  EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_TRUE(report["zone_verification"]["valid"].is_null());
  EXPECT_TRUE(report["zone_verification"]["tool"].is_null());
  EXPECT_THAT(report["not_known"].dump(),
              HasSubstr("whether signatures outside of delv's sample validate, and whether the "
                        "chain of NSEC3 records is complete: neither dnssec-verify nor "
                        "ldns-verify-zone is installed"));
  ExpectNothingLeft();
}

TEST_F(Validating, WhereOneSaysNoItIsANoWithItsWords) {
  const base::RunResult result =
      DrillWithValidator("[ \"$1\" = -V ] || { echo no correct signature for a.example; exit 1; }");
  EXPECT_EQ(result.exit_status, 1) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_EQ(report["verdict"], "fail");
  EXPECT_EQ(report["zone_verification"]["valid"], false);
  EXPECT_THAT(report["reasons"].dump(),
              HasSubstr("validate: dnssec-verify does not accept the whole zone: no correct "
                        "signature for a.example"));
  ExpectNothingLeft();
}

// It gets the zone that was served, of which it can say that it is whole.
TEST_F(Validating, TheRealOneIsContentAndNothingIsUnknown) {
  SKIP_UNLESS_INSTALLED("dnssec-verify");
  const base::RunResult result = DrillWithValidator("exec /usr/bin/dnssec-verify \"$@\"");
  EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
  const json report = NewestReport();
  EXPECT_EQ(report["zone_verification"]["tool"], "dnssec-verify");
  EXPECT_EQ(report["zone_verification"]["valid"], true);
  EXPECT_GT(report["zone_verification"]["seconds"], 0);
  EXPECT_THAT(report["not_known"].dump(), Not(HasSubstr("validate")));
  EXPECT_THAT(report["not_known"].dump(), Not(HasSubstr("whether TTLs")));
}

TEST_F(Validating, WhoeverWantsNoneIsTold) {
  WriteConfig("verify_zone = false\n");
  const base::RunResult result =
      DrillWithValidator("[ \"$1\" = -V ] || { echo never asked; exit 1; }");
  EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
  EXPECT_TRUE(NewestReport()["zone_verification"]["valid"].is_null());
  EXPECT_THAT(NewestReport()["not_known"].dump(), HasSubstr("drill.verify_zone is false"));
}

TEST_F(Validating, OneThatTakesTooLongIsStoppedAndItIsNotKnown) {
  WriteConfig("verify_timeout = \"1s\"\n");
  const base::RunResult result = DrillWithValidator("[ \"$1\" = -V ] || exec /usr/bin/sleep 600");
  EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
  EXPECT_THAT(NewestReport()["not_known"].dump(), HasSubstr("did not end within 1s"));
  ExpectNothingLeft();
}

}  // namespace
}  // namespace tidemark::cli
