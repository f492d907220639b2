// The one mapping between absl::Status and grpc::Status. The codes are the same numbers; messages
// are cut to printable ASCII and 1 KiB in both directions, because the peer chose them or will
// print them. Error details are dropped: nothing of ours reads them. Of an absolute path the answer
// has the last part only: where a server's directories lie is for its own log.
// Threads: pure functions.
#ifndef TIDEMARK_BASE_GRPC_STATUS_H_
#define TIDEMARK_BASE_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include <cstddef>

#include "absl/status/status.h"

namespace tidemark::base {

inline constexpr size_t kGrpcStatusMessageBytesMax = 1024;

grpc::Status ToGrpcStatus(const absl::Status& status);

// A code that is none of gRPC's 17 becomes UNKNOWN.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_GRPC_STATUS_H_
