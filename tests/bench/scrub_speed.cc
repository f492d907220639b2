// For tools/bench: a store of so many megabytes, and one scrub cycle over it without its pauses.
//
//   scrub_speed make DIR MEGABYTES
//   scrub_speed scrub DIR             prints the bytes that were read and digested

#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/status.h"
#include "crypto/sign.h"
#include "vault/rocks_store.h"
#include "vault/scrub/scrubber.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::tests {
namespace {

constexpr int kFramesPerDeposit = 64;
constexpr size_t kFrameBytes = 1'500'000;
// Parts are smaller than frames may be; a deposit of a test has pieces of one size.
constexpr size_t kPartBytes = 250'000;

absl::Status Make(const std::string& dir, int megabytes) {
  const crypto::SigningKey key = crypto::SigningKey::Generate();
  const base::SystemClock clock;
  const vault::TestPeer depositor = vault::TestPeer::Make(vault::Role::kDepositor, {"bench"});
  {
    ASSIGN_OR_RETURN(const auto vault, vault::Vault::Open({.dir = dir}, "", key, clock));
    const auto deposits = static_cast<int>(1 + megabytes / (kFramesPerDeposit * kFrameBytes / 1e6));
    for (int i = 0; i < deposits; ++i) {
      vault::TestUpload upload = vault::MakeUpload(
          vault->vault_id(), vault::Id(absl::StrCat("bench/A", i, "/0")),
          {.seed = static_cast<uint64_t>(i),
           .frames = kFramesPerDeposit,
           .piece_bytes = kFrameBytes});
      for (std::string& part : upload.parts) part.resize(kPartBytes);
      upload.Describe();
      RETURN_IF_ERROR(vault::Store(upload, depositor, *vault).status());
    }
  }
  // What the write-ahead log still has goes into table files.
  ASSIGN_OR_RETURN(const auto store, vault::RocksStore::Open(dir));
  return store->FlushForTesting();
}

absl::Status Scrub(const std::string& dir) {
  ASSIGN_OR_RETURN(const auto store, vault::RocksStore::Open(dir));
  const base::SystemClock clock;
  // So short a cycle follows the last one at once.
  vault::Scrubber scrubber(*store, {.cycle = absl::Microseconds(30)}, clock);
  RETURN_IF_ERROR(scrubber.CheckSlice().status());
  while (scrubber.progress().done < 1) RETURN_IF_ERROR(scrubber.CheckSlice().status());
  const vault::ScrubProgress progress = scrubber.progress();
  if (progress.pieces_damaged > 0) return absl::DataLossError("the store is damaged");
  std::printf("%llu\n", static_cast<unsigned long long>(progress.finished_bytes));
  return absl::OkStatus();
}

}  // namespace
}  // namespace tidemark::tests

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  absl::Status status = absl::InvalidArgumentError("make DIR MEGABYTES, or scrub DIR");
  if (what == "make" && argc == 4) status = tidemark::tests::Make(argv[2], std::atoi(argv[3]));
  if (what == "scrub" && argc == 3) status = tidemark::tests::Scrub(argv[2]);
  if (status.ok()) return 0;
  std::fprintf(stderr, "scrub_speed: %s\n", std::string(status.message()).c_str());
  return 2;
}
