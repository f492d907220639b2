// Writes the records of a transfer as a master file (RFC 1035 section 5), one a line, by libldns:
// for programs of others that judge a zone.
//
// Errors: those of the file; INTERNAL for a record that libldns cannot write. The first latches;
// Close() tells it, and without it there is no file. Threads: one.
#ifndef TIDEMARK_FAILOVER_PROBE_ZONE_FILE_H_
#define TIDEMARK_FAILOVER_PROBE_ZONE_FILE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/file.h"

// libldns's
using ldns_rr = struct ldns_struct_rr;
using ldns_buffer = struct ldns_struct_buffer;

namespace tidemark::failover::probe {

class ZoneFile {
 public:
  static absl::StatusOr<ZoneFile> Create(const std::string& path);

  void Add(const ldns_rr& record);
  absl::Status Close();

 private:
  struct BufferFree {
    void operator()(ldns_buffer* buffer) const;
  };

  explicit ZoneFile(std::unique_ptr<base::FileSink> sink);

  std::unique_ptr<base::FileSink> sink_;
  std::unique_ptr<ldns_buffer, BufferFree> line_;
  absl::Status status_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_ZONE_FILE_H_
