#include "base/compress.h"

#include <zstd.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::base {
namespace {

absl::Status Invalid(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("zstd: ", what));
}

// Our own calls never fail but for want of memory.
absl::Status InternalIfError(size_t result) {
  if (!ZSTD_isError(result)) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("zstd: ", ZSTD_getErrorName(result)));
}

// What a plain zstd frame begins with. libzstd also takes skippable frames and three formats from
// before 1.0, whose old decoders are no place for hostile bytes and know no limit of the window.
constexpr absl::string_view kFrameMagic = "\x28\xB5\x2F\xFD";

void Set(ZSTD_CCtx* context, ZSTD_cParameter parameter, int value) {
  CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(context, parameter, value)));
}

ZSTD_CCtx* NewCompressContext(int level) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  CHECK(context != nullptr);
  Set(context, ZSTD_c_compressionLevel, level);
  return context;
}

ZSTD_DCtx* NewDecompressContext() {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  CHECK(context != nullptr);
  CHECK(!ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, kZstdWindowLogMax)));
  return context;
}

}  // namespace

void ZstdContextFree::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }
void ZstdContextFree::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

Compressor::Compressor(ZstdTuning tuning) : context_(NewCompressContext(kZstdLevelDefault)) {
  if (tuning != ZstdTuning::kMarkup) return;
  Set(context_.get(), ZSTD_c_strategy, ZSTD_fast);
  Set(context_.get(), ZSTD_c_minMatch, 7);
  // What is looked back at stays in a core's second cache, and the table hardly leaves the first: a
  // larger one finds little more, and waits for all of it (docs/performance.md, "Nights").
  Set(context_.get(), ZSTD_c_windowLog, 20);
  Set(context_.get(), ZSTD_c_hashLog, 14);
}

absl::StatusOr<std::string> Compressor::Compress(absl::string_view plain) {
  const size_t bound = ZSTD_compressBound(plain.size());
  if (out_.size() < bound) out_.resize(bound);
  const size_t n = ZSTD_compress2(context_.get(), out_.data(), bound, plain.data(), plain.size());
  RETURN_IF_ERROR(InternalIfError(n));
  return out_.substr(0, n);
}

Decompressor::Decompressor() : context_(NewDecompressContext()) {}

absl::StatusOr<std::string> Decompressor::Decompress(absl::string_view compressed,
                                                     size_t plain_bytes_max) {
  if (!absl::StartsWith(compressed, kFrameMagic)) return Invalid("not a frame");
  const unsigned long long plain_bytes =
      ZSTD_getFrameContentSize(compressed.data(), compressed.size());
  if (plain_bytes == ZSTD_CONTENTSIZE_ERROR) return Invalid("not a frame header");
  if (plain_bytes == ZSTD_CONTENTSIZE_UNKNOWN) return Invalid("the frame does not say its size");
  if (plain_bytes > plain_bytes_max) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "zstd: ", plain_bytes, " bytes are over the limit of ", plain_bytes_max, " bytes"));
  }
  const size_t frame_bytes = ZSTD_findFrameCompressedSize(compressed.data(), compressed.size());
  if (ZSTD_isError(frame_bytes)) return Invalid(ZSTD_getErrorName(frame_bytes));
  if (frame_bytes != compressed.size()) return Invalid("bytes after the frame");

  std::string plain(static_cast<size_t>(plain_bytes), '\0');
  const size_t n = ZSTD_decompressDCtx(context_.get(), plain.data(), plain.size(),
                                       compressed.data(), compressed.size());
  if (ZSTD_isError(n)) return Invalid(ZSTD_getErrorName(n));
  if (n != plain.size()) return Invalid("the frame is shorter than it says");
  return plain;
}

ZstdSource::ZstdSource(ByteSource& source, uint64_t plain_bytes_max)
    : source_(source),
      plain_bytes_max_(plain_bytes_max),
      context_(NewDecompressContext()),
      in_(kCopyBufferBytes, '\0') {}

