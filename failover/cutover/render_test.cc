// The plan as it is written, for programs and for people.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "failover/cutover/plan.h"
#include "failover/cutover/plan_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;

TEST(CutoverPlan, JsonHasThePlanAndEveryTime) {
  CutoverFacts facts = Facts();
  facts.old_zone = OldZone();
  facts.old_servers = OldServers::kAnswering;
  facts.old_zone->first_signature_ends = kAt + absl::Hours(100);
  facts.old_zone->address_ttl = absl::Seconds(60);
  facts.seen_ds_ttl = absl::Hours(25);
  const auto json = nlohmann::json::parse(PlanJson(facts, Plan(facts)));
  EXPECT_EQ(json["format"], 2);
  EXPECT_EQ(json["case"], "lost-keys");
  EXPECT_EQ(json["at"], "2027-01-15T08:00:00Z");
  EXPECT_EQ(json["steps"][0]["earliest"], nullptr);
  EXPECT_EQ(json["steps"][4]["id"], "add-ds");
  EXPECT_EQ(json["steps"][4]["after"], 151 * 3600 + 60);
  EXPECT_EQ(json["steps"][4]["earliest"], "2027-01-21T15:01:00Z");
  EXPECT_EQ(json["steps"][4]["changes"][0]["data"], kNewDs);
  EXPECT_EQ(json["deadlines"][0]["by"], "2027-01-18T11:00:00Z");
  EXPECT_EQ(json["facts"]["parent_ns_ttl"], 172800);
  EXPECT_EQ(json["facts"]["parent_ds_ttl"], 90000) << "what is counted with";
  EXPECT_EQ(json["facts"]["seen_ds_ttl"], 90000);
  EXPECT_EQ(json["facts"]["old_zone"]["address_ttl"], 60);
  EXPECT_EQ(json["facts"]["old_zone"]["name_servers"][1]["name"], "ns.old.org");
}

TEST(CutoverPlan, MarkdownIsALetterThatCanBeSent) {
  CutoverFacts facts = Facts();
  facts.old_ds = Texts{kOldDs};
  const std::string text = PlanMarkdown(facts, Plan(facts));
  EXPECT_THAT(text, HasSubstr("# Cut-over of .example\n"));
  EXPECT_THAT(text, HasSubstr("add\texample.\tNS\tns.new.org.\n"));
  EXPECT_THAT(text, HasSubstr("remove\texample.\tDS\t1111 13 2 aaaa\n"));
  EXPECT_THAT(text, HasSubstr("T + 2 d (2027-01-17T08:00:00Z)"));
}

}  // namespace
}  // namespace tidemark::failover
