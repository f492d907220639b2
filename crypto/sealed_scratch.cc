#include "crypto/sealed_scratch.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "crypto/secret.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {
namespace {

constexpr size_t kBlockBytes = 64;  // of ChaCha20's key stream
constexpr size_t kPieceBytes = 256 << 10;
using Nonce = std::array<unsigned char, crypto_stream_xchacha20_NONCEBYTES>;
static_assert(crypto_stream_xchacha20_KEYBYTES == kSecretBytes);
static_assert(kPieceBytes % kBlockBytes == 0);

class SealedFile final : public base::ScratchFile {
 public:
  SealedFile(std::unique_ptr<base::ScratchFile> file, std::shared_ptr<const SecretBytes> key)
      : file_(std::move(file)), key_(std::move(key)) {
    randombytes_buf(nonce_.data(), nonce_.size());
  }

  absl::Status Append(absl::string_view data) override {
    while (!data.empty()) {
      const size_t n = std::min(data.size(), kPieceBytes);
      piece_.resize(std::max(piece_.size(), n));
      // A piece that failed is not encrypted again at its place: a key stream used twice leaks.
      // The file beneath has latched its error by then.
      Xor(file_->size_bytes(), data.data(), absl::MakeSpan(piece_).first(n));
      RETURN_IF_ERROR(file_->Append({piece_.data(), n}));
      data.remove_prefix(n);
    }
    return absl::OkStatus();
  }

  absl::Status ReadAt(uint64_t offset, absl::Span<char> buffer) override {
    RETURN_IF_ERROR(file_->ReadAt(offset, buffer));
    Xor(offset, buffer.data(), buffer);
    return absl::OkStatus();
  }

  uint64_t size_bytes() const override { return file_->size_bytes(); }

 private:
  // `out` becomes `in` combined with the key stream from `offset` on; they may be the same.
  void Xor(uint64_t offset, const char* in, absl::Span<char> out) const {
    const size_t skip = offset % kBlockBytes;
    if (skip != 0 && !out.empty()) {
      char block[kBlockBytes] = {};
      const size_t n = std::min(out.size(), kBlockBytes - skip);
      std::copy_n(in, n, block + skip);
      XorBlocks(offset / kBlockBytes, block, block, kBlockBytes);
      std::copy_n(block + skip, n, out.begin());
      sodium_memzero(block, sizeof(block));
      offset += n;
      in += n;
      out.remove_prefix(n);
    }
    XorBlocks(offset / kBlockBytes, in, out.data(), out.size());
  }

  void XorBlocks(uint64_t first, const char* in, char* out, size_t bytes) const {
    CHECK(crypto_stream_xchacha20_xor_ic(reinterpret_cast<unsigned char*>(out),
                                         reinterpret_cast<const unsigned char*>(in), bytes,
                                         nonce_.data(), first, key_->RawForCrypto().data()) == 0);
  }

  const std::unique_ptr<base::ScratchFile> file_;
  const std::shared_ptr<const SecretBytes> key_;
  Nonce nonce_;
  std::vector<char> piece_;
};

class SealedSpace final : public base::ScratchSpace {
 public:
  SealedSpace(std::unique_ptr<base::ScratchSpace> space, SecretBytes key)
      : space_(std::move(space)), key_(std::make_shared<const SecretBytes>(std::move(key))) {}

  absl::StatusOr<std::unique_ptr<base::ScratchFile>> NewFile() override {
    ASSIGN_OR_RETURN(std::unique_ptr<base::ScratchFile> file, space_->NewFile());
    return std::make_unique<SealedFile>(std::move(file), key_);
  }

  uint64_t written_bytes() const override { return space_->written_bytes(); }

 private:
  const std::unique_ptr<base::ScratchSpace> space_;
  const std::shared_ptr<const SecretBytes> key_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<base::ScratchSpace>> NewSealedScratchSpace(
    const base::ScratchOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<base::ScratchSpace> space, base::NewPlainScratchSpace(options));
  return SealScratchSpace(std::move(space));
}

absl::StatusOr<std::unique_ptr<base::ScratchSpace>> SealScratchSpace(
    std::unique_ptr<base::ScratchSpace> space) {
  EnsureSodium();
  // Not Random(): that ends the process where no memory can be locked.
  ASSIGN_OR_RETURN(SecretBytes key, SecretBytes::TryCopy(std::string(kSecretBytes, '\0')));
  randombytes_buf(key.MutableForCrypto().data(), key.size());
  return std::make_unique<SealedSpace>(std::move(space), std::move(key));
}

}  // namespace tidemark::crypto
