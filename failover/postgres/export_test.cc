// What is in an export's tables, and what is said when there is none.

#include "failover/postgres/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing.h"
#include "failover/lookup/registry_testing.h"
#include "failover/postgres/export_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;
using ::tidemark::base::StatusIs;

TEST_F(ExportTest, EveryTableHasTheRowsOfTheReport) {
  ASSERT_OK_AND_ASSIGN(const PostgresReport report, ExportToPostgres(*store_, options_));
  EXPECT_EQ(report.schema, "tidemark_example");
  std::map<std::string, uint64_t> rows(report.rows.begin(), report.rows.end());
  for (const auto& [table, count] : rows) {
    EXPECT_EQ(server_->One(absl::StrCat("SELECT count(*) FROM tidemark_example.", table)),
              absl::StrCat(count))
        << table;
  }
  EXPECT_EQ(rows["domains"], CountOf(store_->counts(), ObjectType::kDomain));
  EXPECT_EQ(rows["hosts"], CountOf(store_->counts(), ObjectType::kHost));
  EXPECT_EQ(rows["contacts"], CountOf(store_->counts(), ObjectType::kContact));
  EXPECT_EQ(rows["registrars"], CountOf(store_->counts(), ObjectType::kRegistrar));
  EXPECT_EQ(rows["nndns"], CountOf(store_->counts(), ObjectType::kNndn));
  EXPECT_GT(rows["domains"], 3u);
}

TEST_F(ExportTest, ARichDomainIsThereInEveryPart) {
  ASSERT_OK(ExportToPostgres(*store_, options_));
  EXPECT_THAT(Of("domains", "name", "rich.example"),
              ElementsAre(Row{"rich.example", "Rich.Example", "R1-EX", "rich.example",
                              "absent-table", "other.example", "owner", "reg-a", "reg-b", kNasty,
                              "2019-01-02 03:04:05.25+00", "ghost", kNull, "2020-02-29 21:59:59+00",
                              kNull, kNull, "t", "604800"}));
  EXPECT_THAT(Of("domain_statuses", "domain", "rich.example"),
              ElementsAre(Row{"rich.example", "0", "clientHold", "en", kNasty, "t", "t"},
                          // It has name servers, and is on hold.
                          Row{"rich.example", "1", "inactive", kNull, kNull, "t", "f"},
                          Row{"rich.example", "2", "ok", kNull, kNull, "t", "f"}));
  EXPECT_THAT(Of("domain_rgp_statuses", "domain", "rich.example"),
              ElementsAre(Row{"rich.example", "0", "addPeriod", kNull, kNull}));
  EXPECT_THAT(Of("domain_contacts", "domain", "rich.example"),
              ElementsAre(Row{"rich.example", "0", "admin", "boss"},
                          Row{"rich.example", "1", "tech", "nobody"}));
  EXPECT_THAT(Of("domain_hosts", "domain", "rich.example"),
              ElementsAre(Row{"rich.example", "0", "ns1.a.example", "NS1.A.Example"},
                          Row{"rich.example", "1", "nowhere.example.org", kNull}));
  EXPECT_THAT(
      Of("domain_ds", "domain", "rich.example"),
      ElementsAre(Row{"rich.example", "0", "12345", "13", "2", "00FF", "257", "3", "13", "AAAA"},
                  Row{"rich.example", "1", "1", "8", "2", "11", kNull, kNull, kNull, kNull}));
  EXPECT_THAT(Of("domain_keys", "domain", "rich.example"),
              ElementsAre(Row{"rich.example", "0", "256", "3", "8", "BBBB"}));
  EXPECT_THAT(
      Of("domain_transfers", "domain", "rich.example"),
      ElementsAre(Row{"rich.example", "clientApproved", "reg-a", kNull, "2021-01-01 00:00:00+00",
                      "reg-b", "bob", "2021-01-02 00:00:00+00", kNull}));
  EXPECT_THAT(Of("flawed_dates", "from_key", "rich.example"),
              UnorderedElementsAre(
                  Row{"domains", "rich.example", "ex_date", "never"},
                  Row{"domains", "rich.example", "tr_date", "2020-01-01T00:00:00.123456789Z"}));
}

