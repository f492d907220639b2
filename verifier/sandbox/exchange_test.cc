#include "verifier/sandbox/exchange.h"

#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "base/testing.h"

namespace tidemark::verifier {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;

class Exchange : public ::testing::Test {
 protected:
  Exchange() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds_), 0); }
  ~Exchange() override {
    CloseOurs();
    close(fds_[1]);
  }
  void CloseOurs() {
    if (fds_[0] >= 0) close(fds_[0]);
    fds_[0] = -1;
  }
  void Send(FrameType type, absl::string_view content) {
    EXPECT_OK(WriteFrame(fds_[0], type, content));
  }
  int theirs() const { return fds_[1]; }

 private:
  int fds_[2] = {-1, -1};
};

// All that a source gives, read in pieces of `step`.
absl::StatusOr<std::string> ReadAll(FrameSource& source, size_t step) {
  std::string all;
  std::string buffer(step, '\0');
  while (true) {
    const auto got = source.Read(absl::MakeSpan(buffer));
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    all.append(buffer, 0, *got);
  }
  const absl::Status closed = source.Close();
  if (!closed.ok()) return closed;
  return all;
}

TEST_F(Exchange, DataComesOutAsItWentIn) {
  for (const size_t step : {size_t{1}, size_t{3}, size_t{100}}) {
    Send(FrameType::kData, "first");
    Send(FrameType::kData, "");
    Send(FrameType::kData, "second");
    Send(FrameType::kEnd, EncodeEnd(absl::OkStatus()));
    FrameSource source(theirs());
    EXPECT_THAT(ReadAll(source, step), IsOkAndHolds("firstsecond"));
  }
}

TEST_F(Exchange, EndCarriesItsStatus) {
  for (const absl::Status& status :
       {absl::FailedPreconditionError("digest"), absl::DataLossError("frame 3 is altered"),
        absl::UnavailableError("")}) {
    Send(FrameType::kData, "some");
    Send(FrameType::kEnd, EncodeEnd(status));
    FrameSource source(theirs());
    EXPECT_EQ(ReadAll(source, 100).status(), status);
    EXPECT_EQ(source.Close(), status);
  }
}

TEST_F(Exchange, SourceThatIsNotReadToItsEndDoesNotClose) {
  Send(FrameType::kData, "some");
  Send(FrameType::kEnd, EncodeEnd(absl::OkStatus()));
  FrameSource source(theirs());
  char one;
  ASSERT_THAT(source.Read(absl::MakeSpan(&one, 1)), IsOkAndHolds(1u));
  EXPECT_THAT(source.Close(), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(Exchange, ConnectionThatEndsIsNoEnd) {
  Send(FrameType::kData, "some");
  CloseOurs();
  FrameSource source(theirs());
  EXPECT_THAT(ReadAll(source, 100), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(Exchange, FrameOfTheWrongTypeOrLengthIsRefused) {
  Send(FrameType::kAnswer, "x");
  FrameSource answered(theirs());
  EXPECT_THAT(ReadAll(answered, 100), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(Exchange, OrderIsReadWhole) {
  Send(FrameType::kOrder, "what to do");
  EXPECT_THAT(ReadFrame(theirs(), FrameType::kOrder), IsOkAndHolds("what to do"));
  Send(FrameType::kData, "not that");
  EXPECT_THAT(ReadFrame(theirs(), FrameType::kOrder), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(FrameHead, EveryLengthComesBackAndUnknownTypesDoNot) {
  for (const uint32_t bytes : {0u, 1u, 255u, 256u, 0x01020304u, 0xffffffffu}) {
    const auto head = DecodeHead(EncodeHead({FrameType::kData, bytes}));
    ASSERT_OK(head);
    EXPECT_EQ(head->bytes, bytes);
    EXPECT_EQ(head->type, FrameType::kData);
  }
  EncodedHead head = EncodeHead({FrameType::kData, 1});
  head[0] = 'X';
  EXPECT_THAT(DecodeHead(head), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(EndFrame, WithoutAStatusIsRefused) {
  EXPECT_THAT(DecodeEnd(""), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeEnd(std::string(1, '\x11')), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_OK(DecodeEnd(std::string(1, '\0')));
}

}  // namespace
}  // namespace tidemark::verifier
