// Questions to one HTTPS server: GET over TLS 1.2 or later, on connections that are kept open.
//
// Threat: the server is a stranger. Its certificate must chain to the given one and name the host
// of the URL; an answer has at most 1 MiB and 16 KiB of headers, and a deadline. Redirections are
// not followed.
#ifndef TIDEMARK_FAILOVER_PROBE_HTTPS_ASKER_H_
#define TIDEMARK_FAILOVER_PROBE_HTTPS_ASKER_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "failover/probe/question_list.h"

namespace tidemark::failover::probe {

struct HttpsUrl {
  std::string host;  // without the brackets of an IPv6 address
  uint16_t port = 443;
  std::string path;  // begins and ends with '/'
};
// INVALID_ARGUMENT: not "https://HOST[:PORT]/[PATH/]".
absl::StatusOr<HttpsUrl> ParseHttpsUrl(absl::string_view url);

struct HttpsAskerOptions {
  HttpsUrl url;
  std::string address;  // where HOST is, if it is no address itself
  std::string certificate_path;
  int connections = 1;
  Patience patience;
};

class HttpsAsker {
 public:
  // NOT_FOUND: no certificate; INVALID_ARGUMENT: no address.
  static absl::StatusOr<std::unique_ptr<HttpsAsker>> Create(HttpsAskerOptions options);

  // Asks for paths below the URL's, while `context` runs. Both must outlive the run, and so must
  // this.
  void Ask(boost::asio::io_context& context, QuestionList& questions);

 private:
  explicit HttpsAsker(HttpsAskerOptions options);

  const HttpsAskerOptions options_;
  boost::asio::ssl::context tls_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_HTTPS_ASKER_H_