// Domains with, without and with other names' servers.
std::vector<rde::Domain> MirrorsAndInactives() {
  std::vector<rde::Domain> domains;
  const auto add = [&domains](const std::string& label) -> rde::Domain& {
    rde::Domain& domain = domains.emplace_back();
    domain.name = label + ".example";
    domain.roid = "R-" + label;
    domain.cl_id = "reg-a";
    return domain;
  };
  add("original").host_objects = {"ns1.a.example"};
  rde::Domain& held = add("held");
  held.host_objects = {"ns1.a.example"};
  held.statuses = {{.s = "clientHold", .lang = "", .text = ""}};
  rde::Domain& leaving = add("leaving");
  leaving.host_objects = {"ns1.a.example"};
  leaving.statuses = {{.s = "pendingDelete", .lang = "", .text = ""}};
  for (const char* original : {"original", "held", "leaving", "absent"}) {
    add(absl::StrCat("of-", original)).original_name = absl::StrCat(original, ".example");
  }
  rde::Domain& quiet = add("quiet");  // it says that it mirrors nothing
  quiet.original_name = "original.example";
  quiet.statuses = {{.s = "inactive", .lang = "", .text = ""}};
  add("bare");
  add("unusable").host_objects = {"a b"};  // no name that a zone may carry
  return domains;
}

TEST_F(ExportTest, StatusesInForceAreThoseThatRdapTells) {
  std::vector<rde::Record> records = SmallRegistry();
  const std::vector<rde::Domain> domains = MirrorsAndInactives();
  records.insert(records.end(), domains.begin(), domains.end());
  ASSERT_OK_AND_ASSIGN(const auto store, StoreOf(records, base::TestDir() + "/mirrors"));
  options_.if_exists = IfSchemaExists::kReplace;
  for (const bool publish_pending_delete : {false, true}) {
    RddsConfig config = TestConfig();
    config.zone.publish_pending_delete = publish_pending_delete;
    options_.zone = config.zone;
    ASSERT_OK(ExportToPostgres(*store, options_));
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Lookup> lookup, Lookup::Create(*store, config));
    std::vector<std::string> inactive;
    for (const rde::Domain& domain : domains) {
      std::vector<std::string> words;
      for (const Row& row : Rows(absl::StrCat(
               "SELECT status FROM tidemark_example.domain_statuses WHERE in_force AND domain = '",
               domain.name, "'"))) {
        words.push_back(row[0]);
        if (row[0] == "inactive") inactive.push_back(domain.name);
      }
      ASSERT_OK_AND_ASSIGN(const DomainFacts facts, lookup->FindDomain(domain.name));
      EXPECT_THAT(words, UnorderedElementsAreArray(facts.statuses)) << domain.name;
    }
    std::vector<std::string> want = {"of-held.example", "of-absent.example", "quiet.example",
                                     "bare.example", "unusable.example"};
    if (!publish_pending_delete) want.push_back("of-leaving.example");
    EXPECT_THAT(inactive, UnorderedElementsAreArray(want));
  }
}

