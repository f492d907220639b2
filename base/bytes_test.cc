#include "base/bytes.h"

#include <array>
#include <string>

#include "base/limits.h"
#include "base/testing.h"

namespace tidemark::base {
namespace {

TEST(StringSource, CloseBeforeTheEndIsFailedPreconditionForEver) {
  StringSource source("abc");
  std::array<char, 2> buffer;
  EXPECT_THAT(source.Read(absl::MakeSpan(buffer)), IsOkAndHolds(2u));
  EXPECT_THAT(source.Close(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(source.Read(absl::MakeSpan(buffer)), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(source.Close(), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(StringSource, ReadToItsEndCloses) {
  StringSource source("abc");
  std::array<char, 3> buffer;
  EXPECT_THAT(source.Read(absl::MakeSpan(buffer)), IsOkAndHolds(3u));
  EXPECT_THAT(source.Read(absl::MakeSpan(buffer)), IsOkAndHolds(0u));
  EXPECT_OK(source.Close());
}

TEST(StringSink, OverTheLimitLatches) {
  std::string out;
  StringSink sink(out, 4);
  EXPECT_OK(sink.Write("abc"));
  EXPECT_THAT(sink.Write("de"), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(sink.Write("d"), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(sink.Close(), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(out, "abc");
}

TEST(CopyAll, MovesMoreThanOneBuffer) {
  std::string in(3 * kCopyBufferBytes + 17, 'x');
  for (size_t i = 0; i < in.size(); ++i) in[i] = static_cast<char>(i * 31);
  StringSource source(in);
  std::string out;
  StringSink sink(out, in.size());
  ASSERT_OK(CopyAll(source, sink));
  EXPECT_OK(source.Close());
  EXPECT_OK(sink.Close());
  EXPECT_EQ(in, out);
}

}  // namespace
}  // namespace tidemark::base
