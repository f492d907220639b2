// The messages of a zone transfer as a stream of records (RFC 5936 section 2.2).
#ifndef TIDEMARK_FAILOVER_PROBE_ZONE_STREAM_H_
#define TIDEMARK_FAILOVER_PROBE_ZONE_STREAM_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// As libldns has them; its header has to come after the standard library's.
using ldns_pkt = struct ldns_struct_pkt;
using ldns_rr = struct ldns_struct_rr;

namespace tidemark::failover::probe {

struct MessageFree {
  void operator()(ldns_pkt* message) const;
};
using Message = std::unique_ptr<ldns_pkt, MessageFree>;
// Null if it is none.
Message ParseMessage(absl::string_view wire);

class ZoneStream {
 public:
  // `tld` is plain. `on_record` gets every record but the SOA at the end, and must not keep it.
  ZoneStream(std::string tld, std::function<void(const ldns_rr& record)> on_record)
      : tld_(std::move(tld)), on_record_(std::move(on_record)) {}

  // UNAVAILABLE: the server says no. DATA_LOSS: this is not the next message of a transfer.
  absl::Status Take(const ldns_pkt& message);
  // The zone was there from its SOA to its SOA.
  bool ended() const { return ended_; }

 private:
  absl::Status TakeRecord(const ldns_rr& record);

  const std::string tld_;
  const std::function<void(const ldns_rr&)> on_record_;
  std::string soa_;  // the first record, as text
  bool ended_ = false;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_ZONE_STREAM_H_
