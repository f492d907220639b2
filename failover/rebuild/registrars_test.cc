// Registrars of a failed registry become a successor's: the map, what it does to every object, and
// what is said of ids that nobody has.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/testing.h"
#include "failover/rebuild/rebuild.h"
#include "failover/rebuild/rebuild_testing.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using ::tidemark::base::StatusIs;

// Registrars come last, as nothing forbids. "ghost" is nobody's.
const std::string kDeposit = DepositOf(
    {{"Domain", 2}, {"Host", 1}, {"Registrar", 2}},
    absl::StrCat(
        HostElement("reg-b"),
        DomainElement({.name = "a.example",
                       .roid = "D1-EX",
                       .creator = "<d:crRr client=\"jdoe\">reg-b</d:crRr>",
                       .rest = R"(
   <d:trnData><d:trStatus>clientApproved</d:trStatus><d:reRr>reg-a</d:reRr>
    <d:reDate>2021-01-01T00:00:00Z</d:reDate><d:acRr>reg-b</d:acRr>
    <d:acDate>2021-01-02T00:00:00Z</d:acDate></d:trnData>)"}),
        DomainElement({.name = "b.example", .roid = "D2-EX", .cl_id = "ghost"}),
        R"(  <r:registrar><r:id>reg-a</r:id><r:name>A</r:name><r:gurid>9995</r:gurid></r:registrar>
  <r:registrar><r:id>reg-b</r:id><r:name>B</r:name><r:gurid>9996</r:gurid></r:registrar>
)"));

class RegistrarsTest : public RebuildTest {
 protected:
  absl::StatusOr<std::vector<RegistrarMapEntry>> Load(absl::string_view toml) {
    const std::string path = base::TestDir() + "/map.toml";
    EXPECT_OK(base::WriteFile(path, toml, base::FileMode::kPublic));
    return LoadRegistrarMap(path);
  }

  std::unique_ptr<RegistryStore> Store() {
    absl::StatusOr<std::unique_ptr<RegistryStore>> store = RegistryStore::Open(out_ + "/registry");
    EXPECT_OK(store);
    return store.ok() ? *std::move(store) : nullptr;
  }
};

std::vector<std::string> Codes(const RebuildReport& report) {
  std::vector<std::string> codes;
  for (const RegistrarRemark& remark : report.registrars.remarks) {
    codes.push_back(absl::StrCat(RegistrarRemarkCode(remark.kind), " ", remark.registrar));
  }
  return codes;
}

std::map<std::string, FormerRegistrars> Former(const RegistryStore& store) {
  std::map<std::string, FormerRegistrars> former;
  EXPECT_OK(store.ForEachFormerRegistrars([&](const FormerRegistrars& row) {
    former[absl::StrCat(ObjectTypeName(row.type), " ", row.key)] = row;
    return absl::OkStatus();
  }));
  return former;
}

TEST_F(RegistrarsTest, UnknownOnesAreKeptAndCountedUnlessAskedOtherwise) {
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, Run(kDeposit));
  EXPECT_TRUE(report.complete()) << ToText(report);
  EXPECT_EQ(report.registrars.mapped_count, 0u);
  ASSERT_EQ(report.registrars.unknown_count, 1u);
  EXPECT_EQ(report.registrars.unknown[0].id, "ghost");
  EXPECT_EQ(report.registrars.unknown[0].to, "ghost");
  EXPECT_EQ(report.registrars.unknown_uses.domains, 1u);
  EXPECT_THAT(ToText(report), HasSubstr("registrar ghost is not in the deposit, kept: 1 domains"));
  const auto store = Store();
  ASSERT_OK_AND_ASSIGN(const rde::Domain domain, store->FindDomain("b.example"));
  EXPECT_EQ(domain.cl_id, "ghost");
  EXPECT_THAT(Former(*store), IsEmpty());
}

TEST_F(RegistrarsTest, APolicyIsNoRegistrarHoweverItIsWritten) {
  for (const char* text : {"REFUSE", "Keep"}) {
    EXPECT_THAT(SetUnknownRegistrar(text, options_.registrars),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("lower case")));
  }
}

