// For tests only: records in short, and the zone that they give.
#ifndef TIDEMARK_FAILOVER_ZONE_ZONE_TESTING_H_
#define TIDEMARK_FAILOVER_ZONE_ZONE_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/testing.h"
#include "failover/store/registry_store.h"
#include "failover/zone/zone.h"

namespace tidemark::failover {

inline constexpr size_t kZoneBytesMax = 16 << 20;
inline constexpr char kSha256Digest[] =
    "7791F1D51C2676071EF6E4EDC935A6D3D7D4E3C238C7839964EE53F0F2F85A79";

inline rde::Domain Domain(absl::string_view name, std::vector<std::string> servers,
                          std::vector<std::string> statuses = {"ok"}) {
  rde::Domain domain;
  domain.name = std::string(name);
  domain.roid = absl::StrCat("D-", name);
  domain.host_objects = std::move(servers);
  for (std::string& status : statuses) domain.statuses.push_back({std::move(status), "", ""});
  return domain;
}

inline rde::Host Host(absl::string_view name, std::vector<std::string> addresses,
                      absl::string_view roid = "") {
  rde::Host host;
  host.name = std::string(name);
  host.roid = roid.empty() ? absl::StrCat("H-", name) : std::string(roid);
  for (std::string& address : addresses) {
    const bool v6 = absl::StrContains(address, ':');
    host.addresses.push_back({v6 ? "v6" : "v4", std::move(address)});
  }
  return host;
}

inline rde::DsData Ds(uint16_t key_tag = 1234) {
  rde::DsData ds;
  ds.key_tag = key_tag;
  ds.algorithm = 8;
  ds.digest_type = 2;
  ds.digest = kSha256Digest;
  return ds;
}

class ZoneTest : public ::testing::Test {
 protected:
  void Write(const std::vector<rde::Record>& records) {
    const std::string dir = base::TestDir() + "/registry";
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RegistryLoader> loader,
                         RegistryLoader::Create({.dir = dir}));
    for (const rde::Record& record : records) ASSERT_OK(loader->Put(record, {}));
    ASSERT_OK(loader->Finish());
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RegistryStore> store, RegistryStore::Open(dir));
    text_.clear();
    base::StringSink sink(text_, kZoneBytesMax);
    ASSERT_OK_AND_ASSIGN(
        report_, WriteZone(*store, "example", absl::FromUnixSeconds(1795305600), config_, sink));
    lines_ = absl::StrSplit(text_, '\n', absl::SkipEmpty());
    const std::set<std::string> unique(lines_.begin(), lines_.end());
    EXPECT_EQ(unique.size(), lines_.size()) << "a record is there twice";
    EXPECT_EQ(report_.bytes, text_.size());
  }

  // Everything below the apex.
  std::vector<std::string> Below() const {
    std::vector<std::string> below;
    for (const std::string& line : lines_) {
      if (!absl::StartsWith(line, "example. ") && !absl::StrContains(line, ".nic.example. ")) {
        below.push_back(line);
      }
    }
    return below;
  }

  uint64_t Remarks(ZoneRemarkKind kind) const {
    const auto found = report_.remark_counts.find(kind);
    return found == report_.remark_counts.end() ? 0 : found->second;
  }

  ZoneConfig config_;
  std::string text_;
  std::vector<std::string> lines_;
  ZoneReport report_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_ZONE_TESTING_H_
