#include "failover/drill/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/testing.h"

namespace tidemark::failover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

DrillReport GoodReport() {
  DrillReport report;
  report.verdict = DrillVerdict::kPass;
  report.tld = "example";
  report.domains = 20'000;
  report.seed = 7;
  report.started_at = absl::FromUnixSeconds(1795305600);
  double begin = 0;
  for (const char* name : {"generate", "enrol", "deposit", "verify", "delete-source", "release",
                           "rebuild", "serve", "probe", "validate"}) {
    report.stages.push_back({name, begin, 1.25});
    begin += 1.25;
  }
  report.receipt_verified = true;
  report.verdict_signature_verified = true;
  report.source_deleted = true;
  report.rebuilt_whole = true;
  report.probe.expected = report.probe.asked = report.probe.equal = 18'000;
  report.whole_zone = WholeZoneResult{.records = 80'000,
                                      .delegations_wanted = 18'000,
                                      .delegations = 18'000,
                                      .servers = {.compared = 18'000, .equal = 18'000},
                                      .ds = {.compared = 1'700, .equal = 1'700},
                                      .addresses = {.compared = 950, .equal = 950},
                                      .ttls = {.compared = 20'659, .equal = 20'659},
                                      .signatures = {.compared = 3'500, .equal = 3'500}};
  report.zone_verification.emplace();
  report.zone_verification->tool = "dnssec-verify";
  report.zone_verification->version = "dnssec-verify 9.18";
  report.zone_verification->valid = true;
  report.zone_verification->seconds = 0.5;
  report.validation.sampled = report.validation.validated = 25;
  report.rto.dnssec = 3.75;
  report.rto_stages = {{"release", 1.25}, {"rebuild", 1.25}, {"serve", 1.25}};
  return report;
}

TEST(DrillReport, JsonBeginsWithTheStableKeys) {
  const auto json = nlohmann::ordered_json::parse(ToJson(GoodReport()), nullptr, false);
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  keys.resize(10);
  EXPECT_THAT(keys, ElementsAre("verdict", "tld", "domains", "stages", "receipt_verified",
                                "verdict_signature_verified", "source_deleted", "delegations",
                                "dnssec", "rto_seconds"));
  EXPECT_EQ(json["stages"][4].dump(), R"({"name":"delete-source","seconds":1.25})");
  EXPECT_EQ(json["delegations"].dump(), R"({"expected":18000,"asked":18000,"equal":18000})");
  EXPECT_EQ(json["dnssec"].dump(), R"({"tool":"delv","validated":25,"sampled":25})");
  EXPECT_EQ(json["rto_seconds"], 3.75);
}

TEST(DrillReport, WhatWasNotMeasuredIsNull) {
  DrillReport report;
  report.reasons = {"enrol: tidemarkd ended"};
  const auto json = nlohmann::ordered_json::parse(ToJson(report), nullptr, false);
  EXPECT_EQ(json["verdict"], "undecided");
  EXPECT_TRUE(json["rto_seconds"].is_null());
  EXPECT_THAT(ToHtml(report), HasSubstr("No stage was played"));
  EXPECT_THAT(ToText(report), HasSubstr("enrol: tidemarkd ended"));
}

