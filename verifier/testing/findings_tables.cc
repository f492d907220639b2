// Writes the tables of docs/findings.md anew, for when a test says that they are old:
//
//   bazel run //verifier/testing:findings_tables -- "$PWD/docs/findings.md"
#include <cstdio>
#include <string>

#include "base/file.h"
#include "verifier/ruleset.h"
#include "verifier/testing/coverage.h"

int main(int argc, char** argv) {
  using namespace tidemark;  // NOLINT: a main of its own
  if (argc != 2) return 2;
  const auto page = base::ReadSmallFile(argv[1]);
  if (!page.ok()) {
    std::fprintf(stderr, "%s\n", std::string(page.status().message()).c_str());
    return 1;
  }
  const std::string with_rulesets =
      verifier::WithTable(*page, "rulesets", verifier::RulesetTable());
  const std::string fresh =
      verifier::WithTable(with_rulesets, "coverage", verifier::CoverageTable());
  return base::WriteFile(argv[1], fresh, base::FileMode::kPublic).ok() ? 0 : 1;
}
