// From a deposit to a directory that can be served:
//
//     DIR/zone/TLD.zone   the unsigned zone (failover/zone)
//     DIR/registry/       the registry store (failover/store)
//     DIR/report.json     what came back and what did not; written last: without it nothing here
//                         counts, and tidemark serve refuses
//
// It restores what it can read and lists what it could not: a deposit that ends in the middle gives
// the registry up to there, and a report that says so. What it is not: the verifier. It never says
// that a deposit is valid, only which of its objects came back.
//
// A source whose Close() fails was not authentic: nothing is left in DIR, whatever was read. Of a
// FULL <deletes> are ignored (RFC 8909 section 5.2). A deposit whose objects are in CSV files of
// which none is at hand is refused: what would come back is an empty registry.
//
// Crash and failure: everything is built in DIR/.partial and moved into place at the end; a former
// rebuild in DIR stays as it was until then, and a move that was cut off is finished by whoever
// comes next. Threads: one; DIR is locked against another rebuild
// and against one that is being served.
// Errors: INVALID_ARGUMENT no deposit of a registry, or another TLD's; FAILED_PRECONDITION a DIFF
// or INCR, CSV files that are not at hand, a DIR that is not ours or in use, unknown registrars
// that the policy refuses; RESOURCE_EXHAUSTED disk; the source's own.
#ifndef TIDEMARK_FAILOVER_REBUILD_REBUILD_H_
#define TIDEMARK_FAILOVER_REBUILD_REBUILD_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "failover/rebuild/registrar_policy.h"
#include "failover/store/registry_store.h"
#include "failover/zone/zone.h"
#include "rde/reader.h"
#include "rde/records.h"

namespace tidemark::failover {

// What the records are that a rebuild gets.
enum class Records {
  kDeposit,     // a deposit's own; a DIFF or INCR is refused, since it says only what changed
  kRepository,  // what a chain of deposits gives together: verifier/base_chain.h
};

// A dry run does all that a rebuild does, in DIR/.partial as well, and then leaves nothing behind:
// what it says would be restored was restored. So it takes as long, and as much room on the disk.
enum class Purpose { kRestore, kDryRun };

struct RebuildOptions {
  Purpose purpose = Purpose::kRestore;
  Records records = Records::kDeposit;
  std::string out_dir;
  std::string tld;           // "": the header's; else the header must agree
  std::string fallback_tld;  // if the deposit ended before its header; "": none
  ZoneConfig zone;
  RegistrarPolicy registrars;
  // Bytes read so far; called now and then.
  std::function<void(uint64_t bytes)> on_progress;
};

// An object that is not in the registry as the deposit had it, or at all.
struct NotRestored {
  std::string object;  // "domain NAME", "host ROID", ...
  rde::Position at;
  std::string why;
};

// Bytes. What was there before stays until the end, so a rebuild needs all that it makes to be
// free.
struct DiskReport {
  uint64_t registry = 0;  // what the rebuild made
  uint64_t zone = 0;
  uint64_t free = 0;  // before it began
  uint64_t needed() const { return registry + zone; }
};

struct RebuildReport {
  Purpose purpose = Purpose::kRestore;
  std::string tld;
  std::string deposit_id;
  std::string kind;
  std::string watermark;  // as the deposit has it
  std::optional<uint16_t> resend;
  std::vector<std::string> bases;  // of a chain, oldest first

  bool read_to_end = false;
  ObjectCounts read{};
  ObjectCounts restored{};
  std::array<std::optional<int64_t>, kObjectTypes> announced{};  // by the header
  uint64_t deletes_ignored = 0;
  uint64_t not_restored_count = 0;
  std::vector<NotRestored> not_restored;  // the first kReportEntriesMax
  uint64_t flaw_count = 0;
  std::vector<rde::Flaw> flaws;           // the first kReportEntriesMax
  std::map<uint16_t, std::string> files;  // what Position::file means; without 0, the XML

  RegistrarReport registrars;
  ZoneReport zone;
  bool publish_pending_delete = false;  // as the zone was asked for: zone_config.h
  DiskReport disk;
  uint64_t deposit_bytes = 0;
  double seconds_read = 0;   // reading the deposit and filling the store
  double seconds_store = 0;  // making the store durable
  double seconds_zone = 0;
  double seconds_total = 0;

  // Every object came back whole, as many as the header announces, and all that the deposit wants
  // published is in the zone.
  bool complete() const;
};
inline constexpr size_t kReportEntriesMax = 100;

// One JSON object, what report.json holds.
std::string ToJson(const RebuildReport& report);
// The same for a person, a few lines.
std::string ToText(const RebuildReport& report);

// Reads a deposit's records to their authentic end. Every piece of it goes by `on_read`, whose
// error ends the reading; it may come from another thread, one at a time, the records may not.
using OnRead = std::function<absl::Status(size_t bytes)>;
using ReadRecords = std::function<absl::Status(const OnRead& on_read, rde::RecordSink& sink)>;
absl::StatusOr<RebuildReport> Rebuild(const ReadRecords& read, const RebuildOptions& options);

// Reads the XML that `source` gives to its end and closes it, for ReadRecords.
absl::Status ReadXml(base::ByteSource& source, const OnRead& on_read, rde::RecordSink& sink,
                     const rde::ReadOptions& options = {});

// FAILED_PRECONDITION if root calls and `dir` is another user's, who may replace anything in it at
// any moment and make root write anywhere and run anything. Of a rebuild's directory Open() and
// Rebuild() ask that themselves.
absl::Status CheckRootMayWorkIn(const std::string& dir);

// Whether a rebuild made this open directory, or began to: what is in it is ours.
bool IsRebuildDir(int dir_fd);

// A directory that Rebuild finished, held against change while this object lives.
class FinishedRebuild {
 public:
  // NOT_FOUND: no rebuild there. FAILED_PRECONDITION: one that was not finished, or is in use by a
  // rebuild, or another user's than root, who calls. DATA_LOSS: the zone file is not the one of the
  // report.
  static absl::StatusOr<std::unique_ptr<FinishedRebuild>> Open(const std::string& dir);
  ~FinishedRebuild();
  FinishedRebuild(const FinishedRebuild&) = delete;
  FinishedRebuild& operator=(const FinishedRebuild&) = delete;

  // Whether `store`, which lies in the directory, is of the same deposit as the zone. DATA_LOSS: it
  // is of another one; somebody copied a part of the directory.
  absl::Status CheckStore(const RegistryStore& store) const;

  const std::string& tld() const { return tld_; }
  const std::string& zone_path() const { return zone_path_; }
  uint64_t delegations() const { return delegations_; }
  // What did not come back, in a line for a person; "" if the report says that everything did.
  const std::string& missing() const { return missing_; }
  // As the zone was made; what else answers for the registry has to agree with it.
  bool publish_pending_delete() const { return publish_pending_delete_; }

 private:
  FinishedRebuild() = default;

  int lock_fd_ = -1;
  std::string tld_;
  std::string zone_path_;
  std::string deposit_id_;  // "": the deposit ended before it
  std::string watermark_;   // as the deposit has it
  ObjectCounts restored_{};
  uint64_t delegations_ = 0;
  std::string missing_;
  bool publish_pending_delete_ = false;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_REBUILD_REBUILD_H_
