#include "cli/openpgp_options.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
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

// "example_2026-11-22_full_S1_R0" of a path.
std::string StemOf(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.substr(0, name.find('.'));
}

}  // namespace

void OpenPgpOptions::AddTo(CLI::App& verb) {
  CLI::Option* by_signature =
      verb.add_option("--signature", signatures,
                      "The detached OpenPGP signature over FILE, binary or armoured; of a FILE in "
                      "parts one for each, by the same name")
          ->allow_extra_args(false)
          ->type_name("FILE");
  CLI::Option* by_public_key =
      verb.add_option("--public-key", public_key, "The registry's OpenPGP public key file");
  by_signature->needs(by_public_key);
  by_public_key->needs(by_signature);
  CLI::Option* by_decryption_key = verb.add_option(
      "--decryption-key", decryption_key, "The OpenPGP secret key file that FILE is encrypted to");
  verb.add_option("--passphrase-file", passphrase_file, "Its first line unlocks the decryption key")
      ->needs(by_decryption_key);
}

absl::StatusOr<verifier::ProcessedFile> OpenPgpInput::For(const verifier::SplitFile& file) const {
  verifier::ProcessedFile processed;
  processed.missing = file.missing;
  processed.public_keys = public_keys.has_value() ? &*public_keys : nullptr;
  processed.decryption_keys = decryption_keys.has_value() ? &*decryption_keys : nullptr;
  for (const std::string& path : file.paths) processed.parts.push_back({path});
  if (signatures.empty() || !file.missing.empty()) return processed;
  if (processed.parts.size() == 1 && signatures.size() == 1) {
    processed.parts[0].signature = signatures[0].text;
    return processed;
  }
  for (verifier::ProcessedFile::Part& part : processed.parts) {
    const auto own = std::find_if(signatures.begin(), signatures.end(), [&](const Signature& one) {
      return StemOf(one.path) == StemOf(part.path);
    });
    if (own == signatures.end()) {
      return absl::InvalidArgumentError(absl::StrCat("no --signature is for ", part.path));
    }
    part.signature = own->text;
  }
  if (signatures.size() > processed.parts.size()) {
    return absl::InvalidArgumentError("there are more of --signature than parts of FILE");
  }
  return processed;
}

absl::StatusOr<OpenPgpInput> ReadOpenPgpInput(const OpenPgpOptions& options) {
  using Kind = verifier::OpenPgpKeys::Kind;
  OpenPgpInput input;
  for (const std::string& path : options.signatures) {
    ASSIGN_OR_RETURN(std::string text, base::ReadSmallFile(path));
    input.signatures.push_back({path, std::move(text)});
  }
  if (!options.signatures.empty()) {
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
