#include "cli/openpgp_options.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/status.h"

namespace tidemark::cli {
namespace {

absl::StatusOr<verifier::OpenPgpKeys> LoadKeys(const std::string& path,
                                               verifier::OpenPgpKeys::Kind kind,
                                               std::string passphrase) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadSmallFile(path));
  auto keys = verifier::OpenPgpKeys::Load(text, kind, std::move(passphrase));
  if (!keys.ok()) return base::Annotate(keys.status(), path);
  return keys;
}

}  // namespace

void OpenPgpOptions::AddTo(CLI::App& verb) {
  CLI::Option* by_signature = verb.add_option(
      "--signature", signature, "The detached OpenPGP signature over FILE, binary or armoured");
  CLI::Option* by_public_key =
      verb.add_option("--public-key", public_key, "The registry's OpenPGP public key file");
  by_signature->needs(by_public_key);
  by_public_key->needs(by_signature);
  CLI::Option* by_decryption_key = verb.add_option(
      "--decryption-key", decryption_key, "The OpenPGP secret key file that FILE is encrypted to");
  verb.add_option("--passphrase-file", passphrase_file, "Its first line unlocks the decryption key")
      ->needs(by_decryption_key);
}

verifier::ProcessedFile OpenPgpInput::For(const std::string& path) const {
  return {path, signature, public_keys.has_value() ? &*public_keys : nullptr,
          decryption_keys.has_value() ? &*decryption_keys : nullptr};
}

absl::StatusOr<OpenPgpInput> ReadOpenPgpInput(const OpenPgpOptions& options) {
  using Kind = verifier::OpenPgpKeys::Kind;
  OpenPgpInput input;
  if (!options.signature.empty()) {
    ASSIGN_OR_RETURN(input.signature, base::ReadSmallFile(options.signature));
    ASSIGN_OR_RETURN(input.public_keys, LoadKeys(options.public_key, Kind::kPublic, ""));
  }
  if (!options.decryption_key.empty()) {
    std::string passphrase;
    if (!options.passphrase_file.empty()) {
      ASSIGN_OR_RETURN(passphrase, base::ReadSmallFile(options.passphrase_file));
      passphrase.erase(std::min(passphrase.find_first_of("\r\n"), passphrase.size()));
    }
    ASSIGN_OR_RETURN(input.decryption_keys,
                     LoadKeys(options.decryption_key, Kind::kSecret, std::move(passphrase)));
  }
  return input;
}

}  // namespace tidemark::cli
