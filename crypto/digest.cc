#include "crypto/digest.h"

#include <openssl/evp.h>

#include "base/hex.h"
#include "base/status.h"
#include "crypto/blake2b.h"

namespace tidemark::crypto {
namespace {

struct MdCtxDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct MdDeleter {
  void operator()(EVP_MD* md) const { EVP_MD_free(md); }
};

// Fetching an algorithm takes OpenSSL 3 longer than hashing a Merkle node, so it is fetched once.
const EVP_MD* Sha256Md() {
  static const std::unique_ptr<EVP_MD, MdDeleter> md(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  CHECK(md != nullptr);
  return md.get();
}

std::string EvpDigest(const EVP_MD* md, absl::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned int size = 0;
  CHECK(EVP_Digest(data.data(), data.size(), bytes.data(), &size, md, nullptr) == 1);
  return std::string(reinterpret_cast<const char*>(bytes.data()), size);
}

template <typename Digest>
Digest DigestOf(const std::array<unsigned char, 32>& bytes) {
  return *Digest::FromBytes({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

template <typename Algorithm>
std::string Digest32<Algorithm>::ToHex() const {
  return base::HexEncode(bytes());
}
template class Digest32<Sha256Algorithm>;
template class Digest32<Blake2bAlgorithm>;

std::string Sha1(absl::string_view data) { return EvpDigest(EVP_sha1(), data); }
std::string Sha384(absl::string_view data) { return EvpDigest(EVP_sha384(), data); }

void PrepareDigests() {
  Sha256("");
  Sha1("");
  Sha384("");
}

struct Sha256Stream::State {
  std::unique_ptr<EVP_MD_CTX, MdCtxDeleter> context{EVP_MD_CTX_new()};
  bool spent = false;
};

// Hashing fails only without memory, which no caller could do anything about.
Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  CHECK(state_->context != nullptr);
  CHECK(EVP_DigestInit_ex(state_->context.get(), Sha256Md(), nullptr) == 1);
}
Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Update(absl::string_view data) {
  CHECK(!state_->spent);
  CHECK(EVP_DigestUpdate(state_->context.get(), data.data(), data.size()) == 1);
}

Sha256Digest Sha256Stream::Finish() {
  CHECK(!state_->spent);
  state_->spent = true;
  std::array<unsigned char, 32> bytes;
  unsigned int size = 0;
  CHECK(EVP_DigestFinal_ex(state_->context.get(), bytes.data(), &size) == 1);
  CHECK(size == bytes.size());
  return DigestOf<Sha256Digest>(bytes);
}

Sha256Digest Sha256(absl::string_view data) {
  std::array<unsigned char, 32> bytes;
  unsigned int size = 0;
  CHECK(EVP_Digest(data.data(), data.size(), bytes.data(), &size, Sha256Md(), nullptr) == 1);
  CHECK(size == bytes.size());
  return DigestOf<Sha256Digest>(bytes);
}

struct Blake2bStream::State {
  Blake2b256 hash;
  bool spent = false;
};

Blake2bStream::Blake2bStream() : state_(std::make_unique<State>()) {}
Blake2bStream::~Blake2bStream() = default;

void Blake2bStream::Update(absl::string_view data) {
  CHECK(!state_->spent);
  state_->hash.Update(data);
}

Blake2bDigest Blake2bStream::Finish() {
  CHECK(!state_->spent);
  state_->spent = true;
  return DigestOf<Blake2bDigest>(state_->hash.Finish());
}

Blake2bDigest Blake2b(absl::string_view data) {
  Blake2b256 hash;
  hash.Update(data);
  return DigestOf<Blake2bDigest>(hash.Finish());
}

}  // namespace tidemark::crypto
