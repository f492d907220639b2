// Writes a master file line by line and counts and digests what it writes. Values are written as
// they are: whoever calls has made them with dns_name.h or ds.h.
#ifndef TIDEMARK_FAILOVER_ZONE_MASTER_FILE_H_
#define TIDEMARK_FAILOVER_ZONE_MASTER_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "crypto/digest.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {

class MasterFile {
 public:
  // `sink` must outlive it; it is not closed.
  explicit MasterFile(base::ByteSink& sink) : sink_(sink) {}

  void Add(absl::string_view owner, uint32_t ttl, absl::string_view type, absl::string_view data);
  void AddAddress(absl::string_view owner, uint32_t ttl, const Address& address);

  // Hands on what has gathered, once it is worth it. To be called after every few lines.
  absl::Status Flush();
  // The rest. Then bytes() and the digest are of the whole file.
  absl::Status Finish();

  uint64_t bytes() const { return bytes_; }
  std::string Sha256Hex() { return digest_.Finish().ToHex(); }

 private:
  base::ByteSink& sink_;
  std::string buffer_;
  crypto::Sha256Stream digest_;
  uint64_t bytes_ = 0;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_MASTER_FILE_H_
