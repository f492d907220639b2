#include "rde/reader.h"

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/structure.h"
#include "rde/walker.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde {
namespace {

FlawKind KindOf(xml::ErrorKind kind) {
  switch (kind) {
    case xml::ErrorKind::kNotWellFormed:
      return FlawKind::kNotWellFormed;
    case xml::ErrorKind::kDoctype:
      return FlawKind::kDoctype;
    case xml::ErrorKind::kNotUtf8:
      return FlawKind::kNotUtf8;
    case xml::ErrorKind::kLimitExceeded:
      return FlawKind::kLimitExceeded;
  }
  return FlawKind::kNotWellFormed;
}

}  // namespace

bool EndsReading(FlawKind kind) {
  switch (kind) {
    case FlawKind::kNotWellFormed:
    case FlawKind::kDoctype:
    case FlawKind::kNotUtf8:
    case FlawKind::kLimitExceeded:
      return true;
    default:
      return false;
  }
}

class XmlReader::Impl {
 public:
  explicit Impl(RecordSink& sink)
      : walker_(sink), tokenizer_(xml::NewTokenizer(walker_, Namespaces())) {}

  absl::Status Write(absl::string_view data) {
    if (closed_) return absl::FailedPreconditionError("the reader is closed");
    if (ended_) return absl::OkStatus();
    tokenizer_->Write(data);
    LookForEnd();
    return absl::OkStatus();
  }

  absl::Status Close() {
    if (closed_) return absl::OkStatus();
    closed_ = true;
    if (ended_) return absl::OkStatus();
    tokenizer_->Close();
    LookForEnd();
    return absl::OkStatus();
  }

  bool complete() const { return closed_ && !ended_; }

 private:
  // Notices that the tokenizer or the walker has ended reading, and says why, once.
  void LookForEnd() {
    if (walker_.over_limit()) {
      ended_ = true;
    } else if (tokenizer_->error().has_value()) {
      ended_ = true;
      const xml::Error& error = *tokenizer_->error();
      walker_.Report(KindOf(error.kind), error.position, "", error.detail);
    }
  }

  Walker walker_;
  std::unique_ptr<xml::Tokenizer> tokenizer_;
  bool ended_ = false;  // by a flaw after which nothing more is read
  bool closed_ = false;
};

XmlReader::XmlReader(RecordSink& sink) : impl_(std::make_unique<Impl>(sink)) {}
XmlReader::~XmlReader() = default;
absl::Status XmlReader::Write(absl::string_view data) { return impl_->Write(data); }
absl::Status XmlReader::Close() { return impl_->Close(); }
bool XmlReader::complete() const { return impl_->complete(); }

absl::Status ReadDeposit(base::ByteSource& source, RecordSink& sink) {
  XmlReader reader(sink);
  std::vector<char> buffer(base::kCopyBufferBytes);
  while (true) {
    ASSIGN_OR_RETURN(const size_t n, source.Read(absl::MakeSpan(buffer)));
    if (n == 0) break;
    RETURN_IF_ERROR(reader.Write(absl::string_view(buffer.data(), n)));
  }
  RETURN_IF_ERROR(reader.Close());
  return source.Close();
}

}  // namespace tidemark::rde
