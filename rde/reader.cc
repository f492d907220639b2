#include "rde/reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/document_reader.h"
#include "rde/parallel_reader.h"
#include "rde/structure.h"

namespace tidemark::rde {
bool EndsReading(FlawKind kind) {
  switch (kind) {
    case FlawKind::kNotWellFormed:
    case FlawKind::kDoctype:
    case FlawKind::kNotUtf8:
    case FlawKind::kLimitExceeded:
    case FlawKind::kFilesMissing:
    case FlawKind::kFilesRefused:
      return true;
    default:
      return false;
  }
}

bool IsKnownNamespace(absl::string_view uri) {
  const absl::Span<const absl::string_view> known = Namespaces();
  return uri.empty() || std::find(known.begin(), known.end(), uri) != known.end();
}

class XmlReader::Impl {
 public:
  explicit Impl(RecordSink& sink) : reader_(sink) {}

  absl::Status Write(absl::string_view data) {
    if (closed_) return absl::FailedPreconditionError("the reader is closed");
    reader_.Write(data);
    return absl::OkStatus();
  }

  absl::Status Close() {
    if (!std::exchange(closed_, true)) reader_.Close();
    return absl::OkStatus();
  }

  bool complete() const { return closed_ && !reader_.ended(); }

 private:
  DocumentReader reader_;
  bool closed_ = false;
};

XmlReader::XmlReader(RecordSink& sink) : impl_(std::make_unique<Impl>(sink)) {}
XmlReader::~XmlReader() = default;
absl::Status XmlReader::Write(absl::string_view data) { return impl_->Write(data); }
absl::Status XmlReader::Close() { return impl_->Close(); }
bool XmlReader::complete() const { return impl_->complete(); }

absl::Status ReadDeposit(base::ByteSource& source, RecordSink& sink, const ReadOptions& options) {
  if (options.threads > 1) return ReadInParallel(source, sink, options);
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
