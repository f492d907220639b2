#include "verifier/recoverability.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace tidemark::verifier {
namespace {

rde::Contact GoodContact() {
  rde::Contact contact;
  contact.roid = "C1-TEST";
  rde::PostalInfo& info = contact.postal_infos.emplace_back();
  info.type = "int";
  info.name = "Jane Roe";
  info.address.streets = {"1 Main Street"};
  info.address.city = "Springfield";
  info.address.cc = "US";
  contact.email = "jane@roe.name";
  contact.voice.number = "+1.7035555555";
  return contact;
}

int ScoreOf(const rde::Contact& contact) {
  Recoverability recoverability;
  recoverability.Add(contact, {"contact", contact.roid, {}});
  return recoverability.score();
}

size_t At(Loss loss) { return static_cast<size_t>(loss); }

TEST(Recoverability, IsTheSumOfFourChannels) {
  EXPECT_EQ(ScoreOf(GoodContact()), 100);
  rde::Contact contact = GoodContact();
  contact.voice.number.clear();
  EXPECT_EQ(ScoreOf(contact), 90);
  contact.email = "nobody@example.com";
  EXPECT_EQ(ScoreOf(contact), 65);
  contact.postal_infos[0].address.streets.clear();
  EXPECT_EQ(ScoreOf(contact), 40);
  contact.postal_infos[0].name = "REDACTED FOR PRIVACY";
  EXPECT_EQ(ScoreOf(contact), 0);
  contact.postal_infos[0].org = "Roe Ltd";
  EXPECT_EQ(ScoreOf(contact), 40);
}

TEST(Recoverability, TheBetterPostalInfoCounts) {
  rde::Contact contact = GoodContact();
  contact.postal_infos.push_back(contact.postal_infos[0]);
  contact.postal_infos[0].name = "M?ller";
  EXPECT_EQ(ScoreOf(contact), 100);
  contact.postal_infos[1].name = "M?ller";
  EXPECT_EQ(ScoreOf(contact), 80);
}

TEST(Recoverability, LatinLettersForAnotherScriptAreHalf) {
  rde::Contact contact = GoodContact();
  contact.postal_infos[0].address.cc = "CN";
  EXPECT_EQ(ScoreOf(contact), 20 + 12 + 25 + 10);
  contact.postal_infos.push_back(contact.postal_infos[0]);
  contact.postal_infos[1].name = "\xe6\x9d\x8e\xe5\xa8\x9c";
  EXPECT_EQ(ScoreOf(contact), 100);
}

TEST(Recoverability, CountsLossesOnceAContactAndMasksExamples) {
  Recoverability all;
  for (int i = 0; i < 10; ++i) {
    rde::Contact contact = GoodContact();
    contact.roid = absl::StrCat("C", i, "-TEST");
    contact.postal_infos[0].name = "Redacted";
    contact.postal_infos[0].address.city = "Redacted";
    all.Add(contact, {"contact", contact.roid, {}});
  }
  all.Add(GoodContact(), {"contact", "C-TEST", {}});
  EXPECT_EQ(all.contacts, 11);
  EXPECT_EQ(all.losses[At(Loss::kRedacted)], 10);
  EXPECT_EQ(all.losses[At(Loss::kEmpty)], 0);
  EXPECT_EQ(all.quarters, (std::array<int64_t, 4>{0, 10, 0, 1}));
  EXPECT_EQ(all.score(), (10 * 35 + 100) / 11);
  ASSERT_EQ(all.examples.size(), 3u);
  EXPECT_EQ(all.examples[0].object, "contact C0-TEST");
  EXPECT_EQ(all.examples[0].sample, "R*** (8 bytes)");
}

TEST(Recoverability, WithoutContactsIsNothing) {
  EXPECT_EQ(Recoverability().score(), 0);
  EXPECT_EQ(Recoverability().contacts, 0);
}

}  // namespace
}  // namespace tidemark::verifier
