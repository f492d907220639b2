// For tests only: parts of two records are the same, value by value.
#ifndef TIDEMARK_FAILOVER_STORE_SAME_TESTING_H_
#define TIDEMARK_FAILOVER_STORE_SAME_TESTING_H_

#include <gtest/gtest.h>

#include <vector>

#include "rde/records.h"

namespace tidemark::failover {

inline void ExpectSame(const rde::DateTime& a, const rde::DateTime& b) {
  EXPECT_EQ(a.text, b.text);
  EXPECT_EQ(a.time, b.time);
}
inline void ExpectSame(const rde::RegistrarRef& a, const rde::RegistrarRef& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.client, b.client);
}
inline void ExpectSame(const std::vector<rde::StatusValue>& a,
                       const std::vector<rde::StatusValue>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].s, b[i].s);
    EXPECT_EQ(a[i].lang, b[i].lang);
    EXPECT_EQ(a[i].text, b[i].text);
  }
}
inline void ExpectSame(const std::vector<rde::HostAddress>& a,
                       const std::vector<rde::HostAddress>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].version, b[i].version);
    EXPECT_EQ(a[i].address, b[i].address);
  }
}
inline void ExpectSame(const std::vector<rde::PostalInfo>& a,
                       const std::vector<rde::PostalInfo>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].type, b[i].type);
    EXPECT_EQ(a[i].name, b[i].name);
    EXPECT_EQ(a[i].org, b[i].org);
    EXPECT_EQ(a[i].address.streets, b[i].address.streets);
    EXPECT_EQ(a[i].address.city, b[i].address.city);
    EXPECT_EQ(a[i].address.sp, b[i].address.sp);
    EXPECT_EQ(a[i].address.pc, b[i].address.pc);
    EXPECT_EQ(a[i].address.cc, b[i].address.cc);
  }
}
inline void ExpectSame(const rde::Phone& a, const rde::Phone& b) {
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.extension, b.extension);
}
inline void ExpectSame(const rde::KeyData& a, const rde::KeyData& b) {
  EXPECT_EQ(a.flags, b.flags);
  EXPECT_EQ(a.protocol, b.protocol);
  EXPECT_EQ(a.algorithm, b.algorithm);
  EXPECT_EQ(a.public_key, b.public_key);
}
inline void ExpectSame(const rde::TransferData& a, const rde::TransferData& b) {
  EXPECT_EQ(a.status, b.status);
  ExpectSame(a.requested_by, b.requested_by);
  ExpectSame(a.requested_at, b.requested_at);
  ExpectSame(a.acting, b.acting);
  ExpectSame(a.acting_at, b.acting_at);
  ExpectSame(a.ex_date, b.ex_date);
}

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_STORE_SAME_TESTING_H_