TEST(DrillReport, TheWholeZoneIsToldByKindsOfSetsAndWithWhatIsNotRight) {
  DrillReport report = GoodReport();
  WholeZoneResult& zone = *report.whole_zone;
  zone.ds = {.compared = 1'700, .equal = 1'690, .missing = 3, .unwanted = 2};
  zone.difference_count = 10;
  zone.differences = {{"<stray>.example", "delegated"}};
  const auto json = nlohmann::ordered_json::parse(ToJson(report), nullptr, false);
  const auto& told = json["probe"]["whole_zone"];
  std::vector<std::string> keys;
  for (const auto& [key, value] : told.items()) keys.push_back(key);
  EXPECT_THAT(keys,
              ElementsAre("records", "delegations_wanted", "delegations", "ns", "ds", "addresses",
                          "ttls", "signatures", "difference_count", "differences"));
  EXPECT_EQ(told["records"], 80'000);
  EXPECT_EQ(told["ns"].dump(),
            R"({"compared":18000,"equal":18000,"different":0,"missing":0,"unwanted":0})");
  EXPECT_EQ(told["ds"].dump(),
            R"({"compared":1700,"equal":1690,"different":10,"missing":3,"unwanted":2})");
  EXPECT_EQ(told["addresses"]["compared"], 950);
  EXPECT_EQ(told["ttls"]["compared"], 20'659);
  EXPECT_EQ(told["signatures"]["compared"], 3'500);
  EXPECT_EQ(told["difference_count"], 10);
  EXPECT_EQ(told["differences"].dump(), R"([{"name":"<stray>.example","what":"delegated"}])");
  EXPECT_THAT(ToHtml(report), HasSubstr("80,000 records looked at, 18,000 of 18,000 delegations "
                                        "there, 10 differences"));
  EXPECT_THAT(ToHtml(report),
              HasSubstr("<td>DS</td><td class=\"n\">1,700</td><td class=\"n\">1,690</td><td "
                        "class=\"n bad\">10</td><td class=\"n bad\">3</td><td class=\"n "
                        "bad\">2</td>"));
  EXPECT_THAT(ToHtml(report), HasSubstr("in the zone: &lt;stray&gt;.example: delegated"));
  EXPECT_THAT(ToText(report),
              HasSubstr("whole zone: 80000 records looked at, 10 differences; equal 18000 of 18000 "
                        "NS, 1690 of 1700 DS, 950 of 950 addresses"));
  report.whole_zone.reset();
  EXPECT_TRUE(nlohmann::ordered_json::parse(ToJson(report))["probe"]["whole_zone"].is_null());
  EXPECT_THAT(ToHtml(report), Not(HasSubstr("The whole zone</h2>")));
}

TEST(DrillReport, TheWholeZoneValidatesOrDoesNotOrNobodyKnows) {
  DrillReport report = GoodReport();
  const auto told = [&] {
    return nlohmann::ordered_json::parse(ToJson(report), nullptr, false)["zone_verification"]
        .dump();
  };
  EXPECT_EQ(told(), R"({"tool":"dnssec-verify","version":"dnssec-verify 9.18","valid":true,)"
                    R"("why_not_known":null,"seconds":0.5,"lines":[]})");
  const std::string row = "<td>The whole zone validates</td><td class=\"";
  EXPECT_THAT(ToHtml(report), HasSubstr(row + "good\">yes</td><td>all of it, by dnssec-verify"));
  EXPECT_THAT(ToText(report), HasSubstr("whole zone validates: yes, all of it, by dnssec-verify"));
  report.zone_verification->valid = false;
  report.zone_verification->lines = {"no correct signature for <a>.example DS"};
  EXPECT_THAT(told(), HasSubstr(R"("valid":false)"));
  EXPECT_THAT(ToHtml(report), HasSubstr(row + "bad\">no"));
  EXPECT_THAT(ToHtml(report), HasSubstr("no correct signature for &lt;a&gt;.example DS"));
  report.zone_verification.emplace().why_not = "none is installed";
  EXPECT_EQ(told(), R"({"tool":null,"version":null,"valid":null,)"
                    R"("why_not_known":"none is installed","seconds":0.0,"lines":[]})");
  EXPECT_THAT(ToHtml(report), HasSubstr(row + "none\">not run</td><td>none is installed"));
  EXPECT_THAT(ToText(report), HasSubstr("whole zone validates: not known, none is installed"));
  report.zone_verification.reset();
  EXPECT_EQ(told(), "null");
}

TEST(DrillReport, HtmlIsSelfContainedAndEscaped) {
  DrillReport report = GoodReport();
  report.reasons = {"<script>alert(1)</script>"};
  report.probe.differences = {{"a.example", "NS: expected [\"x\"], got [<y>]"}};
  const std::string html = ToHtml(report);
  EXPECT_THAT(html, HasSubstr("<svg"));
  EXPECT_THAT(html, HasSubstr("back in 3.75 s"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("http")));
  EXPECT_THAT(html, HasSubstr("got [&lt;y&gt;]"));
  // For a look: bazel-testlogs/.../test.outputs
  if (const char* const outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR")) {
    EXPECT_OK(base::WriteFile(std::string(outputs) + "/report.html", ToHtml(GoodReport()),
                              base::FileMode::kPublic));
  }
}

DrillReport NightlyReport() {
  DrillReport report = GoodReport();
  report.kind = DrillKind::kNightly;
  report.receipt_verified.reset();
  report.source_deleted.reset();
  report.stages.clear();
  double begin = 0;
  for (const char* name : {"find", "release", "observe", "rebuild", "isolate", "serve", "probe",
                           "validate", "registrations", "compare"}) {
    report.stages.push_back({name, begin, 0.8});
    begin += 0.8;
  }
  report.rto_stages = {{"release", 0.8}, {"rebuild", 0.8}, {"serve", 0.8}};
  report.rto = {.dns = 2.1, .dnssec = 2.2, .rdap = 2.3, .whois = 2.35};
  report.rpo_seconds = 9'000;
  report.id = "example/20261122T000000Z";
  report.vault = DrilledVault{"0a0b", "c0ffee", "vault.example:7043"};
  report.last_found = FoundDeposit{"example/20261122001/0", report.started_at};
  report.deposit_id = "example/20261122001/0";
  report.watermark = "2026-11-22T00:00:00Z";
  report.opened_by = "a release by 3 custodians";
  report.sample = 1000;
  report.torn_down = true;
  report.network_namespace = true;
  report.registrations.emplace();
  report.registrations->asked = report.registrations->right = 2100;
  report.objects = {{"domain", 20'000, 20'000, 20'000, 20'000}};
  report.zone_told = ZonePolicy{.publish_pending_delete = true,
                                .own_servers = {{"ns1.nic.example", {"192.0.2.1"}}},
                                .delegation_ttl_seconds = 1800,
                                .mname = "ns1.nic.example",
                                .rname = "h.nic.example",
                                .expire_seconds = 86400};
  report.disclosure_told.emplace();
  report.not_known = {"what was registered after the watermark"};
  for (int night = 60; night > 0; --night) {
    TrendPoint point{report.started_at - absl::Hours(24) * night, DrillVerdict::kPass, report.rto};
    if (night == 20) point.rto = {};
    if (night == 20) point.verdict = DrillVerdict::kUndecided;
    if (night == 7) point.rto.rdap = 30'000;
    report.trend.earlier.push_back(point);
  }
  return report;
}

TEST(DrillReport, ANightSaysWhatWasComparedAndWhatCannotBeKnown) {
  const auto json = nlohmann::ordered_json::parse(ToJson(NightlyReport()), nullptr, false);
  EXPECT_EQ(json["kind"], "nightly");
  EXPECT_EQ(json["compared"]["names"], "sample");
  EXPECT_EQ(json["compared"]["sample"], 1000);
  EXPECT_EQ(json["compared"]["seed"], 7);
  EXPECT_EQ(json["compared"]["objects"]["domain"]["witnessed"], 20'000);
  EXPECT_EQ(json["compared"]["told"].dump(),
            R"({"publish_pending_delete":true,"orphan_glue":true,)"
            R"("nameservers":[{"name":"ns1.nic.example","addresses":["192.0.2.1"]}],)"
            R"("apex_ttl_seconds":3600,"delegation_ttl_seconds":1800,"ds_ttl_seconds":3600,)"
            R"("minimum_seconds":3600,"mname":"ns1.nic.example","rname":"h.nic.example",)"
            R"("refresh_seconds":1800,"retry_seconds":900,"expire_seconds":86400,)"
            R"("redaction":{"roles":["registrant","tech"],"domain_id":true,"id":"never",)"
            R"("name":"consent","organization":"consent","street":"consent","city":"consent",)"
            R"("state":"registrant","postal_code":"consent","country":"registrant",)"
            R"("phone":"consent","fax":"consent","email":"consent"}})");
  EXPECT_EQ(json["rto"]["dns"].dump(),
            R"({"seconds":2.1,"threshold_seconds":14400.0,"within":true})");
  EXPECT_TRUE(json["rto"]["epp"]["within"].is_null());
  EXPECT_EQ(json["rto_by_stage"][1].dump(), R"({"name":"rebuild","seconds":0.8})");
  EXPECT_EQ(json["rpo_seconds"], 9000.0);
  // Nobody asked whether a source that is in service is gone.
  EXPECT_TRUE(json["source_deleted"].is_null());
  EXPECT_EQ(json["id"], "example/20261122T000000Z");
  EXPECT_EQ(json["vault"].dump(),
            R"({"bytes":0,"id":"0a0b","receipt_key":"c0ffee","address":"vault.example:7043"})");
  const std::string html = ToHtml(NightlyReport());
  for (const char* word : {"example/20261122T000000Z", "0a0b", "c0ffee", "vault.example:7043"}) {
    EXPECT_THAT(html, HasSubstr(word));
  }
  EXPECT_THAT(html, HasSubstr("a sample of 1,000 names"));
  EXPECT_THAT(html, HasSubstr("What this drill cannot know"));
  EXPECT_THAT(html, HasSubstr("the observer's fetching not counted"));
  if (const char* const outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR")) {
    EXPECT_OK(
        base::WriteFile(std::string(outputs) + "/nightly.html", html, base::FileMode::kPublic));
  }
}

TEST(DrillReport, DataAreWithinTheirAgeIfTheyAreNeitherTooOldNorFromAhead) {
  DrillReport report = NightlyReport();
  const double limit = absl::ToDoubleSeconds(report.thresholds.rpo);
  for (const auto& [seconds, within] :
       {std::make_pair(limit, true), std::make_pair(limit + 1, false), std::make_pair(-600.0, true),
        std::make_pair(-601.0, false)}) {
    report.rpo_seconds = seconds;
    const auto json = nlohmann::ordered_json::parse(ToJson(report), nullptr, false);
    EXPECT_EQ(json["rpo"]["within"], within) << seconds;
  }
}

TEST(DrillReport, WhatDidNotRunIsNeverGood) {
  DrillReport report;
  report.kind = DrillKind::kNightly;
  report.tld = "example";
  report.reasons = {"find: no deposit has a passing verdict"};
  report.stages = {{"find", 0, 0.5, StageOutcome::kBrokenOff}};
  report.stages_not_run = {"rebuild", "serve", "probe"};
  const auto json = nlohmann::ordered_json::parse(ToJson(report), nullptr, false);
  EXPECT_EQ(json["stage_outcomes"][0]["outcome"], "broken off");
  EXPECT_EQ(json["stage_outcomes"][3]["outcome"], "not run");
  EXPECT_TRUE(json["registrations"].is_null());
  EXPECT_TRUE(json["rto"]["dns"]["seconds"].is_null());
  EXPECT_TRUE(json["rebuilt"]["whole"].is_null());
  EXPECT_TRUE(json["torn_down"].is_null());
  const std::string html = ToHtml(report);
  EXPECT_THAT(html, Not(HasSubstr(">yes<")));
  EXPECT_THAT(html, HasSubstr(">not run<"));
}

TEST(KeptReport, WhatWasWrittenIsRead) {
  const auto kept = ParseKeptReport(ToJson(NightlyReport()));
  ASSERT_OK(kept);
  EXPECT_EQ(kept->tld, "example");
  EXPECT_EQ(kept->point.at, NightlyReport().started_at);
  EXPECT_EQ(kept->point.verdict, DrillVerdict::kPass);
  EXPECT_EQ(kept->point.rto.whois, 2.35);
  EXPECT_EQ(kept->rpo_seconds, 9000);
  EXPECT_EQ(kept->vault_id, "0a0b");
  EXPECT_EQ(kept->sample, 1000u);
  EXPECT_TRUE(kept->by_release);
  DrillReport all = NightlyReport();
  all.sample = 0;
  EXPECT_EQ(ParseKeptReport(ToJson(all))->sample, 0u);
  ASSERT_TRUE(kept->last_found.has_value());
  EXPECT_EQ(kept->last_found->id, "example/20261122001/0");
  EXPECT_EQ(kept->last_found->drilled_at, NightlyReport().started_at);
  EXPECT_FALSE(ParseKeptReport(ToJson(DrillReport()))->last_found.has_value());
  // Format 3 had fewer keys, and its reports stay in the trend.
  auto earlier = nlohmann::ordered_json::parse(ToJson(NightlyReport()), nullptr, false);
  EXPECT_EQ(earlier["format"], 4);
  earlier["format"] = 3;
  earlier.erase("zone_verification");
  for (const char* key : {"ns", "ds", "addresses", "ttls", "signatures"}) {
    earlier["probe"]["whole_zone"].erase(key);
  }
  ASSERT_OK_AND_ASSIGN(const KeptReport of_format_3, ParseKeptReport(earlier.dump()));
  EXPECT_EQ(of_format_3.point.rto.whois, 2.35);
  for (const char* text : {"", "[]", "{}", R"({"verdict":"good","tld":"a","started_at":"x"})"}) {
    EXPECT_FALSE(ParseKeptReport(text).ok()) << text;
  }
}

// As of a format that did not have them.
TEST(KeptReport, WhatAReportDoesNotSayIsNotRead) {
  const std::string head = R"({"verdict":"pass","tld":"a","started_at":"2026-11-22T00:00:00Z",)"
                           R"("rto":{},)";
  for (const char* rest :
       {R"("vault":null})", R"("vault":{"id":7},"compared":{}})", R"("compared":{"names":"some"}})",
        R"("compared":{"names":"sample","sample":null}})",
        R"("compared":{"names":"sample","sample":0}})",
        R"("compared":{"names":"sample","sample":-1}})"}) {
    ASSERT_OK_AND_ASSIGN(const KeptReport kept, ParseKeptReport(head + rest));
    EXPECT_EQ(kept.vault_id, "") << rest;
    EXPECT_FALSE(kept.sample.has_value()) << rest;
  }
}

}  // namespace
}  // namespace tidemark::failover
