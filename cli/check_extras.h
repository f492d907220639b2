// What `tidemark check` does with libraries that take longer to load than most deposits to judge: a
// registry's own schemas (Xerces-C++) and OpenPGP (RNP).
//
// tidemark-verbs has it; tidemark judges without and leaves lines that ask for it to tidemark-verbs
// (cli/tidemark_main.cc). Threads: one. Errors: INVALID_ARGUMENT for options that do not go
// together and for files that are not what the option says; the system's. Threat: as of
// verifier/extension and verifier/openpgp.
#ifndef TIDEMARK_CLI_CHECK_EXTRAS_H_
#define TIDEMARK_CLI_CHECK_EXTRAS_H_

#include <functional>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "cli/command.h"
#include "rde/reader.h"
#include "verifier/check.h"
#include "verifier/input/deposit_input.h"
#include "verifier/input/parts.h"

namespace tidemark::cli {

class CheckExtras {
 public:
  // Reads the content of a message to a checker.
  using ReadContent =
      std::function<absl::Status(base::ByteSource& content, verifier::DepositChecker& checker)>;

  virtual ~CheckExtras() = default;

  // Adds the options, which `verb` must not outlive.
  virtual void AddTo(CLI::App& verb) = 0;
  // Whether FILE is a message or has a signature, by the options.
  virtual bool reads_messages() const = 0;
  // Reads what the options name, and sets in `options` what is judged by it. Before what follows.
  virtual absl::Status Load(verifier::CheckOptions& options) = 0;
  // Reads XML, a registry's own objects by its schemas if there are any.
  virtual absl::Status ReadXml(base::ByteSource& source, const rde::ReadOptions& options,
                               rde::RecordSink& sink) const = 0;
  // A base that is a message to the same key.
  virtual absl::StatusOr<std::unique_ptr<verifier::DepositInput>> OpenMessage(
      const std::string& path, const verifier::Resources& resources) const = 0;
  // The report about a file that is read with keys.
  virtual absl::StatusOr<verifier::Report> Judge(const verifier::SplitFile& file,
                                                 const verifier::CheckOptions& options,
                                                 const ReadContent& read) const = 0;
};

std::unique_ptr<CheckExtras> NewCheckExtras();

// Adds the verb; without `extras` also without their options.
void AddCheckWith(std::unique_ptr<CheckExtras> extras, CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_CHECK_EXTRAS_H_
