// For tests: seals deposits that follow the format, or break it in one place, and a vault in memory
// that hands them out. No signatures: OpenDeposit() trusts the SealedDeposit that it is given.
#ifndef TIDEMARK_VERIFIER_OPENING_SEALING_TESTING_H_
#define TIDEMARK_VERIFIER_OPENING_SEALING_TESTING_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "crypto/deposit_key.h"
#include "crypto/frame.h"
#include "proto/custody.pb.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/opening.h"
#include "verifier/opening/partial_deposit.h"

namespace tidemark::verifier {

// One deposit with one pack. Change anything before Open().
class SealedFixture {
 public:
  SealedFixture();

  // Frames of these objects, sealed as they should be; the bitmaps name all of them.
  void SetFrames(const std::vector<std::vector<std::string>>& frames);
  // A frame whose plaintext, before compression, is this.
  void SetFrameContent(uint32_t number, const std::string& content);
  // The header that fits; then whatever is added.
  tidemark::v1::ManifestRecord Header() const;
  static tidemark::v1::ManifestRecord Runs(
      const std::vector<std::array<uint32_t, 5>>& runs);  // pack, frame, ordinal, count, gap
  // Format 2, which the clear manifest must say: the same five of each, as columns hold them.
  static tidemark::v1::ManifestRecord Columns(const std::vector<std::array<int32_t, 5>>& runs);
  // Format 3: objects of the pack's frames.
  static tidemark::v1::ManifestRecord Counts(const std::vector<uint32_t>& objects);
  static tidemark::v1::ManifestRecord Literal(std::string bytes);
  static tidemark::v1::ManifestRecord Gap(std::string bytes);
  static tidemark::v1::ManifestRecord Trailer(const std::string& file, uint64_t objects);

  // Seals these records, and describes them in the clear manifest.
  void SetRecords(const std::vector<tidemark::v1::ManifestRecord>& records);
  // Seals these bytes in place of compressed records, in parts of `part_bytes`.
  void SetManifestPlain(const std::string& compressed, size_t part_bytes);
  static std::string Compress(const std::string& plain);
  static std::string Concatenate(const std::vector<tidemark::v1::ManifestRecord>& records);

  // What a clear manifest says of `frames` as they are now.
  std::string DigestOfFrames() const;

  SealedFixture(const SealedFixture&) = delete;
  SealedFixture& operator=(const SealedFixture&) = delete;

  // Opens and reads to the end.
  absl::StatusOr<std::string> Open();
  // What can be had of it, and what is lost. Of this pack's night nothing is known but this.
  absl::StatusOr<std::string> OpenPartial(Losses& losses);
  // Hands out what is in `frames` and `parts` at the time.
  vault::RemoteVault& vault();

  // The golden form: opening.key, clear_manifest.bin, frame_N.bin, part_N.bin.
  absl::Status Save(const std::string& dir) const;
  absl::Status Load(const std::string& dir);

  // All of it may be changed.
  SealedDeposit deposit;
  std::vector<std::string> frames;  // ciphertexts
  std::vector<std::string> parts;   // ciphertexts
  // What the vault does instead of answering, if set.
  std::function<absl::Status()> on_read_manifest;
  std::function<absl::Status()> on_read_frames;
  int frame_calls = 0;

 private:
  class MemoryVault;
  void DescribeFrames();

  std::unique_ptr<vault::RemoteVault> vault_;
  vault::AgentConnection agent_;
  crypto::PackId pack_;
  crypto::PackSecret secret_;
  crypto::OpeningKey opener_;
  std::string context_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_SEALING_TESTING_H_
