#include "tools/generator/generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/bytes.h"
#include "base/testing.h"
#include "tools/generator/generator_testing.h"
#include "tools/generator/naive_deposit.h"

namespace tidemark::generator {
namespace {

using base::StatusIs;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

size_t LineCount(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

// All objects that a night can change, by kind and key.
std::map<std::string, std::string> ObjectsByKey(const std::string& deposit) {
  std::map<std::string, std::string> objects;
  for (const auto& [element, key] :
       std::vector<std::pair<std::string, std::string>>{{"rdeDomain:domain", "rdeDomain:roid"},
                                                        {"rdeHost:host", "rdeHost:roid"},
                                                        {"rdeContact:contact", "rdeContact:roid"},
                                                        {"rdeNNDN:NNDN", "rdeNNDN:aName"}}) {
    for (std::string& object : ObjectsOf(deposit, element)) {
      const bool is_new = objects.emplace(Value(object, key), std::move(object)).second;
      EXPECT_TRUE(is_new) << element;
    }
  }
  return objects;
}

TEST(Generator, SameOptionsGiveTheSameBytes) {
  const Night first = Make(Domains(300));
  const Night second = Make(Domains(300));
  EXPECT_EQ(first.deposit, second.deposit);
  EXPECT_EQ(first.zone, second.zone);
  GeneratorOptions other = Domains(300);
  other.seed = 2;
  EXPECT_NE(Make(other).deposit, first.deposit);
}

TEST(Generator, HeaderCountsAreThoseOfTheObjectsInEveryModel) {
  for (const uint64_t domains : {1, 2, 9, 10, 17, 1100}) {
    for (const HostModel hosts : {HostModel::kObjects, HostModel::kAttributes}) {
      for (const DataModel data : {DataModel::kMinimum, DataModel::kMaximum}) {
        GeneratorOptions options = Domains(domains);
        options.host_model = hosts;
        options.data_model = data;
        options.night = 2;
        options.changed_fraction = 0.1;
        const std::string deposit = Make(options).deposit;
        std::map<std::string, int> expected;
        for (const auto& [uri, element] : std::vector<std::pair<std::string, std::string>>{
                 {"rdeDomain-1.0", "<rdeDomain:domain>"},
                 {"rdeHost-1.0", "<rdeHost:host>"},
                 {"rdeContact-1.0", "<rdeContact:contact>"},
                 {"rdeRegistrar-1.0", "<rdeRegistrar:registrar>"},
                 {"rdeIDN-1.0", "<rdeIDN:idnTableRef "},
                 {"rdeNNDN-1.0", "<rdeNNDN:NNDN>"},
                 {"rdeEppParams-1.0", "<rdeEppParams:eppParams>"},
                 {"rdePolicy-1.0", "<rdePolicy:policy "}}) {
          const std::vector<absl::string_view> pieces = absl::StrSplit(deposit, element);
          if (pieces.size() > 1) expected[uri] = static_cast<int>(pieces.size()) - 1;
        }
        EXPECT_EQ(HeaderCounts(deposit), expected);
        EXPECT_EQ(Values(deposit, "rde:objURI").size(), expected.size());
        for (const auto& [uri, count] : expected) {
          EXPECT_THAT(deposit, HasSubstr("ns:" + uri + "</rde:objURI>"));
        }
      }
    }
  }
}

TEST(Generator, SixteenDomainsHoldEverySpecialKind) {
  const Night night = Make(Domains(16));
  for (const char* wanted : {"s=\"ok\"",
                             "s=\"clientHold\"",
                             "s=\"serverHold\"",
                             "s=\"inactive\"",
                             "s=\"pendingCreate\"",
                             "s=\"pendingTransfer\"",
                             "s=\"pendingDelete\"",
                             "rgpStatus s=\"redemptionPeriod\"",
                             "rgpStatus s=\"pendingDelete\"",
                             "rgpStatus s=\"pendingRestore\"",
                             "trStatus>pending<",
                             "Approved<",
                             "<rdeDomain:trDate>",
                             "<secDNS:dsData>",
                             "idnTableId>de<",
                             "idnTableId>ru<",
                             "idnTableId>zh<",
                             "<rdeDomain:originalName>",
                             "<rdeNNDN:originalName>",
                             ">blocked<",
                             "ip=\"v4\"",
                             "ip=\"v6\"",
                             "type=\"loc\"",
                             "<rdeContact:disclose "}) {
    EXPECT_THAT(night.deposit, HasSubstr(wanted));
  }
  EXPECT_THAT(night.deposit, Not(HasSubstr("authInfo")));
  EXPECT_THAT(night.deposit, Not(HasSubstr("prevId")));
}

TEST(Generator, ZoneIsTheOneThatTheDepositStandsFor) {
  for (const int last_night : {0, 3}) {
    GeneratorOptions options = Domains(2500);
    options.night = last_night;
    options.changed_fraction = 0.05;
    const Night night = Make(options);
    const std::set<std::string> zone = ZoneLines(night.zone, options.tld);
    EXPECT_EQ(zone, NaiveZone(night.deposit, options.tld));
    // Each record once: the apex has seven lines.
    EXPECT_EQ(LineCount(night.zone), zone.size() + 7);
  }
}

TEST(Generator, GlueFollowsThePublishedReferenceNotTheSuperordinateDomain) {
  const Night night = Make(Domains(16));
  std::vector<std::string> domains = ObjectsOf(night.deposit, "rdeDomain:domain");
  ASSERT_EQ(domains.size(), 16u);
  // The second is on hold, and the third names its host; the fifth is being deleted.
  EXPECT_THAT(Statuses(domains[1], "rdeDomain:status"), Contains("clientHold"));
  const std::string held_host = Values(domains[1], "domain:hostObj")[0];
  EXPECT_EQ(held_host, "ns1." + Value(domains[1], "rdeDomain:name"));
  EXPECT_THAT(Values(domains[2], "domain:hostObj"), Contains(held_host));
  EXPECT_THAT(night.zone, HasSubstr("\n" + held_host + ". 3600 IN A "));
  EXPECT_THAT(night.zone, Not(HasSubstr(Value(domains[1], "rdeDomain:name") + ". 3600 IN NS")));
  EXPECT_THAT(Statuses(domains[4], "rdeDomain:status"), Contains("pendingDelete"));
  EXPECT_THAT(night.zone, Not(HasSubstr(Value(domains[4], "rdeDomain:name"))));
}

TEST(Generator, ZoneDoesNotDependOnTheModels) {
  GeneratorOptions options = Domains(1200);
  const Night objects = Make(options);
  options.host_model = HostModel::kAttributes;
  options.data_model = DataModel::kMinimum;
  const Night attributes = Make(options);
  EXPECT_EQ(objects.zone, attributes.zone);
  EXPECT_THAT(attributes.deposit, Not(HasSubstr("hostObj>")));
  EXPECT_THAT(attributes.deposit, HasSubstr("<domain:hostAddr ip=\"v4\">198."));
  EXPECT_THAT(attributes.deposit, Not(HasSubstr("<rdeDomain:registrant>")));
}

TEST(Generator, ReferencesAreClosedAndLinkedIsTrue) {
  GeneratorOptions options = Domains(3000);
  options.night = 1;
  options.changed_fraction = 0.05;
  const std::string deposit = Make(options).deposit;
  std::set<std::string> named;
  for (const char* element : {"rdeDomain:registrant", "rdeDomain:contact", "domain:hostObj"}) {
    for (std::string& value : Values(deposit, element)) named.insert(std::move(value));
  }
  std::set<std::string> present;
  auto look = [&](const char* element, const char* key, const char* status) {
    for (const std::string& object : ObjectsOf(deposit, element)) {
      const std::string name = Value(object, key);
      EXPECT_TRUE(present.insert(name).second) << name;
      const std::vector<std::string> statuses = Statuses(object, status);
      EXPECT_EQ(std::count(statuses.begin(), statuses.end(), "linked"), named.contains(name));
    }
  };
  look("rdeHost:host", "rdeHost:name", "rdeHost:status");
  look("rdeContact:contact", "rdeContact:id", "rdeContact:status");
  for (const std::string& name : named) EXPECT_TRUE(present.contains(name)) << name;
}

TEST(Generator, DatesStandInTheRightOrder) {
  GeneratorOptions options = Domains(2000);
  options.night = 5;
  options.changed_fraction = 0.02;
  const std::string deposit = Make(options).deposit;
  const std::string watermark = Value(deposit, "rde:watermark");
  EXPECT_EQ(watermark, "2026-11-27T00:00:00Z");
  for (const std::string& domain : ObjectsOf(deposit, "rdeDomain:domain")) {
    const std::string created = Value(domain, "rdeDomain:crDate");
    const std::string updated = Value(domain, "rdeDomain:upDate");
    EXPECT_LT(created, watermark);
    if (!absl::StrContains(domain, "\"pendingDelete\"")) {
      EXPECT_GT(Value(domain, "rdeDomain:exDate"), watermark);
    }
    if (!updated.empty()) {
      EXPECT_GE(updated, created);
      EXPECT_LT(updated, watermark);
    }
    EXPECT_EQ(updated.empty(), Value(domain, "rdeDomain:upRr").empty());
  }
}

TEST(Generator, NamesAreUnique) {
  GeneratorOptions options = Domains(5000);
  const std::string deposit = Make(options).deposit;
  std::set<std::string> names;
  for (const char* element : {"rdeDomain:name", "rdeNNDN:aName"}) {
    for (const std::string& name : Values(deposit, element)) {
      EXPECT_TRUE(names.insert(name).second) << name;
      EXPECT_TRUE(absl::EndsWith(name, ".example"));
    }
  }
}

TEST(Generator, VariantsAreMirroredByNameServersAndOtherwise) {
  const Night night = Make(Domains(2000));
  const std::set<std::string> zone = ZoneLines(night.zone, "example");
  const auto is_delegated = [&zone](const std::string& name) {
    const auto line = zone.lower_bound(name + ". NS ");
    return line != zone.end() && absl::StartsWith(*line, name + ". NS ");
  };
  int by_servers = 0;
  int otherwise = 0;
  for (const std::string& nndn : ObjectsOf(night.deposit, "rdeNNDN:NNDN")) {
    const std::string name = Value(nndn, "rdeNNDN:aName");
    if (absl::StrContains(nndn, "<rdeNNDN:nameState>mirrored<")) {
      EXPECT_EQ(is_delegated(name), is_delegated(Value(nndn, "rdeNNDN:originalName"))) << name;
      ++by_servers;
    } else {
      otherwise += absl::StrContains(nndn, "mirroringNS=\"false\">mirrored<");
      EXPECT_FALSE(is_delegated(name)) << name;
    }
  }
  EXPECT_GT(by_servers, 3);
  EXPECT_GT(otherwise, 3);
}

TEST(Generator, ANightChangesAboutTheFractionAskedFor) {
  GeneratorOptions options = Domains(6000);
  options.changed_fraction = 0.02;
  const std::map<std::string, std::string> before = ObjectsByKey(Make(options).deposit);
  options.night = 1;
  const std::map<std::string, std::string> after = ObjectsByKey(Make(options).deposit);
  size_t changed = 0;
  size_t gone = 0;
  for (const auto& [key, text] : before) {
    const auto found = after.find(key);
    if (found == after.end()) {
      ++gone;
    } else if (found->second != text) {
      ++changed;
    }
  }
  const double wanted = 0.02 * static_cast<double>(before.size());
  EXPECT_GT(static_cast<double>(changed), 0.8 * wanted);
  EXPECT_LT(static_cast<double>(changed), 1.25 * wanted);
  EXPECT_GT(gone, 0u);
  EXPECT_GT(after.size(), before.size() - gone);  // something is new
}

TEST(Generator, ANightWithoutChangesKeepsTheObjects) {
  GeneratorOptions options = Domains(500);
  const Night before = Make(options);
  options.night = 1;
  const Night after = Make(options);
  EXPECT_EQ(ObjectsByKey(before.deposit), ObjectsByKey(after.deposit));
  EXPECT_THAT(after.deposit, HasSubstr("id=\"20261123001\""));
  EXPECT_THAT(after.zone, HasSubstr(" 2026112300 "));
}

TEST(Generator, OptionsThatMakeNoRegistryAreRefused) {
  auto with = [](void (*change)(GeneratorOptions&)) {
    GeneratorOptions options;
    change(options);
    return Validate(options);
  };
  const auto refused = StatusIs(absl::StatusCode::kInvalidArgument);
  EXPECT_OK(Validate(GeneratorOptions()));
  EXPECT_THAT(with([](GeneratorOptions& o) { o.domains = 0; }), refused);
  EXPECT_THAT(with([](GeneratorOptions& o) { o.domains = kDomainsMax + 1; }), refused);
  EXPECT_THAT(with([](GeneratorOptions& o) { o.tld = ""; }), refused);
  EXPECT_THAT(with([](GeneratorOptions& o) { o.tld = "Example"; }), refused);
  EXPECT_THAT(with([](GeneratorOptions& o) { o.tld = "a..b"; }), refused);
  EXPECT_THAT(with([](GeneratorOptions& o) { o.tld = "../x"; }), refused);
  EXPECT_THAT(with([](GeneratorOptions& o) { o.night = -1; }), refused);
  EXPECT_THAT(with([](GeneratorOptions& o) { o.changed_fraction = 1.5; }), refused);
  EXPECT_THAT(with([](GeneratorOptions& o) { o.repository = "NINECHARS"; }), refused);
  EXPECT_THAT(with([](GeneratorOptions& o) { o.watermark += absl::Hours(1); }), refused);
  EXPECT_THAT(with([](GeneratorOptions& o) {
                o.domains = kDomainsMax;
                o.changed_fraction = 1;
                o.night = 100;
              }),
              refused);
}

TEST(Generator, ProvidersLiveOutsideTheTld) {
  GeneratorOptions options = Domains(400);
  options.tld = "net";
  const Night night = Make(options);
  EXPECT_EQ(ZoneLines(night.zone, "net"), NaiveZone(night.deposit, "net"));
}

TEST(Generator, ReportSaysWhatTheHeaderSays) {
  GeneratorOptions options = Domains(20);
  options.night = 1;
  std::string deposit;
  std::string zone;
  base::StringSink deposit_sink(deposit, 1 << 20);
  base::StringSink zone_sink(zone, 1 << 20);
  ASSERT_OK_AND_ASSIGN(const rde::Header header, Generate(options, deposit_sink, zone_sink));
  ASSERT_OK_AND_ASSIGN(const std::string report, ReportXml(options, header));
  EXPECT_EQ(HeaderCounts(report), HeaderCounts(deposit));
  EXPECT_EQ(Value(report, "rdeReport:id"), "20261123001");
  EXPECT_EQ(Value(report, "rdeReport:watermark"), Value(deposit, "rde:watermark"));
  EXPECT_EQ(DepositName(options), "example_2026-11-23_full_S1_R0.xml");
  EXPECT_EQ(ReportName(options), "example_2026-11-23_full_R0.rep");
  EXPECT_EQ(ZoneName(options), "example.zone");
}

}  // namespace
}  // namespace tidemark::generator