absl::StatusOr<size_t> ZstdSource::Read(absl::Span<char> buffer) {
  if (!status_.ok()) return status_;
  if (at_end_ || buffer.empty()) return 0;
  absl::StatusOr<size_t> n = Decode(buffer);
  if (!n.ok()) {
    status_ = n.status();
    return status_;
  }
  plain_bytes_ += *n;
  if (plain_bytes_ > plain_bytes_max_) {
    status_ = absl::ResourceExhaustedError(
        absl::StrCat("zstd: over the limit of ", plain_bytes_max_, " bytes"));
    return status_;
  }
  at_end_ = *n == 0;
  return n;
}

// False if the input that comes next is not the rest of the magic that a frame begins with.
bool ZstdSource::MagicGoesOn() {
  const absl::string_view input = absl::string_view(in_).substr(in_pos_, in_size_ - in_pos_);
  const absl::string_view wanted = kFrameMagic.substr(magic_bytes_, input.size());
  magic_bytes_ += wanted.size();
  return absl::StartsWith(input, wanted);
}

// At least one byte of plaintext, or 0 at a valid end.
absl::StatusOr<size_t> ZstdSource::Decode(absl::Span<char> buffer) {
  ZSTD_outBuffer out = {buffer.data(), buffer.size(), 0};
  while (true) {
    if (in_pos_ == in_size_ && !source_end_) {
      ASSIGN_OR_RETURN(in_size_, source_.Read(absl::MakeSpan(in_)));
      in_pos_ = 0;
      source_end_ = in_size_ == 0;
    }
    // After a complete frame, a call without input would begin another one.
    const bool has_input = in_pos_ < in_size_;
    if (!has_input && frame_done_) return 0;
    if (!MagicGoesOn()) return Invalid("not a frame");
    ZSTD_inBuffer in = {in_.data(), in_size_, in_pos_};
    const size_t result = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(result)) return Invalid(ZSTD_getErrorName(result));
    in_pos_ = in.pos;
    frame_done_ = result == 0;
    if (frame_done_) magic_bytes_ = 0;
    if (out.pos > 0) return out.pos;
    if (!has_input && !frame_done_) return Invalid("truncated");
  }
}

absl::Status ZstdSource::Close() {
  if (!status_.ok()) return status_;
  if (!at_end_) {
    return status_ = absl::FailedPreconditionError(
               absl::StrCat("zstd: closed after ", plain_bytes_, " bytes, before the end"));
  }
  return status_ = source_.Close();
}

ZstdSink::ZstdSink(ByteSink& sink, int level)
    : sink_(sink), context_(NewCompressContext(level)), out_(ZSTD_CStreamOutSize(), '\0') {
  CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1)));
}

absl::Status ZstdSink::Write(absl::string_view data) {
  if (!status_.ok()) return status_;
  if (closed_) return absl::FailedPreconditionError("zstd: the stream is closed");
  return status_ = Encode(data, Step::kContinue);
}

absl::Status ZstdSink::Close() {
  if (!status_.ok() || closed_) return status_;
  closed_ = true;
  status_ = Encode("", Step::kEnd);
  if (status_.ok()) status_ = sink_.Close();
  return status_;
}

absl::Status ZstdSink::Encode(absl::string_view data, Step step) {
  ZSTD_inBuffer in = {data.data(), data.size(), 0};
  bool is_done = false;
  while (!is_done) {
    ZSTD_outBuffer out = {out_.data(), out_.size(), 0};
    const size_t rest = ZSTD_compressStream2(context_.get(), &out, &in,
                                             step == Step::kEnd ? ZSTD_e_end : ZSTD_e_continue);
    RETURN_IF_ERROR(InternalIfError(rest));
    if (out.pos > 0) RETURN_IF_ERROR(sink_.Write(absl::string_view(out_.data(), out.pos)));
    is_done = step == Step::kEnd ? rest == 0 : in.pos == in.size;
  }
  return absl::OkStatus();
}

}  // namespace tidemark::base
