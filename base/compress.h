// Zstandard, bounded: small blocks in one call, large files as streams.
//
// Compression is no integrity check. The reader calls DATA_LOSS what is not valid zstd, truncated
// input included, but a bit flip may also give other bytes: authenticity is crypto/'s. Compressed
// sizes tell about content, so what is sealed is padded to length classes (docs/formats).
//
// Threads: an object belongs to one thread at a time. Ownership: streams borrow the wrapped
// stream, which must outlive them, and close it in their own Close().
// Threat: input is hostile. No allocation follows a size that the input declares before that size
// was compared with the caller's maximum, and a stream's window is bounded by kZstdWindowLogMax.
#ifndef TIDEMARK_BASE_COMPRESS_H_
#define TIDEMARK_BASE_COMPRESS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/bytes.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace tidemark::base {

inline constexpr int kZstdLevelDefault = 3;

struct ZstdContextFree {
  void operator()(ZSTD_CCtx_s* context) const;
  void operator()(ZSTD_DCtx_s* context) const;
};

// How small blocks are compressed. The reader need not know.
enum class ZstdTuning {
  kLevel3,
  // Long matches only, found by hashes of seven bytes within a MiB: blocks of XML whose elements
  // are alike come out a third faster, and 1 to 3 % larger than with level 3 (the smaller the
  // block, the more). Rows of CSV come out larger still.
  kMarkup,
};

// Compresses small blocks, each into one zstd frame that declares its size; reuses its context.
class Compressor {
 public:
  explicit Compressor(ZstdTuning tuning = ZstdTuning::kLevel3);

  absl::StatusOr<std::string> Compress(absl::string_view plain);

 private:
  std::unique_ptr<ZSTD_CCtx_s, ZstdContextFree> context_;
  // Room for the worst case: ten times what comes out, so not made anew for each block.
  std::string out_;
};

// Opens what Compressor made; reuses its context.
class Decompressor {
 public:
  Decompressor();

  // RESOURCE_EXHAUSTED if the frame declares more than `plain_bytes_max`. DATA_LOSS unless
  // `compressed` is exactly one valid zstd frame that declares its size.
  absl::StatusOr<std::string> Decompress(absl::string_view compressed, size_t plain_bytes_max);

 private:
  std::unique_ptr<ZSTD_DCtx_s, ZstdContextFree> context_;
};

// Reads the plaintext of a zstd stream of one or more frames; skippable frames and formats from
// before zstd 1.0 are not frames.
class ZstdSource final : public ByteSource {
 public:
  ZstdSource(ByteSource& source, uint64_t plain_bytes_max);

  // RESOURCE_EXHAUSTED after more than `plain_bytes_max` bytes; DATA_LOSS if not valid.
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override;
  absl::Status Close() override;

 private:
  absl::StatusOr<size_t> Decode(absl::Span<char> buffer);
  bool MagicGoesOn();

  ByteSource& source_;
  const uint64_t plain_bytes_max_;
  std::unique_ptr<ZSTD_DCtx_s, ZstdContextFree> context_;
  std::string in_;
  size_t in_pos_ = 0;
  size_t in_size_ = 0;
  uint64_t plain_bytes_ = 0;
  size_t magic_bytes_ = 0;   // of the frame's first four, so many were seen
  bool frame_done_ = false;  // what was consumed ends at the end of a frame
  bool source_end_ = false;
  bool at_end_ = false;
  absl::Status status_;
};

// Writes one zstd frame with a checksum.
class ZstdSink final : public ByteSink {
 public:
  explicit ZstdSink(ByteSink& sink, int level = kZstdLevelDefault);

  absl::Status Write(absl::string_view data) override;
  absl::Status Close() override;

 private:
  enum class Step { kContinue, kEnd };
  absl::Status Encode(absl::string_view data, Step step);

  ByteSink& sink_;
  std::unique_ptr<ZSTD_CCtx_s, ZstdContextFree> context_;
  std::string out_;
  bool closed_ = false;
  absl::Status status_;
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_COMPRESS_H_