TEST_F(RegistrarsTest, RefusedUnknownOnesAreNamedAndNothingIsLeft) {
  ASSERT_OK(SetUnknownRegistrar("refuse", options_.registrars));
  EXPECT_THAT(Run(kDeposit), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("ghost")));
  EXPECT_FALSE(fs::exists(out_));
  // Who is in the map is known.
  ASSERT_OK_AND_ASSIGN(options_.registrars.map, Load("[[registrar]]\nid = \"ghost\"\nkeep = true"));
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, Run(kDeposit));
  EXPECT_EQ(report.registrars.unknown_count, 0u);
}

TEST_F(RegistrarsTest, RefusedIsAlsoAMapToARegistrarThatNobodyIs) {
  ASSERT_OK(SetUnknownRegistrar("refuse", options_.registrars));
  ASSERT_OK_AND_ASSIGN(options_.registrars.map,
                       Load("[[registrar]]\nid = \"ghost\"\nto = \"spectre\""));
  for (const Purpose purpose : {Purpose::kDryRun, Purpose::kRestore}) {
    options_.purpose = purpose;
    EXPECT_THAT(Run(kDeposit),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("spectre")));
    EXPECT_FALSE(fs::exists(out_));
  }
  // A registrar that becomes it has it.
  ASSERT_OK_AND_ASSIGN(options_.registrars.map,
                       Load("[[registrar]]\nid = \"ghost\"\nto = \"spectre\"\n"
                            "[[registrar]]\niana_id = 9995\nto = \"spectre\""));
  ASSERT_OK(Run(kDeposit));
}

TEST_F(RegistrarsTest, MappedByEitherIdInEveryPlaceAndTheFormerOnesKept) {
  ASSERT_OK_AND_ASSIGN(options_.registrars.map,
                       Load("[[registrar]]\niana_id = 9995\nto = \"acme-1\"\n"
                            "[[registrar]]\nid = \"reg-b\"\nto = \"reg-a\"\n"));
  ASSERT_OK(SetUnknownRegistrar("acme-1", options_.registrars));
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, Run(kDeposit));
  EXPECT_TRUE(report.complete()) << ToText(report);
  EXPECT_THAT(Codes(report), IsEmpty());
  ASSERT_EQ(report.registrars.mapped.size(), 2u);
  EXPECT_EQ(report.registrars.mapped[0].id, "reg-a");
  EXPECT_EQ(report.registrars.mapped[0].iana_id, "9995");
  EXPECT_EQ(report.registrars.mapped[0].uses.domains, 1u);
  EXPECT_EQ(report.registrars.mapped[0].uses.mentions, 1u);
  EXPECT_EQ(report.registrars.mapped[1].uses.hosts, 1u);

  const auto store = Store();
  ASSERT_OK_AND_ASSIGN(const rde::Domain a, store->FindDomain("a.example"));
  EXPECT_EQ(a.cl_id, "acme-1");
  // Applied once: reg-b is reg-a now, and not acme-1.
  EXPECT_EQ(a.cr_rr.id, "reg-a");
  EXPECT_EQ(a.cr_rr.client, "jdoe");
  EXPECT_FALSE(a.up_rr.present());
  ASSERT_TRUE(a.transfer.has_value());
  EXPECT_EQ(a.transfer->requested_by.id, "acme-1");
  EXPECT_EQ(a.transfer->acting.id, "reg-a");
  EXPECT_EQ(a.roid, "D1-EX");
  ASSERT_OK_AND_ASSIGN(const rde::Domain b, store->FindDomain("b.example"));
  EXPECT_EQ(b.cl_id, "acme-1");
  ASSERT_OK_AND_ASSIGN(const rde::Host host, store->FindHost("H1-EX"));
  EXPECT_EQ(host.cl_id, "reg-a");
  ASSERT_OK_AND_ASSIGN(const rde::Registrar acme, store->FindRegistrar("acme-1"));
  EXPECT_EQ(acme.name, "A");
  EXPECT_EQ(acme.id, "acme-1");
  ASSERT_OK_AND_ASSIGN(const rde::Registrar reg_a, store->FindRegistrar("reg-a"));
  EXPECT_EQ(reg_a.name, "B");
  EXPECT_THAT(store->FindRegistrar("reg-b"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(CountOf(store->counts(), ObjectType::kRegistrar), 2u);

  const auto former = Former(*store);
  ASSERT_EQ(former.size(), 5u);
  EXPECT_EQ(former.at("domain a.example").cl_id, "reg-a");
  EXPECT_EQ(former.at("domain a.example").cr_id, "reg-b");
  EXPECT_EQ(former.at("domain a.example").up_id, "");
  EXPECT_EQ(former.at("domain a.example").re_id, "reg-a");
  EXPECT_EQ(former.at("domain a.example").ac_id, "reg-b");
  EXPECT_EQ(former.at("domain b.example").cl_id, "ghost");
  EXPECT_EQ(former.at("host H1-EX").cl_id, "reg-b");
  ASSERT_TRUE(former.at("registrar reg-b").registrar.has_value());
  EXPECT_EQ(former.at("registrar reg-b").registrar->gurid, "9996");
}

TEST_F(RegistrarsTest, TwoThatBecomeOneAreRemarkedOnAndTheOtherIsKeptBeside) {
  ASSERT_OK_AND_ASSIGN(options_.registrars.map,
                       Load("[[registrar]]\nid = \"reg-a\"\nto = \"reg-b\"\n"));
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, Run(kDeposit));
  EXPECT_TRUE(report.complete()) << ToText(report);
  EXPECT_THAT(Codes(report), ElementsAre("shared-id reg-b"));
  const auto store = Store();
  EXPECT_EQ(CountOf(store->counts(), ObjectType::kRegistrar), 1u);
  ASSERT_OK_AND_ASSIGN(const rde::Registrar stays, store->FindRegistrar("reg-b"));
  EXPECT_EQ(stays.name, "B");
  EXPECT_EQ(Former(*store).at("registrar reg-a").registrar->name, "A");
}

