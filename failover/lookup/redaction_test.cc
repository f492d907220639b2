#include "failover/lookup/redaction.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "failover/lookup/registry_testing.h"

namespace tidemark::failover {
namespace {

std::vector<ContactField> Shown(const rde::Contact& contact, const RedactionPolicy& policy) {
  const DisclosedContact disclosed = Disclose(contact, policy, ContactRole::kRegistrant);
  std::vector<ContactField> shown;
  for (size_t i = 0; i < kContactFields; ++i) {
    const auto field = static_cast<ContactField>(i);
    if (!disclosed.hidden[field]) shown.push_back(field);
  }
  return shown;
}

RedactionPolicy PolicyOf(Exposure exposure) {
  RedactionPolicy policy;
  policy.fields.values.fill(exposure);
  return policy;
}

using Fields = std::vector<ContactField>;
const Fields kAddress = {ContactField::kStreet, ContactField::kCity, ContactField::kState,
                         ContactField::kPostalCode, ContactField::kCountry};

TEST(Redaction, WithoutConsentOnlyStateAndCountryAreShown) {
  const rde::Contact contact = MarkedContact("c", "Zebra", "777");
  EXPECT_EQ(Shown(contact, {}), (Fields{ContactField::kState, ContactField::kCountry}));
  const DisclosedContact disclosed = Disclose(contact, {}, ContactRole::kRegistrant);
  ASSERT_EQ(disclosed.postal_infos.size(), 1u);
  const rde::PostalInfo& info = disclosed.postal_infos[0];
  EXPECT_EQ(info.type, "int");
  EXPECT_EQ(info.name + info.org + info.address.city + info.address.pc, "");
  EXPECT_TRUE(info.address.streets.empty());
  EXPECT_EQ(info.address.sp, "ZH");
  EXPECT_EQ(info.address.cc, "CH");
  EXPECT_EQ(disclosed.id + disclosed.email + disclosed.voice.number + disclosed.voice.extension +
                disclosed.fax.number + disclosed.fax.extension,
            "");
}

TEST(Redaction, OfAnybodyButTheRegistrantNothingIsShownWithoutConsent) {
  rde::Contact contact = MarkedContact("c", "Zebra", "777");
  for (const std::optional<ContactRole> role :
       {std::optional(ContactRole::kTech), std::optional(ContactRole::kAdmin),
        std::optional(ContactRole::kBilling), std::optional<ContactRole>()}) {
    const DisclosedContact disclosed = Disclose(contact, {}, role);
    for (const bool hidden : disclosed.hidden.values) EXPECT_TRUE(hidden);
    for (const rde::PostalInfo& info : disclosed.postal_infos) {
      EXPECT_EQ(info.address.sp + info.address.cc, "");
    }
  }
  contact.disclose.emplace().flag = true;
  contact.disclose->addr_types = {"int", "loc"};
  EXPECT_FALSE(Disclose(contact, {}, ContactRole::kTech).hidden[ContactField::kCountry]);
}

TEST(Redaction, ConsentShowsWhatItNamesAndNothingElse) {
  rde::Contact contact = MarkedContact("c", "Zebra", "777");
  contact.disclose.emplace().flag = true;
  contact.disclose->email = true;
  contact.disclose->name_types = {"int", "loc"};
  contact.disclose->org_types = {"int"};  // the loc form was not agreed to
  EXPECT_EQ(Shown(contact, PolicyOf(Exposure::kConsent)),
            (Fields{ContactField::kName, ContactField::kEmail}));
  contact.disclose->addr_types = {"loc", "int"};
  Fields expected = {ContactField::kName};
  expected.insert(expected.end(), kAddress.begin(), kAddress.end());
  expected.push_back(ContactField::kEmail);
  EXPECT_EQ(Shown(contact, PolicyOf(Exposure::kConsent)), expected);
  EXPECT_EQ(Shown(contact, PolicyOf(Exposure::kNever)), Fields{});
}

TEST(Redaction, ARefusalCountsAgainstAPolicyThatShows) {
  rde::Contact contact = MarkedContact("c", "Zebra", "777");
  contact.disclose.emplace();  // flag 0: what is listed may not be shown
  contact.disclose->voice = true;
  contact.disclose->addr_types = {"loc"};
  EXPECT_EQ(Shown(contact, PolicyOf(Exposure::kAlways)),
            (Fields{ContactField::kId, ContactField::kName, ContactField::kOrganization,
                    ContactField::kFax, ContactField::kEmail}));
  // Also against what is public by default.
  EXPECT_EQ(Shown(contact, {}), Fields{});
}

TEST(Redaction, AFormThatSaysNothingOfItsOwnIsNotThere) {
  rde::Contact contact = MarkedContact("c", "Zebra", "777");
  contact.postal_infos.resize(1);
  contact.postal_infos[0].type = "int";
  contact.postal_infos.push_back(contact.postal_infos[0]);
  contact.postal_infos[1].type = "loc";
  contact.postal_infos[1].name = "Another script";
  EXPECT_EQ(Disclose(contact, PolicyOf(Exposure::kNever), ContactRole::kTech).postal_infos.size(),
            1u);
  // State and country of a registrant are shown, and are the same.
  EXPECT_EQ(Disclose(contact, {}, ContactRole::kRegistrant).postal_infos.size(), 1u);
  contact.postal_infos[1].address.sp = "Another script's";
  EXPECT_EQ(Disclose(contact, {}, ContactRole::kRegistrant).postal_infos.size(), 2u);
  EXPECT_EQ(Disclose(contact, {}, ContactRole::kTech).postal_infos.size(), 1u);
}

TEST(Redaction, HidingDoesNotDependOnWhatThereIs) {
  rde::Contact empty;
  empty.id = "c";
  EXPECT_EQ(Disclose(empty, {}, ContactRole::kTech).hidden,
            Disclose(MarkedContact("c", "Zebra", "777"), {}, ContactRole::kTech).hidden);
}

}  // namespace
}  // namespace tidemark::failover
