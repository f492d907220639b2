#include "escrow_agent/enrolment/server_names.h"

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::escrow_agent {
namespace {

struct Listen {
  std::string host;
  bool is_ip = false;
};

absl::StatusOr<Listen> ParseListen(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  uint32_t port = 0;
  if (colon == std::string::npos || colon == 0 ||
      !absl::SimpleAtoi(listen.substr(colon + 1), &port) || port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("--listen: want HOST:PORT, for example 127.0.0.1:7043"));
  }
  Listen out{.host = listen.substr(0, colon)};
  const bool is_v6 = out.host.front() == '[' && out.host.back() == ']' && out.host.size() > 2;
  if (is_v6) out.host = out.host.substr(1, out.host.size() - 2);
  bool is_v4 = true;
  for (const char c : out.host) {
    const bool is_digit_or_dot = absl::ascii_isdigit(c) || c == '.';
    if (!is_digit_or_dot) is_v4 = false;
    if (!absl::ascii_isalnum(c) && c != '.' && c != '-' && !(is_v6 && c == ':')) {
      return absl::InvalidArgumentError("--listen: the host is neither an address nor a name");
    }
  }
  out.is_ip = is_v4 || is_v6;
  return out;
}

}  // namespace

absl::Status CheckListen(const std::string& listen) { return ParseListen(listen).status(); }

absl::Status NameServer(const std::string& listen, crypto::CertificateRequest& request) {
  ASSIGN_OR_RETURN(const Listen parsed, ParseListen(listen));
  request.use = crypto::CertificateRequest::Use::kServer;
  request.dns_names = {kServerName};
  if (parsed.is_ip) {
    request.ip_addresses = {parsed.host};
  } else if (parsed.host != kServerName) {
    request.dns_names.push_back(parsed.host);
  }
  return absl::OkStatus();
}

}  // namespace tidemark::escrow_agent
