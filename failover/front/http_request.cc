#include "failover/front/http_request.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace tidemark::failover::front {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::empty_body>;
using Message = Parser::value_type;

// Of a request whose parts are not known.
constexpr char kHead[] = "HEAD ";
constexpr int kBadRequest = 400;
constexpr int kMethodNotAllowed = 405;
constexpr int kContentTooLarge = 413;
constexpr int kUriTooLong = 414;
constexpr int kFieldsTooLarge = 431;
constexpr int kNotImplemented = 501;
constexpr int kVersionNotSupported = 505;

absl::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

// Behind the empty line that ends a header, or npos. Also of one with bare LFs, which the parser
// then refuses: it would be waited for in vain otherwise.
size_t EndOfHeader(absl::string_view bytes, size_t from) {
  while (true) {
    const size_t line_end = bytes.find('\n', from);
    if (line_end == absl::string_view::npos) return line_end;
    const absl::string_view rest = bytes.substr(line_end + 1);
    if (absl::StartsWith(rest, "\n")) return line_end + 2;
    if (absl::StartsWith(rest, "\r\n")) return line_end + 3;
    from = line_end + 1;
  }
}

// host [":" port] of RFC 3986 section 3.2. Whose it is does not matter.
bool IsHost(absl::string_view text) {
  const bool is_literal = absl::ConsumePrefix(&text, "[");
  const size_t end = std::min(text.find(is_literal ? ']' : ':'), text.size());
  const absl::string_view name = text.substr(0, end);
  absl::string_view port = text.substr(end);
  if (is_literal && !absl::ConsumePrefix(&port, "]")) return false;
  if (!port.empty() && !absl::ConsumePrefix(&port, ":")) return false;
  const absl::string_view marks = is_literal ? ":." : "-._~%!$&'()*+,;=";
  return !name.empty() && std::all_of(port.begin(), port.end(), absl::ascii_isdigit) &&
         std::all_of(name.begin(), name.end(), [marks](unsigned char c) {
           return absl::ascii_isalnum(c) || absl::StrContains(marks, static_cast<char>(c));
         });
}

// What comes before the path in absolute-form, which every server has to take (RFC 9112 section
// 3.2.2): "https://HOST". Nothing else may stand in front of a path.
bool TakeOrigin(absl::string_view& target) {
  if (absl::StrContains(target, '#')) return false;
  if (absl::StartsWith(target, "/")) return true;
  const size_t scheme = target.find("://");
  if (scheme == absl::string_view::npos) return false;
  const absl::string_view name = target.substr(0, scheme);
  if (!absl::EqualsIgnoreCase(name, "https") && !absl::EqualsIgnoreCase(name, "http")) return false;
  target.remove_prefix(scheme + 3);
  const size_t path = std::min(target.find_first_of("/?"), target.size());
  if (!IsHost(target.substr(0, path))) return false;
  target.remove_prefix(path);
  return absl::StartsWith(target, "/");
}

int RefusalOf(const Message& message, bool has_body) {
  switch (message.method()) {
    case http::verb::get:
    case http::verb::head:
    case http::verb::options:
      break;
    case http::verb::unknown:
      return kNotImplemented;
    default:
      return kMethodNotAllowed;
  }
  // RFC 9112 section 3.2: exactly one of HTTP/1.1.
  const size_t hosts = message.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() > 10)) return kBadRequest;
  if (hosts == 1 && !IsHost(View(message[http::field::host]))) return kBadRequest;
  if (message.target().size() > kTargetBytesMax) return kUriTooLong;
  return has_body ? kContentTooLarge : 0;
}

// The values of all fields of that name, with commas between.
std::string Joined(const Message& message, http::field name) {
  std::string out;
  const auto [first, last] = message.equal_range(name);
  for (auto field = first; field != last; ++field) {
    absl::StrAppend(&out, out.empty() ? "" : ",", View(field->value()));
  }
  return out;
}

Request RequestOf(const Parser& parser) {
  const Message& message = parser.get();
  Request request;
  request.is_head = message.method() == http::verb::head;
  const bool has_body =
      message.count(http::field::transfer_encoding) > 0 || parser.content_length().value_or(0) > 0;
  request.refusal = RefusalOf(message, has_body);
  if (request.refusal != 0) return request;
  request.method = request.is_head                           ? Method::kHead
                   : message.method() == http::verb::options ? Method::kOptions
                                                             : Method::kGet;
  absl::string_view target = View(message.target());
  const bool is_star = request.method == Method::kOptions && target == "*";
  if (!is_star && !TakeOrigin(target)) {
    request.refusal = kBadRequest;
    return request;
  }
  request.keep_alive = message.keep_alive();
  request.target = std::string(target);
  request.if_match = Joined(message, http::field::if_match);
  request.if_none_match = Joined(message, http::field::if_none_match);
  return request;
}

Request ParseHeader(absl::string_view header) {
  Parser parser;
  parser.header_limit(static_cast<uint32_t>(header.size()) + 1);
  // Bodies are refused by RequestOf(), whatever their length. Beast of Boost 1.74 takes boost::none
  // for less than any length.
  parser.body_limit(std::numeric_limits<uint64_t>::max());
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(header.data(), header.size()), error);
  if (!error && parser.is_header_done()) return RequestOf(parser);
  Request refused;
  refused.is_head = absl::StartsWith(header, kHead);
  refused.refusal = error == http::error::bad_version ? kVersionNotSupported : kBadRequest;
  return refused;
}

}  // namespace

RequestReader::RequestReader(size_t header_bytes_max) : header_bytes_max_(header_bytes_max) {}

void RequestReader::Refuse(int status) {
  request_ = Request();
  request_.is_head = absl::StartsWith(buffer_, kHead);
  request_.refusal = status;
  state_ = State::kRequest;
}

void RequestReader::Feed(absl::string_view bytes) {
  absl::StrAppend(&buffer_, bytes);
  if (state_ == State::kNeedMore) Parse();
}

void RequestReader::Next() {
  state_ = State::kNeedMore;
  looked_at_ = 0;
  Parse();
}

void RequestReader::Parse() {
  // Empty lines in front of a request are left from an old client's body: RFC 9112 section 2.2.
  const size_t begin = std::min(buffer_.find_first_not_of("\r\n"), buffer_.size());
  if (looked_at_ == 0) buffer_.erase(0, begin);
  const size_t end = EndOfHeader(buffer_, looked_at_);
  if (std::min(end, buffer_.size()) > header_bytes_max_) {
    return Refuse(buffer_.find('\n') < header_bytes_max_ ? kFieldsTooLarge : kUriTooLong);
  }
  if (end == std::string::npos) {
    looked_at_ = buffer_.size() - std::min<size_t>(buffer_.size(), 2);
    return;
  }
  request_ = ParseHeader(absl::string_view(buffer_).substr(0, end));
  buffer_.erase(0, end);
  state_ = State::kRequest;
}

}  // namespace tidemark::failover::front
