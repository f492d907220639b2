// What one answer costs and has is bounded, whatever a deposit holds.
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "failover/lookup/limits.h"
#include "failover/rdap/responder_testing.h"

namespace tidemark::failover::rdap {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

// As many children of one object as a reader lets pass.
constexpr int kMany = 1024;

std::string Many(absl::string_view prefix, int number, absl::string_view suffix) {
  return absl::StrCat(prefix, number, suffix);
}

class BoundsTest : public ResponderTest {
 protected:
  // Of the topmost object; "" if nothing was cut.
  static std::string Truncation(const json& body) {
    if (!body.contains("remarks")) return "";
    for (const json& remark : body["remarks"]) {
      if (remark.contains("type")) {
        EXPECT_EQ(remark["type"], "object truncated due to unexplainable reasons");
        return remark["description"].dump();
      }
    }
    return "";
  }
  static size_t AddressesIn(const json& server) {
    if (!server.contains("ipAddresses")) return 0;
    size_t count = 0;
    for (const auto& [family, addresses] : server["ipAddresses"].items()) count += addresses.size();
    return count;
  }
  static rde::Host HostOf(const std::string& name, const std::string& roid, int addresses) {
    rde::Host host;
    host.name = name;
    host.roid = roid;
    for (int i = 0; i < addresses; ++i) {
      host.addresses.push_back(
          {.version = "v4", .address = absl::StrCat("192.0.", i / 256, ".", i % 256)});
    }
    return host;
  }
};

TEST_F(BoundsTest, ADomainOfAThousandHostsOfAThousandAddresses) {
  std::vector<rde::Record> records;
  rde::Domain domain;
  domain.name = "wide.example";
  for (int i = 0; i < kMany; ++i) {
    const std::string name = Many("ns", i, ".wide.example");
    domain.host_objects.push_back(name);
    records.emplace_back(HostOf(name, Many("H", i, "-EX"), kMany));
  }
  records.emplace_back(domain);
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const json body = Get("/domain/wide.example");
  EXPECT_THAT(body["nameservers"], SizeIs(kServersMax));
  size_t addresses = 0;
  for (const json& server : body["nameservers"]) addresses += AddressesIn(server);
  EXPECT_EQ(addresses, kAddressesMax);
  EXPECT_THAT(Truncation(body),
              HasSubstr(Many("Left out: ", kMany - kServersMax, " name servers")));
  EXPECT_THAT(Truncation(body), HasSubstr("addresses of name servers"));
  EXPECT_LT(answer_.body.size(), kAnswerBytesMax);
}

TEST_F(BoundsTest, AttributesAndNamesWithoutObjectsAreCutLikeObjects) {
  rde::Domain domain;
  domain.name = "wide.example";
  for (int i = 0; i < kMany; ++i) {
    domain.host_attributes.push_back({.name = Many("ns", i, ".a.example"), .addresses = {}});
    for (int j = 0; j < 16; ++j) {
      domain.host_attributes.back().addresses.push_back(
          {.version = "v6", .address = absl::StrCat("2001:db8::", absl::Hex(i), ":", j)});
    }
  }
  rde::Domain same;  // one name, a thousand times
  same.name = "same.example";
  same.host_objects.assign(kMany, "ns1.same.example");
  ASSERT_NO_FATAL_FAILURE(Open({domain, same}));
  const json body = Get("/domain/wide.example");
  EXPECT_THAT(body["nameservers"], SizeIs(kServersMax));
  EXPECT_EQ(AddressesIn(body["nameservers"][0]), 16u);
  EXPECT_EQ(AddressesIn(body["nameservers"][kServersMax - 1]), 0u);
  EXPECT_NE(Truncation(body), "");
  const json once = Get("/domain/same.example");
  EXPECT_THAT(once["nameservers"], SizeIs(1));
  EXPECT_EQ(Truncation(once), "");
}

TEST_F(BoundsTest, AThousandHostsOfOneName) {
  std::vector<rde::Record> records;
  for (int i = 0; i < kMany; ++i) {
    rde::Host host = HostOf("ns.shared.example", Many("H", 1000 + i, "-EX"), 1);
    host.addresses[0].address = absl::StrCat("192.0.", i / 256, ".", i % 256);
    records.emplace_back(host);
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const json body = Get("/nameserver/ns.shared.example");
  EXPECT_EQ(AddressesIn(body), kHostsOfNameMax);
  EXPECT_EQ(body["handle"], "H1000-EX");
  EXPECT_THAT(Truncation(body), HasSubstr("host objects of one name"));
}

TEST_F(BoundsTest, RowsOfHostsAreReadWithinTheirBytes) {
  std::vector<rde::Record> records;
  rde::Domain domain;
  domain.name = "heavy.example";
  for (int i = 0; i < 8; ++i) {
    const std::string name = Many("ns", i, ".heavy.example");
    rde::Host host = HostOf(name, Many("H", i, "-EX"), 1);
    host.cr_rr.id = std::string(kHostBytesMax / 3, 'x');
    domain.host_objects.push_back(name);
    records.emplace_back(host);
  }
  records.emplace_back(domain);
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const json body = Get("/domain/heavy.example");
  ASSERT_THAT(body["nameservers"], SizeIs(8));
  EXPECT_TRUE(body["nameservers"][2].contains("handle"));
  EXPECT_FALSE(body["nameservers"][7].contains("handle"));
  EXPECT_THAT(Truncation(body), HasSubstr("host objects"));
}

TEST_F(BoundsTest, VariantsAreCutAndSaidToBe) {
  std::vector<rde::Record> records;
  rde::Domain original;
  original.name = "original.example";
  records.emplace_back(original);
  for (size_t i = 0; i < kVariantsMax; ++i) {
    rde::Nndn nndn;
    nndn.a_name = Many("v", static_cast<int>(i), ".example");
    nndn.original_name = original.name;
    nndn.name_state = "blocked";
    records.emplace_back(nndn);
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  EXPECT_EQ(Truncation(Get("/domain/original.example")), "");
  rde::Nndn more;
  more.a_name = "vv.example";
  more.original_name = original.name;
  records.emplace_back(more);
  registry_ = {};
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const json body = Get("/domain/original.example");
  EXPECT_THAT(body["variants"][0]["variantNames"], SizeIs(kVariantsMax));
  EXPECT_THAT(Truncation(body), HasSubstr("variants"));
}

// `labels` labels below the TLD.
std::string Deep(const std::string& label, size_t labels) {
  std::string name = "example";
  for (size_t i = 0; i < labels; ++i) name = label + "." + name;
  return name;
}

rde::Domain Delegated(const std::string& name) {
  rde::Domain domain;
  domain.name = name;
  domain.host_objects = {"ns.other.org"};
  domain.sec_dns.emplace().ds.push_back({.key_tag = 1,
                                         .algorithm = 13,
                                         .digest_type = 2,
                                         .digest = std::string(64, 'A'),
                                         .key_data = std::nullopt});
  return domain;
}

constexpr size_t kDeepest = 122;  // names have 253 bytes

TEST_F(BoundsTest, NamesAboveOneAreLookedAtWithinTheirNumber) {
  std::vector<rde::Record> records;
  for (size_t labels = 1; labels <= kDeepest; ++labels) {
    rde::Domain domain = Delegated(Deep("a", labels));
    // Not delegated, so that whoever wants to know has to look at the next one above.
    if (labels != kNamesAboveMax + 1 && labels != kDeepest) {
      domain.statuses.push_back({.s = "serverHold", .lang = "", .text = ""});
    }
    records.emplace_back(domain);
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const json within = Get("/domain/" + Deep("a", kNamesAboveMax + 1));
  EXPECT_FALSE(within.contains("remarks")) << within["remarks"];
  EXPECT_EQ(within["secureDNS"]["delegationSigned"], true);
  const json beyond = Get("/domain/" + Deep("a", kDeepest));
  EXPECT_THAT(Truncation(beyond), HasSubstr("Left out: whether the name is delegated."));
  EXPECT_EQ(beyond["secureDNS"]["delegationSigned"], false);
}

// Each name above mirrors one whose own names above have to be looked at.
TEST_F(BoundsTest, OriginalsOfNamesAboveAreLookedAtWithinTheSameNumber) {
  std::vector<rde::Record> records;
  for (size_t labels = 1; labels <= kDeepest; ++labels) {
    rde::Domain original = Delegated(Deep("b", labels));
    if (labels != 1 && labels != kDeepest) {
      original.statuses.push_back({.s = "serverHold", .lang = "", .text = ""});
    }
    records.emplace_back(original);
    rde::Domain variant;
    variant.name = Deep("a", labels);
    variant.original_name = Deep("b", kDeepest);
    if (labels == kDeepest) variant.host_objects = {"ns.other.org"};
    records.emplace_back(variant);
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  EXPECT_THAT(Truncation(Get("/domain/" + Deep("a", kDeepest))),
              HasSubstr("Left out: whether the name is delegated."));
}

TEST_F(BoundsTest, ValuesAreCutAtACharacterAndAnswersAtTheirBytes) {
  std::vector<rde::Record> records = SmallRegistry();
  const std::string wide = "\xC3\xBC";
  for (rde::Record& record : records) {
    if (auto* registrar = std::get_if<rde::Registrar>(&record)) {
      registrar->name = "x";
      for (size_t i = 0; i < kValueBytesMax; ++i) registrar->name += wide;
    }
  }
  ASSERT_NO_FATAL_FAILURE(Open(records));
  const json body = Get("/domain/attributes.example");
  const std::string name = CardValues(EntityOf(body, "registrar"), "fn")[0];
  EXPECT_EQ(name.size(), 1 + (kValueBytesMax - 1) / 2 * 2 + 3);
  EXPECT_EQ(name.substr(name.size() - 5), wide + "...");
  EXPECT_NE(Truncation(body), "");
}

TEST_F(BoundsTest, NoDepositMakesAnAnswerLongerThanItsBound) {
  RddsConfig config = TestConfig();
  config.redaction.fields.values.fill(Exposure::kAlways);
  config.redaction.roles.fill(true);
  const std::string hostile(kValueBytesMax, '<');  // six bytes each
  rde::Domain domain;
  domain.name = "long.example";
  domain.registrant = "c";
  domain.contacts = {
      {.type = "admin", .id = "c"}, {.type = "tech", .id = "c"}, {.type = "billing", .id = "c"}};
  domain.cl_id = hostile;
  rde::Contact contact;
  contact.id = "c";
  for (const char* form : {"int", "loc"}) {
    contact.postal_infos.push_back({.type = form,
                                    .name = hostile,
                                    .org = hostile,
                                    .address = {.streets = {kMany, hostile},
                                                .city = hostile,
                                                .sp = hostile,
                                                .pc = hostile,
                                                .cc = hostile}});
  }
  contact.email = hostile;
  std::vector<rde::Record> records = {contact};
  for (int i = 0; i < kMany; ++i) {
    rde::Host host = HostOf(Many("ns", i, ".long.example"), Many("H", i, "-EX"), 16);
    domain.host_objects.push_back(host.name);
    records.emplace_back(host);
  }
  records.emplace_back(domain);
  ASSERT_NO_FATAL_FAILURE(Open(records, config));
  const json body = Get("/domain/long.example");
  // Values, and what stands between them.
  EXPECT_LT(answer_.body.size(), kAnswerBytesMax + (64 << 10));
  EXPECT_NE(Truncation(body), "");
}

}  // namespace
}  // namespace tidemark::failover::rdap
