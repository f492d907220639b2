#include "failover/lookup/registry_testing.h"

#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "base/testing.h"

namespace tidemark::failover {
namespace {

rde::Domain SmallDomain(absl::string_view name, absl::string_view roid) {
  rde::Domain domain;
  domain.name = std::string(name);
  domain.roid = std::string(roid);
  domain.statuses = {{.s = "ok", .lang = "", .text = ""}};
  domain.cl_id = "reg-a";
  domain.cr_date = DateOf("2020-01-02T03:04:05Z");
  domain.ex_date = DateOf("2030-01-02T03:04:05Z");
  return domain;
}

rde::Domain WholeDomain() {
  rde::Domain domain = SmallDomain("whole.example", "D1-EX");
  domain.statuses = {{.s = "clientHold", .lang = "", .text = ""},
                     {.s = "inactive", .lang = "", .text = ""},
                     {.s = "clientHold", .lang = "", .text = ""},
                     {.s = "no such", .lang = "", .text = ""}};
  domain.rgp_statuses = {{.s = "addPeriod", .lang = "", .text = ""}};
  domain.registrant = "owner";
  domain.contacts = {{.type = "admin", .id = "boss"},
                     {.type = "tech", .id = "tech"},
                     {.type = "tech", .id = "boss"},
                     {.type = "billing", .id = "nobody"}};
  domain.host_objects = {"NS1.whole.example", "gone.example.org", "ns1.whole.example", "a b"};
  domain.up_date = DateOf("2025-01-02T03:04:05Z");
  domain.tr_date = DateOf("2024-01-02T03:04:05Z");
  rde::SecDns& sec_dns = domain.sec_dns.emplace();
  sec_dns.max_sig_life = 604800;
  sec_dns.ds = {
      {.key_tag = 12345,
       .algorithm = 13,
       .digest_type = 2,
       .digest = "7791F1D51C2676071EF6E4EDC935A6D3D7D4E3C238C7839964EE53F0F2F85A79",
       .key_data = std::nullopt},
      {.key_tag = 1, .algorithm = 13, .digest_type = 2, .digest = "77", .key_data = std::nullopt}};
  return domain;
}

std::vector<rde::Record> Domains() {
  rde::Domain attributes = SmallDomain("attributes.example", "D2-EX");
  attributes.cl_id = "reg-b";
  attributes.host_attributes = {{.name = "ns1.attributes.example",
                                 .addresses = {{.version = "v4", .address = "192.0.2.7"},
                                               {.version = "v6", .address = "2001:DB8:0::7"},
                                               {.version = "v4", .address = "none"}}},
                                {.name = "NS2.example.net", .addresses = {}}};
  attributes.sec_dns.emplace().keys = {
      {.flags = 257,
       .protocol = 3,
       .algorithm = 13,
       .public_key = "mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+"
                     "KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="}};
  rde::Domain bare = SmallDomain("bare.example", "D3-EX");
  bare.cl_id = "<gone>";
  rde::Domain idn = SmallDomain("xn--bcher-kva.example", "D4-EX");
  idn.u_name =
      "b\xC3\xBC"
      "cher.example";
  idn.idn_table_id = "de";
  idn.host_objects = {"shared.example.org"};
  rde::Domain variant = SmallDomain("buecher.example", "D5-EX");
  variant.original_name = "XN--BCHER-KVA.example";
  return {WholeDomain(), attributes, bare, idn, variant};
}

rde::Host SmallHost(absl::string_view name, absl::string_view roid,
                    std::vector<rde::HostAddress> addresses) {
  rde::Host host;
  host.name = std::string(name);
  host.roid = std::string(roid);
  host.statuses = {{.s = "ok", .lang = "", .text = ""}};
  host.addresses = std::move(addresses);
  host.cl_id = "reg-a";
  host.cr_date = DateOf("2020-01-02T03:04:05Z");
  return host;
}

std::vector<rde::Record> Hosts() {
  rde::Host unused = SmallHost("unused.example.org", "H4-EX", {});
  unused.statuses = {{.s = "linked", .lang = "", .text = ""},
                     {.s = "serverUpdateProhibited", .lang = "", .text = ""}};
  return {SmallHost("ns1.whole.example", "H1-EX",
                    {{.version = "v4", .address = "192.0.2.1"},
                     {.version = "v6", .address = "2001:db8::1"}}),
          SmallHost("shared.example.org", "H3-EX", {{.version = "v4", .address = "192.0.2.3"}}),
          SmallHost("shared.example.org", "H2-EX", {{.version = "v4", .address = "192.0.2.2"}}),
          unused};
}

std::vector<rde::Record> Registrars() {
  rde::Registrar a;
  a.id = "reg-a";
  a.name = "Registrar A";
  a.gurid = "9995";
  a.url = "https://a.example.net/";
  a.whois_name = "whois.a.example.net";
  a.postal_infos = {{.type = "int",
                     .name = "",
                     .org = "",
                     .address = {.streets = {"1 Harbour Road", "Pier 2"},
                                 .city = "Bern",
                                 .sp = "BE",
                                 .pc = "3000",
                                 .cc = "CH"}}};
  a.voice = {.number = "+41.31555010", .extension = "7"};
  a.email = "info@a.example.net";
  a.cr_date = DateOf("2019-01-02T03:04:05Z");
  rde::Registrar b;
  b.id = "reg-b";
  b.name = "Registrar B <script>";
  b.url = "javascript:alert(1)";
  return {a, b};
}

rde::Nndn Reserved(absl::string_view name, absl::string_view state, absl::string_view original) {
  rde::Nndn nndn;
  nndn.a_name = std::string(name);
  nndn.name_state = std::string(state);
  nndn.original_name = std::string(original);
  return nndn;
}

}  // namespace

rde::DateTime DateOf(absl::string_view text) {
  rde::DateTime date{.text = std::string(text), .time = absl::Time()};
  CHECK(absl::ParseTime(absl::RFC3339_full, text, &*date.time, nullptr));
  return date;
}

rde::Contact MarkedContact(absl::string_view id, absl::string_view mark, absl::string_view digits) {
  const auto value = [mark](absl::string_view what) { return absl::StrCat(mark, what); };
  rde::Contact contact;
  contact.id = std::string(id);
  contact.roid = value("Roid-EX");
  contact.statuses = {{.s = "ok", .lang = "", .text = ""}};
  for (const char* type : {"loc", "int"}) {
    contact.postal_infos.push_back({.type = type,
                                    .name = value(absl::StrCat("Name", type)),
                                    .org = value(absl::StrCat("Org", type)),
                                    .address = {.streets = {value("Street1"), value("Street2")},
                                                .city = value("City"),
                                                .sp = "ZH",
                                                .pc = value("Code"),
                                                .cc = "CH"}});
  }
  contact.voice = {.number = absl::StrCat("+41.1", digits), .extension = absl::StrCat("2", digits)};
  contact.fax = {.number = absl::StrCat("+41.3", digits), .extension = absl::StrCat("4", digits)};
  contact.email = value("@mail.test");
  contact.cl_id = "reg-a";
  return contact;
}

std::vector<rde::Record> SmallRegistry() {
  std::vector<rde::Record> records;
  for (const std::vector<rde::Record>& kind : {Registrars(), Hosts(), Domains()}) {
    records.insert(records.end(), kind.begin(), kind.end());
  }
  records.emplace_back(MarkedContact("owner", "Zebra", "7770001"));
  records.emplace_back(MarkedContact("boss", "Quagga", "7770002"));
  records.emplace_back(MarkedContact("tech", "Okapi", "7770003"));
  records.emplace_back(MarkedContact("idle", "Tapir", "7770004"));
  records.emplace_back(Reserved("blocked.example", "blocked", ""));
  records.emplace_back(Reserved("mirrored.example", "mirrored", "xn--bcher-kva.example"));
  return records;
}

absl::StatusOr<std::unique_ptr<RegistryStore>> StoreOf(const std::vector<rde::Record>& records,
                                                       const std::string& dir) {
  ASSIGN_OR_RETURN(std::unique_ptr<RegistryLoader> loader, RegistryLoader::Create({.dir = dir}));
  rde::DepositInfo info;
  info.type = "FULL";
  info.id = "20261122001";
  info.watermark = DateOf(kTestWatermark);
  RETURN_IF_ERROR(loader->PutDeposit(info));
  for (const rde::Record& record : records) RETURN_IF_ERROR(loader->Put(record, {}));
  RETURN_IF_ERROR(loader->Finish().status());
  loader.reset();
  return RegistryStore::Open(dir);
}

RddsConfig TestConfig() {
  RddsConfig config{ZoneConfig()};
  config.tld = "example";
  config.base_url = "https://rdap.nic.example/";
  config.terms_url = "https://nic.example/";
  config.whois_server = "whois.nic.example";
  config.registrars["9995"] = {.abuse_email = "abuse@a.example.net",
                               .abuse_phone = "+41.31555011",
                               .rdap_url = "https://rdap.a.example.net/"};
  return config;
}

absl::StatusOr<TestRegistry> MakeTestRegistry(const std::vector<rde::Record>& records,
                                              RddsConfig config) {
  TestRegistry registry;
  registry.dir = base::TestDir() + "/registry";
  ASSIGN_OR_RETURN(registry.store, StoreOf(records, registry.dir));
  ASSIGN_OR_RETURN(registry.lookup, Lookup::Create(*registry.store, std::move(config)));
  return registry;
}

void DamageTestRegistry(const TestRegistry& registry) {
  for (const auto& entry : std::filesystem::directory_iterator(registry.dir)) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file << std::string(entry.file_size(), '\0') << std::flush;
    CHECK(file.good());
  }
}

}  // namespace tidemark::failover
