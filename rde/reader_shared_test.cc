// Deposits that other software wrote.
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "rde/reader_testing.h"

namespace tidemark::rde {
namespace {

std::map<size_t, int> CountRecords(const Reading& reading) {
  std::map<size_t, int> counts;
  for (const auto& [record, at] : reading.records) ++counts[record.index()];
  return counts;
}

void ExpectSharedDeposit(absl::string_view path, const std::map<size_t, int>& counts) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  ASSERT_OK_AND_ASSIGN(const std::string xml,
                       base::ReadSmallFile(absl::StrCat(*shared, "/testdata/", path), 4 << 20));
  const Reading reading = Read(xml);
  EXPECT_EQ(reading.Flaws(), "");
  EXPECT_TRUE(reading.complete);
  EXPECT_EQ(CountRecords(reading), counts);
  for (const auto& [record, at] : reading.records) {
    ASSERT_EQ(xml.at(static_cast<size_t>(at.offset)), '<');
  }
  EXPECT_EQ(Read(xml, 4093).Digest(), reading.Digest());
}

// Indices in Record: 0 header, 1 domain, 2 host, 3 contact, 4 registrar, 5 IDN table, 6 NNDN,
// 7 EPP parameters, 8 policy, 9 delete.
TEST(SharedDeposits, Example) {
  ExpectSharedDeposit("example/example_2026-11-22_full_S1_R0.xml",
                      {{0, 1}, {1, 300}, {2, 788}, {3, 900}, {4, 8}, {7, 1}, {8, 3}});
}
TEST(SharedDeposits, Sample) {
  ExpectSharedDeposit("sample/sample_2026-11-22_full_S1_R0.xml",
                      {{0, 1}, {1, 150}, {4, 8}, {7, 1}});
}
TEST(SharedDeposits, NomulusFull) {
  ExpectSharedDeposit("nomulus/full.xml",
                      {{0, 1}, {1, 2}, {2, 1}, {4, 1}, {5, 1}, {6, 1}, {7, 1}, {8, 1}});
}
TEST(SharedDeposits, NomulusDifferential) {
  ExpectSharedDeposit("nomulus/differential.xml", {{0, 1}, {9, 1}});
}

}  // namespace
}  // namespace tidemark::rde
