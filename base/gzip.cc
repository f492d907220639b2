#include "base/gzip.h"

#include <zlib.h>

#include <algorithm>

#include "base/limits.h"
#include "base/status.h"

namespace tidemark::base {
namespace {

// zlib's windowBits for gzip headers and the largest window.
constexpr int kGzipWindow = 15 + 16;

unsigned char* Bytes(const char* text) {
  return reinterpret_cast<unsigned char*>(const_cast<char*>(text));
}

}  // namespace

struct GzipSource::Stream {
  Stream() : ready(inflateInit2(&z, kGzipWindow) == Z_OK) {}
  ~Stream() {
    if (ready) inflateEnd(&z);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  z_stream z{};
  const bool ready;
};

GzipSource::GzipSource(ByteSource& source, uint64_t plain_bytes_max)
    : source_(source), plain_bytes_max_(plain_bytes_max), stream_(std::make_unique<Stream>()) {
  if (!stream_->ready) status_ = absl::ResourceExhaustedError("no memory for zlib");
}
GzipSource::~GzipSource() = default;

absl::StatusOr<size_t> GzipSource::Read(absl::Span<char> buffer) {
  RETURN_IF_ERROR(status_);
  if (at_end_) return 0;
  absl::StatusOr<size_t> got = Inflate(buffer);
  if (!got.ok()) {
    status_ = got.status();
  } else if ((plain_bytes_ += *got) > plain_bytes_max_) {
    status_ = absl::ResourceExhaustedError("more plaintext than allowed in a gzip file");
  }
  RETURN_IF_ERROR(status_);
  at_end_ = *got == 0;
  return got;
}

absl::Status GzipSource::Refill() {
  in_.resize(kCopyBufferBytes);
  ASSIGN_OR_RETURN(const size_t got, source_.Read(absl::MakeSpan(in_.data(), in_.size())));
  source_end_ = got == 0;
  stream_->z.next_in = Bytes(in_.data());
  stream_->z.avail_in = static_cast<unsigned>(got);
  return absl::OkStatus();
}

absl::StatusOr<size_t> GzipSource::Inflate(absl::Span<char> buffer) {
  z_stream& z = stream_->z;
  const size_t room = std::min(buffer.size(), kCopyBufferBytes);
  z.next_out = Bytes(buffer.data());
  z.avail_out = static_cast<unsigned>(room);
  while (z.avail_out == room) {
    if (z.avail_in == 0 && !source_end_) RETURN_IF_ERROR(Refill());
    if (z.avail_in == 0 && source_end_) {
      if (member_done_) return 0;
      return absl::DataLossError("a gzip file that is cut off");
    }
    if (member_done_) {
      inflateReset(&z);
      member_done_ = false;
    }
    const int result = inflate(&z, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      member_done_ = true;
    } else if (result != Z_OK) {
      return absl::DataLossError("not a valid gzip file");
    }
  }
  return room - z.avail_out;
}

absl::Status GzipSource::Close() {
  RETURN_IF_ERROR(status_);
  if (!at_end_) return status_ = absl::FailedPreconditionError("closed before the end");
  return status_ = source_.Close();
}

absl::StatusOr<std::string> Gzip(absl::string_view data) {
  z_stream z{};
  if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return absl::ResourceExhaustedError("no memory for zlib");
  }
  std::string out(deflateBound(&z, data.size()), '\0');
  z.next_in = Bytes(data.data());
  z.avail_in = static_cast<unsigned>(data.size());
  z.next_out = Bytes(out.data());
  z.avail_out = static_cast<unsigned>(out.size());
  const int result = deflate(&z, Z_FINISH);
  out.resize(out.size() - z.avail_out);
  deflateEnd(&z);
  if (result != Z_STREAM_END) return absl::InternalError("zlib did not finish");
  return out;
}

}  // namespace tidemark::base
