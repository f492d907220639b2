#include "base/bytes.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::base {

absl::StatusOr<size_t> StringSource::Read(absl::Span<char> buffer) {
  if (!status_.ok()) return status_;
  const size_t n = std::min(buffer.size(), rest_.size());
  std::copy_n(rest_.begin(), n, buffer.begin());
  rest_.remove_prefix(n);
  return n;
}

absl::Status StringSource::Close() {
  if (status_.ok() && !rest_.empty()) {
    status_ = absl::FailedPreconditionError(absl::StrCat(rest_.size(), " bytes were not read"));
  }
  return status_;
}

absl::Status StringSink::Write(absl::string_view data) {
  if (!status_.ok()) return status_;
  if (data.size() > bytes_max_ - std::min(bytes_max_, out_.size())) {
    status_ =
        absl::ResourceExhaustedError(absl::StrCat("over the limit of ", bytes_max_, " bytes"));
    return status_;
  }
  out_.append(data.data(), data.size());
  return absl::OkStatus();
}

absl::Status CopyAll(ByteSource& source, ByteSink& sink) {
  std::vector<char> buffer(kCopyBufferBytes);
  while (true) {
    ASSIGN_OR_RETURN(const size_t n, source.Read(absl::MakeSpan(buffer)));
    if (n == 0) return absl::OkStatus();
    RETURN_IF_ERROR(sink.Write(absl::string_view(buffer.data(), n)));
  }
}

}  // namespace tidemark::base
