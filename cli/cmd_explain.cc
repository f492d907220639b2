// tidemark explain: what a code of a report means and what to do about it.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "verifier/explain.h"
#include "verifier/finding.h"

namespace tidemark::cli {
namespace {

void Run(const std::string& code, Session& session) {
  if (code.empty()) {
    std::fputs(verifier::CodeList().c_str(), stdout);
    return;
  }
  const auto paragraph = verifier::ExplainCode(code);
  if (paragraph.has_value()) {
    std::fputs(paragraph->c_str(), stdout);
    return;
  }
  const std::vector<std::string> like = verifier::CodesLike(code);
  Fail(session, "explain",
       absl::NotFoundError(absl::StrCat(
           "no code \"", verifier::Printable(code), "\"",
           like.empty() ? "; without a code, explain lists all"
                        : absl::StrCat("; did you mean ", absl::StrJoin(like, ", "), "?"))));
}

}  // namespace

void AddExplain(CLI::App& app, Session& session) {
  auto code = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("explain", "What a code of a report means, and what to do");
  verb->add_option("CODE", *code, "As in a report; without it, all codes are listed")
      ->type_name("");
  verb->footer(
      "Exit status: 0, or 2 for a code that there is not.\n"
      "Example: tidemark explain RDE_DOMAIN_HAS_MISSING_NAMESERVER");
  verb->callback([code, &session] { Run(*code, session); });
}

}  // namespace tidemark::cli