TEST_F(RegistrarsTest, WhatFitsNothingIsRemarkedOn) {
  ASSERT_OK_AND_ASSIGN(options_.registrars.map,
                       Load("[[registrar]]\nid = \"absent\"\nto = \"acme-1\"\n"
                            "[[registrar]]\niana_id = 1\nto = \"acme-2\"\n"
                            "[[registrar]]\niana_id = 9995\nto = \"acme-3\"\n"));
  ASSERT_OK(SetUnknownRegistrar("acme-4", options_.registrars));
  ASSERT_OK_AND_ASSIGN(const RebuildReport report,
                       Run(absl::StrReplaceAll(kDeposit, {{"<r:gurid>9996", "<r:gurid>9995"}})));
  EXPECT_THAT(Codes(report), UnorderedElementsAre("not-in-deposit absent", "not-in-deposit 1",
                                                  "shared-iana-id 9995", "shared-id acme-3",
                                                  "no-such-registrar acme-4"));
}

TEST_F(RegistrarsTest, AnIdOfNobodyThatTheMapKeepsIsNamed) {
  ASSERT_OK_AND_ASSIGN(options_.registrars.map,
                       Load("[[registrar]]\nid = \"ghost\"\nkeep = true\n"
                            "[[registrar]]\nid = \"reg-a\"\nkeep = true\n"));
  ASSERT_OK(SetUnknownRegistrar("refuse", options_.registrars));
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, Run(kDeposit));
  EXPECT_THAT(Codes(report), ElementsAre("no-such-registrar ghost"));
}

