// Writes the sealed manifest: records, compressed as one stream, sealed in parts, handed on as soon
// as each part is full. Format: docs/formats/sealed_manifest.md; reader: verifier/opening.
// Threads: one at a time. Memory: one part.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_MANIFEST_WRITER_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_MANIFEST_WRITER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/compress.h"
#include "crypto/deposit_key.h"
#include "crypto/digest.h"
#include "proto/custody.pb.h"

namespace tidemark::escrow_agent {

class ManifestWriter final {
 public:
  using PartSink = std::function<absl::Status(uint32_t number, std::string ciphertext)>;

  // `key` is used during the writer's life only, and must outlive it.
  ManifestWriter(const crypto::DepositKey& key, absl::string_view context, PartSink sink);

  absl::Status Write(const tidemark::v1::ManifestRecord& record);
  // Seals the final part.
  absl::Status Close();

  // After Close(): what the clear manifest says of the parts.
  uint32_t parts() const { return parts_.count(); }
  uint64_t bytes() const { return parts_.bytes(); }
  std::string Digest() { return parts_.Digest(); }

 private:
  class Parts final : public base::ByteSink {
   public:
    Parts(const crypto::DepositKey& key, absl::string_view context, PartSink sink);
    absl::Status Write(absl::string_view data) override;
    absl::Status Close() override;
    uint32_t count() const { return count_; }
    uint64_t bytes() const { return bytes_; }
    std::string Digest() { return std::string(digest_.Finish().bytes()); }

   private:
    absl::Status Seal(crypto::PartSealer::Position position);

    crypto::PartSealer sealer_;
    const PartSink sink_;
    std::string plain_;
    uint32_t count_ = 0;
    uint64_t bytes_ = 0;
    crypto::Blake2bStream digest_;
    bool is_closed_ = false;
  };

  Parts parts_;
  base::ZstdSink compressed_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_MANIFEST_WRITER_H_
