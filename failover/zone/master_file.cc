#include "failover/zone/master_file.h"

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::failover {

void MasterFile::Add(absl::string_view owner, uint32_t ttl, absl::string_view type,
                     absl::string_view data) {
  absl::StrAppend(&buffer_, owner, ". ", ttl, " IN ", type, " ", data, "\n");
}

void MasterFile::AddAddress(absl::string_view owner, uint32_t ttl, const Address& address) {
  Add(owner, ttl, address.family == AddressFamily::kIpv4 ? "A" : "AAAA", address.text);
}

absl::Status MasterFile::Flush() {
  return buffer_.size() < base::kCopyBufferBytes ? absl::OkStatus() : Finish();
}

absl::Status MasterFile::Finish() {
  digest_.Update(buffer_);
  bytes_ += buffer_.size();
  RETURN_IF_ERROR(sink_.Write(buffer_));
  buffer_.clear();
  return absl::OkStatus();
}

}  // namespace tidemark::failover
