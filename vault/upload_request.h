// How an upload is asked for, and what the unfinished ones may take; see vault.h.
#ifndef TIDEMARK_VAULT_UPLOAD_REQUEST_H_
#define TIDEMARK_VAULT_UPLOAD_REQUEST_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/limits.h"
#include "crypto/pack_id.h"
#include "vault/deposit_id.h"

namespace tidemark::vault {

// What uploads may take that are not finished. docs/configuration.md has each under its key.
struct UploadLimits {
  // Bytes that must stay free on the disk, or uploads are refused; and those that each TLD finds
  // free whatever the others do.
  uint64_t free_bytes_min = 256ull << 20;
  uint64_t disk_reserve_per_tld = base::kDiskReservePerTldBytes;
  // Uploads that may be open at once, all peers together.
  int open_uploads_max = 32;
  // Of one certificate, open and parked ones together.
  int uploads_per_certificate_max = base::kUploadsPerCertificateMax;
  uint64_t open_bytes_per_certificate_max = base::kOpenBytesPerCertificateMax;
  uint32_t frames_per_deposit_max = base::kPackFramesMax;
  // How long an upload is kept whose stream broke.
  absl::Duration unfinished_expiry = absl::Hours(24);
};

struct UploadRequest {
  DepositId deposit;
  crypto::PackId new_pack;
  // Committed packs of the same TLD that the manifest may refer to beside the new one.
  std::vector<crypto::PackId> relied_on = {};
  // Whose it is. Only a request with the same deposit, digest and signer may resume it; the serial
  // is the certificate's whose limits it counts against.
  std::string begin_digest = {};  // 32 bytes, of the announcement as it was signed
  std::string signer = {};        // 32 bytes
  std::string serial = {};
  // Called when the same request comes again while this upload is still open: its owner should
  // destroy it, so that the other can resume. From any thread; it must not call the vault.
  std::function<void()> on_taken_over = nullptr;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_UPLOAD_REQUEST_H_
