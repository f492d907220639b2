// Takes the reader's events into the registry store, and keeps account of what came back.
#ifndef TIDEMARK_FAILOVER_REBUILD_LOADING_SINK_H_
#define TIDEMARK_FAILOVER_REBUILD_LOADING_SINK_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "failover/rebuild/rebuild.h"
#include "failover/rebuild/registrar_census.h"
#include "failover/store/registry_store.h"
#include "rde/reader.h"

namespace tidemark::failover {

// `loader` and `report` must outlive the sink.
class LoadingSink final : public rde::RecordSink {
 public:
  LoadingSink(RegistryLoader& loader, Records records, RebuildReport& report)
      : loader_(loader), records_(records), report_(report) {}

  void OnDeposit(const rde::DepositInfo& info, const rde::Position& at) override;
  void OnRecord(const rde::Record& record, const rde::Position& at) override;
  void OnFlaw(const rde::Flaw& flaw) override;
  void OnFile(uint16_t file, absl::string_view name, rde::FileKind kind) override;

  // The first error that ends the rebuild. The reader should be fed no more then, and may ask for
  // that from any thread.
  const absl::Status& status() const { return status_; }
  bool has_failed() const { return has_failed_.load(std::memory_order_relaxed); }
  const rde::DepositInfo& deposit() const { return deposit_; }
  bool saw_deposit() const { return saw_deposit_; }
  const std::string& header_tld() const { return header_tld_; }
  bool saw_header() const { return saw_header_; }
  // The document ended where it should not.
  bool ended_early() const { return ended_early_; }
  const std::string& why_ended() const { return why_ended_; }
  const RegistrarCensus& registrars() const { return registrars_; }
  // FAILED_PRECONDITION if objects are in CSV files and none of these was there.
  absl::Status CheckCsvFiles() const;

 private:
  void TakeHeader(const rde::Header& header);
  absl::Status PutWithoutSecDns(const rde::Domain& domain, const rde::Position& at);
  void Fail(absl::Status status);
  void List(std::string object, const rde::Position& at, std::string why);

  // Whether the record is a domain whose DNSSEC data are flawed, and how many flaws it has
  // otherwise.
  struct Flaws {
    uint64_t count = 0;
    bool sec_dns = false;
  };
  Flaws TakeFlaws(const rde::Record& record, const rde::Position& at);

  RegistryLoader& loader_;
  const Records records_;
  RebuildReport& report_;
  absl::Status status_;
  std::atomic<bool> has_failed_ = false;
  RegistrarCensus registrars_;
  rde::DepositInfo deposit_;
  bool saw_deposit_ = false;
  bool saw_header_ = false;
  std::string header_tld_;
  bool ended_early_ = false;
  std::string why_ended_;
  // CSV files that the deposit names, that were looked for, and of these the missing ones.
  size_t csv_files_named_ = 0;
  size_t csv_files_sought_ = 0;
  size_t csv_files_missing_ = 0;
  std::string first_csv_file_;
  // Of the object that is being read, if they are a deposit's own.
  Flaws flaws_here_;
  // Of a chain all flaws come before the first object: domains by the file they stand in.
  std::set<std::pair<uint16_t, std::string>> flawed_sec_dns_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_REBUILD_LOADING_SINK_H_
