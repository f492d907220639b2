#include "base/compress.h"

#include <array>
#include <random>

#include "base/testing.h"

namespace tidemark::base {
namespace {

constexpr absl::StatusCode kDataLoss = absl::StatusCode::kDataLoss;
constexpr absl::StatusCode kExhausted = absl::StatusCode::kResourceExhausted;

std::string SomeText(size_t bytes) {
  std::mt19937 random(20261122);
  std::string text;
  while (text.size() < bytes) text += "domain" + std::to_string(random() % 1000) + ".example\n";
  text.resize(bytes);
  return text;
}

std::string Compressed(absl::string_view plain) {
  Compressor compressor;
  return compressor.Compress(plain).value();
}

std::string StreamCompressed(absl::string_view plain) {
  std::string out;
  StringSink sink(out, 1 << 24);
  ZstdSink zstd(sink);
  StringSource source(plain);
  CHECK(CopyAll(source, zstd).ok());
  CHECK(zstd.Close().ok());
  return out;
}

// Everything that a ZstdSource gives, or its first error.
absl::StatusOr<std::string> StreamDecompressed(absl::string_view in, size_t plain_bytes_max) {
  StringSource source(in);
  ZstdSource zstd(source, plain_bytes_max);
  std::string plain;
  StringSink sink(plain, 1 << 24);
  RETURN_IF_ERROR(CopyAll(zstd, sink));
  RETURN_IF_ERROR(zstd.Close());
  return plain;
}

TEST(Compress, RoundTripsWithOneContextHoweverItIsTuned) {
  for (const ZstdTuning tuning : {ZstdTuning::kLevel3, ZstdTuning::kMarkup}) {
    Compressor compressor(tuning);
    Decompressor decompressor;
    for (const size_t bytes : {0, 1, 100, 65536, 262144}) {
      const std::string plain = SomeText(bytes);
      ASSERT_OK_AND_ASSIGN(const std::string compressed, compressor.Compress(plain));
      EXPECT_THAT(decompressor.Decompress(compressed, bytes), IsOkAndHolds(plain));
    }
  }
}

TEST(Compress, BoundIsExactAndComesBeforeAllocation) {
  const std::string compressed = Compressed(std::string(1 << 20, 'x'));
  Decompressor decompressor;
  EXPECT_OK(decompressor.Decompress(compressed, 1 << 20));
  EXPECT_THAT(decompressor.Decompress(compressed, (1 << 20) - 1), StatusIs(kExhausted));
  // A frame header that declares 2^62 bytes.
  const std::string liar("\x28\xB5\x2F\xFD\xE0\0\0\0\0\0\0\0\x40\x01\0\0", 16);
  EXPECT_THAT(decompressor.Decompress(liar, 1 << 20), StatusIs(kExhausted));
}

TEST(Compress, OnlyOneWholeFrameThatSaysItsSize) {
  const std::string frame = Compressed("hello");
  Decompressor decompressor;
  EXPECT_THAT(decompressor.Decompress("", 100), StatusIs(kDataLoss));
  EXPECT_THAT(decompressor.Decompress("not zstd at all", 100), StatusIs(kDataLoss));
  EXPECT_THAT(decompressor.Decompress(frame + "x", 100), StatusIs(kDataLoss));
  EXPECT_THAT(decompressor.Decompress(frame + frame, 100), StatusIs(kDataLoss));
  EXPECT_THAT(decompressor.Decompress(StreamCompressed(SomeText(1000)), 1000), StatusIs(kDataLoss));
  const std::string skippable("\x50\x2A\x4D\x18\x01\0\0\0x", 9);
  EXPECT_THAT(decompressor.Decompress(skippable, 100), StatusIs(kDataLoss));
  EXPECT_THAT(decompressor.Decompress(frame, 100), IsOkAndHolds("hello"));  // still usable
}

TEST(Compress, EveryTruncationIsDataLoss) {
  const std::string compressed = Compressed(SomeText(2000));
  const std::string stream = StreamCompressed(SomeText(2000));
  Decompressor decompressor;
  for (size_t n = 0; n < compressed.size(); ++n) {
    EXPECT_THAT(decompressor.Decompress(compressed.substr(0, n), 2000), StatusIs(kDataLoss)) << n;
  }
  for (size_t n = 0; n < stream.size(); ++n) {
    EXPECT_THAT(StreamDecompressed(stream.substr(0, n), 2000), StatusIs(kDataLoss)) << n;
  }
}

TEST(Compress, BitFlipsStayWithinTheBound) {
  const std::string compressed = Compressed(SomeText(2000));
  const std::string stream = StreamCompressed(SomeText(2000));
  Decompressor decompressor;
  for (size_t bit = 0; bit < 8 * compressed.size(); ++bit) {
    std::string bad = compressed;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    const absl::StatusOr<std::string> plain = decompressor.Decompress(bad, 4000);
    EXPECT_LE(plain.ok() ? plain->size() : 0, 4000u);
  }
  for (size_t bit = 0; bit < 8 * stream.size(); ++bit) {
    std::string bad = stream;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    const absl::StatusOr<std::string> plain = StreamDecompressed(bad, 4000);
    EXPECT_LE(plain.ok() ? plain->size() : 0, 4000u);
  }
}

TEST(ZstdStream, RoundTripsAtEverySizeClass) {
  for (const size_t bytes : {0, 1, 1000, 1 << 20, 5'000'001}) {
    const std::string plain = SomeText(bytes);
    EXPECT_THAT(StreamDecompressed(StreamCompressed(plain), bytes), IsOkAndHolds(plain));
  }
}

TEST(ZstdStream, FramesMayFollowEachOther) {
  EXPECT_THAT(StreamDecompressed(Compressed("one ") + StreamCompressed("two"), 7),
              IsOkAndHolds("one two"));
}

// Gives one byte a time, so that every boundary falls between two reads.
class DripSource final : public ByteSource {
 public:
  explicit DripSource(absl::string_view data) : source_(data) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    return source_.Read(buffer.subspan(0, 1));
  }
  absl::Status Close() override { return source_.Close(); }

