#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "failover/probe/expectations.h"
#include "failover/probe/probe.h"

namespace tidemark::failover {
namespace {

constexpr absl::Duration kDelvTimeout = absl::Seconds(30);
constexpr size_t kDelvBytesMax = 256 * 1024;
constexpr int kAbsentNames = 5;

struct Sample {
  std::string name;
  const char* type;
  const char* verdict;  // what delv prints when it is content
};

std::vector<Sample> ChooseSamples(const ValidationOptions& options,
                                  const probe::Expectations& expectations) {
  constexpr char kPositive[] = "; fully validated";
  constexpr char kNegative[] = "; negative response, fully validated";
  std::mt19937_64 random(options.seed);
  std::vector<Sample> samples = {{options.target.tld, "SOA", kPositive},
                                 {options.target.tld, "NS", kPositive},
                                 {options.target.tld, "DNSKEY", kPositive}};
  for (int i = 0; i < kAbsentNames; ++i) {
    samples.push_back(
        {absl::StrFormat("absent-%016x.%s", random(), options.target.tld), "A", kNegative});
  }
  std::vector<std::string> names = expectations.signed_names();
  std::shuffle(names.begin(), names.end(), random);
  for (std::string& name : names) samples.push_back({std::move(name), "DS", kPositive});
  const auto sample_max = static_cast<size_t>(std::max(options.sample_max, 0));
  if (samples.size() > sample_max) samples.resize(sample_max);
  return samples;
}

}  // namespace

absl::StatusOr<ValidationResult> ValidateSample(const ValidationOptions& options) {
  ASSIGN_OR_RETURN(const probe::Expectations expectations,
                   probe::Expectations::Read(options.master_file, options.target.tld));
  ValidationResult result;
  for (const Sample& sample : ChooseSamples(options, expectations)) {
    // A name that begins with '-' would be an option; a final dot keeps every name absolute.
    const absl::StatusOr<base::RunResult> run = base::RunAndCapture(
        {"delv", "@" + options.target.address, "-p", absl::StrCat(options.target.port), "-a",
         options.trust_anchor_path, "+root=" + options.target.tld, "-q", sample.name + ".", "-t",
         sample.type},
        kDelvTimeout, kDelvBytesMax);
    if (absl::IsNotFound(run.status())) {
      return absl::NotFoundError("delv is not installed (Debian: apt-get install bind9-dnsutils)");
    }
    RETURN_IF_ERROR(run.status());
    ++result.sampled;
    // delv ends with status 0 whatever it found; what counts is what it says.
    if (absl::StartsWith(run->out, absl::StrCat(sample.verdict, "\n"))) {
      ++result.validated;
    } else {
      result.failures.push_back(absl::StrCat(sample.name, " ", sample.type));
    }
  }
  return result;
}

}  // namespace tidemark::failover
