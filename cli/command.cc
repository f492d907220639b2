#include "cli/command.h"

#include <cstdio>

namespace tidemark::cli {

void SetUp(CLI::App& app, Session& session) {
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag("-q,--quiet", session.quiet, "No progress and no remarks, only results and errors");
}

void AddConfigOption(CLI::App& verb, std::string& path, const std::string& files) {
  verb.add_option("--config", path, files)->envname("TIDEMARK_CONFIG")->required();
}

void AddFormatOption(CLI::App& verb, std::string& format) {
  verb.add_option("--format", format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

void Fail(Session& session, absl::string_view verb, const absl::Status& status) {
  std::fprintf(stderr, "tidemark %.*s: %s\n", static_cast<int>(verb.size()), verb.data(),
               std::string(status.message()).c_str());
  session.exit = Exit::kUndecided;
}

int ExitStatus(Session& session) {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fputs("tidemark: standard output could not be written to; what was asked is done\n",
               stderr);
    if (session.exit == Exit::kGood) session.exit = Exit::kUndecided;
  }
  return static_cast<int>(session.exit);
}

}  // namespace tidemark::cli
