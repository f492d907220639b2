#include "verifier/openpgp/rnp_handles.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

namespace tidemark::verifier {

RnpFfi NewFfi() {
  rnp_ffi_t ffi = nullptr;
  if (rnp_ffi_create(&ffi, RNP_KEYSTORE_GPG, RNP_KEYSTORE_GPG) != RNP_SUCCESS) return nullptr;
  RnpFfi owned(ffi);
  // RNP takes the descriptor over, unless it fails.
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null >= 0 && rnp_ffi_set_log_fd(ffi, null) != RNP_SUCCESS) ::close(null);
  return owned;
}

RnpInput InputOf(absl::string_view data) {
  rnp_input_t input = nullptr;
  rnp_input_from_memory(&input, reinterpret_cast<const uint8_t*>(data.data()), data.size(), false);
  return RnpInput(input);
}

SourceInput::SourceInput(base::ByteSource& source) : source_(source) {
  rnp_input_t input = nullptr;
  rnp_input_from_callback(&input, &SourceInput::Read, nullptr, this);
  input_.reset(input);
}

bool SourceInput::Read(void* self, void* buffer, size_t size, size_t* got) {
  auto& input = *static_cast<SourceInput*>(self);
  *got = 0;
  if (!input.status_.ok()) return false;
  if (size == 0) return true;
  const auto read = input.source_.Read(absl::MakeSpan(static_cast<char*>(buffer), size));
  if (!read.ok()) {
    input.status_ = read.status();
    return false;
  }
  *got = *read;
  return true;
}

OpenPgpKeys::State::~State() { explicit_bzero(passphrase.data(), passphrase.size()); }

}  // namespace tidemark::verifier
