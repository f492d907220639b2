#include "failover/front/limiter.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tidemark::failover::front {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr LimiterOptions kOptions = {.connections_max = 4,
                                     .connections_per_client_max = 2,
                                     .per_second = 10,
                                     .burst = 5,
                                     .clients_max = 6};
constexpr Client kAnn = 1;
constexpr Client kBob = 2;
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

TEST(Limiter, OneClientHasFewerConnectionsThanAll) {
  Limiter limiter(kOptions);
  EXPECT_TRUE(limiter.Connect(kAnn, kStart));
  EXPECT_TRUE(limiter.Connect(kAnn, kStart));
  EXPECT_FALSE(limiter.Connect(kAnn, kStart));
  EXPECT_TRUE(limiter.Connect(kBob, kStart));
  EXPECT_TRUE(limiter.Connect(3, kStart));
  EXPECT_FALSE(limiter.Connect(4, kStart));
  EXPECT_EQ(limiter.connections(), 4);
  limiter.Disconnect(kAnn);
  EXPECT_TRUE(limiter.Connect(4, kStart));
}

TEST(Limiter, ABurstIsAnsweredAndThenTheRate) {
  Limiter limiter(kOptions);
  ASSERT_TRUE(limiter.Connect(kAnn, kStart));
  ASSERT_TRUE(limiter.Connect(kBob, kStart));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter.Ask(kAnn, kStart), seconds(0)) << i;
  EXPECT_EQ(limiter.Ask(kAnn, kStart), milliseconds(100));
  EXPECT_EQ(limiter.Ask(kAnn, kStart + milliseconds(50)), milliseconds(50));
  EXPECT_EQ(limiter.Ask(kAnn, kStart + milliseconds(101)), seconds(0));
  EXPECT_GT(limiter.Ask(kAnn, kStart + milliseconds(101)), seconds(0));
  // What one asks costs the other nothing.
  EXPECT_EQ(limiter.Ask(kBob, kStart), seconds(0));
}

TEST(Limiter, ABucketGetsNoFullerThanABurst) {
  Limiter limiter(kOptions);
  ASSERT_TRUE(limiter.Connect(kAnn, kStart));
  int answered = 0;
  while (limiter.Ask(kAnn, kStart + seconds(3600)) == seconds(0)) ++answered;
  EXPECT_EQ(answered, 5);
}

TEST(Limiter, TimeThatGoesBackFillsNothing) {
  Limiter limiter(kOptions);
  ASSERT_TRUE(limiter.Connect(kAnn, kStart));
  for (int i = 0; i < 5; ++i) limiter.Ask(kAnn, kStart);
  EXPECT_GT(limiter.Ask(kAnn, kStart - seconds(5)), seconds(0));
  EXPECT_GT(limiter.Ask(kAnn, kStart), seconds(0));
}

TEST(Limiter, ConnectionsHaveARateToo) {
  Limiter limiter(kOptions);
  int connected = 0;
  while (limiter.Connect(kAnn, kStart)) {
    limiter.Disconnect(kAnn);
    ++connected;
  }
  EXPECT_EQ(connected, 10);
  EXPECT_TRUE(limiter.Connect(kAnn, kStart + milliseconds(51)));
}

TEST(Limiter, TheTableIsBoundedAndKeepsWhoIsConnected) {
  Limiter limiter(kOptions);
  ASSERT_TRUE(limiter.Connect(kAnn, kStart));
  for (int i = 0; i < 5; ++i) limiter.Ask(kAnn, kStart);
  for (Client other = 100; other < 1100; ++other) {
    ASSERT_TRUE(limiter.Connect(other, kStart));
    limiter.Disconnect(other);
  }
  EXPECT_EQ(limiter.clients(), 6u);
  // Still the bucket that was emptied before.
  EXPECT_GT(limiter.Ask(kAnn, kStart), seconds(0));
  limiter.Disconnect(kAnn);
  EXPECT_EQ(limiter.connections(), 0);
}

TEST(Limiter, WhoWasSeenLongestAgoIsForgottenFirst) {
  Limiter limiter(kOptions);
  ASSERT_TRUE(limiter.Connect(kAnn, kStart));
  for (int i = 0; i < 5; ++i) limiter.Ask(kAnn, kStart);
  limiter.Disconnect(kAnn);
  for (Client other = 100; other < 105; ++other) {  // as many as there is room for
    ASSERT_TRUE(limiter.Connect(other, kStart));
    limiter.Disconnect(other);
  }
  ASSERT_TRUE(limiter.Connect(kAnn, kStart));
  EXPECT_GT(limiter.Ask(kAnn, kStart), seconds(0));
  limiter.Disconnect(kAnn);
  for (Client other = 200; other < 206; ++other) {
    ASSERT_TRUE(limiter.Connect(other, kStart));
    limiter.Disconnect(other);
  }
  ASSERT_TRUE(limiter.Connect(kAnn, kStart));
  EXPECT_EQ(limiter.Ask(kAnn, kStart), seconds(0));
}

}  // namespace
}  // namespace tidemark::failover::front
