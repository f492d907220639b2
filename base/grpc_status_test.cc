#include "base/grpc_status.h"

#include "base/testing.h"

namespace tidemark::base {
namespace {

TEST(GrpcStatus, EveryCodeRoundTrips) {
  for (int code = 0; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), code == 0 ? "" : "why");
    const grpc::Status wire = ToGrpcStatus(status);
    EXPECT_EQ(static_cast<int>(wire.error_code()), code);
    EXPECT_EQ(FromGrpcStatus(wire), status);
  }
}

TEST(GrpcStatus, UnknownCodeIsUnknown) {
  for (const int code : {-1, 17, 31}) {
    EXPECT_THAT(FromGrpcStatus(grpc::Status(static_cast<grpc::StatusCode>(code), "x")),
                StatusIs(absl::StatusCode::kUnknown, "x"));
  }
}

TEST(GrpcStatus, MessageIsPrintableAndShortInBothDirections) {
  const std::string bad = "a\nb\x1b\xc3\xa4" + std::string(5000, 'x');
  const std::string good = "a?b???" + std::string(kGrpcStatusMessageBytesMax - 6, 'x');
  EXPECT_EQ(ToGrpcStatus(absl::InternalError(bad)).error_message(), good);
  EXPECT_EQ(FromGrpcStatus(grpc::Status(grpc::StatusCode::INTERNAL, bad)).message(), good);
}

}  // namespace
}  // namespace tidemark::base