TEST_F(RegistrarsTest, ADryRunSaysTheSameAndLeavesNothing) {
  ASSERT_OK_AND_ASSIGN(options_.registrars.map,
                       Load("[[registrar]]\niana_id = 9995\nto = \"acme-1\"\n"));
  options_.out_dir = base::TestDir() + "/new/deeper/out";
  options_.purpose = Purpose::kDryRun;
  ASSERT_OK_AND_ASSIGN(const RebuildReport dry, Run(kDeposit));
  EXPECT_TRUE(dry.complete()) << ToText(dry);
  EXPECT_FALSE(fs::exists(base::TestDir() + "/new"));
  EXPECT_GT(dry.disk.registry, 0u);
  EXPECT_GT(dry.disk.free, dry.disk.needed());
  EXPECT_THAT(ToText(dry), HasSubstr("dry run: every object would come back"));

  options_.purpose = Purpose::kRestore;
  ASSERT_OK_AND_ASSIGN(const RebuildReport real, Run(kDeposit));
  auto dry_json = nlohmann::ordered_json::parse(ToJson(dry));
  auto real_json = nlohmann::ordered_json::parse(ToJson(real));
  EXPECT_EQ(dry_json["dry_run"], true);
  EXPECT_EQ(real_json["dry_run"], false);
  for (auto* json : {&dry_json, &real_json}) {
    for (const char* key : {"dry_run", "seconds", "disk"}) json->erase(key);
  }
  EXPECT_EQ(dry_json, real_json);
}

TEST_F(RegistrarsTest, ADryRunLeavesAFormerRebuildAndAnEmptyDirectoryAlone) {
  options_.purpose = Purpose::kDryRun;
  fs::create_directories(out_);
  ASSERT_OK(Run(kDeposit));
  EXPECT_TRUE(fs::exists(out_) && fs::is_empty(out_));

  options_.purpose = Purpose::kRestore;
  ASSERT_OK(Run(kDeposit));
  ASSERT_OK_AND_ASSIGN(const std::string before, base::ReadSmallFile(out_ + "/report.json"));
  options_.purpose = Purpose::kDryRun;
  ASSERT_OK(Run(absl::StrReplaceAll(kDeposit, {{"b.example", "c.example"}})));
  EXPECT_EQ(base::ReadSmallFile(out_ + "/report.json").value_or(""), before);
  EXPECT_FALSE(fs::exists(out_ + "/.partial"));
  EXPECT_OK(FinishedRebuild::Open(out_));
  EXPECT_OK(Store()->FindDomain("b.example"));
  // What is being served cannot be replaced, and a dry run says so.
  ASSERT_OK_AND_ASSIGN(const auto served, FinishedRebuild::Open(out_));
  EXPECT_THAT(Run(kDeposit), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("in use")));
}

TEST_F(RegistrarsTest, AMapThatIsNotOneIsRefused) {
  for (const char* toml : {
           "[[registrar]]\nto = \"acme\"\n",
           "[[registrar]]\nid = \"a\"\niana_id = 3\nto = \"acme\"\n",
           "[[registrar]]\nid = \"\"\nto = \"acme\"\n",
           "[[registrar]]\niana_id = 0\nto = \"acme\"\n",
           "[[registrar]]\niana_id = -1\nto = \"acme\"\n",
           "[[registrar]]\niana_id = \"7\"\nto = \"acme\"\n",
           "[[registrar]]\nid = \"a\"\n",
           "[[registrar]]\nid = \"a\"\nto = \"acme\"\nkeep = true\n",
           "[[registrar]]\nid = \"a\"\nto = \"ac\"\n",
           "[[registrar]]\nid = \"a\"\nto = \"seventeen-letters\"\n",
           "[[registrar]]\nid = \"a\"\nto = \"with space\"\n",
           "[[registrar]]\nid = \"a\"\nto = \"acme\"\n[[registrar]]\nid = \"a\"\nkeep = true\n",
           "[[registrar]]\nid = \"a\"\nto = \"acme\"\nsuccesor = 1\n",
           "[[registar]]\nid = \"a\"\nto = \"acme\"\n",
           "not toml",
       }) {
    EXPECT_THAT(Load(toml), StatusIs(absl::StatusCode::kInvalidArgument)) << toml;
  }
  EXPECT_THAT(LoadRegistrarMap(base::TestDir() + "/none"), StatusIs(absl::StatusCode::kNotFound));
  RegistrarPolicy policy;
  EXPECT_THAT(SetUnknownRegistrar("", policy), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::failover
