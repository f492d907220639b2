#include "cli/resource_options.h"

#include <unistd.h>

#include <cstdio>
#include <string>

namespace tidemark::cli {

void AddResourceOptions(CLI::App& verb, verifier::Resources& resources) {
  verb.add_option("--memory", resources.memory_bytes_max,
                  "For what grows with the deposit, as 64M or 1G; scratch files take the rest")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/false))
      ->check(CLI::Range(verifier::kMemoryBytesMin, verifier::kMemoryBytesMax))
      ->option_text("SIZE=40M, from 8M");
  verb.add_option("--scratch", resources.scratch_dir,
                  "Directory for scratch files, which are encrypted and have no name "
                  "(default: $TMPDIR, or else /tmp)")
      ->check(CLI::ExistingDirectory)
      ->option_text("DIR");
  verb.add_option("--threads", resources.threads, "Threads that read")
      ->check(CLI::Range(1, verifier::kThreadsMax))
      ->option_text("N=1, to 64");
}

void TellSpill(const Session& session, absl::string_view verb, uint64_t spilled_bytes) {
  if (session.quiet || spilled_bytes == 0 || ::isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "tidemark %s: %.1f MB went to scratch\n", std::string(verb).c_str(),
               static_cast<double>(spilled_bytes) / 1e6);
}

}  // namespace tidemark::cli
