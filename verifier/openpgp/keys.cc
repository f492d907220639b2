// Key files, and detached signatures by the keys in them.
#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "verifier/openpgp/rnp_handles.h"

namespace tidemark::verifier {
namespace {

bool GivePassphrase(rnp_ffi_t, void* context, rnp_key_handle_t, const char*, char buffer[],
                    size_t size) {
  const auto& passphrase = *static_cast<const std::string*>(context);
  if (passphrase.size() >= size) return false;
  std::memcpy(buffer, passphrase.c_str(), passphrase.size() + 1);
  return true;
}

// Whether some secret key of the ring is unlocked, or can be.
bool Unlocks(rnp_ffi_t ffi, const std::string& passphrase) {
  rnp_identifier_iterator_t all = nullptr;
  if (rnp_identifier_iterator_create(ffi, &all, "fingerprint") != RNP_SUCCESS) return false;
  bool unlocked = false;
  const char* fingerprint = nullptr;
  while (!unlocked && rnp_identifier_iterator_next(all, &fingerprint) == RNP_SUCCESS &&
         fingerprint != nullptr) {
    rnp_key_handle_t key = nullptr;
    if (rnp_locate_key(ffi, "fingerprint", fingerprint, &key) != RNP_SUCCESS || key == nullptr) {
      continue;
    }
    bool secret = false;
    rnp_key_have_secret(key, &secret);
    bool locked = false;
    if (secret) rnp_key_is_locked(key, &locked);
    unlocked = secret && (!locked || rnp_key_unlock(key, passphrase.c_str()) == RNP_SUCCESS);
    if (unlocked && locked) rnp_key_lock(key);
    rnp_key_handle_destroy(key);
  }
  rnp_identifier_iterator_destroy(all);
  return unlocked;
}

// Why RNP refused a signature, in our words.
absl::string_view WhyInvalid(rnp_result_t result) {
  switch (result) {
    case RNP_ERROR_SIGNATURE_EXPIRED:
      return "the signature has expired";
    case RNP_ERROR_KEY_NOT_FOUND:
    case RNP_ERROR_SIGNATURE_UNKNOWN:
      return "the signature is not by the key given";
    case RNP_ERROR_SIGNATURE_INVALID:
    case RNP_ERROR_VERIFICATION_FAILED:
      return "the signature does not fit the file";
    default:
      return "the signature file is not a detached OpenPGP signature";
  }
}

rnp_result_t StatusOfFirst(rnp_op_verify_t verify, rnp_result_t executed) {
  size_t count = 0;
  if (rnp_op_verify_get_signature_count(verify, &count) != RNP_SUCCESS || count == 0) {
    return executed == RNP_SUCCESS ? static_cast<rnp_result_t>(RNP_ERROR_NO_SIGNATURES_FOUND)
                                   : executed;
  }
  rnp_result_t first = RNP_SUCCESS;
  for (size_t i = 0; i < count; ++i) {
    rnp_op_verify_signature_t signature = nullptr;
    if (rnp_op_verify_get_signature_at(verify, i, &signature) != RNP_SUCCESS) continue;
    const rnp_result_t status = rnp_op_verify_signature_get_status(signature);
    if (status == RNP_SUCCESS) return RNP_SUCCESS;
    if (first == RNP_SUCCESS) first = status;
  }
  return first;
}

}  // namespace

OpenPgpKeys::OpenPgpKeys(std::unique_ptr<State> state) : state_(std::move(state)) {}
OpenPgpKeys::OpenPgpKeys(OpenPgpKeys&&) noexcept = default;
OpenPgpKeys& OpenPgpKeys::operator=(OpenPgpKeys&&) noexcept = default;
OpenPgpKeys::~OpenPgpKeys() = default;

absl::StatusOr<OpenPgpKeys> OpenPgpKeys::Load(absl::string_view file, Kind kind,
                                              std::string passphrase) {
  auto state = std::make_unique<State>();
  state->passphrase = std::move(passphrase);
  state->ffi = NewFfi();
  if (state->ffi == nullptr) return absl::InternalError("RNP has no memory");
  // Null for an empty file.
  const RnpInput input = InputOf(file);
  const bool secret = kind == Kind::kSecret;
  const uint32_t flags = RNP_LOAD_SAVE_PUBLIC_KEYS | (secret ? RNP_LOAD_SAVE_SECRET_KEYS : 0u);
  const rnp_result_t imported = input == nullptr
                                    ? static_cast<rnp_result_t>(RNP_ERROR_EOF)
                                    : rnp_import_keys(state->ffi.get(), input.get(),
                                                      flags | RNP_LOAD_SAVE_PERMISSIVE, nullptr);
  size_t count = 0;
  if (secret) {
    rnp_get_secret_key_count(state->ffi.get(), &count);
  } else {
    rnp_get_public_key_count(state->ffi.get(), &count);
  }
  if (imported != RNP_SUCCESS || count == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("it holds no OpenPGP ", secret ? "secret" : "public", " key"));
  }
  if (secret && !Unlocks(state->ffi.get(), state->passphrase)) {
    return absl::PermissionDeniedError("the passphrase does not unlock the key");
  }
  rnp_ffi_set_pass_provider(state->ffi.get(), &GivePassphrase, &state->passphrase);
  return OpenPgpKeys(std::move(state));
}

absl::Status VerifyDetached(base::ByteSource& file, absl::string_view signature,
                            const OpenPgpKeys& keys) {
  SourceInput input(file);
  const RnpInput signature_input = InputOf(signature);
  rnp_op_verify_t raw = nullptr;
  rnp_result_t result = RNP_ERROR_BAD_FORMAT;
  if (signature_input != nullptr) {
    result = rnp_op_verify_detached_create(&raw, keys.state_->ffi.get(), input.get(),
                                           signature_input.get());
  }
  const RnpVerify verify(raw);
  if (result == RNP_SUCCESS) result = StatusOfFirst(raw, rnp_op_verify_execute(raw));
  if (!input.status().ok()) return input.status();
  // RNP does not read the file behind a signature that it cannot parse.
  char rest[4096];
  for (size_t got = 1; got > 0;) {
    auto read = file.Read(absl::MakeSpan(rest));
    if (!read.ok()) return read.status();
    got = *read;
  }
  if (result != RNP_SUCCESS) return absl::PermissionDeniedError(WhyInvalid(result));
  return absl::OkStatus();
}

}  // namespace tidemark::verifier
