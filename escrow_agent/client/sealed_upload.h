// One upload, from the first bytes that are sealed to the agent's receipt.
//
// Everything that it is sealed under is made anew and forgotten with it, but for the pack's secret,
// which goes into the index: later deposits refer to the pack.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_SEALED_UPLOAD_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_SEALED_UPLOAD_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "crypto/deposit_key.h"
#include "crypto/frame.h"
#include "crypto/pack_id.h"
#include "escrow_agent/client/deposit_client.h"
#include "escrow_agent/client/deposit_head.h"
#include "escrow_agent/client/file_cutter.h"
#include "escrow_agent/client/index/object_index.h"
#include "escrow_agent/client/intake_stream.h"
#include "proto/custody.pb.h"

namespace tidemark::escrow_agent {

class SealedUpload final {
 public:
  // Announces the upload: the packs of `index` are what it relies on. All must outlive the upload.
  // FAILED_PRECONDITION also if the agent does not hold one of them.
  static absl::StatusOr<std::unique_ptr<SealedUpload>> Begin(const DepositorConfig& config,
                                                             const DepositHead& head,
                                                             ObjectIndex& index,
                                                             const DepositOptions& options);

  // Reads the file behind its head, seals and sends it, and commits. Once.
  absl::StatusOr<DepositResult> Run(base::ByteSource& file, absl::string_view file_name);

 private:
  struct Sent;

  SealedUpload(const DepositorConfig& config, const DepositHead& head, ObjectIndex& index,
               const DepositOptions& options);
  absl::Status SetWraps();
  tidemark::v1::ManifestHeader SealedHeader(absl::string_view file_name) const;
  void Describe(const Sent& sent);

  const DepositorConfig& config_;
  const DepositHead& head_;
  ObjectIndex& index_;
  const DepositOptions& options_;
  const crypto::ObjectSecret& object_secret_;
  const std::string context_;
  // The index's packs by their number in the manifest, and the number of each slot.
  std::vector<const IndexedPack*> known_;
  std::vector<uint32_t> pack_of_slot_;
  const crypto::PackId pack_id_ = crypto::PackId::Random();
  const crypto::PackSecret pack_secret_ = crypto::PackSecret::Generate();
  const crypto::DepositKey deposit_key_ = crypto::DepositKey::Generate();
  tidemark::v1::ClearManifest manifest_;
  std::unique_ptr<IntakeStream> stream_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_SEALED_UPLOAD_H_
