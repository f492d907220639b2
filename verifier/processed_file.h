// A processed file as the Registry Agreement has it (Specification 2, Part A, section 4): a
// detached signature over an OpenPGP message around the deposit. RST rde-02 and rde-03.
//
// The file is read twice: for its signature, and for its content. What comes out of the message is
// judged while it is decrypted, but nothing of that is reported unless the message turned out to be
// authentic: its own integrity protection, or where the rule set lets it, a valid signature.
//
// Whose fault it is decides the verdict: a message or signature that is not good is a finding; a
// key of ours that is missing or locked, a file that cannot be read or changes under our hands, is
// ours: undecided.
#ifndef TIDEMARK_VERIFIER_PROCESSED_FILE_H_
#define TIDEMARK_VERIFIER_PROCESSED_FILE_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "base/bytes.h"
#include "rde/reader.h"
#include "verifier/check.h"
#include "verifier/openpgp/openpgp.h"

namespace tidemark::verifier {

struct ProcessedFile {
  std::string path;
  // The signature file's text and the registry's keys; without them the signature is not judged.
  std::optional<std::string> signature;
  const OpenPgpKeys* public_keys = nullptr;
  // Null: the file is the deposit itself.
  const OpenPgpKeys* decryption_keys = nullptr;
};

// Reads the content of the message to a sink, as rde::ReadDeposit does.
using ReadContent = std::function<absl::Status(base::ByteSource& content, rde::RecordSink& sink)>;

Report CheckProcessedFile(const ProcessedFile& file, const CheckOptions& options,
                          const ReadContent& read);

// Whether the file begins like an OpenPGP message: it needs a key, and without one says nothing
// about the registry. False for what cannot be read, and for pipes.
bool LooksEncrypted(const std::string& path);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_PROCESSED_FILE_H_
