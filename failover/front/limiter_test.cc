#include "failover/front/limiter.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace tidemark::failover::front {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Four places, of which one is WHOIS's.
constexpr LimiterOptions kOptions = {.connections_max = 4,
                                     .connections_per_client_max = 2,
                                     .connections_per_network_max = 3,
                                     .per_second = 10,
                                     .burst = 5,
                                     .clients_max = 6};
constexpr Client kAnn = 0x0100;  // each in a network of its own
constexpr Client kBob = 0x0200;
constexpr Client kCid = 0x0300;
constexpr Client kDee = 0x0400;
const Limiter::Time kStart = Limiter::Time() + seconds(1000);

TEST(Client, IsAnAddressOfIp4OrANetworkOfIp6) {
  EXPECT_EQ(ClientOfV4(0xc0000201), 0xc0000201u);
  EXPECT_NE(ClientOfV4(0xc0000201), ClientOfV4(0xc0000202));
  EXPECT_EQ(ClientOfV6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1}),
            ClientOfV4(0xc0000201));
  const Client network = ClientOfV6({0x20, 1, 0xd, 0xb8, 0, 0, 0, 7, 1, 1, 1, 1, 1, 1, 1, 1});
  EXPECT_EQ(network, ClientOfV6({0x20, 1, 0xd, 0xb8, 0, 0, 0, 7, 2, 2, 2, 2, 2, 2, 2, 2}));
  EXPECT_NE(network, ClientOfV6({0x20, 1, 0xd, 0xb8, 0, 0, 0, 8, 1, 1, 1, 1, 1, 1, 1, 1}));
}

// Connections of RDAP.
class LimiterTest : public ::testing::Test {
 protected:
  using Place = Limiter::Place;

  Place* Connect(Client client, Limiter::Time now = kStart) {
    return limiter_.Connect(client, Protocol::kRdap, now);
  }
  // A connection that comes and goes.
  bool Visit(Client client, Limiter::Time now = kStart) {
    Place* const place = Connect(client, now);
    if (place != nullptr) limiter_.Disconnect(*place);
    return place != nullptr;
  }
  // Questions that are answered at once.
  int Answered(Place& place, Limiter::Time now) {
    int answered = 0;
    while (limiter_.Ask(place, now) == seconds(0)) ++answered;
    return answered;
  }

  Limiter limiter_{kOptions};
};

TEST(Network, IsTheOneAroundAClient) {
  EXPECT_EQ(NetworkOf(ClientOfV4(0xc0000201)), NetworkOf(ClientOfV4(0xc00002fe)));
  EXPECT_NE(NetworkOf(ClientOfV4(0xc0000201)), NetworkOf(ClientOfV4(0xc0000301)));
  const Client one = ClientOfV6({0x20, 1, 0xd, 0xb8, 0, 7, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1});
  const Client two = ClientOfV6({0x20, 1, 0xd, 0xb8, 0, 7, 0xff, 1, 0, 0, 0, 0, 0, 0, 0, 1});
  const Client other = ClientOfV6({0x20, 1, 0xd, 0xb8, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1});
  EXPECT_NE(one, two);
  EXPECT_EQ(NetworkOf(one), NetworkOf(two));
  EXPECT_NE(NetworkOf(one), NetworkOf(other));
}

TEST_F(LimiterTest, OneClientHasSoManyConnections) {
  Place* const place = Connect(kAnn);
  ASSERT_NE(place, nullptr);
  ASSERT_NE(Connect(kAnn), nullptr);
  EXPECT_EQ(Connect(kAnn), nullptr);
  EXPECT_NE(Connect(kBob), nullptr);
  limiter_.Disconnect(*place);
  EXPECT_NE(Connect(kAnn), nullptr);
  EXPECT_EQ(limiter_.connections(), 3);
}

TEST_F(LimiterTest, OneNetworkHasSoManyConnections) {
  for (Client client = kAnn; client < kAnn + 3; ++client) ASSERT_NE(Connect(client), nullptr);
  EXPECT_EQ(Connect(kAnn + 3), nullptr);
  EXPECT_EQ(limiter_.connections(), 3);
}

TEST_F(LimiterTest, ANewcomerGetsThePlaceThatIdledLongestInTheLargestNetwork) {
  Place* const oldest = Connect(kBob, kStart);
  Place* const idle = Connect(kAnn, kStart + seconds(1));
  Place* const busy = Connect(kAnn + 1, kStart + seconds(2));
  std::vector<Place*> left;
  for (Place* const place : {oldest, idle, busy}) {
    ASSERT_NE(place, nullptr);
    ASSERT_TRUE(limiter_.SetLeave(*place, [&left, place] { left.push_back(place); }));
  }
  ASSERT_EQ(limiter_.Ask(*idle, kStart + seconds(3)), seconds(0));
  Place* const newcomer = Connect(kCid, kStart + seconds(4));
  ASSERT_NE(newcomer, nullptr);
  EXPECT_EQ(left, std::vector<Place*>{busy});
  // Now each network has one: the longest of all.
  ASSERT_NE(Connect(kDee, kStart + seconds(5)), nullptr);
  EXPECT_EQ(left, (std::vector<Place*>{busy, oldest}));
  EXPECT_EQ(limiter_.given_away(), 2u);
  EXPECT_EQ(limiter_.connections(), 5);  // two are about to end
  limiter_.Disconnect(*oldest);
  limiter_.Disconnect(*busy);
  EXPECT_EQ(limiter_.connections(), 3);
}

