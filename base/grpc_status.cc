#include "base/grpc_status.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tidemark::base {
namespace {

// The server's directories are nobody's business: of an absolute path its last part is left.
// "https://…" is none, nor is what has slashes inside, as a deposit's id.
std::string WithoutPaths(absl::string_view message) {
  constexpr absl::string_view kBefore = " \t'\"(=:,;<[";
  constexpr absl::string_view kBehind = " \t'\")=:,;>]";
  std::string out;
  while (!message.empty()) {
    const bool begins =
        message[0] == '/' && message.size() > 1 && message[1] != '/' &&
        kBehind.find(message[1]) == absl::string_view::npos &&
        (out.empty() || kBefore.find(out.back()) != absl::string_view::npos);
    if (!begins) {
      out.push_back(message[0]);
      message.remove_prefix(1);
      continue;
    }
    absl::string_view path = message.substr(0, message.find_first_of(kBehind));
    message.remove_prefix(path.size());
    while (absl::EndsWith(path, "/")) path.remove_suffix(1);
    absl::StrAppend(&out, path.substr(path.rfind('/') + 1));
  }
  return out;
}

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
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      Printable(WithoutPaths(status.message())));
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const int code = status.error_code();
  const bool is_known = code > 0 && code <= static_cast<int>(absl::StatusCode::kUnauthenticated);
  return absl::Status(is_known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown,
                      Printable(status.error_message()));
}

}  // namespace tidemark::base
