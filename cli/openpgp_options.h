// The options of verbs that read a processed file: its signature, and the keys on either side.
#ifndef TIDEMARK_CLI_OPENPGP_OPTIONS_H_
#define TIDEMARK_CLI_OPENPGP_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "verifier/input/parts.h"
#include "verifier/openpgp/openpgp.h"
#include "verifier/processed_file.h"

namespace tidemark::cli {

// As typed.
struct OpenPgpOptions {
  std::vector<std::string> signatures;
  std::string public_key;
  std::string decryption_key;
  std::string passphrase_file;

  bool given() const { return !signatures.empty() || !decryption_key.empty(); }
  // `verb` must not outlive it.
  void AddTo(CLI::App& verb);
};

// What the options name, read.
struct OpenPgpInput {
  struct Signature {
    std::string path;
    std::string text;
  };
  std::vector<Signature> signatures;
  std::optional<verifier::OpenPgpKeys> public_keys;
  std::optional<verifier::OpenPgpKeys> decryption_keys;

  // Borrows from it. Of several parts a signature belongs to the one of its name. INVALID_ARGUMENT
  // if there is not one for each.
  absl::StatusOr<verifier::ProcessedFile> For(const verifier::SplitFile& file) const;
};
absl::StatusOr<OpenPgpInput> ReadOpenPgpInput(const OpenPgpOptions& options);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_OPENPGP_OPTIONS_H_
