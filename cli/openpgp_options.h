// The options of verbs that read a processed file: its signature, and the keys on either side.
#ifndef TIDEMARK_CLI_OPENPGP_OPTIONS_H_
#define TIDEMARK_CLI_OPENPGP_OPTIONS_H_

#include <optional>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "verifier/openpgp/openpgp.h"
#include "verifier/processed_file.h"

namespace tidemark::cli {

// As typed.
struct OpenPgpOptions {
  std::string signature;
  std::string public_key;
  std::string decryption_key;
  std::string passphrase_file;

  bool given() const { return !signature.empty() || !decryption_key.empty(); }
  // `verb` must not outlive it.
  void AddTo(CLI::App& verb);
};

// What the options name, read.
struct OpenPgpInput {
  std::optional<std::string> signature;
  std::optional<verifier::OpenPgpKeys> public_keys;
  std::optional<verifier::OpenPgpKeys> decryption_keys;

  // Borrows from it.
  verifier::ProcessedFile For(const std::string& path) const;
};
absl::StatusOr<OpenPgpInput> ReadOpenPgpInput(const OpenPgpOptions& options);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_OPENPGP_OPTIONS_H_
