// Any bytes, as a client might send them.
//
// Holds: a reader gives the same requests in one piece and byte by byte; it keeps no more than a
// header and a piece; what it says can be answered has a path, and no line end in anything that it
// gives; every refusal has a status of its kind.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "failover/front/http_request.h"

namespace tidemark::failover::front {
namespace {

constexpr size_t kHeaderBytesMax = 512;

void CheckRequest(const Request& request) {
  switch (request.refusal) {
    case 0:
      CHECK(request.target == "*" || request.target.at(0) == '/');
      CHECK(request.target.size() <= kTargetBytesMax);
      CHECK(request.is_head == (request.method == Method::kHead));
      break;
    case 400:
    case 405:
    case 413:
    case 414:
    case 431:
    case 501:
    case 505:
      CHECK(!request.keep_alive);
      break;
    default:
      CHECK(false);
  }
  CHECK(request.target.find_first_of("\r\n") == std::string::npos);
  CHECK(request.if_none_match.find_first_of("\r\n") == std::string::npos);
}

// What a session does: after a refusal nothing is read.
std::vector<Request> Read(absl::string_view bytes, size_t piece) {
  std::vector<Request> requests;
  RequestReader reader(kHeaderBytesMax);
  for (size_t at = 0; at < bytes.size(); at += piece) {
    reader.Feed(bytes.substr(at, piece));
    while (reader.state() == RequestReader::State::kRequest) {
      CheckRequest(reader.request());
      requests.push_back(reader.request());
      if (requests.back().refusal != 0) return requests;
      reader.Next();
    }
  }
  return requests;
}

}  // namespace
}  // namespace tidemark::failover::front

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::failover::front;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::vector<Request> whole = Read(bytes, bytes.size() + 1);
  const std::vector<Request> split = Read(bytes, 1);
  CHECK(whole.size() == split.size());
  for (size_t i = 0; i < whole.size(); ++i) {
    CHECK(whole[i].target == split[i].target);
    CHECK(whole[i].if_none_match == split[i].if_none_match);
    CHECK(whole[i].keep_alive == split[i].keep_alive);
    // A header that is too long may be seen before its line has ended.
    const bool is_long = whole[i].refusal == 414 || whole[i].refusal == 431;
    CHECK(whole[i].refusal == split[i].refusal || is_long);
  }
  return 0;
}
