#include "base/grpc_status.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace tidemark::base {
namespace {

std::string Printable(absl::string_view message) {
  std::string out(message.substr(0, kGrpcStatusMessageBytesMax));
  for (char& c : out) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) c = '?';
  }
  return out;
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  // code(), unlike raw_code(), is always one of the codes that gRPC has too.
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), Printable(status.message()));
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const int code = status.error_code();
  const bool is_known = code > 0 && code <= static_cast<int>(absl::StatusCode::kUnauthenticated);
  return absl::Status(is_known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown,
                      Printable(status.error_message()));
}

}  // namespace tidemark::base
