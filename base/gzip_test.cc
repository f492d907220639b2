#include "base/gzip.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/testing.h"

namespace tidemark::base {
namespace {

absl::StatusOr<std::string> Gunzip(absl::string_view compressed, uint64_t plain_bytes_max) {
  StringSource source(compressed);
  GzipSource gzip(source, plain_bytes_max);
  std::string plain;
  StringSink sink(plain, 1 << 26);
  if (absl::Status status = CopyAll(gzip, sink); !status.ok()) return status;
  if (absl::Status status = gzip.Close(); !status.ok()) return status;
  return plain;
}

TEST(Gzip, GivesBackWhatItTookInMembersOfAnySize) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) absl::StrAppend(&text, i, ",");
  const std::string one = *Gzip(text);
  EXPECT_LT(one.size(), text.size() / 2);
  EXPECT_EQ(*Gunzip(one, 1 << 26), text);
  EXPECT_EQ(*Gunzip(*Gzip(""), 1), "");
  EXPECT_EQ(*Gunzip(absl::StrCat(*Gzip("one,"), *Gzip(""), *Gzip("two")), 100), "one,two");
}

TEST(Gzip, RefusesWhatIsCutOffAlteredOrTooLong) {
  const std::string good = *Gzip("a,b,c\n");
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_THAT(Gunzip(good.substr(0, size), 100).status(), StatusIs(absl::StatusCode::kDataLoss))
        << size;
  }
  std::string altered = good;
  altered[altered.size() - 6] ^= 1;  // of the CRC
  EXPECT_THAT(Gunzip(altered, 100).status(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Gunzip(absl::StrCat(good, "x"), 100).status(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Gunzip(good, 5).status(), StatusIs(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace tidemark::base