TEST_F(ExportTest, AContactIsThereInEveryPart) {
  ASSERT_OK(ExportToPostgres(*store_, options_));
  ASSERT_OK_AND_ASSIGN(const rde::Contact owner, store_->FindContact("owner"));
  const std::vector<Row> contact = Of("contacts", "id", "owner");
  ASSERT_EQ(contact.size(), 1u);
  EXPECT_EQ(Row(contact[0].begin(), contact[0].begin() + 8),
            (Row{"owner", owner.roid, owner.voice.number, owner.voice.extension, owner.fax.number,
                 owner.fax.extension, owner.email, "reg-a"}));
  EXPECT_EQ(Rows("SELECT type, name, org, street[1], street[2], city, sp, pc, cc FROM "
                 "tidemark_example.contact_postal_infos WHERE contact = 'owner' AND position = 0"),
            (std::vector<Row>{{"loc", "ZebraNameloc", "ZebraOrgloc", "ZebraStreet1", "ZebraStreet2",
                               "ZebraCity", "ZH", "ZebraCode", "CH"}}));
  // `linked` is computed: of who is somebody's contact, and of nobody else.
  EXPECT_THAT(Rows("SELECT contact, status, claimed, in_force FROM "
                   "tidemark_example.contact_statuses WHERE contact IN ('idle', 'owner')"),
              IsSupersetOf({Row{"owner", "ok", "t", "t"}, Row{"owner", "linked", "f", "t"},
                            Row{"idle", "ok", "t", "t"}}));
  EXPECT_EQ(server_->One("SELECT count(*) FROM tidemark_example.contact_statuses WHERE contact = "
                         "'idle' AND status = 'linked'"),
            "0");
}

TEST_F(ExportTest, WhatLeadsNowhereIsListedAndTheRestHasForeignKeys) {
  ASSERT_OK_AND_ASSIGN(const PostgresReport report, ExportToPostgres(*store_, options_));
  EXPECT_THAT(report.dangling,
              IsSupersetOf({std::pair<std::string, uint64_t>("domain_contacts.contact", 2),
                            std::pair<std::string, uint64_t>("domains.up_id", 1)}));
  EXPECT_THAT(
      Rows("SELECT * FROM tidemark_example.dangling_references"),
      IsSupersetOf(
          {Row{"domains", "rich.example", "up_id", "registrars", "ghost"},
           Row{"domains", "rich.example", "idn_table", "idn_tables", "absent-table"},
           Row{"domain_contacts", "rich.example", "contact", "contacts", "nobody"},
           Row{"domain_hosts", "rich.example", "host", "host_names", "nowhere.example.org"}}));
  uint64_t listed = 0;
  for (const auto& [column, count] : report.dangling) listed += count;
  EXPECT_EQ(server_->One("SELECT count(*) FROM tidemark_example.dangling_references"),
            absl::StrCat(listed));
  const std::vector<Row> keys = Rows(
      "SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM "
      "pg_constraint WHERE contype = 'f' AND connamespace = 'tidemark_example'::regnamespace");
  std::string all;
  for (const Row& key : keys) absl::StrAppend(&all, key[0], "\n");
  EXPECT_THAT(all, HasSubstr("tidemark_example.hosts FOREIGN KEY (cl_id)"));
  EXPECT_THAT(all, HasSubstr("tidemark_example.domain_ds FOREIGN KEY (domain)"));
  EXPECT_THAT(all, Not(HasSubstr("FOREIGN KEY (up_id) REFERENCES tidemark_example.registrars(id)\n"
                                 "tidemark_example.domains")));
  EXPECT_THAT(all, Not(HasSubstr("tidemark_example.domains FOREIGN KEY (up_id)")));
}

