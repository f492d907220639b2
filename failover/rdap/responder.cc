#include "failover/rdap/responder.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
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
  std::vector<Notice> notices = {};
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

Notice NndnNotice(const NndnFacts& nndn, const Page& page) {
  Notice notice{.title = "Reserved Name", .description = {}};
  if (nndn.is_delegated) {
    notice.description = {"This name is a variant of another one and has its name servers."};
  } else if (nndn.state == "mirrored") {
    notice.description = {"This name is a variant of another one, which it would follow."};
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

// One question being answered.
class Answering {
 public:
  Answering(const Lookup& lookup, FailureLog& failures) : lookup_(lookup), failures_(failures) {}

  // The status of HTTP.
  int Domain(const std::string& name, Page& page) const {
    const absl::StatusOr<DomainFacts> domain = lookup_.FindDomain(name);
    if (domain.ok()) {
      WriteDomain(*domain, page);
      return kOk;
    }
    if (!absl::IsNotFound(domain.status())) return Failure(domain.status(), page);
    const absl::StatusOr<NndnFacts> nndn = lookup_.FindNndn(name);
    if (!nndn.ok()) return NoObject(nndn.status(), page);
    return WriteNotFound(page, {NndnNotice(*nndn, page)});
  }

  int Nameserver(const std::string& name, Page& page) const {
    const absl::StatusOr<ServerFacts> server = lookup_.FindServer(name);
    if (!server.ok()) return NoObject(server.status(), page);
    WriteNameserver(*server, page);
    return kOk;
  }

  int Entity(const std::string& handle, Page& page) const {
    const std::shared_ptr<const RegistrarFacts> registrar = lookup_.FindRegistrar(handle);
    if (registrar != nullptr) {
      page.set_url(page.UrlOf("entity", registrar->handle));
      WriteRegistrar(*registrar, page);
      return kOk;
    }
    const absl::StatusOr<ContactFacts> contact = lookup_.FindContact(handle);
    if (!contact.ok()) return NoObject(contact.status(), page);
    page.set_url(page.UrlOf("entity", contact->contact.id));
    WriteContact(*contact, page);
    return kOk;
  }

 private:
  int NoObject(const absl::Status& status, Page& page) const {
    return absl::IsNotFound(status) ? WriteNotFound(page) : Failure(status, page);
  }

  int Failure(const absl::Status& status, Page& page) const {
    failures_.Note(status);
    return WriteError({.status = kInternalError,
                       .title = "Internal Server Error",
                       .description = "The registry's data could not be read."},
                      page);
  }

  const Lookup& lookup_;
  FailureLog& failures_;
};

// RFC 9083 section 7.
int AnswerHelp(Page& page) {
  page.json().BeginObject();
  page.WriteHead(
      Redacted::kYes,
      {{.title = "Help",
        .description = {"Answered are domain/NAME and nameserver/NAME in A-labels or U-labels, "
                        "entity/HANDLE and help. Searches are not answered.",
                        absl::StrCat("The registry is as it was at ",
                                     DateText(page.lookup().watermark()), ".")}}});
  page.json().EndObject();
  return kOk;
}

int WriteAnswer(const Answering& answering, const Request& request, Page& page) {
  switch (request.kind) {
    case RequestKind::kDomain:
      return answering.Domain(request.object, page);
    case RequestKind::kNameserver:
      return answering.Nameserver(request.object, page);
    case RequestKind::kEntity:
      return answering.Entity(request.object, page);
    case RequestKind::kHelp:
      return AnswerHelp(page);
    case RequestKind::kUnsupported:
      return WriteError({.status = kNotImplemented,
                         .title = "Not Implemented",
                         .description = "This registry has neither numbers nor searches."},
                        page);
    case RequestKind::kMalformed:
      break;
  }
  return WriteError({.status = kBadRequest,
                     .title = "Bad Request",
                     .description = "This is no query of RDAP, or asks about no name."},
                    page);
}

// What links have as their value: the URL of the question, with its name in canonical form. A
// handle has one only if it is found.
std::string CanonicalUrl(const Request& request, const RddsConfig& config) {
  switch (request.kind) {
    case RequestKind::kDomain:
      return UrlOf(config, "domain", request.object);
    case RequestKind::kNameserver:
      return UrlOf(config, "nameserver", request.object);
    case RequestKind::kHelp:
      return absl::StrCat(config.base_url, "help");
    case RequestKind::kEntity:
    case RequestKind::kUnsupported:
    case RequestKind::kMalformed:
      break;
  }
  return config.base_url;
}

}  // namespace

Answer Responder::Respond(absl::string_view target) const {
  const Request request = ParseRequest(target);
  Page page(lookup_, CanonicalUrl(request, lookup_.config()));
  Answer answer;
  answer.status = WriteAnswer(Answering(lookup_, failures_), request, page);
  answer.body = std::move(page).Take();
  answer.etag = absl::StrCat("\"", crypto::Sha256(answer.body).ToHex().substr(0, 32), "\"");
  return answer;
}

}  // namespace tidemark::failover::rdap
