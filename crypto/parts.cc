#include <sodium.h>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/deposit_key.h"
#include "crypto/keyed_hash.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kPartsDomain = "tidemark/v1/parts-key";
static_assert(kStreamHeaderBytes == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(kPartOverheadBytes == crypto_secretstream_xchacha20poly1305_ABYTES);
// A part is a field of a message.
static_assert(base::kManifestPartBytes + kStreamHeaderBytes + kPartOverheadBytes + 4096 <
              base::kGrpcMessageBytesMax);

using StreamState = crypto_secretstream_xchacha20poly1305_state;

SecretBytes PartsKey(const SecretBytes& deposit_key, absl::string_view context) {
  SecretBytes key = SecretBytes::Zero(kSecretBytes);
  KeyedHash(deposit_key.RawForCrypto(), kPartsDomain, {Prefixed(context)}, key.MutableForCrypto());
  return key;
}

// The stream's state holds its key, so it lives where keys live.
SecretBytes NewStream() { return SecretBytes::Zero(sizeof(StreamState)); }
StreamState* Stream(SecretBytes& bytes) {
  return reinterpret_cast<StreamState*>(bytes.MutableForCrypto().data());
}

const unsigned char* Bytes(absl::string_view data) {
  return reinterpret_cast<const unsigned char*>(data.data());
}
unsigned char* Bytes(std::string& data) { return reinterpret_cast<unsigned char*>(data.data()); }

absl::Status TooManyParts() {
  return absl::ResourceExhaustedError(
      absl::StrCat("more than ", base::kManifestPartsMax, " parts"));
}

}  // namespace

struct PartSealer::State {
  SecretBytes stream;
  std::string header;  // until it stands before the first part
  std::string context;
  uint32_t next = 0;
  bool done = false;
};

PartSealer::PartSealer(const DepositKey& key, absl::string_view context)
    : state_(std::make_unique<State>(State{.stream = NewStream(),
                                           .header = std::string(kStreamHeaderBytes, '\0'),
                                           .context = std::string(context)})) {
  const SecretBytes parts_key = PartsKey(key.secret_, context);
  CHECK(crypto_secretstream_xchacha20poly1305_init_push(
            Stream(state_->stream), Bytes(state_->header), parts_key.RawForCrypto().data()) == 0);
}
PartSealer::~PartSealer() = default;

absl::StatusOr<std::string> PartSealer::Seal(absl::string_view plaintext, Position position) {
  State& state = *state_;
  if (state.done) return absl::FailedPreconditionError("the last part is sealed already");
  if (plaintext.size() > base::kManifestPartBytes) {
    return absl::ResourceExhaustedError(absl::StrCat("part ", state.next, ": ", plaintext.size(),
                                                     " bytes, at most ", base::kManifestPartBytes));
  }
  if (state.next >= base::kManifestPartsMax) return TooManyParts();
  const std::string associated = absl::StrCat(state.context, BigEndian32(state.next));
  std::string part = std::move(state.header);
  state.header.clear();
  const size_t start = part.size();
  part.resize(start + plaintext.size() + kPartOverheadBytes);
  const unsigned char tag = position == Position::kLast
                                ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
  CHECK(crypto_secretstream_xchacha20poly1305_push(Stream(state.stream), Bytes(part) + start,
                                                   nullptr, Bytes(plaintext), plaintext.size(),
                                                   Bytes(associated), associated.size(), tag) == 0);
  ++state.next;
  state.done = position == Position::kLast;
  return part;
}

struct PartOpener::State {
  SecretBytes parts_key;
  SecretBytes stream;
  std::string context;
  uint32_t next = 0;
  bool final_seen = false;
  absl::Status status = absl::OkStatus();

  absl::Status Fail(absl::Status why) {
    status = why;
    return why;
  }
};

PartOpener::PartOpener(const DepositKey& key, absl::string_view context)
    : state_(std::make_unique<State>(State{.parts_key = PartsKey(key.secret_, context),
                                           .stream = NewStream(),
                                           .context = std::string(context)})) {}
PartOpener::~PartOpener() = default;

absl::StatusOr<std::string> PartOpener::Open(absl::string_view ciphertext) {
  State& state = *state_;
  if (!state.status.ok()) return state.status;
  if (state.final_seen) return state.Fail(absl::DataLossError("a part after the last part"));
  if (state.next >= base::kManifestPartsMax) return state.Fail(TooManyParts());
  const size_t head = state.next == 0 ? kStreamHeaderBytes : 0;
  if (ciphertext.size() < head + kPartOverheadBytes) {
    return state.Fail(absl::DataLossError(absl::StrCat("part ", state.next, " is cut short")));
  }
  const size_t plain_bytes = ciphertext.size() - head - kPartOverheadBytes;
  if (plain_bytes > base::kManifestPartBytes) {
    return state.Fail(absl::ResourceExhaustedError(absl::StrCat(
        "part ", state.next, ": ", plain_bytes, " bytes, at most ", base::kManifestPartBytes)));
  }
  if (head != 0) {
    CHECK(crypto_secretstream_xchacha20poly1305_init_pull(
              Stream(state.stream), Bytes(ciphertext), state.parts_key.RawForCrypto().data()) == 0);
  }
  const std::string associated = absl::StrCat(state.context, BigEndian32(state.next));
  std::string plaintext(plain_bytes, '\0');
  unsigned char tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(
          Stream(state.stream), Bytes(plaintext), nullptr, &tag, Bytes(ciphertext) + head,
          ciphertext.size() - head, Bytes(associated), associated.size()) != 0) {
    return state.Fail(
        absl::DataLossError(absl::StrCat("part ", state.next, " is not this part of this stream")));
  }
  if (tag != crypto_secretstream_xchacha20poly1305_TAG_MESSAGE &&
      tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
    return state.Fail(
        absl::DataLossError(absl::StrCat("part ", state.next, " has a tag that no part has")));
  }
  ++state.next;
  state.final_seen = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
  return plaintext;
}

absl::Status PartOpener::Close() {
  State& state = *state_;
  if (state.status.ok() && !state.final_seen) {
    state.status = absl::DataLossError(
        absl::StrCat("the stream ends after ", state.next, " parts, before its last part"));
  }
  return state.status;
}

}  // namespace tidemark::crypto
