#include "verifier/opening/frame_content.h"

#include <random>

#include "base/limits.h"
#include "base/testing.h"

namespace tidemark::verifier {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;

constexpr absl::StatusCode kBad = absl::StatusCode::kInvalidArgument;

std::string Encode(const std::vector<std::string>& objects) {
  FrameContentBuilder builder;
  for (const std::string& object : objects) builder.Add(object);
  return std::string(builder.Encode());
}

TEST(FrameContent, IsAsTheFormatSays) {
  const std::string long_object(200, 'x');
  EXPECT_EQ(Encode({"ab", long_object, "c"}), "\x03\x02\xc8\x01\x01" "ab" + long_object + "c");
}

TEST(FrameContent, ObjectsComeBack) {
  ASSERT_OK_AND_ASSIGN(const FrameContent content, FrameContent::Parse(Encode({"ab", "c", "def"})));
  ASSERT_EQ(content.count(), 3u);
  EXPECT_EQ(content.object(0), "ab");
  EXPECT_EQ(content.object(1), "c");
  EXPECT_EQ(content.object(2), "def");
}

TEST(FrameContent, AFullFrameStaysWithinItsBytes) {
  for (const size_t size : {size_t{1}, size_t{130}, size_t{20'000}, base::kFrameObjectBytesMax}) {
    FrameContentBuilder builder;
    while (builder.Fits(size)) builder.Add(std::string(size, 'x'));
    const std::string encoded(builder.Encode());
    EXPECT_LE(encoded.size(), base::kFramePlainBytes);
    EXPECT_GT(encoded.size() + size + 8, base::kFramePlainBytes);
    EXPECT_OK(FrameContent::Parse(encoded));
  }
}

TEST(FrameContent, ABuilderIsFilledAgain) {
  FrameContentBuilder builder;
  // So many that count and lengths need more room than is kept for them.
  while (builder.Fits(1)) builder.Add("x");
  EXPECT_OK(FrameContent::Parse(std::string(builder.Encode())));
  builder.Clear();
  EXPECT_TRUE(builder.empty());
  builder.Add("ab");
  EXPECT_EQ(builder.Encode(), Encode({"ab"}));
  builder.Add("c");
  EXPECT_EQ(builder.Encode(), Encode({"ab", "c"}));
}

TEST(FrameContent, EveryTruncationIsRefused) {
  const std::string good = Encode({"ab", std::string(200, 'x'), "c"});
  for (size_t n = 0; n < good.size(); ++n) {
    EXPECT_THAT(FrameContent::Parse(good.substr(0, n)), StatusIs(kBad)) << n;
  }
}

TEST(FrameContent, WhatIsNotExactlyOneIsRefused) {
  const std::string bad[] = {
      std::string("\x00", 1),               // no objects
      std::string("\x01\x00", 2),           // an empty object
      std::string("\x01\x01" "ab", 4),      // a byte too many
      std::string("\x02\x01\x01" "a", 4),   // a byte too few
      std::string("\x81\x00\x01" "a", 4),   // a count not in shortest form
      std::string("\xff\xff\xff\xff\xff\x01" "a", 7),
      std::string("\xff\xff\xff\xff\x1f" "a", 6),  // over 32 bits
      std::string("\xff\xff\xff\xff\x0f" "a", 6),  // a count that nothing follows
      std::string(base::kFramePlainBytes + 1, '\x01'),
  };
  for (const std::string& plain : bad) EXPECT_THAT(FrameContent::Parse(plain), StatusIs(kBad));
}

TEST(FrameContent, ObjectOverItsLimitIsRefused) {
  std::string plain;
  AppendVarint(1, plain);
  AppendVarint(base::kFrameObjectBytesMax + 1, plain);
  plain.append(base::kFrameObjectBytesMax + 1, 'x');
  EXPECT_THAT(FrameContent::Parse(plain), StatusIs(kBad));
}

TEST(FrameContent, AnyBytesAreRefusedOrRead) {
  std::mt19937_64 random(9022);
  for (int round = 0; round < 20'000; ++round) {
    std::string plain(random() % 40, '\0');
    for (char& c : plain) c = static_cast<char>(random() % 6);
    const absl::StatusOr<FrameContent> content = FrameContent::Parse(plain);
    if (!content.ok()) continue;
    std::vector<std::string> objects;
    for (uint32_t i = 0; i < content->count(); ++i) objects.emplace_back(content->object(i));
    EXPECT_EQ(Encode(objects), plain);
  }
}

TEST(Varint, RoundTrip) {
  for (const uint32_t value : {0u, 1u, 127u, 128u, 16'383u, 16'384u, 1u << 31, UINT32_MAX}) {
    std::string bytes;
    AppendVarint(value, bytes);
    absl::string_view rest = bytes;
    EXPECT_THAT(ConsumeVarint(rest), IsOkAndHolds(value));
    EXPECT_TRUE(rest.empty());
  }
}

}  // namespace
}  // namespace tidemark::verifier
