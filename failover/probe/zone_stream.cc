#include "failover/probe/zone_stream.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/probe/record_text.h"

namespace tidemark::failover::probe {
namespace {

std::string SoaText(const ldns_rr& soa) {
  std::string text;
  for (size_t i = 0; i < ldns_rr_rd_count(&soa); ++i) {
    absl::StrAppend(&text, TextOf(ldns_rr_rdf(&soa, i)), " ");
  }
  return text;
}

}  // namespace

void MessageFree::operator()(ldns_pkt* message) const { ldns_pkt_free(message); }

Message ParseMessage(absl::string_view wire) {
  ldns_pkt* raw = nullptr;
  const ldns_status status =
      ldns_wire2pkt(&raw, reinterpret_cast<const uint8_t*>(wire.data()), wire.size());
  Message message(raw);
  return status == LDNS_STATUS_OK ? std::move(message) : nullptr;
}

absl::Status ZoneStream::Take(const ldns_pkt& message) {
  if (ldns_pkt_get_rcode(&message) != LDNS_RCODE_NOERROR) {
    return absl::UnavailableError(
        absl::StrCat("the server refuses to transfer the zone, response code ",
                     int{ldns_pkt_get_rcode(&message)}));
  }
  if (!ldns_pkt_qr(&message) || ldns_pkt_tc(&message)) {
    return absl::DataLossError("a message that is not one of a zone transfer");
  }
  const ldns_rr_list* const records = ldns_pkt_answer(&message);
  for (size_t i = 0; i < ldns_rr_list_rr_count(records); ++i) {
    RETURN_IF_ERROR(TakeRecord(*ldns_rr_list_rr(records, i)));
  }
  return absl::OkStatus();
}

absl::Status ZoneStream::TakeRecord(const ldns_rr& record) {
  if (ended_) return absl::DataLossError("records behind the end of the zone");
  const bool is_soa = ldns_rr_get_type(&record) == LDNS_RR_TYPE_SOA && OwnerOf(&record) == tld_;
  if (soa_.empty()) {
    if (!is_soa) return absl::DataLossError("the zone does not begin with its SOA");
    soa_ = SoaText(record);
  } else if (is_soa) {
    if (SoaText(record) != soa_) return absl::DataLossError("the zone changed while it was sent");
    ended_ = true;
    return absl::OkStatus();
  }
  on_record_(record);
  return absl::OkStatus();
}

}  // namespace tidemark::failover::probe
