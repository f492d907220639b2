#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "failover/probe/expectations.h"
#include "failover/probe/probe.h"
#include "failover/probe/testimony.h"

namespace tidemark::failover {
namespace {

constexpr absl::Duration kDelvTimeout = absl::Seconds(30);
constexpr size_t kDelvBytesMax = 256 * 1024;
constexpr int kAbsentNames = 5;
// What delv prints first when it is content; it ends with status 0 whatever it found.
constexpr char kPositive[] = "; fully validated";
constexpr char kNegative[] = "; negative response, fully validated";

struct Sample {
  std::string name;
  const char* type;
  const char* verdict;
};

// At the apex, and names that do not exist: these need no master file.
std::vector<Sample> FixedSamples(const ValidationOptions& options, std::mt19937_64& random) {
  std::vector<Sample> samples = {{options.target.tld, "SOA", kPositive},
                                 {options.target.tld, "NS", kPositive},
                                 {options.target.tld, "DNSKEY", kPositive}};
  for (int i = 0; i < kAbsentNames; ++i) {
    samples.push_back(
        {absl::StrFormat("absent-%016x.%s", random(), options.target.tld), "A", kNegative});
  }
  return samples;
}

// At most so many of each that the seed chooses; each name of the zone as likely as any other.
struct ChosenNames {
  std::vector<std::string> signed_names;
  std::vector<std::string> unsigned_names;
};
ChosenNames Choose(const probe::Expectations& expectations, size_t count_max,
                   std::mt19937_64& random) {
  ChosenNames chosen;
  size_t signed_seen = 0;
  size_t unsigned_seen = 0;
  const auto offer = [&](const std::string& name, size_t& seen, std::vector<std::string>& kept) {
    ++seen;
    if (kept.size() < count_max) return kept.push_back(name);
    const size_t place = random() % seen;
    if (place < kept.size()) kept[place] = name;
  };
  for (const std::string& name : expectations.names()) {
    if (expectations.IsSigned(name)) {
      offer(name, signed_seen, chosen.signed_names);
    } else {
      offer(name, unsigned_seen, chosen.unsigned_names);
    }
  }
  return chosen;
}

absl::StatusOr<ChosenNames> ChooseNames(const ValidationOptions& options, size_t count_max,
                                        std::mt19937_64& random) {
  if (options.witness != nullptr) {
    return Choose(options.witness->testimony().delegations, count_max, random);
  }
  ASSIGN_OR_RETURN(const probe::Expectations expectations,
                   probe::Expectations::Read(options.master_file, options.target.tld));
  return Choose(expectations, count_max, random);
}

absl::StatusOr<std::vector<Sample>> ChooseSamples(const ValidationOptions& options) {
  std::mt19937_64 random(options.seed);
  const auto sample_max = static_cast<size_t>(std::max(options.sample_max, 0));
  std::vector<Sample> samples = FixedSamples(options, random);
  if (samples.size() < sample_max) {
    const size_t room = sample_max - samples.size();
    ASSIGN_OR_RETURN(ChosenNames names, ChooseNames(options, room, random));
    // Half of each, and more of either where the other has fewer.
    const size_t unsigned_count =
        std::min(names.unsigned_names.size(),
                 std::max(room / 2, room - std::min(room, names.signed_names.size())));
    names.unsigned_names.resize(unsigned_count);
    names.signed_names.resize(std::min(names.signed_names.size(), room - unsigned_count));
    for (std::string& name : names.signed_names) {
      samples.push_back({std::move(name), "DS", kPositive});
    }
    for (std::string& name : names.unsigned_names) {
      samples.push_back({std::move(name), "DS", kNegative});
    }
  }
  if (samples.size() > sample_max) samples.resize(sample_max);
  return samples;
}

}  // namespace

absl::StatusOr<ValidationResult> ValidateSample(const ValidationOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<Sample> samples, ChooseSamples(options));
  ValidationResult result;
  for (const Sample& sample : samples) {
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
    if (absl::StartsWith(run->out, absl::StrCat(sample.verdict, "\n"))) {
      ++result.validated;
    } else {
      result.failures.push_back(absl::StrCat(sample.name, " ", sample.type));
    }
  }
  return result;
}

}  // namespace tidemark::failover
