// A processed file as the Registry Agreement has it (Specification 2, Part A, section 4): a
// detached signature over an OpenPGP message around the deposit. RST rde-02 and rde-03. A message
// that was split is several such files, each with its signature, which are put together first.
//
// The files are read twice: for its signature, and for its content. What comes out of the message
// is judged while it is decrypted, but nothing of that is reported unless the message turned out to
// be authentic: its own integrity protection, or where the rule set lets it, a valid signature.
//
// Whose fault it is decides the verdict: a message or signature that is not good is a finding; a
// key of ours that is missing or locked, a file that cannot be read or changes under our hands, is
// ours: undecided.
#ifndef TIDEMARK_VERIFIER_PROCESSED_FILE_H_
#define TIDEMARK_VERIFIER_PROCESSED_FILE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/bytes.h"
#include "verifier/check.h"
#include "verifier/openpgp/openpgp.h"

namespace tidemark::verifier {

struct ProcessedFile {
  struct Part {
    std::string path;
    // The signature file's text; without it and the registry's keys it is not judged.
    std::optional<std::string> signature = std::nullopt;
  };
  std::vector<Part> parts;  // in their order
  std::string missing;      // in words, if a part is not there: then nothing is read
  const OpenPgpKeys* public_keys = nullptr;
  // Null: the file is the deposit itself.
  const OpenPgpKeys* decryption_keys = nullptr;
};

// Reads the content of the message to a checker.
using ReadContent = std::function<absl::Status(base::ByteSource& content, DepositChecker& checker)>;

Report CheckProcessedFile(const ProcessedFile& file, const CheckOptions& options,
                          const ReadContent& read);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_PROCESSED_FILE_H_
