#include "failover/front/http_answer.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace tidemark::failover::front {
namespace {

constexpr int kOk = 200;
constexpr int kNoContent = 204;
constexpr int kNotModified = 304;
constexpr int kNotFound = 404;
constexpr int kMethodNotAllowed = 405;
constexpr int kPreconditionFailed = 412;
constexpr int kContentTooLarge = 413;
constexpr int kTooManyRequests = 429;
constexpr int kServiceUnavailable = 503;

// What is wrong now may be right in a moment.
constexpr char kNoStore[] = "Cache-Control: no-store\r\n";
constexpr char kMethods[] = "GET, HEAD, OPTIONS";
// Browsers then ask for https only, for a year (RFC 6797).
constexpr int kStrictTransportSeconds = 31'536'000;
// Answers on their way are taken, or cut, by then, as a rule.
constexpr int kBusySeconds = 5;
constexpr int kPreflightSeconds = 86'400;

absl::string_view ReasonOf(int status) {
  if (status == kContentTooLarge) return "Content Too Large";  // RFC 9110; Beast has an old name
  const boost::beast::string_view reason =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  return {reason.data(), reason.size()};
}

absl::string_view DescriptionOf(int status) {
  switch (status) {
    case kNotFound:
      return "Nothing is answered at this place.";
    case kMethodNotAllowed:
    case 501:
      return "Answered are GET, HEAD and OPTIONS.";
    case kPreconditionFailed:
      return "What is here is none of those that If-Match names.";
    case kContentTooLarge:
      return "A query of RDAP has no body.";
    case 414:
      return "The target is longer than that of any query of RDAP.";
    case kTooManyRequests:
      return "Too many queries from your network. Retry-After says when to go on.";
    case 431:
      return "The header is too large.";
    case kServiceUnavailable:
      return "This server is busy. Retry-After says when to come back.";
    case 505:
      return "HTTP/1.0 and HTTP/1.1 are understood.";
    default:
      return "This is no request of HTTP.";
  }
}

// RFC 9083 section 6. Nothing of the request is in it.
std::string ErrorBody(int status) {
  return absl::StrCat(R"({"rdapConformance":["rdap_level_0"],"errorCode":)", status,
                      R"(,"title":")", ReasonOf(status), R"(","description":[")",
                      DescriptionOf(status), "\"]}");
}

struct Parts {
  int status = 0;
  std::string fields;  // each with its CRLF
  bool has_content = true;
  std::string content;
};

HttpAnswer Assemble(const Request& request, const AnswerContext& context, const Parts& parts) {
  HttpAnswer answer;
  answer.status = parts.status;
  const absl::string_view sent = request.is_head ? absl::string_view() : parts.content;
  answer.bytes.reserve(512 + sent.size());
  absl::StrAppend(
      &answer.bytes, "HTTP/1.1 ", parts.status, " ", ReasonOf(parts.status),
      "\r\nDate: ", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", context.now, absl::UTCTimeZone()),
      "\r\nConnection: ", context.connection == Connection::kClose ? "close" : "keep-alive",
      // RFC 7480 section 5.6: anybody's page may ask, without credentials.
      "\r\nAccess-Control-Allow-Origin: *"
      "\r\nAccess-Control-Expose-Headers: ETag, Retry-After"
      "\r\nStrict-Transport-Security: max-age=",
      kStrictTransportSeconds, "\r\n", parts.fields);
  if (parts.has_content) {
    absl::StrAppend(&answer.bytes,
                    "Content-Type: application/rdap+json\r\nX-Content-Type-Options: nosniff"
                    "\r\nContent-Length: ",
                    parts.content.size(), "\r\n");
  }
  answer.bytes += "\r\n";
  absl::StrAppend(&answer.bytes, sent);
  return answer;
}

Parts ErrorParts(int status) {
  Parts parts{.status = status, .fields = kNoStore, .content = ErrorBody(status)};
  if (status == kMethodNotAllowed) absl::StrAppend(&parts.fields, "Allow: ", kMethods, "\r\n");
  return parts;
}

Parts OptionsParts() {
  return {
      .status = kNoContent,
      .fields = absl::StrCat("Allow: ", kMethods, "\r\nAccess-Control-Allow-Methods: ", kMethods,
                             "\r\nAccess-Control-Allow-Headers: Accept, If-None-Match"
                             "\r\nAccess-Control-Max-Age: ",
                             kPreflightSeconds, "\r\n"),
      .has_content = false,
      .content = ""};
}

// RFC 9110 section 13.1.1: whether `if_match` has `etag`, compared strongly.
bool IsMatch(absl::string_view if_match, absl::string_view etag) {
  for (absl::string_view tag : absl::StrSplit(if_match, ',')) {
    tag = absl::StripAsciiWhitespace(tag);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

Parts ObjectParts(const Request& request, rdap::Answer object) {
  Parts parts{.status = object.status, .fields = "", .content = std::move(object.body)};
  if (object.status != kOk) {
    parts.fields = kNoStore;
    return parts;
  }
  if (!request.if_match.empty() && !IsMatch(request.if_match, object.etag)) {
    return ErrorParts(kPreconditionFailed);
  }
  // What a cache has it may use after asking whether the tag is still the same.
  parts.fields = absl::StrCat("ETag: ", object.etag, "\r\nCache-Control: no-cache\r\n");
  if (IsNoneMatch(request.if_none_match, object.etag)) return parts;
  parts.status = kNotModified;
  parts.has_content = false;
  parts.content.clear();
  return parts;
}

}  // namespace

bool IsNoneMatch(absl::string_view if_none_match, absl::string_view etag) {
  // Tags of ours have no comma, so one that has is none of them, in whatever parts.
  for (absl::string_view tag : absl::StrSplit(if_none_match, ',')) {
    tag = absl::StripAsciiWhitespace(tag);
    if (tag == "*") return false;
    absl::ConsumePrefix(&tag, "W/");  // compared weakly
    if (tag == etag) return false;
  }
  return true;
}

HttpAnswer AnswerTo(const Request& request, const AnswerContext& context) {
  if (request.refusal != 0) return Assemble(request, context, ErrorParts(request.refusal));
  if (request.method == Method::kOptions) return Assemble(request, context, OptionsParts());
  absl::string_view target = request.target;
  // The '/' that ends the base begins what the responder is asked.
  if (!absl::ConsumePrefix(&target, context.base_path.substr(0, context.base_path.size() - 1)) ||
      !absl::StartsWith(target, "/")) {
    return Assemble(request, context, ErrorParts(kNotFound));
  }
  return Assemble(request, context, ObjectParts(request, context.responder.Respond(target)));
}

HttpAnswer AnswerBusy(const Request& request, const AnswerContext& context) {
  Parts parts = ErrorParts(kServiceUnavailable);
  absl::StrAppend(&parts.fields, "Retry-After: ", kBusySeconds, "\r\n");
  return Assemble(request, context, parts);
}

HttpAnswer AnswerTooMany(const Request& request, absl::Duration wait,
                         const AnswerContext& context) {
  Parts parts = ErrorParts(kTooManyRequests);
  const int64_t seconds =
      absl::ToInt64Seconds(absl::Ceil(std::max(wait, absl::Seconds(1)), absl::Seconds(1)));
  absl::StrAppend(&parts.fields, "Retry-After: ", seconds, "\r\n");
  return Assemble(request, context, parts);
}

}  // namespace tidemark::failover::front