TEST_F(LimiterTest, WhoWasNotThereYetIsToldThatThePlaceIsGone) {
  Place* const place = Connect(kAnn);
  for (const Client client : {kBob, kCid, kDee}) {
    ASSERT_NE(Connect(client, kStart + seconds(1)), nullptr);
  }
  EXPECT_FALSE(limiter_.SetLeave(*place, [] {}));
}

TEST_F(LimiterTest, WhoDoesNotLeaveIsNotReplacedForEver) {
  int connected = 0;
  while (Connect(static_cast<Client>(0x10000 + connected * 0x100)) != nullptr) {
    ASSERT_LT(++connected, 1000);
  }
  EXPECT_EQ(limiter_.connections(), connected);
}

TEST_F(LimiterTest, RdapTakesNoPlaceOfWhois) {
  Place* const whois = limiter_.Connect(kAnn, Protocol::kWhois, kStart);
  ASSERT_NE(whois, nullptr);
  bool has_left = false;
  ASSERT_TRUE(limiter_.SetLeave(*whois, [&has_left] { has_left = true; }));
  for (const Client client : {kAnn, kBob, kCid, kDee}) ASSERT_NE(Connect(client), nullptr);
  EXPECT_FALSE(has_left);
  ASSERT_NE(limiter_.Connect(kBob, Protocol::kWhois, kStart), nullptr);
  EXPECT_TRUE(has_left);
}

TEST_F(LimiterTest, ABurstIsAnsweredAndThenTheRate) {
  Place& ann = *Connect(kAnn);
  EXPECT_EQ(Answered(ann, kStart), 5);
  EXPECT_EQ(limiter_.Ask(ann, kStart), milliseconds(100));
  EXPECT_EQ(limiter_.Ask(ann, kStart + milliseconds(50)), milliseconds(50));
  EXPECT_EQ(limiter_.Ask(ann, kStart + milliseconds(101)), seconds(0));
  EXPECT_GT(limiter_.Ask(ann, kStart + milliseconds(101)), seconds(0));
  // What one asks costs the other nothing.
  EXPECT_EQ(limiter_.Ask(*Connect(kBob), kStart), seconds(0));
}

TEST_F(LimiterTest, ANetworkHasFourTimesAClients) {
  int answered = 0;
  for (Client client = kAnn; client < kAnn + 6; ++client) {
    Place* const place = Connect(client);
    ASSERT_NE(place, nullptr);
    answered += Answered(*place, kStart);
    limiter_.Disconnect(*place);
  }
  EXPECT_EQ(answered, 20);
}

TEST_F(LimiterTest, ABucketGetsNoFullerThanABurst) {
  EXPECT_EQ(Answered(*Connect(kAnn), kStart + seconds(3600)), 5);
}

TEST_F(LimiterTest, TimeThatGoesBackFillsNothing) {
  Place& ann = *Connect(kAnn);
  EXPECT_EQ(Answered(ann, kStart), 5);
  EXPECT_EQ(Answered(ann, kStart - seconds(5)), 0);
  EXPECT_EQ(Answered(ann, kStart), 0);
}

TEST_F(LimiterTest, ConnectionsHaveARateToo) {
  int connected = 0;
  while (Visit(kAnn)) ++connected;
  EXPECT_EQ(connected, 10);
  EXPECT_TRUE(Visit(kAnn, kStart + milliseconds(51)));
}

TEST_F(LimiterTest, TheTableIsBoundedAndKeepsWhoIsConnected) {
  Place& ann = *Connect(kAnn);
  EXPECT_EQ(Answered(ann, kStart), 5);
  for (Client other = 1; other <= 1000; ++other) ASSERT_TRUE(Visit(0x10000 + other * 0x100));
  EXPECT_EQ(limiter_.clients(), 6u);
  EXPECT_EQ(Answered(ann, kStart), 0);  // still the bucket that was emptied before
}

TEST_F(LimiterTest, WhoTookMostIsForgottenLast) {
  Place& ann = *Connect(kAnn);
  EXPECT_EQ(Answered(ann, kStart), 5);
  limiter_.Disconnect(ann);
  // Many who come once, later: none of them makes her forgotten while she has to wait.
  for (Client other = 1; other <= 1000; ++other) ASSERT_TRUE(Visit(0x10000 + other * 0x100));
  Place& again = *Connect(kAnn);
  EXPECT_EQ(Answered(again, kStart), 0);
  limiter_.Disconnect(again);
  // Once her bucket is full she is as good as any.
  const Limiter::Time later = kStart + seconds(10);
  for (Client other = 1; other <= 6; ++other) {
    ASSERT_TRUE(Visit(0x20000 + other * 0x100, later));
  }
  EXPECT_EQ(Answered(*Connect(kAnn, later), later), 5);
}

}  // namespace
}  // namespace tidemark::failover::front
