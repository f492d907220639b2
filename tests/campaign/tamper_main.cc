// Runs the tamper campaign, or one part of it, and prints one line a fault and kind of file:
// FAULT, KIND, cases, named, by a witness alone, library ended, harmless, missed; tabs between.
// Exit status: 0 nothing was missed, 1 something was (each on standard error), 2 it could not run.

#include <cstdio>
#include <string>

#include "CLI/CLI.hpp"
#include "tests/campaign/tamper.h"

int main(int argc, char** argv) {
  CLI::App app("The tamper campaign on a small store", "tamper");
  tidemark::tests::TamperOptions options;
  app.add_option("--dir", options.dir, "A fresh directory")->required();
  app.add_option("--seed", options.seed, "Which bit of each byte");
  app.add_option("--flips", options.flips, "About so many flips; 0: every byte");
  app.add_option("--part", options.part, "Which part of --parts");
  app.add_option("--parts", options.parts, "How many processes share the cases");
  CLI11_PARSE(app, argc, argv);
  const auto result = tidemark::tests::RunTamperCampaign(options);
  if (!result.ok()) {
    std::fprintf(stderr, "tamper: %s\n", std::string(result.status().message()).c_str());
    return 2;
  }
  for (const auto& [where, counts] : result->table) {
    std::printf("%s\t%s\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\n", where.first.c_str(),
                where.second.c_str(), static_cast<unsigned long long>(counts.cases),
                static_cast<unsigned long long>(counts.named),
                static_cast<unsigned long long>(counts.by_witness),
                static_cast<unsigned long long>(counts.ended),
                static_cast<unsigned long long>(counts.harmless),
                static_cast<unsigned long long>(counts.missed));
  }
  for (const std::string& missed : result->missed) {
    std::fprintf(stderr, "missed: %s\n", missed.c_str());
  }
  return result->missed.empty() ? 0 : 1;
}
