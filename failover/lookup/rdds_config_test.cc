#include "failover/lookup/rdds_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/config.h"
#include "base/testing.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

absl::StatusOr<RddsConfig> Load(const std::string& text) {
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Parse(text, "test.toml"));
  ASSIGN_OR_RETURN(RddsConfig rdds, LoadRddsConfig(config, "example", ZoneConfig()));
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  return rdds;
}

TEST(RddsConfig, DefaultsAreThoseOfTheTld) {
  ASSERT_OK_AND_ASSIGN(const RddsConfig rdds, Load(""));
  EXPECT_EQ(rdds.base_url, "https://rdap.nic.example/");
  EXPECT_EQ(rdds.whois_server, "whois.nic.example");
  EXPECT_EQ(rdds.redaction.fields, RedactionPolicy::DefaultFields());
  EXPECT_EQ(rdds.redaction.roles, RedactionPolicy().roles);
}

TEST(RddsConfig, EverythingCanBeSet) {
  ASSERT_OK_AND_ASSIGN(const RddsConfig rdds, Load(R"(
[rdds]
base_url = "https://rdap.example.net/v1"
contact_url = "https://nic.example/reach"
[rdds.redaction]
id = "always"
country = "never"
roles = ["admin"]
domain_id = false
[[rdds.registrar]]
iana_id = "9995"
abuse_email = "abuse@registrar.example"
rdap_url = "https://rdap.registrar.example"
)"));
  EXPECT_EQ(rdds.base_url, "https://rdap.example.net/v1/");
  EXPECT_EQ(rdds.redaction.fields[ContactField::kId], Exposure::kAlways);
  EXPECT_EQ(rdds.redaction.fields[ContactField::kCountry], Exposure::kNever);
  EXPECT_EQ(rdds.redaction.fields[ContactField::kName], Exposure::kConsent);
  EXPECT_FALSE(rdds.redaction.ShowsRole(ContactRole::kRegistrant));
  EXPECT_TRUE(rdds.redaction.ShowsRole(ContactRole::kAdmin));
  EXPECT_FALSE(rdds.redaction.domain_id);
  EXPECT_EQ(rdds.registrars.at("9995").rdap_url, "https://rdap.registrar.example/");
}

TEST(RddsConfig, TheZoneIsTheOneThatIsPublished) {
  ASSERT_OK_AND_ASSIGN(const base::Config config, base::Config::Parse("", "test.toml"));
  ZoneConfig zone;
  zone.publish_pending_delete = true;
  ASSERT_OK_AND_ASSIGN(const RddsConfig rdds, LoadRddsConfig(config, "example", zone));
  EXPECT_TRUE(rdds.zone.publish_pending_delete);
}

TEST(RddsConfig, AMistakeIsNamedByItsKey) {
  const auto refused = [](const std::string& text, const std::string& key) {
    EXPECT_THAT(Load(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(key))) << text;
  };
  refused("rdds.base_url = \"ftp://x/\"", "rdds.base_url");
  refused("rdds.base_url = \"https://x/<\"", "rdds.base_url");
  refused("rdds.base_url = \"\"", "rdds.base_url");
  refused("rdds.whois_server = \"a b\"", "rdds.whois_server");
  refused("rdds.redaction.name = \"perhaps\"", "rdds.redaction.name");
  refused("rdds.redaction.id = \"consent\"", "rdds.redaction.id");
  refused("rdds.redaction.roles = [\"owner\"]", "rdds.redaction.roles");
  refused("[[rdds.registrar]]\niana_id = \"1\"\n[[rdds.registrar]]\niana_id = \"1\"",
          "rdds.registrar.1");
  refused("[[rdds.registrar]]\niana_id = \"reg-a\"", "rdds.registrar.0.iana_id");
  refused("[[rdds.registrar]]\niana_id = \"\"", "rdds.registrar.0.iana_id");
  refused("rdds.redaction.nmae = \"never\"", "rdds.redaction.nmae");
}

}  // namespace
}  // namespace tidemark::failover
