#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/testing.h"
#include "failover/store/same_testing.h"
#include "failover/store/store_testing.h"

namespace tidemark::failover {
namespace {

using ::testing::SizeIs;

rde::DateTime At(int64_t seconds, int64_t nanos = 0) {
  const absl::Time time = absl::FromUnixSeconds(seconds) + absl::Nanoseconds(nanos);
  return {.text = absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone()), .time = time};
}

// A date that is none: its text must come back, too.
rde::DateTime Flawed() { return {.text = "yesterday", .time = std::nullopt}; }

rde::TransferData Transfer() {
  return {.status = "pending",
          .requested_by = {.id = "registrar-b", .client = "jane"},
          .requested_at = At(1'790'000'000),
          .acting = {.id = "registrar-a", .client = ""},
          .acting_at = At(1'790'432'000, 500),
          .ex_date = At(1'850'000'000)};
}

rde::Domain FullDomain() {
  rde::Domain domain;
  domain.name = "XN--Caf-DMA.Example";
  domain.roid = "D1-EX";
  domain.u_name = "café.example";
  domain.idn_table_id = "latn";
  domain.original_name = "cafe.example";
  domain.statuses = {{"clientHold", "en", "unpaid"}, {"pendingTransfer", "", ""}};
  domain.rgp_statuses = {{"addPeriod", "", "x"}};
  domain.registrant = "C1";
  domain.contacts = {{"admin", "C2"}, {"tech", "C3"}};
  domain.host_objects = {"ns1.cafe.example", "ns2.cafe.example"};
  domain.host_attributes = {{"ns3.cafe.example", {{"v4", "192.0.2.1"}, {"v6", "2001:db8::1"}}}};
  domain.cl_id = "registrar-a";
  domain.cr_rr = {.id = "registrar-a", .client = "joe"};
  domain.cr_date = At(1'500'000'000, 123'456'789);
  domain.ex_date = At(253'402'300'799);  // the last second of the year 9999
  domain.up_rr = {.id = "registrar-b", .client = ""};
  domain.up_date = Flawed();
  domain.sec_dns =
      rde::SecDns{.max_sig_life = 604800,
                  .ds = {{.key_tag = 65535,
                          .algorithm = 13,
                          .digest_type = 2,
                          .digest = "AB",
                          .key_data = rde::KeyData{257, 3, 13, "AwEA"}}},
                  .keys = {{.flags = 256, .protocol = 3, .algorithm = 8, .public_key = "Aw=="}}};
  domain.tr_date = At(-1);
  domain.transfer = Transfer();
  return domain;
}

using RoundTripTest = StoreTest;

TEST_F(RoundTripTest, DomainMakesTheRoundTrip) {
  const rde::Domain in = FullDomain();
  ASSERT_NO_FATAL_FAILURE(Create());
  ASSERT_NO_FATAL_FAILURE(Put(in));
  ASSERT_NO_FATAL_FAILURE(Finish());
  ASSERT_OK_AND_ASSIGN(const rde::Domain out, store_->FindDomain("xn--caf-dma.EXAMPLE."));
  EXPECT_EQ(out.name, in.name);
  EXPECT_EQ(out.roid, in.roid);
  EXPECT_EQ(out.u_name, in.u_name);
  EXPECT_EQ(out.idn_table_id, in.idn_table_id);
  EXPECT_EQ(out.original_name, in.original_name);
  ExpectSame(out.statuses, in.statuses);
  ExpectSame(out.rgp_statuses, in.rgp_statuses);
  EXPECT_EQ(out.registrant, in.registrant);
  ASSERT_THAT(out.contacts, SizeIs(2));
  EXPECT_EQ(out.contacts[1].type, "tech");
  EXPECT_EQ(out.contacts[1].id, "C3");
  EXPECT_EQ(out.host_objects, in.host_objects);
  ASSERT_THAT(out.host_attributes, SizeIs(1));
  EXPECT_EQ(out.host_attributes[0].name, in.host_attributes[0].name);
  ExpectSame(out.host_attributes[0].addresses, in.host_attributes[0].addresses);
  EXPECT_EQ(out.cl_id, in.cl_id);
  ExpectSame(out.cr_rr, in.cr_rr);
  ExpectSame(out.cr_date, in.cr_date);
  ExpectSame(out.ex_date, in.ex_date);
  ExpectSame(out.up_rr, in.up_rr);
  ExpectSame(out.up_date, in.up_date);
  ExpectSame(out.tr_date, in.tr_date);
  ASSERT_TRUE(out.sec_dns.has_value());
  EXPECT_EQ(out.sec_dns->max_sig_life, in.sec_dns->max_sig_life);
  ASSERT_THAT(out.sec_dns->ds, SizeIs(1));
  EXPECT_EQ(out.sec_dns->ds[0].key_tag, 65535);
  EXPECT_EQ(out.sec_dns->ds[0].algorithm, 13);
  EXPECT_EQ(out.sec_dns->ds[0].digest_type, 2);
  EXPECT_EQ(out.sec_dns->ds[0].digest, "AB");
  ASSERT_TRUE(out.sec_dns->ds[0].key_data.has_value());
  ExpectSame(*out.sec_dns->ds[0].key_data, *in.sec_dns->ds[0].key_data);
  ASSERT_THAT(out.sec_dns->keys, SizeIs(1));
  ExpectSame(out.sec_dns->keys[0], in.sec_dns->keys[0]);
  ASSERT_TRUE(out.transfer.has_value());
  ExpectSame(*out.transfer, *in.transfer);
}

TEST_F(RoundTripTest, ContactAndHostMakeTheRoundTrip) {
  rde::Contact in;
  in.id = "C1";
  in.roid = "C1-EX";
  in.statuses = {{"ok", "", ""}, {"linked", "", ""}};
  in.postal_infos = {{.type = "loc",
                      .name = "Žofie",
                      .org = "Org",
                      .address = {{"a", "b", "c"}, "Plzeň", "sp", "pc", "CZ"}}};
  in.voice = {.number = "+420.1", .extension = "7"};
  in.fax = {.number = "+420.2", .extension = ""};
  in.email = "z@example.com";
  in.cl_id = "r";
  in.cr_rr = {.id = "r", .client = "c"};
  in.cr_date = At(1);
  in.up_rr = {.id = "s", .client = ""};
  in.up_date = At(2);
  in.tr_date = At(3);
  in.transfer = Transfer();
  in.disclose = rde::Disclose{.flag = true,
                              .name_types = {"int"},
                              .org_types = {"loc"},
                              .addr_types = {"int", "loc"},
                              .voice = true,
                              .fax = false,
                              .email = true};
  rde::Host host;
  host.name = "NS1.a.example";
  host.roid = "H1";
  host.statuses = {{"linked", "", ""}};
  host.addresses = {{"v6", "2001:db8::53"}};
  host.cl_id = "r";
  host.cr_rr = {.id = "r", .client = ""};
  host.cr_date = At(4);
  host.up_rr = {.id = "r", .client = "x"};
  host.up_date = At(5);
  host.tr_date = At(6);
  ASSERT_NO_FATAL_FAILURE(Create());
  ASSERT_NO_FATAL_FAILURE(Put(in));
  ASSERT_NO_FATAL_FAILURE(Put(host));
  ASSERT_NO_FATAL_FAILURE(Finish());

  ASSERT_OK_AND_ASSIGN(const rde::Contact out, store_->FindContact("C1"));
  EXPECT_EQ(out.roid, in.roid);
  ExpectSame(out.statuses, in.statuses);
  ExpectSame(out.postal_infos, in.postal_infos);
  ExpectSame(out.voice, in.voice);
  ExpectSame(out.fax, in.fax);
  EXPECT_EQ(out.email, in.email);
  EXPECT_EQ(out.cl_id, in.cl_id);
  ExpectSame(out.cr_rr, in.cr_rr);
  ExpectSame(out.cr_date, in.cr_date);
  ExpectSame(out.up_rr, in.up_rr);
  ExpectSame(out.up_date, in.up_date);
  ExpectSame(out.tr_date, in.tr_date);
  ASSERT_TRUE(out.transfer.has_value());
  ExpectSame(*out.transfer, *in.transfer);
  ASSERT_TRUE(out.disclose.has_value());
  EXPECT_TRUE(out.disclose->flag);
  EXPECT_EQ(out.disclose->name_types, in.disclose->name_types);
  EXPECT_EQ(out.disclose->org_types, in.disclose->org_types);
  EXPECT_EQ(out.disclose->addr_types, in.disclose->addr_types);
  EXPECT_TRUE(out.disclose->voice);
  EXPECT_FALSE(out.disclose->fax);
  EXPECT_TRUE(out.disclose->email);

  ASSERT_OK_AND_ASSIGN(const rde::Host found, store_->FindHost("H1"));
  EXPECT_EQ(found.name, host.name);
  ExpectSame(found.statuses, host.statuses);
  ExpectSame(found.addresses, host.addresses);
  EXPECT_EQ(found.cl_id, host.cl_id);
  ExpectSame(found.cr_rr, host.cr_rr);
  ExpectSame(found.cr_date, host.cr_date);
  ExpectSame(found.up_rr, host.up_rr);
  ExpectSame(found.up_date, host.up_date);
  ExpectSame(found.tr_date, host.tr_date);
}

TEST_F(RoundTripTest, TheOtherRecordsMakeTheRoundTrip) {
  rde::Registrar registrar;
  registrar.id = "r";
  registrar.name = "R";
  registrar.gurid = "9999";
  registrar.status = "ok";
  registrar.postal_infos = {
      {.type = "int", .name = "", .org = "", .address = {{"street"}, "city", "", "", "SE"}}};
  registrar.voice = {.number = "+46.1", .extension = ""};
  registrar.fax = {.number = "+46.2", .extension = "3"};
  registrar.email = "e";
  registrar.url = "u";
  registrar.whois_name = "w";
  registrar.whois_url = "wu";
  registrar.cr_date = At(1);
  registrar.up_date = At(2);
  const rde::IdnTableRef table{.id = "latn", .url = "u", .url_policy = "p"};
  rde::Nndn nndn;
  nndn.a_name = "xn--a.example";
  nndn.u_name = "ä.example";
  nndn.idn_table_id = "latn";
  nndn.original_name = "o.example";
  nndn.name_state = "mirrored";
  nndn.mirroring_ns = false;
  nndn.cr_date = At(3);
  const rde::EppParams epp{{"1.0"}, {"en", "fr"}, {"urn:a"}, {"urn:b"}, "<dcp/>"};
  const rde::Policy policy{"//a", "b", {{"p", "urn:p"}}};
  rde::Header header;
  header.tld = "example";
  header.counts = {{"urn:x", "co.example", "12", 5}, {"urn:y", "", "", std::nullopt}};
  header.content_tag = "tag";
  rde::DepositInfo deposit;
  deposit.type = "FULL";
  deposit.id = "d1";
  deposit.prev_id = "d0";
  deposit.resend_text = "3";
  deposit.resend = 3;
  deposit.watermark = At(1'795'000'000);
  deposit.menu_version = "1.0";
  deposit.menu_uris = {"urn:x", "urn:y"};
  ASSERT_NO_FATAL_FAILURE(Create());
  ASSERT_OK(loader_->PutDeposit(deposit));
  for (const rde::Record& record :
       {rde::Record(registrar), rde::Record(table), rde::Record(nndn), rde::Record(epp),
        rde::Record(policy), rde::Record(policy), rde::Record(header)}) {
    ASSERT_NO_FATAL_FAILURE(Put(record));
  }
  ASSERT_NO_FATAL_FAILURE(Finish());

  ASSERT_OK_AND_ASSIGN(const rde::Registrar r, store_->FindRegistrar("r"));
  EXPECT_EQ(r.name, "R");
  EXPECT_EQ(r.gurid, "9999");
  EXPECT_EQ(r.status, "ok");
  ExpectSame(r.postal_infos, registrar.postal_infos);
  ExpectSame(r.voice, registrar.voice);
  ExpectSame(r.fax, registrar.fax);
  EXPECT_EQ(r.email + r.url + r.whois_name + r.whois_url, "euwwu");
  ExpectSame(r.cr_date, registrar.cr_date);
  ExpectSame(r.up_date, registrar.up_date);
  ASSERT_OK_AND_ASSIGN(const rde::IdnTableRef t, store_->FindIdnTable("latn"));
  EXPECT_EQ(t.url + t.url_policy, "up");
  ASSERT_OK_AND_ASSIGN(const rde::Nndn n, store_->FindNndn("XN--A.example"));
  EXPECT_EQ(n.u_name, nndn.u_name);
  EXPECT_EQ(n.idn_table_id, "latn");
  EXPECT_EQ(n.original_name, "o.example");
  EXPECT_EQ(n.name_state, "mirrored");
  EXPECT_FALSE(n.mirroring_ns);
  ExpectSame(n.cr_date, nndn.cr_date);
  ASSERT_OK_AND_ASSIGN(const rde::EppParams e, store_->EppParams());
  EXPECT_EQ(e.versions, epp.versions);
  EXPECT_EQ(e.languages, epp.languages);
  EXPECT_EQ(e.obj_uris, epp.obj_uris);
  EXPECT_EQ(e.ext_uris, epp.ext_uris);
  EXPECT_EQ(e.dcp_xml, epp.dcp_xml);
  int policies = 0;
  ASSERT_OK(store_->ForEachPolicy([&](const rde::Policy& p) {
    EXPECT_EQ(p.scope, "//a");
    EXPECT_EQ(p.element, "b");
    EXPECT_EQ(p.bindings, policy.bindings);
    ++policies;
    return absl::OkStatus();
  }));
  EXPECT_EQ(policies, 2);
  ASSERT_OK_AND_ASSIGN(const rde::Header h, store_->Header());
  EXPECT_EQ(h.tld, "example");
  EXPECT_EQ(h.content_tag, "tag");
  ASSERT_THAT(h.counts, SizeIs(2));
  EXPECT_EQ(h.counts[0].uri, "urn:x");
  EXPECT_EQ(h.counts[0].rcdn, "co.example");
  EXPECT_EQ(h.counts[0].registrar_id, "12");
  EXPECT_EQ(h.counts[0].value, 5);
  EXPECT_EQ(h.counts[1].value, std::nullopt);
  ASSERT_OK_AND_ASSIGN(const rde::DepositInfo d, store_->Deposit());
  EXPECT_EQ(d.type + d.id + d.prev_id + d.resend_text + d.menu_version, "FULLd1d031.0");
  EXPECT_EQ(d.resend, 3);
  ExpectSame(d.watermark, deposit.watermark);
  EXPECT_EQ(d.menu_uris, deposit.menu_uris);
}

}  // namespace
}  // namespace tidemark::failover
