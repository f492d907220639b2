#include "failover/probe/whole_zone.h"

#include <ldns/ldns.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "failover/probe/asker.h"
#include "failover/probe/testimony.h"
#include "failover/probe/zone_file.h"
#include "failover/probe/zone_judge.h"
#include "failover/probe/zone_stream.h"

namespace tidemark::failover {
namespace {

using probe::Message;
using probe::ZoneFile;
using probe::ZoneJudge;
using probe::ZoneStream;

constexpr char kAlgorithm[] = "hmac-sha256.";
constexpr uint16_t kFudgeSeconds = 300;  // RFC 8945 section 10
constexpr size_t kMac = 3;               // of a TSIG record, section 4.2
constexpr uint16_t kMessageId = 1;
constexpr uint64_t kBytesMax = 64 << 20;
constexpr uint64_t kBytesEachMax = 4 << 10;

struct DataFree {
  void operator()(ldns_rdf* data) const { ldns_rdf_deep_free(data); }
};
struct BytesFree {
  void operator()(uint8_t* bytes) const { std::free(bytes); }
};
using Data = std::unique_ptr<ldns_rdf, DataFree>;

Data MacOf(const ldns_pkt& packet) {
  const ldns_rr* const tsig = ldns_pkt_tsig(&packet);
  const ldns_rdf* const mac = tsig == nullptr ? nullptr : ldns_rr_rdf(tsig, kMac);
  return Data(mac == nullptr ? nullptr : ldns_rdf_clone(mac));
}

uint64_t BytesMax(const WholeZoneOptions& options) {
  if (options.bytes_max != 0) return options.bytes_max;
  return kBytesMax + kBytesEachMax * options.witness->counts().delegations;
}

// One transfer. Each message's MAC is over the one before as well (RFC 8945 section 5.3.1), so that
// none can be left out, and each has to have one.
class Transfer {
 public:
  Transfer(const WholeZoneOptions& options, int fd) : options_(options), fd_(fd) {}

  absl::Status Ask() {
    const Data name(ldns_dname_new_frm_str(options_.target.tld.c_str()));
    if (name == nullptr) return absl::InvalidArgumentError("the TLD is not a domain name");
    const Message question(
        ldns_pkt_query_new(ldns_rdf_clone(name.get()), LDNS_RR_TYPE_AXFR, LDNS_RR_CLASS_IN, 0));
    ldns_pkt_set_id(question.get(), kMessageId);
    if (ldns_pkt_tsig_sign(question.get(), options_.key_name.c_str(),
                           options_.key_secret_base64.c_str(), kFudgeSeconds, kAlgorithm,
                           nullptr) != LDNS_STATUS_OK) {
      return absl::InvalidArgumentError("the transfer key is none of hmac-sha256");
    }
    mac_ = MacOf(*question);
    uint8_t* raw = nullptr;
    size_t bytes = 0;
    const ldns_status status = ldns_pkt2wire(&raw, question.get(), &bytes);
    const std::unique_ptr<uint8_t, BytesFree> wire(raw);
    if (status != LDNS_STATUS_OK) return absl::InternalError("no question can be made");
    return probe::SendMessage(fd_,
                              absl::string_view(reinterpret_cast<const char*>(wire.get()), bytes));
  }

  absl::Status Read(ZoneStream& zone) {
    while (!zone.ended()) {
      if (options_.should_stop && options_.should_stop())
        return absl::CancelledError("told to stop");
      if (absl::Now() > deadline_) {
        return absl::DeadlineExceededError("the transfer of the zone takes too long");
      }
      ASSIGN_OR_RETURN(const std::string wire, probe::ReceiveMessage(fd_));
      bytes_ += wire.size();
      if (bytes_ > bytes_max_) {
        return absl::ResourceExhaustedError(
            absl::StrCat("the server sends more than ", bytes_max_,
                         " bytes: no zone of this registry has as many"));
      }
      ASSIGN_OR_RETURN(const Message message, Open(wire));
      RETURN_IF_ERROR(zone.Take(*message));
    }
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<Message> Open(const std::string& wire) {
    Message message = probe::ParseMessage(wire);
    if (message == nullptr || ldns_pkt_id(message.get()) != kMessageId) {
      return absl::DataLossError("a message of the transfer is none");
    }
    // Whoever does not let us has no key to say so with.
    if (ldns_pkt_get_rcode(message.get()) != LDNS_RCODE_NOERROR) return message;
    Data mac = MacOf(*message);
    if (mac == nullptr || !ldns_pkt_tsig_verify_next(
                              message.get(), reinterpret_cast<const uint8_t*>(wire.data()),
                              wire.size(), options_.key_name.c_str(),
                              options_.key_secret_base64.c_str(), mac_.get(), is_first_ ? 0 : 1)) {
      return absl::DataLossError("a message of the transfer is not signed with its key");
    }
    is_first_ = false;
    mac_ = std::move(mac);
    return message;
  }

  const WholeZoneOptions& options_;
  const int fd_;
  const absl::Time deadline_ = absl::Now() + options_.timeout;
  const uint64_t bytes_max_ = BytesMax(options_);
  uint64_t bytes_ = 0;
  Data mac_;
  bool is_first_ = true;
};

}  // namespace

absl::StatusOr<WholeZoneResult> ProbeWholeZone(const WholeZoneOptions& options) {
  if (!options.witness->testimony().content.has_value()) {
    return absl::FailedPreconditionError("the witness was not asked for the whole zone");
  }
  ASSIGN_OR_RETURN(const int fd, probe::Connect({.address = options.target.address,
                                                 .port = options.target.port,
                                                 .outstanding_max = 1,
                                                 .attempts_max = 1,
                                                 .answer_timeout = options.answer_timeout},
                                                SOCK_STREAM));
  const absl::Cleanup closer = [fd] { close(fd); };
  ZoneJudge judge(options.witness->testimony(), options.now);
  std::optional<ZoneFile> file;
  if (!options.zone_path.empty()) {
    ASSIGN_OR_RETURN(file, ZoneFile::Create(options.zone_path));
  }
  ZoneStream zone(options.target.tld, [&](const ldns_rr& record) {
    judge.Take(record);
    if (file.has_value()) file->Add(record);
  });
  Transfer transfer(options, fd);
  RETURN_IF_ERROR(transfer.Ask());
  RETURN_IF_ERROR(transfer.Read(zone));
  if (file.has_value()) RETURN_IF_ERROR(file->Close());
  return judge.Finish();
}

}  // namespace tidemark::failover
