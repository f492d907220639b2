// What an observer's witness (failover/probe/deposit_witness.h) holds in memory:
//
//     witness_memory DEPOSIT.xml TLD SAMPLE [delegations]
//
// SAMPLE: names of each kind, 0 for all; "delegations": without registrations. Prints what is
// judged, processor seconds, and by how much the process has grown.
#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/numbers.h"
#include "base/file.h"
#include "base/status.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/testimony.h"
#include "rde/reader.h"

namespace tidemark::failover {
namespace {

rusage Usage() {
  rusage usage{};
  CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
  return usage;
}

double ProcessorSeconds(const rusage& usage) {
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

absl::Status Run(const std::string& deposit, const WitnessOptions& options) {
  const rusage before = Usage();
  ASSIGN_OR_RETURN(const DepositWitness witness,
                   DepositWitness::Read(
                       [&deposit](rde::RecordSink& sink) -> absl::Status {
                         ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSource> source,
                                          base::FileSource::Open(deposit));
                         return rde::ReadDeposit(*source, sink);
                       },
                       options));
  const rusage after = Usage();
  const probe::Testimony& testimony = witness.testimony();
  std::printf("%zu delegations, %zu withheld, %zu registrations, %zu contacts: %.1f s, %ld KiB\n",
              testimony.delegations.names().size(), testimony.withheld.size(),
              testimony.registrations.size(), testimony.contacts.size(),
              ProcessorSeconds(after) - ProcessorSeconds(before),
              after.ru_maxrss - before.ru_maxrss);
  return absl::OkStatus();
}

}  // namespace
}  // namespace tidemark::failover

int main(int argc, char** argv) {
  tidemark::failover::WitnessOptions options;
  if (argc < 4 || argc > 5 || !absl::SimpleAtoi(argv[3], &options.sample) ||
      (argc == 5 && argv[4] != std::string("delegations"))) {
    std::fputs("usage: witness_memory DEPOSIT.xml TLD SAMPLE [delegations]\n", stderr);
    return 2;
  }
  options.tld = argv[2];
  if (argc == 5) options.registrations = tidemark::failover::Registrations::kNo;
  const absl::Status status = tidemark::failover::Run(argv[1], options);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 2;
}
