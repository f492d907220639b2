#include "failover/rdap/responder.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "failover/lookup/text.h"
#include "failover/rdap/objects.h"
#include "failover/rdap/page.h"
#include "failover/rdap/request.h"

namespace tidemark::failover::rdap {
namespace {

constexpr int kOk = 200;
constexpr int kBadRequest = 400;
constexpr int kNotFound = 404;
constexpr int kInternalError = 500;
constexpr int kNotImplemented = 501;

struct Error {
  int status = 0;
  absl::string_view title;
  absl::string_view description;
  std::vector<Notice> notices;
};

// RFC 9083 section 6.
int WriteError(const Error& error, Page& page) {
  JsonWriter& json = page.json();
  json.BeginObject();
  page.WriteHead(Redacted::kNo, error.notices);
  json.Key("errorCode");
  json.Number(error.status);
  json.Member("title", error.title);
  json.Key("description");
  json.BeginArray();
  json.Text(error.description);
  json.EndArray();
  json.EndObject();
  return error.status;
}

int WriteNotFound(Page& page, std::vector<Notice> notices = {}) {
  return WriteError({.status = kNotFound,
                     .title = "Not Found",
                     .description = "This registry has no such object.",
                     .notices = std::move(notices)},
                    page);
}

int WriteFailure(const absl::Status& status, Page& page) {
  base::Log(base::LogLevel::kError, "rdap", {{"error", std::string(status.message())}});
  return WriteError({.status = kInternalError,
                     .title = "Internal Server Error",
                     .description = "The registry's data could not be read.",
                     .notices = {}},
                    page);
}

Notice NndnNotice(const NndnFacts& nndn, const Page& page) {
  Notice notice{.title = "Reserved Name", .description = {}, .links = {}};
  if (nndn.state == "mirrored") {
    notice.description = {"This name is published as a variant of another one."};
  } else if (nndn.state == "withheld") {
    notice.description = {"This name is a variant, kept for the holder of another one."};
  } else {
    notice.description = {"This name cannot be registered."};
  }
  if (!nndn.original_name.empty()) {
    notice.links = {{"related", page.UrlOf("domain", nndn.original_name), kMediaType}};
  }
  return notice;
}

int AnswerDomain(const std::string& name, Page& page) {
  const absl::StatusOr<DomainFacts> domain = page.lookup().FindDomain(name);
  if (domain.ok()) {
    WriteDomain(*domain, page);
    return kOk;
  }
  if (!absl::IsNotFound(domain.status())) return WriteFailure(domain.status(), page);
  const absl::StatusOr<NndnFacts> nndn = page.lookup().FindNndn(name);
  if (absl::IsNotFound(nndn.status())) return WriteNotFound(page);
  if (!nndn.ok()) return WriteFailure(nndn.status(), page);
  return WriteNotFound(page, {NndnNotice(*nndn, page)});
}

int AnswerNameserver(const std::string& name, Page& page) {
  const absl::StatusOr<ServerFacts> server = page.lookup().FindServer(name);
  if (absl::IsNotFound(server.status())) return WriteNotFound(page);
  if (!server.ok()) return WriteFailure(server.status(), page);
  WriteNameserver(*server, page);
  return kOk;
}

int AnswerEntity(const std::string& handle, Page& page) {
  const std::shared_ptr<const RegistrarFacts> registrar = page.lookup().FindRegistrar(handle);
  if (registrar != nullptr) {
    WriteRegistrar(*registrar, page);
    return kOk;
  }
  const absl::StatusOr<ContactFacts> contact = page.lookup().FindContact(handle);
  if (absl::IsNotFound(contact.status())) return WriteNotFound(page);
  if (!contact.ok()) return WriteFailure(contact.status(), page);
  WriteContact(*contact, page);
  return kOk;
}

// RFC 9083 section 7.
int AnswerHelp(Page& page) {
  page.json().BeginObject();
  page.WriteHead(
      Redacted::kYes,
      {{.title = "Help",
        .description = {"Answered are domain/NAME and nameserver/NAME in A-labels or U-labels, "
                        "entity/HANDLE and help. Searches are not answered.",
                        absl::StrCat("The registry is as it was at ",
                                     DateText(page.lookup().watermark()), ".")},
        .links = {}}});
  page.json().EndObject();
  return kOk;
}

int WriteAnswer(const Request& request, Page& page) {
  switch (request.kind) {
    case RequestKind::kDomain:
      return AnswerDomain(request.object, page);
    case RequestKind::kNameserver:
      return AnswerNameserver(request.object, page);
    case RequestKind::kEntity:
      return AnswerEntity(request.object, page);
    case RequestKind::kHelp:
      return AnswerHelp(page);
    case RequestKind::kUnsupported:
      return WriteError({.status = kNotImplemented,
                         .title = "Not Implemented",
                         .description = "This registry has neither numbers nor searches.",
                         .notices = {}},
                        page);
    case RequestKind::kMalformed:
      break;
  }
  return WriteError({.status = kBadRequest,
                     .title = "Bad Request",
                     .description = "This is no query of RDAP, or asks about no name.",
                     .notices = {}},
                    page);
}

}  // namespace

Answer Responder::Respond(absl::string_view target) const {
  Page page(lookup_, absl::StrCat(lookup_.config().base_url, PlainTarget(target)));
  Answer answer;
  answer.status = WriteAnswer(ParseRequest(target), page);
  answer.body = std::move(page).Take();
  answer.etag = absl::StrCat("\"", crypto::Sha256(answer.body).ToHex().substr(0, 32), "\"");
  answer.last_modified = lookup_.watermark();
  return answer;
}

}  // namespace tidemark::failover::rdap
