// What every name of the zone has to have, by the deposit and the policy: name servers, DS records
// and addresses, in the order of names, on scratch (base/scratch.h). Written once, read as often as
// wanted.
//
// Memory: a buffer. Threads: one at a time. Errors: those of the scratch space.
#ifndef TIDEMARK_FAILOVER_PROBE_WANTED_CONTENT_H_
#define TIDEMARK_FAILOVER_PROBE_WANTED_CONTENT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/scratch.h"
#include "failover/probe/expectations.h"

namespace tidemark::failover::probe {

// One name below the apex; everything plain (names.h).
struct OwnerContent {
  std::string owner = {};
  TextSet servers = {};
  TextSet ds = {};  // "key-tag algorithm digest-type digest"
  TextSet addresses = {};
};

class WantedContent {
 public:
  // `space` must outlive it.
  explicit WantedContent(base::ScratchSpace& space) : space_(space) {}

  // In the order of owners as bytes; of one that has anything.
  absl::Status Add(const OwnerContent& content);

  class Reader {
   public:
    // `content` must outlive it, and gets nothing more.
    explicit Reader(const WantedContent& content) : content_(content) {}
    // The next name's; false after the last.
    absl::StatusOr<bool> Next(OwnerContent& content);

   private:
    absl::Status Fill(size_t bytes);

    const WantedContent& content_;
    uint64_t offset_ = 0;  // of what follows the buffer
    std::string buffer_;
    size_t at_ = 0;  // in the buffer
  };

 private:
  uint64_t size_bytes() const;

  base::ScratchSpace& space_;
  std::unique_ptr<base::ScratchFile> file_;  // null while the tail has it all
  std::string tail_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_WANTED_CONTENT_H_
