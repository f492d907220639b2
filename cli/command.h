// How a verb joins the one binary: a function that adds its subcommand, and the exit statuses.
//
// A cmd_*.cc parses, calls a library, prints, and sets the status. Decisions belong to libraries.
#ifndef TIDEMARK_CLI_COMMAND_H_
#define TIDEMARK_CLI_COMMAND_H_

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tidemark::cli {

// The same for every verb; scripts depend on it.
enum class Exit {
  kGood = 0,
  kNo = 1,         // the answer is no: verdict fail, refused, mismatch
  kUndecided = 2,  // could not decide: unreadable, wrong key, tampered custody, usage, our fault
};

// What all verbs share, and where a verb leaves its exit status.
struct Session {
  bool quiet = false;
  Exit exit = Exit::kGood;
};

// What every line may have and needs, whichever verb.
void SetUp(CLI::App& app, Session& session);

// --config, which TIDEMARK_CONFIG can stand in for, required; `files` says which will do.
void AddConfigOption(CLI::App& verb, std::string& path, const std::string& files);

// --format text or json; `format` holds the default.
void AddFormatOption(CLI::App& verb, std::string& format);

// Prints "tidemark VERB: message" to standard error and sets Exit::kUndecided.
void Fail(Session& session, absl::string_view verb, const absl::Status& status);

// For main() to return, after the verb. What was to be read by somebody has to have gone somewhere.
int ExitStatus(Session& session);

// One per verb; each sets a description, options with units and defaults, a footer with an example,
// and a callback. `session` outlives the app.
void AddCheck(CLI::App& app, Session& session);
void AddExplain(CLI::App& app, Session& session);
void AddKeygen(CLI::App& app, Session& session);
void AddEnroll(CLI::App& app, Session& session);
void AddDeposit(CLI::App& app, Session& session);
void AddStatus(CLI::App& app, Session& session);
void AddList(CLI::App& app, Session& session);
void AddShow(CLI::App& app, Session& session);
void AddHold(CLI::App& app, Session& session);
void AddRetention(CLI::App& app, Session& session);
void AddReceipt(CLI::App& app, Session& session);
void AddLog(CLI::App& app, Session& session);
void AddVerify(CLI::App& app, Session& session);
void AddVerdict(CLI::App& app, Session& session);
void AddRelease(CLI::App& app, Session& session);
void AddRebuild(CLI::App& app, Session& session);
void AddRestore(CLI::App& app, Session& session);
void AddServe(CLI::App& app, Session& session);
void AddCutover(CLI::App& app, Session& session);
void AddExport(CLI::App& app, Session& session);
void AddDrill(CLI::App& app, Session& session);
void AddReplicate(CLI::App& app, Session& session);
void AddReplica(CLI::App& app, Session& session);
void AddFsck(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_COMMAND_H_