// Longer than a third of a page, and not to be compressed: what refers, and a host's name, which is
// no key of the store.
TEST_F(ExportTest, NamesTooLongForATreeAreThereAndCanBeLookedFor) {
  std::mt19937 random(5);
  std::string word;
  while (word.size() < 6000) word.push_back(static_cast<char>('a' + random() % 26));
  std::vector<rde::Record> records = SmallRegistry();
  rde::Domain domain = RichDomain();
  domain.registrant = "o" + word;
  domain.cl_id = "r" + word;
  domain.original_name = "d" + word;
  domain.contacts = {{.type = "admin", .id = "c" + word}};
  domain.host_objects = {"h" + word};
  records.emplace_back(domain);
  rde::Host host;
  host.name = "n" + word;
  host.roid = "LONG-EX";
  records.emplace_back(host);
  rde::Nndn nndn;
  nndn.a_name = "long-variant.example";
  nndn.original_name = "v" + word;
  records.emplace_back(nndn);
  ASSERT_OK_AND_ASSIGN(const auto store, StoreOf(records, base::TestDir() + "/long"));
  ASSERT_OK_AND_ASSIGN(const PostgresReport report, ExportToPostgres(*store, options_));
  for (const auto& [column, value] :
       {std::make_pair("domains.registrant", 'o'), std::make_pair("domains.cl_id", 'r'),
        std::make_pair("domains.original_name", 'd'),
        std::make_pair("domain_contacts.contact", 'c'), std::make_pair("domain_hosts.host", 'h'),
        std::make_pair("hosts.name", 'n'), std::make_pair("nndns.original_name", 'v')}) {
    const std::vector<std::string> parts = absl::StrSplit(column, '.');
    EXPECT_EQ(
        server_->One(absl::StrCat("SELECT count(*) FROM tidemark_example.", parts[0], " WHERE ",
                                  parts[1], " = '", std::string(1, value), word, "'")),
        "1")
        << column;
    EXPECT_EQ(
        server_->One(absl::StrCat("SELECT count(*) FROM pg_indexes WHERE schemaname = "
                                  "'tidemark_example' AND tablename = '",
                                  parts[0], "' AND indexdef LIKE '% USING hash (", parts[1], ")'")),
        "1")
        << column;
  }
  // No name that a host can have, so it is no foreign key's, and said.
  EXPECT_THAT(report.dangling, Contains(std::pair<std::string, uint64_t>("hosts.name", 1)));
  options_.if_exists = IfSchemaExists::kReplace;
  ASSERT_OK_AND_ASSIGN(const PostgresReport usual, ExportToPostgres(*store_, options_));
  EXPECT_EQ(server_->One("SELECT count(*) FROM pg_indexes WHERE schemaname = 'tidemark_example' "
                         "AND indexdef LIKE '%USING hash%'"),
            "0");
  EXPECT_THAT(usual.dangling, Not(Contains(Pair("hosts.name", testing::_))));
}

TEST_F(ExportTest, ErrorsNeverSayThePassword) {
  const std::string secret = "s3cret-word";
  const std::string host = server_->url().substr(server_->url().find("?host="));
  for (const std::string& url : {
           absl::StrCat("postgresql://postgres:", secret, "@/postgres", host),
           absl::StrCat("postgresql://postgres:", secret, "@/absent", host),
           absl::StrCat("postgresql://postgres:", secret, "@127.0.0.1:1/postgres"),
           absl::StrCat("postgresql://postgres:", secret, "@[::1/postgres"),
           absl::StrCat("postgresql://postgres:x@", secret, "@127.0.0.1/p"),
           absl::StrCat("postgresql://postgres:12/", secret, "@127.0.0.1/p"),
           absl::StrCat("postgresql://postgres:", secret, "/x@127.0.0.1/p"),
           absl::StrCat("postgresql://postgres:", secret, "@/p?", secret, "=1"),
           absl::StrCat("postgresql://postgres@/p?password=", secret, "&host=/absent"),
           absl::StrCat("host=x password=", secret),
           secret,
       }) {
    options_.url = url;
    const absl::Status status = ExportToPostgres(*store_, options_).status();
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr(secret)));
  }
}

TEST_F(ExportTest, WhatTheServerRefusesLeavesNothingAndQuotesNoRow) {
  // A text that PostgreSQL cannot hold, whatever is escaped.
  std::vector<rde::Record> records = SmallRegistry();
  rde::Contact contact = MarkedContact("bad", "Lynx", "7770009");
  contact.email = std::string("lynx\0secret", 11);
  records.emplace_back(contact);
  ASSERT_OK_AND_ASSIGN(const auto store, StoreOf(records, base::TestDir() + "/bad"));
  const absl::Status status = ExportToPostgres(*store, options_).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("contacts")));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("lynx")));
  EXPECT_THAT(Rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tidemark%'"), IsEmpty());
}

}  // namespace
}  // namespace tidemark::failover