 private:
  StringSource source_;
};

TEST(ZstdStream, FramesAreReadByteByByte) {
  const std::string stream = Compressed("one ") + StreamCompressed("two");
  DripSource source(stream);
  ZstdSource zstd(source, 7);
  std::string plain;
  StringSink sink(plain, 100);
  ASSERT_OK(CopyAll(zstd, sink));
  EXPECT_OK(zstd.Close());
  EXPECT_EQ(plain, "one two");
}

TEST(ZstdStream, OtherFormatsOfTheLibraryAreDataLoss) {
  // The beginnings that libzstd takes for zstd 0.5 to 0.7: it wants more input and calls no error.
  for (const char old : {'\x25', '\x26', '\x27'}) {
    const std::string stream = old + std::string("\xB5\x2F\xFD\0", 5);
    EXPECT_THAT(StreamDecompressed(stream, 100), StatusIs(kDataLoss, "zstd: not a frame"));
    EXPECT_THAT(StreamDecompressed(Compressed("x") + stream, 100),
                StatusIs(kDataLoss, "zstd: not a frame"));
  }
  const std::string skippable("\x50\x2A\x4D\x18\x01\0\0\0x", 9);
  EXPECT_THAT(StreamDecompressed(skippable, 100), StatusIs(kDataLoss));
}

TEST(ZstdStream, ABombStopsAtTheBound) {
  const std::string bomb = StreamCompressed(std::string(8 << 20, '\0'));
  EXPECT_LT(bomb.size(), 2000u);
  EXPECT_THAT(StreamDecompressed(bomb, 100'000), StatusIs(kExhausted));
}

TEST(ZstdStream, BytesAfterTheEndAreDataLoss) {
  EXPECT_THAT(StreamDecompressed(StreamCompressed("x") + "trailing", 100), StatusIs(kDataLoss));
}

TEST(ZstdSource, ErrorLatchesAndEarlyCloseIsFailedPrecondition) {
  const std::string stream = StreamCompressed(SomeText(1000));
  std::array<char, 10> buffer;
  StringSource source(stream);
  ZstdSource zstd(source, 1000);
  EXPECT_THAT(zstd.Read(absl::MakeSpan(buffer)), IsOkAndHolds(10u));
  EXPECT_THAT(zstd.Close(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(zstd.Read(absl::MakeSpan(buffer)), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(ZstdSink, ErrorOfTheWrappedSinkLatches) {
  std::string out;
  StringSink sink(out, 10);
  ZstdSink zstd(sink);
  ASSERT_OK(zstd.Write(SomeText(1000)));
  EXPECT_THAT(zstd.Close(), StatusIs(kExhausted));
  EXPECT_THAT(zstd.Write("x"), StatusIs(kExhausted));
  EXPECT_THAT(zstd.Close(), StatusIs(kExhausted));
}

}  // namespace
}  // namespace tidemark::base
