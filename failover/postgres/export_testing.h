// For tests only: a small registry's store, and a PostgreSQL server that it can be exported to.
#ifndef TIDEMARK_FAILOVER_POSTGRES_EXPORT_TESTING_H_
#define TIDEMARK_FAILOVER_POSTGRES_EXPORT_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "failover/lookup/registry_testing.h"
#include "failover/postgres/export.h"
#include "failover/postgres/postgres_testing.h"

namespace tidemark::failover {

using Row = std::vector<std::string>;

// One of everything that a domain can have, and text that would end a field, a row or a string.
inline constexpr char kNasty[] = "a\tb\nc\\d\\.\"e\" 'f', {g} \\N \r";

inline rde::Domain RichDomain() {
  rde::Domain domain;
  domain.name = "Rich.Example";
  domain.roid = "R1-EX";
  domain.u_name = "rich.example";
  domain.idn_table_id = "absent-table";
  domain.original_name = "Other.Example";
  domain.statuses = {{.s = "clientHold", .lang = "en", .text = kNasty},
                     {.s = "inactive", .lang = "", .text = ""},
                     {.s = "ok", .lang = "", .text = ""}};
  domain.rgp_statuses = {{.s = "addPeriod", .lang = "", .text = ""}};
  domain.registrant = "owner";
  domain.contacts = {{.type = "admin", .id = "boss"}, {.type = "tech", .id = "nobody"}};
  domain.host_objects = {"NS1.A.Example", "nowhere.example.org"};
  domain.cl_id = "reg-a";
  domain.cr_rr = {.id = "reg-b", .client = kNasty};
  domain.cr_date = DateOf("2019-01-02T03:04:05.25Z");
  domain.ex_date = {.text = "never", .time = std::nullopt};
  domain.up_rr = {.id = "ghost", .client = ""};
  domain.up_date = DateOf("2020-02-29T23:59:59+02:00");
  domain.tr_date = DateOf("2020-01-01T00:00:00.123456789Z");
  domain.sec_dns = rde::SecDns{.max_sig_life = 604800,
                               .ds = {{.key_tag = 12345,
                                       .algorithm = 13,
                                       .digest_type = 2,
                                       .digest = "00FF",
                                       .key_data = rde::KeyData{257, 3, 13, "AAAA"}},
                                      {.key_tag = 1,
                                       .algorithm = 8,
                                       .digest_type = 2,
                                       .digest = "11",
                                       .key_data = std::nullopt}},
                               .keys = {{256, 3, 8, "BBBB"}}};
  domain.transfer = rde::TransferData{.status = "clientApproved",
                                      .requested_by = {.id = "reg-a", .client = ""},
                                      .requested_at = DateOf("2021-01-01T00:00:00Z"),
                                      .acting = {.id = "reg-b", .client = "bob"},
                                      .acting_at = DateOf("2021-01-02T00:00:00Z"),
                                      .ex_date = {}};
  return domain;
}

class ExportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<std::unique_ptr<PostgresServer>> server = PostgresServer::Start();
    if (absl::IsNotFound(server.status())) GTEST_SKIP() << server.status();
    ASSERT_OK(server);
    server_ = *std::move(server);
    options_.url = server_->url();
    options_.tld = "example";
    std::vector<rde::Record> records = SmallRegistry();
    records.emplace_back(RichDomain());
    ASSERT_OK_AND_ASSIGN(store_, StoreOf(records, base::TestDir() + "/store"));
  }

  std::vector<Row> Rows(const std::string& what) { return server_->Rows(what); }
  std::vector<Row> Of(const std::string& table, const std::string& key_column,
                      const std::string& key) {
    return Rows(absl::StrCat("SELECT * FROM tidemark_example.", table, " WHERE ", key_column,
                             " = '", key, "' ORDER BY 2"));
  }

  std::unique_ptr<PostgresServer> server_;
  std::unique_ptr<RegistryStore> store_;
  PostgresOptions options_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_POSTGRES_EXPORT_TESTING_H_
