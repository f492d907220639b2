// Takes the reader's events into the registry store, and keeps account of what came back.
#ifndef TIDEMARK_FAILOVER_REBUILD_LOADING_SINK_H_
#define TIDEMARK_FAILOVER_REBUILD_LOADING_SINK_H_

#include <string>

#include "absl/status/status.h"
#include "failover/rebuild/rebuild.h"
#include "failover/store/registry_store.h"
#include "rde/reader.h"

namespace tidemark::failover {

// `loader` and `report` must outlive the sink.
class LoadingSink final : public rde::RecordSink {
 public:
  LoadingSink(RegistryLoader& loader, RebuildReport& report) : loader_(loader), report_(report) {}

  void OnDeposit(const rde::DepositInfo& info, const rde::Position& at) override;
  void OnRecord(const rde::Record& record, const rde::Position& at) override;
  void OnFlaw(const rde::Flaw& flaw) override;

  // The first error that ends the rebuild. The reader should be fed no more then.
  const absl::Status& status() const { return status_; }
  const rde::DepositInfo& deposit() const { return deposit_; }
  bool saw_deposit() const { return saw_deposit_; }
  const std::string& header_tld() const { return header_tld_; }
  bool saw_header() const { return saw_header_; }

 private:
  void TakeHeader(const rde::Header& header);
  absl::Status PutWithoutSecDns(const rde::Domain& domain, const rde::Position& at);
  void List(std::string object, const rde::Position& at, std::string why);

  RegistryLoader& loader_;
  RebuildReport& report_;
  absl::Status status_;
  rde::DepositInfo deposit_;
  bool saw_deposit_ = false;
  bool saw_header_ = false;
  std::string header_tld_;
  // Of the object that is being read.
  uint64_t flaws_here_ = 0;
  bool sec_dns_flawed_ = false;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_REBUILD_LOADING_SINK_H_
