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

TEST(GrpcStatus, AServersDirectoriesAreNotTold) {
  const auto told = [](const char* message) {
    return ToGrpcStatus(absl::UnavailableError(message)).error_message();
  };
  EXPECT_EQ(told("/srv/vault/data: No space left on device"), "data: No space left on device");
  EXPECT_EQ(told("IO error: While open a file: /srv/vault/data/000012.sst: No such file"),
            "IO error: While open a file: 000012.sst: No such file");
  EXPECT_EQ(told("in '/srv/a b' and (/srv/c/)"), "in 'a b' and (c)");
  // What only looks like one.
  for (const char* const same : {"example/20261122001/0: a / b, 24/7", "see https://example.net/x",
                                 "docs/runbook.md", "", "/", "//x"}) {
    EXPECT_EQ(told(same), same);
  }
}

}  // namespace
}  // namespace tidemark::base
